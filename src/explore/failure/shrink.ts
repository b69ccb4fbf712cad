import { createGivenDecisions } from '../simulate/decisions.ts';
import type { Failure } from '../search/slice.ts';
import { NO_FAULTS } from '../schedule/draw-scenario.ts';
import type { Errand, Plan, ScenarioPlan } from '../schedule/plan.ts';
import type { Rig } from '../simulate/rig.ts';
import { play } from '../simulate/play.ts';
import type { SpokenSystem } from '../../scenarios/definition.ts';
import { allSteps, readScenario } from '../schedule/scenario-source.ts';

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

/** The faults of a plan that are there once or not at all. */
const SINGLE_FAULTS = ['laggard', 'slowDisk', 'lookupOutage', 'waveringLookups', 'failingHandler', 'silence'] as const;

/** How many things somebody has to read: errands, or the steps of a scenario; faults; decisions. */
export const sizeOf = ({ plan, deviations }: Schedule, system: SpokenSystem): number =>
  plan.errands.length +
  (plan.scenario === undefined ? 0 : leavesOf(plan.scenario, system).length) +
  plan.faults.partitions.length +
  plan.faults.clockJumps.length +
  (plan.faults.outages?.length ?? 0) +
  SINGLE_FAULTS.filter((name) => plan.faults[name] !== undefined).length +
  deviations.size;

/** The paths of a scenario's steps that are left, those that only hold others aside. */
const leavesOf = (scenario: ScenarioPlan, system: SpokenSystem): readonly string[] =>
  allSteps(readScenario(scenario, system).steps).flatMap((step) => ('steps' in step ? [] : [step.path]));

type Keeps = (candidate: Schedule) => Promise<boolean>;

/** Leaves out as many items as it can: large pieces first, then single ones (Zeller's delta debugging, without complements). */
const leaveOut = async <Item>(items: readonly Item[], keeps: (left: readonly Item[]) => Promise<boolean>): Promise<readonly Item[]> => {
  let left = items;
  for (let size = Math.max(1, left.length); size >= 1; size = Math.floor(size / 2)) {
    for (let start = 0; start < left.length;) {
      const candidate = [...left.slice(0, start), ...left.slice(start + size)];
      if (await keeps(candidate)) left = candidate;
      else start += size;
    }
  }
  return left;
};

/** A value that can't be made one less: nothing, one, or what is come to by steps that are halved where they fail. */
const lower = async (value: number, keeps: (value: number) => Promise<boolean>): Promise<void> => {
  for (const candidate of [0, 1]) if (candidate < value && (await keeps(candidate))) return;
  let best = value;
  for (let step = Math.floor(value / 2); step >= 1;) {
    if (best - step > 1 && (await keeps(best - step))) best -= step;
    else step = Math.floor(step / 2);
  }
};

const withErrands = ({ plan, deviations }: Schedule, errands: readonly Errand[]): Schedule => ({ plan: { ...plan, errands }, deviations });
const withFaults = ({ plan, deviations }: Schedule, faults: Partial<Plan['faults']>): Schedule => ({
  plan: { ...plan, faults: { ...plan.faults, ...faults } },
  deviations,
});
const withDeviations = ({ plan }: Schedule, deviations: readonly (readonly [string, number])[]): Schedule => ({
  plan,
  deviations: new Map(deviations),
});

/** Takes a candidate where it still fails. What is taken is what the next candidates are made from. */
interface Taking {
  best(): Schedule;
  take(candidate: Schedule): Promise<boolean>;
}

const createTaking = (start: Schedule, keeps: Keeps): Taking => {
  let best = start;
  return {
    best: () => best,
    take: async (candidate) => {
      const isKept = await keeps(candidate);
      if (isKept) best = candidate;
      return isKept;
    },
  };
};

/** Takes decisions, errands and steps away. */
const takeAway = async ({ best, take }: Taking, system: SpokenSystem): Promise<void> => {
  await leaveOut([...best().deviations], (left) => take(withDeviations(best(), left)));
  await leaveOut(best().plan.errands, (left) => take(withErrands(best(), left)));
  const { scenario } = best().plan;
  if (scenario === undefined) return;
  const leaves = leavesOf(scenario, system);
  const without = (left: readonly string[]): Schedule => ({
    plan: { ...best().plan, scenario: { ...scenario, leftOut: [...scenario.leftOut, ...leaves.filter((path) => !left.includes(path))] } },
    deviations: best().deviations,
  });
  await leaveOut(leaves, (left) => take(without(left)));
};

/** Takes faults away, and what makes a schedule unusual. */
const calm = async ({ best, take }: Taking): Promise<void> => {
  await leaveOut(best().plan.faults.partitions, (partitions) => take(withFaults(best(), { partitions })));
  await leaveOut(best().plan.faults.clockJumps, (clockJumps) => take(withFaults(best(), { clockJumps })));
  await leaveOut(best().plan.faults.outages ?? [], (outages) => take(withFaults(best(), { outages })));
  for (const name of [...SINGLE_FAULTS, 'isPositioned'] as const) {
    const { [name]: fault, ...others } = best().plan.faults;
    if (fault !== undefined) await take({ plan: { ...best().plan, faults: others }, deviations: best().deviations });
  }
  if (!best().plan.faults.isInOrder) await take(withFaults(best(), { isInOrder: true }));
  if (best().plan.faults.isTidy) await take(withFaults(best(), { isTidy: false }));
};

/** What a person writes with one thing less: what is left out is the usual. */
const shorter = (errand: Errand): readonly Errand[] =>
  Object.keys(errand.body ?? {}).map((name) => ({
    ...errand,
    body: Object.fromEntries(Object.entries(errand.body ?? {}).filter(([other]) => other !== name)),
  }));

/** What a person wishes with one thing less: what is left out is the usual. */
const content = (errand: Errand): readonly Errand[] =>
  Object.keys(errand.wish ?? {}).map((name) => ({
    ...errand,
    wish: Object.fromEntries(Object.entries(errand.wish ?? {}).filter(([other]) => other !== name)),
  }));

/** What a person does plainly: once, at the usual moment, wishing and writing the usual. */
const plainer = (errand: Errand): readonly Errand[] => {
  const { againAfterMs, isImpatient, when, body: _body, ...plain } = errand;
  const written = errand.body === undefined ? {} : { body: errand.body };
  const again = againAfterMs === undefined ? {} : { againAfterMs };
  const moment = { ...(isImpatient === undefined ? {} : { isImpatient }), ...(when === undefined ? {} : { when }) };
  return [
    ...(againAfterMs === undefined ? [] : [{ ...plain, ...written, ...moment }]),
    ...(isImpatient === undefined && when === undefined ? [] : [{ ...plain, ...written, ...again }]),
    ...(errand.body === undefined ? [] : [{ ...plain, ...again, ...moment }, ...shorter(errand)]),
    ...content(errand),
  ];
};

/** Makes what is left plainer, and waits shorter. */
const simplify = async ({ best, take }: Taking): Promise<void> => {
  for (const index of best().plan.errands.keys()) {
    const replaced = (errand: Errand): Schedule =>
      withErrands(
        best(),
        best().plan.errands.map((one, at) => (at === index ? errand : one)),
      );
    const own = (): Errand => best().plan.errands[index]!;
    await lower(own().afterMs, (afterMs) => take(replaced({ ...own(), afterMs })));
    for (const errand of plainer(own())) await take(replaced(errand));
  }
  for (const [name, value] of best().deviations) {
    await lower(value, (candidate) =>
      take(
        withDeviations(
          best(),
          [...best().deviations].flatMap(([other, kept]) =>
            other !== name ? [[other, kept] as const] : candidate === 0 ? [] : [[name, candidate] as const],
          ),
        ),
      ),
    );
  }
};

/** One pass over everything that a schedule is made of; the same schedule where nothing can be taken any more. */
const pass = async (start: Schedule, keeps: Keeps, system: SpokenSystem): Promise<Schedule> => {
  const taking = createTaking(start, keeps);
  await takeAway(taking, system);
  await calm(taking);
  await simplify(taking);
  return taking.best();
};

/** Remembers what was tried and did not fail: a pass meets much of the one before. */
const withoutRepeats = (keeps: Keeps): Keeps => {
  const vain = new Set<string>();
  return async (candidate) => {
    const text = JSON.stringify([candidate.plan, [...candidate.deviations]]);
    if (vain.has(text)) return false;
    const isKept = await keeps(candidate);
    if (!isKept) vain.add(text);
    return isKept;
  };
};

/** Whether a scenario still passes where nothing goes wrong: what it expects must not fail for want of the steps that are left out. */
const isWhole = async (rig: Rig, plan: Plan): Promise<boolean> => {
  const { violations } = await play(rig, { plan: { ...plan, faults: NO_FAULTS }, decisions: createGivenDecisions(new Map()) });
  return violations.length === 0;
};

/**
 * Makes a failure as small as it gets: at the end, taking any single thing away would lose it. The same invariant stays
 * broken all through.
 */
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
  const keepsNew = withoutRepeats(keeps);
  for (let best: Schedule = failure, before: Schedule | undefined; best !== before;) {
    before = best;
    best = await pass(best, keepsNew, rig.system);
  }
  return { failure: smallest, tries };
};
