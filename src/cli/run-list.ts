import { counted } from '../kernel/counted.ts';
import type { RunSelection } from '../kernel/recording.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { visible } from '../reports/width.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import type { RunOptions } from '../scenarios/runner/options.ts';
import { planRun } from '../scenarios/runner/plan.ts';
import type { Planned } from '../scenarios/runner/planned.ts';
import type { Invocation } from './command.ts';
import { openOutput } from './output/output-file.ts';
import { wantedReports } from './options/wanted-reports.ts';

/** The version of the list as JSON; raised when a member changes its meaning or goes. */
const LIST_VERSION = 1;

const asJson = (scenarios: readonly Planned[], selection: RunSelection | undefined): string =>
  `${JSON.stringify(
    {
      version: LIST_VERSION,
      ...(selection === undefined ? {} : { selection }),
      scenarios: scenarios.map(({ name, position, tags, round }) => ({
        name,
        ...position,
        tags,
        ...(round === undefined ? {} : { round }),
      })),
    },
    null,
    2,
  )}\n`;

const lineOf = ({ name, position, tags, round }: Planned): string =>
  `${position.file}:${position.line}  ${name}${round === undefined ? '' : ` #${round}`}${tags.length === 0 ? '' : `  [${tags.join(', ')}]`}`;

/**
 * `food-sim run --list`: says what would be run, and runs nothing. As JSON where a json report is asked for, and there; no
 * other report tells of a run that there is not. Throws as planning a run does.
 */
export const listScenarios = async (invocation: Invocation, options: RunOptions): Promise<number> => {
  const { io } = invocation;
  const { scenarios, selection } = await planRun(options, grammarOf(options.system));
  const json = wantedReports(invocation).filter(({ kind }) => kind === 'json');
  for (const { path } of json) {
    if (path === undefined) io.stdout.write(asJson(scenarios, selection));
    else {
      const sink = openOutput(path, io.cwd, { what: `the list ${path}`, mend: 'Name a file that you may write to.', isFollowed: false });
      sink.write(asJson(scenarios, selection));
      sink.close();
    }
  }
  if (json.some(({ path }) => path === undefined)) return EXIT.passed;
  const of = selection === undefined ? '' : ` of ${selection.of}`;
  io.stdout.write(visible([...scenarios.map(lineOf), `${counted(scenarios.length, 'scenario')}${of}`, ''].join('\n')));
  return EXIT.passed;
};
