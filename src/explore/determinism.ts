import type { Entry } from '../kernel/recording.ts';
import { drawSchedule, type Workload } from './explore.ts';
import type { Rig } from './rig.ts';
import { simulate } from './simulation.ts';

/** Two plays of one schedule that were not the same. */
export interface Unlike {
  readonly schedule: number;
  /** The first entries that differ, as JSON; undefined where a recording had ended. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

const record = async (rig: Rig, seed: string, schedule: number, workload: Workload): Promise<readonly string[]> => {
  const lines: string[] = [];
  await simulate(rig, {
    ...drawSchedule(seed, schedule, workload),
    recorderFor: (elapsedMs) => ({
      record: (body) => {
        const entry: Entry = { n: lines.length + 1, atMs: elapsedMs(), ...body };
        lines.push(JSON.stringify(entry));
      },
    }),
  });
  return lines;
};

/** Plays each schedule twice and compares the recordings, ids and all; the first that differs, or undefined. */
export const findUnlike = async (options: {
  readonly rig: Rig;
  readonly seed: string;
  readonly schedules: number;
  readonly workload: Workload;
  readonly signal: AbortSignal;
}): Promise<Unlike | undefined> => {
  const { rig, seed, schedules, workload, signal } = options;
  for (let schedule = 1; schedule <= schedules && !signal.aborted; schedule += 1) {
    const one = await record(rig, seed, schedule, workload);
    const other = await record(rig, seed, schedule, workload);
    const at = Array.from({ length: Math.max(one.length, other.length) }, (_, index) => index).find((index) => one[index] !== other[index]);
    if (at !== undefined) return { schedule, first: one[at], second: other[at] };
  }
  return undefined;
};
