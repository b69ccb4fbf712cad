import type { Random } from '../../kernel/random.ts';
import { drawFaults } from './draw-faults.ts';
import type { Repertoire } from '../simulate/repertoire.ts';
import type { FaultPlan, Plan, ScenarioPlan } from './plan.ts';
import { allSteps, readScenario } from './scenario-source.ts';

/** Nothing goes wrong. */
export const NO_FAULTS: FaultPlan = {
  rates: { delay: 0, drop: 0, duplicate: 0, publish: 0, crash: 0, lookup: 0 },
  partitions: [],
  clockJumps: [],
  isInOrder: true,
  isTidy: false,
  healAtMs: 0,
};

/** Scenarios take from a tenth of a simulated second to some; faults end anywhere in that, in milliseconds. */
const LATEST_HEALING_MS = 1_500;

/** Draws the faults that a scenario is played under; none in a first play, which shows that it passes at all. */
export const drawScenario = (random: Random, seed: string, scenario: ScenarioPlan, isFirst: boolean, repertoire: Repertoire): Plan => {
  if (isFirst) return { seed, errands: [], faults: NO_FAULTS, scenario };
  // A scenario that strikes single messages itself reckons with the order of the others.
  const isStriking = allSteps(readScenario(scenario, repertoire.system).steps).some(({ kind }) => kind === 'fault');
  const faults = drawFaults(random, repertoire);
  return {
    seed,
    errands: [],
    faults: { ...faults, isInOrder: faults.isInOrder || isStriking, healAtMs: 30 + random.below(LATEST_HEALING_MS) },
    scenario,
  };
};
