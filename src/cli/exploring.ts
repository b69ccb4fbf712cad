import type { Drawing, Workload } from '../explore/schedule/draw-schedule.ts';
import { exploreWith, type Exploration } from '../explore/search/explore.ts';
import type { Rig } from '../explore/simulate/rig.ts';
import { playSlice, type PlaySlice } from '../explore/search/slice.ts';
import { startWorkers, type WorkerPool } from '../explore/search/worker-pool.ts';
import type { Invocation } from './command.ts';
import { openProgress } from './output/progress.ts';

/** Starting a thread takes about as long as playing this many schedules: with less for each there is nothing to gain. */
const SCHEDULES_PER_THREAD = 500;

/** Lets signals and timers have their turn. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** What the schedules of this invocation are drawn from. */
export const drawingOf = ({ settings }: Invocation, seed: string, workload: Workload): Drawing => ({
  seed,
  workload,
  strategy: settings.search === 'pct' ? { kind: 'pct', depth: settings['pct-depth'] } : { kind: 'random' },
});

/** Whether the time that `--time` gives is up; counted from this call. */
export const createDeadline = ({ settings, signal }: Invocation): (() => boolean) => {
  const budgetMs = settings['explore-time'] ?? Infinity;
  const startedAtMs = performance.now();
  return () => signal.aborted || performance.now() - startedAtMs >= budgetMs;
};

/** How many schedules at most: what was asked for; without end where only a time was given. */
export const schedulesOf = ({ settings, origins }: Invocation): number =>
  settings['explore-time'] !== undefined && origins.schedules === 'default' ? Number.MAX_SAFE_INTEGER : settings.schedules;

const playHere =
  (rig: Rig, drawing: Drawing): PlaySlice =>
  async (slice) => {
    const tally = await playSlice(rig, drawing, slice);
    await breathe();
    return tally;
  };

/** Explores with as many threads as were asked for; the result is the same with any number. */
export const exploreOn = async (invocation: Invocation, rig: Rig, seed: string, workload: Workload): Promise<Exploration> => {
  const drawing = drawingOf(invocation, seed, workload);
  const schedules = schedulesOf(invocation);
  const threads = Math.min(invocation.settings.jobs, Math.floor(schedules / SCHEDULES_PER_THREAD));
  const progress = openProgress(invocation, schedules);
  const pool: WorkerPool | undefined = threads > 1 ? startWorkers(threads, { drawing, url: rig.url, mutations: rig.mutations, store: rig.store }) : undefined;
  try {
    const players = pool?.players ?? [playHere(rig, drawing)];
    return await exploreWith({ players, covered: rig, workload, schedules, isOver: createDeadline(invocation), onProgress: progress.done });
  } finally {
    progress.close();
    await pool?.close();
  }
};
