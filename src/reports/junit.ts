import { isBad } from '../kernel/verdicts.ts';
import { failureLines, storiesOf, UNPAINTED, type FailureStyle } from './failure-text.ts';
import { createFold, failuresOf, type Attempt, type RunStarted, type ScenarioResult } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { visible } from './width.ts';
import { sayDuration, wordsOf } from './words.ts';

/** What XML 1.0 allows of a text: control characters are shown by their pictures, half characters as U+FFFD. */
const legal = (text: string): string =>
  visible(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd');

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' };

const attribute = (text: string): string => legal(text).replace(/[&<>"\n\t]/g, (character) => ESCAPES[character] as string);

const content = (text: string): string => legal(text).replace(/[&<>]/g, (character) => ESCAPES[character] as string);

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** Failed expectations are failures; whatever kept a scenario from being judged is an error. */
const elementOf = (outcome: string): 'failure' | 'error' => (outcome === 'failed' ? 'failure' : 'error');

interface TestCase {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly durationMs: number;
  readonly xml: string;
}

const stepsText = (result: ScenarioResult): string =>
  result.steps.map((step) => `${step.outcome}: ${step.step} ${step.text} (${sayDuration(step.durationMs)})\n`).join('');

/** Attempts before the last one, by the elements of Surefire that CI servers know: flaky where a later one passed. */
const rerun = (attempt: Attempt, isFlaky: boolean, style: FailureStyle): string => {
  const stories = storiesOf(attempt, style);
  return failuresOf(attempt)
    .map((placed) => {
      const element = elementOf(placed.outcome);
      const name = `${isFlaky ? 'flaky' : 'rerun'}${element === 'failure' ? 'Failure' : 'Error'}`;
      const text = [...failureLines(placed, style), ...stories, ''].join('\n');
      return `      <${name} message="${attribute(placed.failure.message)}" type="${placed.outcome}"><stackTrace>${content(text)}</stackTrace></${name}>\n`;
    })
    .join('');
};

const testCase = (result: ScenarioResult, style: FailureStyle): TestCase => {
  const { name, position, outcome, durationMs } = result;
  const kind = isBad(outcome) ? elementOf(outcome) : outcome === 'skipped' ? 'skipped' : 'passed';
  const failures = failuresOf(result).map((placed) => {
    const element = elementOf(placed.outcome);
    const text = [...failureLines(placed, style), ''].join('\n');
    return `      <${element} message="${attribute(placed.failure.message)}" type="${placed.outcome}">${content(text)}</${element}>\n`;
  });
  const reruns = result.attempts.map((attempt) => rerun(attempt, outcome === 'flaky', style));
  const replays = failuresOf(result).flatMap(({ failure: { replay } }) =>
    replay === undefined ? [] : [`${wordsOf(style.lang).replay}\n${replay}\n`],
  );
  const stories = storiesOf(result, style).map((line) => `${line}\n`);
  const xml =
    `    <testcase name="${attribute(name)}" classname="${attribute(position.file)}" file="${attribute(position.file)}" line="${position.line}" time="${seconds(durationMs)}">\n` +
    (outcome === 'skipped' ? '      <skipped/>\n' : [...failures, ...reruns].join('')) +
    `      <system-out>${content(stepsText(result) + [...stories, ...replays].join(''))}</system-out>\n    </testcase>\n`;
  return { kind, durationMs, xml };
};

const countsOf = (cases: readonly TestCase[]): string => {
  const count = (kind: TestCase['kind']): number => cases.filter((testcase) => testcase.kind === kind).length;
  const time = cases.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}" time="${seconds(time)}"`;
};

/** JUnit XML as CI servers read it: a suite for each file, a case for each scenario, failures and errors apart. */
export const createJunitReporter: CreateReporter = (write, options) => {
  const suites = new Map<string, TestCase[]>();
  let started: RunStarted | undefined;
  const style: FailureStyle = { lang: options.lang, vocabulary: options.vocabulary, width: 120, paint: UNPAINTED };
  return createFold({
    started: (run) => {
      started = run;
    },
    scenario: (result) => {
      const { file } = result.position;
      suites.set(file, [...(suites.get(file) ?? []), testCase(result, style)]);
    },
    finished: () => {
      // Where a report outlives its log, the seed is what repeats the run.
      const properties =
        started === undefined
          ? ''
          : `    <properties>\n      <property name="seed" value="${attribute(started.seed)}"/>\n    </properties>\n`;
      const timestamp = started === undefined ? '' : ` timestamp="${attribute(started.startedAt)}"`;
      write(`<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="food-sim" ${countsOf([...suites.values()].flat())}>\n`);
      for (const [file, cases] of suites) {
        write(
          `  <testsuite name="${attribute(file)}" ${countsOf(cases)}${timestamp}>\n${properties}${cases.map(({ xml }) => xml).join('')}  </testsuite>\n`,
        );
      }
      write('</testsuites>\n');
    },
  });
};
