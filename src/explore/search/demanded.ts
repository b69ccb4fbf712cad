import type { SpokenSystem } from '../../scenarios/definition.ts';
import { invariantTitle } from '../../scenarios/runner/invariants.ts';
import { mustStrike, strikeTitle } from '../../scenarios/runner/strikes.ts';
import type { Workload } from '../schedule/draw-schedule.ts';
import type { Code } from '../simulate/judge.ts';
import { allSteps, readScenario } from '../schedule/scenario-source.ts';

/** What scenarios are called, where it is said what an exploration must have seen. */
const SCENARIOS = 'scenarios';

/**
 * What an exploration of this workload must have seen: of scenarios, what the network did, what they themselves say must
 * sometimes be, and that their own faults struck something.
 */
export const demandedOf = (code: Code, workload: Workload, system: SpokenSystem): readonly string[] => {
  const kind = typeof workload === 'string' ? workload : SCENARIOS;
  const demanded = code.sightings.filter(({ demandedOf: kinds }) => kinds.includes(kind)).map(({ invariant }) => invariant);
  if (typeof workload === 'string') return demanded;
  const own = workload.scenarios.flatMap((plan) => {
    const { invariants, steps } = readScenario({ ...plan, leftOut: [] }, system);
    return [
      ...invariants.filter(({ mode }) => mode === 'sometimes').map(invariantTitle),
      ...allSteps(steps).filter(mustStrike).map(strikeTitle),
    ];
  });
  return [...new Set([...own, ...demanded])];
};
