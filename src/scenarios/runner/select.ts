import { composed, isSameText } from '../../kernel/words.ts';
import { fileURLToPath } from 'node:url';
import { OperatingError } from '../../kernel/errors.ts';
import type { Grammar, SpokenSystem } from '../definition.ts';
import { lintFiles } from '../language/lint.ts';
import type { Scenario } from '../language/ast.ts';
import { problemLine, refuseFiles } from '../language/problems.ts';
import { checkScenario } from './check.ts';
import type { RunOptions } from './options.ts';

const bundledOf = ({ name, bundled }: SpokenSystem): string => {
  if (bundled === undefined)
    throw new OperatingError('usage', `no scenarios come with the system ${name}, and no files are named`, {
      mend: 'Name scenario files or folders about it.',
    });
  return fileURLToPath(bundled);
};

/** What picks scenarios. */
export type Selection = Pick<RunOptions, 'paths' | 'tags' | 'grep' | 'vars' | 'onNote'>;

const refuseEmptySelection = (scenarios: readonly Scenario[], options: Selection): never => {
  const wanted = [
    ...(options.tags.length === 0 ? [] : [`the tag ${options.tags.join(' or ')}`]),
    ...(options.grep === undefined ? [] : [`a name that matches ${String(options.grep)}`]),
  ].join(' and ');
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))].sort();
  throw new OperatingError('usage', `none of ${scenarios.length} scenarios has ${wanted}, so nothing would be run`, {
    mend: tags.length === 0 ? 'They have no tags.' : `Tags there are: ${tags.join(', ')}.`,
  });
};

/** Scenarios, and the text of each file that they stand in. */
export interface Selected {
  readonly scenarios: readonly Scenario[];
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Reads scenarios with their files, and picks those that the user wants. Throws an OperatingError: invalid-input with
 * all that is wrong with the files, usage where nothing is selected.
 */
export const selectWithTexts = async (options: Selection, grammar: Grammar): Promise<Selected> => {
  const { scenarios, problems, notes, sourceTexts } = await lintFiles(
    options.paths.length === 0 ? [bundledOf(grammar.system)] : options.paths,
    grammar,
    { variables: Object.keys(options.vars) },
  );
  if (problems.length > 0) refuseFiles(problems, sourceTexts);
  for (const note of notes) options.onNote?.(problemLine(note));
  const { grep, tags } = options;
  const selected = scenarios.filter(
    (scenario) =>
      (tags.length === 0 || tags.some((tag) => scenario.tags.some((own) => isSameText(own, tag)))) &&
      (grep === undefined || grep.test(composed(scenario.name))),
  );
  if (selected.length === 0) refuseEmptySelection(scenarios, options);
  for (const scenario of selected) checkScenario(scenario, grammar.system);
  return { scenarios: selected, texts: sourceTexts };
};

/** The scenarios of a run that the user wants. Throws as {@link selectWithTexts} does. */
export const selectScenarios = async (options: Selection, grammar: Grammar): Promise<readonly Scenario[]> =>
  (await selectWithTexts(options, grammar)).scenarios;
