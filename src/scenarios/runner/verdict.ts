import { Decision } from '../../kernel/errors.ts';
import type { Failure, Outcome } from '../../kernel/recording.ts';

/**
 * Thrown by a step that did not pass, though nothing broke: the expectation did not hold, or rest did not come.
 * `eventually` throws it at each look.
 */
export class NotPassed extends Decision {
  override readonly name = 'NotPassed';
  readonly outcome: Outcome & ('failed' | 'inconclusive');
  readonly failure: Failure;
  /** The scenario's own invariant that is broken, with its place; undefined where it was a step that did not pass. */
  readonly invariant: string | undefined;

  constructor(failure: Failure, outcome: 'failed' | 'inconclusive' = 'failed', invariant?: string) {
    super(failure.message);
    this.failure = failure;
    this.outcome = outcome;
    this.invariant = invariant;
  }
}
