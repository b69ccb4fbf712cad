import { attemptLines, failureLines, storiesOf, UNPAINTED, type FailureStyle } from './failure-text.ts';
import { isBad } from '../kernel/verdicts.ts';
import { createFold, failuresOf, type PlacedFailure, type ScenarioResult, type StepResult } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { plainJson } from './readable.ts';
import { visible } from './width.ts';

/** A description in TAP 14: one line, with `#` and `\` escaped, since ` #` begins a directive. */
const description = (text: string): string =>
  visible(text)
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\#]/g, '\\$&');

const directive = (outcome: string): string => (outcome === 'skipped' ? ' # SKIP' : '');

/** YAML of one level; JSON texts are YAML too. */
const diagnostics = (placed: PlacedFailure, indent: string): readonly string[] => {
  const { failure, position, outcome } = placed;
  const pairs: [string, unknown][] = [
    ['message', failure.message],
    ['severity', outcome === 'failed' ? 'fail' : 'error'],
    ['at', position],
    ...('expected' in failure ? [['expected', failure.expected] satisfies [string, unknown]] : []),
    ...('actual' in failure ? [['actual', failure.actual] satisfies [string, unknown]] : []),
    ...(failure.mend === undefined ? [] : [['hint', failure.mend] satisfies [string, unknown]]),
    ...(failure.replay === undefined ? [] : [['replay', failure.replay] satisfies [string, unknown]]),
  ];
  return [`${indent}---`, ...pairs.map(([name, value]) => `${indent}${name}: ${plainJson(value ?? null)}`), `${indent}...`];
};

const stepPoint = (step: StepResult, number: number): readonly string[] => [
  `    ${isBad(step.outcome) ? 'not ok' : 'ok'} ${number} - ${description(`${step.step} ${step.text}`)}${directive(step.outcome)}`,
  ...(step.failure === undefined
    ? []
    : diagnostics({ failure: step.failure, position: step.position, outcome: step.outcome, step }, '      ')),
];

/** A subtest without points would read as skipped, so a scenario that reached no step has none. */
const subtest = (result: ScenarioResult): readonly string[] =>
  result.steps.length === 0
    ? []
    : [
        `# Subtest: ${description(result.name)}`,
        ...result.steps.flatMap((step, index) => stepPoint(step, index + 1)),
        `    1..${result.steps.length}`,
      ];

const comments = (result: ScenarioResult, style: FailureStyle): readonly string[] =>
  [...attemptLines(result, style), ...failuresOf(result).flatMap((placed) => failureLines(placed, style)), ...storiesOf(result, style)].map(
    (line) => `# ${line}`,
  );

/** That a point is flaky is no directive of TAP: it stands in the data beneath the point. */
const retried = ({ attempts, outcome }: ScenarioResult): readonly string[] =>
  attempts.length === 0 ? [] : ['  ---', `  flaky: ${outcome === 'flaky'}`, `  attempts: ${attempts.length + 1}`, '  ...'];

/** Test Anything Protocol 14: a test point for each scenario, with its steps as a subtest and the story as comments. */
export const createTapReporter: CreateReporter = (write, options) => {
  let count = 0;
  const say = (lines: readonly string[]): void => {
    write(lines.map((line) => `${line}\n`).join(''));
  };
  const style: FailureStyle = { lang: options.lang, vocabulary: options.vocabulary, width: 120, paint: UNPAINTED };
  let isBegun = false;
  const begin = (): void => {
    if (!isBegun) say(['TAP version 14']);
    isBegun = true;
  };
  return createFold({
    started: (run) => {
      begin();
      say([`# seed ${description(run.seed)}`]);
    },
    scenario: (result) => {
      begin();
      count += 1;
      const ofScenario =
        result.failure === undefined
          ? []
          : diagnostics({ failure: result.failure, position: result.failure.position ?? result.position, outcome: result.outcome }, '  ');
      say([
        ...subtest(result),
        `${isBad(result.outcome) ? 'not ok' : 'ok'} ${count} - ${description(result.name)}${directive(result.outcome)}`,
        ...(ofScenario.length === 0 ? retried(result) : ofScenario),
        ...comments(result, style),
      ]);
    },
    finished: (run) => {
      begin();
      if (run === undefined || run.outcome === 'interrupted')
        say([`Bail out! ${run === undefined ? 'the recording ends before the run did' : 'interrupted'}`]);
      else say([`1..${count}`]);
    },
  });
};
