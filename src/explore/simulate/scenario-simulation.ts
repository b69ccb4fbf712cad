import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { BusHost } from '../../bus/bus.ts';
import { sleep } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import { SILENT_RECORDER, type Entry } from '../../kernel/recording.ts';
import { SimulatedCrash } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Disk, Reads, RowChange } from '../../runtime/tables/tables.ts';
import type { Scenario } from '../../scenarios/language/ast.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import type { Grammar } from '../../scenarios/definition.ts';
import { breakerOf } from '../../scenarios/runner/breaker-config.ts';
import { createJournal, type Journal } from '../../scenarios/runner/journal.ts';
import { playScenario, type ScenarioResult } from '../../scenarios/runner/scenario-run.ts';
import { createSystem } from '../../system/create.ts';
import type { Fate, System, SystemOptions } from '../../system/system.ts';
import { createTrouble } from '../../system/trouble.ts';
import type { Decisions } from './decisions.ts';
import { withFailingHandler } from './failing-handler.ts';
import { createFaultDecisions, type FaultDecisions } from './fault-decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Violation } from './invariant.ts';
import { createJudge, sightingsOf, type Judge } from './judge.ts';
import { PROMISES } from './promises.ts';
import { createOwnClocks, type OwnClocks } from './own-clocks.ts';
import type { FailingHandler, ScenarioPlan } from '../schedule/plan.ts';
import { idAsked, type Rig, type StagedActor } from './rig.ts';
import type { ExploredSystem } from '../definition.ts';
import { createScenarioNaming } from './scenario-naming.ts';
import { allSteps, readScenario } from '../schedule/scenario-source.ts';
import { createSimulatedBus, type SimulatedBus } from './bus.ts';
import { createSimulatedTime, type SimulatedTime } from './time.ts';
import { watchDisk, type Outcome, type SimulateOptions } from './simulation.ts';
import { createReaders } from './readers.ts';
import { endScenario, REST_MS } from './scenario-end.ts';
import { createWorld, type Change, type WorldKeeper } from './world.ts';

/** Made once: nobody looks for the place where a simulation throws it. */
const UNREACHABLE = new OperatingError('infrastructure', 'the other context can not be reached');

/** The usual timeout of a call to another context, in milliseconds. */
const LOOKUP_TIMEOUT_MS = 500;
/** Longer than any scenario takes, in simulated milliseconds. */
const TIMEOUT_MS = 3_600_000;
/** A scenario takes some thousand steps; one that takes this many goes round in circles. */
const MAX_STEPS = 200_000;

/** The contexts that the scenario itself takes down for a while; only it brings them back. */
const ownStops = (scenario: Scenario, contexts: readonly string[]): ReadonlySet<string> =>
  new Set(
    allSteps(scenario.steps).flatMap((step) =>
      step.kind === 'stop context' || step.kind === 'start context' || (step.kind === 'crash' && !step.restart)
        ? (step.context ?? contexts)
        : [],
    ),
  );

/** What happened where the scenario did not pass, as what it violates. */
const violationOf = (result: ScenarioResult, failed: Entry | undefined): readonly Violation[] => {
  const { outcome, failure } = result;
  if (outcome === 'passed' || outcome === 'interrupted') return [];
  const found =
    failure === undefined ? outcome : `${failure.message}${failure.actual === undefined ? '' : ` (${JSON.stringify(failure.actual)})`}`;
  const subject = failure?.subject ?? '';
  if (outcome === 'inconclusive') return [{ invariant: PROMISES.comesToRest, found, subject }];
  const isBug = result.error !== undefined && !(result.error instanceof OperatingError);
  if (isBug) return [{ invariant: PROMISES.failsByFaultsAlone, found, subject }];
  if (result.invariant !== undefined) return [{ invariant: result.invariant, found, subject }];
  const place = failed?.kind === 'step.started' ? `${failed.position.file}:${failed.position.line}: ${failed.text}` : PROMISES.canBePlayed;
  return [{ invariant: place, found, subject }];
};

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

/** The faults of a scenario begin with its steps: the given world is made without them. */
const createFate = (decided: FaultDecisions, time: SimulatedTime, clocks: OwnClocks, spared: ReadonlySet<string>): Fate => ({
  isCrash: (point, context, messageType) => {
    if (spared.has(context)) return false;
    try {
      decided.reach?.(point, context, messageType);
      return false;
    } catch (error) {
      if (error instanceof SimulatedCrash) return true;
      throw error;
    }
  },
  aroundLookup: (call) => async (request) => {
    const fate = decided.lookup(idAsked(request.url));
    if (fate === 'unreachable') throw UNREACHABLE;
    if (fate.delayMs > 0) await sleep(time.timers, fate.delayMs);
    return call(request);
  },
  timersFor: clocks.timersFor,
});

/** Moves time until the work is done; `isEnough` is told after each step how many there were. */
const drive = async (time: SimulatedTime, work: Promise<unknown>, afterStep: (steps: number) => void): Promise<number> => {
  let isDone = false;
  const finish = (): void => {
    isDone = true;
  };
  work.then(finish, finish);
  for (let steps = 0; ;) {
    await yieldTurn();
    if (isDone) return steps;
    if (!time.advance())
      throw new OperatingError('inconclusive', 'simulated time stands still: something waits for what no alarm will bring');
    afterStep((steps += 1));
  }
};

/** Lets somebody ask the contexts what they show, beside the system that is played: of what it keeps, by the same routes. */
const letRead = (
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

interface Parts {
  readonly scenario: Scenario;
  readonly system: ExploredSystem;
  readonly mutations: readonly string[];
  readonly seed: string;
  readonly time: SimulatedTime;
  readonly bus: SimulatedBus;
  readonly disk: Disk;
  readonly journal: Journal;
  readonly fate: Fate;
}

const systemOptionsOf = (
  { system, scenario, mutations, seed, time, bus, disk, journal, fate }: Parts,
  onTrouble: (error: unknown) => void,
): SystemOptions => {
  const busHost: BusHost = { kind: 'memory', description: 'simulated', open: () => Promise.resolve(bus), close: () => Promise.resolve() };
  return {
    definition: system,
    webhookUrl: undefined,
    busHost,
    world: 'explored',
    disk,
    timers: time.timers,
    random: createRandom(seed),
    recorder: journal,
    log: SILENT_LOG,
    http: { kind: 'in-process' },
    lookupTimeoutMs: scenario.config.lookupTimeoutMs ?? LOOKUP_TIMEOUT_MS,
    breaker: breakerOf(scenario.config),
    mutations: [...mutations, ...(scenario.mutation === undefined ? [] : [scenario.mutation])],
    // What the bus refused is tried again; anything else is a bug.
    onTrouble: (error) => {
      if (!(error instanceof OperatingError)) onTrouble(error);
    },
    fate,
  };
};

/** The system with a handler of one context that fails, where the plan has one. */
const failingIn = (
  system: ExploredSystem,
  failing: FailingHandler | undefined,
  fail: (definition: ContextDefinition, failing: FailingHandler) => ContextDefinition,
): ExploredSystem =>
  failing === undefined
    ? system
    : {
        ...system,
        contexts: system.contexts.map((context) =>
          context.name === failing.context ? { ...context, define: (needs) => fail(context.define(needs), failing) } : context,
        ),
      };

/** What the faults of a scenario are decided by: nothing goes wrong before its steps begin. */
const decidedOnce = (decisions: Decisions, hasBegun: () => boolean): Decisions => ({
  decide: (nameOf, draw) => (hasBegun() ? decisions.decide(nameOf, draw) : 0),
  deviations: () => decisions.deviations(),
});

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

/** Holds each commit to what must hold, by its context's clock. */
const judging =
  (committed: WorldKeeper['committed'], judge: Judge, clocks: OwnClocks, decided: FaultDecisions, saw: (change: Change) => void) =>
  (context: string, changes: readonly RowChange[]): void => {
    const now = clocks.nowOf(context);
    committed(context, changes, (change) => {
      judge.changed(change, now);
      saw(change);
    });
    judge.committed(context, changes, now);
    decided.committed(context);
  };

/**
 * Plays one scenario under the faults of a plan, on the production wiring with a simulated bus, disk and clock, and judges
 * it by its own expectations and by every invariant. The same plan and decisions give the same outcome.
 */
export const simulateScenario = async (scenarioPlan: ScenarioPlan, rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { plan, decisions, mostSteps = MAX_STEPS } = options;
  const { mutations, code, makers, noun } = rig;
  const scenario = readScenario(scenarioPlan, rig.system);
  const time = createSimulatedTime();
  const naming = createScenarioNaming(makers);
  const violations: Violation[] = [];
  const faults: FaultHappened[] = [];
  const reached = new Set<string>();
  const noticed = new Set<string>();
  const recorder = options.recorderFor?.(time.elapsedMs) ?? SILENT_RECORDER;
  const stepWatch = createStepWatch();
  let begunMs: number | undefined;
  const abort = new AbortController();
  const report = (violation: Violation): void => {
    violations.push(violation);
    abort.abort();
  };

  const onFault = (fault: FaultHappened): void => {
    faults.push(fault);
    // A crash is recorded by the system that it befalls.
    if (fault.fault !== 'crash') journal.record({ kind: 'fault', fault: fault.fault, detail: fault.detail });
  };
  const decided = createFaultDecisions({
    plan: plan.faults,
    decisions: decidedOnce(decisions, () => begunMs !== undefined),
    elapsedMs: () => (begunMs === undefined ? -1 : time.eventfulMs() - begunMs),
    nameOf: naming.nameOf,
    labelOf: naming.labelOf,
    noun,
    makers,
    onFault,
  });
  const bus = createSimulatedBus({
    timers: time.timers,
    network: decided,
    onStored: (event) => {
      naming.note(event);
      made.record({ kind: 'message.published', context: event.source.slice(1), event });
    },
    onSeen: (what) => noticed.add(what),
  });
  const clocks = createOwnClocks(time, plan.faults.clockJumps, decided.jumped);
  const fate = createFate(decided, time, clocks, ownStops(scenario, rig.contexts));
  const saw = (entry: Entry): void => {
    stepWatch.saw(entry);
    if (entry.kind === 'breaker' && entry.change === 'open') noticed.add('opened');
    if (entry.kind === 'breaker' && entry.change === 'closed') noticed.add('closed again');
    recorder.record(entry);
  };
  const { made, journal } = createJournals(time, grammarOf(rig.system).telling, saw, () => {
    begunMs = time.eventfulMs();
    clocks.begin();
  });
  const { world, committed } = createWorld(rig.shape, bus);
  const judge = createJudge(code, world, report);
  const { disk, readOf } = keepingReads(
    watchDisk(
      rig.borrowDisk(),
      judging(committed, judge, clocks, decided, (change) => readers.saw(change)),
    ),
  );
  const trouble = createTrouble(SILENT_LOG);
  let running: System | undefined;
  letRead(rig, { time, seed: plan.seed, readOf });
  const readers = createReaders({
    readables: rig.readables,
    seed: plan.seed,
    dispatch: rig.dispatch,
    isUp: (context) => running?.isRunning(context) === true,
    world,
    judge: judge.seen,
  });
  const playAll = async (): Promise<void> => {
    const played = failingIn(rig.system, plan.faults.failingHandler, (definition, failing) =>
      withFailingHandler(definition, failing, naming.nameOf, onFault, () => begunMs !== undefined),
    );
    const system = await createSystem(
      systemOptionsOf({ system: played, scenario, mutations, seed: plan.seed, time, bus, disk, journal, fate }, trouble.put),
    );
    running = system;
    const { timeoutMs: _own, ...untimed } = scenario;
    const result = await playScenario(untimed, {
      system,
      grammar: grammarOf(rig.system),
      journal,
      vars: scenarioPlan.vars,
      timeoutMs: TIMEOUT_MS - 1,
      restMs: REST_MS,
      signal: abort.signal,
      trouble,
      isUnderFire: true,
      onReached: (title) => reached.add(title),
    });
    if (violations.length > 0) return;
    violations.push(...violationOf(result, stepWatch.failed()));
    if (violations.length > 0) return;
    const nameOf = (place: number): string => naming.nameOf(bus.stream[place]!);
    violations.push(
      ...(await endScenario(system, rig, {
        silence: plan.faults.silence,
        time,
        bus,
        decisions,
        nameOf,
        onFault,
        readOf,
        readers,
        judge,
        world,
      })),
    );
  };
  const work = playAll();
  const steps = await drive(time, work, (count) => {
    readers.look();
    if (count === mostSteps) report({ invariant: PROMISES.comesToRest, found: `It did not within ${mostSteps} steps.`, subject: '' });
  });
  await work;
  return {
    violations,
    sightings: new Set([...reached, ...sightingsOf(code, { world, faults, noticed })]),
    world,
    labels: naming.labels,
    faults,
    deviations: decisions.deviations(),
    steps,
    simulatedMs: time.elapsedMs(),
  };
};
