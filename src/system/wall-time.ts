import type { Calendar } from '../kernel/clock.ts';

/**
 * Somebody may set the clock, or let the machine sleep, which the host's timers do not notice: so often it is looked at.
 * In milliseconds.
 */
const LOOK_AGAIN_MS = 10_000;

/** Time as it is: the wall clock and the host's timers. Pending timers keep the process alive. */
export const createWallTime = (): Calendar => ({
  now: () => Date.now(),
  after: (delayMs, wake) => {
    const handle = setTimeout(wake, delayMs);
    return () => {
      clearTimeout(handle);
    };
  },
  at: (instant, wake) => {
    let handle: NodeJS.Timeout;
    const wait = (): void => {
      const leftMs = Math.max(0, instant - Date.now());
      handle = setTimeout(look, Math.min(leftMs, LOOK_AGAIN_MS));
    };
    const look = (): void => {
      if (Date.now() >= instant) wake();
      else wait();
    };
    wait();
    return () => {
      clearTimeout(handle);
    };
  },
});

/** Resolves in the host's next turn, when all input that had arrived was handled. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
