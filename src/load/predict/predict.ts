import { createRandom } from '../../kernel/random.ts';
import { breakerSettings } from '../../runtime/breaker/settings.ts';
import { OUTCOMES, simulateTest, type PredictedOutcome, type PredictedRun } from './predict-run.ts';
import { bandOf, probabilityOf, quantile, type Band, type Probability } from './predict-statistics.ts';
import { checkPredictedTest, type PredictedTest } from './predicted-test.ts';

/** How a test will go, as a distribution over simulated ones. */
export interface Prediction {
  readonly test: PredictedTest;
  readonly seed: number | string;
  readonly runs: number;
  /** Whether the circuit opens before the load's end. */
  readonly opens: Probability;
  /** When it first opens, of those runs in which it does, in milliseconds from the load's beginning. */
  readonly firstOpenMs: { readonly min: number; readonly median: number; readonly p90: number; readonly max: number } | undefined;
  /** The figures that a measured load has too, by the names and in the units of its metrics (shares in percent). */
  readonly bands: Readonly<Record<string, Band>>;
  /** The most calls in the window at a health tick. */
  readonly peakVolume: Band;
  /** Set where no run reached the volume threshold, so that the circuit can not open: one sentence. */
  readonly warning: string | undefined;
}

const requestsOf = (run: PredictedRun): number => OUTCOMES.reduce((sum, outcome) => sum + run.counts[outcome], 0);

const percentOf = (run: PredictedRun, outcome: PredictedOutcome): number => {
  const requests = requestsOf(run);
  return requests === 0 ? 0 : (run.counts[outcome] * 100) / requests;
};

/** Each as the load's metric of that name; undefined in a run that has no such thing. */
const FIGURES: Readonly<Record<string, (run: PredictedRun) => number | undefined>> = {
  'http.requests': requestsOf,
  // siege's Availability: 408 and 500 to 509 count against it, and each failed look-up is a 500.
  'http.availability': (run) => percentOf(run, 'success'),
  ...Object.fromEntries(OUTCOMES.map((outcome) => [`http.${outcome}.share`, (run: PredictedRun) => percentOf(run, outcome)])),
  'breaker.opened': (run) => run.openings,
  'breaker.half-opened': (run) => run.halfOpenings,
  'breaker.closed': (run) => run.closings,
  'breaker.tolerated.share': (run) => run.toleratedPercent,
  'look-up.count': ({ lookUps }) => lookUps.count,
  'look-up.failed.share': ({ lookUps }) => (lookUps.count === 0 ? undefined : (100 * lookUps.failed) / lookUps.count),
  'look-up.delay.min': ({ lookUps }) => lookUps.leastDelayMs,
  'look-up.delay.mean': ({ lookUps }) => lookUps.meanDelayMs,
  'look-up.delay.max': ({ lookUps }) => lookUps.mostDelayMs,
  'look-up.timeout.wait.min': ({ lookUps }) => lookUps.leastWaitMs,
};

/** A simulated run's figures, by the names and in the units of a measured load's metrics; those that it does not have are left out. */
export const figuresOf = (run: PredictedRun): Readonly<Record<string, number>> => {
  const figures = Object.entries(FIGURES).flatMap(([name, figure]) => {
    const value = figure(run);
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(figures), ...(run.firstOpenMs === undefined ? {} : { 'breaker.first-opened': run.firstOpenMs }) };
};

const volumeWarning = (test: PredictedTest, peak: number): string | undefined => {
  const { volumeThreshold, profile, windowMs } = breakerSettings(test.breaker);
  if (profile !== 'hystrix' || peak >= volumeThreshold) return undefined;
  return `this load can't reach the breaker's volume threshold: at most ${peak} look-ups within ${windowMs / 1000} s, and the circuit needs ${volumeThreshold} before it may open`;
};

const yieldTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

/**
 * Simulates the test `runs` times on virtual time, through the same breaker code as the live system's. Equal
 * seeds give equal predictions. Throws an OperatingError (invalid-input) for a test that makes no sense.
 */
export const predict = async (test: PredictedTest, runs: number, seed: number | string): Promise<Prediction> => {
  checkPredictedTest(test, runs);
  const random = createRandom(seed).fork('predict');
  const results: PredictedRun[] = [];
  for (let run = 0; run < runs; run += 1) {
    results.push(await simulateTest(test, random.fork(String(run)), yieldTurn));
    // Somebody may want to draw progress, or to interrupt.
    if (run % 50 === 49) await yieldTurn();
  }
  const opened = results.flatMap(({ firstOpenMs }) => (firstOpenMs === undefined ? [] : [firstOpenMs])).sort((a, b) => a - b);
  const bands = Object.entries(FIGURES).flatMap(([name, figure]) => {
    const values = results.map(figure).filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[name, bandOf(values)] as const];
  });
  const peakVolume = bandOf(results.map((run) => run.peakVolume));
  return {
    test,
    seed,
    runs,
    opens: probabilityOf(opened.length, runs),
    firstOpenMs:
      opened.length === 0
        ? undefined
        : { min: quantile(opened, 0), median: quantile(opened, 0.5), p90: quantile(opened, 0.9), max: quantile(opened, 1) },
    bands: Object.fromEntries(bands),
    peakVolume,
    warning: volumeWarning(test, peakVolume.most),
  };
};
