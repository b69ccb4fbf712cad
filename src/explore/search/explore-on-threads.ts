import type { Drawing } from '../schedule/draw-schedule.ts';
import type { Rig } from '../simulate/rig.ts';
import { exploreWith, type Exploration } from './explore.ts';
import { playSlice, type PlaySlice } from './slice.ts';
import { startWorkers, type WorkerPool } from './worker-pool.ts';

/** Starting a thread takes about as long as playing this many schedules: with less for each there is nothing to gain. */
const SCHEDULES_PER_THREAD = 500;

/** Lets signals and timers have their turn. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

const playHere =
  (rig: Rig, drawing: Drawing): PlaySlice =>
  async (slice) => {
    const tally = await playSlice(rig, drawing, slice);
    await breathe();
    return tally;
  };

/** What {@link exploreOnThreads} is asked to do. */
export interface ThreadedExploration {
  readonly rig: Rig;
  readonly drawing: Drawing;
  /** The most schedules. */
  readonly schedules: number;
  /** The most threads; 1 is this one. */
  readonly threads: number;
  readonly isOver: () => boolean;
  /** Hears how many schedules were played. */
  readonly onProgress: (schedules: number) => void;
}

/** Explores with several threads; the result is the same with any number of them. */
export const exploreOnThreads = async ({
  rig,
  drawing,
  schedules,
  threads: most,
  isOver,
  onProgress,
}: ThreadedExploration): Promise<Exploration> => {
  const threads = Math.min(most, Math.floor(schedules / SCHEDULES_PER_THREAD));
  const pool: WorkerPool | undefined =
    threads > 1 ? startWorkers(threads, { drawing, url: rig.url, mutations: rig.mutations, store: rig.store }) : undefined;
  try {
    const players = pool?.players ?? [playHere(rig, drawing)];
    return await exploreWith({ players, covered: rig, workload: drawing.workload, schedules, isOver, onProgress });
  } finally {
    await pool?.close();
  }
};
