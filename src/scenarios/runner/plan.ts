import { OperatingError } from '../../kernel/errors.ts';
import type { RunSelection } from '../../kernel/recording.ts';
import type { Grammar } from '../definition.ts';
import type { Scenario, Step } from '../language/ast.ts';
import { formerKey, type Former } from './former.ts';
import type { RunOptions } from './options.ts';
import type { Planned } from './planned.ts';
import { selectWithTexts } from './select.ts';
import { shardOf, shardText } from './shard.ts';

/** What a run plays, in its order. */
export interface RunPlan {
  readonly scenarios: readonly Planned[];
  /** What was chosen; undefined where all scenarios there are are played, once. */
  readonly selection?: RunSelection;
}

/** What decides on what a run plays. */
export type Planning = Pick<
  RunOptions,
  | 'paths'
  | 'scenarios'
  | 'tags'
  | 'grep'
  | 'vars'
  | 'onNote'
  | 'former'
  | 'lastFailed'
  | 'shard'
  | 'repeat'
  | 'retries'
  | 'failOnFlaky'
  | 'changed'
>;

/** Those that the former run saw, and that did not pass. Throws an OperatingError (usage) where there is none. */
const lastFailedOf = (scenarios: readonly Scenario[], former: Former): readonly Scenario[] => {
  const failed = scenarios.filter((scenario) => former.told.get(formerKey(scenario))?.isBad === true);
  if (failed.length > 0) return failed;
  const count = [...former.told.values()].filter(({ isBad }) => isBad).length;
  throw new OperatingError('usage', `--last-failed: none of these scenarios failed in ${former.file}, so nothing would be run`, {
    mend: count === 0 ? 'All that it tells of passed: leave out --last-failed.' : 'Name the files that it ran: others failed there.',
  });
};

const stepFiles = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => [step.position.file, ...('steps' in step ? stepFiles(step.steps) : [])]);

/** The files that a scenario is made of. */
export const filesOf = ({ position, steps }: Scenario): ReadonlySet<string> => new Set([position.file, ...stepFiles(steps)]);

const changedOf = (scenarios: readonly Scenario[], changed: readonly string[]): readonly Scenario[] => {
  const found = scenarios.filter((scenario) => changed.some((file) => filesOf(scenario).has(file)));
  if (found.length > 0) return found;
  throw new OperatingError('usage', `no scenario that was chosen is in ${changed.join(', ')}`, { mend: 'Nothing was run again.' });
};

/** A load that is not driven, and whose thresholds nobody judges, must not pass. */
const refuseLoads = (scenarios: readonly Scenario[]): void => {
  const loads = scenarios.filter(({ load }) => load !== undefined);
  if (loads.length === 0) return;
  const places = loads.map(
    ({ name, load, position }) =>
      `${position.file}:${load?.position.line ?? position.line}:${load?.position.column ?? position.column}: "${name}" drives a load, which this command would not`,
  );
  const others = scenarios.length === loads.length ? '' : ' The others can be run by naming their files, or with --tag or --grep.';
  throw new OperatingError('usage', places.join('\n'), {
    mend: `Nothing was run. Drive it and judge its thresholds with food-sim load ${loads[0]!.position.file}.${others}`,
  });
};

const selectionOf = (options: Planning, of: number): RunSelection | undefined => {
  const { tags, grep, former, lastFailed = false, shard, repeat = 1, retries = 0, failOnFlaky = false, changed } = options;
  const asked = {
    ...(tags.length === 0 ? {} : { tags }),
    ...(grep === undefined ? {} : { grep: grep.source }),
    ...(lastFailed && former !== undefined ? { lastFailed: former.file } : {}),
    ...(shard === undefined
      ? {}
      : { shard: shardText(shard), shardedBy: former === undefined ? ('count' as const) : ('durations' as const) }),
    ...(repeat === 1 ? {} : { repeat }),
    ...(retries === 0 ? {} : { retries }),
    ...(failOnFlaky ? { failsOnFlaky: true } : {}),
    ...(changed === undefined ? {} : { changed }),
  };
  return Object.keys(asked).length === 0 ? undefined : { of, ...asked };
};

const repeated = (scenarios: readonly Scenario[], times: number): readonly Planned[] =>
  times === 1
    ? scenarios
    : scenarios.flatMap((scenario) => Array.from({ length: times }, (_, index) => ({ ...scenario, round: index + 1 })));

/**
 * Reads the files, and chooses what is to be played. Throws an OperatingError: invalid-input with all that is wrong with the
 * files, usage where nothing is chosen, or what this command does not play.
 */
export const planRun = async (options: Planning, grammar: Grammar): Promise<RunPlan> => {
  const { former, lastFailed = false, shard, repeat = 1, changed } = options;
  const found = options.scenarios === undefined ? await selectWithTexts(options, grammar) : undefined;
  let scenarios = found?.scenarios ?? options.scenarios ?? [];
  if (changed !== undefined) scenarios = changedOf(scenarios, changed);
  if (lastFailed && former !== undefined) scenarios = lastFailedOf(scenarios, former);
  refuseLoads(scenarios);
  if (shard !== undefined) scenarios = shardOf(scenarios, shard, (scenario) => former?.told.get(formerKey(scenario))?.durationMs);
  const selection = selectionOf(options, found?.of ?? scenarios.length);
  return { scenarios: repeated(scenarios, repeat), ...(selection === undefined ? {} : { selection }) };
};
