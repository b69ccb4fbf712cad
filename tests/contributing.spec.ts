/**
 * The walk-throughs of docs/contributing.md, done to a copy of the sources: each takes the files that the guide lists, no
 * others, and does what it says.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import process from 'node:process';
import { BIN, cleanUpAfterAll, newFolder } from './process.fixture.ts';
import { openTerminal } from './tmux.fixture.ts';
import { isAwaited } from './tools.fixture.ts';

cleanUpAfterAll();

const HOME = dirname(dirname(BIN));
const GUIDE = join(import.meta.dirname, 'fixtures', 'guide');
/** In an order in which each stands on those before it. */
const WALKS = readdirSync(GUIDE, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
/** Compiling everything anew, on a busy machine. */
const COMPILING_MS = 300_000;

interface Edit {
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

const editsOf = (walk: string): readonly Edit[] => JSON.parse(readFileSync(join(GUIDE, walk, 'edits.json'), 'utf8')) as Edit[];

/** The files that a walk adds, as they will be called. */
const addedBy = (walk: string): readonly string[] =>
  readdirSync(join(GUIDE, walk), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.txt'))
    .map((entry) => relative(join(GUIDE, walk), join(entry.parentPath, entry.name)).replace(/\.txt$/, ''));

/** A title of the guide as the folder of its walk. */
const folderOf = (title: string): string => title.toLowerCase().replaceAll(' ', '-');

/** The files that each section of the guide lists. */
const listed = (): ReadonlyMap<string, readonly string[]> => {
  const [, ...sections] = readFileSync(join(HOME, 'docs', 'contributing.md'), 'utf8').split(/^## /m);
  return new Map(
    sections.map((section) => [
      folderOf(section.split('\n')[0] ?? ''),
      [...section.matchAll(/^- `(src\/[^`]+)`/gm)].map(([, file]) => file ?? ''),
    ]),
  );
};

/** A copy of the program, with its packages and without its specs. */
const copyProgram = (): string => {
  const home = newFolder();
  for (const name of ['bin', 'scripts', 'scenarios', 'loads', 'schema', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
    cpSync(join(HOME, name), join(home, name), { recursive: true });
  cpSync(join(HOME, 'src'), join(home, 'src'), {
    recursive: true,
    filter: (path) => !/\.(?:spec|contract|fixture|sample)\.tsx?$/.test(path),
  });
  symlinkSync(join(HOME, 'node_modules'), join(home, 'node_modules'));
  return home;
};

const walk = (home: string, name: string): void => {
  for (const file of addedBy(name)) {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    cpSync(join(GUIDE, name, `${file}.txt`), join(home, file));
  }
  for (const { file, find, put } of editsOf(name)) {
    const text = readFileSync(join(home, file), 'utf8');
    expect(text.split(find).length, `${file} has once: ${find}`).toBe(2);
    writeFileSync(
      join(home, file),
      text.replace(find, () => put),
    );
  }
};

describe('the guide', () => {
  it.each(WALKS)('lists the files that it takes to %s, each of them and no other', (name) => {
    expect([...new Set([...addedBy(name), ...editsOf(name).map(({ file }) => file)])].sort()).toEqual(
      [...(listed().get(name) ?? [])].sort(),
    );
  });

  it('adds a context with three files outside its folder', () => {
    expect(new Set(editsOf('add-a-context').map(({ file }) => file)).size).toBeLessThanOrEqual(3);
    expect(addedBy('add-a-context').every((file) => file.startsWith('src/contexts/loyalty/'))).toBe(true);
  });
});

describe('the program after all walk-throughs', () => {
  let home: string;
  const run = (...args: readonly string[]): { readonly code: number | null; readonly out: string } => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(home, 'bin', 'food-sim.js'), ...args], {
      cwd: home,
      encoding: 'utf8',
    });
    return { code: status, out: `${stdout}${stderr}` };
  };

  beforeAll(() => {
    home = copyProgram();
    for (const name of WALKS) walk(home, name);
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(home, 'scripts', 'build.js')], { cwd: home, encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toMatch(/error TS/);
    expect(status).toBe(0);
  }, COMPILING_MS);

  it(
    'still passes every scenario',
    () => {
      expect(run('run', '--bus', 'memory', '--time', 'virtual').out).toMatch(/^(\d+) scenarios: \1 passed/m);
    },
    COMPILING_MS,
  );

  it(
    'explores the new context, holds it to its invariant, and sees what the new one must see',
    () => {
      const healthy = run('explore', '--schedules', '800', '--seed', '1');
      expect(healthy.out).toContain('every invariant held');
      expect(healthy.out).toMatch(/\d+ {2}A customer had two orders under way\./);
      const broken = run('explore', '--schedules', '300', '--seed', '1', '--mutation', 'forgets-points');
      expect(broken.out).toContain('violated in schedule');
      expect(broken.out).toContain('Each order that arrived is worth its points');
      expect(broken.code).toBe(1);
    },
    COMPILING_MS,
  );

  it(
    'has scenarios speak of the new verb, and look at the new tables',
    () => {
      const { code, out } = run('run', join(GUIDE, 'joins.yaml'), '--bus', 'memory', '--time', 'virtual');
      expect(out).toContain('1 scenario: 1 passed');
      expect(code).toBe(0);
    },
    COMPILING_MS,
  );

  it.skipIf(isAwaited('tmux'))(
    'shows the new tables on a pane',
    async () => {
      const terminal = await openTerminal({ columns: 120, rows: 40 });
      terminal.enter(
        `${process.execPath} ${join(home, 'bin', 'food-sim.js')} tui --rows ${join(GUIDE, 'joins.yaml')} --bus memory --lang en`,
      );
      // It waits before the first step for somebody who goes on.
      await terminal.shows(/1 Rows[\s\S]*paused|paused[\s\S]*1 Rows/);
      terminal.press('P');
      await terminal.shows(/loyaltyPoints +kim/);
      terminal.press('q');
    },
    COMPILING_MS,
  );

  it(
    'documents the new context',
    () => {
      const { paths } = JSON.parse(run('schema', 'openapi').out) as { readonly paths: object };
      expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/loyaltyPoints', '/loyaltyPoints/{customerId}', '/members']));
      expect(JSON.stringify((JSON.parse(run('schema', 'asyncapi').out) as { readonly operations: object }).operations)).toMatch(
        /loyalty[^}]*Delivered/,
      );
    },
    COMPILING_MS,
  );

  it(
    'writes the new report',
    () => {
      const { out } = run('run', 'scenarios/01-order-to-delivery.yaml', '--bus', 'memory', '--time', 'virtual', '--report', 'asciidoc');
      expect(out).toMatch(/^= food-sim, seed .+\n\n\|===\n\| passed \| An order goes from the customer to the door\n\|===\n$/);
    },
    COMPILING_MS,
  );
});
