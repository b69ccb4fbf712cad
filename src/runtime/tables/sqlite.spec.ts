import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
// Node's own SQLite stands for the shell of a person, and for other programs; two SQLites in one process
// don't see each other's locks, so it opens a file only while nothing else here has it open.
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, test } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { createFileDisk, createSqliteMemoryDisk, type FileDiskOptions } from './sqlite.ts';
import { reusableDiskContract, tablesContract } from './tables.contract.ts';
import { dish, dishes, events, schema, seats } from './tables.sample.ts';
import type { Database } from './tables.ts';

const root = mkdtempSync(join(tmpdir(), 'food-sim-sqlite-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(root, 'disk-'));
const diskIn = (folder: string, options: Partial<FileDiskOptions> = {}) =>
  createFileDisk(folder, { synchronous: 'OFF', busyTimeoutMs: 20, ...options });

tablesContract('SQLite files', () => diskIn(newFolder()));
tablesContract('SQLite in memory', createSqliteMemoryDisk);
reusableDiskContract('SQLite in memory', createSqliteMemoryDisk);

/** What a person sees of the file. */
const askFile = (path: string, sql: string): unknown[] => {
  const file = new DatabaseSync(path);
  try {
    return file.prepare(sql).all();
  } finally {
    file.close();
  }
};

/** The operating trouble that `work` must throw, all that a person is told of it in one text. */
const troubleOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (!(error instanceof OperatingError)) throw error;
    expect(error.trouble).toBe('infrastructure');
    return `${error.message} ${error.mend}`;
  }
  throw new Error('no trouble was thrown');
};

/** Makes a database with 5,000 rows of so many letters; gives its path. */
const makeMenu = (folder: string, letters = 200): string => {
  const database = diskIn(folder).open('menu', [schema]);
  database.transact((tx) => {
    for (let seq = 0; seq < 5_000; seq += 1) tx.put(events, { seq, body: 'x'.repeat(letters) });
  });
  database.close();
  return join(folder, 'menu.sqlite');
};
const openMenu = (folder: string): Database => diskIn(folder).open('menu', [schema]);

const overwrite = (path: string, position: number, bytes: readonly number[]): void => {
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.from(bytes), 0, bytes.length, position);
  closeSync(file);
};

describe('a file', () => {
  test('is readable by a person: real columns, booleans as 0 and 1, JSON as text', () => {
    const folder = newFolder();
    const database = diskIn(folder).open('menu', [schema]);
    database.transact((tx) => tx.put(dishes, dish('a', { isHot: true, recipe: { steps: ['끓이기'] }, note: '뜨거움', price: 12_000 })));
    database.close();
    expect(askFile(join(folder, 'menu.sqlite'), 'SELECT * FROM dishes')).toEqual([
      {
        id: 'a',
        store: 's1',
        price: 12_000,
        rating: null,
        isHot: 1,
        isNew: null,
        note: '뜨거움',
        recipe: '{"steps":["끓이기"]}',
        extra: null,
        letter: null,
      },
    ]);
    expect(askFile(join(folder, 'menu.sqlite'), 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  });

  test('is made with its folders', () => {
    const folder = join(newFolder(), 'deep', 'er');
    diskIn(folder).open('menu', [schema]).close();
    expect(diskIn(folder).has('menu')).toBe(true);
  });

  test.each(['FULL', 'NORMAL', 'OFF'] as const)('keeps what it commits with synchronous %s', (synchronous) => {
    const folder = newFolder();
    const database = diskIn(folder, { synchronous }).open('menu', [schema]);
    database.transact((tx) => tx.put(events, { seq: 1, body: 'one' }));
    const reader = diskIn(folder).open('menu', [schema]);
    expect(reader.read.get(events, 1)).toEqual({ seq: 1, body: 'one' });
    reader.close();
    database.close();
  });

  test('that a crash left empty is a new one', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'menu.sqlite'), '');
    openMenu(folder).close();
    expect(askFile(join(folder, 'menu.sqlite'), 'SELECT * FROM schema_versions')).toEqual([{ component: 'kitchen', version: 1 }]);
  });
});

/** Runs as a user without rights, which root needs in order to meet the limits that others meet. */
const asNobody = (work: () => void): void => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
};

describe('a file that cannot be used is refused with its path and the mend', () => {
  test('garbage', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'menu.sqlite'), 'no database '.repeat(500));
    expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite is not a SQLite database, or is damaged .* Move it away/s);
    expect(readFileSync(join(folder, 'menu.sqlite'), 'utf8')).toBe('no database '.repeat(500));
  });

  test.each<[string, (path: string) => void]>([
    ['a page overwritten', (path) => overwrite(path, 4_096 * 20 + 3, [255, 255, 255, 255, 255])],
    ['truncated', (path) => truncateSync(path, 4_096 * 30)],
    ['truncated inside its header', (path) => truncateSync(path, 60)],
  ])('damaged: %s', (_, damage) => {
    const folder = newFolder();
    damage(makeMenu(folder));
    expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite is.* damaged .*(Restore|Move it away)/s);
  });

  test('damaged while in use: the transaction that meets it is rolled back', () => {
    const folder = newFolder();
    // Larger than SQLite's cache, so that not all that the check at opening has read is still in memory.
    const path = makeMenu(folder, 4_000);
    const database = openMenu(folder);
    for (let page = 50; page < 5_000; page += 1)
      overwrite(
        path,
        4_096 * page,
        Array.from({ length: 16 }, () => 255),
      );
    const work = () =>
      database.transact((tx) => {
        tx.put(seats, { order: 'o', position: 1, guest: 'g' });
        return tx.count(events);
      });
    expect(troubleOf(work)).toMatch(/menu\.sqlite is damaged \(SQLITE_CORRUPT/);
    expect(troubleOf(() => database.read.select(events))).toMatch(/is damaged/);
    expect(database.read.count(seats)).toBe(0);
    database.close();
  });

  test.each(['recipe', 'extra', 'letter'])('written by hand, where a column holds JSON: %s', (column) => {
    const folder = newFolder();
    const database = diskIn(folder).open('menu', [schema]);
    database.transact((tx) => tx.put(dishes, dish('a')));
    askFile(join(folder, 'menu.sqlite'), `UPDATE dishes SET ${column} = '{"half'`);
    for (const read of [
      () => database.read.get(dishes, 'a'),
      () => database.read.select(dishes),
      () => database.transact((tx) => tx.get(dishes, 'a')),
    ]) {
      expect(troubleOf(read)).toMatch(
        new RegExp(`menu\\.sqlite is damaged \\(SQLITE_CORRUPT: the column ${column} of the table dishes holds no JSON: `),
      );
    }
    database.close();
  });

  test("another program's", () => {
    const folder = newFolder();
    const path = join(folder, 'menu.sqlite');
    for (const sql of ['CREATE TABLE theirs (a)', 'PRAGMA application_id = 7']) {
      const other = new DatabaseSync(path);
      other.exec(sql);
      other.close();
      expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite belongs to another program.* nothing in it was changed/s);
    }
    expect(askFile(path, 'SELECT name FROM sqlite_schema')).toEqual([{ name: 'theirs' }]);
    expect(askFile(path, 'PRAGMA journal_mode')).toEqual([{ journal_mode: 'delete' }]);
  });

  test("a newer program's", () => {
    const folder = newFolder();
    makeMenu(folder);
    askFile(join(folder, 'menu.sqlite'), 'UPDATE schema_versions SET version = 3');
    expect(troubleOf(() => openMenu(folder))).toMatch(/newer food-sim: its part "kitchen" has version 3, this program knows up to 1/);
  });

  test('a folder in its place', () => {
    const folder = newFolder();
    mkdirSync(join(folder, 'menu.sqlite'));
    expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite cannot be opened \(SQLITE_CANTOPEN/);
  });

  test.each([
    [
      'a file in the place of its folder',
      (folder: string) => {
        writeFileSync(join(folder, 'data'), '');
        return join(folder, 'data');
      },
    ],
    [
      'a file above its folder',
      (folder: string) => {
        writeFileSync(join(folder, 'data'), '');
        return join(folder, 'data', 'deep');
      },
    ],
    // Node's own recursive mkdir never ends here.
    ['a place where there are no folders to make', () => join('/proc', 'food-sim', 'deep')],
  ])('%s', (_, folderIn) => {
    const folder = folderIn(newFolder());
    expect(troubleOf(() => openMenu(folder))).toMatch(/^The data folder .* cannot be made .* Choose a data folder/);
  });

  // A thread, in which mutants are held against the tests, can't be somebody else.
  test.runIf(process.platform === 'linux' && isMainThread)('read-only, as a file or by its folder', () => {
    const folder = newFolder();
    const path = makeMenu(folder);
    chmodSync(root, 0o755);
    chmodSync(path, 0o444);
    chmodSync(folder, 0o777);
    asNobody(() => expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite is read-only .* the right to write/));
    chmodSync(folder, 0o555);
    asNobody(() => {
      expect(troubleOf(() => openMenu(folder))).toMatch(/menu\.sqlite is read-only/);
      expect(troubleOf(() => diskIn(folder).open('new', [schema]))).toMatch(/new\.sqlite cannot be opened/);
      expect(troubleOf(() => openMenu(join(folder, 'sub')))).toMatch(/The data folder .*sub cannot be made/);
    });
    chmodSync(folder, 0o755);
  });

  test('after a refusal it opens once it is mended', () => {
    const folder = newFolder();
    makeMenu(folder);
    const disk = diskIn(folder);
    askFile(join(folder, 'menu.sqlite'), 'UPDATE schema_versions SET version = 3');
    troubleOf(() => disk.open('menu', [schema]));
    askFile(join(folder, 'menu.sqlite'), 'UPDATE schema_versions SET version = 1');
    const database = disk.open('menu', [schema]);
    expect(database.read.count(events)).toBe(5_000);
    database.close();
  });
});

/** A program that holds the writer's lock of a file until its input ends. */
const HOLD_LOCK = `
  const { DatabaseSync } = require('node:sqlite');
  const file = new DatabaseSync(process.argv[1]);
  file.exec('BEGIN IMMEDIATE');
  process.stdout.write('locked');
  process.stdin.on('end', () => file.close()).resume();
`;

describe('trouble at work', () => {
  test('a full disk rolls the transaction back; what was committed stays, and smaller work goes on', () => {
    const folder = newFolder();
    const database = diskIn(folder, { pageLimit: 40 }).open('menu', [schema]);
    database.transact((tx) => tx.put(events, { seq: 0, body: 'kept' }));
    const fill = () =>
      database.transact((tx) => {
        for (let seq = 1; seq < 1_000; seq += 1) tx.put(events, { seq, body: 'x'.repeat(1_000) });
      });
    expect(troubleOf(fill)).toMatch(/menu\.sqlite cannot grow: the disk is full.*SQLITE_FULL.* Free space/);
    expect(database.read.select(events)).toEqual([{ seq: 0, body: 'kept' }]);
    database.transact((tx) => tx.put(events, { seq: 1, body: 'small' }));
    expect(database.read.count(events)).toBe(2);
    database.close();
  });

  test('a handler that catches the trouble cannot commit the rest', () => {
    const database = diskIn(newFolder(), { pageLimit: 40 }).open('menu', [schema]);
    const work = () =>
      database.transact((tx) => {
        tx.put(events, { seq: 1, body: 'before' });
        expect(() => tx.put(events, { seq: 2, body: 'x'.repeat(1_000_000) })).toThrow(OperatingError);
        tx.put(events, { seq: 3, body: 'after' });
      });
    expect(troubleOf(work)).toMatch(/disk is full/);
    expect(database.read.count(events)).toBe(0);
    database.close();
  });

  test('a disk without room for the schema keeps nothing half made', () => {
    const folder = newFolder();
    expect(troubleOf(() => diskIn(folder, { pageLimit: 3 }).open('menu', [schema]))).toMatch(/disk is full/);
    openMenu(folder).close();
  });

  test('a lock that another process holds', async () => {
    const folder = newFolder();
    const path = makeMenu(folder);
    const database = openMenu(folder);
    const holder = spawn(process.execPath, ['--no-warnings', '-e', HOLD_LOCK, path], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(holder, 'exit');
    await once(holder.stdout, 'data');
    expect(troubleOf(() => database.transact((tx) => tx.put(events, { seq: 1, body: 'one' })))).toMatch(
      /menu\.sqlite is locked by another process.*SQLITE_BUSY.* End the other process/,
    );
    expect(troubleOf(() => openMenu(folder))).toMatch(/locked by another process/);
    expect(database.read.count(events)).toBe(5_000);
    holder.stdin.end();
    await ended;
    database.transact((tx) => tx.put(events, { seq: 1, body: 'one' }));
    expect(database.read.get(events, 1)?.body).toBe('one');
    database.close();
  });
});
