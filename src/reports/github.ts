import { createFold, failuresOf, type PlacedFailure } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { visible } from './width.ts';
import { sayValue } from './words.ts';

const data = (text: string): string => visible(text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A'));
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

const annotation = (level: 'error' | 'warning', title: string, { failure, position }: PlacedFailure, more = ''): string => {
  const { file, line, column } = position;
  const compared =
    'expected' in failure || 'actual' in failure ? `\nexpected: ${sayValue(failure.expected)}\nactual: ${sayValue(failure.actual)}` : '';
  const hint = failure.mend === undefined ? '' : `\nhint: ${failure.mend}`;
  return `::${level} file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(more + failure.message + compared + hint)}\n`;
};

/** Workflow commands of GitHub Actions: each failure as an annotation at its line of the scenario file, what is flaky as a warning. */
export const createGithubReporter: CreateReporter = (write) =>
  createFold({
    scenario: (result) => {
      for (const placed of failuresOf(result)) write(annotation('error', result.name, placed));
      if (result.outcome !== 'flaky') return;
      for (const [index, attempt] of result.attempts.entries()) {
        const told = `flaky: passed at attempt ${result.attempts.length + 1}, and ${attempt.outcome} at attempt ${index + 1}\n`;
        for (const placed of failuresOf(attempt)) write(annotation('warning', `${result.name} is flaky`, placed, told));
      }
    },
  });
