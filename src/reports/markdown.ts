import { failureLines, attemptLines, UNPAINTED, type FailureStyle } from './failure-text.ts';
import type { LoadResult } from '../kernel/load.ts';
import { countOutcomes, isBad } from '../kernel/verdicts.ts';
import type { Outcome } from '../kernel/recording.ts';
import { createFold, failuresOf, type RunFinished, type RunStarted, type ScenarioResult } from './fold.ts';
import { sayMetric } from './load-text.ts';
import type { CreateReporter } from './report.ts';
import { MARK } from './pretty.ts';
import { visible } from './width.ts';
import { sayDuration, wordsOf } from './words.ts';

/** What is told in full; a summary that is too long is cut by who shows it, in the middle of something. */
const MOST_TOLD = 30;
const MOST_LINES = 60;
const ORDER: readonly Outcome[] = ['failed', 'errored', 'inconclusive', 'interrupted', 'flaky', 'passed', 'skipped'];

/** A text that Markdown shows as it stands. */
export const plainMarkdown = (text: string): string =>
  visible(text)
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll(/[\\`*_{}[\]()<>#+\-!|~&]/g, '\\$&');

/** A block that shows its lines as they stand, whatever fences they hold. */
const fenced = (lines: readonly string[]): readonly string[] => {
  const shown = lines.length <= MOST_LINES ? lines : [...lines.slice(0, MOST_LINES), '…'];
  const longest = Math.max(2, ...shown.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}text`, ...shown.map(visible), fence];
};

/** A table; its first row is its head. */
export const markdownTable = ([head = [], ...rows]: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => ' --- |').join('')}`,
  ...rows.map((row) => `| ${row.join(' | ')} |`),
];

const loadTable = ({ name, shape, thresholds, metrics }: LoadResult): readonly string[] => [
  '',
  `#### ${plainMarkdown(`${name}: ${shape}`)}`,
  '',
  ...(thresholds.length === 0
    ? markdownTable([['metric', 'value'], ...Object.entries(metrics).map(([metric, value]) => [metric, sayMetric(metric, value)])])
    : markdownTable([
        ['', 'threshold', 'actual'],
        ...thresholds.map(({ text, actual, holds }) => [
          holds ? '✓' : '✗',
          plainMarkdown(text),
          actual === undefined ? '–' : sayMetric(/^\S+/.exec(text)?.[0] ?? '', actual),
        ]),
      ])),
];

/** A summary in Markdown, for pull requests and the pages of CI servers: the verdict, what did not pass, what is flaky, loads. */
export const createMarkdownReporter: CreateReporter = (write, { lang, vocabulary }) => {
  const words = wordsOf(lang);
  const style: FailureStyle = { lang, vocabulary, width: 100, paint: UNPAINTED };
  const outcomes: Outcome[] = [];
  const told: string[] = [];
  let toldCount = 0;
  let started: RunStarted | undefined;
  const tell = (result: ScenarioResult, lines: readonly string[]): void => {
    toldCount += 1;
    if (toldCount > MOST_TOLD) return;
    told.push('', `#### ${MARK[result.outcome]} ${plainMarkdown(result.name)}`, '', ...fenced(lines));
  };
  const head = (run: RunFinished | undefined): readonly string[] => {
    const counts = run?.counts ?? countOutcomes(outcomes);
    const known = ORDER.filter((outcome) => (counts[outcome] ?? 0) > 0);
    const outcome = run?.outcome ?? known[0] ?? 'interrupted';
    return [
      `### ${MARK[outcome]} food-sim: ${words.outcome[outcome]}`,
      '',
      ...markdownTable([known.map((one) => words.outcome[one]), known.map((one) => String(counts[one] ?? 0))]),
      '',
      plainMarkdown(
        [
          ...(started === undefined ? [] : [`${words.bus} ${started.bus}`, `${words.seed} ${started.seed}`]),
          run === undefined ? words.unfinished : sayDuration(run.durationMs),
        ].join(' · '),
      ),
    ];
  };
  return createFold({
    started: (run) => {
      started = run;
    },
    scenario: (result) => {
      outcomes.push(result.outcome);
      if (result.load !== undefined) told.push(...loadTable(result.load));
      if (isBad(result.outcome))
        tell(
          result,
          failuresOf(result).flatMap((placed) => failureLines(placed, style)),
        );
      else if (result.outcome === 'flaky') tell(result, attemptLines(result, style));
    },
    finished: (run) => {
      if (started === undefined && outcomes.length === 0) return;
      const left = toldCount - MOST_TOLD;
      write(`${[...head(run), ...told, ...(left > 0 ? ['', `… + ${left}`] : []), ''].join('\n')}\n`);
    },
  });
};
