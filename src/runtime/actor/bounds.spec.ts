import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { createRandom } from '../../kernel/random.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { charged, createWorld, opened, Totaled } from './actor.fixture.ts';
import { DEFAULT_RETRY, pauseAfter } from './backoff.ts';
import { createHousekeeping } from './housekeeping.ts';
import { bury, buryUnsent, discardLetter, letterBytes } from './dead-letters.ts';
import { deadLettersTable, inboxTable, outboxTable, parkedTable, RUNTIME_SCHEMA } from './ledger.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { keepReply, repliesTable } from './replies.ts';
import type { ActorScope } from './scope.ts';
import { createFileDisk, createSqliteMemoryDisk } from '../tables/sqlite.ts';
import type { Reads } from '../tables/tables.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };
const malformed = (raw: string) => ({ malformed: true, subject: 's', raw, reason: 'is not JSON' }) as const;
const HOUR_MS = 3_600_000;

describe('what is remembered', () => {
  const setUp = () => {
    const database = createSqliteMemoryDisk().open('store', [RUNTIME_SCHEMA]);
    let now = 0;
    const housekeeping = createHousekeeping({
      timers: createVirtualTime(() => Promise.resolve()),
      delayMs: 1_000,
      transact: (work) => database.transact((tables) => work({ tables, now } as unknown as ActorScope)),
      guarded: (work) => work(),
      hasPublishedRows: () => false,
    });
    return {
      database,
      tidyAt: (at: number): void => {
        now = at;
        housekeeping.tidy();
      },
    };
  };

  it.each([
    ['an event, for seven days', 7 * 24 * HOUR_MS, (read: Reads) => read.count(inboxTable)],
    ['a reply, for a day', 24 * HOUR_MS, (read: Reads) => read.count(repliesTable)],
  ] as const)('is forgotten when its time is over, and not a millisecond sooner: %s', (_what, memoryMs, countLeft) => {
    for (const [late, left] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { database, tidyAt } = setUp();
      database.transact((tables) => {
        tables.put(inboxTable, { eventId: 'e1', handledAt: 5 });
        keepReply(tables, { key: 'k1', fingerprint: 'f', status: 200, headers: {}, at: 5 });
      });
      tidyAt(5 + memoryMs + late);
      expect(countLeft(database.read)).toBe(left);
    }
  });

  it('is forgotten by 500 at a time, and once an hour', () => {
    const { database, tidyAt } = setUp();
    database.transact((tables) => {
      for (let index = 0; index < 1_100; index += 1) {
        tables.put(inboxTable, { eventId: `e${String(index).padStart(4, '0')}`, handledAt: 0 });
        keepReply(tables, { key: `k${index}`, fingerprint: 'f', status: 200, headers: {}, at: 0 });
      }
    });
    const start = 30 * 24 * HOUR_MS;
    const counts = [start, start + HOUR_MS - 1, start + HOUR_MS, start + 2 * HOUR_MS].map((at) => {
      tidyAt(at);
      return [database.read.count(inboxTable), database.read.count(repliesTable)];
    });
    expect(counts).toEqual([
      [600, 600],
      [600, 600],
      [100, 100],
      [0, 0],
    ]);
  });
});

describe('a pause', () => {
  it('doubles from 50 ms to 5 s, one half of it drawn', () => {
    const [least, most] = [0, 1].map((drawn) => ({ ...createRandom('pauses'), next: () => drawn }));
    expect(DEFAULT_RETRY).toEqual({ firstDelayMs: 50, maxDelayMs: 5_000, maxAttempts: 6 });
    expect([1, 2, 3, 7, 8, 9, 2_000].map((failures) => pauseAfter(failures, DEFAULT_RETRY, most!))).toEqual([
      50, 100, 200, 3_200, 5_000, 5_000, 5_000,
    ]);
    expect([1, 2, 8].map((failures) => pauseAfter(failures, DEFAULT_RETRY, least!))).toEqual([25, 50, 2_500]);
  });

  it('of the relay begins anew after the bus took something', async () => {
    const asked: number[] = [];
    let refusals = 3;
    const retry = { firstDelayMs: 100, maxDelayMs: 100_000, maxAttempts: 6 };
    const world = await createWorld({
      retry,
      random: { ...createRandom('spec'), next: () => 1 },
      wrapBus: (bus) => ({
        ...bus,
        publish: (messages) => {
          asked.push(world.time.now());
          refusals -= 1;
          return refusals >= 0 ? Promise.reject(new OperatingError('infrastructure', 'away')) : bus.publish(messages);
        },
      }),
    });
    await world.actor.start();
    const emit = (): void => world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }));
    emit();
    await world.pass(10_000);
    refusals = 1;
    emit();
    await world.pass(10_000);
    expect(asked.slice(1).map((at, index) => at - asked[index]!)).toEqual([100, 200, 400, expect.any(Number), 100]);
  });
});

describe('dead letters', () => {
  const limitOf = (maxBytes: number) => {
    const dropped: number[] = [];
    return { dropped, limit: { maxBytes, onDropped: ({ seq }: { readonly seq: number }) => void dropped.push(seq) } };
  };
  const letter = { message: malformed('x'.repeat(700)), reason: 'r'.repeat(44), attempts: 1, at: 0 };

  it('have so many bytes at most: the oldest go, but for events that are in no stream, and the newest', () => {
    const database = createSqliteMemoryDisk().open('store', [RUNTIME_SCHEMA]);
    const { dropped, limit } = limitOf(3_000);
    const left = () => database.read.select(deadLettersTable).map(({ seq }) => seq);
    database.transact((tables) => {
      buryUnsent(tables, { ...letter, message: opened('a') }, limit);
      for (const seq of [3, 5]) bury(tables, { ...letter, seq }, limit);
    });
    expect([left(), dropped]).toEqual([[-1, 3, 5], []]);
    database.transact((tables) => bury(tables, { ...letter, seq: 9 }, limit));
    expect([left(), dropped]).toEqual([[-1, 5, 9], [3]]);
    database.transact((tables) => bury(tables, { ...letter, seq: 7, message: malformed('y'.repeat(9_000)) }, limit));
    expect([left(), dropped]).toEqual([
      [-1, 7],
      [3, 5, 9],
    ]);
  });

  it('are counted without being read, to the byte, and by the database that had them before', () => {
    const disk = createSqliteMemoryDisk();
    const database = disk.open('store', [RUNTIME_SCHEMA]);
    const { limit } = limitOf(1e9);
    const bytes = 3 * (700 + 44 + 256);
    database.transact((tables) => {
      for (const seq of [1, 2, 3]) bury(tables, { ...letter, seq }, limit);
      expect(bury(tables, { ...letter, seq: 3 }, limit)).toBe(false);
    });
    expect(letterBytes(database.read)).toBe(bytes);
    database.transact((tables) => {
      const [first] = tables.select(deadLettersTable);
      discardLetter(tables, first!);
      discardLetter(tables, first!);
    });
    expect(letterBytes(database.read)).toBe((bytes / 3) * 2);
    const sqlite = new Sqlite(':memory:');
    for (const { version, statements } of RUNTIME_SCHEMA.migrations) {
      if (version === 3)
        sqlite.exec(`INSERT INTO dead_letters VALUES (1, null, null, 's', '${'é'.repeat(22)}', '${'x'.repeat(700)}', 1, 't')`);
      for (const statement of statements) sqlite.exec(statement);
    }
    expect(sqlite.prepare('SELECT * FROM tallies').all()).toEqual([{ name: 'dead_letters', bytes: bytes / 3 }]);
    sqlite.close();
  });

  it('are bounded in an actor, which tells what it let go', async () => {
    const told: string[] = [];
    const log = { ...SILENT_LOG, error: (_fields: unknown, text?: string) => void told.push(String(text)) } as unknown as typeof SILENT_LOG;
    const world = await createWorld({ maxDeadLetterBytes: 2_000, log });
    await world.actor.start();
    for (const seq of [1, 2, 3]) world.deliver(seq, malformed('x'.repeat(700)));
    expect(world.actor.deadLetters().map(({ seq }) => seq)).not.toContain(1);
    expect(world.actor.deadLetterCount()).toBeGreaterThan(0);
    expect(told.find((text) => text.includes('lets the oldest go'))).toBe(
      'tabs has 2000 bytes of dead letters at most, and lets the oldest go: message 1 of the stream (malformed)',
    );
  });
});

describe('what is put aside', () => {
  it('is so many messages at most; the next one is given up on at once', async () => {
    const world = await createWorld({ maxParked: 2 });
    await world.actor.start();
    await world.publish(charged('a', 1), charged('b', 1), charged('c', 1));
    await world.pass(10);
    expect(world.actor.parked().map(({ subject }) => subject)).toEqual(['a', 'b']);
    expect(world.actor.deadLetters()).toMatchObject([{ subject: 'c', attempts: 1 }]);
  });

  it('has so many bytes at most, also after a restart; what does not fit is given up on at once', async () => {
    const room = Buffer.byteLength(JSON.stringify(charged('a', 1))) + Buffer.byteLength(JSON.stringify(charged('b', 1)));
    const world = await createWorld({ maxParkedBytes: room });
    await world.actor.start();
    await world.publish(charged('a', 1), charged('b', 1), charged('c', 1));
    await world.pass(10);
    await world.actor.stop();
    await world.actor.start();
    await world.publish(charged('d', 1));
    await world.pass(10);
    expect(world.actor.parked().map(({ subject }) => subject)).toEqual(['a', 'b']);
    expect(world.actor.deadLetters().map(({ subject }) => subject)).toEqual(['c', 'd']);
    // Its place is free again once what it waits for came.
    await world.publish(opened('a'), charged('e', 1));
    await world.pass(10);
    expect(world.actor.parked().map(({ subject }) => subject)).toEqual(['b', 'e']);
  });

  it('is tried so often in all, the first time included, and told with that number', async () => {
    const world = await createWorld({ retry: { maxAttempts: 4 } });
    await world.actor.start();
    let tried = 0;
    world.interfere(() => {
      tried += 1;
      throw new Error('broken');
    });
    await world.publish(opened('a'));
    await world.pass(60_000);
    expect(tried).toBe(4);
    expect(world.actor.deadLetters()).toMatchObject([{ attempts: 4 }]);
    expect(world.actor.parked()).toEqual([]);
  });
});

describe('a message that comes too early', () => {
  it.each([
    ['it has never come to its turn', 45_000],
    ['its next turn would come later', 700],
  ])('is given up on at its deadline to the millisecond, where %s', async (_what, firstDelayMs) => {
    const world = await createWorld({ tooEarlyDeadlineMs: 1_000, retry: { firstDelayMs, maxDelayMs: 45_000 } });
    await world.actor.start();
    await world.pass(77);
    await world.publish(charged('a', 1));
    await world.pass(10);
    const [parked] = world.actor.read.select(parkedTable);
    await world.pass(60_000);
    expect(world.actor.deadLetters()).toMatchObject([{ subject: 'a', at: rfc3339(parked!.parkedAt + 1_000) }]);
  });

  it('has as many attempts as any other once it can be handled, however often it was too early', async () => {
    const world = await createWorld({ retry: { firstDelayMs: 50, maxDelayMs: 50, maxAttempts: 3 } });
    await world.actor.start();
    let tried = 0;
    world.interfere(({ type }) => {
      if (type !== 'Charged') return;
      tried += 1;
      throw new Error('broken');
    });
    await world.publish(charged('a', 1));
    await world.pass(1_000);
    expect(world.actor.parked()[0]?.attempts).toBeGreaterThan(3);
    await world.publish(opened('a'));
    await world.pass(10_000);
    expect([tried, world.actor.deadLetters()]).toEqual([3, [expect.objectContaining({ type: 'Charged', attempts: 3 })]]);
  });

  it('waits for five minutes where nothing else was said', async () => {
    const world = await createWorld();
    await world.actor.start();
    await world.publish(charged('a', 1));
    await world.pass(10);
    const [parked] = world.actor.read.select(parkedTable);
    await world.pass(HOUR_MS);
    expect(world.actor.deadLetters()).toMatchObject([{ at: rfc3339(parked!.parkedAt + 5 * 60_000) }]);
  });
});

describe('an outbox', () => {
  const emit = (world: Awaited<ReturnType<typeof createWorld>>, count: number): void =>
    world.actor.execute(CAUSE, (scope) => {
      for (let total = 1; total <= count; total += 1) scope.emit(Totaled, 'a', { tabId: 'a', total });
    });

  it.each([
    [999, 999],
    [1_000, 0],
  ])('of %i published rows keeps %i of them until the next transaction', async (count, left) => {
    const world = await createWorld({ housekeepingDelayMs: HOUR_MS });
    await world.actor.start();
    emit(world, count);
    await world.pass(10);
    expect([await world.totaled(), world.actor.read.count(outboxTable)]).toEqual([expect.objectContaining({ length: count }), left]);
    emit(world, 1);
    expect(world.actor.read.count(outboxTable)).toBe(1);
  });

  it('holds nothing of what was published when its actor has had nothing to do for a while', async () => {
    const world = await createWorld({ housekeepingDelayMs: 1_000 });
    await world.actor.start();
    // The first time old rows are looked for anyway; then not for an hour.
    for (let time = 1; time <= 2; time += 1) {
      emit(world, 1);
      await world.pass(999);
      const before = world.actor.read.count(outboxTable);
      await world.pass(2);
      expect([before, world.actor.read.count(outboxTable)]).toEqual([1, 0]);
    }
  });

  it('is published and empty before its actor has stopped', async () => {
    const publishMs = 50;
    const world = await createWorld({
      housekeepingDelayMs: HOUR_MS,
      wrapBus: (bus) => ({
        ...bus,
        publish: async (messages) => {
          await new Promise<void>((resolve) => void world.time.after(publishMs, resolve));
          await bus.publish(messages);
        },
      }),
    });
    await world.actor.start();
    // Three publishes, one after the other.
    emit(world, 450);
    let hasStopped = false;
    void world.actor.stop().then(() => {
      hasStopped = true;
    });
    await world.pass(3 * publishMs - 1);
    expect([hasStopped, world.entries.filter(({ kind }) => kind === 'context')]).toEqual([
      false,
      [expect.objectContaining({ change: 'started' })],
    ]);
    await world.pass(1);
    expect([hasStopped, world.entries.at(-1), (await world.totaled()).length, world.actor.read.count(outboxTable)]).toEqual([
      true,
      { kind: 'context', context: 'tabs', change: 'stopped' },
      450,
      0,
    ]);
  });
});

describe('a full outbox', () => {
  it('lets messages wait, which passes by itself and loses none', async () => {
    let isAway = true;
    const world = await createWorld({
      maxOutbox: 2,
      wrapBus: (bus) => ({
        ...bus,
        publish: (messages) => (isAway ? Promise.reject(new OperatingError('infrastructure', 'away')) : bus.publish(messages)),
      }),
    });
    await world.actor.start();
    for (const total of [1, 2]) world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total }));
    await world.publish(opened('b'));
    await world.pass(1_000);
    expect(world.total('b')).toBeUndefined();
    expect(world.failures.length).toBeGreaterThan(0);
    expect(world.failures.every((error) => error instanceof OperatingError && error.isPassing)).toBe(true);
    isAway = false;
    await world.pass(60_000);
    expect(world.total('b')).toBe(0);
    expect(world.actor.deadLetters()).toEqual([]);
  });
});

describe('a database in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'food-sim-bounds-'));
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['FULL', 2],
    ['NORMAL', 1],
    ['OFF', 0],
  ] as const)('waits for its disk as %s says, in a log written ahead, also when it is opened again', (synchronous, level) => {
    const opened = new Set<Sqlite.Database>();
    const original = Sqlite.prototype.pragma;
    vi.spyOn(Sqlite.prototype, 'pragma').mockImplementation(function (this: Sqlite.Database, ...given) {
      opened.add(this);
      return original.apply(this, given);
    });
    for (const name of ['first', 'second', 'first']) {
      opened.clear();
      const database = createFileDisk(folder, { synchronous }).open(name, [RUNTIME_SCHEMA]);
      const [sqlite] = opened;
      expect([original.call(sqlite, 'synchronous', { simple: true }), original.call(sqlite, 'journal_mode', { simple: true })]).toEqual([
        level,
        'wal',
      ]);
      database.close();
    }
  });
});
