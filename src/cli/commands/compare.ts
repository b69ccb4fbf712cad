import { OperatingError } from '../../kernel/errors.ts';
import type { LoadResult } from '../../kernel/load.ts';
import { compareLoads, LEAST_REPEATS } from '../../load/measure/compare.ts';
import { comparedRunLines, comparedRunMarkdown, compareRuns } from '../../reports/compare-runs.ts';
import { comparisonLines, comparisonMarkdown } from '../../reports/compare-text.ts';
import type { Paint } from '../../reports/failure-text.ts';
import { createFold, type ScenarioResult } from '../../reports/fold.ts';
import { createPaint } from '../../reports/pretty.ts';
import { readRecording } from '../../reports/read-recording.ts';
import type { Invocation, Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { writeOutput } from '../output/output-file.ts';
import { findRecording, linesOf } from '../output/recording-file.ts';
import { wantedReports, type Wanted } from '../options/wanted-reports.ts';

/** The version of the comparison as JSON; raised when a member changes its meaning or goes. */
const COMPARISON_VERSION = 1;

/** What a recording holds that can be compared. */
interface Recorded {
  readonly loads: readonly LoadResult[];
  readonly scenarios: readonly ScenarioResult[];
}

const read = async (path: string, cwd: string): Promise<Recorded> => {
  const loads: LoadResult[] = [];
  const scenarios: ScenarioResult[] = [];
  const fold = createFold({ scenario: (result) => void scenarios.push({ ...result, trail: [], steps: [], attempts: [] }) });
  for await (const entry of readRecording(linesOf(await findRecording(path, cwd), cwd), path)) {
    if (entry.kind === 'load.finished') loads.push(entry.result);
    fold.entry(entry);
  }
  fold.end();
  return { loads, scenarios };
};

/** A comparison, in every form that it can be told in. */
interface Told {
  readonly lines: (paint: Paint, isQuiet: boolean) => readonly string[];
  readonly markdown: readonly string[];
  readonly json: Readonly<Record<string, unknown>>;
  readonly exitCode: number;
}

const shapesOf = (results: readonly LoadResult[]): string => [...new Set(results.map(({ name, shape }) => `${name}: ${shape}`))].join('; ');

/** Two loads, metric by metric; a regression beyond the noise is exit 6. */
const tellLoads = (before: readonly LoadResult[], after: readonly LoadResult[]): Told => {
  if (shapesOf(before) !== shapesOf(after)) {
    throw new OperatingError('invalid-input', `these are two different loads: ${shapesOf(before)}, and ${shapesOf(after)}`, {
      mend: 'Compare recordings of the same load.',
    });
  }
  const comparisons = compareLoads(before, after);
  const worse = comparisons.filter(({ verdict }) => verdict === 'worse');
  const isRepeated = comparisons.some(({ source }) => source === 'repeats');
  const noise = isRepeated
    ? `noise: 99 % of the differences between repeats (${before.length} and ${after.length})`
    : `noise: half of the value (of tails, all of it), since both sides need ${LEAST_REPEATS} repeats to tell it (there are ${before.length} and ${after.length}; --repeat ${LEAST_REPEATS})`;
  const verdict = worse.length === 0 ? 'no regression' : `regression: ${worse.map(({ metric }) => metric).join(', ')}`;
  return {
    lines: (paint, isQuiet) => [shapesOf(before), '', ...comparisonLines(isQuiet ? worse : comparisons, paint), '', noise, verdict],
    markdown: [`### ${shapesOf(before)}`, '', ...comparisonMarkdown(comparisons), '', `${noise}.`, '', `**${verdict}**`],
    json: {
      load: shapesOf(before),
      repeats: { before: before.length, after: after.length },
      metrics: comparisons,
      regressions: worse.length,
    },
    exitCode: worse.length === 0 ? EXIT.passed : EXIT['threshold-missed'],
  };
};

/** Two runs, scenario by scenario; one that went worse is exit 1. */
const tellRuns = (before: readonly ScenarioResult[], after: readonly ScenarioResult[]): Told => {
  const scenarios = compareRuns(before, after);
  const worse = scenarios.filter(({ verdict }) => verdict === 'worse');
  const verdict = worse.length === 0 ? 'no scenario went worse' : `worse: ${worse.map(({ name }) => name).join(', ')}`;
  return {
    lines: (paint, isQuiet) => [...comparedRunLines(isQuiet ? worse : scenarios, paint), '', verdict],
    markdown: [
      '### Scenarios',
      '',
      ...comparedRunMarkdown(scenarios),
      '',
      `**${worse.length === 0 ? verdict : `${worse.length} went worse`}**`,
    ],
    json: { scenarios, regressions: worse.length },
    exitCode: worse.length === 0 ? EXIT.passed : EXIT.failed,
  };
};

const compared = (before: Recorded, after: Recorded, [one = '', other = '']: readonly string[]): Told => {
  if (before.loads.length > 0 && after.loads.length > 0) return tellLoads(before.loads, after.loads);
  // A load beside a run of scenarios, or one that never finished, is like nothing on the other side.
  const missing = before.loads.length > 0 ? other : after.loads.length > 0 ? one : undefined;
  if (missing !== undefined) {
    throw new OperatingError('invalid-input', `${missing} holds no load that was finished`, {
      mend: 'Record one with food-sim load --report ndjson=FILE.',
    });
  }
  return tellRuns(before.scenarios, after.scenarios);
};

const KINDS: readonly Wanted['kind'][] = ['pretty', 'plain', 'json', 'markdown'];

const wantedOf = (invocation: Invocation): readonly Wanted[] => {
  const wanted = wantedReports(invocation);
  const other = wanted.find(({ kind }) => !KINDS.includes(kind));
  if (other !== undefined)
    throw new OperatingError('usage', `${invocation.origins.report}: a comparison can't be told as ${other.kind}`, {
      mend: `There are ${KINDS.join(', ')}. For example: --report markdown=comparison.md`,
    });
  return wanted.some(({ path }) => path === undefined) ? wanted : [{ kind: 'pretty' }, ...wanted];
};

/** `food-sim compare`: two recordings, of loads metric by metric, of runs scenario by scenario; what got worse decides the exit code. */
export const run: Run = async (invocation) => {
  const { io, words, settings } = invocation;
  const wanted = wantedOf(invocation);
  const [before, after] = [await read(words[0] as string, io.cwd), await read(words[1] as string, io.cwd)];
  const told = compared(before, after, words);
  for (const { kind, path } of wanted) {
    const paint = createPaint(kind === 'pretty' && path === undefined && (settings.color ?? io.stdout.isTTY === true));
    const text =
      kind === 'json'
        ? JSON.stringify({ version: COMPARISON_VERSION, ...told.json }, null, 2)
        : (kind === 'markdown' ? told.markdown : told.lines(paint, settings.quiet === true)).join('\n');
    if (path === undefined) io.stdout.write(`${text}\n`);
    else writeOutput(path, io.cwd, `${text}\n`, { what: `the report ${path}`, mend: 'Name a file that you may write to.' });
  }
  return told.exitCode;
};
