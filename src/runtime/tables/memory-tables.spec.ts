import { expect, test } from 'vitest';
import { createRandom, type Random } from '../../kernel/random.ts';
import { createMemoryDisk } from './memory-tables.ts';
import { createSqliteMemoryDisk } from './sqlite.ts';
import { reusableDiskContract, tablesContract } from './tables.contract.ts';
import { dish, dishes, events, schema, seats } from './tables.sample.ts';
import type { Database, Query, RowChange, Tx } from './tables.ts';

tablesContract('memory', createMemoryDisk);
reusableDiskContract('memory', createMemoryDisk);

const oneOf = <Value>(random: Random, values: readonly Value[]): Value => values[random.below(values.length)]!;
const TEXTS = ['', 'a', 'b', 'aa', 'a:1', '가', '\ue000', '👍', 'é', '\u0000'] as const;
const NULLABLE_TEXTS = [...TEXTS, null];

const drawDish = (random: Random) =>
  dish(oneOf(random, TEXTS) + oneOf(random, TEXTS), {
    store: oneOf(random, TEXTS),
    price: oneOf(random, [0, 1, 2, 2 ** 40]),
    rating: oneOf(random, [null, -1, 0, 1]),
    isHot: random.below(2) === 0,
    isNew: oneOf(random, [null, true, false]),
    note: oneOf(random, NULLABLE_TEXTS),
    recipe: oneOf(random, [null, 1, 'x', [1, { a: '👍' }], { b: [], c: null }]),
    extra: oneOf(random, [null, false, { d: 0 }]),
    letter: oneOf(random, [null, { to: 'a' }, ['b']]),
  });

const drawQuery = (random: Random): Query<ReturnType<typeof drawDish>> => {
  const drawn = drawDish(random);
  const names = ['id', 'store', 'price', 'rating', 'isHot', 'isNew', 'note'] as const;
  const where = Object.fromEntries(names.filter(() => random.below(4) === 0).map((name) => [name, drawn[name]]));
  const orderBy = names.filter(() => random.below(4) === 0);
  if (random.below(2) === 0) orderBy.reverse();
  const limit = random.below(2) === 0 ? {} : { limit: random.below(8) };
  return { where, orderBy, descending: random.below(2) === 0, offset: random.below(3) === 0 ? random.below(5) : 0, ...limit };
};

/** One access to the tables, drawn before it is done, so that every adapter does the same. */
const drawAccess = (random: Random): ((tx: Tx) => unknown) => {
  const row = drawDish(random);
  const query = drawQuery(random);
  const [order, position, seq] = [oneOf(random, TEXTS), random.below(4), random.below(30)];
  const accesses: readonly ((tx: Tx) => unknown)[] = [
    (tx) => tx.put(dishes, row),
    (tx) => tx.put(dishes, row),
    (tx) => tx.remove(dishes, row.id),
    (tx) => tx.get(dishes, row.id),
    (tx) => tx.select(dishes, query),
    (tx) => tx.select(dishes, query),
    (tx) => tx.count(dishes, query.where),
    (tx) => tx.put(seats, { order, position, guest: row.store }),
    (tx) => tx.remove(seats, order, position),
    (tx) => [tx.get(seats, order, position), tx.select(seats, { where: { order }, descending: true }), tx.count(seats, { position })],
    (tx) => tx.put(events, { seq, body: order }),
    (tx) => tx.remove(events, seq),
    (tx) => tx.select(events, { limit: position, offset: position, descending: seq % 2 === 0 }),
  ];
  return oneOf(random, accesses);
};

/** Everything that the accesses answered, what was committed, and what was left. */
const runOn = (database: Database, seed: string): unknown => {
  const random = createRandom(seed);
  const committed: (readonly RowChange[])[] = [];
  database.onCommit((changes) => committed.push(changes));
  const answers: unknown[] = [];
  for (let transaction = 0; transaction < 300; transaction += 1) {
    const accesses = Array.from({ length: 1 + random.below(12) }, () => drawAccess(random));
    const isRolledBack = random.below(3) === 0;
    const run = () =>
      database.transact((tx) => {
        for (const access of accesses) answers.push(access(tx));
        if (isRolledBack) throw new RangeError('rolled back');
      });
    if (isRolledBack) expect(run).toThrow(RangeError);
    else run();
  }
  const { read } = database;
  return { answers, committed, left: [read.select(dishes), read.select(seats), read.select(events)] };
};

test.each(['one', 'two', 'three', 'four'])('memory answers thousands of random accesses as SQLite does (seed %s)', (seed) => {
  const memory = runOn(createMemoryDisk().open('kitchen', [schema]), seed) as { readonly answers: unknown[] };
  const sqlite = runOn(createSqliteMemoryDisk().open('kitchen', [schema]), seed);
  expect(memory.answers.length).toBeGreaterThan(1_500);
  expect(memory).toEqual(sqlite);
});

test('a table that changed its columns is not the one that memory kept', () => {
  const disk = createMemoryDisk();
  disk.open('kitchen', [schema]).close();
  const changed = { ...events, columns: { seq: 'integer', body: 'json' } } as const;
  expect(() => disk.open('kitchen', [{ ...schema, tables: [changed] }])).toThrow('declared as it was when memory first kept it');
});
