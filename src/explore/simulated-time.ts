import type { Cancel, EpochMs, Timers } from '../kernel/clock.ts';
import { createVirtualTime } from '../kernel/virtual-time.ts';

/** An alarm set for later than this only tidies up; a system in which only such alarms are set is at rest. In milliseconds. */
export const IDLE_MS = 3_600_000;

/** Virtual time that knows how much is still to come. */
export interface SimulatedTime {
  readonly timers: Timers;
  /** The same time as a context with a clock of its own sees it: `offsetMs` is asked at each look. */
  timersFor(offsetMs: () => number): Timers;
  /** Moves to the next alarm and rings it; false where none is set. */
  advance(): boolean;
  /** How many alarms are set that are more than tidying up. */
  pending(): number;
  /** Milliseconds since the beginning. */
  elapsedMs(): number;
}

/** Creates simulated time. */
export const createSimulatedTime = (): SimulatedTime => {
  const time = createVirtualTime(() => Promise.resolve());
  const startMs: EpochMs = time.now();
  let pending = 0;
  const after = (delayMs: number, wake: () => void): Cancel => {
    if (delayMs >= IDLE_MS) return time.after(delayMs, wake);
    let isSet = true;
    pending += 1;
    const cancel = time.after(delayMs, () => {
      isSet = false;
      pending -= 1;
      wake();
    });
    return () => {
      if (!isSet) return;
      isSet = false;
      pending -= 1;
      cancel();
    };
  };
  return {
    timers: { now: time.now, after },
    timersFor: (offsetMs) => ({ now: () => time.now() + offsetMs(), after }),
    advance: time.advance,
    pending: () => pending,
    elapsedMs: () => time.now() - startMs,
  };
};
