import type { Recorder } from '../../kernel/recording.ts';
import { createHolds, type Holds } from './holds.ts';
import type { Bench } from '../definition.ts';
import { createStrikes, type Strikes } from './strikes.ts';

/** What the steps of one scenario share. */
export interface Stage extends Bench {
  readonly recorder: Recorder;
  readonly holds: Holds;
  /** What became of the trouble that the steps made. */
  readonly strikes: Strikes;
  /** The longest wait for rest, and for `eventually`, where the step does not say, in milliseconds. */
  readonly restMs: number;
  /** Aborted when the scenario is to end where it stands: by the user, or by what is its reason then: its deadline, a system that broke. */
  readonly signal: AbortSignal;
  /** Whether it was the user who ended it. */
  readonly isInterrupted: () => boolean;
  /** Counts requests, for their correlation ids. */
  readonly nextRequest: () => number;
  /** Whether faults that no step asked for may strike the system, so that a step waits longer for what it wants (ask.ts). */
  readonly isUnderFire: boolean;
}

/** Sets the stage for a scenario. */
export const createStage = (
  bench: Bench,
  options: Pick<Stage, 'restMs' | 'signal'> & Partial<Pick<Stage, 'isInterrupted' | 'isUnderFire'>>,
): Stage => {
  let requests = 0;
  return {
    ...bench,
    isInterrupted: () => options.signal.aborted,
    isUnderFire: false,
    ...options,
    recorder: bench.journal,
    holds: createHolds(bench),
    strikes: createStrikes(),
    nextRequest: () => (requests += 1),
  };
};
