import { createColors } from 'picocolors';
import type { Counts, Outcome, RunSelection } from '../kernel/recording.ts';
import { countOutcomes, isBad } from '../kernel/verdicts.ts';
import { attemptLines, failureLines, storiesOf, UNPAINTED, type FailureStyle, type Paint } from './failure-text.ts';
import { createFold, failuresOf, type RunFinished, type RunStarted, type ScenarioResult, type StepResult } from './fold.ts';
import { loadLines } from './load-text.ts';
import type { CreateReporter, ReportOptions } from './report.ts';
import { columnsOf, fill, fit, visible } from './width.ts';
import { sayDuration, wordsOf, type Words } from './words.ts';

/** The sign of each outcome. */
export const MARK: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  flaky: '~',
  failed: '✗',
  errored: '!',
  inconclusive: '?',
  skipped: '-',
  interrupted: '^',
};

/** What differs between the report for eyes and the one for logs. */
interface Look {
  readonly width: number;
  readonly paint: Paint;
  readonly words: Words;
  readonly scenarioLine: (result: ScenarioResult) => string;
  readonly stepLine: (step: StepResult) => string;
}

const paintOf = (outcome: Outcome, paint: Paint): ((text: string) => string) =>
  outcome === 'passed' ? paint.good : outcome === 'skipped' ? paint.dim : paint.bad;

/** Colours for a terminal, or none. */
export const createPaint = (color: boolean): Paint => {
  if (!color) return UNPAINTED;
  const colors = createColors(true);
  return { bad: colors.red, good: colors.green, dim: colors.dim, bold: colors.bold };
};

const prettyLook = (options: ReportOptions): Look => {
  const paint = createPaint(options.color);
  const words = wordsOf(options.lang);
  const width = Math.max(40, Math.min(options.width, 120));
  const line = (indent: string, outcome: Outcome, text: string, durationMs: number): string => {
    const duration = sayDuration(durationMs);
    const room = width - columnsOf(indent) - columnsOf(duration) - 3;
    return `${indent}${paintOf(outcome, paint)(MARK[outcome])} ${fill(fit(visible(text), room), room)} ${paint.dim(duration)}`;
  };
  return {
    width,
    paint,
    words,
    scenarioLine: ({ outcome, name, durationMs }) => line('', outcome, name, durationMs),
    stepLine: ({ outcome, text, durationMs }) => line('    ', outcome, text, durationMs),
  };
};

const plainLook = (options: ReportOptions): Look => {
  const words = wordsOf(options.lang);
  return {
    width: Math.max(options.width, 120),
    paint: UNPAINTED,
    words,
    scenarioLine: ({ outcome, name, durationMs }) => `${words.outcome[outcome]}: ${visible(name)} (${sayDuration(durationMs)})`,
    stepLine: ({ outcome, step, text, durationMs }) => `  ${words.outcome[outcome]}: ${step} ${visible(text)} (${sayDuration(durationMs)})`,
  };
};

/** What was chosen, in the words of the options that chose it. */
const selectionText = (
  { of, tags = [], grep, lastFailed, shard, shardedBy, repeat, retries, changed }: RunSelection,
  words: Words,
): string =>
  [
    words.ofAll(of),
    ...tags.map((tag) => `--tag '${tag}'`),
    ...(grep === undefined ? [] : [`--grep '${grep}'`]),
    ...(lastFailed === undefined ? [] : [`--last-failed --former ${lastFailed}`]),
    ...(shard === undefined ? [] : [`--shard ${shard} (${words.shardedBy[shardedBy ?? 'count']})`]),
    ...(repeat === undefined ? [] : [`--repeat ${repeat}`]),
    ...(retries === undefined ? [] : [`--retries ${retries}`]),
    ...(changed === undefined ? [] : [`${words.changed}: ${changed.join(', ')}`]),
  ].join(' · ');

const headLine = (run: RunStarted, words: Words): string => {
  const time = run.time === 'virtual' ? ` · ${words.virtualTime}` : '';
  return `${run.program} · ${words.bus} ${run.bus}${time} · ${words.seed} ${run.seed} · ${words.scenarios(run.scenarioCount)}${run.selection === undefined ? '' : ` ${visible(selectionText(run.selection, words))}`}`;
};

const ORDER: readonly Outcome[] = ['passed', 'flaky', 'failed', 'errored', 'inconclusive', 'interrupted', 'skipped'];

const summaryLine = (counts: Counts, run: RunFinished | undefined, look: Look): string => {
  const { words, paint } = look;
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const parts = ORDER.filter((outcome) => (counts[outcome] ?? 0) > 0).map((outcome) =>
    paintOf(outcome, paint)(`${counts[outcome]} ${words.outcome[outcome]}`),
  );
  const end = run === undefined ? `: ${words.unfinished}` : ` (${sayDuration(run.durationMs)})`;
  return `${words.scenarios(total)}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}${end}`;
};

const failureBlock = (result: ScenarioResult, number: number, style: FailureStyle): readonly string[] => [
  '',
  style.paint.bad(`${number}) ${visible(result.name)}`),
  ...failuresOf(result)
    .flatMap((placed) => failureLines(placed, style))
    .map((line) => `   ${line}`),
  ...storiesOf(result, { ...style, width: style.width - 5 }).map((line) => `     ${line}`),
  ...attemptLines(result, { ...style, width: style.width - 3 }).map((line) => `   ${line}`),
];

const createTextReporter = (write: (text: string) => void, options: ReportOptions, look: Look): ReturnType<CreateReporter> => {
  const outcomes: Outcome[] = [];
  const failures: string[] = [];
  const flakies: string[] = [];
  let failureCount = 0;
  const say = (lines: readonly string[]): void => {
    for (const line of lines) write(`${line}\n`);
  };
  const style: FailureStyle = { lang: options.lang, vocabulary: options.vocabulary, width: look.width, paint: look.paint };
  return createFold({
    started: (run) => {
      if (!options.quiet) say([headLine(run, look.words), '']);
    },
    another: (run) => {
      if (!options.quiet) say(['', headLine(run, look.words), '']);
    },
    scenario: (result) => {
      outcomes.push(result.outcome);
      if (result.load !== undefined && !options.quiet) say(loadLines(result.load, style));
      if (!options.quiet || isBad(result.outcome) || result.outcome === 'flaky') say([look.scenarioLine(result)]);
      if (options.verbose) say(result.steps.map(look.stepLine));
      if (result.outcome === 'flaky')
        flakies.push('', look.paint.bold(visible(result.name)), ...attemptLines(result, style).map((line) => `   ${line}`));
      if (!isBad(result.outcome)) return;
      // The story is told at once and kept as text: what it is made of is let go with the scenario.
      failureCount += 1;
      failures.push(...failureBlock(result, failureCount, style));
    },
    finished: (run) => {
      // Those that were not reached are only in the run's own counts.
      const all = run === undefined ? countOutcomes(outcomes) : run.counts;
      if (flakies.length > 0) say(['', look.paint.bold(look.words.flakies), ...flakies]);
      if (failures.length > 0) say(['', look.paint.bold(look.words.failures), ...failures]);
      say([...(options.quiet ? [] : ['']), summaryLine(all, run, look)]);
    },
  });
};

/** For eyes: a line for each scenario as it ends, the failures in full with their stories, a summary. */
export const createPrettyReporter: CreateReporter = (write, options) => createTextReporter(write, options, prettyLook(options));

/** For logs: the same without colour, alignment and signs. */
export const createPlainReporter: CreateReporter = (write, options) => createTextReporter(write, options, plainLook(options));
