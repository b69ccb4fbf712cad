import type { EpochMs } from '../../kernel/clock.ts';
import { createHealthTicks } from './health-ticks.ts';
import type { Health } from './health-window.ts';
import type { BreakerSettings } from './settings.ts';

/** A circuit's state. */
export type CircuitState = 'closed' | 'open' | 'half-open';

/** Why a circuit changed its state. */
export type CircuitCause = 'error threshold reached' | 'sleep window over' | 'probe succeeded' | 'probe failed';

/** Hears what a circuit does, with the time at which it happened: a tick may be reckoned later than it was due. */
export interface CircuitListener {
  onState(state: CircuitState, cause: CircuitCause, at: EpochMs, health: Health): void;
  /** The snapshot of a health tick, where it differs from the one before. */
  onHealth?(health: Health, at: EpochMs): void;
}

/** What becomes of a call that wants to begin. */
export type Admission = 'run' | 'short-circuited' | 'rejected';

/**
 * Hystrix's breaker and thread pool as a state machine without promises, timers or a clock of its own: time
 * arrives with each call. The live breaker and the prediction both run this one.
 */
export interface HystrixCircuit {
  /** Asks to begin a call. After `run`, exactly one `succeed` or `fail` and one `release` must follow. */
  attempt(now: EpochMs): Admission;
  /** The caller got an answer. */
  succeed(now: EpochMs): void;
  /** The caller got none: timeout or error. */
  fail(now: EpochMs): void;
  /** The underlying call has really ended, perhaps long after its caller gave up: its thread is free. */
  release(): void;
  state(now: EpochMs): CircuitState;
  /** The counts in the window up to now, also of what no tick has looked at yet. */
  health(now: EpochMs): Health;
}

/**
 * Makes a closed circuit. Sources, all in Netflix/Hystrix: `HystrixCircuitBreaker` (states), `HealthCountsStream`
 * (ticks), `HystrixCommandMetrics.HealthCounts` (what counts), `HystrixThreadPool` (threads).
 */
export const createHystrixCircuit = (settings: BreakerSettings, listener: CircuitListener): HystrixCircuit => {
  const { volumeThreshold, errorPercent, sleepMs, concurrency } = settings;
  let state: CircuitState = 'closed';
  let openedAt = 0;
  let threads = 0;

  const enter = (next: CircuitState, cause: CircuitCause, at: EpochMs, health: Health): void => {
    state = next;
    if (next === 'open') openedAt = at;
    listener.onState(next, cause, at, health);
  };

  const ticks = createHealthTicks(settings, (health, at, isNew) => {
    if (isNew) listener.onHealth?.(health, at);
    if (state !== 'closed' || health.requests < volumeThreshold || health.errorPercent < errorPercent) return;
    enter('open', 'error threshold reached', at, health);
  });

  const fail = (now: EpochMs): void => {
    ticks.catchUp(now);
    ticks.count(now, true);
    if (state === 'half-open') enter('open', 'probe failed', now, ticks.live(now));
  };

  return {
    attempt: (now) => {
      // Hystrix makes a command's breaker at its first call, and the ticks count from there.
      ticks.begin(now);
      ticks.catchUp(now);
      if (state === 'half-open') return 'short-circuited';
      if (state === 'open') {
        if (now <= openedAt + sleepMs) return 'short-circuited';
        enter('half-open', 'sleep window over', now, ticks.live(now));
      }
      if (threads >= concurrency) {
        fail(now);
        return 'rejected';
      }
      threads += 1;
      return 'run';
    },
    succeed: (now) => {
      ticks.catchUp(now);
      const isProbe = state === 'half-open';
      const health = ticks.live(now);
      // Hystrix resets its streams before the probe reports its completion, so the probe is the first to count.
      if (isProbe) ticks.restart(now);
      ticks.count(now, false);
      if (isProbe) enter('closed', 'probe succeeded', now, health);
    },
    fail,
    release: () => {
      threads -= 1;
    },
    state: (now) => {
      ticks.catchUp(now);
      return state;
    },
    health: (now) => {
      ticks.catchUp(now);
      return ticks.live(now);
    },
  };
};
