import type { Violation } from '../simulate/invariant.ts';
import { createCoverage, type Reached } from './coverage.ts';
import { drawSchedule, type Drawing } from '../schedule/draw-schedule.ts';
import type { Plan } from '../schedule/plan.ts';
import type { Rig } from '../simulate/rig.ts';
import { play } from '../simulate/play.ts';

/** A schedule that broke an invariant. */
export interface Failure {
  /** Which schedule of the exploration it was, from 1. */
  readonly schedule: number;
  readonly plan: Plan;
  readonly deviations: ReadonlyMap<string, number>;
  readonly violation: Violation;
}

/** Schedules that follow each other, by their numbers, both included. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** What came of schedules; plain data, so that it can come from another thread. */
export interface Tally {
  /** Schedules that were played. */
  readonly schedules: number;
  /** The first that broke an invariant: none after it was played. */
  readonly failure: Failure | undefined;
  readonly sightings: ReadonlyMap<string, number>;
  readonly reached: Reached;
  /** How often something was woken. */
  readonly steps: number;
  readonly simulatedMs: number;
}

/** Plays a slice of an exploration. */
export type PlaySlice = (slice: Slice) => Promise<Tally>;

/** Adds tallies up. */
export interface Sum {
  add(tally: Tally): void;
  tally(): Tally;
}

/** Creates an empty sum. The failure that it tells is the first that was added. */
export const createSum = (): Sum => {
  const sightings = new Map<string, number>();
  const covered = createCoverage();
  let failure: Failure | undefined;
  let schedules = 0;
  let steps = 0;
  let simulatedMs = 0;
  return {
    add: (tally) => {
      covered.add(tally.reached);
      for (const [sighting, count] of tally.sightings) sightings.set(sighting, (sightings.get(sighting) ?? 0) + count);
      failure ??= tally.failure;
      schedules += tally.schedules;
      steps += tally.steps;
      simulatedMs += tally.simulatedMs;
    },
    tally: () => ({ schedules, failure, sightings, reached: covered.reached(), steps, simulatedMs }),
  };
};

/** Plays the schedules of a slice one after the other, until one breaks an invariant. */
export const playSlice = async (rig: Rig, drawing: Drawing, { from, to }: Slice): Promise<Tally> => {
  const sightings = new Map<string, number>();
  const covered = createCoverage();
  let failure: Failure | undefined;
  let steps = 0;
  let simulatedMs = 0;
  let schedule = from - 1;
  while (schedule < to && failure === undefined) {
    schedule += 1;
    const { plan, decisions } = drawSchedule(drawing, schedule, rig.repertoire);
    const outcome = await play(rig, { plan, decisions });
    covered.takeIn(outcome);
    for (const sighting of outcome.sightings) sightings.set(sighting, (sightings.get(sighting) ?? 0) + 1);
    steps += outcome.steps;
    simulatedMs += outcome.simulatedMs;
    const [violation] = outcome.violations;
    if (violation !== undefined) failure = { schedule, plan, deviations: outcome.deviations, violation };
  }
  return { schedules: schedule - from + 1, failure, sightings, reached: covered.reached(), steps, simulatedMs };
};
