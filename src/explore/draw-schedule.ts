import { createRandom } from '../kernel/random.ts';
import { createDrawnDecisions, type Decisions } from './decisions.ts';
import { drawPlan, drawRacingCancel } from './draw-plan.ts';
import { createPriorityDecisions, underPriorities } from './pct.ts';
import type { Plan } from './plan.ts';

/** What people do in a schedule: anything that they might, or one order with a racing cancellation. */
export type Workload = 'people' | 'racing-cancel';

/** How schedules are drawn: each decision on its own, or by priorities that change so many times (pct.ts). */
export type Strategy = { readonly kind: 'random' } | { readonly kind: 'pct'; readonly depth: number };

/** What the schedules of an exploration are drawn from; plain data, so that another thread draws the same. */
export interface Drawing {
  readonly seed: string;
  readonly workload: Workload;
  readonly strategy: Strategy;
}

/** Draws schedule `schedule` of an exploration: the seed and its place make it, whatever was played before. */
export const drawSchedule = ({ seed, workload, strategy }: Drawing, schedule: number): { readonly plan: Plan; readonly decisions: Decisions } => {
  const own = `${seed}/${schedule}`;
  const random = createRandom(own);
  const plan = (workload === 'people' ? drawPlan : drawRacingCancel)(random.fork('plan'), own);
  if (strategy.kind === 'random') return { plan, decisions: createDrawnDecisions(random.fork('decisions')) };
  const priorities = createPriorityDecisions(random.fork('decisions'), strategy.depth);
  return { plan: underPriorities(plan, priorities), decisions: priorities };
};
