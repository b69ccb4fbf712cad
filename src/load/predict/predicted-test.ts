import { OperatingError } from '../../kernel/errors.ts';
import { breakerSettings, type BreakerSettings } from '../../runtime/breaker/settings.ts';
import type { Machine } from '../measure/machine.ts';
import type { LoadPlan } from '../plan.ts';

/** The circuit-breaker test as it is simulated: each request writes a review, which looks its order up. */
export interface PredictedTest {
  readonly plan: LoadPlan;
  /** What the fault adds to a look-up: uniform from `fromMs` to under `toMs`; absent: nothing. */
  readonly lookupDelay?: { readonly fromMs: number; readonly toMs: number };
  /** How long a look-up takes without the fault, in milliseconds: measured, median. */
  readonly overheadMs: number;
  /** How long a request keeps the server's one thread busy, in milliseconds: measured. Bounds the rate of failing at once. */
  readonly requestMs: number;
  /** How long it takes from an answer until the next request of the same user is there, in milliseconds: measured. */
  readonly turnaroundMs: number;
  readonly breaker: Partial<BreakerSettings>;
  /** What the machine was like at each time; where absent, it is as the figures above say all the time. */
  readonly machine?: Machine;
}

/** Figures of a machine like the ones that CI uses, for where nothing was measured yet. */
export const DEFAULT_COSTS: Pick<PredictedTest, 'overheadMs' | 'requestMs' | 'turnaroundMs'> = {
  overheadMs: 1.5,
  requestMs: 1,
  turnaroundMs: 0.5,
};

const isAtLeast = (value: number, least: number): boolean => Number.isFinite(value) && value >= least;

/** Throws an OperatingError (invalid-input) that names what of the test can not be simulated. */
export const checkPredictedTest = (test: PredictedTest, runs: number): void => {
  const { lookupDelay } = test;
  const refuse = (what: string, mend: string): never => {
    throw new OperatingError('invalid-input', `a test with ${what} can not be predicted`, { mend });
  };
  if (!Number.isSafeInteger(runs) || runs < 1) refuse(`${runs} runs`, 'Predict with a whole number of runs from 1.');
  if (lookupDelay !== undefined && !(isAtLeast(lookupDelay.fromMs, 0) && isAtLeast(lookupDelay.toMs, lookupDelay.fromMs))) {
    refuse(
      `a look-up delay of ${lookupDelay.fromMs} to ${lookupDelay.toMs} ms`,
      'Give the range from the shorter to the longer delay, 0 or more.',
    );
  }
  for (const name of ['overheadMs', 'turnaroundMs'] as const)
    if (!isAtLeast(test[name], 0)) refuse(`${name} ${test[name]}`, 'Use 0 or more.');
  // Without it, a user who is refused at once would ask without end at one moment.
  if (!isAtLeast(test.requestMs, 0.01)) refuse(`requestMs ${test.requestMs}`, 'Use 0.01 or more.');
  breakerSettings(test.breaker);
};
