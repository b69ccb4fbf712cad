// `npm run check`: everything that can be said about the code without running it. Runs all parts, so that one look shows all that is wrong.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HOME = fileURLToPath(new URL('..', import.meta.url));

/** The path of a program that comes with a package of this checkout. */
const program = (name, bin) => {
  const root = join(HOME, 'node_modules', name);
  const { bin: programs } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return join(root, typeof programs === 'string' ? programs : programs[bin]);
};

const PARTS = [
  { title: 'types', program: program('typescript', 'tsc'), args: ['-p', 'tsconfig.json'] },
  { title: 'types of the page', program: program('typescript', 'tsc'), args: ['-p', 'src/reports/html/browser/tsconfig.json', '--noEmit'] },
  { title: 'format', program: program('prettier', 'prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { title: 'lint', program: program('eslint', 'eslint'), args: ['.', '--max-warnings', '0'] },
  {
    title: 'imports',
    program: program('dependency-cruiser', 'depcruise'),
    args: ['--config', '.dependency-cruiser.js', '--output-type', 'err-long', 'src'],
  },
  { title: 'dead code', program: join(HOME, 'scripts', 'dead-code.js'), args: [] },
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((title) => !PARTS.some((part) => part.title === title));
if (unknown.length > 0) {
  console.error(`Unknown part of the check: ${unknown.join(', ')}. There are: ${PARTS.map(({ title }) => title).join(', ')}.`);
  process.exit(2);
}

const failed = [];
for (const part of PARTS.filter(({ title }) => wanted.length === 0 || wanted.includes(title))) {
  console.log(`── ${part.title} ${'─'.repeat(60 - part.title.length)}`);
  const run = spawnSync(process.execPath, [part.program, ...part.args], { cwd: HOME, stdio: 'inherit' });
  if (run.error !== undefined) throw run.error;
  if (run.status !== 0) failed.push(part.title);
}
console.log(failed.length === 0 ? '\nEverything holds.' : `\nBroken: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
