import { OperatingError } from '../kernel/errors.ts';
import type { SourcePosition } from '../kernel/recording.ts';
import type { LoadSection } from '../scenarios/language/ast.ts';
import type { Scenario } from '../scenarios/language/ast.ts';
import { checkScenario } from '../scenarios/runner/check.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import { checkJourneys } from './check-journeys.ts';
import { feedersOf } from './fire/feeds.ts';
import { compileLoad } from './journeys.ts';
import { planOf } from './plan.ts';
import { namesOf } from './fire/requests.ts';
import { readThresholds, type Threshold } from './measure/thresholds.ts';

/** A scenario that drives a load. */
export type LoadScenario = Scenario & { readonly load: LoadSection };

/** `file:line:column`. */
export const placeOf = ({ file, line, column }: SourcePosition): string => `${file}:${line}:${column}`;

/** A feeder that nothing takes from is mostly a misspelt name. */
const refuseIdleFeeders = ({ load }: LoadScenario, takers: readonly (readonly string[])[]): void => {
  const taken = new Set(takers.flat());
  const idle = Object.entries(load.feeders).find(([name]) => !taken.has(name));
  if (idle === undefined) return;
  const [name, { rows, position }] = idle;
  const variables = Object.keys(rows[0] ?? {});
  throw new OperatingError('invalid-input', `${placeOf(position)}: nothing takes from the feeder ${name}`, {
    mend: `Write ${variables.map((variable) => `\${${variable}}`).join(' or ')} where its values belong, or leave it out.`,
  });
};

/**
 * Holds a load to all that can be said of its file alone: `load` asks here before it starts anything, and `lint` does. Its
 * thresholds, as they were read. Throws an OperatingError (invalid-input).
 */
export const checkLoad = (scenario: LoadScenario, system: SpokenSystem): readonly Threshold[] => {
  const { load } = scenario;
  checkScenario(scenario, system);
  if (load.thresholds.length === 0) {
    throw new OperatingError('invalid-input', `${placeOf(load.position)}: this load has no thresholds, so it would judge nothing`, {
      mend: 'Add thresholds:, for example [http.failed.share < 1%].',
    });
  }
  const thresholds = readThresholds(load);
  const grammar = grammarOf(system);
  const compiled = compileLoad(load, grammar);
  const takers = [
    ...load.requests.map((request) => feedersOf(load.feeders, namesOf(request))),
    ...compiled.journeys.map(({ feeders }) => feeders),
  ];
  refuseIdleFeeders(scenario, takers);
  // How long a load may take, the command line says.
  checkJourneys(load, compiled, takers, grammar, planOf(load, { maxDurationMs: Infinity }));
  return thresholds;
};
