import Sqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Envelope } from '../../kernel/envelope.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { defineEvent } from '../../kernel/event.ts';
import { VIRTUAL_EPOCH_MS } from '../../kernel/virtual-time.ts';
import { SimulatedCrash } from './actor-port.ts';
import { createWorld, type World, type WorldChanges } from './actor.fixture.ts';
import { whenever, type ContextDefinition, type Scope } from './context.ts';
import { deadlinesTable, RUNTIME_SCHEMA } from './ledger.ts';
import { createSqliteMemoryDisk } from '../tables/sqlite.ts';
import { defineTable, type Database, type Disk } from '../tables/tables.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };
const HOUR_MS = 3_600_000;
const at = (ms: number): number => VIRTUAL_EPOCH_MS + ms;

const HoldExpired = defineEvent('HoldExpired', z.object({ holdId: z.string() }));
const Reminded = defineEvent('Reminded', z.object({ holdId: z.string() }));
const expiries = defineTable<{ readonly holdId: string; readonly count: number }>({
  name: 'expiries',
  columns: { holdId: 'text', count: 'integer' },
  key: ['holdId'],
});

/** A context that keeps holds, and hears of its own deadlines. */
const HOLDS: ContextDefinition = {
  name: 'holds',
  schema: {
    component: 'holds',
    tables: [expiries],
    migrations: [{ version: 1, statements: ['CREATE TABLE expiries (holdId TEXT NOT NULL PRIMARY KEY, count INTEGER NOT NULL) STRICT'] }],
  },
  events: [HoldExpired, Reminded],
  deadlines: [HoldExpired],
  routes: [],
  refusals: {},
  subscriptions: [
    whenever(HoldExpired, ({ data: { holdId } }, { tables }) => {
      tables.put(expiries, { holdId, count: (tables.get(expiries, holdId)?.count ?? 0) + 1 });
    }),
  ],
};

const holdsWorld = (changes: WorldChanges = {}): Promise<World> => createWorld({ definition: HOLDS, ...changes });
const doing = (world: World, work: (scope: Scope) => unknown): void => void world.actor.execute(CAUSE, work);
const setting = (world: World, holdId: string, afterMs: number): void =>
  doing(world, (scope) => scope.setDeadline(HoldExpired, holdId, { holdId }, at(afterMs)));
const expired = (world: World): readonly string[] => world.actor.read.select(expiries).map(({ holdId, count }) => `${holdId}=${count}`);
const told = async (world: World): Promise<readonly Envelope[]> => {
  const events: Envelope[] = [];
  for await (const { message } of world.bus.read({ afterSeq: 0, types: ['HoldExpired'] })) events.push(message as Envelope);
  return events;
};

describe('a deadline', () => {
  it('comes at its instant and not before, once, as what follows from the command that set it', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    setting(world, 'a', HOUR_MS);
    setting(world, 'b', 2 * HOUR_MS + 0.4);
    await world.pass(HOUR_MS - 1);
    expect(await told(world)).toEqual([]);
    expect(world.actor.overdue()).toBe(0);
    await world.pass(10);
    const [event, ...others] = await told(world);
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'HoldExpired',
      source: '/holds',
      subject: 'a',
      data: { holdId: 'a' },
      time: '2026-01-01T01:00:00.000Z',
      causationid: 'command-7',
      correlationid: 'request-7',
    });
    expect(event?.traceparent).toContain(CAUSE.traceId);
    await world.pass(10 * HOUR_MS);
    expect(expired(world)).toEqual(['a=1', 'b=1']);
    // Whole milliseconds are what clocks show: one that stands between two of them comes at the later.
    expect((await told(world))[1]?.time).toBe('2026-01-01T02:00:00.001Z');
    await world.actor.stop();
  });

  it('that was called off does not come; calling off tells whether there was one', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    setting(world, 'a', 100);
    setting(world, 'b', 100);
    await world.pass(50);
    const answers: boolean[] = [];
    doing(world, (scope) =>
      answers.push(scope.cancelDeadline(HoldExpired, 'a'), scope.cancelDeadline(HoldExpired, 'a'), scope.cancelDeadline(HoldExpired, 'c')),
    );
    expect(answers).toEqual([true, false, false]);
    await world.pass(1_000);
    expect(expired(world)).toEqual(['b=1']);
    await world.actor.stop();
  });

  it('that is set again replaces the earlier, be it sooner or later', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    for (const [holdId, first, second] of [
      ['later', 100, 300],
      ['sooner', 300, 100],
    ] as const) {
      setting(world, holdId, first);
      setting(world, holdId, second);
    }
    await world.pass(200);
    expect(expired(world)).toEqual(['sooner=1']);
    await world.pass(200);
    expect(expired(world)).toEqual(['later=1', 'sooner=1']);
    await world.actor.stop();
  });

  it('belongs to its transaction: one that is rolled back neither sets nor calls off', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    setting(world, 'kept', 100);
    expect(() =>
      doing(world, (scope) => {
        scope.setDeadline(HoldExpired, 'never', { holdId: 'never' }, at(50));
        scope.cancelDeadline(HoldExpired, 'kept');
        throw new Error('no');
      }),
    ).toThrow('no');
    await world.pass(1_000);
    expect(expired(world)).toEqual(['kept=1']);
    await world.actor.stop();
  });

  it('in the past comes at once, but not before what set it is committed', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    await world.pass(500);
    setting(world, 'a', 0);
    expect(await told(world)).toEqual([]);
    await world.pass(1);
    expect(expired(world)).toEqual(['a=1']);
    await world.actor.stop();
  });

  it('survives that its context is down: what is overdue comes at its start, in the order of instants', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    for (const [holdId, afterMs] of [
      ['c', 300],
      ['a', 100],
      ['b', 200],
      ['d', 5_000],
    ] as const)
      setting(world, holdId, afterMs);
    await world.actor.crash();
    await world.pass(1_000);
    expect(await told(world)).toEqual([]);
    await world.actor.start();
    await world.pass(1);
    expect((await told(world)).map(({ subject }) => subject)).toEqual(['a', 'b', 'c']);
    await world.pass(5_000);
    expect((await told(world)).map(({ subject }) => subject)).toEqual(['a', 'b', 'c', 'd']);
    await world.actor.stop();
  });

  it('passes in the order of instants, however many do at once', async () => {
    const world = await holdsWorld();
    await world.actor.start();
    doing(world, (scope) => {
      for (let index = 0; index < 250; index += 1) scope.setDeadline(HoldExpired, `h${index}`, { holdId: `h${index}` }, at(250 - index));
    });
    await world.actor.crash();
    await world.pass(1_000);
    await world.actor.start();
    await world.pass(10);
    expect((await told(world)).map(({ subject }) => subject)).toEqual(Array.from({ length: 250 }, (_, index) => `h${249 - index}`));
    await world.actor.stop();
  });

  it('comes once, whatever crash point its context dies at, and dies at again', async () => {
    const playing = async (...turns: readonly number[]) => {
      let reached = 0;
      const points: string[] = [];
      const world = await holdsWorld({
        reach: (point, _context, type) => {
          reached += 1;
          points.push(`${point} ${type}`);
          if (turns.includes(reached)) throw new SimulatedCrash(`at ${point}`);
        },
      });
      for (let life = 0; life < 4; life += 1) {
        await world.actor.start();
        if (life === 0)
          try {
            setting(world, 'a', 100);
          } catch (error) {
            if (!(error instanceof SimulatedCrash)) throw error;
          }
        await world.pass(200);
      }
      // Where the command itself was rolled back, nothing was set.
      const outcome = [
        points[turns[0]! - 1] === 'before-commit command' ? ['none'] : expired(world),
        (await told(world)).map(({ id }) => id).filter((id, index, all) => all.indexOf(id) === index).length,
        world.actor.read.count(deadlinesTable),
      ];
      await world.actor.stop();
      return { outcome, points };
    };
    const { points, outcome } = await playing(Infinity);
    expect(outcome).toEqual([['a=1'], 1, 0]);
    expect(points).toEqual(
      expect.arrayContaining([
        'before-commit HoldExpired',
        'after-commit HoldExpired',
        'before-publish HoldExpired',
        'after-publish HoldExpired',
        'before-acknowledge HoldExpired',
      ]),
    );
    for (let first = 2; first <= points.length; first += 1) {
      for (const second of [Infinity, first + 1, first + 2]) {
        expect((await playing(first, second)).outcome, `crash at ${points[first - 1]}, then ${second}`).toEqual([['a=1'], 1, 0]);
      }
    }
  });

  it('is overdue while the database fails, is tried again after pauses, and is not lost', async () => {
    let isBroken = false;
    const failing = (disk: Disk): Disk => ({
      has: (name) => disk.has(name),
      open: (name, schemas) => {
        const database = disk.open(name, schemas);
        const transact: Database['transact'] = (work) => {
          if (isBroken) throw new OperatingError('infrastructure', 'the disk is full');
          return database.transact(work);
        };
        return { ...database, transact };
      },
    });
    const world = await holdsWorld({ wrapDisk: failing, retry: { maxDelayMs: 1_000 }, housekeepingDelayMs: HOUR_MS });
    await world.actor.start();
    setting(world, 'a', 100);
    isBroken = true;
    await world.pass(3_500);
    expect(world.actor.overdue()).toBe(1);
    // Not in a hot loop: once at its instant, and then once a second.
    expect(world.failures.length).toBe(4);
    isBroken = false;
    await world.pass(1_000);
    expect(expired(world)).toEqual(['a=1']);
    expect(world.actor.overdue()).toBe(0);
    await world.actor.stop();
  });

  it('is not told into an outbox that is full', async () => {
    let isAway = true;
    const world = await holdsWorld({
      maxOutbox: 1,
      retry: { firstDelayMs: 100, maxDelayMs: 100 },
      wrapBus: (bus) => ({
        ...bus,
        publish: (events) => {
          if (isAway) throw new OperatingError('infrastructure', 'the bus is away', { isPassing: true });
          return bus.publish(events);
        },
      }),
    });
    await world.actor.start();
    doing(world, (scope) => {
      scope.setDeadline(HoldExpired, 'a', { holdId: 'a' }, at(10));
      scope.emit(Reminded, 'b', { holdId: 'b' });
    });
    await world.pass(500);
    expect([world.actor.unpublished(), world.actor.overdue()]).toEqual([1, 1]);
    isAway = false;
    await world.pass(500);
    expect(expired(world)).toEqual(['a=1']);
    await world.actor.stop();
  });

  it.each<[string, (scope: Scope) => void, RegExp, RegExp]>([
    [
      'an event that is no deadline of the context',
      (scope) => scope.setDeadline(Reminded, 'a', { holdId: 'a' }, at(1)),
      /^holds sets a deadline Reminded, which is not among its deadlines$/,
      /deadlines: \[Reminded\]/,
    ],
    [
      'an instant that is none',
      (scope) => scope.setDeadline(HoldExpired, 'a', { holdId: 'a' }, NaN),
      /^holds sets the deadline HoldExpired of a to NaN, which is not an instant$/,
      /scope\.now \+ 60_000/,
    ],
    [
      'an instant that never comes',
      (scope) => scope.setDeadline(HoldExpired, 'a', { holdId: 'a' }, Infinity),
      /to Infinity, which is not an instant$/,
      /scope\.now/,
    ],
    [
      'an instant beyond all dates',
      (scope) => scope.setDeadline(HoldExpired, 'a', { holdId: 'a' }, 1e17),
      /which is not an instant$/,
      /scope\.now/,
    ],
    [
      'nobody in particular',
      (scope) => scope.setDeadline(HoldExpired, '', { holdId: 'a' }, at(1)),
      /^holds sets a deadline HoldExpired of "", which is not an id$/,
      /a text/,
    ],
  ])('of %s is refused by name and mend', async (_what, work, message, mend) => {
    const misuses: OperatingError[] = [];
    const world = await holdsWorld({ onMisuse: (error) => misuses.push(error) });
    await world.actor.start();
    expect(() => doing(world, work)).toThrow(message);
    expect(misuses).toEqual([expect.objectContaining({ trouble: 'invalid-input', mend: expect.stringMatching(mend) as string })]);
    expect(() => doing(world, (scope) => scope.setDeadline(HoldExpired, 'a', { holdId: 7 } as never, at(1)))).toThrow(/expected string/);
    expect(world.actor.read.count(deadlinesTable)).toBe(0);
    await world.actor.stop();
  });

  it('that its context can not tell any more becomes a dead letter, and keeps no other', async () => {
    const disk = createSqliteMemoryDisk();
    const before = await holdsWorld({ wrapDisk: () => disk });
    await before.actor.start();
    for (const [holdId, afterMs] of [
      ['old', 100],
      ['new', 100],
      ['x'.repeat(2_000), 100],
    ] as const)
      setting(before, holdId, afterMs);
    await before.actor.crash();
    const Stricter = defineEvent('HoldExpired', z.object({ holdId: z.string().refine((id) => id !== 'old', 'is old') }));
    const world = await holdsWorld({
      wrapDisk: () => disk,
      definition: { ...HOLDS, events: [Stricter], deadlines: [Stricter] },
      maxMessageBytes: 1_500,
    });
    await world.actor.start();
    await world.pass(1_000);
    expect(expired(world)).toEqual(['new=1']);
    expect(world.actor.deadLetters().map(({ type, subject, error }) => [type, subject.slice(0, 3), error.slice(0, 70)])).toEqual([
      ['HoldExpired', 'xxx', expect.stringContaining('event-too-large')],
      ['HoldExpired', 'old', 'The event breaks the contract of HoldExpired: data.holdId: is old'],
    ]);
    expect(world.actor.read.count(deadlinesTable)).toBe(0);
    await world.actor.stop();
  });

  it('costs a context nothing that sets none, nor one that called it off, or was rolled back: no statement more', async () => {
    const asked: string[] = [];
    const listening = (disk: Disk): Disk => ({
      has: (name) => disk.has(name),
      open: (name, schemas) => {
        const database = disk.open(name, schemas);
        const heard = <Functions extends object>(functions: Functions): Functions =>
          Object.fromEntries(
            Object.entries(functions as Record<string, (table: { readonly name: string }, ...rest: unknown[]) => unknown>).map(
              ([method, work]) => [
                method,
                (table: { readonly name: string }, ...rest: unknown[]) => {
                  if (table.name === 'deadlines') asked.push(method);
                  return work(table, ...rest);
                },
              ],
            ),
          ) as Functions;
        return { ...database, read: heard(database.read), transact: (work) => database.transact((tx) => work(heard(tx))) };
      },
    });
    const world = await holdsWorld({ wrapDisk: listening });
    await world.actor.start();
    // Once in a life, to go on with what earlier ones left.
    expect(asked.splice(0)).toEqual(['select']);
    const remind = (scope: Scope): void => scope.emit(Reminded, 'a', { holdId: 'a' });
    for (let turn = 0; turn < 3; turn += 1) doing(world, remind);
    await world.pass(10);
    expect(asked).toEqual([]);
    expect(() =>
      doing(world, (scope) => {
        scope.setDeadline(HoldExpired, 'a', { holdId: 'a' }, at(50));
        throw new Error('no');
      }),
    ).toThrow('no');
    doing(world, remind);
    expect(asked.splice(0)).toEqual(['put']);
    setting(world, 'a', 100);
    doing(world, (scope) => scope.cancelDeadline(HoldExpired, 'a'));
    expect(asked.splice(0)).toEqual(['put', 'select', 'remove', 'select']);
    await world.pass(1_000);
    expect(asked).toEqual([]);
    await world.actor.stop();
  });

  it('has its table in databases that were there before', () => {
    const sqlite = new Sqlite(':memory:');
    for (const { version, statements } of RUNTIME_SCHEMA.migrations) {
      if (version === 4) sqlite.exec("INSERT INTO outbox VALUES (1, 'e', '{}')");
      for (const statement of statements) sqlite.exec(statement);
    }
    expect(sqlite.prepare('SELECT count(*) AS count FROM deadlines').get()).toEqual({ count: 0 });
    expect(sqlite.prepare('SELECT count(*) AS count FROM outbox').get()).toEqual({ count: 1 });
    const plan = sqlite.prepare('EXPLAIN QUERY PLAN SELECT * FROM deadlines ORDER BY at, type, subject LIMIT 1').all() as {
      readonly detail: string;
    }[];
    expect(plan.map(({ detail }) => detail).join()).toContain('USING INDEX deadlines_at');
    sqlite.close();
  });
});
