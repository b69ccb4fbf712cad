import type { Timers } from '../kernel/clock.ts';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { LoadResult } from '../kernel/load.ts';
import { counted } from '../kernel/counted.ts';
import type { Entry, Failure, Outcome } from '../kernel/recording.ts';
import type { Address, Secret } from '../kernel/secret.ts';
import type { Grammar } from '../scenarios/definition.ts';
import { createNames, type Names } from '../scenarios/runner/names.ts';
import { createJournal, type Journal } from '../scenarios/runner/journal.ts';
import { makeGivenWorld } from '../scenarios/runner/given.ts';
import { countSteps, recordEnd, resultOf, type ScenarioResult } from '../scenarios/runner/scenario-run.ts';
import { createStage, type Stage } from '../scenarios/runner/stage.ts';
import { runStep } from '../scenarios/runner/steps.ts';
import { demandStrikes } from '../scenarios/runner/strikes.ts';
import type { FaultTally } from '../system/fault-tally.ts';
import { callsOf, slowFaultOf } from '../system/definition.ts';
import type { System } from '../system/system.ts';
import type { UnderLoad } from '../system/under-load.ts';
import { fire } from './fire/fire.ts';
import { forecast, type Conditions, type Speed } from './predict/forecast.ts';
import { FINE_CLOCK, hearLoads, type LoadJournal } from './load-journal.ts';
import { createMeasure, type Measure } from './measure/measure.ts';
import type { LoadOptions } from './options.ts';
import type { CannonOrder, OrderedRequest } from './order.ts';
import { MOST_REQUESTS, type LoadPlan } from './plan.ts';
import { createProbe } from './fire/probe.ts';
import { createRequestSource, namesIn, namesOf } from './fire/requests.ts';
import type { Finding, HistoryKeeper, Told } from './history.ts';
import { graceOf, type CompiledLoad } from './journeys.ts';
import { createRandom } from '../kernel/random.ts';
import { delayOf, type SituatedLoad, type Situation } from './situation.ts';
import { HISTORY_METRICS } from './measure/metrics.ts';
import type { Threshold } from './measure/thresholds.ts';
import { warmUp } from './fire/warm-up.ts';

/** What all repeats of a load share. */
export interface LoadTask extends SituatedLoad, Situation {
  /** What can be said about the system under load. */
  readonly grammar: Grammar;
  /** What is sent. */
  readonly sent: CompiledLoad;
  /** Those that are judged in this situation. */
  readonly thresholds: readonly Threshold[];
  /** Those that are not, as written. */
  readonly notJudged: readonly string[];
  readonly options: LoadOptions;
  readonly emit: (entry: Entry) => void;
  /** What the faults of the command line struck, over all repeats. */
  readonly tally: FaultTally;
}

/** How one load ended; the result is there once requests were measured. */
export interface LoadOutcome extends ScenarioResult {
  readonly isThresholdMissed: boolean;
  readonly result?: LoadResult;
}

const REST_MS = 15_000;
const REQUEST_TIMEOUT_MS = 10_000;
const PROGRESS_MS = 100;
/** Requests at once of the warm-up, where the load is open, and at most. */
const LEAST_WARM = 10;
const MOST_WARM = 50;

/** A finer clock than the scenarios', since lags are shorter than a millisecond. */
const createFineJournal = (id: number, { grammar, emit }: LoadTask, history: HistoryKeeper | undefined): LoadJournal => {
  const journal = hearLoads(
    createJournal(FINE_CLOCK, id, grammar.telling, (entry) => emit({ ...entry, atMs: Math.round(entry.atMs * 100) / 100 })),
  );
  return {
    ...journal,
    record: (body) => {
      history?.record(body);
      journal.record(body);
    },
  };
};

const warningsOf = (task: LoadTask): readonly string[] => {
  const { steps, load } = task.scenario;
  const isSlowLeftOut =
    task.options.target !== undefined &&
    (steps.some(({ kind }) => kind === 'slow lookup') || load.stages.some(({ slowLookup }) => slowLookup !== undefined));
  return [
    ...(task.warning === undefined ? [] : [task.warning]),
    ...(isSlowLeftOut
      ? [
          `the file's slow lookup is left out: only a system of our own can be slowed down; start the other one with --fault ${slowFaultOf(task.options.definition.underLoad.call)}`,
        ]
      : []),
  ];
};

/** Looks how fast the system is at rest, before any fault slows it down; undefined where nothing is predicted. */
const speedAtRest = async ({ system }: Stage, { options }: LoadTask): Promise<Speed | undefined> => {
  const { underLoad } = options.definition;
  const asked = callsOf(options.definition).find(({ name }) => name === underLoad.call)?.to ?? '';
  const url = options.target ?? system.urls[asked];
  if (options.predict === undefined || url === undefined) return undefined;
  const probe = createProbe(url, options.token);
  try {
    // The first calls open connections and find code that has not run yet.
    await probe.call(underLoad.unslowed);
    if (options.target !== undefined) return { unslowed: await probe.call(underLoad.unslowed), lookUpMs: undefined };
    await probe.call(underLoad.missed);
    return { unslowed: await probe.call(underLoad.unslowed), lookUpMs: (await probe.call(underLoad.missed)).leastMs };
  } finally {
    await probe.close();
  }
};

const prepare = async (stage: Stage, task: LoadTask): Promise<Speed | undefined> => {
  const { scenario, faults, options } = task;
  await makeGivenWorld(stage, scenario.given);
  if (options.target === undefined)
    await warmUp(
      stage.system,
      options.definition.underLoad,
      Math.min(MOST_WARM, Math.ceil(task.plan.loop === 'closed' ? task.plan.peak : LEAST_WARM)),
    );
  const speed = await speedAtRest(stage, task);
  stage.journal.beginSteps();
  for (const step of scenario.steps) {
    if (step.kind === 'slow lookup' && (faults !== undefined || options.target !== undefined)) continue;
    await runStep(stage, step);
  }
  task.tally.applyTo(stage.system);
  return speed;
};

/** Where the load process sends its requests, and by what it is let in. */
const placeOf = (url: string | Address, token: Secret | undefined): Pick<CannonOrder, 'url' | 'basePath' | 'authorization'> => {
  const authorization = token === undefined ? (typeof url === 'string' ? undefined : url.authorization) : `Bearer ${token.reveal()}`;
  const place = typeof url === 'string' ? { url } : { url: url.origin, basePath: url.path.replace(/\/+$/, '') };
  return { ...place, ...(authorization === undefined ? {} : { authorization }) };
};

/** The order of the load process. Throws an OperatingError (invalid-input) for a template whose name has no value. */
const orderOf = ({ scenario, plan, options, sent }: LoadTask, url: string | Address, names: Names): CannonOrder => {
  const { requests: written, feeders } = scenario.load;
  const requests: readonly OrderedRequest[] = written.map(({ name: _name, tags: _tags, ...request }) => request);
  const journeys = sent.journeys.map(({ weight, steps, feeders: fed }) => ({ weight, steps, feeders: fed }));
  const wanted = new Set([...requests.flatMap(namesOf), ...namesIn(journeys)]);
  const values = Object.fromEntries([...wanted].flatMap((name) => (names.lookUp(name) === undefined ? [] : [[name, names.lookUp(name)]])));
  const order = {
    ...placeOf(url, options.token),
    plan,
    requests,
    journeys,
    ids: names.made(),
    values,
    feeders,
    seed: `${options.seed}/load`,
    mostRequests: MOST_REQUESTS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
    correlation: `load-${createRandom(`${options.seed}/correlation`).uint32().toString(36)}`,
    graceMs: graceOf(journeys, REQUEST_TIMEOUT_MS),
  };
  for (const request of requests) createRequestSource({ ...order, requests: [request] }).next();
  return order;
};

/** Slows look-ups down, or no longer, when the stages of the plan say so; the load has just begun. */
const switchSlowLookups = (system: System, { call }: UnderLoad, { segments }: LoadPlan): readonly NodeJS.Timeout[] =>
  segments.flatMap(({ fromMs, slowLookup }) => {
    if (slowLookup === undefined) return [];
    return [setTimeout(() => system.slowCall(call, slowLookup ?? undefined), fromMs)];
  });

/** Makes the load, and watches it; resolves when the system has come to rest again, with what there is to warn of. */
const drive = async (
  stage: Stage,
  task: LoadTask,
  measure: Measure,
  url: string | Address,
  onTold: (told: readonly Told[]) => void,
): Promise<readonly string[]> => {
  const { recorder, signal, system } = stage;
  const { options } = task;
  const order = orderOf(task, url, stage.names);
  const ticker = setInterval(() => options.onProgress(measure.progress()), PROGRESS_MS);
  const switches: NodeJS.Timeout[] = [];
  try {
    const { isCut, unfed } = await fire(
      order,
      {
        onBegin: (epochMs) => {
          measure.begin(epochMs);
          switches.push(...switchSlowLookups(system, options.definition.underLoad, task.plan));
        },
        onAnswers: (answers) => {
          measure.answers(answers);
          recorder.record({ kind: 'load.answers', answers });
        },
        onTold,
        onJourneys: (ends) => {
          measure.journeys(ends);
          recorder.record({ kind: 'load.journeys', ends });
        },
      },
      signal,
    );
    if (signal.aborted) return [];
    const report = await system.waitForRest(REST_MS, signal);
    const cut = [
      ...(isCut ? [`the load was cut off after ${MOST_REQUESTS} requests`] : []),
      ...Object.entries(unfed).map(
        ([feeder, times]) =>
          `the unique feeder ${feeder} ran dry: ${times} times there was nothing left for what was due, and it was not begun`,
      ),
    ];
    return report.isAtRest
      ? cut
      : [...cut, `the system did not come to rest within ${REST_MS} ms: ${report.inFlight.slice(0, 5).join('; ')}`];
  } finally {
    clearInterval(ticker);
    for (const timer of switches) clearTimeout(timer);
  }
};

/** Where most of the journeys stopped that a metric counts, and one that shows it: the story of a threshold that is missed. */
const stoppedAt = (metric: string, { journeys = [], findings = [] }: LoadResult): { readonly words: string; readonly subject?: string } => {
  const finding = findings.find(({ of }) => metric === `${of}.violations`);
  if (finding !== undefined)
    return { words: `; ${finding.rule} ${finding.found}`, ...(finding.subject === '' ? {} : { subject: finding.subject }) };
  const name = /^journey\.(?:(.+)\.)?(?:finished|failed|unfinished)(?:\.count)?$/.exec(metric);
  if (name === null) return { words: '' };
  const [first] = journeys
    .filter((journey) => name[1] === undefined || journey.name === name[1])
    .flatMap(({ failures }) => failures)
    .sort((one, other) => other.count - one.count);
  if (first === undefined) return { words: '' };
  const { step, place, count, message, subject } = first;
  return {
    words: `; ${counted(count, 'journey')} stopped${step === '' ? '' : ` at ${place} (${step})`}: ${message}`,
    ...(subject === undefined ? {} : { subject }),
  };
};

/** Without findings (nobody judged, or not at rest), thresholds on them say nothing. */
const judgeable = (thresholds: readonly Threshold[], findings: readonly Finding[] | undefined): readonly Threshold[] =>
  findings === undefined ? thresholds.filter(({ metric }) => !HISTORY_METRICS.some((name) => name === metric)) : thresholds;

/** Each threshold is a step of its own, so that all reports can show it. */
const recordThresholds = (stage: Stage, { scenario, thresholds }: LoadTask, result: LoadResult): void => {
  // What nobody could judge, since the system did not come to rest, is neither held nor missed.
  const judged = thresholds.filter(({ text }) => result.thresholds.some((one) => one.text === text));
  for (const [index, threshold] of judged.entries()) {
    const step = String(scenario.steps.length + 1 + index);
    const { actual, holds } = result.thresholds[index] as LoadResult['thresholds'][number];
    const shown = actual === undefined ? 'no value' : Number(actual.toFixed(3));
    const { words, ...about } = stoppedAt(threshold.metric, result);
    const message = `${threshold.metric} is ${shown}: threshold missed${words}`;
    const failure: Failure = { message, expected: threshold.text, actual: shown, ...about };
    stage.recorder.record({ kind: 'step.started', step, text: `threshold ${threshold.text}`, position: threshold.position });
    stage.recorder.record({
      kind: 'step.finished',
      step,
      outcome: holds ? 'passed' : 'failed',
      durationMs: 0,
      ...(holds ? {} : { failure }),
    });
  }
};

const judge = (result: LoadResult, isAtRest: boolean): { readonly outcome: Outcome; readonly isThresholdMissed: boolean } => {
  if (!isAtRest) return { outcome: 'inconclusive', isThresholdMissed: false };
  // What is wrong is a failure, however quick it was.
  if ((result.findings ?? []).length > 0) return { outcome: 'failed', isThresholdMissed: false };
  const isThresholdMissed = result.thresholds.some(({ holds }) => !holds);
  return { outcome: isThresholdMissed ? 'failed' : 'passed', isThresholdMissed };
};

const withForecast = async (result: LoadResult, task: LoadTask, conditions: Conditions | undefined): Promise<LoadResult> => {
  const { plan, breaker, options } = task;
  if (options.predict === undefined || conditions === undefined) return result;
  return {
    ...result,
    forecast: await forecast(result, { runs: options.predict, seed: options.seed, plan, delay: delayOf(task), breaker, conditions }),
  };
};

/** What was measured; the load was broken off where `isInterrupted`. */
interface Measured {
  readonly result: LoadResult;
  readonly isInterrupted: boolean;
  /** What there is to warn of since the load began. */
  readonly after: readonly string[];
}

/** Whether the system came to rest, by what there is to warn of. */
const hasRested = (after: readonly string[]): boolean => !after.some((warning) => warning.includes('did not come to rest'));

/** Makes the load's world, drives the load on the stage's system, and records what was measured. */
const perform = async (stage: Stage, task: LoadTask, measure: Measure, history?: HistoryKeeper): Promise<Measured> => {
  const { scenario, options, thresholds } = task;
  const url = options.target ?? stage.system.gatewayUrl;
  if (url === undefined) throw new Error('a system under load has a gateway');
  const speed = await prepare(stage, task);
  const before = warningsOf(task);
  const target = options.target === undefined ? `${String(url)} (started for this load)` : String(url);
  const requests = task.sent.labels.map(({ name }) => name);
  stage.recorder.record({ kind: 'load.started', target, shape: measure.shape, requests, warnings: before });
  const told: Told[] = [];
  const after = await drive(stage, task, measure, url, (ones) => told.push(...ones));
  if (measure.count() === 0 && !stage.signal.aborted) {
    throw new OperatingError('infrastructure', `no request was done: ${target} answered none in the measured time`, {
      mend: 'Check that the target works, and that the load is longer than its warm-up.',
    });
  }
  const frame = {
    name: scenario.name,
    target,
    isInside: options.target === undefined,
    ...(task.notJudged.length === 0 ? {} : { notJudged: { situation: task.situation, thresholds: task.notJudged } }),
  };
  const isInterrupted = stage.signal.aborted;
  // A load that was broken off is reported, and not judged.
  const findings = isInterrupted || !hasRested(after) ? undefined : history?.judge(stage.system, told);
  const measured = measure.result({
    ...frame,
    findings,
    thresholds: isInterrupted ? [] : judgeable(thresholds, findings),
    warnings: [...before, ...after],
  });
  const result = isInterrupted ? measured : await withForecast(measured, task, speed && { ...speed, trace: measure.trace() });
  stage.recorder.record({ kind: 'load.finished', result });
  return { result, isInterrupted, after };
};

const play = async (stage: Stage, task: LoadTask, measure: Measure, history: HistoryKeeper | undefined): Promise<LoadOutcome> => {
  const { result, isInterrupted, after } = await perform(stage, task, measure, history);
  if (isInterrupted) return { outcome: 'interrupted', isThresholdMissed: false, result };
  recordThresholds(stage, task, result);
  const isAtRest = hasRested(after);
  const judged = judge(result, isAtRest);
  if (judged.outcome === 'passed') demandStrikes(stage.strikes);
  return { ...judged, result, ...(isAtRest ? {} : { failure: { message: after.at(-1) as string, expected: 'nothing in flight' } }) };
};

/** Starts the system of one load, with its history kept where somebody keeps one. */
export type OpenSystem = (journal: Journal, history: HistoryKeeper | undefined) => Promise<System>;

/** Runs a load once, on a system that `open` starts, as the `id`th of its run. Never throws: what broke is in the outcome. */
export const runOneLoad = async (task: LoadTask, id: number, time: Timers, open: OpenSystem): Promise<LoadOutcome> => {
  const { scenario, options, thresholds } = task;
  const measure = createMeasure(task.plan, task.breaker.volumeThreshold, task.options.definition.underLoad, task.sent);
  const history = options.target === undefined ? options.openHistory?.() : undefined;
  const journal = createFineJournal(id, task, history);
  journal.listen(measure);
  const { steps } = countSteps(scenario.steps);
  const { name, position, tags } = scenario;
  journal.record({ kind: 'scenario.started', name, position, tags, stepCount: steps + thresholds.length });
  const startedAt = time.now();
  let outcome: LoadOutcome;
  let system: System | undefined;
  try {
    system = await open(journal, history);
    const stage = createStage(
      { system, grammar: task.grammar, journal, names: createNames({ ...scenario.vars, ...options.vars }) },
      { restMs: REST_MS, signal: options.signal },
    );
    options.companion?.systemStarted(system, journal);
    outcome = await play(stage, task, measure, history);
  } catch (error) {
    outcome = options.signal.aborted
      ? { outcome: 'interrupted', isThresholdMissed: false }
      : { ...resultOf(error), isThresholdMissed: false };
  }
  const durationMs = Math.round(time.now() - startedAt);
  if (system !== undefined && !options.signal.aborted) await options.companion?.beforeStop(id === options.repeat);
  recordEnd(scenario, journal, outcome, durationMs);
  try {
    await system?.stop({ destroy: true });
  } catch (error) {
    // What the load showed stands; that the system could not be stopped is the more urgent word.
    throw error instanceof OperatingError ? error : new Error(`the system could not be stopped: ${messageOf(error)}`, { cause: error });
  }
  return outcome;
};

/**
 * Drives a load on a system that is at work already, whose recorder `journal` is. Resolves with what was measured;
 * undefined where it was broken off before anything was. Throws what broke.
 */
export const driveLoadOn = async (system: System, journal: LoadJournal, task: LoadTask): Promise<LoadResult | undefined> => {
  const { scenario, options } = task;
  const measure = createMeasure(task.plan, task.breaker.volumeThreshold, task.options.definition.underLoad, task.sent);
  journal.listen(measure);
  // What a scenario under way has counted stays counted: this load is not a step of its.
  const aside: Journal = { ...journal, beginSteps: () => undefined };
  const stage = createStage(
    { system, grammar: task.grammar, journal: aside, names: createNames({ ...scenario.vars, ...options.vars }) },
    { restMs: REST_MS, signal: options.signal },
  );
  try {
    return (await perform(stage, task, measure)).result;
  } catch (error) {
    if (options.signal.aborted) return undefined;
    throw error;
  } finally {
    journal.listen(undefined);
  }
};
