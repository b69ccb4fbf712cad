import {
  BrokenCircuitError,
  BulkheadRejectedError,
  EventEmitter,
  TaskCancelledError,
  type IDefaultPolicyContext,
  type IFailureEvent,
  type IPolicy,
  type ISuccessEvent,
} from 'cockatiel';
import type { Timers } from '../../kernel/clock.ts';
import type { HystrixCircuit } from './hystrix-circuit.ts';
import type { BreakerSettings } from './settings.ts';

/** Refusing is what an open circuit does thousands of times a second, and a stack of its own for each costs more than all else. */
const BROKEN = new BrokenCircuitError();

/** What the policy needs beside its circuit. */
export interface HystrixPolicyOptions {
  readonly settings: BreakerSettings;
  readonly timers: Timers;
  /** Aborted when the breaker is closed for good: ends the calls under way. */
  readonly closing: AbortSignal;
}

/**
 * A cockatiel policy that behaves as a Hystrix command: circuit, then thread pool, then timeout. Rejects with
 * cockatiel's own errors; whatever the call rejects with counts as an error. A timed-out call is not aborted, as the
 * blocking HTTP call of a Hystrix thread is not
 * ended by its interrupt: it runs on and holds its thread. Only closing aborts it.
 */
export const createHystrixPolicy = (circuit: HystrixCircuit, options: HystrixPolicyOptions): IPolicy => {
  const { settings, timers, closing } = options;
  const success = new EventEmitter<ISuccessEvent>();
  const failure = new EventEmitter<IFailureEvent>();
  let rejected: BulkheadRejectedError | undefined;

  const execute = <Result>(
    call: (context: IDefaultPolicyContext) => PromiseLike<Result> | Result,
    outer?: AbortSignal,
  ): Promise<Result> => {
    const startedAt = timers.now();
    const admission = circuit.attempt(startedAt);
    if (admission === 'short-circuited') return Promise.reject(BROKEN);
    if (admission === 'rejected') return Promise.reject((rejected ??= new BulkheadRejectedError(settings.concurrency, 0)));
    return new Promise((resolve, reject) => {
      let isAnswered = false;
      const answer = (): void => {
        isAnswered = true;
        cancelTimeout();
      };
      const fail = (error: Error): void => {
        const now = timers.now();
        circuit.fail(now);
        if (failure.size > 0) failure.emit({ duration: now - startedAt, handled: true, reason: { error } });
        reject(error);
      };
      const cancelTimeout = timers.after(settings.timeoutMs, () => {
        isAnswered = true;
        fail(new TaskCancelledError(`Operation timed out after ${settings.timeoutMs}ms`));
      });
      const invoke = async (): Promise<Result> => call({ signal: outer ?? closing });
      invoke().then(
        (result) => {
          circuit.release();
          if (isAnswered) return;
          answer();
          circuit.succeed(timers.now());
          if (success.size > 0) success.emit({ duration: timers.now() - startedAt });
          resolve(result);
        },
        (error: unknown) => {
          circuit.release();
          if (isAnswered) return;
          answer();
          fail(error as Error);
        },
      );
    });
  };
  const policy: Omit<IPolicy, '_altReturn'> = { onSuccess: success.addListener, onFailure: failure.addListener, execute };
  // The member left out exists for the compiler alone, as cockatiel says.
  return policy as IPolicy;
};
