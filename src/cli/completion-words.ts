import { lintFiles } from '../scenarios/language/lint.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import { pathsOf } from '../scenarios/runner/select.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { OptionName } from './options/options.ts';
import type { ASKED } from './words.ts';

/** The faults that are set by the type of an event. */
const OF_EVENTS = ['drop', 'duplicate', 'delay', 'reorder'] as const;

/**
 * The words that may follow an option and that hang on the system: the names of its contexts, mutations, events. A word that
 * ends in = wants more.
 */
export const systemWords = (system: SpokenSystem): Readonly<Partial<Record<OptionName, readonly string[]>>> => {
  const { inventory } = grammarOf(system);
  const contexts = inventory.definitions.map(({ name }) => name);
  return {
    mutation: system.mutations.map(({ name }) => name),
    contexts: [...contexts, 'gateway'],
    port: [...contexts, 'gateway', 'all'].map((name) => `${name}=`),
    fault: [
      ...OF_EVENTS.flatMap((fault) => inventory.eventTypes.map((type) => `${fault}=${type}`)),
      ...contexts.map((context) => `crash=${context}`),
      'slow-order-lookup',
    ],
  };
};

/** The tags, or the names, of the scenarios in these files, or of those that come with the system; what can't be read has none. */
export const askedWords = async (
  what: (typeof ASKED)[number],
  paths: readonly string[],
  system: SpokenSystem,
): Promise<readonly string[]> => {
  const { scenarios } = await lintFiles(pathsOf(paths, system), grammarOf(system));
  return [...new Set(scenarios.flatMap(({ name, tags }) => (what === 'tags' ? tags : [name])))].sort();
};
