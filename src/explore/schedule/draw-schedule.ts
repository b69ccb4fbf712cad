import { OperatingError, assert } from '../../kernel/errors.ts';
import { createRandom, type Random } from '../../kernel/random.ts';
import { createDrawnDecisions, type Decisions } from '../simulate/decisions.ts';
import { withDrawnBodies } from './draw-errands.ts';
import { drawFaults } from './draw-faults.ts';
import { withRareFaults } from './draw-rare-faults.ts';
import { createPriorityDecisions, underPriorities } from './pct.ts';
import { drawScenario, NO_FAULTS } from './draw-scenario.ts';
import type { Plan, ScenarioPlan } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/** Scenarios that are played in turn. */
export interface ScenarioWorkload {
  readonly scenarios: readonly Omit<ScenarioPlan, 'leftOut'>[];
}

/** What people do in a schedule: what the system's people of this name do, or what scenarios say. */
export type Workload = string | ScenarioWorkload;

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

/** What people of a workload do, and the faults that may strike them. */
const drawPeople = (random: Random, seed: string, workload: string, repertoire: Repertoire): Plan => {
  const people = repertoire.people[workload];
  assert(people !== undefined, `the system has people of the workload ${workload}`);
  const errands = people.errands(random);
  const drawn = drawFaults(random, repertoire);
  const faults = people.sparing?.(drawn) ?? drawn;
  return { seed, errands: faults.lookupOutage === undefined ? errands : [...errands, ...(people.underOutage?.(random) ?? [])], faults };
};

const drawAny = (random: Random, seed: string, workload: Workload, schedule: number, repertoire: Repertoire): Plan => {
  if (typeof workload === 'string') return drawPeople(random, seed, workload, repertoire);
  const { scenarios } = workload;
  const scenario = { ...scenarios[(schedule - 1) % scenarios.length]!, leftOut: [] };
  return drawScenario(random, seed, scenario, schedule <= scenarios.length, repertoire);
};

/** Adds what strikes few schedules; each has a stream of its own, so that all others stay as they were. */
const withRarities = (plan: Plan, random: Random, workload: Workload, repertoire: Repertoire): Plan => {
  // A first play of a scenario shows that it passes at all.
  if (typeof workload !== 'string')
    return plan.faults === NO_FAULTS
      ? plan
      : { ...plan, faults: withRareFaults(plan.faults, random.fork('trouble'), repertoire, 'a scenario') };
  const rare = { ...plan, faults: withRareFaults(plan.faults, random.fork('trouble'), repertoire) };
  return repertoire.people[workload]?.finish?.(rare, random) ?? rare;
};

/** Draws what people of a workload do where nothing comes seldom, and everybody writes the usual. */
export const drawPlain = ({ seed, workload }: Pick<Drawing, 'seed' | 'workload'>, schedule: number, repertoire: Repertoire): Plan => {
  const own = `${seed}/${schedule}`;
  return drawAny(createRandom(own).fork('plan'), own, workload, schedule, repertoire);
};

/** Draws schedule `schedule` of an exploration: the seed and its place make it, whatever was played before. */
export const drawSchedule = (
  drawing: Drawing,
  schedule: number,
  repertoire: Repertoire,
): { readonly plan: Plan; readonly decisions: Decisions } => {
  const { seed, workload, strategy } = drawing;
  const random = createRandom(`${seed}/${schedule}`);
  const drawn = drawPlain(drawing, schedule, repertoire);
  const rare = schedule <= USUAL_SCHEDULES ? drawn : withRarities(drawn, random, workload, repertoire);
  // A scenario says by itself what people do.
  const plan = rare.scenario === undefined ? withDrawnBodies(rare, random.fork('bodies'), repertoire) : rare;
  if (strategy.kind === 'random') return { plan, decisions: createDrawnDecisions(random.fork('decisions')) };
  const priorities = createPriorityDecisions(random.fork('decisions'), strategy.depth, repertoire);
  return { plan: underPriorities(plan, priorities), decisions: priorities };
};

/**
 * What the schedules of the people of one workload are drawn from; by default of the first. Throws an OperatingError
 * (usage) for a workload that there is not.
 */
export const drawingFrom = ({ people }: Repertoire, seed: string, workload?: string): Drawing => {
  const names = Object.keys(people);
  const wanted = workload ?? names[0] ?? '';
  if (!names.includes(wanted))
    throw new OperatingError('usage', `there is no workload ${JSON.stringify(wanted)}`, {
      mend: `The system has the workloads ${names.join(', ')}.`,
    });
  return { seed, workload: wanted, strategy: { kind: 'random' } };
};
