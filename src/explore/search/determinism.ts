import type { Entry } from '../../kernel/recording.ts';
import { drawSchedule, type Drawing } from '../schedule/draw-schedule.ts';
import type { Rig } from '../simulate/rig.ts';
import { play } from '../simulate/play.ts';

/** Two plays of one schedule that were not the same. */
export interface Unlike {
  readonly schedule: number;
  /** The first entries that differ, as JSON; undefined where a recording had ended. */
  readonly first: string | undefined;
  readonly second: string | undefined;
}

const record = async (rig: Rig, drawing: Drawing, schedule: number): Promise<readonly string[]> => {
  const lines: string[] = [];
  await play(rig, {
    ...drawSchedule(drawing, schedule, rig.repertoire),
    recorderFor: (elapsedMs) => ({
      record: (body) => {
        const entry: Entry = { n: lines.length + 1, atMs: elapsedMs(), ...body };
        lines.push(JSON.stringify(entry));
      },
    }),
  });
  return lines;
};

/** How schedules are compared. */
export interface FindUnlikeOptions extends Drawing {
  readonly rig: Rig;
  readonly schedules: number;
  /** Whether to end early; asked before each schedule. */
  readonly isOver: () => boolean;
  /** Lets the program breathe between schedules; called after each. */
  readonly breathe: (schedulesDone: number) => Promise<void>;
}

/** Plays each schedule twice and compares the recordings, ids and all; the first that differs, or undefined. */
export const findUnlike = async ({ rig, schedules, isOver, breathe, ...drawing }: FindUnlikeOptions): Promise<Unlike | undefined> => {
  for (let schedule = 1; schedule <= schedules && !isOver(); schedule += 1) {
    const one = await record(rig, drawing, schedule);
    const other = await record(rig, drawing, schedule);
    const at = Array.from({ length: Math.max(one.length, other.length) }, (_, index) => index).find((index) => one[index] !== other[index]);
    if (at !== undefined) return { schedule, first: one[at], second: other[at] };
    await breathe(schedule);
  }
  return undefined;
};
