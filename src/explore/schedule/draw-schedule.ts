import { createRandom, type Random } from '../../kernel/random.ts';
import { createDrawnDecisions, type Decisions } from '../simulate/decisions.ts';
import { withDrawnBodies } from './draw-errands.ts';
import { withFullTable } from './draw-full-table.ts';
import { drawPlan, drawRacingCancel } from './draw-plan.ts';
import { withRareFaults } from './draw-rare-faults.ts';
import { createPriorityDecisions, underPriorities } from './pct.ts';
import { drawScenario } from './draw-scenario.ts';
import type { Plan, ScenarioPlan } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/** Scenarios that are played in turn. */
export interface ScenarioWorkload {
  readonly scenarios: readonly Omit<ScenarioPlan, 'leftOut'>[];
}

/** What people do in a schedule: anything that they might, one order with a racing cancellation, or what scenarios say. */
export type Workload = 'people' | 'racing-cancel' | ScenarioWorkload;

/** How schedules are drawn: each decision on its own, or by priorities that change so many times (pct.ts). */
export type Strategy = { readonly kind: 'random' } | { readonly kind: 'pct'; readonly depth: number };

/** What the schedules of an exploration are drawn from; plain data, so that another thread draws the same. */
export interface Drawing {
  readonly seed: string;
  readonly workload: Workload;
  readonly strategy: Strategy;
}

/** The first schedules of an exploration go without what comes seldom: most faults show without it, and it keeps others from showing. */
const USUAL_SCHEDULES = 25;

const drawAny = (workload: Workload, schedule: number): ((random: Random, seed: string) => Plan) => {
  if (workload === 'people') return drawPlan;
  if (workload === 'racing-cancel') return drawRacingCancel;
  const { scenarios } = workload;
  const scenario = { ...scenarios[(schedule - 1) % scenarios.length]!, leftOut: [] };
  return (random, seed) => drawScenario(random, seed, scenario, schedule <= scenarios.length);
};

/** Adds what needs to be known of the system: what its routes take, and which handlers may fail. A scenario says by itself what people do. */
const knowing = (plan: Plan, random: Random, repertoire: Repertoire): Plan => {
  if (plan.scenario !== undefined) return plan;
  return withDrawnBodies(plan, random.fork('bodies'), repertoire);
};

/** Adds what befalls few schedules; each has a stream of its own, so that all others stay as they were. */
const withRarities = (plan: Plan, random: Random, workload: Workload, repertoire: Repertoire): Plan => {
  if (plan.scenario !== undefined) return plan;
  const rare = { ...plan, faults: withRareFaults(plan.faults, random.fork('trouble'), repertoire) };
  return workload === 'people' ? withFullTable(rare, random.fork('full table')) : rare;
};

/**
 * Draws schedule `schedule` of an exploration: the seed and its place make it, whatever was played before. Without a
 * repertoire, people write the usual, and only those faults are drawn for which nothing must be known of the system.
 */
export const drawSchedule = ({ seed, workload, strategy }: Drawing, schedule: number, repertoire?: Repertoire): { readonly plan: Plan; readonly decisions: Decisions } => {
  const own = `${seed}/${schedule}`;
  const random = createRandom(own);
  const drawn = drawAny(workload, schedule)(random.fork('plan'), own);
  const plan = repertoire === undefined ? drawn : knowing(schedule <= USUAL_SCHEDULES ? drawn : withRarities(drawn, random, workload, repertoire), random, repertoire);
  if (strategy.kind === 'random') return { plan, decisions: createDrawnDecisions(random.fork('decisions')) };
  const priorities = createPriorityDecisions(random.fork('decisions'), strategy.depth);
  return { plan: underPriorities(plan, priorities), decisions: priorities };
};
