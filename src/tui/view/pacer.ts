/** Decides when to draw. */
export interface Pacer {
  /** Something can be seen that was not drawn yet. */
  readonly request: () => void;
  /** The same, and somebody waits for the answer: drawn as soon as the rate allows. */
  readonly hurry: () => void;
  /** Draws at once: the first frame, and after a change of the terminal. */
  readonly now: () => void;
  readonly stop: () => void;
}

/** What a pacer needs of the world; times in milliseconds. */
export interface PacerNeeds {
  readonly draw: () => void;
  /** A clock that only goes forwards. */
  readonly nowMs: () => number;
  /** Processor time used so far: what the others on the machine take is no reason to draw less. */
  readonly usedMs: () => number;
  /** Calls back later, once; returns how to call it off. */
  readonly after: (ms: number, callback: () => void) => () => void;
}

/** At most sixteen frames a second, whatever happens how often. */
const LEAST_INTERVAL_MS = 1000 / 16;

/** The share of one core that drawing may take. */
const MOST_SHARE = 0.25;

/** However slow drawing is, the screen does not stand still for longer. */
const MOST_INTERVAL_MS = 400;

/**
 * Draws at most 16 times a second, and so seldom that drawing takes no more than a quarter of a core; whatever comes in
 * between is drawn at once with the next frame.
 */
export const createPacer = ({ draw, nowMs, usedMs, after }: PacerNeeds): Pacer => {
  let cancel: (() => void) | undefined;
  let dueMs = Infinity;
  let lastMs = -Infinity;
  let costMs = 0;
  let hasStopped = false;
  const run = (): void => {
    cancel?.();
    cancel = undefined;
    dueMs = Infinity;
    lastMs = nowMs();
    const before = usedMs();
    draw();
    // One slow frame (the first, or a collection of garbage) must not slow down the next many.
    costMs += ((usedMs() - before) - costMs) * 0.3;
  };
  const scheduleAt = (atMs: number): void => {
    if (hasStopped || atMs >= dueMs) return;
    cancel?.();
    dueMs = atMs;
    cancel = after(Math.max(0, atMs - nowMs()), run);
  };
  return {
    request: () => {
      scheduleAt(lastMs + Math.min(MOST_INTERVAL_MS, Math.max(LEAST_INTERVAL_MS, costMs / MOST_SHARE)));
    },
    hurry: () => {
      scheduleAt(lastMs + LEAST_INTERVAL_MS);
    },
    now: run,
    stop: () => {
      hasStopped = true;
      cancel?.();
    },
  };
};
