import { OperatingError } from '../kernel/errors.ts';
import type { Scenario } from '../scenarios/language/ast.ts';
import { checkScenario } from '../scenarios/runner/check.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import { checkLoad, placeOf, type LoadScenario } from './check-load.ts';
import { isLoadable } from './options.ts';

/** What `load` is asked to do where the command line says nothing. */
const UNASKED = {
  bus: { kind: 'memory' },
  seed: '1',
  vars: {},
  faults: [],
  maxDurationMs: Infinity,
  repeat: 1,
  onProgress: () => undefined,
  signal: new AbortController().signal,
} as const;

const checkAsLoad = async (scenario: LoadScenario, definition: SpokenSystem): Promise<void> => {
  checkLoad(scenario, definition);
  if (!isLoadable(definition)) {
    throw new OperatingError(
      'invalid-input',
      `${placeOf(scenario.load.position)}: no load can be driven on ${definition.name}: its definition says nothing of it under load`,
      { mend: 'Leave out load:.' },
    );
  }
  // Which thresholds are judged, simulations say; one that always is spares them.
  if (scenario.load.thresholds.some(({ when }) => when === undefined)) return;
  // All that drives a load takes longer to be loaded than a file to be checked.
  const { taskOf } = await import('./run.ts');
  await taskOf(scenario, { ...UNASKED, definition }, () => undefined);
};

const refusalOf = async (check: () => Promise<void> | void): Promise<readonly OperatingError[]> => {
  try {
    await check();
    return [];
  } catch (error) {
    if (error instanceof OperatingError) return [error];
    throw error;
  }
};

/**
 * What the commands that play these scenarios on this system would refuse before they start anything, beyond what reading them tells: by
 * the same functions and in the same words.
 */
export const objectionsTo = async (scenarios: readonly Scenario[], definition: SpokenSystem): Promise<readonly OperatingError[]> => {
  const objections: OperatingError[] = [];
  for (const scenario of scenarios) {
    const { load, position } = scenario;
    objections.push(
      ...(await refusalOf(() =>
        load === undefined ? checkScenario(scenario, definition) : checkAsLoad(scenario as LoadScenario, definition),
      )),
    );
    if (load !== undefined && scenarios.some((other) => other !== scenario && other.position.file === position.file)) {
      objections.push(
        new OperatingError('invalid-input', `${placeOf(load.position)}: a load stands alone in its file, and others are in this one`, {
          mend: 'Give the load a file of its own: food-sim load takes one with one scenario.',
        }),
      );
    }
  }
  return objections;
};
