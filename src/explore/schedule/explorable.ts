import type { SourcePosition } from '../../kernel/recording.ts';
import type { Scenario } from '../../scenarios/language/ast.ts';
import { allSteps } from './scenario-source.ts';

/** Why a scenario can't be explored, and where in its file that stands; undefined where it can. */
export const obstacleTo = (scenario: Scenario): { readonly position: SourcePosition; readonly why: string } | undefined => {
  if (scenario.load !== undefined)
    return { position: scenario.load.position, why: 'a load is measured, and simulated time measures nothing' };
  const foreign = allSteps(scenario.steps).find(({ kind }) => kind === 'inject');
  return (
    foreign && { position: foreign.position, why: 'the simulated bus takes no foreign messages, so inject has nothing to put them on' }
  );
};
