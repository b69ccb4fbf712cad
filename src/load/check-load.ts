import { OperatingError } from '../kernel/errors.ts';
import type { SourcePosition } from '../kernel/recording.ts';
import type { LoadSection } from '../scenarios/language/ast-load.ts';
import type { Scenario } from '../scenarios/language/ast.ts';
import { checkScenario } from '../scenarios/runner/check.ts';
import type { SystemDefinition } from '../system/definition.ts';
import { planOf } from './plan.ts';
import { namesOf } from './fire/requests.ts';
import { readThresholds, type Threshold } from './measure/thresholds.ts';

/** A scenario that drives a load. */
export type LoadScenario = Scenario & { readonly load: LoadSection };

/** `file:line:column`. */
export const placeOf = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;

/** A feeder that no request takes from is mostly a misspelt name. */
const refuseIdleFeeders = ({ load }: LoadScenario): void => {
  const taken = new Set(load.requests.flatMap(namesOf));
  const idle = Object.keys(load.feeders).find((name) => !taken.has(name));
  if (idle === undefined) return;
  throw new OperatingError('invalid-input', `${placeOf(load.position)}: no request takes from the feeder ${idle}`, {
    mend: `Write \${${idle}} where its values belong, or leave it out.`,
  });
};

/**
 * Holds a load to all that can be said of its file alone: `load` asks here before it starts anything, and `lint` does. Its
 * thresholds, as they were read. Throws an OperatingError (invalid-input).
 */
export const checkLoad = (scenario: LoadScenario, system: SystemDefinition): readonly Threshold[] => {
  const { load } = scenario;
  checkScenario(scenario, system);
  if (load.thresholds.length === 0) {
    throw new OperatingError('invalid-input', `${placeOf(load.position)}: this load has no thresholds, so it would judge nothing`, {
      mend: 'Add thresholds:, for example [http.failed.share < 1%].',
    });
  }
  const thresholds = readThresholds(load);
  refuseIdleFeeders(scenario);
  // How long a load may take, the command line says.
  planOf(load, { maxDurationMs: Infinity });
  return thresholds;
};
