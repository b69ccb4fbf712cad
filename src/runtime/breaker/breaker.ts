import { isBrokenCircuitError, isBulkheadRejectedError, isTaskCancelledError, type IPolicy } from 'cockatiel';
import type { EpochMs, Timers } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import { orderLookupFailed, type Guard, type LookupFailure } from '../order-lookup.ts';
import { createCockatielPolicy } from './cockatiel-policy.ts';
import type { Health } from './health-window.ts';
import { createHystrixCircuit, type CircuitCause, type CircuitListener, type CircuitState } from './hystrix-circuit.ts';
import { createHystrixPolicy } from './hystrix-policy.ts';
import { breakerSettings, type BreakerSettings } from './settings.ts';

/**
 * What a breaker tells, shaped for the recording's entry `breaker` (see {@link breakerEntry}). `at` is when it
 * happened by the breaker's clock; a health tick of an idle breaker is told with the next call.
 */
export type BreakerEvent =
  /** The circuit has entered this state. */
  | { readonly change: CircuitState; readonly detail: { readonly at: EpochMs; readonly why: CircuitCause } & Health }
  /** The counts that a health tick saw, where they differ from the tick before. */
  | { readonly change: 'health'; readonly detail: { readonly at: EpochMs; readonly state: CircuitState } & Health }
  /** A call has ended for its caller; `error` is a bug's. */
  | { readonly change: 'success' | LookupFailure | 'error'; readonly detail: { readonly at: EpochMs; readonly latencyMs: number } }
  /** The underlying call of a timed-out one has ended, `lateMs` after its caller gave up: its thread is free again. */
  | { readonly change: 'released'; readonly detail: { readonly at: EpochMs; readonly lateMs: number; readonly error?: string } };

/** A breaker around one kind of call. */
export interface Breaker {
  /** Runs a call within the breaker; rejects as {@link Guard} says. */
  readonly guard: Guard;
  state(): CircuitState;
  /** The counts in the window now. */
  health(): Health;
  /** Ends the calls under way (`unreachable`) and takes no new ones, so that nothing is left that keeps the process alive. */
  close(): void;
}

/** A breaker's event as an entry of a recording. */
export const breakerEntry = (context: string, name: string, event: BreakerEvent): EntryBody => ({
  kind: 'breaker',
  context,
  name,
  change: event.change,
  detail: { ...event.detail },
});

/** The refusal for what a policy rejects with by itself; anything else came from the call and stays as it is. */
const refusalOf = (error: unknown, settings: BreakerSettings): unknown => {
  if (isBrokenCircuitError(error)) return orderLookupFailed('short-circuited', 'The circuit breaker of the order look-up is open.');
  if (isBulkheadRejectedError(error)) {
    const { concurrency } = settings;
    return orderLookupFailed('rejected', `${concurrency} look-ups are under way already; one more is rejected.`, { concurrency });
  }
  if (isTaskCancelledError(error)) {
    const { timeoutMs } = settings;
    return orderLookupFailed('timeout', `The order could not be looked up within ${timeoutMs} ms.`, { timeoutMs });
  }
  return error;
};

const closedRefusal = (): Refusal => orderLookupFailed('unreachable', 'Orders are no longer looked up here: the system is stopping.');

/** A call's answer. A refusal of the business goes through the policy as a value, so that every profile counts it as a success. */
const answerOf = async <Result>(call: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<{ value: Result } | { refusal: Refusal }> => {
  try {
    return { value: await call(signal) };
  } catch (error) {
    if (error instanceof Refusal && error.code !== 'order-lookup-failed') return { refusal: error };
    throw error;
  }
};

interface Profile {
  readonly policy: IPolicy;
  state(): CircuitState;
  health(): Health;
}

interface ProfileOptions {
  readonly timers: Timers;
  readonly listener: CircuitListener;
  readonly closing: AbortSignal;
  readonly onRelease: (lateMs: number, error: string | undefined) => void;
}

const createProfile = (settings: BreakerSettings, options: ProfileOptions): Profile => {
  const { timers, listener, closing, onRelease } = options;
  if (settings.profile === 'cockatiel') return createCockatielPolicy(settings, { timers, listener });
  const circuit = createHystrixCircuit(settings, listener);
  return {
    policy: createHystrixPolicy(circuit, { settings, timers, onRelease, closing }),
    state: () => circuit.state(timers.now()),
    health: () => circuit.health(timers.now()),
  };
};

/**
 * Makes the breaker of the order look-up. Everything in it goes by the given timers, whatever the profile. Throws an
 * OperatingError (invalid-input) for settings that make no sense.
 */
export const createBreaker = (given: Partial<BreakerSettings>, options: { readonly timers: Timers; readonly onEvent: (event: BreakerEvent) => void }): Breaker => {
  const { timers, onEvent } = options;
  const settings = breakerSettings(given);
  const closing = new AbortController();
  let state: CircuitState = 'closed';
  const profile = createProfile(settings, {
    timers,
    closing: closing.signal,
    listener: {
      onState: (entered, why, at, health) => {
        state = entered;
        onEvent({ change: entered, detail: { at, why, ...health } });
      },
      onHealth: (health, at) => {
        onEvent({ change: 'health', detail: { at, state, ...health } });
      },
    },
    onRelease: (lateMs, error) => {
      onEvent({ change: 'released', detail: { at: timers.now(), lateMs, ...(error === undefined ? {} : { error }) } });
    },
  });
  const tell = (change: 'success' | LookupFailure | 'error', startedAt: EpochMs): void => {
    const at = timers.now();
    onEvent({ change, detail: { at, latencyMs: at - startedAt } });
  };

  const guard: Guard = async (call) => {
    if (closing.signal.aborted) throw closedRefusal();
    const startedAt = timers.now();
    const answer = await profile.policy
      .execute(({ signal }) => answerOf(call, signal), closing.signal)
      .catch((error: unknown) => {
        const refusal = refusalOf(error, settings);
        tell(refusal instanceof Refusal ? (refusal.detail['kind'] as LookupFailure) : 'error', startedAt);
        throw refusal;
      });
    tell('success', startedAt);
    if ('refusal' in answer) throw answer.refusal;
    return answer.value;
  };
  return { guard, state: () => profile.state(), health: () => profile.health(), close: () => closing.abort(closedRefusal()) };
};
