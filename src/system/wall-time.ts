import type { Timers } from '../kernel/clock.ts';

/** Time as it is: the wall clock and the host's timers. Pending timers keep the process alive. */
export const createWallTime = (): Timers => ({
  now: () => Date.now(),
  after: (delayMs, wake) => {
    const handle = setTimeout(wake, delayMs);
    return () => {
      clearTimeout(handle);
    };
  },
});

/** Resolves in the host's next turn, when all input that had arrived was handled. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
