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
