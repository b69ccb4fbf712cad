import type { Random } from '../../kernel/random.ts';

/** How often, and after which pauses, a failing thing is tried again. */
export interface RetryPolicy {
  /** The pause after the first failure, in milliseconds; doubled after each further one. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Attempts in all, the first one included. */
  readonly maxAttempts: number;
}

/** 50 ms, doubling up to 5 s, six attempts in all. */
export const DEFAULT_RETRY: RetryPolicy = { firstDelayMs: 50, maxDelayMs: 5_000, maxAttempts: 6 };

/**
 * The pause after so many failures, in whole milliseconds: exponential, one half of it drawn, so that
 * those who failed together don't come again together ("equal jitter", AWS Architecture Blog 2015).
 */
export const pauseAfter = (failures: number, policy: RetryPolicy, random: Random): number => {
  const full = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return Math.round(full / 2 + random.next() * (full / 2));
};
