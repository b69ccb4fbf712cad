import { fileURLToPath } from 'node:url';
import { OperatingError } from '../kernel/errors.ts';
import type { Grammar } from '../scenarios/definition.ts';
import { lintFiles } from '../scenarios/language/lint.ts';
import { problemLine, refuseFiles } from '../scenarios/language/problems.ts';
import type { LoadScenario } from './check-load.ts';

/** The bundled load: the seed's test. The same folder is two levels up from the sources and from what is compiled. */
const BUNDLED = fileURLToPath(new URL('../../loads/delayed-order.yaml', import.meta.url));

/**
 * Reads the load of a file, or the bundled one. Throws an OperatingError (invalid-input) for a file that holds not exactly
 * one, or is wrong.
 */
export const readLoad = async (
  path: string | undefined,
  grammar: Grammar,
  vars: Readonly<Record<string, string>>,
  onNote: (note: string) => void = () => undefined,
): Promise<LoadScenario> => {
  const { scenarios, problems, notes, sourceTexts } = await lintFiles([path ?? BUNDLED], grammar, { variables: Object.keys(vars) });
  if (problems.length > 0) refuseFiles(problems, sourceTexts);
  for (const note of notes) onNote(problemLine(note));
  const [scenario, ...others] = scenarios;
  if (scenario === undefined || others.length > 0) {
    throw new OperatingError('invalid-input', `${path ?? BUNDLED} holds ${scenarios.length} scenarios, and a load is one`, {
      mend: 'Name a file with one scenario that has a load: section.',
    });
  }
  if (scenario.load === undefined) {
    throw new OperatingError('invalid-input', `${scenario.position.file}: this scenario has no load: section`, {
      mend: 'food-sim run plays scenarios; for food-sim load, add load: with users, duration and requests.',
    });
  }
  return scenario as LoadScenario;
};
