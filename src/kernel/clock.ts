/** A point in time: milliseconds since the Unix epoch. */
export type EpochMs = number;

/** Reads the time. The real one is the wall clock; the simulated one is moved by the scheduler. */
export interface Clock {
  now(): EpochMs;
}

/** Cancels what it was returned for; calling it again, or late, does nothing. */
export type Cancel = () => void;

/** A clock that can also wake somebody up. Everything that waits, waits through this, so virtual time can skip it. */
export interface Timers extends Clock {
  /** Calls `wake` once, `delayMs` milliseconds from now (0 or more). */
  after(delayMs: number, wake: () => void): Cancel;
}

/** Timers that also keep appointments: where a clock may be set, "in an hour" and "at nine" are two things. */
export interface Calendar extends Timers {
  /** Calls `wake` once, as soon as the clock shows `instant` or later, however it is set meanwhile; never before this call returns. */
  at(instant: EpochMs, wake: () => void): Cancel;
}

/** Resolves `delayMs` milliseconds from now, by the given timers. */
export const sleep = (timers: Timers, delayMs: number): Promise<void> =>
  new Promise((resolve) => {
    timers.after(delayMs, resolve);
  });
