// `npm run mutate`: makes single small changes to what judges and decides, and lists those that no near test tells.
//   npm run mutate -- [--seed N] [--count N] [--all] [FOLDER|FILE …]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const HOME = fileURLToPath(new URL('..', import.meta.url));
process.chdir(HOME);

const readOptions = () => {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        seed: { type: 'string', default: '1' },
        count: { type: 'string', default: '60' },
        all: { type: 'boolean', default: false },
      },
    });
    const missing = positionals.find((path) => !existsSync(path));
    if (missing !== undefined) throw new Error(`${missing} is not there`);
    if (!/^[1-9]\d*$/.test(values.count)) throw new Error(`--count takes a whole number from 1, and not ${values.count}`);
    return { seed: values.seed, count: values.all ? Infinity : Number(values.count), rooms: positionals };
  } catch (error) {
    console.error(`${error.message}\nnpm run mutate -- [--seed N] [--count N] [--all] [FOLDER|FILE …]`);
    process.exit(2);
  }
};

const options = readOptions();
if (!existsSync(join(HERE, 'node_modules'))) {
  const installed = spawnSync('npm', ['ci', '--prefix', HERE], { stdio: 'inherit', shell: process.platform === 'win32' });
  if (installed.error !== undefined) throw installed.error;
  if (installed.status !== 0) process.exit(installed.status);
}

const { drawRanges, ROOMS } = await import('./draw.js');
const { Stryker } = await import('@stryker-mutator/core');
const { ranges, drawn, of } = await drawRanges({ ...options, rooms: options.rooms.length > 0 ? options.rooms : ROOMS });
console.log(`${drawn} of ${of} mutants, seed ${options.seed}`);

const results = await new Stryker({
  mutate: ranges,
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner')],
  testRunner: 'vitest',
  vitest: { configFile: 'mutate/vitest.config.js' },
  coverageAnalysis: 'perTest',
  concurrency: availableParallelism(),
  // The tests run once before any mutant does, which a busy machine may take long for.
  dryRunTimeoutMinutes: 30,
  // Only what covers a mutant is run against it; a mutant that goes round for ever is told, too.
  timeoutMS: 10_000,
  ignorePatterns: ['bench', 'dist', 'coverage', '.runtime'],
  reporters: ['progress-append-only'],
  // A list at the head of a module is made once, before any test: its mutants need every test, so a sample goes without.
  ignoreStatic: options.count !== Infinity,
  warnings: { slow: false },
  logLevel: 'warn',
  allowEmpty: true,
}).runMutationTest();

const isTold = ({ status }) => status === 'Killed' || status === 'Timeout';
const counted = results.filter(({ status }) => status !== 'Ignored' && status !== 'CompileError' && status !== 'RuntimeError');
for (const { fileName, location, mutatorName, replacement, status } of counted.filter((result) => !isTold(result))) {
  console.log(
    `\n${fileName.replace(HOME, '')}:${location.start.line}:${location.start.column}  ${mutatorName}, ${status === 'NoCoverage' ? 'which no test comes to' : 'told by no test'}`,
  );
  console.log(`  → ${replacement}`);
}
const told = counted.filter(isTold).length;
console.log(`\n${told} of ${counted.length} mutants told (${counted.length === 0 ? 0 : Math.round((told / counted.length) * 100)} %)`);
