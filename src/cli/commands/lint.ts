import { objectionsTo } from '../../load/objections.ts';
import { grammarOf } from '../../scenarios/grammar.ts';
import { formatProblem, lintFiles, type Problem } from '../../scenarios/language/index.ts';
import { pathsOf } from '../../scenarios/runner/select.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { scenarioPaths } from '../options/from-cwd.ts';
import { spokenOf } from '../system-module.ts';

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`;

/** `food-sim lint`: says all that is wrong with scenario files, and runs none. What it only warns of changes no exit code. */
export const run: Run = async (invocation) => {
  const { io, words, settings } = invocation;
  const system = await spokenOf(invocation);
  const paths = pathsOf(scenarioPaths(words, io), system);
  const { problems, notes, warnings, scenarios, sourceTexts, fileCount } = await lintFiles(paths, grammarOf(system), {
    variables: settings.var.map(([name]) => name),
  });
  const objections = await objectionsTo(scenarios, system);
  const tell = (problem: Problem): void =>
    void io.stdout.write(`${formatProblem(problem, sourceTexts.get(problem.position.file) ?? '')}\n\n`);
  for (const note of notes) tell({ ...note, message: `note: ${note.message}` });
  for (const warning of warnings) tell({ ...warning, message: `warning: ${warning.message}` });
  problems.forEach(tell);
  for (const { message, mend } of objections) io.stdout.write(`${message}\n${mend === undefined ? '' : `${mend}\n`}\n`);
  const total = problems.length + objections.length;
  if (settings.quiet !== true || total > 0) {
    const found = [
      total === 0 ? 'no problems' : count(total, 'problem'),
      ...(warnings.length === 0 ? [] : [count(warnings.length, 'warning')]),
    ].join(', ');
    io.stdout.write(`${count(fileCount, 'file')}, ${count(scenarios.length, 'scenario')}: ${found}\n`);
  }
  return total === 0 ? EXIT.passed : EXIT['invalid-input'];
};
