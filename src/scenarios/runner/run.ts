import { CALL_TIMEOUT_MS } from '../../runtime/breaker/settings.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as yieldTurn } from 'node:timers/promises';
import type { BusHost } from '../../bus/bus.ts';
import type { Calendar } from '../../kernel/clock.ts';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { createRandom } from '../../kernel/random.ts';
import { RECORDING_VERSION, type Entry, type EntryBody, type Outcome } from '../../kernel/recording.ts';
import { countOutcomes, exitOf, isBad, worse, worseExit } from '../../kernel/verdicts.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { createVirtualTime, VIRTUAL_EPOCH_MS, type VirtualTime } from '../../kernel/virtual-time.ts';
import { createFileDisk } from '../../runtime/tables/sqlite.ts';
import { openBusHost } from '../../system/bus-host.ts';
import { tellHandlerFailures, tellNotes } from '../../system/handler-failures.ts';
import { createSystem } from '../../system/create.ts';
import type { BusChoice } from '../../system/options.ts';
import type { SystemOptions } from '../../system/system.ts';
import { parseFault } from '../../system/fault-spec.ts';
import { createFaultTally, type FaultTally } from '../../system/fault-tally.ts';
import { openFolder } from '../../system/folder.ts';
import { freePortsOf } from '../../system/definition.ts';
import { checkMutations } from '../../system/mutation.ts';
import { createTrouble, type Trouble } from '../../system/trouble.ts';
import { createWallTime } from '../../system/wall-time.ts';
import type { Grammar } from '../definition.ts';
import { grammarOf } from '../grammar.ts';
import type { Scenario } from '../language/ast.ts';
import { playUntilPassed } from './attempts.ts';
import { breakerOf } from './breaker-config.ts';
import { createJournal } from './journal.ts';
import type { RunOptions, RunSummary } from './options.ts';
import { openElsewhere, type Elsewhere } from './elsewhere.ts';
import { skippedOutside } from './outside.ts';
import { planRun } from './plan.ts';
import type { Planned } from './planned.ts';
import { playScenario, recordEnd, recordIdleFault, recordStart, resultOf, type ScenarioResult } from './scenario-run.ts';

const SCENARIO_TIMEOUT_MS = 60_000;
const REST_TIMEOUT_MS = 15_000;

/**
 * A name for each scenario's folder and world, made of the scenario's own name and nothing else: whichever others are
 * selected beside it, a kept folder is found again. Of several with one name, the later ones are numbered.
 */
const slugsOf = (scenarios: readonly Scenario[]): readonly string[] => {
  const seen = new Map<string, number>();
  return scenarios.map(({ name }) => {
    const words = name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 40);
    // Names may differ only behind the cut, or in letters that are not ASCII.
    const slug = `${words === '' ? 'scenario' : words}-${createRandom(name).uint32().toString(36)}`;
    const count = (seen.get(slug) ?? 0) + 1;
    seen.set(slug, count);
    return count === 1 ? slug : `${slug}-${count}`;
  });
};

/** What all scenarios of a run share. */
interface Run {
  readonly options: RunOptions;
  readonly grammar: Grammar;
  readonly log: Logger;
  readonly folder: string;
  readonly emit: (entry: Entry) => void;
  /** The bus of a real run; virtual time makes one for each scenario. */
  readonly busHost: BusHost | undefined;
  /** What breaks it. */
  readonly busTrouble: Trouble;
  readonly wallTime: Calendar;
  readonly faults: FaultTally;
  /** Where it is judged, unless on a system of its own. */
  readonly elsewhere: Elsewhere | undefined;
  /** Those that can't be judged there. */
  readonly skipped: ReadonlySet<Planned>;
  readonly worldPrefix: string;
  /** By the scenario's place in the run. */
  readonly slugs: readonly string[];
}

/** Leaves the system up while somebody looks on; should it break meanwhile, what passed on it did not. */
const linger = async (played: ScenarioResult, trouble: Trouble, looking: Promise<void> | undefined): Promise<ScenarioResult> => {
  if (looking === undefined) return played;
  try {
    await Promise.race([looking, trouble.broken]);
    return played;
  } catch (error) {
    return played.outcome === 'passed' ? resultOf(error) : played;
  }
};

/** What tells the world, the folder and the draws of a later round, or attempt, from those of the first one. */
const laterOnes = ({ round = 1 }: Planned, attempt: number): { readonly folder: string; readonly seed: string } => ({
  folder: attempt === 1 ? '' : `-try-${attempt}`,
  seed: `${round === 1 ? '' : `/round ${round}`}${attempt === 1 ? '' : `/attempt ${attempt}`}`,
});

/** Where, when and how often already a scenario is played. */
interface Turn {
  readonly time: Calendar;
  readonly busHost: BusHost;
  readonly attempt: number;
  readonly emit: (entry: Entry) => void;
}

const playOnce = async (run: Run, scenario: Planned, index: number, { time, busHost, attempt, emit }: Turn): Promise<ScenarioResult> => {
  const { options, log, grammar } = run;
  const { companion } = options;
  const own = createJournal(time, index + 1, grammar.telling, emit);
  const journal = companion?.journalFor?.(own) ?? own;
  const trouble = createTrouble(log);
  // What breaks the bus breaks every scenario that is on it.
  run.busTrouble.broken.catch(trouble.put);
  const later = laterOnes(scenario, attempt);
  const slug = `${run.slugs[index] as string}${later.folder}`;
  const seed = options.isSeedGiven === true ? options.seed : (scenario.seed ?? options.seed);
  const systemOptions: SystemOptions = {
    definition: options.system,
    busHost,
    world: `${run.worldPrefix}${run.worldPrefix === '' ? slug : `${index + 1}${later.folder}`}`,
    worldUse: { madeFor: 'run', isTemporary: options.dataDir === undefined },
    // A kept folder outlives a power cut without losing an acknowledged command; a temporary one does not outlive the run.
    disk: createFileDisk(join(run.folder, slug), { synchronous: options.dataDir === undefined ? 'OFF' : 'FULL' }),
    timers: time,
    random: createRandom(`${seed}/${scenario.name}${later.seed}`),
    recorder: journal,
    log,
    http:
      options.time === 'virtual'
        ? { kind: 'in-process' }
        : { kind: 'http', host: '127.0.0.1', ports: freePortsOf(options.system), gateway: true, token: options.token },
    lookupTimeoutMs: scenario.config.lookupTimeoutMs ?? CALL_TIMEOUT_MS,
    breaker: breakerOf(scenario.config),
    mutations: [...options.mutations, ...(scenario.mutation === undefined ? [] : [scenario.mutation])],
    onTrouble: trouble.put,
    webhookUrl: options.notifyUrl,
  };
  recordStart(scenario, journal);
  const startedAt = time.now();
  const end = (result: ScenarioResult, durationMs = time.now() - startedAt): ScenarioResult => {
    recordEnd(scenario, journal, result, durationMs);
    return result;
  };
  let system;
  try {
    system = run.elsewhere === undefined ? await createSystem(systemOptions) : await run.elsewhere.open(journal, trouble.put);
  } catch (error) {
    return end(resultOf(error));
  }
  run.faults.applyTo(system);
  companion?.systemStarted(system, scenario, journal);
  const played = await playScenario(scenario, {
    system,
    grammar,
    journal,
    vars: options.vars,
    timeoutMs: options.timeoutMs ?? SCENARIO_TIMEOUT_MS,
    restMs: Math.min(options.timeoutMs ?? REST_TIMEOUT_MS, REST_TIMEOUT_MS),
    signal: options.signal,
    trouble,
    ...(companion === undefined ? {} : { beforeStep: companion.beforeStep }),
  });
  const playedMs = time.now() - startedAt;
  const looked = await linger(played, trouble, companion?.beforeStop(played, index === run.slugs.length - 1));
  // Where nothing is played, what is watched is all there is.
  const isOnlyWatched = scenario.steps.length === 0;
  const durationMs = isOnlyWatched ? time.now() - startedAt : playedMs;
  const result: ScenarioResult = isOnlyWatched && options.signal.aborted ? { outcome: 'interrupted' } : looked;
  try {
    await system.stop({ destroy: options.dataDir === undefined });
  } catch (error) {
    log.error({ err: error }, `the system of ${scenario.name} did not stop cleanly: ${messageOf(error)}`);
    // What an earlier failure says comes first; a scenario that passed on a system that broke in the end did not.
    if (result.outcome === 'passed') return end(resultOf(error), durationMs);
  }
  return end(result, durationMs);
};

const playOn = (run: Run, scenario: Planned, index: number, time: Calendar, busHost: BusHost): Promise<ScenarioResult> => {
  const { retries = 0, signal } = run.options;
  const mayGoOn = (): boolean => !signal.aborted && run.busTrouble.first() === undefined;
  return playUntilPassed({ retries, clock: time, mayGoOn }, run.emit, (attempt, emit) =>
    playOnce(run, scenario, index, { time, busHost, attempt, emit }),
  );
};

const playOne = async (run: Run, scenario: Planned, index: number): Promise<ScenarioResult> => {
  if (run.busHost !== undefined) return playOn(run, scenario, index, run.wallTime, run.busHost);
  const time: VirtualTime = createVirtualTime(() => yieldTurn());
  const busHost = await openBusHost(
    { kind: 'memory' },
    {
      timers: time,
      storeDir: run.folder,
      isDurable: false,
      onTrouble: run.busTrouble.put,
      onHandlerFailure: tellHandlerFailures(run.log, run.busTrouble.put),
    },
  );
  try {
    return await time.run(() => playOn(run, scenario, index, time, busHost));
  } finally {
    await busHost.close();
  }
};

const skip = (run: Run, scenario: Planned, index: number): ScenarioResult => {
  const journal = createJournal(run.wallTime, index + 1, run.grammar.telling, run.emit);
  const result: ScenarioResult = { outcome: 'skipped' };
  recordStart(scenario, journal);
  recordEnd(scenario, journal, result, 0);
  return result;
};

/** Plays the scenarios, `jobs` at a time, each in a world of its own. */
const playAll = async (run: Run, scenarios: readonly Planned[]): Promise<readonly ScenarioResult[]> => {
  const { options } = run;
  const results: ScenarioResult[] = [];
  let next = 0;
  let isBailing = false;
  const work = async (): Promise<void> => {
    for (let index = next; index < scenarios.length; index = next) {
      next += 1;
      const scenario = scenarios[index] as Planned;
      const result =
        isBailing || options.signal.aborted || run.skipped.has(scenario) ? skip(run, scenario, index) : await playOne(run, scenario, index);
      results[index] = result;
      if (options.bail && (isBad(result.outcome) || (result.outcome === 'flaky' && options.failOnFlaky === true))) isBailing = true;
      // Without a bus the others would only say the same.
      if (run.busTrouble.first() !== undefined) isBailing = true;
    }
  };
  // What one does elsewhere keeps the others from rest.
  const jobs = options.time === 'virtual' || run.elsewhere !== undefined ? 1 : options.jobs;
  await Promise.all(Array.from({ length: Math.min(jobs, scenarios.length) }, work));
  return results;
};

/** A fault of the whole run that struck nothing proves nothing: told as one more scenario, so that every report shows it. */
const judgeIdleFaults = (run: Run, scenarioCount: number): readonly ScenarioResult[] =>
  run.faults.idle().map((text, index) => {
    const journal = createJournal(run.wallTime, scenarioCount + index + 1, run.grammar.telling, run.emit);
    return recordIdleFault(journal, text);
  });

/** Throws an OperatingError (usage) for what is asked of a system of our own where another one is named. */
const refuseOwn = ({ target, time, mutations, faults, dataDir, notifyUrl, bus }: RunOptions): void => {
  if (target === undefined) return;
  const asked = [
    ...(time === 'virtual' ? ['--time virtual'] : []),
    ...(mutations.length > 0 ? ['--mutation'] : []),
    ...(faults.length > 0 ? ['--fault'] : []),
    ...(dataDir === undefined ? [] : ['--data-dir']),
    ...(notifyUrl === undefined ? [] : ['--notify-url']),
    ...(bus.kind === 'memory' ? ['--bus memory'] : []),
  ];
  if (asked.length === 0) return;
  throw new OperatingError('usage', `${asked.join(', ')}: works on a system of our own, and --target names another one`, {
    mend: 'Leave one of the two out; a served system takes such options when it is started.',
  });
};

const refuseUnsound = (options: RunOptions): void => {
  refuseOwn(options);
  if (options.time === 'virtual' && options.bus.kind !== 'memory') {
    throw new OperatingError('usage', "virtual time needs the memory bus: a real server can't skip time", {
      mend: 'Add --bus memory, or leave out --time virtual.',
    });
  }
  if (options.bus.kind === 'memory' && options.dataDir !== undefined && existsSync(options.dataDir)) {
    throw new OperatingError('usage', `the memory bus can't go on from ${options.dataDir}: the stream of the run that made it is gone`, {
      mend: 'Name a new folder, or use --bus embedded, which keeps its stream there.',
    });
  }
  checkMutations(options.system.mutations, options.mutations);
  for (const fault of options.faults) parseFault(fault, options.system);
};

const describeBus = (options: RunOptions): string => {
  if (options.target !== undefined) return `of ${String(options.target)}`;
  return options.bus.kind === 'external' ? options.bus.servers.join(',') : options.bus.kind;
};

const summarize = (results: readonly ScenarioResult[], { signal, failOnFlaky = false }: RunOptions): RunSummary => {
  let outcome: Outcome = 'skipped';
  let exitCode = 0;
  for (const result of results) {
    outcome = worse(outcome, result.outcome);
    exitCode = worseExit(exitCode, failOnFlaky && result.outcome === 'flaky' ? EXIT.failed : exitOf(result));
  }
  if (signal.aborted) {
    outcome = 'interrupted';
    exitCode = EXIT.interrupted;
  }
  const bug = results.find((result) => result.outcome === 'errored' && !(result.error instanceof OperatingError));
  const counts = countOutcomes(results.map((result) => result.outcome));
  return { outcome, exitCode, counts, ...(bug === undefined ? {} : { bug: bug.error }) };
};

/** The bus of our own, or the one that a target is on; where nothing is heard of that, none that anybody would notice. */
const busOf = ({ target, bus }: RunOptions): BusChoice => (target !== undefined && bus.kind !== 'external' ? { kind: 'memory' } : bus);

const skippedOf = (options: RunOptions, scenarios: readonly Planned[], grammar: Grammar): ReadonlySet<Planned> =>
  options.target === undefined
    ? new Set()
    : skippedOutside(scenarios, grammar, {
        sight: { events: options.bus.kind === 'external' },
        isSkipping: options.skipFaults === true,
        onNote: options.onNote ?? (() => undefined),
      });

/** Meets the target; undefined where a system of our own is run. */
const meetTarget = async (options: RunOptions, busHost: BusHost | undefined, timers: Calendar): Promise<Elsewhere | undefined> => {
  const { target } = options;
  if (target === undefined) return undefined;
  const random = createRandom(`${timers.now()}/${process.pid}`);
  return openElsewhere({ ...options, target }, options.bus.kind === 'external' ? busHost : undefined, { timers, random });
};

/**
 * Replays scenarios and judges them. Each entry of the recording is passed on as it is made. Throws an
 * OperatingError for wrong options, invalid files, and a bus or folder that can't be had; whatever goes wrong
 * within a scenario is in its result.
 */
export const runScenarios = async (options: RunOptions, onEntry: (entry: Entry) => void, log: Logger): Promise<RunSummary> => {
  const grammar = grammarOf(options.system);
  refuseUnsound(options);
  const { scenarios, selection } = await planRun(options, grammar);
  const skipped = skippedOf(options, scenarios, grammar);
  const wallTime = createWallTime();
  const isVirtual = options.time === 'virtual';
  const startedAt = isVirtual ? VIRTUAL_EPOCH_MS : wallTime.now();
  let n = 0;
  const record = (body: EntryBody): void => {
    onEntry({ n: (n += 1), atMs: isVirtual ? 0 : wallTime.now() - startedAt, ...body });
  };
  // Scenarios on virtual time come one after another, so theirs adds up to the run's.
  let virtualMs = 0;
  const emit = (entry: Entry): void => {
    if (entry.kind === 'scenario.finished') virtualMs += entry.durationMs;
    onEntry(entry);
  };
  const {
    path: folder,
    isTemporary,
    close: closeFolder,
  } = await openFolder({ dataDir: options.dataDir, parts: ['food-sim'], keep: options.keep });
  const busTrouble = createTrouble(log);
  let busHost: BusHost | undefined;
  let elsewhere: Elsewhere | undefined;
  try {
    if (!isVirtual)
      busHost = await openBusHost(busOf(options), {
        timers: wallTime,
        storeDir: join(folder, 'nats'),
        isDurable: options.dataDir !== undefined,
        onTrouble: busTrouble.put,
        onNote: tellNotes(log),
        onHandlerFailure: tellHandlerFailures(log, busTrouble.put),
        ...(isTemporary ? { temporaryFolder: folder } : {}),
      });
    elsewhere = await meetTarget(options, busHost, wallTime);
    record({
      kind: 'run.started',
      version: RECORDING_VERSION,
      program: 'food-sim',
      startedAt: new Date(startedAt).toISOString(),
      seed: options.seed,
      bus: describeBus(options),
      time: options.time,
      scenarioCount: scenarios.length,
      ...(selection === undefined ? {} : { selection }),
    });
    // Many runs share an external server: a run without a folder to go on from has worlds of its own.
    const worldPrefix =
      options.dataDir === undefined && options.bus.kind === 'external'
        ? `run-${createRandom(`${wallTime.now()}/${process.pid}/${folder}`).uint32().toString(36)}-`
        : '';
    const faults = createFaultTally(options.faults.map((text) => ({ text, spec: parseFault(text, options.system) })));
    const shared = { options, grammar, log, folder, emit, busHost, busTrouble, wallTime };
    const run: Run = { ...shared, faults, elsewhere, skipped, worldPrefix, slugs: slugsOf(scenarios) };
    const results = await playAll(run, scenarios);
    // Of a run that was broken off, or that somebody only watches, nothing can be said.
    const isWhole =
      !options.signal.aborted &&
      results.every(({ outcome }) => outcome === 'passed' || outcome === 'flaky' || outcome === 'failed') &&
      scenarios.some(({ steps }) => steps.length > 0);
    const summary = summarize([...results, ...(isWhole ? judgeIdleFaults(run, scenarios.length) : [])], options);
    record({
      kind: 'run.finished',
      outcome: summary.outcome,
      exitCode: summary.exitCode,
      durationMs: isVirtual ? virtualMs : wallTime.now() - startedAt,
      counts: summary.counts,
    });
    return options.keep && options.dataDir === undefined ? { ...summary, keptFolder: folder } : summary;
  } finally {
    await elsewhere?.close();
    await busHost?.close();
    await closeFolder();
  }
};
