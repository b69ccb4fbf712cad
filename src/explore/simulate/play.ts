import type { Rig } from './rig.ts';
import { simulateScenario } from './scenario-simulation.ts';
import { simulate } from './simulation.ts';
import type { Outcome, SimulateOptions } from './options.ts';

/** Plays one schedule, whatever people do in it: their errands, or a scenario. */
export const play = (rig: Rig, options: SimulateOptions): Promise<Outcome> => {
  const { scenario } = options.plan;
  return scenario === undefined ? simulate(rig, options) : simulateScenario(scenario, rig, options);
};
