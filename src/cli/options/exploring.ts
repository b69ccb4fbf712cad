import type { Drawing, Workload } from '../../explore/schedule/draw-schedule.ts';
import type { Invocation } from '../command.ts';

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
