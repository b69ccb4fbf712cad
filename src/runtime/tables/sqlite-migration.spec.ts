import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { createFileDisk, createSqliteMemoryDisk, createTableSql } from './sqlite.ts';
import { dishes, events, schema, seats } from './tables.sample.ts';
import { defineTable, type Schema, type Table } from './tables.ts';

const root = mkdtempSync(join(tmpdir(), 'food-sim-migration-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const newFolder = (): string => mkdtempSync(join(root, 'disk-'));
const diskIn = (folder: string) => createFileDisk(folder, { synchronous: 'OFF' });

/** What a person sees of the file, once it is closed here. */
const askFile = (path: string, sql: string): unknown[] => {
  const file = new DatabaseSync(path);
  try {
    return file.prepare(sql).all();
  } finally {
    file.close();
  }
};

interface Guest {
  readonly name: string;
  readonly age: number | null;
}
const guests = defineTable<Guest>({
  name: 'guests',
  columns: { name: 'text', age: 'integer?' },
  key: ['name'],
  indexes: [['age']],
});
const guestsOf = (statements: readonly string[], table: Table = guests): Schema => ({
  component: 'guests',
  tables: [table],
  migrations: [{ version: 1, statements }],
});

test('migrations run once each, in order, each component by its own version', () => {
  const folder = newFolder();
  const first = guestsOf(['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY) STRICT'], {
    ...guests,
    columns: { name: 'text' },
    indexes: [],
  });
  const before = diskIn(folder).open('menu', [first]);
  before.transact((tx) => tx.put(first.tables[0]!, { name: 'kim' }));
  before.close();
  const second: Schema = {
    ...first,
    tables: [guests],
    migrations: [
      ...first.migrations,
      { version: 2, statements: ['ALTER TABLE guests ADD COLUMN age INTEGER', 'CREATE INDEX guests_age ON guests (age)'] },
    ],
  };
  for (let life = 0; life < 2; life += 1) {
    const after = diskIn(folder).open('menu', [schema, second]);
    expect(after.read.select(guests)).toEqual([{ name: 'kim', age: null }]);
    after.close();
  }
  expect(askFile(join(folder, 'menu.sqlite'), 'SELECT * FROM schema_versions ORDER BY component')).toEqual([
    { component: 'guests', version: 2 },
    { component: 'kitchen', version: 1 },
  ]);
});

test('migrations that fail leave everything as it was', () => {
  const folder = newFolder();
  const first = diskIn(folder).open('menu', [schema]);
  first.transact((tx) => tx.put(events, { seq: 1, body: 'one' }));
  first.close();
  const broken = guestsOf([...createTableSql(guests), 'CREATE TABLE nonsense (']);
  expect(() => diskIn(folder).open('menu', [schema, broken])).toThrow(/incomplete input/);
  expect(askFile(join(folder, 'menu.sqlite'), "SELECT name FROM sqlite_schema WHERE name = 'guests'")).toEqual([]);
  const database = diskIn(folder).open('menu', [schema, guestsOf(createTableSql(guests))]);
  expect(database.read.count(events)).toBe(1);
  database.close();
});

test('migrations that fail in memory leave a database that can be opened and migrated', () => {
  const disk = createSqliteMemoryDisk();
  disk.open('menu', [schema]).close();
  expect(() => disk.open('menu', [schema, guestsOf([...createTableSql(guests), 'CREATE TABLE nonsense ('])])).toThrow(/incomplete input/);
  const database = disk.open('menu', [schema, guestsOf(createTableSql(guests))]);
  expect(database.read.count(guests)).toBe(0);
});

test('migrations are numbered without a gap', () => {
  const gap = { ...guestsOf([]), migrations: [{ version: 2, statements: createTableSql(guests) }] };
  expect(() => createSqliteMemoryDisk().open('menu', [gap])).toThrow('migrations of "guests" are numbered 1, 2, 3');
});

const index = 'CREATE INDEX guests_age ON guests (age)';
test.each<[string, readonly string[]]>([
  ['create the table "guests"', []],
  ['table "guests" has the declared column "age"', ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY) STRICT']],
  ['table "guests" has no column "extra"', ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age INTEGER, extra TEXT) STRICT', index]],
  [
    'has column "age" as declared: INTEGER, place in the key 0, not TEXT',
    ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age TEXT) STRICT', index],
  ],
  ['has column "age" as declared', ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age INTEGER NOT NULL) STRICT', index]],
  ['has column "name" as declared', ['CREATE TABLE guests (name TEXT NOT NULL, age INTEGER) STRICT', index]],
  ['has column "age" as declared', ['CREATE TABLE guests (name TEXT NOT NULL, age INTEGER, PRIMARY KEY (name, age)) STRICT', index]],
  ['has the index "guests_age" on (age)', ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age INTEGER) STRICT']],
  [
    'has the index "guests_age" on (age)',
    ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age INTEGER) STRICT', 'CREATE INDEX guests_age ON guests (name)'],
  ],
  ['has no index that is not declared: more', [...createTableSql(guests), 'CREATE INDEX more ON guests (age)']],
  ['has no table that is not declared: "more"', [...createTableSql(guests), 'CREATE TABLE more (a TEXT) STRICT']],
  ['is STRICT', ['CREATE TABLE guests (name TEXT NOT NULL PRIMARY KEY, age INTEGER)', index]],
])('migrations assert that the tables are those declared: %s', (claim, statements) => {
  const disk = createSqliteMemoryDisk();
  expect(() => disk.open('menu', [guestsOf(statements)])).toThrow(claim);
  // The first failure left nothing half made: the second meets the same.
  expect(() => disk.open('menu', [guestsOf(statements)])).toThrow(/^assertion failed: .*(guests|more)/);
  const other = disk.open('menu', [guestsOf(createTableSql(guests))]);
  expect(other.read.count(guests)).toBe(0);
});

test('migrations are written with createTableSql', () => {
  expect(createTableSql(seats)).toEqual([
    'CREATE TABLE "group" (\n  "order" TEXT NOT NULL,\n  "position" INTEGER NOT NULL,\n  "guest" TEXT NOT NULL,\n' +
      '  PRIMARY KEY ("order", "position")\n) STRICT, WITHOUT ROWID',
  ]);
  expect(createTableSql(dishes).slice(1)).toEqual([
    'CREATE INDEX "dishes_store" ON "dishes" ("store")',
    'CREATE INDEX "dishes_note_rating" ON "dishes" ("note", "rating")',
    'CREATE INDEX "dishes_store_price" ON "dishes" ("store", "price")',
  ]);
  expect(createTableSql(events)[0]).toMatch(/PRIMARY KEY \("seq"\)\n\) STRICT$/);
});
