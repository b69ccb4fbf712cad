import { createFold, failuresOf } from './fold.ts';
import type { CreateReporter } from './report.ts';
import { visible } from './width.ts';
import { sayValue } from './words.ts';

const data = (text: string): string => visible(text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A'));
const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');

/** Workflow commands of GitHub Actions: each failure as an annotation at its line of the scenario file. */
export const createGithubReporter: CreateReporter = (write) =>
  createFold({
    scenario: (result) => {
      for (const { failure, position } of failuresOf(result)) {
        const { file, line, column } = position;
        const compared =
          'expected' in failure || 'actual' in failure
            ? `\nexpected: ${sayValue(failure.expected)}\nactual: ${sayValue(failure.actual)}`
            : '';
        const hint = failure.mend === undefined ? '' : `\nhint: ${failure.mend}`;
        write(
          `::error file=${property(file)},line=${line},col=${column},title=${property(result.name)}::${data(failure.message + compared + hint)}\n`,
        );
      }
    },
  });
