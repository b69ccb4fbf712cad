import {
  bulkhead,
  circuitBreaker,
  CircuitState as CockatielState,
  EventEmitter,
  handleAll,
  SamplingBreaker,
  TaskCancelledError,
  wrap,
  type IBackoff,
  type IBackoffFactory,
  type IBreaker,
  type IDefaultPolicyContext,
  type IFailureEvent,
  type IPolicy,
  type ISuccessEvent,
} from 'cockatiel';
import type { Timers } from '../../kernel/clock.ts';
import { healthOf, type Health } from './health-window.ts';
import type { CircuitListener, CircuitState } from './hystrix-circuit.ts';
import type { BreakerSettings } from './settings.ts';

interface SamplingState {
  readonly windows: readonly { readonly startedAt: number; readonly failures: number; readonly successes: number }[];
  readonly currentWindow: number;
  readonly currentFailures: number;
  readonly currentSuccesses: number;
}

/** cockatiel parts its window into seconds, and into five parts at least. */
const partMsOf = (windowMs: number): number => Math.round(windowMs / Math.max(5, Math.ceil(windowMs / 1000)));

/**
 * cockatiel's SamplingBreaker by the given clock. It asks the global clock one thing only: has the current part
 * of its window lasted long enough to turn to the next? Its published `state` says when that part began, so
 * we answer by writing there "always" or "not yet". All counting and judging stays cockatiel's.
 */
const createClockedSampling = (settings: BreakerSettings, timers: Timers): IBreaker & { health(): Health } => {
  const { windowMs, volumeThreshold, errorPercent } = settings;
  const sampling = new SamplingBreaker({
    threshold: errorPercent / 100,
    duration: windowMs,
    minimumRps: volumeThreshold / (windowMs / 1000),
  });
  const partMs = partMsOf(windowMs);
  let partBeganAt: number | undefined;
  const setPartBegin = (startedAt: number): void => {
    const state = sampling.state as SamplingState;
    sampling.state = {
      ...state,
      windows: state.windows.map((part, index) => (index === state.currentWindow ? { ...part, startedAt } : part)),
    };
  };
  const push = <Result>(count: () => Result, turns: boolean): Result => {
    const now = timers.now();
    const isDue = turns || partBeganAt === undefined || now - partBeganAt >= partMs;
    if (!isDue) return count();
    setPartBegin(-Infinity);
    const result = count();
    setPartBegin(Infinity);
    partBeganAt = now;
    return result;
  };
  return {
    get state() {
      return sampling.state;
    },
    set state(value) {
      sampling.state = value;
    },
    // Closing empties every part and turns to the next, whatever the clock says.
    success: (state) => push(() => sampling.success(state), state === CockatielState.HalfOpen),
    failure: (state) => push(() => sampling.failure(state), false),
    health: () => {
      const { currentFailures, currentSuccesses } = sampling.state as SamplingState;
      return healthOf(currentFailures + currentSuccesses, currentFailures);
    },
  };
};

/** A constant sleep by the given clock: cockatiel compares its own clock with a duration, so ours is none or endless. */
const createClockedSleep = (sleepMs: number, timers: Timers): IBackoffFactory<unknown> => {
  const next = (): IBackoff<unknown> => {
    const openedAt = timers.now();
    return {
      get duration() {
        return timers.now() - openedAt < sleepMs ? Infinity : -Infinity;
      },
      next,
    };
  };
  return { next };
};

/** cockatiel's aggressive timeout by the given timers: rejects and aborts. Its own one takes no timers. */
const createClockedTimeout = (timeoutMs: number, timers: Timers): IPolicy => {
  const policy: Omit<IPolicy, '_altReturn'> = {
    onSuccess: new EventEmitter<ISuccessEvent>().addListener,
    onFailure: new EventEmitter<IFailureEvent>().addListener,
    execute: <Result>(call: (context: IDefaultPolicyContext) => PromiseLike<Result> | Result, outer?: AbortSignal): Promise<Result> =>
      new Promise((resolve, reject) => {
        const abort = new AbortController();
        const giveUp = (): void => {
          abort.abort(outer?.reason);
        };
        outer?.addEventListener('abort', giveUp);
        const cancel = timers.after(timeoutMs, () => {
          const error = new TaskCancelledError(`Operation timed out after ${timeoutMs}ms`);
          reject(error);
          abort.abort(error);
        });
        const invoke = async (): Promise<Result> => call({ signal: abort.signal });
        void invoke()
          .then(resolve, reject)
          .finally(() => {
            cancel();
            outer?.removeEventListener('abort', giveUp);
          });
      }),
  };
  // The member left out exists for the compiler alone, as cockatiel says.
  return policy as IPolicy;
};

const STATES: Readonly<Record<CockatielState, CircuitState>> = {
  [CockatielState.Closed]: 'closed',
  [CockatielState.Open]: 'open',
  [CockatielState.HalfOpen]: 'half-open',
  [CockatielState.Isolated]: 'open',
};

/** What the profile `cockatiel` consists of. */
export interface CockatielPolicy {
  readonly policy: IPolicy;
  state(): CircuitState;
  health(): Health;
}

/**
 * cockatiel's own sampling breaker and bulkhead, in Hystrix's order: circuit, then places, then timeout, so that
 * a rejected call counts as an error. Differs from Hystrix as cockatiel does: judged at each failure, strictly
 * above the percentage; a timed-out call frees its place; callers beside the probe wait for its outcome.
 */
export const createCockatielPolicy = (
  settings: BreakerSettings,
  options: { readonly timers: Timers; readonly listener: CircuitListener },
): CockatielPolicy => {
  const { timers, listener } = options;
  const sampling = createClockedSampling(settings, timers);
  const circuit = circuitBreaker(handleAll, { breaker: sampling, halfOpenAfter: createClockedSleep(settings.sleepMs, timers) });
  let before: CircuitState = 'closed';
  circuit.onStateChange((changed) => {
    const state = STATES[changed];
    const opening = before === 'half-open' ? 'probe failed' : 'error threshold reached';
    const cause = state === 'open' ? opening : state === 'half-open' ? 'sleep window over' : 'probe succeeded';
    before = state;
    listener.onState(state, cause, timers.now(), sampling.health());
  });
  return {
    policy: wrap(circuit, bulkhead(settings.concurrency, 0), createClockedTimeout(settings.timeoutMs, timers)),
    state: () => STATES[circuit.state],
    health: () => sampling.health(),
  };
};
