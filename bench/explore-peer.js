// The race between an order and its cancellation, ordered by fast-check's scheduler: the same contexts, the same actors on
// the same tables, the same invariants. fast-check draws the order of deliveries and requests; it knows no faults, no
// crashes and no time, so its schedules are the easier ones.
import { mypageDrift } from '../dist/contexts/customer/index.js';
import { FOOD_MODULE } from '../dist/contexts/explored.js';
import { createJudge } from '../dist/explore/simulate/judge.js';
import { createRig } from '../dist/explore/simulate/rig.js';
import { createWorld } from '../dist/explore/simulate/world.js';
import { createIds } from '../dist/kernel/ids.js';
import { createRandom } from '../dist/kernel/random.js';
import { SILENT_RECORDER } from '../dist/kernel/recording.js';
import { createActor } from '../dist/runtime/actor/actor.js';

const AT = Date.UTC(2026, 0, 1);
const timers = { now: () => AT, after: () => () => undefined };

/** What a person does at a moment: a row of this table in this status. */
const DEEDS = new Map([
  ['orders placed', [['front', 'DELETE', (id) => `/orders/${id}`]]],
  ['foodCookings paid', [['store', 'PUT', (id) => `/foodCookings/${id}/accept`]]],
  ['foodCookings accepted', [['store', 'PUT', (id) => `/foodCookings/${id}/start`]]],
  ['foodCookings cooking', [['store', 'PUT', (id) => `/foodCookings/${id}/finish`]]],
  ['deliveries ready', [['rider', 'PUT', (id) => `/deliveries/${id}/pick`, { riderId: 'r1' }]]],
  ['deliveries delivering', [['rider', 'PUT', (id) => `/deliveries/${id}/confirmdelivered`]]],
]);

/** A bus whose every delivery is a task of the scheduler. */
const createScheduledBus = (schedule) => {
  const stream = [];
  const places = new Map();
  const readers = [];
  return {
    world: 'race',
    stream,
    placeOf: (id) => places.get(id),
    look: () => undefined,
    publish: (messages) => {
      for (const message of messages) {
        places.set(message.id, stream.length);
        stream.push(message);
        const seq = stream.length;
        for (const { types, handle } of readers)
          if (types === undefined || types.has(message.type)) schedule(() => handle([{ seq, attempt: 1, message }]));
      }
    },
    consume: ({ types }, handle) => {
      readers.push({ types: types === 'all' ? undefined : new Set(types), handle });
      return { lag: async () => ({ pending: 0, unacknowledged: 0 }), stop: () => undefined };
    },
  };
};

/** Watches the commits of a disk. */
const watched = (disk, onCommit) => ({
  has: disk.has,
  open: (name, schemas) => {
    const database = disk.open(name, schemas);
    database.onCommit((changes) => onCommit(name, changes));
    return database;
  },
});

/** Plays one race under a scheduler of fast-check; throws where an invariant does not hold. */
export const createRace = () => {
  const rig = createRig(FOOD_MODULE);
  return async (scheduler, seed) => {
    const schedule = (work) => void scheduler.schedule(Promise.resolve()).then(work);
    const bus = createScheduledBus(schedule);
    const { world, committed } = createWorld(rig.shape, bus);
    const violations = [];
    const judge = createJudge(rig.code, world, (violation) => violations.push(violation));
    const ask = (context, method, url, body) =>
      schedule(() => rig.dispatch[context]({ method, url, headers: {}, ...(body === undefined ? {} : { body }) }));
    const disk = rig.borrowDisk();
    const disks = watched(disk, (context, changes) => {
      committed(context, changes, (change) => {
        judge.changed(change, AT);
        for (const [asked, method, url, body] of DEEDS.get(`${change.table} ${change.after?.status}`) ?? [])
          ask(asked, method, url(change.key), body);
      });
      judge.committed(context, changes, AT);
    });
    const random = createRandom(seed);
    const made = (definition) =>
      createActor({
        definition,
        disk: disks,
        bus,
        timers,
        ids: createIds(timers, random),
        random,
        recorder: SILENT_RECORDER,
        knownEvents: rig.knownEvents,
      });
    const actors = Object.fromEntries(Object.entries(rig.definitions).map(([name, definition]) => [name, made(definition)]));
    rig.set({
      timers,
      ids: createIds(timers, random),
      recorder: SILENT_RECORDER,
      actors,
      lookup: () => 'unreachable',
      guardOf: () => (call) => call(),
    });
    for (const actor of Object.values(actors)) await actor.start();
    ask('front', 'POST', '/orders', {
      customerId: 'kim',
      storeId: 's1',
      foodId: 'A',
      price: 9_000,
      address: 'Seoul',
      options: [],
      payment: 'approve',
    });
    // What is published after a turn is scheduled after it, so an empty scheduler may fill again.
    for (let idle = 0; idle < 3;) {
      idle = scheduler.count() === 0 ? idle + 1 : 0;
      if (scheduler.count() > 0) await scheduler.waitOne();
      for (let reaction = 0; reaction < 4; reaction += 1) await Promise.resolve();
    }
    const remains = Object.entries(actors).map(([context, actor]) => ({
      context,
      outbox: actor.unpublished(),
      parked: actor.parked(),
      deadLetters: actor.deadLetters(),
    }));
    judge.atRest({ world, remains, letters: [], unanswered: 0, drift: mypageDrift(actors.customer.read, world.stream) });
    if (violations.length > 0) throw new Error(JSON.stringify(violations));
    rig.returnDisk(disk);
    return bus.stream.map(({ type }) => type);
  };
};
