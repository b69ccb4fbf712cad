import { createIds } from '../kernel/ids.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { SILENT_RECORDER, type Recorder } from '../kernel/recording.ts';
import { createRandom } from '../kernel/random.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { equip } from '../mutations/index.ts';
import { createActor } from '../runtime/actor.ts';
import { SimulatedCrash, type Actor, type ReachCrashPoint } from '../runtime/actor-port.ts';
import type { Disk, RowChange } from '../runtime/tables.ts';
import { CONTEXT_NAMES, type ContextName } from '../contexts/index.ts';
import { checkAccounts } from './account.ts';
import { createWatch, type Violation } from './always.ts';
import type { Decisions } from './decisions.ts';
import { checkAtRest, type Remains } from './eventually.ts';
import { createFaultDecisions, type FaultHappened } from './fault-decisions.ts';
import { createPeople } from './people.ts';
import type { Errand, Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import { createSimulatedBus, type SimulatedBus } from './simulated-bus.ts';
import { createSimulatedTime, IDLE_MS, type SimulatedTime } from './simulated-time.ts';
import { sightingsOf, type Sighting } from './sometimes.ts';
import { createWatchedBreaker } from './watched-breaker.ts';
import { createWorld, type World } from './world.ts';

/** What came of one schedule. */
export interface Outcome {
  /** What did not hold, in the order in which it was found; empty where everything did. */
  readonly violations: readonly Violation[];
  readonly sightings: ReadonlySet<string>;
  readonly world: World;
  readonly faults: readonly FaultHappened[];
  readonly deviations: ReadonlyMap<string, number>;
  /** How often something was woken. */
  readonly steps: number;
  readonly simulatedMs: number;
}

/** Somebody who decides what happens when, and looks at what comes of it: a search that goes through every order. */
export interface Guide {
  begins(elapsedMs: () => number): void;
  /** How long after its moment an errand is done, in milliseconds. */
  paceOf(errand: Errand, index: number): number;
  stored(message: Envelope): void;
  committed(context: string, changes: readonly RowChange[]): void;
  /** When to break off, in milliseconds since the beginning, without judging whether it is at rest; undefined to go to the end. */
  readonly stopAtMs: number | undefined;
}

/** How a schedule is run. */
export interface SimulateOptions {
  readonly plan: Plan;
  readonly decisions: Decisions;
  /** Nobody by default: people go at the plan's pace, to the end. */
  readonly guide?: Guide;
  /** Hears what happens, for a story; nobody by default. */
  readonly recorderFor?: (elapsedMs: () => number) => Recorder;
}

/** A schedule takes a few hundred steps; one that takes this many goes round in circles. */
const MAX_STEPS = 20_000;
/** Promise reactions that are let run after a step while something is awaited: more than any chain of them is long. */
const REACTIONS = 24;
/** How long a crashed context takes to come back, in milliseconds. */
const RESTART_MS = 15;

/** Tells each commit of a disk's databases, beside whoever else listens. */
export const watchDisk = (disk: Disk, onCommit: (context: string, changes: readonly RowChange[]) => void): Disk => ({
  has: (name) => disk.has(name),
  open: (name, schemas) => {
    const database = disk.open(name, schemas);
    let listener: ((changes: readonly RowChange[]) => void) | undefined;
    database.onCommit((changes) => {
      listener?.(changes);
      onCommit(name, changes);
    });
    return {
      ...database,
      onCommit: (next) => {
        listener = next;
      },
    };
  },
});

/** Names messages by what they are: `Paid A`, and `Paid A 2` for the second. Few names are ever asked for, so none is made before. */
const createNaming = () => {
  const labels = new Map<string, string>();
  /** What each stored message is about, and which of its kind it is, by its id. A name never changes, whatever is learnt of its order later. */
  const noted = new Map<string, { readonly label: string; readonly place: number }>();
  const counts = new Map<string, Map<string, number>>();
  const foodOf = ({ data }: Envelope): string => String((data as { readonly foodId?: unknown }).foodId);
  return {
    note: (message: Envelope): void => {
      const { id, type, subject } = message;
      if (type === 'OrderPlaced') labels.set(subject, foodOf(message));
      const label = labels.get(subject) ?? subject;
      let ofType = counts.get(type);
      if (ofType === undefined) counts.set(type, (ofType = new Map<string, number>()));
      const place = (ofType.get(label) ?? 0) + 1;
      ofType.set(label, place);
      noted.set(id, { label, place });
    },
    nameOf: (message: Envelope): string => {
      const { id, type, subject } = message;
      const known = noted.get(id);
      if (known === undefined) return `${type} ${labels.get(subject) ?? (type === 'OrderPlaced' ? foodOf(message) : subject)}`;
      return known.place === 1 ? `${type} ${known.label}` : `${type} ${known.label} ${known.place}`;
    },
  };
};

/** The turn of a step: what actors do at its end, they do before time goes on. */
const createTurn = () => {
  const atEnd: (() => void)[] = [];
  const end = (): void => {
    if (atEnd.length === 0) return;
    // Iterating goes on to what is added meanwhile.
    for (const work of atEnd) work();
    atEnd.length = 0;
  };
  return {
    after: (work: () => void): void => {
      atEnd.push(work);
    },
    end,
    /** Ends the turn with all that was waiting for promises. */
    endWithReactions: async (): Promise<void> => {
      end();
      for (let reaction = 0; reaction < REACTIONS; reaction += 1) {
        await Promise.resolve();
        end();
      }
    },
  };
};

type Turn = ReturnType<typeof createTurn>;

/** Steps until nothing is set that is more than tidying up, or somebody says that it is enough; the number of steps. */
const stepToRest = async (time: SimulatedTime, turn: Turn, isAwaiting: () => boolean, isEnough: () => boolean): Promise<number> => {
  let steps = 0;
  if (isAwaiting()) await turn.endWithReactions();
  else turn.end();
  while (time.pending() > 0 && steps < MAX_STEPS && !isEnough()) {
    time.advance();
    steps += 1;
    // Nearly every step is over when it returns; time must not overtake the others.
    if (isAwaiting()) await turn.endWithReactions();
    else turn.end();
  }
  return steps;
};

/** Makes the actors of a schedule; those that crash come back a little later. */
const createActors = (
  rig: Rig,
  { plan }: SimulateOptions,
  parts: { readonly time: SimulatedTime; readonly bus: SimulatedBus; readonly disk: Disk; readonly turn: Turn; readonly recorder: Recorder; readonly reach: ReachCrashPoint | undefined; readonly diesInStart: (context: string) => boolean; readonly jumped: (context: string, byMs: number) => void; readonly onFailure: (error: unknown) => void },
): { readonly actors: Readonly<Record<ContextName, Actor>>; readonly isStarting: () => boolean } => {
  const { time, bus, disk, turn, recorder, reach, onFailure } = parts;
  let starting = 0;
  const random = createRandom(plan.seed);
  const offsets = new Map<string, number>();
  for (const { context, atMs, byMs } of plan.faults.clockJumps) {
    time.timers.after(atMs, () => {
      offsets.set(context, (offsets.get(context) ?? 0) + byMs);
      parts.jumped(context, byMs);
    });
  }
  const comeBack = (context: string): void => {
    time.timers.after(RESTART_MS, () => {
      const start = actors[context as ContextName].start();
      if (parts.diesInStart(context)) {
        void actors[context as ContextName].crash();
        comeBack(context);
        return;
      }
      if (start === undefined) return;
      starting += 1;
      void start.catch(onFailure).finally(() => (starting -= 1));
    });
  };
  const reachAndComeBack: ReachCrashPoint = (point, context, messageType) => {
    try {
      reach?.(point, context, messageType);
    } catch (error) {
      if (error instanceof SimulatedCrash) comeBack(context);
      throw error;
    }
  };
  const actorOf = (name: ContextName): Actor => {
    const hasOwnClock = plan.faults.clockJumps.some(({ context }) => context === name);
    const timers = hasOwnClock ? time.timersFor(() => offsets.get(name) ?? 0) : time.timers;
    const equipped = equip({ disk, bus }, rig.mutations);
    return createActor({
      definition: rig.definitions[name],
      disk: equipped.disk,
      bus: equipped.bus,
      timers,
      afterTurn: turn.after,
      ids: createIds(timers, random.fork(`ids of ${name}`)),
      random: random.fork(`pauses of ${name}`),
      recorder,
      knownEvents: rig.knownEvents,
      housekeepingDelayMs: plan.faults.isTidy ? 5 : IDLE_MS,
      log: SILENT_LOG,
      onFailure,
      reach: reach === undefined ? undefined : reachAndComeBack,
    });
  };
  const actors = Object.fromEntries(CONTEXT_NAMES.map((name) => [name, actorOf(name)])) as Record<ContextName, Actor>;
  return { actors, isStarting: () => starting > 0 };
};

const remainsOf = (actors: Readonly<Record<ContextName, Actor>>): readonly Remains[] =>
  CONTEXT_NAMES.map((context) => ({ context, outbox: actors[context].unpublished(), parked: actors[context].parked(), deadLetters: actors[context].deadLetters() }));

/**
 * Plays one schedule on a rig, to its rest, and judges it. Everything happens within the caller's turn of the
 * event loop; the same plan and decisions give the same outcome.
 */
export const simulate = async (rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { plan, decisions, guide } = options;
  const time = createSimulatedTime();
  guide?.begins(time.elapsedMs);
  const naming = createNaming();
  const violations: Violation[] = [];
  const faults: FaultHappened[] = [];
  const seen = new Set<Sighting>();
  const recorder = options.recorderFor?.(time.elapsedMs) ?? SILENT_RECORDER;

  const onFault = (fault: FaultHappened): void => {
    faults.push(fault);
    recorder.record({ kind: 'fault', fault: fault.fault, detail: fault.detail });
  };
  const decided = createFaultDecisions({ plan: plan.faults, decisions, elapsedMs: time.elapsedMs, nameOf: naming.nameOf, labelOf: (orderId) => world.labels.get(orderId) ?? orderId, onFault });
  const onStored = (message: Envelope): void => {
    naming.note(message);
    guide?.stored(message);
  };
  const bus = createSimulatedBus({ timers: time.timers, network: decided, onStored, onSeen: (what) => seen.add(what === 'duplicate' ? 'A duplicate arrived.' : 'A message overtook another.') });
  const { world, committed } = createWorld(bus);
  const watch = createWatch(world, (violation) => violations.push(violation));
  const breaker = createWatchedBreaker({ timers: time.timers, recorder, onSeen: (what) => seen.add(what === 'opened' ? 'The breaker opened.' : 'The breaker closed again.'), report: (violation) => violations.push(violation) });
  const people = createPeople({ errands: plan.errands, timers: time.timers, dispatch: rig.dispatch, world, busyMs: decided.busyMs, paceOf: guide?.paceOf ?? ((errand) => errand.afterMs), report: (violation) => violations.push(violation) });
  const memory = rig.borrowDisk();
  const disk = watchDisk(memory, (context, changes) => {
    guide?.committed(context, changes);
    committed(context, changes, (change) => {
      watch.changed(change);
      people.saw(change);
    });
    watch.committed(context, changes);
    decided.committed(context);
  });
  const onFailure = (error: unknown): void => {
    // What crashed will come back, and what the bus refused is tried again; anything else is a bug.
    if (error instanceof Error && error.name !== 'OperatingError') violations.push({ invariant: 'Nothing fails but by a fault.', found: error.message, subject: '' });
  };
  const turn = createTurn();
  const { actors, isStarting } = createActors(rig, options, { time, bus, disk, turn, recorder, reach: decided.reach, diesInStart: decided.diesInStart, jumped: decided.jumped, onFailure });
  const { timers } = time;
  rig.set({ timers, ids: createIds(timers, createRandom(`${plan.seed}/requests`)), recorder, actors, lookup: decided.lookup, guard: breaker.guard });

  for (const name of CONTEXT_NAMES) {
    const starting = actors[name].start();
    if (starting !== undefined) await starting;
  }
  people.begin();
  const isAwaiting = (): boolean => people.waiting() > 0 || breaker.underWay() > 0 || bus.isAnswering() || isStarting();
  let isCut = false;
  if (guide?.stopAtMs !== undefined) timers.after(guide.stopAtMs, () => (isCut = true));
  const steps = await stepToRest(time, turn, isAwaiting, () => violations.length > 0 || isCut);
  const simulatedMs = time.elapsedMs();
  if (violations.length === 0 && !isCut) {
    if (steps >= MAX_STEPS) violations.push({ invariant: 'The system comes to rest.', found: `It did not within ${MAX_STEPS} steps.`, subject: '' });
    if (people.waiting() > 0) violations.push({ invariant: 'Every request is answered.', found: `${people.waiting()} never were.`, subject: '' });
    violations.push(...checkAtRest(world, remainsOf(actors), actors.customer.read), ...checkAccounts(people.letters(), world), ...watch.leftovers());
  }
  for (const sighting of sightingsOf(world, faults)) seen.add(sighting);
  // Where nothing was cut short, nobody is left who could write to it.
  if (violations.length === 0 && !isCut) rig.returnDisk(memory);
  return { violations, sightings: seen, world, faults, deviations: decisions.deviations(), steps, simulatedMs };
};
