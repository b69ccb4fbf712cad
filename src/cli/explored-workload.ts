import type { Workload } from '../explore/schedule/draw-schedule.ts';
import { obstacleTo } from '../explore/schedule/explorable.ts';
import type { ExploredSystem } from '../explore/definition.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Scenario } from '../scenarios/language/ast.ts';
import { nearest } from '../runtime/nearest.ts';
import { selectWithTexts } from '../scenarios/runner/select.ts';
import type { Invocation } from './command.ts';
import { fromCwd } from './options/from-cwd.ts';
import { tellNotesOf } from './output/notes.ts';

/** The word that stands for the bundled scenarios. */
const BUNDLED = 'bundled';

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

const refuseMixture = ({ origins, words }: Invocation): void => {
  if (origins.workload !== 'default') throw new OperatingError('usage', `${origins.workload}: scenarios say themselves what people do`, { mend: 'Leave out --workload, or the scenarios.' });
  if (words.length > 1 && words.includes(BUNDLED)) throw new OperatingError('usage', `${BUNDLED} stands alone`, { mend: `Give ${BUNDLED}, or files and folders.` });
};

/** The workload of this name; the first where none is named. Throws an OperatingError (usage) for one that the system does not have. */
const namedWorkload = ({ settings, origins }: Invocation, names: readonly string[]): string => {
  const wanted = settings.workload ?? names[0] ?? '';
  if (names.includes(wanted)) return wanted;
  const hint = nearest(wanted, names);
  throw new OperatingError('usage', `${origins.workload}: ${JSON.stringify(wanted)} is not one of ${names.join(', ')}${hint === undefined ? '' : `; did you mean ${hint}?`}`, { mend: `The system has the workloads ${names.join(', ')}.` });
};

/**
 * The workload that an invocation asks for: scenarios, where it names or picks some. Throws an OperatingError for invalid
 * files, a selection that is empty, and scenarios of which none can be explored.
 */
export const chooseWorkload = async (invocation: Invocation, { people }: ExploredSystem): Promise<ChosenWorkload> => {
  const { settings, words, io } = invocation;
  const { tag, grep } = settings;
  if (words.length === 0 && tag.length === 0 && grep === undefined && settings.var.length === 0) return { workload: namedWorkload(invocation, Object.keys(people)), leftOut: [] };
  refuseMixture(invocation);
  const vars = Object.fromEntries(settings.var);
  const paths = words.includes(BUNDLED) ? [] : words.map((path) => fromCwd(path, io));
  const { scenarios, texts } = await selectWithTexts({ paths, tags: tag, vars, onNote: tellNotesOf(settings, io), ...(grep === undefined ? {} : { grep }) });
  const leftOut = scenarios.flatMap((scenario) => lineOf(scenario) ?? []);
  const explorable = scenarios.filter((scenario) => lineOf(scenario) === undefined);
  if (explorable.length === 0) throw new OperatingError('invalid-input', leftOut.join('\n'), { mend: 'Explore other scenarios, or leave out what stands in the way.' });
  const plans = explorable.map(({ name, position: { file } }) => ({ file, name, vars, text: texts.get(file) ?? '' }));
  return { workload: { scenarios: plans }, leftOut };
};

/** A workload's name, for people. */
export const workloadTitle = (workload: Workload): string => (typeof workload === 'string' ? workload : `${workload.scenarios.length} scenario${workload.scenarios.length === 1 ? '' : 's'}`);
