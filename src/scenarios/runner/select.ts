import { composed } from '../../kernel/words.ts';
import { nearest } from '../../kernel/nearest.ts';
import { fileURLToPath } from 'node:url';
import { OperatingError } from '../../kernel/errors.ts';
import type { Grammar, SpokenSystem } from '../definition.ts';
import { lintFiles } from '../language/lint.ts';
import type { Scenario } from '../language/ast.ts';
import { problemLine, refuseFiles } from '../language/problems.ts';
import { checkScenario } from './check.ts';
import type { RunOptions } from './options.ts';
import { readTagExpression, type TagExpression } from './tag-expression.ts';

const bundledOf = ({ name, bundled }: SpokenSystem): string => {
  if (bundled === undefined)
    throw new OperatingError('usage', `no scenarios come with the system ${name}`, {
      mend: 'Name scenario files or folders about it.',
    });
  return fileURLToPath(bundled);
};

/** The word that stands for the scenarios that come with the system. */
export const BUNDLED = 'bundled';

/** Where scenarios are looked for: what is named, else what comes with the system. Throws an OperatingError (usage) where nothing does. */
export const pathsOf = (paths: readonly string[], system: SpokenSystem): readonly string[] =>
  (paths.length === 0 ? [BUNDLED] : paths).map((path) => (path === BUNDLED ? bundledOf(system) : path));

/** What picks scenarios. */
export type Selection = Pick<RunOptions, 'paths' | 'tags' | 'grep' | 'vars' | 'onNote'>;

const refuseEmptySelection = (scenarios: readonly Scenario[], options: Selection): never => {
  const wanted = [
    ...(options.tags.length === 0
      ? []
      : [`the tag ${options.tags.map((tag) => (tag.includes(' ') && options.tags.length > 1 ? `(${tag})` : tag)).join(' or ')}`]),
    ...(options.grep === undefined ? [] : [`a name that matches ${String(options.grep)}`]),
  ].join(' and ');
  const tags = [...new Set(scenarios.flatMap((scenario) => scenario.tags))].sort();
  throw new OperatingError('usage', `none of ${scenarios.length} scenarios has ${wanted}, so nothing would be run`, {
    mend: tags.length === 0 ? 'They have no tags.' : `Tags there are: ${tags.join(', ')}.`,
  });
};

const expressionOf = (text: string): TagExpression => {
  const read = readTagExpression(text);
  if (!('fault' in read)) return read;
  throw new OperatingError('usage', `the tag expression ${JSON.stringify(text)} ${read.fault}`, {
    mend: "For example: --tag 'cancel and not slow'.",
  });
};

/** A misspelt tag behind a `not` selects more than is meant, and nothing else would tell of it. */
const tellUnknownTags = (tags: readonly TagExpression[], scenarios: readonly Scenario[], { onNote }: Selection): void => {
  const known = new Set(scenarios.flatMap((scenario) => scenario.tags.map(composed)));
  for (const name of new Set(tags.flatMap(({ names }) => names).filter((one) => !known.has(one)))) {
    const hint = nearest(name, known);
    onNote?.(`no scenario has the tag ${name}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
  }
};

/** Scenarios, and the text of each file that they stand in. */
export interface Selected {
  readonly scenarios: readonly Scenario[];
  readonly texts: ReadonlyMap<string, string>;
  /** How many scenarios there were to pick from. */
  readonly of: number;
}

/**
 * Reads scenarios with their files, and picks those that the user wants. Throws an OperatingError: invalid-input with
 * all that is wrong with the files, usage where nothing is selected.
 */
export const selectWithTexts = async (options: Selection, grammar: Grammar): Promise<Selected> => {
  const { scenarios, problems, notes, sourceTexts } = await lintFiles(pathsOf(options.paths, grammar.system), grammar, {
    variables: Object.keys(options.vars),
  });
  if (problems.length > 0) refuseFiles(problems, sourceTexts);
  for (const note of notes) options.onNote?.(problemLine(note));
  const { grep } = options;
  const tags = options.tags.map(expressionOf);
  tellUnknownTags(tags, scenarios, options);
  const selected = scenarios.filter(
    (scenario) =>
      (tags.length === 0 || tags.some(({ matches }) => matches(scenario.tags))) &&
      (grep === undefined || grep.test(composed(scenario.name))),
  );
  if (selected.length === 0) refuseEmptySelection(scenarios, options);
  for (const scenario of selected) checkScenario(scenario, grammar.system);
  return { scenarios: selected, texts: sourceTexts, of: scenarios.length };
};
