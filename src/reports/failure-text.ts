import { failuresOf, type Attempt, type PlacedFailure, type ScenarioResult } from './fold.ts';
import { storyLines } from './story-text.ts';
import { storyOf } from '../kernel/story.ts';
import type { Vocabulary } from '../kernel/vocabulary.ts';
import { readableLine } from './readable.ts';
import { visible } from './width.ts';
import { sayValue, wordsOf, type Lang } from './words.ts';

/** What the parts of a failure look like; identity functions where there is no colour. */
export interface Paint {
  readonly bad: (text: string) => string;
  readonly good: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

/** No colours. */
export const UNPAINTED: Paint = { bad: String, good: String, dim: String, bold: String };

/** How failures are shown. */
export interface FailureStyle {
  readonly lang: Lang;
  readonly vocabulary: Vocabulary;
  readonly width: number;
  readonly paint: Paint;
}

const indented = (heading: string, text: string): readonly string[] => {
  const [first = '', ...more] = visible(text).split('\n');
  return [`${heading}${first}`, ...more.map((line) => `  ${line}`)];
};

const comparison = ({ failure }: PlacedFailure, style: FailureStyle): readonly string[] => {
  const words = wordsOf(style.lang);
  const lines: string[] = [];
  if ('expected' in failure) lines.push(...indented(`  ${words.expected}: `, sayValue(failure.expected)).map(style.paint.good));
  if ('actual' in failure) lines.push(...indented(`  ${words.actual}: `, sayValue(failure.actual)).map(style.paint.bad));
  return lines;
};

/** One failure: the step and its place, what was expected and what came, and what mends it. */
export const failureLines = (placed: PlacedFailure, style: FailureStyle): readonly string[] => {
  const { file, line, column } = placed.position;
  const words = wordsOf(style.lang);
  const { message, mend } = placed.failure;
  return [
    `${style.paint.bold(`${file}:${line}:${column}`)}${placed.step === undefined ? '' : `  ${visible(placed.step.text)}`}`,
    ...indented('  ', message),
    ...comparison(placed, style),
    ...(mend === undefined ? [] : indented(`  ${words.mend}: `, mend)),
  ];
};

/** Those that failures are about, by id, each with the name that its scenario gave it. */
export const subjectsOf = (placed: readonly PlacedFailure[]): ReadonlyMap<string, string | undefined> =>
  new Map(placed.flatMap(({ failure: { subject, subjectName } }) => (subject === undefined ? [] : [[subject, subjectName] as const])));

/** The stories of those that the failures of a scenario, or of an attempt at one, are about, each told once. */
export const storiesOf = (result: Attempt, style: FailureStyle): readonly string[] => {
  const words = wordsOf(style.lang);
  return [...subjectsOf(failuresOf(result))].flatMap(([subject, name]) => {
    const lines = storyLines(storyOf(result.trail, subject, style.vocabulary), { ...style, words, width: style.width - 2 });
    return lines.length === 0
      ? []
      : [style.paint.bold(readableLine(words.story(subject, name))), ...lines.map((line) => style.paint.dim(`  ${line}`))];
  });
};

/** How the attempts before the last one went, each with what was wrong in it and the stories of that. */
export const attemptLines = ({ attempts, outcome }: ScenarioResult, style: FailureStyle): readonly string[] => {
  const words = wordsOf(style.lang);
  const told = attempts.flatMap((attempt, index) => [
    style.paint.bold(`${words.attempt(index + 1)}: ${words.outcome[attempt.outcome]}`),
    ...failuresOf(attempt)
      .flatMap((placed) => failureLines(placed, style))
      .map((line) => `  ${line}`),
    ...storiesOf(attempt, { ...style, width: style.width - 2 }).map((line) => `  ${line}`),
  ]);
  if (told.length === 0) return [];
  const last = attempts.length + 1;
  return [...told, style.paint.bold(outcome === 'flaky' ? words.passedAt(last) : `${words.attempt(last)}: ${words.outcome[outcome]}`)];
};
