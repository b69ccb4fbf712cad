/** Lets calls begin one in each turn of the event loop. */
export interface Turnstile {
  /** Whether a call may begin in this turn. */
  readonly isFree: () => boolean;
  /** Resolves in a later turn, in the order of asking, with nobody begun in it. */
  readonly wait: () => Promise<void>;
  /** A call begins; what is returned is to be called when it ends. */
  readonly begin: () => () => void;
}

/**
 * Makes a turnstile. Requests that arrive together are handled in one turn of the event loop, before anything that
 * they ask for can be answered: 25 of them would claim 25 threads at once, however quick each call is. Threads of a
 * servlet container are given the processor one after another, and a quick call ends before most others begin. So at
 * most one call that is still under way begins in each turn. This is no queue for threads: whoever waits here waits for
 * its turn, whether a thread is free then or not.
 *
 * @param nextTurn resolves in the next turn, when what has been answered meanwhile was handled.
 */
export const createTurnstile = (nextTurn: () => Promise<void>): Turnstile => {
  let turn = 0;
  let begun = 0;
  let line: Promise<void> = Promise.resolve();
  let inLine = 0;
  const turnOver = (): void => {
    turn += 1;
    begun = 0;
  };
  return {
    isFree: () => begun === 0 && inLine === 0,
    wait: () => {
      inLine += 1;
      line = line.then(nextTurn).then(() => {
        inLine -= 1;
        turnOver();
      });
      return line;
    },
    begin: () => {
      const mine = turn;
      begun += 1;
      if (inLine === 0) void nextTurn().then(() => (turn === mine ? turnOver() : undefined));
      return () => {
        if (turn === mine) begun -= 1;
      };
    },
  };
};
