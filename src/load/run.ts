import { join } from 'node:path';
import type { BusHost } from '../bus/bus.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import type { Address } from '../kernel/secret.ts';
import { RECORDING_VERSION, type Counts, type Entry, type EntryBody, type Outcome } from '../kernel/recording.ts';
import { countOutcomes, exitOf, worse, worseExit } from '../kernel/verdicts.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { createFileDisk } from '../runtime/tables/sqlite.ts';
import type { LoadSection } from '../scenarios/language/ast.ts';
import { checkedBreaker } from '../scenarios/runner/check.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import { createJournal } from '../scenarios/runner/journal.ts';
import { recordIdleFault } from '../scenarios/runner/scenario-run.ts';
import { openBusHost } from '../system/bus-host.ts';
import { tellHandlerFailures, tellNotes } from '../system/handler-failures.ts';
import { createSystem } from '../system/create.ts';
import { parseFault } from '../system/fault-spec.ts';
import { createFaultTally } from '../system/fault-tally.ts';
import { openFolder, type Folder } from '../system/folder.ts';
import { freePortsOf } from '../system/definition.ts';
import { checkMutations } from '../system/mutation.ts';
import { createWallTime } from '../system/wall-time.ts';
import { checkLoad, placeOf } from './check-load.ts';
import { checkPredictable } from './predict/forecast.ts';
import { HISTORY_METRICS, isOfSystem } from './measure/metrics.ts';
import { runOneLoad, type LoadOutcome, type LoadTask, type OpenSystem } from './one-load.ts';
import type { LoadOptions } from './options.ts';
import { compileLoad } from './journeys.ts';
import { planOf, withoutSlowLookups } from './plan.ts';
import type { LoadScenario } from './check-load.ts';
import { readLoad } from './read-load.ts';
import { createRemoteSystem } from './remote-system.ts';
import { situationOf } from './situation.ts';
import type { Threshold } from './measure/thresholds.ts';

/** How a run of loads ended. */
export interface LoadSummary {
  readonly outcome: Outcome;
  /** As in the table of exit codes; 6 where only thresholds were missed. */
  readonly exitCode: number;
  readonly counts: Counts;
  /** The first bug met: something thrown that is not an OperatingError. */
  readonly bug?: unknown;
}

const exitCodeOf = (outcome: LoadOutcome): number => (outcome.isThresholdMissed ? EXIT['threshold-missed'] : exitOf(outcome));

const summarize = (outcomes: readonly LoadOutcome[], isInterrupted: boolean): LoadSummary => {
  const bug = outcomes.find(({ outcome, error }) => outcome === 'errored' && !(error instanceof OperatingError));
  return {
    // Whoever leaves before the first load began, or between two, has not seen it pass.
    outcome: isInterrupted ? 'interrupted' : outcomes.reduce<Outcome>((sum, { outcome }) => worse(sum, outcome), 'passed'),
    exitCode: isInterrupted ? EXIT.interrupted : outcomes.map(exitCodeOf).reduce(worseExit, 0),
    counts: countOutcomes(outcomes.map(({ outcome }) => outcome)),
    ...(bug === undefined ? {} : { bug: bug.error }),
  };
};

/** Thresholds of the file, as far as they can be judged. Throws an OperatingError (usage) for those that a target can't answer. */
const thresholdsFor = (scenario: LoadScenario, { target, definition }: LoadOptions): readonly Threshold[] => {
  const thresholds = checkLoad(scenario, definition);
  const inside = target === undefined ? [] : thresholds.filter(({ metric }) => isOfSystem(metric));
  if (inside.length > 0) {
    throw new OperatingError('usage', `--target: ${inside.map(({ text }) => text).join(', ')}: can't be seen from outside`, {
      mend: 'Name a file whose thresholds ask for http.* and breaker.* alone, for example loads/delayed-order-elsewhere.yaml.',
    });
  }
  return thresholds;
};

/** That all was right under load is judged where the file asks for it or not. */
const historyThresholds = ({ load: { position } }: LoadScenario, written: readonly Threshold[]): readonly Threshold[] =>
  HISTORY_METRICS.filter((name) => written.every(({ metric }) => metric !== name)).map((metric) => ({
    text: `${metric} == 0`,
    metric,
    operator: '==',
    value: 0,
    position,
  }));

const mutationsOf = ({ mutations = [] }: LoadOptions, { mutation }: LoadScenario): readonly string[] => [
  ...mutations,
  ...(mutation === undefined ? [] : [mutation]),
];

const troubleOf =
  (log: Logger) =>
  (error: unknown): void =>
    log.error({ err: error }, 'trouble in the system under load');

/** Opens a new system for each repeat of a load: alike, and with nothing left of the one before. */
const openSystem =
  (task: LoadTask, folder: string, busHost: BusHost, log: Logger, id: number): OpenSystem =>
  (journal, history) => {
    const { options, scenario } = task;
    const disk = createFileDisk(join(folder, String(id)), { synchronous: 'OFF' });
    const parts = { disk, timers: createWallTime() };
    return createSystem({
      definition: options.definition,
      busHost,
      world: `load-${createRandom(`${folder}/${id}`).uint32().toString(36)}`,
      worldUse: { madeFor: 'run', isTemporary: true },
      ...(history === undefined ? parts : history.equip(parts.disk, parts.timers)),
      random: createRandom(`${options.seed}/${scenario.name}/${id}`),
      recorder: journal,
      log,
      http: { kind: 'http', host: '127.0.0.1', ports: freePortsOf(options.definition), gateway: true, token: options.token },
      lookupTimeoutMs: task.breaker.timeoutMs,
      breaker: task.breaker,
      webhookUrl: undefined,
      mutations: mutationsOf(options, scenario),
      onTrouble: troubleOf(log),
    });
  };

/**
 * What a load file and the options come to. Throws an OperatingError: usage where they don't fit, invalid-input for a file
 * that judges nothing.
 */
export const taskOf = async (scenario: LoadScenario, options: LoadOptions, emit: (entry: Entry) => void): Promise<LoadTask> => {
  const all = thresholdsFor(scenario, options);
  const written = options.faults.map((text) => ({ text, spec: parseFault(text, options.definition) }));
  const faults = written.length === 0 ? undefined : written.map(({ spec }) => spec);
  const plan = planOf(scenario.load satisfies LoadSection, options);
  const grammar = grammarOf(options.definition);
  const base = {
    scenario,
    sent: compileLoad(scenario.load, grammar),
    options,
    emit,
    // Faults of the command line replace the file's, and a target has its own.
    plan: faults === undefined && options.target === undefined ? plan : withoutSlowLookups(plan),
    faults,
    tally: createFaultTally(written),
    grammar,
    breaker: checkedBreaker(scenario),
  };
  const { situation, warning } = await situationOf(base);
  const [thresholds, others] = [
    all.filter(({ when }) => when === undefined || when === situation),
    all.filter(({ when }) => when !== undefined && when !== situation),
  ];
  if (thresholds.length === 0) {
    throw new OperatingError(
      'invalid-input',
      `${placeOf(scenario.load.position)}: the situation of this load is "${situation}", and no threshold is judged in it`,
      { mend: `Add thresholds for it: { when: ${situation}, hold: [...] }, or some for any.` },
    );
  }
  const always = options.openHistory === undefined || options.target !== undefined ? [] : historyThresholds(scenario, all);
  // Two situations may ask for the same; what is judged after all is not among what is not.
  const notJudged = new Set(others.map(({ text }) => text).filter((text) => thresholds.every((judged) => judged.text !== text)));
  return { ...base, situation, warning, thresholds: [...thresholds, ...always], notJudged: [...notJudged] };
};

const runAll = async (task: LoadTask, { path: folder }: Pick<Folder, 'path'>, log: Logger): Promise<readonly LoadOutcome[]> => {
  const { options } = task;
  const { target } = options;
  const time = createWallTime();
  const busHost =
    target === undefined
      ? await openBusHost(options.bus, {
          timers: time,
          storeDir: join(folder, 'nats'),
          isDurable: false,
          temporaryFolder: folder,
          onNote: tellNotes(log),
          onHandlerFailure: tellHandlerFailures(log, troubleOf(log)),
        })
      : undefined;
  const outcomes: LoadOutcome[] = [];
  try {
    for (let id = 1; id <= options.repeat && !options.signal.aborted; id += 1) {
      const open =
        busHost === undefined
          ? () => Promise.resolve(createRemoteSystem(target as Address, time, options.token))
          : openSystem(task, folder, busHost, log, id);
      outcomes.push(await runOneLoad(task, id, time, open));
    }
    if (options.signal.aborted || outcomes.some(({ outcome }) => outcome !== 'passed' && outcome !== 'failed')) return outcomes;
    const idle = task.tally.idle().map((text, index) => ({
      ...recordIdleFault(createJournal(time, options.repeat + index + 1, task.grammar.telling, task.emit), text),
      isThresholdMissed: false,
    }));
    return [...outcomes, ...idle];
  } finally {
    await busHost?.close();
  }
};

const describeBus = ({ bus, target }: LoadOptions): string =>
  target !== undefined ? `of ${String(target)}` : bus.kind === 'external' ? bus.servers.join(',') : bus.kind;

/**
 * Drives the load of a file against a system, as often as asked, and judges its thresholds. Each entry of the recording
 * is passed on as it is made. Throws an OperatingError for wrong options, an invalid file, and a bus or folder that can't be had;
 * whatever goes wrong later is in the summary.
 */
export const runLoad = async (options: LoadOptions, onEntry: (entry: Entry) => void, log: Logger): Promise<LoadSummary> => {
  const task = await taskOf(await readLoad(options.path, grammarOf(options.definition), options.vars, options.onNote), options, onEntry);
  if (options.predict !== undefined) checkPredictable(task.scenario.load, options.definition.underLoad);
  const mutations = mutationsOf(options, task.scenario);
  // A name that there is not is found before anything runs.
  checkMutations(options.definition.mutations, mutations);
  if (options.target !== undefined && mutations.length > 0) {
    throw new OperatingError('usage', `the mutation ${mutations.join(', ')} works on a system of our own, and --target names another one`, {
      mend: 'Leave one of the two out; a served system takes --mutation when it is started.',
    });
  }
  if (options.target !== undefined && task.faults !== undefined) {
    throw new OperatingError('usage', '--fault works on a system of our own, and --target names another one', {
      mend: 'Leave one of the two out; a served system takes --fault when it is started.',
    });
  }
  const startedAt = Date.now();
  let n = 0;
  const record = (body: EntryBody): void => onEntry({ n: (n += 1), atMs: Date.now() - startedAt, ...body });
  const folder = await openFolder({ parts: [] });
  try {
    const head = { version: RECORDING_VERSION, program: 'food-sim', startedAt: new Date(startedAt).toISOString(), seed: options.seed };
    record({ kind: 'run.started', ...head, bus: describeBus(options), time: 'real', scenarioCount: options.repeat });
    const summary = summarize(await runAll(task, folder, log), options.signal.aborted);
    record({
      kind: 'run.finished',
      outcome: summary.outcome,
      exitCode: summary.exitCode,
      durationMs: Date.now() - startedAt,
      counts: summary.counts,
    });
    return summary;
  } finally {
    await folder.close();
  }
};
