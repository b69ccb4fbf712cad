import { resolve, relative } from 'node:path';
import { formatProblem, lintFiles } from '../../scenarios/language/index.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `food-sim lint`: says all that is wrong with scenario files, and runs none. */
export const run: Run = async ({ io, words, settings }) => {
  const paths = words.map((path) => (io.cwd === process.cwd() ? path : relative(process.cwd(), resolve(io.cwd, path))));
  const { problems, scenarios, sourceTexts, fileCount } = await lintFiles(paths, { variables: settings.var.map(([name]) => name) });
  for (const problem of problems) io.stdout.write(`${formatProblem(problem, sourceTexts.get(problem.position.file) ?? '')}\n\n`);
  if (settings.quiet !== true || problems.length > 0) {
    const found = problems.length === 0 ? 'no problems' : count(problems.length, 'problem');
    io.stdout.write(`${count(fileCount, 'file')}, ${count(scenarios.length, 'scenario')}: ${found}\n`);
  }
  return problems.length === 0 ? EXIT.passed : EXIT['invalid-input'];
};
