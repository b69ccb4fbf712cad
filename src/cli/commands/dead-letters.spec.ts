import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeContexts } from '../../system/definition.ts';
import { FOOD } from '../../contexts/index.ts';
import { lockStore } from '../../bus/store-lock.ts';
import { bury, buryUnsent, letterBytes } from '../../runtime/actor/dead-letters.ts';
import { deadLettersTable, outboxTable, parkedTable, RUNTIME_SCHEMA } from '../../runtime/actor/ledger.ts';
import { eventOf } from '../../runtime/actor/actor.fixture.ts';
import { createFileDisk } from '../../runtime/tables/sqlite.ts';
import type { Database } from '../../runtime/tables/tables.ts';
import { runMain } from '../main.fixture.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-letters-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const LIMIT = { maxBytes: 1e9, onDropped: () => undefined };
const ORDER = '00000000-0000-7000-8000-000000000001';
const WHY = 'It breaks\n\u001b[2Jhere';
const paid = eventOf('Paid', ORDER, { orderId: ORDER, price: 9_000 }, { source: '/front' });

const inStore = <Result>(work: (database: Database) => Result): Result => {
  const { name, schema } = describeContexts(FOOD).find((definition) => definition.name === 'store')!;
  const database = createFileDisk(join(cwd, 'data'), { synchronous: 'FULL' }).open(name, [RUNTIME_SCHEMA, schema]);
  try {
    return work(database);
  } finally {
    database.close();
  }
};

/** A letter that a handler failed at, one that is no event, one that breaks its contract, and one that the bus could not take. */
const fill = (): void =>
  inStore((database) =>
    database.transact((tables) => {
      const written = { attempts: 6, at: 0 };
      bury(tables, { ...written, seq: 4, message: cancelRequested(), reason: WHY }, LIMIT);
      bury(
        tables,
        {
          ...written,
          seq: 7,
          message: { malformed: true, subject: 'w.x', raw: '{"half', reason: 'is not JSON' },
          reason: 'The message is not JSON.',
        },
        LIMIT,
      );
      bury(tables, { ...written, seq: 9, message: { ...cancelRequested(), data: {} }, reason: 'bad' }, LIMIT);
      buryUnsent(tables, { ...written, message: paid, reason: 'The event is too large.' }, LIMIT);
    }),
  );

/** An event that the store hears, as its contract has it. */
const cancelRequested = () => {
  const { subscriptions } = describeContexts(FOOD).find((definition) => definition.name === 'store')!;
  const heard = subscriptions.find(({ event }) => event.type === 'OrderCancelRequested')!;
  return eventOf(heard.event.type, ORDER, { orderId: ORDER, customerId: 'kim' }, { source: '/front' });
};

const letters = (...argv: readonly string[]) => runMain(['dead-letters', ...argv, '--data-dir', 'data'], cwd);

describe('dead-letters', () => {
  it('lists each with its name, its size and why, one line for one letter', async () => {
    fill();
    const { code, out } = await letters('list');
    expect(code).toBe(0);
    expect(out.split('\n')).toHaveLength(6);
    expect(out).toContain('store/-1 ');
    expect(out).toMatch(/^store\/4 +1970-01-01T00:00:00\.000Z {2}OrderCancelRequested .* \d+ bytes, 6 attempts: It breaks ␛\[2Jhere$/m);
    expect(out).toMatch(/^store\/7 .* malformed +w\.x {2}6 bytes, 6 attempts: The message is not JSON\.$/m);
    expect(out).toMatch(/^4 dead letters, \d+ bytes\.$/m);
  });

  it('shows one whole, as JSON', async () => {
    fill();
    const { code, out } = await letters('show', 'store/7');
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        seq: 7,
        id: null,
        type: null,
        subject: 'w.x',
        error: 'The message is not JSON.',
        message: '{"half',
        attempts: 6,
        at: '1970-01-01T00:00:00.000Z',
        context: 'store',
      },
    ]);
  });

  it('puts back what can be handled, an event of its own to be published, and says why not where nothing could come of it', async () => {
    fill();
    const { code, out } = await letters('retry', 'all');
    expect(out).toMatch(/^store\/7 stays: It is not an event/m);
    expect(out).toMatch(/^store\/9 stays: The event breaks the contract of OrderCancelRequested: .*orderId/m);
    expect(out).toMatch(/^2 dead letters put back: .* 2 dead letters left\.$/m);
    expect(code).toBe(1);
    inStore(({ read }) => {
      expect(read.select(deadLettersTable).map(({ seq }) => seq)).toEqual([7, 9]);
      expect(read.select(parkedTable)).toMatchObject([
        { seq: 4, type: 'OrderCancelRequested', subject: ORDER, attempts: 0, tooEarly: false, reason: WHY },
      ]);
      expect(read.select(outboxTable)).toEqual([{ position: 1, eventId: paid.id, envelope: paid }]);
    });
    expect((await letters('retry', 'store/4')).code).toBe(2);
  });

  it('forgets what is named, and its bytes', async () => {
    fill();
    expect(await letters('discard', 'store/4', 'store/4', 'store/-1')).toMatchObject({ code: 0, out: '2 dead letters discarded.\n' });
    expect(inStore(({ read }) => read.select(deadLettersTable).map(({ seq }) => seq))).toEqual([7, 9]);
    expect((await letters('discard', 'all')).out).toBe('2 dead letters discarded.\n');
    expect((await letters('list')).out).toBe('No dead letters.\n');
    expect(inStore(({ read }) => letterBytes(read))).toBe(0);
  });

  it('says what is wrong with a word, a folder, or one that is in use', async () => {
    fill();
    expect(await letters('show', 'store/5')).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no dead letter "store/5"') as string,
    });
    expect(await letters('discard', 'store/4', 'shop/4')).toMatchObject({ code: 2, err: expect.stringContaining('"shop/4"') as string });
    expect(inStore(({ read }) => read.count(deadLettersTable))).toBe(4);
    expect(await letters('retry')).toMatchObject({ code: 2, err: expect.stringContaining('needs letters') as string });
    expect(await letters('list', 'store/4')).toMatchObject({ code: 2 });
    expect(await letters('lost')).toMatchObject({ code: 2, err: expect.stringContaining('list, show, retry, discard') as string });
    expect(await runMain(['dead-letters', 'list'], cwd)).toMatchObject({ code: 2, err: expect.stringContaining('--data-dir') as string });
    expect(await runMain(['dead-letters', 'list', '--data-dir', 'nowhere'], cwd)).toMatchObject({ code: 5 });
    const lock = await lockStore(join(cwd, 'data'), 'store');
    expect(await letters('discard', 'all')).toMatchObject({ code: 5, err: expect.stringContaining('use') as string });
    await lock.release();
    expect(inStore(({ read }) => read.count(deadLettersTable))).toBe(4);
  });
});

it('lists all of them, however many there are', async () => {
  inStore((database) =>
    database.transact((tables) => {
      for (let seq = 1; seq <= 250; seq += 1)
        bury(
          tables,
          {
            attempts: 6,
            at: 0,
            seq,
            message: { malformed: true, subject: 'w.x', raw: '{', reason: 'is not JSON' },
            reason: `letter ${seq}.`,
          },
          LIMIT,
        );
    }),
  );
  const { out } = await runMain(['dead-letters', 'list', '--data-dir', 'data'], cwd);
  expect([...out.matchAll(/letter (\d+)\./g)].map(([, seq]) => Number(seq))).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
});
