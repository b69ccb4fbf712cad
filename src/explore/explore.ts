import { createRandom } from '../kernel/random.ts';
import type { Violation } from './always.ts';
import { createCoverage, type Coverage } from './coverage.ts';
import { createDrawnDecisions } from './decisions.ts';
import { drawPlan, drawRacingCancel } from './draw-plan.ts';
import type { Plan } from './plan.ts';
import type { Rig } from './rig.ts';
import { simulate } from './simulation.ts';
import { SIGHTINGS, type Sighting } from './sometimes.ts';

/** What people do in a schedule: anything that they might, or one order with a racing cancellation. */
export type Workload = 'people' | 'racing-cancel';

/** A schedule that broke an invariant. */
export interface Failure {
  /** Which schedule of the exploration it was, from 1. */
  readonly schedule: number;
  readonly plan: Plan;
  readonly deviations: ReadonlyMap<string, number>;
  readonly violation: Violation;
}

/** What an exploration found. */
export interface Exploration {
  /** Schedules that were played. */
  readonly schedules: number;
  /** The first that broke an invariant; the exploration ends with it. */
  readonly failure: Failure | undefined;
  readonly sightings: ReadonlyMap<Sighting, number>;
  /** What should have been seen, and was not. */
  readonly unseen: readonly Sighting[];
  readonly coverage: Coverage;
  readonly steps: number;
  readonly simulatedMs: number;
}

/** How an exploration is done. */
export interface ExploreOptions {
  readonly rig: Rig;
  readonly seed: string;
  /** The most schedules. */
  readonly schedules: number;
  readonly workload: Workload;
  /** Ends it early; looked at now and then. */
  readonly signal: AbortSignal;
  /** Lets the program breathe between schedules; called every few. */
  readonly breathe: (schedulesDone: number) => Promise<void>;
}

const SCHEDULES_PER_BREATH = 50;

/** Draws schedule `schedule` of an exploration: the seed and its place make it, whatever was played before. */
export const drawSchedule = (seed: string, schedule: number, workload: Workload) => {
  const own = `${seed}/${schedule}`;
  const random = createRandom(own);
  const plan = (workload === 'people' ? drawPlan : drawRacingCancel)(random.fork('plan'), own);
  return { plan, decisions: createDrawnDecisions(random.fork('decisions')) };
};

/** Plays schedules one after the other, each drawn from the seed and its place, until one breaks an invariant. */
export const explore = async (options: ExploreOptions): Promise<Exploration> => {
  const { rig, seed, workload, signal, breathe } = options;
  const sightings = new Map<Sighting, number>();
  const covered = createCoverage(rig.definitions);
  let failure: Failure | undefined;
  let steps = 0;
  let simulatedMs = 0;
  let schedules = 0;
  while (schedules < options.schedules && failure === undefined && !signal.aborted) {
    schedules += 1;
    const { plan, decisions } = drawSchedule(seed, schedules, workload);
    const outcome = await simulate(rig, { plan, decisions });
    covered.takeIn(outcome);
    for (const sighting of outcome.sightings) sightings.set(sighting, (sightings.get(sighting) ?? 0) + 1);
    steps += outcome.steps;
    simulatedMs += outcome.simulatedMs;
    const [violation] = outcome.violations;
    if (violation !== undefined) failure = { schedule: schedules, plan, deviations: outcome.deviations, violation };
    if (schedules % SCHEDULES_PER_BREATH === 0) await breathe(schedules);
  }
  const unseen = SIGHTINGS.filter((sighting) => !sightings.has(sighting));
  return { schedules, failure, sightings, unseen, coverage: covered.coverage(), steps, simulatedMs };
};
