import { resolve, relative } from 'node:path';
import { objectionsTo } from '../../load/objections.ts';
import { formatProblem, lintFiles } from '../../scenarios/language/index.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../exit-codes.ts';

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `food-sim lint`: says all that is wrong with scenario files, and runs none. */
export const run: Run = async ({ io, words, settings }) => {
  const paths = words.map((path) => (io.cwd === process.cwd() ? path : relative(process.cwd(), resolve(io.cwd, path))));
  const { problems, scenarios, sourceTexts, fileCount } = await lintFiles(paths, { variables: settings.var.map(([name]) => name) });
  const objections = await objectionsTo(scenarios);
  for (const problem of problems) io.stdout.write(`${formatProblem(problem, sourceTexts.get(problem.position.file) ?? '')}\n\n`);
  for (const { message, mend } of objections) io.stdout.write(`${message}\n${mend === undefined ? '' : `${mend}\n`}\n`);
  const total = problems.length + objections.length;
  if (settings.quiet !== true || total > 0) {
    const found = total === 0 ? 'no problems' : count(total, 'problem');
    io.stdout.write(`${count(fileCount, 'file')}, ${count(scenarios.length, 'scenario')}: ${found}\n`);
  }
  return total === 0 ? EXIT.passed : EXIT['invalid-input'];
};
