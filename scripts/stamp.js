// Tells whether dist/ is made of the sources as they are. Called at each start in a checkout, so it only looks at
// names, times and sizes: a few milliseconds for some hundred files.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const HOME = fileURLToPath(new URL('..', import.meta.url));
const STAMP = join(HOME, 'dist', '.stamp');

/**
 * What the compiler is run on, one after the other: the program, and the script of the HTML report, which knows a browser
 * instead of Node.
 */
export const PROJECTS = ['tsconfig.build.json', 'src/reports/html/browser/tsconfig.json'];

/** Tests are not compiled, so changing one must not recompile. */
const isSource = (name) => /\.tsx?$/.test(name) && !/\.(spec|contract|fixture|sample)\.tsx?$/.test(name);

/** The compiled sources' paths, relative to the checkout, in a fixed order. */
export const sources = () =>
  readdirSync(join(HOME, 'src'), { recursive: true })
    .filter(isSource)
    .map((name) => join('src', name))
    .sort();

/** A hash that changes whenever a source does. A file that vanished between listing and looking counts as changed. */
export const stampOfSources = () => {
  const hash = createHash('sha1');
  for (const path of [...sources(), ...PROJECTS, 'tsconfig.json']) {
    const found = statSync(join(HOME, path), { throwIfNoEntry: false });
    hash.update(`${path}\0${found?.mtimeMs}\0${found?.size}\n`);
  }
  return hash.digest('hex');
};

/** The stamp of the sources that dist/ was made of, or undefined where there is none. */
export const readStamp = () => {
  try {
    return readFileSync(STAMP, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Forgets what dist/ was made of: of nothing whole. */
export const removeStamp = () => rmSync(STAMP, { force: true });

/** Writes down what dist/ was made of. */
export const writeStamp = (stamp) => {
  mkdirSync(join(HOME, 'dist'), { recursive: true });
  writeFileSync(STAMP, stamp);
};
