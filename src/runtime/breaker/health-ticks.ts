import type { EpochMs } from '../../kernel/clock.ts';
import { createHealthWindow, healthOf, type Health } from './health-window.ts';
import type { BreakerSettings } from './settings.ts';

/** Counts calls, and looks at the counts at every health tick. */
export interface HealthTicks {
  /** Begins to tick now, unless it has begun already. */
  begin(now: EpochMs): void;
  /** Begins to count from 0 now, with ticks of its own. */
  restart(now: EpochMs): void;
  /** Makes up for all ticks that were due up to now. */
  catchUp(now: EpochMs): void;
  /** Counts one call that ends now. */
  count(now: EpochMs, isError: boolean): void;
  /** The counts up to now, also of what no tick has looked at yet. */
  live(now: EpochMs): Health;
}

/**
 * Makes Hystrix's health stream (`HealthCountsStream`) without a timer: ticks that were due since the last look are
 * made up for before anything else happens, each with the counts and the time that it would have had. So nothing
 * has to stay awake for them, and a window that is empty costs nothing.
 *
 * @param onTick hears each tick's counts, the time it was due, and whether the counts differ from the tick before.
 */
export const createHealthTicks = (
  settings: Pick<BreakerSettings, 'windowMs' | 'buckets' | 'healthIntervalMs'>,
  onTick: (health: Health, at: EpochMs, isNew: boolean) => void,
): HealthTicks => {
  const { windowMs, buckets, healthIntervalMs } = settings;
  let startedAt: EpochMs | undefined;
  let window = createHealthWindow(windowMs, buckets);
  let nextTick = 1;
  let seen = healthOf(0, 0);

  const restart = (now: EpochMs): void => {
    startedAt = now;
    window = createHealthWindow(windowMs, buckets);
    nextTick = 1;
    seen = healthOf(0, 0);
  };

  const tick = (began: EpochMs): void => {
    const sinceMs = nextTick * healthIntervalMs;
    const health = window.at(sinceMs);
    const isNew = health.requests !== seen.requests || health.errors !== seen.errors;
    seen = health;
    onTick(health, began + sinceMs, isNew);
  };

  return {
    begin: (now) => {
      if (startedAt === undefined) restart(now);
    },
    restart,
    catchUp: (now) => {
      if (startedAt === undefined) return;
      const due = Math.floor((now - startedAt) / healthIntervalMs);
      for (; nextTick <= due; nextTick += 1) {
        tick(startedAt);
        // Nothing left to count: the ticks up to now would all see the same emptiness.
        if (window.isEmpty()) nextTick = due;
      }
    },
    count: (now, isError) => {
      window.add(now - (startedAt ?? now), isError);
    },
    live: (now) => (startedAt === undefined ? healthOf(0, 0) : window.at(now - startedAt)),
  };
};
