/** What every adapter of the tables' port does; run by the adapters' specs. */
import { afterEach, describe, expect, test } from 'vitest';
import { dish, dishes, events, schema, seats, type Dish } from './tables.sample.ts';
import { createTableSql } from './sqlite-tables.ts';
import { defineTable, type Database, type Disk, type ReusableDisk, type RowChange, type Schema } from './tables.ts';

const idsOf = (rows: readonly { readonly id: string }[]): string => rows.map((row) => row.id).join(' ');

/** Runs `body` with a database of the disk under test; closed after the test. */
type WithDatabase = () => { readonly disk: Disk; readonly database: Database };

const rowContract = (open: WithDatabase): void => {
  test('writes, reads, overwrites and removes a row by its key', () => {
    const { database } = open();
    database.transact((tx) => tx.put(dishes, dish('a', { price: 5 })));
    expect(database.read.get(dishes, 'a')).toEqual({
      id: 'a',
      store: 's1',
      price: 5,
      rating: null,
      isHot: true,
      isNew: null,
      note: null,
      recipe: null,
      extra: null,
      letter: null,
    });
    expect(Object.keys(database.read.get(dishes, 'a')!)).toEqual(Object.keys(dishes.columns));
    database.transact((tx) => tx.put(dishes, dish('a', { price: 6, note: 'x' })));
    expect(database.read.get(dishes, 'a')).toMatchObject({ price: 6, note: 'x' });
    expect(database.transact((tx) => [tx.remove(dishes, 'a'), tx.remove(dishes, 'a')])).toEqual([true, false]);
    expect(database.read.get(dishes, 'a')).toBeUndefined();
  });

  test('tells keys of several columns apart', () => {
    const { database } = open();
    const rows = [
      ['a', 11],
      ['a1', 1],
      ['a:1', 1],
      ['', 1],
      ['1:a', 1],
    ].map(([order, position]) => ({
      order: order as string,
      position: position as number,
      guest: `${order}/${position}`,
    }));
    database.transact((tx) => rows.forEach((row) => tx.put(seats, row)));
    for (const row of rows) expect(database.read.get(seats, row.order, row.position)).toEqual(row);
    expect(database.read.get(seats, 'a', 1)).toBeUndefined();
    database.transact((tx) => tx.remove(seats, 'a1', 1));
    expect(database.read.count(seats)).toBe(4);
    expect(database.read.get(seats, 'a', 11)).toBeDefined();
  });

  test.each<[string, Partial<Dish>]>([
    ['the widest integers', { price: Number.MAX_SAFE_INTEGER, rating: Number.MIN_SAFE_INTEGER }],
    ['integers beyond 32 bits', { price: 2 ** 31, rating: -(2 ** 31) - 1 }],
    ['false and zero', { isHot: false, isNew: false, price: 0 }],
    ['Hangul, emoji and control characters', { note: '고객님의 주문 👩‍🍳 \u0000 \n "quoted" \\', store: '' }],
    ['JSON objects', { recipe: { steps: [{ name: '끓이기', minutes: 1.5 }, null, true], 'key with space': {}, 'é👍': 'x' } }],
    ['JSON that looks like null', { recipe: 'null', extra: 'null' }],
    ['JSON numbers and booleans', { recipe: 1e300, extra: false }],
    ['a JSON property named __proto__', { recipe: JSON.parse('{"__proto__": {"a": 1}, "b": 2}') as unknown }],
    ['empty JSON', { recipe: [], extra: {} }],
    ['a document', { letter: { to: '고객님', lines: ['a', { b: null }] } }],
  ])('keeps %s', (_, given) => {
    const { database } = open();
    database.transact((tx) => tx.put(dishes, dish('a', given)));
    expect(database.read.get(dishes, 'a')).toMatchObject(given);
    expect(JSON.stringify(database.read.select(dishes)[0]!.recipe)).toBe(JSON.stringify(given.recipe ?? null));
    expect(database.read.count(dishes, { price: given.price ?? 1, store: given.store ?? 's1' })).toBe(1);
  });

  test('turns what SQLite cannot keep into what it keeps: -0, lone surrogates, JSON properties without a value', () => {
    const { database } = open();
    database.transact((tx) => tx.put(dishes, dish('\ud800a', { price: -0, note: '\udfff', recipe: { a: undefined, b: -0 } })));
    const row = database.read.get(dishes, '\ud800a')!;
    expect(row.id).toBe('\ufffda');
    expect(Object.is(row.price, 0)).toBe(true);
    expect(row.note).toBe('\ufffd');
    expect(JSON.stringify(row.recipe)).toBe('{"b":0}');
    expect(database.read.count(dishes, { note: '\ud800' })).toBe(1);
  });

  test('shares no state with the caller, neither in what it takes nor in what it gives', () => {
    const { database } = open();
    const given = { ...dish('a'), recipe: { list: [1] } };
    database.transact((tx) => tx.put(dishes, given));
    given.recipe.list.push(2);
    given.price = 99;
    const got = database.read.get(dishes, 'a') as { price: number; recipe: { list: number[] } };
    got.recipe.list.push(3);
    got.price = 77;
    (database.read.select(dishes)[0] as { recipe: { list: number[] } }).recipe.list.push(4);
    expect(database.read.get(dishes, 'a')).toMatchObject({ price: 1, recipe: { list: [1] } });
  });
};

const queryContract = (open: WithDatabase): void => {
  const menu = (): Database => {
    const { database } = open();
    database.transact((tx) => {
      tx.put(dishes, dish('c', { store: 's2', price: 3, note: 'x', rating: 1 }));
      tx.put(dishes, dish('a', { store: 's1', price: 2, note: 'x', rating: null, isNew: true }));
      tx.put(dishes, dish('e', { store: 's1', price: 2, note: null, rating: 5, isHot: false }));
      tx.put(dishes, dish('b', { store: 's2', price: 2, note: null, rating: null, isNew: false }));
      tx.put(dishes, dish('d', { store: 's1', price: 1, note: 'y', rating: 1 }));
    });
    return database;
  };

  test('selects by equality on columns, by an index, a part of one, and none', () => {
    const { read } = menu();
    expect(idsOf(read.select(dishes))).toBe('a b c d e');
    expect(idsOf(read.select(dishes, { where: {} }))).toBe('a b c d e');
    expect(idsOf(read.select(dishes, { where: { id: 'c' } }))).toBe('c');
    expect(idsOf(read.select(dishes, { where: { id: 'c', store: 's1' } }))).toBe('');
    expect(idsOf(read.select(dishes, { where: { store: 's1' } }))).toBe('a d e');
    expect(idsOf(read.select(dishes, { where: { price: 2 } }))).toBe('a b e');
    expect(idsOf(read.select(dishes, { where: { price: 2, store: 's1' } }))).toBe('a e');
    expect(idsOf(read.select(dishes, { where: { store: 's1', isHot: true } }))).toBe('a d');
    expect(idsOf(read.select(dishes, { where: { isHot: false } }))).toBe('e');
    expect(idsOf(read.select(dishes, { where: { note: 'x' } }))).toBe('a c');
    expect(idsOf(read.select(dishes, { where: { store: 'S1' } }))).toBe('');
  });

  test('finds null by null', () => {
    const { read } = menu();
    expect(idsOf(read.select(dishes, { where: { note: null } }))).toBe('b e');
    expect(idsOf(read.select(dishes, { where: { note: null, rating: null } }))).toBe('b');
    expect(idsOf(read.select(dishes, { where: { note: 'x', rating: null } }))).toBe('a');
    expect(idsOf(read.select(dishes, { where: { isNew: null } }))).toBe('c d e');
    expect(read.count(dishes, { rating: null })).toBe(2);
  });

  test('counts as it selects', () => {
    const { read } = menu();
    expect(read.count(dishes)).toBe(5);
    expect(read.count(dishes, { store: 's1' })).toBe(3);
    expect(read.count(dishes, { store: 's1', isHot: false })).toBe(1);
    expect(read.count(dishes, { id: 'z' })).toBe(0);
  });

  test('orders by columns, null first, and breaks ties by the key; descending turns all of it', () => {
    const { read } = menu();
    expect(idsOf(read.select(dishes, { orderBy: ['price'] }))).toBe('d a b e c');
    expect(idsOf(read.select(dishes, { orderBy: ['price'], descending: true }))).toBe('c e b a d');
    expect(idsOf(read.select(dishes, { orderBy: ['rating', 'price'] }))).toBe('a b d c e');
    expect(idsOf(read.select(dishes, { orderBy: ['isHot', 'note'] }))).toBe('e b a c d');
    expect(idsOf(read.select(dishes, { orderBy: ['isNew'], descending: true }))).toBe('a b e d c');
    expect(idsOf(read.select(dishes, { descending: true }))).toBe('e d c b a');
  });

  test('pages never overlap and end with what is there', () => {
    const { read } = menu();
    const page = (limit: number, offset: number, descending = false) =>
      idsOf(read.select(dishes, { orderBy: ['price'], limit, offset, descending }));
    expect([page(2, 0), page(2, 2), page(2, 4), page(2, 6), page(0, 0)]).toEqual(['d a', 'b e', 'c', '', '']);
    expect([page(2, 0, true), page(9, 2, true)]).toEqual(['c e', 'b a d']);
    expect(idsOf(read.select(dishes, { offset: 3 }))).toBe('d e');
    expect(idsOf(read.select(dishes, { limit: 2, offset: 1, descending: true }))).toBe('d c');
    expect(idsOf(read.select(dishes, { where: { store: 's1' }, limit: 1, offset: 1 }))).toBe('d');
  });

  test('orders text by code points, as its UTF-8 bytes', () => {
    const { database } = open();
    const texts = ['', '\u0000', 'A', 'Z', 'a', 'ab', 'a\u0000', 'é', '가', '\ue000', '\uffff', '👍', '👍🏽', '😀'];
    database.transact((tx) => [...texts].reverse().forEach((id) => tx.put(dishes, dish(id, { note: id }))));
    const byBytes = [...texts].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
    expect(database.read.select(dishes).map((row) => row.id)).toEqual(byBytes);
    expect(database.read.select(dishes, { orderBy: ['note'], descending: true }).map((row) => row.id)).toEqual(byBytes.reverse());
  });

  test('follows a queue: rows come at the end and leave at the front', () => {
    const { database } = open();
    for (let round = 0; round < 30; round += 1) {
      database.transact((tx) => {
        for (let seq = round * 3; seq < round * 3 + 3; seq += 1) tx.put(events, { seq, body: `${seq}` });
        const first = tx.select(events, { limit: 2 });
        expect(first.map((row) => row.seq)).toEqual([round * 2, round * 2 + 1]);
        first.forEach((row) => tx.remove(events, row.seq));
      });
    }
    expect(database.read.count(events)).toBe(30);
    expect(database.read.select(events, { descending: true, limit: 1 })).toEqual([{ seq: 89, body: '89' }]);
  });
};

const transactionContract = (open: WithDatabase): void => {
  test('a transaction sees its own writes; all of them are there after it, and its result is given', () => {
    const { database } = open();
    const seen = database.transact((tx) => {
      tx.put(dishes, dish('a'));
      tx.put(dishes, dish('b'));
      tx.remove(dishes, 'a');
      return [tx.get(dishes, 'a'), tx.get(dishes, 'b')?.id, tx.count(dishes), idsOf(tx.select(dishes, { where: { store: 's1' } }))];
    });
    expect(seen).toEqual([undefined, 'b', 1, 'b']);
    expect(idsOf(database.read.select(dishes))).toBe('b');
  });

  test('a throw takes back every write, and the database goes on', () => {
    const { database } = open();
    database.transact((tx) => {
      tx.put(dishes, dish('a', { price: 1, store: 's1' }));
      tx.put(dishes, dish('b', { price: 2, store: 's1' }));
    });
    const before = database.read.select(dishes);
    expect(() =>
      database.transact((tx) => {
        tx.put(dishes, dish('a', { price: 9, store: 's2' }));
        tx.put(dishes, dish('a', { price: 10, store: 's3' }));
        tx.remove(dishes, 'a');
        tx.put(dishes, dish('a', { price: 11 }));
        tx.remove(dishes, 'b');
        tx.put(dishes, dish('c'));
        tx.put(dishes, dish('b', { price: 12 }));
        tx.put(seats, { order: 'o', position: 1, guest: 'g' });
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    expect(database.read.select(dishes)).toEqual(before);
    expect(idsOf(database.read.select(dishes, { where: { store: 's1' } }))).toBe('a b');
    expect(database.read.count(dishes, { store: 's2' })).toBe(0);
    expect(database.read.count(seats)).toBe(0);
    database.transact((tx) => tx.put(dishes, dish('c')));
    expect(idsOf(database.read.select(dishes))).toBe('a b c');
  });

  test('says what a commit changed, in order, and nothing of a rollback', () => {
    const { database } = open();
    const heard: (readonly RowChange[])[] = [];
    database.onCommit((changes) => heard.push(changes));
    database.transact((tx) => {
      tx.put(seats, { order: 'o', position: 2, guest: 'g' });
      tx.put(events, { seq: 1, body: 'one' });
      tx.put(events, { seq: 1, body: 'uno' });
      tx.remove(seats, 'o', 2);
      tx.remove(seats, 'o', 3);
    });
    expect(() =>
      database.transact((tx) => {
        tx.put(events, { seq: 2, body: 'two' });
        throw new Error('no');
      }),
    ).toThrow('no');
    database.transact((tx) => tx.get(events, 1));
    expect(heard).toEqual([
      [
        { table: 'group', key: ['o', 2], row: { order: 'o', position: 2, guest: 'g' } },
        { table: 'events', key: [1], row: { seq: 1, body: 'one' } },
        { table: 'events', key: [1], row: { seq: 1, body: 'uno' } },
        { table: 'group', key: ['o', 2], row: null },
      ],
    ]);
  });

  test("what a commit changed is the listener's own", () => {
    const { database } = open();
    database.onCommit(([change]) => (change!.row as { recipe: number[] }).recipe.push(2));
    database.transact((tx) => tx.put(dishes, dish('a', { recipe: [1] })));
    expect(database.read.get(dishes, 'a')).toMatchObject({ recipe: [1] });
  });

  test('is not nested, not asynchronous, and not used around or after its time', () => {
    const { database } = open();
    expect(() => database.transact(() => database.transact(() => 1))).toThrow('assertion failed: transactions of');
    expect(() => database.transact(() => Promise.resolve())).toThrow('is synchronous');
    expect(() => database.transact(() => database.read.count(dishes))).toThrow('is read through the transaction');
    expect(() => database.transact(() => database.close())).toThrow('not closed inside its transaction');
    const kept = database.transact((tx) => tx);
    expect(() => kept.get(dishes, 'a')).toThrow('only while it runs');
    expect(() => kept.put(dishes, dish('a'))).toThrow('only while it runs');
    database.transact((tx) => tx.put(dishes, dish('a')));
    expect(database.read.count(dishes)).toBe(1);
  });
};

const assertionContract = (open: WithDatabase): void => {
  const put = (row: object) => (database: Database) => database.transact((tx) => tx.put(dishes, row as Dish));
  test.each<[string, (database: Database) => unknown]>([
    ['table "dishes", column "prize": 1 is given for a column that does not exist', put({ ...dish('a'), prize: 1 })],
    ['table "dishes", column "price": "1" is not a safe integer', put(dish('a', { price: '1' as never }))],
    ['table "dishes", column "price": 1.5 is not a safe integer', put(dish('a', { price: 1.5 }))],
    ['table "dishes", column "price": 9007199254740992 is not a safe integer', put(dish('a', { price: 2 ** 53 }))],
    ['table "dishes", column "price": 1 is not a safe integer', put(dish('a', { price: 1n as never }))],
    ['table "dishes", column "isHot": 1 is not a boolean', put(dish('a', { isHot: 1 as never }))],
    ['table "dishes", column "note": 1 is not a text', put(dish('a', { note: 1 as never }))],
    ['table "dishes", column "store": null is not allowed where the column is never null', put(dish('a', { store: null as never }))],
    ['table "dishes", column "recipe": undefined is not allowed', put(dish('a', { recipe: undefined }))],
    ['table "dishes", column "recipe": NaN is not JSON', put(dish('a', { recipe: [Number.NaN] }))],
    ['table "dishes", column "recipe": [object Date] is not a plain object', put(dish('a', { recipe: { at: new Date(0) } }))],
    ['table "dishes", column "recipe": [object Function] is not JSON', put(dish('a', { recipe: () => 1 }))],
    ['table "dishes", column "recipe": undefined is not JSON', put(dish('a', { recipe: [undefined] }))],
    ['table "dishes", column "id": 1 is not a text', (database) => database.read.get(dishes, 1)],
    ['table "group" has a key of 2 columns', (database) => database.read.get(seats, 'a')],
    ['table "dishes", column "prize": 1 is asked of a column', (database) => database.read.count(dishes, { prize: 1 } as object)],
    ['table "dishes", column "price": "1" is no', (database) => database.read.select(dishes, { where: { price: '1' as never } })],
    [
      'table "dishes", column "note": undefined is not a condition',
      (database) => database.read.count(dishes, { note: undefined } as object),
    ],
    ['column "recipe": null is asked of a JSON column', (database) => database.read.count(dishes, { recipe: null })],
    ['column "prize": undefined is asked of a column', (database) => database.read.select(dishes, { orderBy: ['prize' as 'price'] })],
    ['table "dishes": limit -1 is a count', (database) => database.read.select(dishes, { limit: -1 })],
    ['table "dishes": offset 0.5 is a count', (database) => database.read.select(dishes, { offset: 0.5 })],
    ['the table "others" is part of the database', (database) => database.read.count({ ...dishes, name: 'others' })],
  ])('asserts: %s', (claim, work) => {
    const { database } = open();
    expect(() => work(database)).toThrow(claim);
    expect(() => work(database)).toThrow(/^assertion failed: /);
    expect(database.read.count(dishes)).toBe(0);
  });
};

const lifeContract = (open: WithDatabase): void => {
  test('keeps what was committed over closing and opening, and nothing else', () => {
    const { disk, database } = open();
    database.transact((tx) => tx.put(dishes, dish('a', { recipe: { x: 1 } })));
    expect(() =>
      database.transact((tx) => {
        tx.put(dishes, dish('b'));
        throw new Error('crash');
      }),
    ).toThrow('crash');
    database.close();
    database.close();
    expect(() => database.read.count(dishes)).toThrow('is open');
    expect(() => database.transact(() => 1)).toThrow('is open');
    const again = disk.open('kitchen', [schema]);
    expect(idsOf(again.read.select(dishes))).toBe('a');
    again.transact((tx) => tx.put(dishes, dish('c')));
    expect(again.read.get(dishes, 'a')).toMatchObject({ recipe: { x: 1 } });
    again.close();
  });

  test('keeps each name apart, knows which it has, and opens none twice at a time', () => {
    const { disk, database } = open();
    database.transact((tx) => tx.put(dishes, dish('a')));
    expect([disk.has('kitchen'), disk.has('other')]).toEqual([true, false]);
    const other = disk.open('other', [schema]);
    expect(other.read.count(dishes)).toBe(0);
    other.close();
    expect(disk.has('other')).toBe(true);
    expect(() => disk.open('kitchen', [schema])).toThrow('closed before it is opened again');
  });
};

/**
 * Defines the suite for one adapter.
 *
 * @param makeDisk gives a new and empty disk.
 */
export const tablesContract = (name: string, makeDisk: () => Disk): void => {
  describe(`tables in ${name}`, () => {
    const opened: Database[] = [];
    afterEach(() => opened.splice(0).forEach((database) => database.close()));
    const open: WithDatabase = () => {
      const disk = makeDisk();
      const database = disk.open('kitchen', [schema]);
      opened.push(database);
      return { disk, database };
    };
    rowContract(open);
    queryContract(open);
    transactionContract(open);
    assertionContract(open);
    lifeContract(open);
  });
};

const extras = defineTable<{ readonly id: string }>({ name: 'extras', columns: { id: 'text' }, key: ['id'] });

/** Defines what a disk does that can be used again; `makeDisk` gives a new one. */
export const reusableDiskContract = (name: string, makeDisk: () => ReusableDisk): void => {
  describe(`a disk of ${name}, wiped`, () => {
    test('is as new: nothing is kept, whatever was written, looked up and rolled back before', () => {
      const disk = makeDisk();
      const first = disk.open('kitchen', [schema]);
      first.transact((tx) => {
        for (const id of ['b', 'a', 'c']) tx.put(dishes, dish(id, { note: 'x' }));
        tx.put(seats, { order: 'o', position: 1, guest: 'g' });
      });
      expect(idsOf(first.read.select(dishes, { where: { note: 'x' } }))).toBe('a b c');
      expect(() =>
        first.transact((tx) => {
          tx.put(dishes, dish('d'));
          throw new Error('crash');
        }),
      ).toThrow('crash');
      disk.open('other', [schema]).transact((tx) => tx.put(events, { seq: 1, body: 'left open' }));
      disk.wipe();
      expect([disk.has('kitchen'), disk.has('other')]).toEqual([false, false]);
      const heard: unknown[] = [];
      const second = disk.open('kitchen', [schema]);
      second.onCommit((changes) => heard.push(...changes));
      expect([
        second.read.count(dishes),
        second.read.count(seats),
        second.read.select(dishes, { where: { note: 'x' } }),
        second.read.get(dishes, 'a'),
      ]).toEqual([0, 0, [], undefined]);
      second.transact((tx) => tx.put(dishes, dish('e', { note: 'x' })));
      expect(idsOf(second.read.select(dishes, { where: { note: 'x' } }))).toBe('e');
      expect(heard).toHaveLength(1);
      expect(disk.open('other', [schema]).read.select(events)).toEqual([]);
    });

    test('keeps what it holds through an opening with more schemas, and nothing of either once it is wiped', () => {
      const disk = makeDisk();
      const more: Schema = { component: 'more', tables: [extras], migrations: [{ version: 1, statements: createTableSql(extras) }] };
      const first = disk.open('kitchen', [schema]);
      first.transact((tx) => tx.put(dishes, dish('a')));
      first.close();
      const second = disk.open('kitchen', [schema, more]);
      expect([second.read.count(dishes), second.read.count(extras)]).toEqual([1, 0]);
      second.transact((tx) => tx.put(extras, { id: 'x' }));
      disk.wipe();
      const third = disk.open('kitchen', [schema]);
      expect([third.read.count(dishes), third.read.get(dishes, 'a')]).toEqual([0, undefined]);
      third.close();
      expect(disk.open('kitchen', [schema, more]).read.select(extras)).toEqual([]);
    });

    test('is closed to who had it before', () => {
      const disk = makeDisk();
      const before = disk.open('kitchen', [schema]);
      disk.wipe();
      expect(() => before.read.count(dishes)).toThrow('is open');
      expect(() => before.transact(() => 1)).toThrow('is open');
      disk.open('kitchen', [schema]).close();
    });
  });
};
