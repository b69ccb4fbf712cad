import { CALL_TIMEOUT_MS } from '../../runtime/breaker/settings.ts';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { BusHost } from '../../bus/bus.ts';
import { sleep } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createRandom } from '../../kernel/random.ts';
import type { Entry } from '../../kernel/recording.ts';
import { SimulatedCrash } from '../../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Disk } from '../../runtime/tables/tables.ts';
import type { Scenario } from '../../scenarios/language/ast.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import { breakerOf } from '../../scenarios/runner/breaker-config.ts';
import type { Journal } from '../../scenarios/runner/journal.ts';
import { playScenario, type ScenarioResult } from '../../scenarios/runner/scenario-run.ts';
import { createSystem } from '../../system/create.ts';
import type { Fate, System, SystemOptions } from '../../system/system.ts';
import { createTrouble } from '../../system/trouble.ts';
import { withFailingHandler } from './failing-handler.ts';
import type { FaultDecisions } from './fault-decisions.ts';
import type { Violation } from './invariant.ts';
import { sightingsOf } from './judge.ts';
import { PROMISES } from './promises.ts';
import type { OwnClocks } from './own-clocks.ts';
import type { FailingHandler, Plan, ScenarioPlan } from '../schedule/plan.ts';
import { idAsked, type Rig } from './rig.ts';
import type { ExploredSystem } from '../definition.ts';
import { allSteps, readScenario } from '../schedule/scenario-source.ts';
import type { SimulatedBus } from './bus.ts';
import type { SimulatedTime } from './time.ts';
import type { Outcome, SimulateOptions } from './options.ts';
import { createReaders, type Readers } from './readers.ts';
import { endScenario, REST_MS } from './scenario-end.ts';
import { letRead, setStage, watchCommits, type Stage } from './scenario-stage.ts';

/** Made once: nobody looks for the place where a simulation throws it. */
const UNREACHABLE = new OperatingError('infrastructure', 'the other context can not be reached');

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
    lookupTimeoutMs: scenario.config.lookupTimeoutMs ?? CALL_TIMEOUT_MS,
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

/** Which system runs, once there is one. */
const createRunning = () => {
  let running: System | undefined;
  return {
    is: (system: System): void => {
      running = system;
    },
    isUp: (context: string): boolean => running?.isRunning(context) === true,
  };
};

/** The production system on the stage. */
const startSystem = (scenario: Scenario, rig: Rig, plan: Plan, stage: Stage, onTrouble: (error: unknown) => void): Promise<System> => {
  const { time, bus, disk, journal, decided, clocks, naming, onFault, hasBegun } = stage;
  const played = failingIn(rig.system, plan.faults.failingHandler, (definition, failing) =>
    withFailingHandler(definition, failing, naming.nameOf, onFault, hasBegun),
  );
  const fate = createFate(decided, time, clocks, ownStops(scenario, rig.contexts));
  const parts: Parts = { system: played, scenario, mutations: rig.mutations, seed: plan.seed, time, bus, disk, journal, fate };
  return createSystem(systemOptionsOf(parts, onTrouble));
};

/** What plays a scenario, beside its stage. */
interface Playing {
  readonly scenario: Scenario;
  readonly readers: Readers;
  /** Hears which system runs, once one does. */
  readonly isRunning: (system: System) => void;
  readonly onReached: (title: string) => void;
}

/** Plays a scenario to its end; what did not hold. */
const playToEnd = async (
  { vars }: ScenarioPlan,
  rig: Rig,
  { plan, decisions }: SimulateOptions,
  stage: Stage,
  { scenario, readers, isRunning, onReached }: Playing,
): Promise<readonly Violation[]> => {
  const { time, bus, naming, onFault, readOf, judge, world, journal, stepWatch, complaints } = stage;
  const trouble = createTrouble(SILENT_LOG);
  const system = await startSystem(scenario, rig, plan, stage, trouble.put);
  isRunning(system);
  const { timeoutMs: _own, ...untimed } = scenario;
  const result = await playScenario(untimed, {
    system,
    grammar: grammarOf(rig.system),
    journal,
    vars,
    timeoutMs: TIMEOUT_MS - 1,
    restMs: REST_MS,
    signal: complaints.signal,
    trouble,
    isUnderFire: true,
    onReached,
  });
  if (complaints.violations.length > 0) return [];
  const failed = violationOf(result, stepWatch.failed());
  if (failed.length > 0) return failed;
  return endScenario(system, rig, {
    silence: plan.faults.silence,
    time,
    bus,
    decisions,
    nameOf: (place) => naming.nameOf(bus.stream[place]!),
    onFault,
    readOf,
    readers,
    judge,
    world,
  });
};

/**
 * Plays one scenario under the faults of a plan, on the production wiring with a simulated bus, disk and clock, and judges
 * it by its own expectations and by every invariant. The same plan and decisions give the same outcome.
 */
export const simulateScenario = async (scenarioPlan: ScenarioPlan, rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { plan, decisions, mostSteps = MAX_STEPS } = options;
  const { code, dispatch, readables } = rig;
  const scenario = readScenario(scenarioPlan, rig.system);
  const stage = setStage(rig, options);
  const { time, world, judge, noticed, faults, naming, complaints } = stage;
  letRead(rig, { time, seed: plan.seed, readOf: stage.readOf });
  const running = createRunning();
  const readers = createReaders({ readables, seed: plan.seed, dispatch, isUp: running.isUp, world, judge: judge.seen });
  watchCommits(stage, readers);
  const reached = new Set<string>();

  const work = playToEnd(scenarioPlan, rig, options, stage, {
    scenario,
    readers,
    isRunning: running.is,
    onReached: (title) => reached.add(title),
  });
  const steps = await drive(time, work, (count) => {
    readers.look();
    if (count === mostSteps)
      complaints.report({ invariant: PROMISES.comesToRest, found: `It did not within ${mostSteps} steps.`, subject: '' });
  });
  complaints.violations.push(...(await work));
  return {
    violations: complaints.violations,
    sightings: new Set([...reached, ...sightingsOf(code, { world, faults, noticed })]),
    world,
    labels: naming.labels,
    faults,
    deviations: decisions.deviations(),
    steps,
    simulatedMs: time.elapsedMs(),
  };
};
