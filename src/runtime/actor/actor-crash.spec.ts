import { describe, expect, it } from 'vitest';
import { charged, createWorld, opened, Totaled } from './actor.fixture.ts';
import type { World } from './actor.fixture.ts';
import { SimulatedCrash } from './actor-port.ts';
import type { CrashPoint } from './actor-port.ts';
import { outboxTable } from './ledger.ts';

const CAUSE = { causationId: 'command-7', correlationId: 'request-7', traceId: '0123456789abcdef0123456789abcdef' };

interface Crashes {
  readonly reached: CrashPoint[];
  readonly reach: (point: CrashPoint) => void;
}

/** Crashes the actor at the given reaches of a crash point, counted from 1 over all its lives. */
const crashesAt = (...turns: readonly number[]): Crashes => {
  const reached: CrashPoint[] = [];
  return {
    reached,
    reach: (point) => {
      reached.push(point);
      if (turns.includes(reached.length)) throw new SimulatedCrash(`at ${point}`);
    },
  };
};

/** Plays the same story, starting the actor again whenever it is down, and gives what came of it. */
const play = async (crashes: Crashes, maxBatch: number): Promise<World> => {
  const world = await createWorld({ reach: crashes.reach, maxBatch, retry: { maxAttempts: 2 } });
  const poison = charged('a', 1_000);
  world.interfere((event) => {
    if (event.id === poison.id) throw new Error('cannot digest this');
  });
  const revive = async (): Promise<void> => {
    for (let life = 0; life < 4; life += 1) {
      await world.actor.start();
      await world.pass(200);
    }
  };
  await world.publish(charged('b', 5));
  await revive();
  await world.publish(opened('a'), charged('a', 1), poison, charged('a', 2));
  await revive();
  await world.publish(opened('b'), charged('a', 3));
  await revive();
  return world;
};

const outcomeOf = async (world: World): Promise<object> => ({
  a: world.total('a'),
  b: world.total('b'),
  deadLetters: world.actor.deadLetters().map(({ seq, error }) => ({ seq, error })),
  workload: await world.actor.workload(),
  // The order between subjects may differ after a crash; within one it never does.
  totaled: (await world.totaled()).toSorted((left, right) => left.charCodeAt(0) - right.charCodeAt(0)),
  publishedTwice: ((ids) => ids.length - new Set(ids).size)(
    world.entries.flatMap((entry) => (entry.kind === 'message.published' ? [entry.event.id] : [])),
  ),
});

const EXPECTED = {
  a: 6,
  b: 5,
  deadLetters: [{ error: 'cannot digest this' }],
  workload: { outbox: 0, parked: [], pending: 0, unacknowledged: 0 },
  totaled: ['a=0', 'a=1', 'a=3', 'a=6', 'b=0', 'b=5'],
  publishedTwice: 0,
};

describe('a crash', () => {
  for (const maxBatch of [1, 100]) {
    it(`at any crash point, and again at any later one, loses nothing and repeats nothing (batches of ${maxBatch})`, async () => {
      const healthy = crashesAt();
      expect(await outcomeOf(await play(healthy, maxBatch))).toMatchObject(EXPECTED);
      const count = healthy.reached.length;
      expect(new Set(healthy.reached)).toEqual(
        new Set(['before-commit', 'after-commit', 'before-publish', 'after-publish', 'before-acknowledge']),
      );
      for (let first = 1; first <= count; first += 1) {
        for (const second of [first + 1, first + 5]) {
          const crashes = crashesAt(first, second);
          const world = await play(crashes, maxBatch);
          const place = `crash at ${crashes.reached[first - 1]} (reach ${first}), then ${crashes.reached[second - 1]} (reach ${second})`;
          expect(world.entries.filter((entry) => entry.kind === 'context' && entry.change === 'crashed').length, place).toBeGreaterThan(0);
          expect(await outcomeOf(world), place).toMatchObject(EXPECTED);
        }
      }
    });
  }

  it('before the commit of a command rolls it back, and after it keeps it; its caller hears of the crash', async () => {
    for (const [turn, point, isKept] of [
      [1, 'before-commit', false],
      [2, 'after-commit', true],
    ] as const) {
      const world = await createWorld({ reach: crashesAt(turn).reach });
      await world.actor.start();
      const command = (): void => world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }), 'count');
      expect(command).toThrow(`at ${point}`);
      expect(command).toThrow('the context tabs is not running');
      await world.pass(100);
      expect(await world.totaled()).toEqual([]);
      expect((await world.actor.workload()).outbox).toBe(isKept ? 1 : 0);
      await world.actor.start();
      await world.pass(0);
      expect(await world.totaled()).toEqual(isKept ? ['a=1'] : []);
    }
  });

  it('between publishing and removing republishes under the same id, which is stored once', async () => {
    const world = await createWorld();
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(1);
    expect(world.actor.read.count(outboxTable)).toBe(1);
    expect((await world.actor.workload()).outbox).toBe(0);
    await world.actor.crash();
    expect((await world.actor.workload()).outbox).toBe(1);
    await world.actor.start();
    await world.pass(2_000);
    expect(await world.totaled()).toEqual(['a=0']);
    expect(world.actor.read.count(outboxTable)).toBe(0);
    expect(world.entries.filter((entry) => entry.kind === 'message.published')).toHaveLength(1);
  });

  it('asked for twice is one, and what is on the bus waits for the next life', async () => {
    const world = await createWorld();
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(1);
    await Promise.all([world.actor.crash(), world.actor.crash()]);
    await world.publish(charged('a', 1), charged('a', 2));
    await world.pass(1_000);
    expect(world.total('a')).toBe(0);
    expect(await world.actor.workload()).toEqual({ outbox: 1, parked: [], pending: 2, unacknowledged: 0 });
    await world.actor.start();
    await world.pass(1);
    expect(world.total('a')).toBe(3);
    expect(world.entries.flatMap((entry) => (entry.kind === 'context' ? [entry.change] : []))).toEqual(['started', 'crashed', 'started']);
  });
});

describe('a stop', () => {
  it('publishes what was committed, tidies up, and is idempotent', async () => {
    const world = await createWorld();
    await world.actor.start();
    world.actor.execute(CAUSE, (scope) => scope.emit(Totaled, 'a', { tabId: 'a', total: 1 }));
    const stopping = world.actor.stop();
    expect(() => world.actor.execute(CAUSE, () => 1)).toThrow('the context tabs is stopping');
    await Promise.all([stopping, world.actor.stop()]);
    expect(await world.totaled()).toEqual(['a=1']);
    expect(world.actor.read.count(outboxTable)).toBe(0);
    await world.actor.stop();
    await world.actor.start();
    await world.publish(opened('a'));
    await world.pass(1);
    expect(world.total('a')).toBe(0);
  });
});
