import type { Timers } from '../kernel/clock.ts';
import { OperatingError, messageOf } from '../kernel/errors.ts';

/** How a bus that is away is waited for. */
export interface BusWait {
  /** 0 for one attempt only. */
  readonly waitMs: number;
  readonly timers: Timers;
  /** Ends the wait when aborted. */
  readonly signal: AbortSignal;
  /** Hears what is waited for, again whenever that changes. */
  readonly waits: (text: string) => void;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Waits so long, or until the signal aborts. */
const pause = (timers: Timers, pauseMs: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = timers.after(pauseMs, end);
    signal.addEventListener('abort', end);
  });

const secondsOf = (ms: number): string => `${Math.ceil(ms / 1_000)} s`;

/**
 * Tries until it goes well: a server that just died comes back, a cluster chooses its leaders. Returns undefined where the signal
 * aborts meanwhile; then nothing was left open. Throws what can't be waited for, and what has not passed when the time is up.
 */
export const whenBusIsThere = async <Result>(
  attempt: () => Promise<Result>,
  { waitMs, timers, signal, waits }: BusWait,
): Promise<Result | undefined> => {
  const deadline = timers.now() + waitMs;
  let told = '';
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof OperatingError) || !error.isPassing || waitMs === 0) throw error;
      const leftMs = deadline - timers.now();
      if (leftMs <= 0) {
        const { message, mend, trouble } = error;
        throw new OperatingError(trouble, `${message} (waited ${secondsOf(waitMs)} for it)`, {
          ...(mend === undefined ? {} : { mend }),
          cause: error,
        });
      }
      if (told !== error.message) waits(`waiting up to ${secondsOf(leftMs)} for the bus: ${messageOf(error)}`);
      told = error.message;
      await pause(timers, Math.min(pauseMs, leftMs), signal);
    }
  }
  return undefined;
};
