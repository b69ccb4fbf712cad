import { OperatingError } from '../../kernel/errors.ts';
import { breakerSettings, type BreakerSettings } from '../../runtime/breaker/settings.ts';
import type { SystemDefinition } from '../../system/definition.ts';
import { checkMutations } from '../../system/mutation.ts';
import type { Scenario } from '../language/ast.ts';
import { RefusedFiles, problemLine } from '../language/problems.ts';
import { breakerOf } from './breaker-config.ts';

/** What `judge` gives; what it refuses is refused as invalid input, at the scenario's place. */
const placed = <Value>({ position }: Scenario, section: string, judge: () => Value): Value => {
  try {
    return judge();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    const problem = { position, length: 1, message: `${section}: ${error.message}` };
    throw new RefusedFiles(problemLine(problem), [problem], { ...(error.mend === undefined ? {} : { mend: error.mend }), cause: error });
  }
};

/** The breaker that a scenario asks for. Throws an OperatingError (invalid-input) for settings that don't fit each other. */
export const checkedBreaker = (scenario: Scenario): BreakerSettings =>
  placed(scenario, 'config', () => breakerSettings(breakerOf(scenario.config)));

/**
 * Holds a scenario to what no grammar can say: the settings that don't fit each other, the mutation that there is not. All
 * who play scenarios ask here before anything starts, and `lint` does. Throws an OperatingError (invalid-input).
 */
export const checkScenario = (scenario: Scenario, { mutations }: SystemDefinition): void => {
  checkedBreaker(scenario);
  const { mutation } = scenario;
  if (mutation !== undefined) placed(scenario, 'mutation', () => checkMutations(mutations, [mutation]));
};
