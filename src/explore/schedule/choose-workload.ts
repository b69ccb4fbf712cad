import type { Workload } from './draw-schedule.ts';
import { obstacleTo } from './explorable.ts';
import type { ExploredSystem } from '../definition.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Scenario } from '../../scenarios/language/ast.ts';
import { nearest } from '../../kernel/nearest.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import { BUNDLED, selectWithTexts } from '../../scenarios/runner/select.ts';

/** What is explored, and a line for each scenario that can't be. */
export interface ChosenWorkload {
  readonly workload: Workload;
  readonly leftOut: readonly string[];
}

const lineOf = (scenario: Scenario): string | undefined => {
  const obstacle = obstacleTo(scenario);
  if (obstacle === undefined) return undefined;
  const { position, why } = obstacle;
  return `${position.file}:${position.line}:${position.column}: "${scenario.name}" can't be explored: ${why}`;
};

/** What somebody asks to have explored. */
export interface WantedWorkload {
  /** The people of this name; by default the system's first. */
  readonly people?: string;
  /** How that name was asked for, for messages; undefined where nobody did. */
  readonly peopleSaidBy?: string;
  /** Scenario files and folders, or `bundled`, instead. */
  readonly scenarios: readonly string[];
  readonly tags: readonly string[];
  readonly grep?: RegExp;
  readonly vars: Readonly<Record<string, string>>;
  /** Where a path that was written is found. */
  readonly find: (path: string) => string;
  /** Hears what is worth a word about the files, and no mistake. */
  readonly onNote: (note: string) => void;
}

const refuseMixture = ({ peopleSaidBy }: WantedWorkload): void => {
  if (peopleSaidBy !== undefined)
    throw new OperatingError('usage', `${peopleSaidBy}: scenarios say themselves what people do`, {
      mend: 'Leave out --workload, or the scenarios.',
    });
};

/** The people of this name. Throws an OperatingError (usage) for some that the system does not have. */
const namedPeople = ({ people, peopleSaidBy }: WantedWorkload, names: readonly string[]): string => {
  const wanted = people ?? names[0] ?? '';
  if (names.includes(wanted)) return wanted;
  const hint = nearest(wanted, names);
  throw new OperatingError(
    'usage',
    `${peopleSaidBy ?? 'workload'}: ${JSON.stringify(wanted)} is not one of ${names.join(', ')}${hint === undefined ? '' : `; did you mean ${hint}?`}`,
    { mend: `The system has the workloads ${names.join(', ')}.` },
  );
};

/**
 * The workload that is asked for: scenarios, where some are named or picked. Throws an OperatingError for invalid
 * files, a selection that is empty, and scenarios of which none can be explored.
 */
export const chooseWorkload = async (wanted: WantedWorkload, system: ExploredSystem): Promise<ChosenWorkload> => {
  const { scenarios: named, tags, grep, vars, find, onNote } = wanted;
  if (named.length === 0 && tags.length === 0 && grep === undefined && Object.keys(vars).length === 0)
    return { workload: namedPeople(wanted, Object.keys(system.people)), leftOut: [] };
  refuseMixture(wanted);
  const paths = named.map((path) => (path === BUNDLED ? path : find(path)));
  const { scenarios, texts } = await selectWithTexts(
    { paths, tags, vars, onNote, ...(grep === undefined ? {} : { grep }) },
    grammarOf(system),
  );
  const leftOut = scenarios.flatMap((scenario) => lineOf(scenario) ?? []);
  const explorable = scenarios.filter((scenario) => lineOf(scenario) === undefined);
  if (explorable.length === 0)
    throw new OperatingError('invalid-input', leftOut.join('\n'), {
      mend: 'Explore other scenarios, or leave out what stands in the way.',
    });
  const plans = explorable.map(({ name, position: { file } }) => ({ file, name, vars, text: texts.get(file) ?? '' }));
  return { workload: { scenarios: plans }, leftOut };
};

/** A workload's name, for people. */
export const workloadTitle = (workload: Workload): string =>
  typeof workload === 'string' ? workload : `${workload.scenarios.length} scenario${workload.scenarios.length === 1 ? '' : 's'}`;
