import { createGivenDecisions } from './decisions.ts';
import type { Failure } from './slice.ts';
import { NO_FAULTS } from './draw-scenario.ts';
import type { Errand, Plan, ScenarioPlan } from './plan.ts';
import type { Rig } from './rig.ts';
import { play } from './play.ts';
import { allSteps, readScenario } from './scenario-source.ts';

/** A schedule written out: what people do, which faults there are, and which way each decision went. */
export interface Schedule {
  readonly plan: Plan;
  readonly deviations: ReadonlyMap<string, number>;
}

/** A failure made small. */
export interface Shrunk {
  readonly failure: Failure;
  /** How many schedules it took. */
  readonly tries: number;
}

/** A schedule shrinks within tens of tries; one that takes this many is small enough. */
const MAX_TRIES = 2_000;

/** How many things somebody has to read: errands, or the steps of a scenario; faults; decisions. */
export const sizeOf = ({ plan, deviations }: Schedule): number =>
  plan.errands.length +
  (plan.scenario === undefined ? 0 : leavesOf(plan.scenario).length) +
  plan.faults.partitions.length + plan.faults.clockJumps.length + [plan.faults.laggard, plan.faults.slowDisk, plan.faults.lookupOutage].filter((fault) => fault !== undefined).length + deviations.size;

/** The paths of a scenario's steps that are left, those that only hold others aside. */
const leavesOf = (scenario: ScenarioPlan): readonly string[] =>
  allSteps(readScenario(scenario).steps).flatMap((step) => ('steps' in step ? [] : [step.path]));

type Keeps = (candidate: Schedule) => Promise<boolean>;

/** Leaves out as many items as it can: large pieces first, then single ones (Zeller's delta debugging, without complements). */
const leaveOut = async <Item>(items: readonly Item[], keeps: (left: readonly Item[]) => Promise<boolean>): Promise<readonly Item[]> => {
  let left = items;
  for (let size = Math.max(1, left.length); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < left.length; ) {
      const candidate = [...left.slice(0, start), ...left.slice(start + size)];
      if (await keeps(candidate)) left = candidate;
      else start += size;
    }
  }
  return left;
};

/** The smallest of a few values that still does: nothing, one, the half. */
const lower = async (value: number, keeps: (value: number) => Promise<boolean>): Promise<number> => {
  let best = value;
  for (const candidate of [0, 1, Math.floor(value / 2), value - 1]) {
    if (candidate < best && candidate >= 0 && (await keeps(candidate))) best = candidate;
  }
  return best;
};

const withErrands = ({ plan, deviations }: Schedule, errands: readonly Errand[]): Schedule => ({ plan: { ...plan, errands }, deviations });
const withFaults = ({ plan, deviations }: Schedule, faults: Partial<Plan['faults']>): Schedule => ({ plan: { ...plan, faults: { ...plan.faults, ...faults } }, deviations });
const withDeviations = ({ plan }: Schedule, deviations: readonly (readonly [string, number])[]): Schedule => ({ plan, deviations: new Map(deviations) });

/** One pass over everything that a schedule is made of; what it gives is never larger. */
const pass = async (start: Schedule, keeps: Keeps): Promise<Schedule> => {
  let best = start;
  const take = async (candidate: Schedule): Promise<boolean> => {
    const isKept = await keeps(candidate);
    if (isKept) best = candidate;
    return isKept;
  };
  await leaveOut([...best.deviations], (left) => take(withDeviations(best, left)));
  await leaveOut(best.plan.errands, (left) => take(withErrands(best, left)));
  const { scenario } = best.plan;
  if (scenario !== undefined) {
    const leaves = leavesOf(scenario);
    const without = (left: readonly string[]): Schedule => ({ plan: { ...best.plan, scenario: { ...scenario, leftOut: [...scenario.leftOut, ...leaves.filter((path) => !left.includes(path))] } }, deviations: best.deviations });
    await leaveOut(leaves, (left) => take(without(left)));
  }
  await leaveOut(best.plan.faults.partitions, (partitions) => take(withFaults(best, { partitions })));
  await leaveOut(best.plan.faults.clockJumps, (clockJumps) => take(withFaults(best, { clockJumps })));
  for (const name of ['laggard', 'slowDisk', 'lookupOutage'] as const) {
    const { [name]: fault, ...others } = best.plan.faults;
    if (fault !== undefined) await take({ plan: { ...best.plan, faults: others }, deviations: best.deviations });
  }
  if (!best.plan.faults.isInOrder) await take(withFaults(best, { isInOrder: true }));
  if (best.plan.faults.isTidy) await take(withFaults(best, { isTidy: false }));
  for (const [index, errand] of best.plan.errands.entries()) {
    const replaced = (change: Partial<Errand>): Schedule => withErrands(best, best.plan.errands.map((one, at) => (at === index ? { ...one, ...change } : one)));
    await lower(errand.afterMs, (afterMs) => take(replaced({ afterMs })));
    if (errand.payment === 'decline') await take(replaced({ payment: 'approve' }));
  }
  for (const [name, value] of best.deviations) {
    await lower(value, (candidate) => take(withDeviations(best, [...best.deviations].flatMap(([other, kept]) => (other !== name ? [[other, kept] as const] : candidate === 0 ? [] : [[name, candidate] as const])))));
  }
  return best;
};

/** Whether a scenario still passes where nothing goes wrong: what it expects must not fail for want of the steps that are left out. */
const isWhole = async (rig: Rig, plan: Plan): Promise<boolean> => {
  const { violations } = await play(rig, { plan: { ...plan, faults: NO_FAULTS }, decisions: createGivenDecisions(new Map()) });
  return violations.length === 0;
};

/** Makes a failure as small as it gets by taking away one thing at a time; the same invariant stays broken all through. */
export const shrink = async (rig: Rig, failure: Failure): Promise<Shrunk> => {
  let tries = 0;
  let smallest = failure;
  const keeps: Keeps = async ({ plan, deviations }) => {
    if (tries >= MAX_TRIES) return false;
    tries += 1;
    const outcome = await play(rig, { plan, decisions: createGivenDecisions(deviations) });
    const violation = outcome.violations.find(({ invariant }) => invariant === failure.violation.invariant);
    if (violation === undefined) return false;
    const { scenario } = plan;
    const isOwn = scenario !== undefined && violation.invariant.startsWith(`${scenario.file}:`);
    if (isOwn && scenario.leftOut.length > 0 && !(await isWhole(rig, plan))) return false;
    smallest = { schedule: failure.schedule, plan, deviations, violation };
    return true;
  };
  let best: Schedule = failure;
  for (let before = Infinity; tries < MAX_TRIES; ) {
    best = await pass(best, keeps);
    const after = sizeOf(best) + best.plan.errands.reduce((sum, { afterMs }) => sum + afterMs, 0) + [...best.deviations.values()].reduce((sum, value) => sum + value, 0);
    if (after >= before) break;
    before = after;
  }
  return { failure: smallest, tries };
};
