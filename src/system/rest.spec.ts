import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createMemoryBusHost } from '../bus/memory.ts';
import { FOOD } from '../contexts/index.ts';
import { OperatingError } from '../kernel/errors.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import type { EntryBody } from '../kernel/recording.ts';
import { createVirtualTime } from '../kernel/virtual-time.ts';
import type { Actor, Workload } from '../runtime/actor/actor-port.ts';
import type { FaultKind } from '../runtime/faults/fault-kind.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import { createSystem } from './create.ts';
import { createRestWatch, type RestSources } from './rest.ts';
import type { System } from './system.ts';

const IDLE: Workload = { outbox: 0, parked: [], pending: 0, unacknowledged: 0 };

/** Sources that are at rest; `whileAsked` happens while the bus is being asked for the n-th time. */
const fakeSources = (
  changes: {
    overdue?: number;
    workload?: Partial<Workload>;
    sources?: Partial<RestSources>;
    whileAsked?: (time: number, world: World) => void;
  } = {},
) => {
  const world: World = { activity: 1, seq: 1, requests: [], delayed: [], unsent: 0, overdue: changes.overdue ?? 0 };
  let asked = 0;
  const actor = {
    name: 'store',
    activity: () => world.activity,
    unpublished: () => 0,
    overdue: () => world.overdue,
    workload: () => Promise.resolve({ ...IDLE, ...changes.workload }),
  } as unknown as Actor;
  const sources: RestSources = {
    actors: () => [actor],
    requests: () => world.requests,
    outlets: () => [{ context: 'notification', waiting: world.unsent }],
    delayedMessages: () => world.delayed,
    isWithheld: () => false,
    lastSeq: async () => {
      const { seq } = world;
      await Promise.resolve();
      changes.whileAsked?.((asked += 1), world);
      return seq;
    },
    ...changes.sources,
  };
  return { sources, world };
};
interface World {
  activity: number;
  seq: number;
  requests: string[];
  delayed: string[];
  unsent: number;
  overdue: number;
}

const inspect = (sources: RestSources) =>
  createRestWatch(
    sources,
    createVirtualTime(() => yieldTurn()),
  ).inspect();

describe('a look at rest', () => {
  it('finds it where nothing is on its way', async () => {
    expect(await inspect(fakeSources().sources)).toEqual({ isAtRest: true });
  });

  it('names what keeps it from rest for good, where events wait for a bus that refuses them', async () => {
    const obstacle = new OperatingError('infrastructure', 'the disk is full');
    expect(await inspect(fakeSources({ workload: { outbox: 1, obstacle } }).sources)).toMatchObject({ isAtRest: false, obstacle });
    // What it said before it took them all is no obstacle any more.
    expect(await inspect(fakeSources({ workload: { pending: 1, obstacle } }).sources)).not.toHaveProperty('obstacle');
  });

  const parked = [{ id: 'e1', type: 'Paid', subject: 'o1', attempts: 2, reason: 'order o1 is not known here' }];
  /** Whatever of the sources is counted; what only says more of it (a reason, who holds what) is not. */
  type Counted =
    'overdue' | Exclude<keyof Workload, 'whyUnpublished' | 'obstacle'> | Exclude<keyof RestSources, 'actors' | 'isWithheld' | 'lastSeq'>;
  type Change = NonNullable<Parameters<typeof fakeSources>[0]>;

  /** By each alone the system is kept from rest: the compiler refuses one that is counted and has no line here. */
  const KEEPS_FROM_REST: Readonly<Record<Counted, readonly (readonly [change: Change, sentence: string])[]>> = {
    outbox: [
      [{ workload: { outbox: 2 } }, 'store: 2 events in the outbox, not yet published'],
      [
        { workload: { outbox: 1, whyUnpublished: 'the disk is full' } },
        'store: 1 event in the outbox, not yet published: the disk is full',
      ],
    ],
    pending: [[{ workload: { pending: 1 } }, 'store: 1 message on the bus, not yet delivered']],
    unacknowledged: [[{ workload: { unacknowledged: 1 } }, 'store: 1 message delivered, not yet acknowledged']],
    parked: [[{ workload: { parked } }, 'store: Paid of o1 parked after 2 attempts: order o1 is not known here']],
    requests: [[{ sources: { requests: () => ['POST /orders'] } }, 'POST /orders is being answered']],
    outlets: [
      [{ sources: { outlets: () => [{ context: 'notification', waiting: 3 }] } }, 'notification: 3 notices not yet sent'],
      [
        {
          sources: {
            outlets: () => [
              { context: 'front', waiting: 0 },
              { context: 'notification', waiting: 1 },
            ],
          },
        },
        'notification: 1 notice not yet sent',
      ],
    ],
    overdue: [
      [{ overdue: 1 }, 'store: 1 deadline passed, not yet told'],
      [{ overdue: 2 }, 'store: 2 deadlines passed, not yet told'],
    ],
    delayedMessages: [[{ sources: { delayedMessages: () => ['Paid is late'] } }, 'Paid is late']],
  };
  it.each(Object.entries(KEEPS_FROM_REST).flatMap(([what, lines]) => lines.map((line) => [what, ...line] as const)))(
    'is kept from rest by %s alone, and names it: %#',
    async (_what, changes, sentence) => {
      expect(await inspect(fakeSources(changes).sources)).toEqual({ isAtRest: false, inFlight: [sentence] });
    },
  );

  it('asks every context that runs, not the first alone', async () => {
    const actorOf = (name: string, pending: number): Actor =>
      ({
        name,
        activity: () => 0,
        unpublished: () => 0,
        overdue: () => 0,
        workload: () => Promise.resolve({ ...IDLE, pending }),
      }) as unknown as Actor;
    const sources = { actors: () => [actorOf('front', 0), actorOf('store', 1), actorOf('rider', 2)] };
    expect(await inspect(fakeSources({ sources }).sources)).toEqual({
      isAtRest: false,
      inFlight: ['store: 1 message on the bus, not yet delivered', 'rider: 2 messages on the bus, not yet delivered'],
    });
  });

  it('does not count what is parked behind a message that somebody holds', async () => {
    const isWithheld = (context: string, subject: string): boolean => context === 'store' && subject === 'o1';
    expect(await inspect(fakeSources({ workload: { parked }, sources: { isWithheld } }).sources)).toEqual({ isAtRest: true });
    const other = [{ ...(parked[0] as (typeof parked)[0]), subject: 'o2' }];
    expect(await inspect(fakeSources({ workload: { parked: [...parked, ...other] }, sources: { isWithheld } }).sources)).toMatchObject({
      inFlight: [expect.stringMatching(/of o2 parked/)],
    });
  });

  it('asks a bus that is away again, until its time is up; then that is what broke', async () => {
    const away = new OperatingError('infrastructure', 'the bus is away');
    let failures = 3;
    const passing = fakeSources({
      sources: { lastSeq: () => (failures > 0 ? Promise.reject(((failures -= 1), away)) : Promise.resolve(1)) },
    });
    const wait = (sources: RestSources) => {
      const time = createVirtualTime(() => yieldTurn());
      return time.run(() => createRestWatch(sources, time).wait(1_000));
    };
    expect(await wait(passing.sources)).toEqual({ isAtRest: true });
    expect(failures).toBe(0);
    await expect(wait(fakeSources({ sources: { lastSeq: () => Promise.reject(away) } }).sources)).rejects.toBe(away);
    await expect(wait(fakeSources({ sources: { lastSeq: () => Promise.reject(new Error('a bug')) } }).sources)).rejects.toThrow('a bug');
  });

  // Each of the two questions to the bus, of an inspection and of a wait after a proof.
  const happenings: readonly (readonly [string, (world: World) => void])[] = [
    ['a transaction', (world) => (world.activity += 1)],
    ['a request that came in', (world) => world.requests.push('POST /reviews')],
    ['a message let go', (world) => world.delayed.push('Paid is late')],
    ['a notice written', (world) => (world.unsent += 1)],
    ['a deadline that passed', (world) => (world.overdue += 1)],
  ];
  it.each(happenings)('is not deceived by %s while the bus is asked', async (_what, happen) => {
    for (const when of [1, 2]) {
      const { sources } = fakeSources({
        whileAsked: (time, world) => {
          if (time === when) happen(world);
        },
      });
      expect((await inspect(sources)).isAtRest).toBe(false);
    }
  });

  it.each(happenings)('does not trust an old proof after %s', async (_what, happen) => {
    const time = createVirtualTime(() => yieldTurn());
    for (const isMeanwhile of [false, true]) {
      const { sources, world } = fakeSources({
        whileAsked: (asked, at) => {
          if (isMeanwhile && asked === 3) happen(at);
        },
      });
      const watch = createRestWatch(
        {
          ...sources,
          actors: () =>
            sources.actors().map((actor) => ({ ...actor, workload: () => Promise.resolve({ ...IDLE, outbox: world.activity - 1 }) })),
        },
        time,
      );
      expect(await time.run(() => watch.wait(0))).toEqual({ isAtRest: true });
      if (!isMeanwhile) happen(world);
      expect((await time.run(() => watch.wait(0))).isAtRest).toBe(false);
    }
  });

  it('is not there where the stream grew between two glances', async () => {
    const { sources } = fakeSources({
      whileAsked: (time, world) => {
        if (time === 1) world.seq += 1;
      },
    });
    expect(await inspect(sources)).toEqual({ isAtRest: false, inFlight: ['messages were handled while the system was being looked at'] });
  });

  it('does not trust an old proof after the stream grew', async () => {
    const time = createVirtualTime(() => yieldTurn());
    const { sources, world } = fakeSources();
    const actors = () =>
      sources.actors().map((actor) => ({ ...actor, workload: () => Promise.resolve({ ...IDLE, pending: world.seq - 1 }) }));
    const watch = createRestWatch({ ...sources, actors }, time);
    expect(await time.run(() => watch.wait(0))).toEqual({ isAtRest: true });
    world.seq += 1;
    expect(await time.run(() => watch.wait(0))).toEqual({ isAtRest: false, inFlight: ['store: 1 message on the bus, not yet delivered'] });
  });

  it('waits no longer than it may, and stops for whoever leaves', async () => {
    const time = createVirtualTime(() => yieldTurn());
    const startedAt = time.now();
    const { sources } = fakeSources({ workload: { pending: 1 } });
    const watch = createRestWatch(sources, time);
    expect(await time.run(() => watch.wait(1_000))).toMatchObject({ isAtRest: false });
    expect(time.now() - startedAt).toBeGreaterThanOrEqual(1_000);
    expect(time.now() - startedAt).toBeLessThan(1_050);
    const leaving = new AbortController();
    time.after(100, () => {
      leaving.abort();
    });
    const before = time.now();
    await time.run(() => watch.wait(60_000, leaving.signal));
    expect(time.now() - before).toBeLessThan(150);
  });
});

/** Runs work on a real system: memory bus, virtual time, in process. */
const onSystem = async (
  seed: string,
  work: (system: System, entries: EntryBody[], time: ReturnType<typeof createVirtualTime>) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'food-sim-rest-'));
  const time = createVirtualTime(() => yieldTurn());
  const entries: EntryBody[] = [];
  try {
    await time.run(async () => {
      const busHost = createMemoryBusHost({ timers: time });
      const system = await createSystem({
        definition: FOOD,
        webhookUrl: undefined,
        busHost,
        world: 'rest',
        disk: createFileDisk(folder, { synchronous: 'OFF' }),
        timers: time,
        random: createRandom(seed),
        recorder: { record: (entry) => void entries.push(entry) },
        log: SILENT_LOG,
        http: { kind: 'in-process' },
        lookupTimeoutMs: 500,
        onTrouble: (error) => {
          throw error;
        },
      });
      try {
        await work(system, entries, time);
      } finally {
        await system.stop({ destroy: true });
        await busHost.close();
      }
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const place = async (system: System, customerId = 'kim'): Promise<string> => {
  const answer = await system.dispatch({
    method: 'POST',
    url: '/orders',
    headers: {},
    body: { customerId, storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' },
  });
  expect(answer.status).toBe(201);
  return (answer.body as { orderId: string }).orderId;
};

describe('the rest of a real system', () => {
  it('once declared, is followed by nothing, whatever delays were drawn', async () => {
    for (let round = 0; round < 12; round += 1) {
      await onSystem(`rest ${round}`, async (system, entries, time) => {
        const random = createRandom(`plan ${round}`);
        const kinds: readonly FaultKind[] = ['drop', 'duplicate', 'delay', 'reorder'];
        for (const kind of kinds) system.faults.add({ kind, times: 3, probability: random.next(), delayMs: [1, 1 + random.below(3_000)] });
        system.slowCall('order-lookup', { fromMs: 1, toMs: 400 });
        const placed: Promise<string>[] = [];
        for (let order = 0; order < 4; order += 1) time.after(random.below(30), () => void placed.push(place(system, `c${order}`)));
        time.after(31, () => undefined);
        await new Promise<void>((resolve) => void time.after(30, resolve));
        const ids = await Promise.all(placed);
        for (const id of ids) if (random.below(2) === 0) await system.dispatch({ method: 'DELETE', url: `/orders/${id}`, headers: {} });
        expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
        const [count, seen] = [entries.length, JSON.stringify(entries.at(-1))];
        await new Promise<void>((resolve) => void time.after(120_000, resolve));
        expect([round, entries.length, JSON.stringify(entries.at(-1))]).toEqual([round, count, seen]);
        expect(entries.some((entry) => entry.kind === 'fault')).toBe(true);
      });
    }
  });

  it('is not there during a request, a publish, right after a release; and is there while something is held', async () => {
    await onSystem('moments', async (system, entries) => {
      const hold = system.faults.add({ kind: 'hold', type: 'OrderPlaced', context: 'store', times: Infinity });
      const placing = place(system);
      expect(await system.inspectRest()).toMatchObject({ isAtRest: false });
      await placing;
      expect(await system.inspectRest()).toMatchObject({ isAtRest: false });
      // Paid is parked at the store behind the held OrderPlaced: it waits for the person who holds it, as that does.
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      const deliveredBefore = entries.length;
      hold.release();
      expect(await system.inspectRest()).toMatchObject({
        isAtRest: false,
        inFlight: expect.arrayContaining([expect.stringMatching(/^OrderPlaced of .* to store: hold by a fault/)]) as unknown,
      });
      const again = system.waitForRest(60_000);
      expect(await again).toEqual({ isAtRest: true });
      expect(entries.slice(deliveredBefore)).toContainEqual(
        expect.objectContaining({ kind: 'message.handled', context: 'store', type: 'OrderPlaced', handling: 'handled' }),
      );
    });
  });

  it('is asked anew after a context came back to what waits for it', async () => {
    await onSystem('back', async (system) => {
      await system.stopContext('store');
      const id = await place(system);
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      await system.startContext('store');
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      expect((await system.dispatch({ method: 'GET', url: `/foodCookings/${id}`, headers: {} })).status).toBe(200);
    });
  });

  it('waits for a slow answer, which a request asked for', async () => {
    await onSystem('slow', async (system, _entries, time) => {
      const id = await place(system);
      await system.waitForRest(60_000);
      system.slowCall('order-lookup', { fromMs: 400, toMs: 400 });
      const asking = system.dispatch({ method: 'GET', url: `/orders/${id}`, headers: {} });
      const startedAt = time.now();
      expect(await system.inspectRest()).toEqual({ isAtRest: false, inFlight: [`GET /orders/${id} is being answered`] });
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      expect(time.now() - startedAt).toBeGreaterThanOrEqual(400);
      expect((await asking).status).toBe(200);
    });
  });

  it('waits for a context that crashed and is coming back', async () => {
    await onSystem('coming back', async (system, entries, time) => {
      system.armCrash({ context: 'notification', at: 'after-commit', on: 'OrderPlaced', restart: true });
      await place(system);
      const hasCrashed = (): boolean => entries.some((entry) => entry.kind === 'context' && entry.change === 'crashed');
      while (!hasCrashed()) await new Promise<void>((resolve) => void time.after(1, resolve));
      // Later than what the others still do, and sooner than it is back.
      await new Promise<void>((resolve) => void time.after(15, resolve));
      expect([system.isRunning('notification'), await system.inspectRest()]).toEqual([
        false,
        { isAtRest: false, inFlight: ['notification crashed and is coming back'] },
      ]);
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      expect(system.isRunning('notification')).toBe(true);
    });
  });

  it('a context that dies while it starts, and one that is started twice at once, come up once', async () => {
    await onSystem('lives', async (system, entries) => {
      await system.stopContext('store');
      const id = await place(system);
      await system.waitForRest(60_000);
      system.armCrash({ context: 'store', at: 'after-commit', on: 'OrderPlaced', restart: true });
      await Promise.all([system.startContext('store'), system.startContext('store')]);
      expect(await system.waitForRest(60_000)).toEqual({ isAtRest: true });
      expect(system.isRunning('store')).toBe(true);
      expect((await system.dispatch({ method: 'PUT', url: `/foodCookings/${id}/accept`, headers: {} })).status).toBe(200);
      const lives = entries.flatMap((entry) => (entry.kind === 'context' && entry.context === 'store' ? [entry.change] : []));
      expect(lives).toEqual(['started', 'stopped', 'started', 'crashed', 'started']);
      await Promise.all([system.crashContext('store'), system.startContext('store'), system.stopContext('store')]);
      expect(system.isRunning('store')).toBe(false);
    });
  });
});
