import { Decision } from '../../kernel/errors.ts';

/**
 * Why a call came to nothing: the breaker refused it (`short-circuited`, `rejected`) or gave it up (`timeout`), or the
 * other side failed.
 */
export type CallFailureKind = 'timeout' | 'upstream-error' | 'unreachable' | 'short-circuited' | 'rejected';

/** A call that came to nothing. Every profile of the breaker counts it as an error; a refusal of the business is none. */
export class CallFailure extends Decision {
  override readonly name = 'CallFailure';
  readonly kind: CallFailureKind;
  /** What else is known: the timeout, the concurrency, the other side's status. */
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(kind: CallFailureKind, message: string, detail: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.kind = kind;
    this.detail = detail;
  }
}

/**
 * Stands around each call: bounds its time, counts its failures, refuses it. What it rejects with by itself is a
 * {@link CallFailure}. The signal is aborted once nobody waits any more. What it tells of the call names the
 * correlation id, if it is given one.
 */
export type Guard = <Result>(call: (signal: AbortSignal) => Promise<Result>, correlation?: string) => Promise<Result>;
