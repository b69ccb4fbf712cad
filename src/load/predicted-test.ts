import { OperatingError } from '../kernel/errors.ts';
import { breakerSettings, type BreakerSettings } from '../runtime/breaker/settings.ts';

/** A part of an open loop: the rate goes evenly from one value to the other. */
export interface ArrivalStage {
  readonly durationMs: number;
  readonly fromPerSecond: number;
  readonly toPerSecond: number;
}

/** Who asks. */
export type PredictedLoad =
  /** Each user waits for an answer, then asks again at once. */
  | { readonly kind: 'users'; readonly users: number }
  /** Requests arrive whatever became of those before: evenly spaced (the default), or at random (Poisson). */
  | { readonly kind: 'arrivals'; readonly stages: readonly ArrivalStage[]; readonly spacing?: 'even' | 'poisson' };

/** The circuit-breaker test as it is simulated. */
export interface PredictedTest {
  readonly load: PredictedLoad;
  /** Only what is answered within it counts, as siege and autocannon have it. */
  readonly durationMs: number;
  /** What the fault adds to a look-up: uniform from `fromMs` to under `toMs`; absent: nothing. */
  readonly lookupDelay?: { readonly fromMs: number; readonly toMs: number };
  /** How long a look-up takes without the fault, in milliseconds: measured, median. */
  readonly overheadMs: number;
  /** How long a request keeps the server's one thread busy, in milliseconds: measured. Bounds the rate of failing at once. */
  readonly requestMs: number;
  /** How long it takes from an answer until the next request of the same user is there, in milliseconds: measured. */
  readonly turnaroundMs: number;
  readonly breaker: Partial<BreakerSettings>;
}

/** The seed's test: 25 users for 5 seconds against look-ups of 400 to under 600 ms. */
export const DEFAULT_PREDICTED_TEST: PredictedTest = {
  load: { kind: 'users', users: 25 },
  durationMs: 5_000,
  lookupDelay: { fromMs: 400, toMs: 600 },
  overheadMs: 1.5,
  requestMs: 1,
  turnaroundMs: 0.5,
  breaker: {},
};

/** The requests of an evenly changing rate up to `atMs` within its stage. */
const countWithin = ({ durationMs, fromPerSecond, toPerSecond }: ArrivalStage, atMs: number): number =>
  (fromPerSecond * atMs + ((toPerSecond - fromPerSecond) * atMs * atMs) / (2 * durationMs)) / 1000;

/** The inverse of countWithin, by the quadratic formula in the form that stays exact for a constant rate. */
const timeOf = (stage: ArrivalStage, count: number): number => {
  const from = stage.fromPerSecond / 1000;
  const growth = (stage.toPerSecond - stage.fromPerSecond) / 1000 / stage.durationMs;
  return (2 * count) / (from + Math.sqrt(Math.max(0, from * from + 2 * growth * count)));
};

/**
 * The times of an open loop's requests, in milliseconds from its start: the k-th comes where the sum of the rate has
 * reached what `gap` adds up to; a gap is 1 where requests are evenly spaced.
 */
export function* arrivalTimes(stages: readonly ArrivalStage[], gap: () => number, first = 0): Generator<number> {
  let wanted = first;
  let countBefore = 0;
  let startMs = 0;
  for (const stage of stages) {
    const total = countWithin(stage, stage.durationMs);
    for (; wanted < countBefore + total; wanted += gap()) yield startMs + (wanted === countBefore ? 0 : timeOf(stage, wanted - countBefore));
    countBefore += total;
    startMs += stage.durationMs;
  }
}

const isAtLeast = (value: number, least: number): boolean => Number.isFinite(value) && value >= least;

/** Throws an OperatingError (invalid-input) that names what of the test can not be simulated. */
export const checkPredictedTest = (test: PredictedTest, runs: number): void => {
  const { load, lookupDelay } = test;
  const refuse = (what: string, mend: string): never => {
    throw new OperatingError('invalid-input', `a test with ${what} can not be predicted`, { mend });
  };
  if (!Number.isSafeInteger(runs) || runs < 1) refuse(`${runs} runs`, 'Predict with a whole number of runs from 1.');
  if (!isAtLeast(test.durationMs, 1)) refuse(`a duration of ${test.durationMs} ms`, 'Use a duration of 1 ms or more.');
  if (load.kind === 'users' && (!Number.isSafeInteger(load.users) || load.users < 1)) refuse(`${load.users} users`, 'Use a whole number of users from 1.');
  if (load.kind === 'arrivals' && load.stages.length === 0) refuse('no stage', 'Give at least one stage of arrivals.');
  for (const stage of load.kind === 'arrivals' ? load.stages : []) {
    const isSound = isAtLeast(stage.durationMs, 1) && isAtLeast(stage.fromPerSecond, 0) && isAtLeast(stage.toPerSecond, 0);
    if (!isSound) refuse(`a stage of ${JSON.stringify(stage)}`, 'Give each stage a duration, and rates of 0 or more.');
  }
  if (lookupDelay !== undefined && !(isAtLeast(lookupDelay.fromMs, 0) && isAtLeast(lookupDelay.toMs, lookupDelay.fromMs))) {
    refuse(`a look-up delay of ${lookupDelay.fromMs} to ${lookupDelay.toMs} ms`, 'Give the range from the shorter to the longer delay, 0 or more.');
  }
  for (const name of ['overheadMs', 'turnaroundMs'] as const) if (!isAtLeast(test[name], 0)) refuse(`${name} ${test[name]}`, 'Use 0 or more.');
  // Without it, a user who is refused at once would ask without end at one moment.
  if (!isAtLeast(test.requestMs, 0.01)) refuse(`requestMs ${test.requestMs}`, 'Use 0.01 or more.');
  breakerSettings(test.breaker);
};
