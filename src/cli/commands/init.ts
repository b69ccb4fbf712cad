import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperatingError } from '../../kernel/errors.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import type { Run } from '../command.ts';
import { firstFiles } from '../first-files.ts';
import { writeOutput } from '../output/output-file.ts';
import { spokenOf } from '../system-module.ts';

/** `food-sim init`: makes what a project begins with, and replaces nothing that is there. */
export const run: Run = async (invocation) => {
  const { io, words, settings } = invocation;
  const named = words[0] ?? '.';
  const folder = resolve(io.cwd, named);
  const files = firstFiles(await spokenOf(invocation), { folder, systemFile: settings.system, ci: settings.ci });
  const there = files.filter(({ path }) => existsSync(join(folder, path)));
  if (there.length > 0)
    throw new OperatingError('usage', `${there.map(({ path }) => join(named, path)).join(', ')}: is there already, so nothing was made`, {
      mend: 'Name another folder, or take it away first.',
    });
  for (const { path, text } of files) {
    writeOutput(join(named, path), io.cwd, text, { what: join(named, path), mend: 'Name a folder that you may write to.' });
    io.stdout.write(`made ${join(named, path)}\n`);
  }
  io.stdout.write(`\nNext: food-sim run ${join(named, 'scenarios')}\n`);
  return EXIT.passed;
};
