import { createDurations, metricsOf } from './histogram.ts';

/** One thing that the breaker of the order look-up told of a call, with its time since the load began, in milliseconds. */
export interface LookUpNews {
  /** `success`, the kind of a failure, or `released`: a call that had timed out has really ended. */
  readonly change: string;
  readonly atMs: number;
  /** How long its caller waited; of `released`: how long the call itself took. */
  readonly tookMs: number;
  /** Which request made the call. */
  readonly correlation?: string;
}

/** How long a look-up took beside the delay that the fault drew for it. */
export interface Overhead {
  /** When the look-up began, in milliseconds since the load did. */
  readonly atMs: number;
  readonly tookMs: number;
}

/** When requests reached the breaker, and which of them were under way, in cells of time. */
export interface LookUpTrace {
  readonly cellMs: number;
  /** Requests that reached the breaker in each cell, whatever became of them. */
  readonly reached: readonly number[];
  /** Calls that the breaker had let through and that their caller still waited for, on average over each cell. */
  readonly waiting: readonly number[];
  /**
   * How long the server took for a request, in milliseconds, over the quickest stretch in which it refused many; undefined
   * where it refused few.
   */
  readonly quickestMs: number | undefined;
  /** In the order of their end; none where the breaker can't be heard. */
  readonly overheads: readonly Overhead[];
}

/** A fold over what the breaker tells of its calls. */
export interface LookUpFold {
  /** The fault has drawn a delay for the look-up of this request. */
  readonly delay: (delayMs: number, correlation: string | undefined) => void;
  readonly hear: (news: LookUpNews) => void;
  readonly metrics: () => Readonly<Record<string, number>>;
  readonly trace: () => LookUpTrace;
}

/** Fine enough to tell where within a health tick the server was slow. */
const CELL_MS = 20;

/** The changes that end a call for its caller, and whether the breaker had let it through. */
const ENDS: Readonly<Record<string, boolean>> = {
  success: true,
  timeout: true,
  'upstream-error': true,
  unreachable: true,
  error: true,
  'short-circuited': false,
  rejected: false,
};

const createCells = () => {
  const cells: number[] = [];
  const add = (index: number, amount: number): void => {
    while (cells.length <= index) cells.push(0);
    (cells[index] as number) += amount;
  };
  return {
    cells,
    at: (ms: number): void => add(Math.max(0, Math.floor(ms / CELL_MS)), 1),
    /** Counts a stretch of time by its part of each cell. */
    span: (fromMs: number, toMs: number): void => {
      for (let index = Math.max(0, Math.floor(fromMs / CELL_MS)); index * CELL_MS < toMs; index += 1) {
        add(index, (Math.min(toMs, (index + 1) * CELL_MS) - Math.max(fromMs, index * CELL_MS)) / CELL_MS);
      }
    },
  };
};

/**
 * So many stretches must have been refused before the quickest says how fast the server is at its best, even on a machine
 * that had other things to do.
 */
const LEAST_STRETCHES = 4;

/** The quickest of all stretches of so many requests that were refused at once; stretches overlap. */
const createQuickest = (stretch: number) => {
  const last = new Float64Array(stretch);
  let count = 0;
  let least = Infinity;
  return {
    put: (atMs: number): void => {
      const place = count % stretch;
      if (count >= stretch) least = Math.min(least, (atMs - (last[place] as number)) / stretch);
      last[place] = atMs;
      count += 1;
    },
    ms: (): number | undefined => (count < LEAST_STRETCHES * stretch ? undefined : Math.max(0.01, least)),
  };
};

/** Delays that were drawn, and what the look-ups took beside them. */
const createDelays = () => {
  const drawn = createDurations();
  const open = new Map<string, number>();
  const overheads: Overhead[] = [];
  return {
    drawn,
    overheads,
    draw: (delayMs: number, correlation: string | undefined): void => {
      drawn.put(delayMs);
      if (correlation !== undefined) open.set(correlation, delayMs);
    },
    ended: ({ atMs, tookMs, correlation = '' }: LookUpNews): void => {
      const delayMs = open.get(correlation) ?? 0;
      open.delete(correlation);
      overheads.push({ atMs: atMs - tookMs, tookMs: Math.max(0, tookMs - delayMs) });
    },
  };
};

/**
 * Folds the calls of a load's look-ups. `look-up.duration` is how long a look-up really took, also where its caller gave
 * up before; `look-up.delay` is the part of it that the fault drew. `look-up.timeout.wait` is how long the callers waited
 * who gave up.
 *
 * @param stretch more requests than there are users, so that each stretch goes through all of the server and the load.
 */
export const foldLookUps = (stretch: number): LookUpFold => {
  const quickest = createQuickest(stretch);
  const [reached, waiting] = [createCells(), createCells()];
  const [durations, waits, delays] = [createDurations(), createDurations(), createDelays()];
  let made = 0;
  let failed = 0;
  const end = (news: LookUpNews): void => {
    durations.put(news.tookMs);
    delays.ended(news);
  };
  return {
    delay: delays.draw,
    hear: (news) => {
      const { change, atMs, tookMs } = news;
      if (change === 'released') return end(news);
      const wasLetThrough = ENDS[change];
      if (wasLetThrough === undefined) return;
      reached.at(atMs - tookMs);
      if (!wasLetThrough) return quickest.put(atMs);
      waiting.span(atMs - tookMs, atMs);
      made += 1;
      if (change !== 'success') failed += 1;
      if (change === 'timeout') waits.put(tookMs);
      else end(news);
    },
    metrics: () => ({
      'look-up.count': made,
      ...(made === 0 ? {} : { 'look-up.failed.share': (100 * failed) / made }),
      ...metricsOf('look-up.duration', durations),
      ...metricsOf('look-up.delay', delays.drawn),
      ...metricsOf('look-up.timeout.wait', waits),
    }),
    trace: () => ({
      cellMs: CELL_MS,
      reached: reached.cells,
      waiting: waiting.cells,
      quickestMs: quickest.ms(),
      overheads: delays.overheads,
    }),
  };
};
