import { coverageOf, type Coverage, type Covered } from './coverage.ts';
import { demandedOf } from './demanded.ts';
import type { Drawing, Workload } from '../schedule/draw-schedule.ts';
import type { Rig } from '../simulate/rig.ts';
import { createSum, playSlice, type Failure, type PlaySlice, type Slice, type Tally } from './slice.ts';

/** What an exploration found. */
export interface Exploration {
  /** Schedules that were played. */
  readonly schedules: number;
  /** The first that broke an invariant; the exploration ends with it. */
  readonly failure: Failure | undefined;
  readonly sightings: ReadonlyMap<string, number>;
  /** What should have been seen. */
  readonly demanded: readonly string[];
  /** What of it was not. */
  readonly unseen: readonly string[];
  readonly coverage: Coverage;
  readonly steps: number;
  readonly simulatedMs: number;
}

/** How an exploration is done. */
export interface ExploreOptions extends Drawing {
  readonly rig: Rig;
  /** The most schedules. */
  readonly schedules: number;
  /** Ends it early; looked at now and then. */
  readonly signal: AbortSignal;
  /** Lets the program breathe between schedules; called every few. */
  readonly breathe: (schedulesDone: number) => Promise<void>;
}

/** How an exploration is shared out. */
export interface ShareOptions {
  /** Each plays one slice at a time; several of them play at once. */
  readonly players: readonly PlaySlice[];
  readonly covered: Covered & Pick<Rig, 'code'>;
  readonly workload: Workload;
  readonly schedules: number;
  /** Whether to end early, however much is left. */
  readonly isOver: () => boolean;
  /** Called after each slice. */
  readonly onProgress: (schedulesDone: number) => void;
}

/** A slice is so short that a player soon hears that it is over, and so long that asking for it costs nothing. */
const SCHEDULES_PER_SLICE = 50;

/** Shares slices out, in order, until all are played, it is over, or what is left comes after a failure. */
const createSlices = (schedules: number, isOver: () => boolean) => {
  let next = 1;
  let end = schedules;
  return {
    take: (): Slice | undefined => {
      if (next > end || isOver()) return undefined;
      const slice = { from: next, to: Math.min(next + SCHEDULES_PER_SLICE - 1, end) };
      next = slice.to + 1;
      return slice;
    },
    failed: (schedule: number): void => {
      end = Math.min(end, schedule);
    },
  };
};

/** Adds up what comes in any order as if it came in the order of the schedules, up to the first failure. */
const createOrderedSum = () => {
  const sum = createSum();
  const early = new Map<number, { readonly slice: Slice; readonly tally: Tally }>();
  let next = 1;
  return {
    add: (slice: Slice, tally: Tally): void => {
      early.set(slice.from, { slice, tally });
      for (let one = early.get(next); one !== undefined; one = early.get(next)) {
        early.delete(next);
        sum.add(one.tally);
        // What comes after a failure is nobody's business: a single player would not have played it.
        next = one.tally.failure === undefined ? one.slice.to + 1 : Infinity;
      }
    },
    tally: sum.tally,
  };
};

/**
 * Plays schedules, each drawn from the seed and its place, until one breaks an invariant. However many players
 * share the work, the result is that of one: of all schedules that break an invariant it tells the first, and
 * nothing of those after it.
 */
export const exploreWith = async ({ players, covered, workload, schedules, isOver, onProgress }: ShareOptions): Promise<Exploration> => {
  const slices = createSlices(schedules, isOver);
  const sum = createOrderedSum();
  let done = 0;
  const keepPlaying = async (play: PlaySlice): Promise<void> => {
    for (let slice = slices.take(); slice !== undefined; slice = slices.take()) {
      const tally = await play(slice);
      sum.add(slice, tally);
      if (tally.failure !== undefined) slices.failed(tally.failure.schedule);
      onProgress((done += tally.schedules));
    }
  };
  await Promise.all(players.map(keepPlaying));
  const { reached, ...found } = sum.tally();
  const demanded = demandedOf(covered.code, workload, covered.system);
  const unseen = demanded.filter((sighting) => !found.sightings.has(sighting));
  return { ...found, demanded, unseen, coverage: coverageOf(reached, covered) };
};

/** Explores on one rig, in this thread. */
export const explore = ({ rig, schedules, signal, breathe, ...drawing }: ExploreOptions): Promise<Exploration> => {
  const play: PlaySlice = async (slice) => {
    const tally = await playSlice(rig, drawing, slice);
    await breathe(slice.to);
    return tally;
  };
  return exploreWith({
    players: [play],
    covered: rig,
    workload: drawing.workload,
    schedules,
    isOver: () => signal.aborted,
    onProgress: () => undefined,
  });
};
