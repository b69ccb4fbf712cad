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

/** At most sixteen frames in any second, whatever happens how often. */
const MOST_A_SECOND = 16;
const SECOND_MS = 1000;

/** What happens by itself is drawn twelve times a second: the other four frames are kept for whoever presses a key. */
const REGULAR_INTERVAL_MS = SECOND_MS / 12;
const KEPT_A_SECOND = 4;
/** So many of them at once: more would leave a second in which nothing moves. */
const MOST_KEPT = 2;
/** Timers may come so much too early. */
const EARLY_MS = 2;

/** The share of one core that drawing may take. */
const MOST_SHARE = 0.25;

/** However slow drawing is, the screen does not stand still for longer. */
const MOST_INTERVAL_MS = 400;

/**
 * Draws at most 16 times a second, and so seldom that drawing takes no more than a quarter of a core; whatever comes in
 * between is drawn at once with the next frame. A key is answered at once, without waiting for a frame's turn, as long as
 * the second has frames left for keys.
 */
export const createPacer = ({ draw, nowMs, usedMs, after }: PacerNeeds): Pacer => {
  let cancel: (() => void) | undefined;
  let dueMs = Infinity;
  let lastMs = -Infinity;
  let costMs = 0;
  let kept: number = MOST_KEPT;
  let keptAtMs = -Infinity;
  /** When the last frames were drawn, as many as a second may have. */
  let recent: readonly number[] = [];
  const refill = (): void => {
    const now = nowMs();
    kept = Math.min(MOST_KEPT, kept + ((now - keptAtMs) * KEPT_A_SECOND) / SECOND_MS);
    keptAtMs = now;
  };
  /** When the second has room for another frame. */
  const roomAtMs = (): number => (recent.length < MOST_A_SECOND ? -Infinity : (recent[0] as number) + SECOND_MS);
  let hasStopped = false;
  const run = (): void => {
    cancel?.();
    cancel = undefined;
    dueMs = Infinity;
    refill();
    const now = nowMs();
    if (now - lastMs < REGULAR_INTERVAL_MS - EARLY_MS) kept = Math.max(0, kept - 1);
    lastMs = now;
    recent = [...recent, now].slice(-MOST_A_SECOND);
    const before = usedMs();
    draw();
    // One slow frame (the first, or a collection of garbage) must not slow down the next many.
    costMs += (usedMs() - before - costMs) * 0.3;
  };
  const scheduleAt = (atMs: number): void => {
    const due = Math.max(atMs, roomAtMs());
    if (hasStopped || due >= dueMs) return;
    cancel?.();
    dueMs = due;
    cancel = after(Math.max(0, due - nowMs()), run);
  };
  return {
    request: () => {
      scheduleAt(lastMs + Math.min(MOST_INTERVAL_MS, Math.max(REGULAR_INTERVAL_MS, costMs / MOST_SHARE)));
    },
    hurry: () => {
      refill();
      scheduleAt(kept >= 1 ? nowMs() : lastMs + REGULAR_INTERVAL_MS);
    },
    now: run,
    stop: () => {
      hasStopped = true;
      cancel?.();
    },
  };
};
