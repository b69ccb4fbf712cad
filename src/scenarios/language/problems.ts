import { OperatingError } from '../../kernel/errors.ts';
import type { SourcePosition } from '../../kernel/recording.ts';

/** Something wrong in a scenario file. */
export interface Problem {
  readonly position: SourcePosition;
  /** How many UTF-16 code units of the line it is about; at least 1. */
  readonly length: number;
  /** One sentence without a full stop, beginning in lower case or with what it is about. */
  readonly message: string;
  /** The nearest right word, where one is near. */
  readonly suggestion?: string;
  /** What could stand there instead, as the end of "expected …". */
  readonly expected?: string;
}

/** `file:line:column: message`, with the nearest right word: one line. */
export const problemLine = (problem: Problem): string => {
  const { file, line, column } = problem.position;
  const hint = problem.suggestion === undefined ? '' : `; did you mean ${problem.suggestion}?`;
  return `${file}:${line}:${column}: ${problem.message}${hint}`;
};

/** All that is wrong with a scenario file; exit code 3. Its message holds a line for each problem. */
export class ScenarioErrors extends OperatingError {
  readonly problems: readonly Problem[];
  /** The file's text, for showing the lines concerned. */
  readonly sourceText: string;

  constructor(problems: readonly Problem[], sourceText: string) {
    super('invalid-input', problems.map(problemLine).join('\n'));
    this.problems = problems;
    this.sourceText = sourceText;
  }
}

/** Files that can't be played as they are, and so nothing was: each problem with its place, for people and for reports. */
export class RefusedFiles extends OperatingError {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], options: { readonly mend?: string; readonly cause?: unknown } = {}) {
    super('invalid-input', message, options);
    this.problems = problems;
  }
}

/** East Asian wide and fullwidth ranges (Unicode Standard Annex 11, W and F), and emoji that terminals draw wide. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const WITHOUT_WIDTH = /\p{Mn}|\p{Me}|\p{Cf}/u;

/** How many columns of a terminal the text takes: Korean, Chinese, Japanese characters take two, combining marks none. */
export const displayWidth = (text: string): number => {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : WITHOUT_WIDTH.test(character) ? 0 : 1;
  return columns;
};

const LONGEST_LINE = 160;

/**
 * The problem for a person: its line, the source line with carets under what it is about, and what was expected.
 * @param sourceText the text of the file that the problem is in.
 */
export const formatProblem = (problem: Problem, sourceText: string): string => {
  const { line, column } = problem.position;
  const lines = [problemLine(problem)];
  const source = sourceText.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)[line - 1];
  if (source !== undefined && source.trim() !== '') {
    // A long line is shown from a little before the place, so that the caret is near it.
    const from = column > LONGEST_LINE - 40 ? column - 41 : 0;
    const shown = source.slice(from, from + LONGEST_LINE).replaceAll('\t', ' ');
    const before = shown.slice(0, column - 1 - from);
    const marked = shown.slice(column - 1 - from, column - 1 - from + problem.length);
    const gutter = `  ${line} | `;
    lines.push(`${gutter}${shown}`);
    lines.push(`${' '.repeat(gutter.length - 2)}| ${' '.repeat(displayWidth(before))}${'^'.repeat(Math.max(1, displayWidth(marked)))}`);
  }
  if (problem.expected !== undefined) lines.push(`  expected ${problem.expected}`);
  return lines.join('\n');
};

/** Throws RefusedFiles with all that is wrong with files that were to be played. `texts` holds the text of each file. */
export const refuseFiles = (problems: readonly Problem[], texts: ReadonlyMap<string, string>): never => {
  const shown = problems.map((problem) => formatProblem(problem, texts.get(problem.position.file) ?? '')).join('\n\n');
  throw new RefusedFiles(shown, problems, { mend: 'Nothing was run. food-sim lint checks files without running them.' });
};
