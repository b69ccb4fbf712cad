import { isBrokenCircuitError, isBulkheadRejectedError, isTaskCancelledError, type IPolicy } from 'cockatiel';
import type { EpochMs, Timers } from '../../kernel/clock.ts';
import { Refusal, messageOf } from '../../kernel/errors.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import { createCockatielPolicy } from './cockatiel-policy.ts';
import { CallFailure, type CallFailureKind, type Guard } from './guard.ts';
import type { Health } from './health-window.ts';
import { createHystrixCircuit, type CircuitCause, type CircuitListener, type CircuitState } from './hystrix-circuit.ts';
import { createHystrixPolicy } from './hystrix-policy.ts';
import { breakerSettings, type BreakerSettings } from './settings.ts';
import { createTurnstile } from './turnstile.ts';

/** Whose call it was, where the caller said so. */
interface About {
  readonly correlation?: string;
}

/**
 * What a breaker tells, shaped for the recording's entry `breaker` (see {@link breakerEntry}). `at` is when it
 * happened by the breaker's clock; a health tick of an idle breaker is told with the next call.
 */
export type BreakerEvent =
  /** The circuit has entered this state. */
  | { readonly change: CircuitState; readonly detail: { readonly at: EpochMs; readonly why: CircuitCause } & Health }
  /** The counts that a health tick saw, where they differ from the tick before. */
  | { readonly change: 'health'; readonly detail: { readonly at: EpochMs; readonly state: CircuitState } & Health }
  /** A call has ended for its caller; `error` is a bug's. `correlation` is that of the request which made the call. */
  | {
      readonly change: 'success' | CallFailureKind | 'error';
      readonly detail: { readonly at: EpochMs; readonly latencyMs: number } & About;
    }
  /**
   * The underlying call of a timed-out one has ended, `lateMs` after its caller gave up and `lastedMs` after it began: its
   * thread is free again.
   */
  | {
      readonly change: 'released';
      readonly detail: { readonly at: EpochMs; readonly lateMs: number; readonly lastedMs: number; readonly error?: string } & About;
    };

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

/** The failure for what a policy rejects with by itself; anything else came from the call and stays as it is. */
const failureOf = (error: unknown, settings: BreakerSettings): unknown => {
  if (isBrokenCircuitError(error)) return new CallFailure('short-circuited', 'The circuit is open.');
  if (isBulkheadRejectedError(error)) {
    const { concurrency } = settings;
    return new CallFailure('rejected', `${concurrency} calls are under way already; one more is rejected.`, { concurrency });
  }
  if (isTaskCancelledError(error)) {
    const { timeoutMs } = settings;
    return new CallFailure('timeout', `No answer came within ${timeoutMs} ms.`, { timeoutMs });
  }
  return error;
};

const closedFailure = (): CallFailure => new CallFailure('unreachable', 'No calls are made any more: the system is stopping.');

type Answer<Result> = { readonly value: Result } | { readonly refusal: Refusal };

/** A call's answer. A refusal of the business goes through the policy as a value, so that every profile counts it as a success. */
const answerOf = async <Result>(call: (signal: AbortSignal) => Promise<Result>, signal: AbortSignal): Promise<Answer<Result>> => {
  try {
    return { value: await call(signal) };
  } catch (error) {
    if (error instanceof Refusal) return { refusal: error };
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
}

const createProfile = (settings: BreakerSettings, options: ProfileOptions): Profile => {
  const { timers, listener, closing } = options;
  if (settings.profile === 'cockatiel') return createCockatielPolicy(settings, { timers, listener });
  const circuit = createHystrixCircuit(settings, listener);
  return {
    policy: createHystrixPolicy(circuit, { settings, timers, closing }),
    state: () => circuit.state(timers.now()),
    health: () => circuit.health(timers.now()),
  };
};

/** Tells of calls: how each ended for its caller, and when a thread is free again that a timed-out one held. */
const createTelling = (settings: BreakerSettings, timers: Timers, onEvent: (event: BreakerEvent) => void) => {
  const about = (correlation: string | undefined): About => (correlation === undefined ? {} : { correlation });
  return {
    ended: (change: 'success' | CallFailureKind | 'error', startedAt: EpochMs, correlation: string | undefined): void => {
      const at = timers.now();
      onEvent({ change, detail: { at, latencyMs: at - startedAt, ...about(correlation) } });
    },
    released: (startedAt: EpochMs, correlation: string | undefined, error: string | undefined): void => {
      const at = timers.now();
      const lastedMs = at - startedAt;
      onEvent({
        change: 'released',
        detail: { at, lateMs: lastedMs - settings.timeoutMs, lastedMs, ...(error === undefined ? {} : { error }), ...about(correlation) },
      });
    },
  };
};

/** What {@link createBreaker} works with. */
export interface BreakerOptions {
  readonly timers: Timers;
  readonly onEvent: (event: BreakerEvent) => void;
  /** Resolves in the next turn of the event loop; absent where each call has its turn for itself (virtual time). */
  readonly nextTurn?: () => Promise<void>;
}

/**
 * Makes the breaker of one kind of call. Everything in it goes by the given timers, whatever the profile. Throws an
 * OperatingError (invalid-input) for settings that make no sense.
 */
export const createBreaker = (given: Partial<BreakerSettings>, options: BreakerOptions): Breaker => {
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
  });
  const tell = createTelling(settings, timers, onEvent);
  const turnstile = options.nextTurn === undefined ? undefined : createTurnstile(options.nextTurn);

  const guard: Guard = async <Result>(call: (signal: AbortSignal) => Promise<Result>, correlation?: string): Promise<Result> => {
    if (closing.signal.aborted) throw closedFailure();
    // An open circuit refuses at once, and takes no thread.
    if (turnstile?.isFree() === false && profile.state() !== 'open') await turnstile.wait();
    const startedAt = timers.now();
    let isLate = false;
    const watched = async (signal: AbortSignal): Promise<Answer<Result>> => {
      const ended = turnstile?.begin();
      try {
        const answer = await answerOf(call, signal);
        if (isLate) tell.released(startedAt, correlation, undefined);
        return answer;
      } catch (error) {
        if (isLate) tell.released(startedAt, correlation, messageOf(error));
        throw error;
      } finally {
        ended?.();
      }
    };
    const answer = await profile.policy
      .execute(({ signal }) => watched(signal), closing.signal)
      .catch((error: unknown) => {
        // cockatiel aborts a call that is late, and its place is free at once.
        isLate = isTaskCancelledError(error) && settings.profile === 'hystrix';
        const failure = failureOf(error, settings);
        tell.ended(failure instanceof CallFailure ? failure.kind : 'error', startedAt, correlation);
        throw failure;
      });
    tell.ended('success', startedAt, correlation);
    if ('refusal' in answer) throw answer.refusal;
    return answer.value;
  };
  return { guard, state: () => profile.state(), health: () => profile.health(), close: () => closing.abort(closedFailure()) };
};
