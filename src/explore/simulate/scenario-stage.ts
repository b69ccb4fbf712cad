import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import { SILENT_RECORDER, type Entry } from '../../kernel/recording.ts';
import type { Disk, Reads } from '../../runtime/tables/tables.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import type { Grammar } from '../../scenarios/definition.ts';
import { createJournal, type Journal } from '../../scenarios/runner/journal.ts';
import type { Decisions } from './decisions.ts';
import { createFaultDecisions } from './fault-decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Violation } from './invariant.ts';
import { createJudge } from './judge.ts';
import { createOwnClocks } from './own-clocks.ts';
import type { Rig, StagedActor } from './rig.ts';
import { createScenarioNaming } from './scenario-naming.ts';
import { createSimulatedBus } from './bus.ts';
import { createSimulatedTime, type SimulatedTime } from './time.ts';
import type { SimulateOptions } from './options.ts';
import type { Readers } from './readers.ts';
import { watchDisk } from './watched-disk.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { createWorld } from './world.ts';

/** The innermost step that did not pass first. */
const createStepWatch = () => {
  const started = new Map<string, Entry>();
  let failed: Entry | undefined;
  return {
    saw: (entry: Entry): void => {
      if (entry.kind === 'step.started') started.set(entry.step, entry);
      else if (entry.kind === 'step.finished' && entry.failure !== undefined) failed ??= started.get(entry.step);
    },
    failed: () => failed,
  };
};

/** Lets somebody ask the contexts what they show, beside the system that is played: of what it keeps, by the same routes. */
export const letRead = (
  rig: Rig,
  { time, seed, readOf }: { readonly time: SimulatedTime; readonly seed: string; readonly readOf: (context: string) => Reads },
): void => {
  const never = (): never => {
    throw new Error('assertion failed: a reader only reads');
  };
  const face = (name: string): StagedActor => ({
    name,
    get read() {
      return readOf(name);
    },
    execute: never,
  });
  const actors = Object.fromEntries(rig.contexts.map((name) => [name, face(name)]));
  rig.set({
    timers: time.timers,
    ids: createIds(time.timers, createRandom(`${seed}/looks`)),
    recorder: SILENT_RECORDER,
    actors,
    lookup: never,
    guardOf: never,
  });
};

/** Keeps the reads of each database, for the folds of views. */
const keepingReads = (disk: Disk): { readonly disk: Disk; readonly readOf: (context: string) => Reads } => {
  const reads = new Map<string, Reads>();
  return {
    disk: {
      has: (name) => disk.has(name),
      open: (name, schemas) => {
        const database = disk.open(name, schemas);
        reads.set(name, database.read);
        return database;
      },
    },
    readOf: (context) => reads.get(context)!,
  };
};

/** The faults of a scenario begin with its steps: the given world is made without them. */
const createBeginning = (time: SimulatedTime) => {
  let begunMs: number | undefined;
  let follow: () => void = () => undefined;
  const hasBegun = (): boolean => begunMs !== undefined;
  return {
    hasBegun,
    begin: (): void => {
      begunMs = time.eventfulMs();
      follow();
    },
    /** Calls what begins with the steps. */
    onBegun: (listener: () => void): void => {
      follow = listener;
    },
    /** Since the steps began, in milliseconds; -1 before. */
    elapsedMs: (): number => (begunMs === undefined ? -1 : time.eventfulMs() - begunMs),
    /** What these decide once the steps have begun; nothing goes wrong before. */
    decisions: (decisions: Decisions): Decisions => ({
      decide: (nameOf, draw) => (hasBegun() ? decisions.decide(nameOf, draw) : 0),
      deviations: () => decisions.deviations(),
    }),
  };
};

/**
 * The journal of a played system, and the one that all is written in: what is stored, the bus tells, in the order of the
 * stream; whoever published it may hear of it late, or never.
 */
const createJournals = (
  time: SimulatedTime,
  telling: Grammar['telling'],
  saw: (entry: Entry) => void,
  begun: () => void,
): { readonly made: Journal; readonly journal: Journal } => {
  const made = createJournal(time.timers, 1, telling, saw);
  const journal: Journal = {
    ...made,
    record: (body) => {
      if (body.kind !== 'message.published') made.record(body);
    },
    beginSteps: () => {
      made.beginSteps();
      begun();
    },
  };
  return { made, journal };
};

/** Keeps what did not hold, and calls the scenario off. */
interface Complaints {
  readonly violations: Violation[];
  readonly signal: AbortSignal;
  readonly report: (violation: Violation) => void;
}

const createComplaints = (): Complaints => {
  const abort = new AbortController();
  const violations: Violation[] = [];
  return {
    violations,
    signal: abort.signal,
    report: (violation: Violation): void => {
      violations.push(violation);
      abort.abort();
    },
  };
};

/** What a scenario happens in: simulated time, bus and disk with their faults, its journal, and all that was committed. */
export type Stage = ReturnType<typeof setStage>;

/** Sets the stage for a scenario; nobody plays yet. */
export const setStage = (rig: Rig, { plan, decisions, recorderFor }: SimulateOptions) => {
  const { makers, noun } = rig;
  const time = createSimulatedTime();
  const recorder = recorderFor?.(time.elapsedMs) ?? SILENT_RECORDER;
  const complaints = createComplaints();
  const noticed = new Set<string>();
  const stepWatch = createStepWatch();
  const beginning = createBeginning(time);
  const { made, journal } = createJournals(
    time,
    grammarOf(rig.system).telling,
    (entry) => {
      stepWatch.saw(entry);
      if (entry.kind === 'breaker' && entry.change === 'open') noticed.add('opened');
      if (entry.kind === 'breaker' && entry.change === 'closed') noticed.add('closed again');
      recorder.record(entry);
    },
    beginning.begin,
  );
  const faults: FaultHappened[] = [];
  const onFault = (fault: FaultHappened): void => {
    faults.push(fault);
    // A crash is recorded by the system that it strikes.
    if (fault.fault !== 'crash') journal.record({ kind: 'fault', fault: fault.fault, detail: fault.detail });
  };
  const naming = createScenarioNaming(makers);
  const decided = createFaultDecisions({
    plan: plan.faults,
    decisions: beginning.decisions(decisions),
    elapsedMs: beginning.elapsedMs,
    nameOf: naming.nameOf,
    labelOf: naming.labelOf,
    noun,
    makers,
    onFault,
  });
  const onStored = (event: Envelope): void => {
    naming.note(event);
    made.record({ kind: 'message.published', context: event.source.slice(1), event });
  };
  const bus = createSimulatedBus({ timers: time.timers, network: decided, onStored, onSeen: (what) => noticed.add(what) });
  const clocks = createOwnClocks(time, plan.faults.clockJumps, decided.jumped);
  beginning.onBegun(clocks.begin);
  const watched = watchDisk(rig.borrowDisk());
  const { disk, readOf } = keepingReads(watched.disk);
  const { world, committed } = createWorld(rig.shape, bus);
  return {
    time,
    clocks,
    bus,
    disk,
    readOf,
    listen: watched.listen,
    decided,
    faults,
    onFault,
    naming,
    journal,
    stepWatch,
    hasBegun: beginning.hasBegun,
    complaints,
    world,
    committed,
    judge: createJudge(rig.code, world, complaints.report),
    noticed,
    recorder,
  };
};

/** Holds each commit to what must hold, by its context's clock; readers look on. */
export const watchCommits = ({ listen, committed, judge, clocks, decided }: Stage, readers: Readers): void =>
  listen((context, changes) => {
    const now = clocks.nowOf(context);
    committed(context, changes, (change) => {
      judge.changed(change, now);
      readers.saw(change);
    });
    judge.committed(context, changes, now);
    decided.committed(context);
  });
