import type { Envelope } from '../../kernel/envelope.ts';
import type { OperatingError } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import { SILENT_RECORDER, type Recorder } from '../../kernel/recording.ts';
import type { Actor } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Guard } from '../../runtime/breaker/guard.ts';
import type { Disk, Reads, RowChange } from '../../runtime/tables/tables.ts';
import type { Decisions } from './decisions.ts';
import { errandOf } from './asked.ts';
import { checkGivenUp, createTakenIn } from './failing-handler.ts';
import { createFaultDecisions } from './fault-decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Remains, Rest, Violation } from './invariant.ts';
import { createJudge, sightingsOf, type Code } from './judge.ts';
import { createOwnClocks } from './own-clocks.ts';
import { createPeople } from './people.ts';
import { PROMISES } from './promises.ts';
import type { Errand, Plan } from '../schedule/plan.ts';
import { createReaders } from './readers.ts';
import type { Rig } from './rig.ts';
import { createNaming } from './schedule-naming.ts';
import { checkForgotten, setSilence } from './silence.ts';
import { createSimulatedActors } from './actors.ts';
import { createSimulatedBus } from './bus.ts';
import { createSimulatedTime, type SimulatedTime } from './time.ts';
import { createTurn, type Turn } from './turn.ts';
import { createWatchedBreaker, type WatchedBreaker, type WatchedBreakerOptions } from './watched-breaker.ts';
import { createWorld, type World } from './world.ts';

/** What came of one schedule. */
export interface Outcome {
  /** What did not hold, in the order in which it was found; empty where everything did. */
  readonly violations: readonly Violation[];
  readonly sightings: ReadonlySet<string>;
  readonly world: World;
  /** What the schedule calls what people made, by its id. */
  readonly labels: ReadonlyMap<string, string>;
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
  /** What it is held to; by default all that the system must keep to. */
  readonly code?: Code;
  /** Nobody by default: people go at the plan's pace, to the end. */
  readonly guide?: Guide;
  /** The steps after which it is taken to go round in circles; by default far more than any schedule takes. */
  readonly mostSteps?: number;
  /** Hears what happens, for a story; nobody by default. */
  readonly recorderFor?: (elapsedMs: () => number) => Recorder;
}

/** A schedule takes a few hundred steps; one that takes this many goes round in circles. */
const MAX_STEPS = 20_000;

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

/** Steps until nothing is set that is more than tidying up, or somebody says that it is enough; the number of steps. */
const stepToRest = async (
  time: SimulatedTime,
  turn: Turn,
  isAwaiting: () => boolean,
  isEnough: (steps: number) => boolean,
  look: () => void,
): Promise<number> => {
  let steps = 0;
  if (isAwaiting()) await turn.endWithReactions();
  else turn.end();
  look();
  while (time.pending() > 0 && !isEnough(steps)) {
    time.advance();
    steps += 1;
    // Nearly every step is over when it returns; time must not overtake the others.
    if (isAwaiting()) await turn.endWithReactions();
    else turn.end();
    look();
  }
  return steps;
};

const remainsOf = (actors: Readonly<Record<string, Actor>>): readonly Remains[] =>
  Object.entries(actors).map(([context, actor]) => ({
    context,
    outbox: actor.unpublished(),
    parked: actor.parked(),
    deadLetters: actor.deadLetters(),
  }));

/** Where the views of these contexts are not the fold of the stream. */
export const driftOf = (
  definitions: Readonly<Record<string, ContextDefinition>>,
  readOf: (context: string) => Reads,
  stream: readonly Envelope[],
): Rest['drift'] => Object.values(definitions).flatMap(({ name, views = [] }) => views.flatMap(({ drift }) => drift(readOf(name), stream)));

/** The label of what an event says that people made, by the errand whose request it was. */
export const labelling =
  ({ makers }: Pick<Rig, 'makers'>, { errands }: Pick<Plan, 'errands'>) =>
  ({ type, correlationid }: Envelope): string | undefined =>
    makers.has(type) ? errandOf(errands, correlationid)?.about : undefined;

/** The breakers of a schedule, one around each call from one context to another. */
const createWatchedBreakers = ({ system }: Rig, options: Omit<WatchedBreakerOptions, 'call'>) => {
  const breakers: ReadonlyMap<string, WatchedBreaker> = new Map(
    system.contexts.flatMap(({ name: by, calls = {} }) =>
      Object.keys(calls).map((name) => [name, createWatchedBreaker({ ...options, call: { name, by } })] as const),
    ),
  );
  return {
    guardOf: (call: string): Guard => breakers.get(call)!.guard,
    isUnderWay: (): boolean => {
      for (const breaker of breakers.values()) if (breaker.underWay() > 0) return true;
      return false;
    },
  };
};

/** What kept a context from publishing, so that a stop may leave something. */
const IN_THE_WAY: ReadonlySet<FaultHappened['fault']> = new Set(['crash', 'kill', 'publish', 'cut off']);

/** Keeps the faults that happened, and tells them. */
const createFaultLog = (recorder: Recorder) => {
  const faults: FaultHappened[] = [];
  let troubles = 0;
  return {
    faults,
    troubles: () => troubles,
    onFault: (fault: FaultHappened): void => {
      faults.push(fault);
      if (IN_THE_WAY.has(fault.fault)) troubles += 1;
      recorder.record({ kind: 'fault', fault: fault.fault, detail: fault.detail });
    },
  };
};

/** What goes wrong in actors by nobody's fault: bugs, which are told, and a handler that asks the runtime for what can't be. */
const createTrouble = (report: (violation: Violation) => void) => {
  let misuse: OperatingError | undefined;
  return {
    misuse: () => misuse,
    onFailure: (error: unknown): void => {
      // What crashed will come back, and what the bus refused is tried again; anything else is a bug.
      if (error instanceof Error && error.name !== 'OperatingError')
        report({ invariant: PROMISES.failsByFaultsAlone, found: error.message, subject: '' });
    },
    onMisuse: (error: OperatingError): void => {
      misuse ??= error;
    },
  };
};

/**
 * Plays one schedule on a rig, to its rest, and judges it. Everything happens within the caller's turn of the
 * event loop; the same plan and decisions give the same outcome. Throws an OperatingError where a handler asks the runtime
 * for what can't be.
 */
export const simulate = async (rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { plan, decisions, guide, code = rig.code, mostSteps = MAX_STEPS } = options;
  const {
    contexts,
    system: { verbs },
  } = rig;
  const { failingHandler, silence } = plan.faults;
  const time = createSimulatedTime();
  guide?.begins(time.elapsedMs);
  const labelOf = labelling(rig, plan);
  const naming = createNaming(labelOf);
  const violations: Violation[] = [];
  const report = (violation: Violation): void => void violations.push(violation);
  const noticed = new Set<string>();
  const recorder = options.recorderFor?.(time.elapsedMs) ?? SILENT_RECORDER;
  const { faults, troubles, onFault } = createFaultLog(recorder);
  const decided = createFaultDecisions({
    plan: plan.faults,
    decisions,
    elapsedMs: time.eventfulMs,
    nameOf: naming.nameOf,
    labelOf: (id) => world.labels.get(id) ?? id,
    noun: rig.noun,
    makers: rig.makers,
    onFault,
  });
  const onStored = (message: Envelope): void => {
    naming.note(message);
    guide?.stored(message);
  };
  const bus = createSimulatedBus({ timers: time.timers, network: decided, onStored, onSeen: (what) => noticed.add(what) });
  const { world, committed } = createWorld(rig.shape, bus, labelOf);
  const judge = createJudge(code, world, report);
  const clocks = createOwnClocks(time, plan.faults.clockJumps, decided.jumped);
  const breakers = createWatchedBreakers(rig, { timers: time.timers, recorder, onSeen: (what) => noticed.add(what), judge: judge.guarded });
  const people = createPeople({
    verbs,
    errands: plan.errands,
    timers: time.timers,
    dispatch: rig.dispatch,
    world,
    busyMs: decided.busyMs,
    paceOf: guide?.paceOf ?? ((errand) => errand.afterMs),
    judge: judge.answered,
  });
  const takenIn = failingHandler?.failures === 'always' ? createTakenIn() : undefined;
  const memory = rig.borrowDisk();
  const disk = watchDisk(memory, (context, changes) => {
    guide?.committed(context, changes);
    const now = clocks.nowOf(context);
    committed(context, changes, (change) => {
      judge.changed(change, now);
      people.saw(change);
      readers.saw(change);
    });
    judge.committed(context, changes, now);
    takenIn?.committed(context, changes);
    decided.committed(context);
  });
  const { misuse, onFailure, onMisuse } = createTrouble(report);
  const turn = createTurn();
  const { actors, setOutages, isUp, isBusy } = createSimulatedActors({
    rig,
    plan,
    time,
    clocks,
    bus,
    disk,
    turn,
    recorder,
    decided,
    nameOf: naming.nameOf,
    troubles,
    onFault,
    onFailure,
    onMisuse,
    report,
  });
  const readers = createReaders({ readables: rig.readables, seed: plan.seed, dispatch: rig.dispatch, isUp, world, judge: judge.seen });
  const { timers } = time;
  rig.set({
    timers,
    ids: createIds(timers, createRandom(`${plan.seed}/requests`)),
    recorder,
    actors,
    lookup: decided.lookup,
    guardOf: breakers.guardOf,
  });

  for (const actor of Object.values(actors)) {
    const starting = actor.start();
    if (starting !== undefined) await starting;
  }
  people.begin();
  const isAwaiting = (): boolean => people.waiting() > 0 || breakers.isUnderWay() || bus.isAnswering() || isBusy();
  let isCut = false;
  if (guide?.stopAtMs !== undefined) timers.after(guide.stopAtMs, () => (isCut = true));
  const goToRest = (): Promise<number> =>
    stepToRest(
      time,
      turn,
      isAwaiting,
      (taken) => violations.length > 0 || misuse() !== undefined || isCut || taken >= mostSteps,
      readers.look,
    );
  let steps = await goToRest();
  const wrong = misuse();
  if (wrong !== undefined) throw wrong;
  if (silence !== undefined && violations.length === 0 && !isCut) {
    const restart = (): void => setOutages(contexts.map((context) => ({ context, how: 'stopped', atMs: 0, forMs: 1 })));
    setSilence({
      silence,
      time,
      bus,
      people,
      decisions,
      nameOf: (place) => naming.nameOf(bus.stream[place]!),
      consumers: contexts,
      restart,
      onFault,
    });
    steps += await goToRest();
    violations.push(...checkForgotten(silence, timers.now(), Object.values(actors)));
  }
  if (violations.length === 0 && !isCut) {
    if (steps >= mostSteps) report({ invariant: PROMISES.comesToRest, found: `It did not within ${mostSteps} steps.`, subject: '' });
    readers.lookThrough();
    const remains = remainsOf(actors);
    const rest: Rest = {
      world,
      remains,
      letters: people.letters(),
      unanswered: people.waiting(),
      drift: driftOf(rig.definitions, (context) => actors[context]!.read, world.stream),
    };
    if (takenIn === undefined || failingHandler === undefined) {
      judge.atRest(rest);
    } else {
      violations.push(...checkGivenUp(failingHandler, world, remains, rig.definitions, takenIn));
      createJudge(rig.codeWhereOneFails, world, report).atRest(rest);
    }
  }
  const simulatedMs = time.elapsedMs();
  // Where nothing was cut short, nobody is left who could write to it.
  if (violations.length === 0 && !isCut) rig.returnDisk(memory);
  return {
    violations,
    sightings: new Set(sightingsOf(code, { world, faults, noticed })),
    world,
    labels: world.labels,
    faults,
    deviations: decisions.deviations(),
    steps,
    simulatedMs,
  };
};
