// Compiles src/ to dist/. Run by npm after every install, and by bin/food-sim.js in a checkout whose sources changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOME, PROJECTS, readStamp, removeStamp, sources, stampOfSources, writeStamp } from './stamp.js';

const LOCK = join(HOME, 'dist', '.lock');
const WAIT_MS = 50;
const PATIENCE_MS = 120_000;
/** As the program's own exit codes: something is not installed, and a bug of ours. */
const EXIT_INFRASTRUCTURE = 5;
const EXIT_BUG = 70;

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
};

const holderOfLock = () => {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const takeLock = () => {
  try {
    writeFileSync(LOCK, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

/** Moves a dead holder's lock aside; only one of several waiters succeeds in renaming it. */
const breakLock = () => {
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  rmSync(aside, { force: true });
};

/** One process at a time compiles; the others wait for it, and then find nothing left to do. */
const lock = () => {
  mkdirSync(join(HOME, 'dist'), { recursive: true });
  const deadline = Date.now() + PATIENCE_MS;
  while (!takeLock()) {
    const holder = holderOfLock();
    // A lock just being written is empty for an instant: its holder reads as 0, and gets the benefit of the doubt.
    const isStale = holder !== undefined && holder > 0 && !isAlive(holder);
    if (isStale || Date.now() > deadline) breakLock();
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
  }
};

/** Compiled files whose source is gone would be found by nobody but a stale import. */
const sweep = () => {
  const wanted = new Set(sources().map((path) => path.slice('src/'.length).replace(/\.tsx?$/, '')));
  for (const name of readdirSync(join(HOME, 'dist'), { recursive: true })) {
    const stem = /^(.*)\.js(?:\.map)?$/.exec(name)?.[1];
    if (stem !== undefined && !wanted.has(stem)) rmSync(join(HOME, 'dist', name));
  }
};

const findCompiler = () => {
  try {
    return createRequire(import.meta.url).resolve('typescript/bin/tsc');
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
};

const compile = () => {
  const stamp = stampOfSources();
  const compiler = findCompiler();
  if (compiler === undefined) {
    process.stderr.write("food-sim: can't compile the sources, since the compiler is not installed. Run `npm ci` (without --omit=dev).\n");
    return EXIT_INFRASTRUCTURE;
  }
  // The compiler skips what it believes to have written; that belief must not outlive what it wrote.
  if (readStamp() === undefined)
    for (const name of ['.tsbuildinfo', '.browser.tsbuildinfo']) rmSync(join(HOME, 'dist', name), { force: true });
  const statuses = PROJECTS.map((project) => {
    const run = spawnSync(process.execPath, [compiler, '-p', project, '--pretty', 'false'], { cwd: HOME, encoding: 'utf8' });
    if (run.error !== undefined) throw run.error;
    process.stderr.write(run.stdout + run.stderr);
    return run.status;
  });
  sweep();
  if (statuses.every((status) => status === 0)) {
    writeStamp(stamp);
    return 0;
  }
  // What was made is half of one program and half of another: the next start compiles again, and stops again.
  removeStamp();
  return EXIT_BUG;
};

/**
 * Brings dist/ up to date, and returns 0 where it is. Else the compiler's words went to stderr, and an exit code comes back:
 * sources that don't compile are a program that nobody wrote, and an earlier one would be judged in its place.
 */
export const build = () => {
  lock();
  try {
    return readStamp() === stampOfSources() && existsSync(join(HOME, 'dist', 'cli')) ? 0 : compile();
  } finally {
    rmSync(LOCK, { force: true });
  }
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = build();
}
