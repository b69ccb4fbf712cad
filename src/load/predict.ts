import { createRandom } from '../kernel/random.ts';
import { breakerSettings } from '../runtime/breaker/settings.ts';
import { OUTCOMES, simulateTest, type PredictedOutcome, type PredictedRun } from './predict-run.ts';
import { bandOf, probabilityOf, quantile, type Band, type Probability } from './predict-statistics.ts';
import { checkPredictedTest, type PredictedTest } from './predicted-test.ts';

/** How a test will go, as a distribution over simulated ones. */
export interface Prediction {
  readonly test: PredictedTest;
  readonly seed: number | string;
  readonly runs: number;
  /** Whether the circuit opens within the test. */
  readonly opens: Probability;
  /** When it first opens, of those runs in which it does, in milliseconds from the start. */
  readonly firstOpenMs: { readonly min: number; readonly median: number; readonly p90: number; readonly max: number } | undefined;
  readonly requests: Band;
  /** The share of each outcome among a run's requests, 0 to 1. */
  readonly shares: Readonly<Record<PredictedOutcome, Band>>;
  /** siege's Availability in percent: 408 and 500 to 509 count against it, and each failed look-up is a 500. */
  readonly availability: Band;
  readonly openings: Band;
  readonly halfOpenings: Band;
  readonly closings: Band;
  /** The most calls in the window at a health tick. */
  readonly peakVolume: Band;
  /** Set where no run reached the volume threshold, so that the circuit can not open: one sentence. */
  readonly warning: string | undefined;
}

const requestsOf = (run: PredictedRun): number => OUTCOMES.reduce((sum, outcome) => sum + run.counts[outcome], 0);

const shareOf = (run: PredictedRun, outcome: PredictedOutcome): number => {
  const requests = requestsOf(run);
  return requests === 0 ? 0 : run.counts[outcome] / requests;
};

const volumeWarning = (test: PredictedTest, peak: number): string | undefined => {
  const { volumeThreshold, profile, windowMs } = breakerSettings(test.breaker);
  if (profile !== 'hystrix' || peak >= volumeThreshold) return undefined;
  return `This load can not reach the volume threshold: at most ${peak} calls within ${windowMs} ms, and the circuit needs ${volumeThreshold} to open.`;
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
  const over = (figure: (run: PredictedRun) => number): Band => bandOf(results.map(figure));
  const peakVolume = over((run) => run.peakVolume);
  const share = (outcome: PredictedOutcome): Band => over((run) => shareOf(run, outcome));
  return {
    test,
    seed,
    runs,
    opens: probabilityOf(opened.length, runs),
    firstOpenMs: opened.length === 0 ? undefined : { min: quantile(opened, 0), median: quantile(opened, 0.5), p90: quantile(opened, 0.9), max: quantile(opened, 1) },
    requests: over(requestsOf),
    shares: { success: share('success'), timeout: share('timeout'), 'short-circuited': share('short-circuited'), rejected: share('rejected') },
    availability: over((run) => shareOf(run, 'success') * 100),
    openings: over((run) => run.openings),
    halfOpenings: over((run) => run.halfOpenings),
    closings: over((run) => run.closings),
    peakVolume,
    warning: volumeWarning(test, peakVolume.most),
  };
};
