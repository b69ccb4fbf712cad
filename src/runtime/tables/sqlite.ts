/** The tables' port on SQLite: a file for each context, or memory that outlives a simulated crash. Only this file knows better-sqlite3. */
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { messageOf, OperatingError } from '../../kernel/errors.ts';
import type { Database, Disk, ReusableDisk, Schema } from './tables.ts';
import { assertClosed, createDatabase, createOpenOnce, type Engine, type StoredTable } from './disk.ts';
import { isNew, migrate, type Connection } from './sqlite-migration.ts';
import { createSqliteTable } from './sqlite-tables.ts';
import { asTrouble, damaged } from './sqlite-trouble.ts';

export { createTableSql } from './sqlite-tables.ts';

/** How databases in files are kept. */
export interface FileDiskOptions {
  /**
   * When a commit is on the disk: `FULL` before it returns, `NORMAL` soon after (a power cut may lose the
   * last commits, a crash of the program does not), `OFF` whenever the system likes (a power cut may damage the file).
   */
  readonly synchronous: 'FULL' | 'NORMAL' | 'OFF';
  /** How long to wait for another process's lock, the whole program standing still meanwhile; default 1,000. */
  readonly busyTimeoutMs?: number;
  /** The most pages of 4 KiB that one database may have; default: what SQLite allows. */
  readonly pageLimit?: number;
}

const connectionOf = (sqlite: Sqlite.Database, place: string): Connection => ({
  place,
  prepare: (sql) => sqlite.prepare(sql),
  exec: (sql) => sqlite.exec(sql),
  isInTransaction: () => sqlite.inTransaction,
});

/** The engine of an open and migrated connection. */
const engineOf = (sqlite: Sqlite.Database, place: string, schemas: readonly Schema[], close: () => void): Engine => {
  // SQLite ends a transaction by itself on some errors. Were it used further, each write would be a commit
  // of its own: so the first error of a transaction answers all that a handler tries after it.
  let isInTransaction = false;
  let trouble: { readonly error: unknown } | undefined;
  const access = <Result>(work: () => Result): Result => {
    if (trouble !== undefined) throw trouble.error;
    try {
      return work();
    } catch (error) {
      const told = asTrouble(error, place);
      if (isInTransaction) trouble = { error: told };
      throw told;
    }
  };
  const guarded = (table: StoredTable): StoredTable => ({
    shape: table.shape,
    get: (key) => access(() => table.get(key)),
    put: (row) => access(() => table.put(row)),
    remove: (key) => access(() => table.remove(key)),
    select: (where, page) => access(() => table.select(where, page)),
    count: (where) => access(() => table.count(where)),
  });
  const { prepare } = connectionOf(sqlite, place);
  const tables = schemas.flatMap((schema) => schema.tables);
  const [begin, commit, rollback] = [prepare('BEGIN IMMEDIATE'), prepare('COMMIT'), prepare('ROLLBACK')];
  return {
    place,
    tables: new Map(tables.map((table) => [table, guarded(createSqliteTable(table, prepare))])),
    begin: () => {
      access(() => begin.run());
      isInTransaction = true;
    },
    commit: () => {
      access(() => commit.run());
      isInTransaction = false;
    },
    rollback: () => {
      isInTransaction = false;
      trouble = undefined;
      if (sqlite.inTransaction) access(() => rollback.run());
    },
    close,
  };
};

/** One folder at a time: Node's own recursion never ends where a folder cannot be made, as in /proc. */
const makeFolders = (folder: string, isLast = true): void => {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  if (dirname(folder) !== folder) makeFolders(dirname(folder), false);
  mkdirSync(folder, { mode: isLast ? 0o700 : 0o777 });
};

const makeFolder = (folder: string): void => {
  try {
    makeFolders(resolve(folder));
  } catch (error) {
    throw new OperatingError('infrastructure', `The data folder ${folder} cannot be made (${messageOf(error)}).`, {
      mend: 'Choose a data folder in a place where this user may write.',
      cause: error,
    });
  }
};

/** Looks before it writes, so that a file of another program or a damaged one is refused untouched. */
const prepareFile = (sqlite: Sqlite.Database, path: string, options: FileDiskOptions, schemas: readonly Schema[]): void => {
  const connection = connectionOf(sqlite, path);
  if (!isNew(connection)) {
    const finding: unknown = sqlite.pragma('quick_check(1)', { simple: true });
    if (finding !== 'ok') throw damaged(path, String(finding));
  }
  if (options.pageLimit !== undefined) sqlite.pragma(`max_page_count = ${options.pageLimit}`);
  // Before the change to WAL, which would otherwise wait for the disk as if the file were to last.
  sqlite.pragma(`synchronous = ${options.synchronous}`);
  sqlite.pragma('journal_mode = WAL');
  migrate(connection, schemas);
};

/**
 * Empty databases that were migrated and verified in this process, by the last of their schemas, which is the
 * context's own. A run of many scenarios makes hundreds of files that are gone at its end: copying the first
 * of each kind takes a tenth of making it again.
 */
const templates = new WeakMap<Schema, { readonly schemas: readonly Schema[]; readonly bytes: Buffer }>();

const templateOf = (schemas: readonly Schema[]): Buffer | undefined => {
  const last = schemas.at(-1);
  const template = last === undefined ? undefined : templates.get(last);
  return template?.schemas.every((schema, position) => schema === schemas[position]) === true ? template.bytes : undefined;
};

const BUSY_TIMEOUT_MS = 1_000;

/** Addresses of customers stand in databases: only this user reads and writes them. */
const OWN_FILE = 0o600;

/**
 * Makes the empty file that SQLite would make, for this user's eyes alone; its log and shared memory get the same mode.
 * What can't be made, opening it will tell.
 */
const makeOwnFile = (path: string): void => {
  if (existsSync(path)) return;
  try {
    writeFileSync(path, '', { flag: 'wx', mode: OWN_FILE });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
};

const openFile = (path: string, options: FileDiskOptions, schemas: readonly Schema[]): Sqlite.Database => {
  let sqlite: Sqlite.Database | undefined;
  try {
    makeOwnFile(path);
    sqlite = new Sqlite(path, { timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
    prepareFile(sqlite, path, options, schemas);
    return sqlite;
  } catch (error) {
    sqlite?.close();
    throw asTrouble(error, path);
  }
};

/** Makes the file as a copy of the template; false where it can't be made, which opening it will tell better. */
const copyTemplate = (path: string, template: Buffer): boolean => {
  try {
    writeFileSync(path, template, { flag: 'wx', mode: OWN_FILE });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
};

/** Opens a file that nobody will miss after a power cut, and that may therefore begin as a copy. */
const openTemporary = (path: string, options: FileDiskOptions, schemas: readonly Schema[]): Sqlite.Database => {
  if (existsSync(path) || options.pageLimit !== undefined) return openFile(path, options, schemas);
  const template = templateOf(schemas);
  if (template !== undefined && copyTemplate(path, template)) {
    const sqlite = new Sqlite(path, { timeout: options.busyTimeoutMs ?? BUSY_TIMEOUT_MS });
    sqlite.pragma(`synchronous = ${options.synchronous}`);
    return sqlite;
  }
  const sqlite = openFile(path, options, schemas);
  const last = schemas.at(-1);
  if (last !== undefined) templates.set(last, { schemas, bytes: sqlite.serialize() });
  return sqlite;
};

/**
 * Databases in files, `<name>.sqlite` in the folder, which is made where it is missing. Opening checks the
 * file's consistency. Throws OperatingErrors (infrastructure) for every trouble with the folder or a file,
 * at opening and at work; a transaction that meets one is rolled back, and the database stays usable.
 */
export const createFileDisk = (folder: string, options: FileDiskOptions): Disk => {
  const openOnce = createOpenOnce();
  const pathOf = (name: string): string => resolve(folder, `${name}.sqlite`);
  return {
    has: (name) => existsSync(pathOf(name)),
    open: (name, schemas) =>
      openOnce(name, (release) => {
        makeFolder(folder);
        const open = options.synchronous === 'OFF' ? openTemporary : openFile;
        const sqlite = open(pathOf(name), options, schemas);
        return createDatabase(
          engineOf(sqlite, pathOf(name), schemas, () => {
            sqlite.close();
            release();
          }),
        );
      }),
  };
};

/**
 * A table of a connection that is this program's alone: until something is put into it, it is empty, and need not be
 * asked. Most tables of most short lives stay so.
 */
const createKnownTable = (table: StoredTable, removeAll: Sqlite.Statement, isNew: boolean) => {
  let isEmpty = isNew;
  const known: StoredTable = {
    shape: table.shape,
    get: (key) => (isEmpty ? undefined : table.get(key)),
    put: (row) => {
      isEmpty = false;
      table.put(row);
    },
    remove: (key) => !isEmpty && table.remove(key),
    select: (where, page) => (isEmpty ? [] : table.select(where, page)),
    count: (where) => (isEmpty ? 0 : table.count(where)),
  };
  return {
    known,
    wipe: (): void => {
      if (isEmpty) return;
      removeAll.run();
      isEmpty = true;
    },
  };
};

/** What a database in memory was opened with last, migrated and verified once, and its tables. */
interface Opened {
  readonly schemas: readonly Schema[];
  readonly engine: Omit<Engine, 'close'>;
  /** Removes all rows; the tables and the versions of their schemas stay. */
  readonly wipe: () => void;
}

/** A database in memory. */
interface Kept {
  readonly sqlite: Sqlite.Database;
  opened: Opened | undefined;
  /** Whether it was opened with other schemas before, whose tables it may still hold. */
  isMixed: boolean;
  /** The database that it is opened as; undefined where it is closed. */
  database: Database | undefined;
  isUsed: boolean;
}

const openNew = ({ sqlite, isMixed }: Kept, place: string, schemas: readonly Schema[]): Opened => {
  migrate(connectionOf(sqlite, place), schemas);
  const { close: _nothingToClose, ...engine } = engineOf(sqlite, place, schemas, () => undefined);
  const tables = [...engine.tables].map(([table, stored]) => ({
    table,
    ...createKnownTable(stored, sqlite.prepare(`DELETE FROM "${table.name}"`), !isMixed),
  }));
  return {
    schemas,
    engine: { ...engine, tables: new Map(tables.map(({ table, known }) => [table, known])) },
    wipe: () => {
      engine.begin();
      for (const { wipe } of tables) wipe();
      engine.commit();
    },
  };
};

/** What is kept, opened; nobody else can have changed it, so the same schemas need no second look. */
const openKept = (kept: Kept, place: string, schemas: readonly Schema[]): Opened => {
  const { opened } = kept;
  if (opened?.schemas.length === schemas.length && schemas.every((schema, position) => schema === opened.schemas[position])) return opened;
  kept.isMixed ||= opened !== undefined;
  kept.opened = openNew(kept, place, schemas);
  return kept.opened;
};

/** SQLite without files: closing keeps what was committed, as long as the disk lives. */
export const createSqliteMemoryDisk = (): ReusableDisk => {
  const databases = new Map<string, Kept>();
  return {
    has: (name) => databases.get(name)?.isUsed === true,
    open: (name, schemas) => {
      const kept: Kept = databases.get(name) ?? {
        sqlite: new Sqlite(':memory:'),
        opened: undefined,
        isMixed: false,
        database: undefined,
        isUsed: true,
      };
      assertClosed(name, kept.database === undefined);
      const { engine } = openKept(kept, `"${name}" in memory`, schemas);
      databases.set(name, kept);
      kept.isUsed = true;
      const close = (): void => {
        kept.database = undefined;
      };
      kept.database = createDatabase({ ...engine, close });
      return kept.database;
    },
    wipe: () => {
      for (const [name, kept] of databases) {
        kept.database?.close();
        kept.isUsed = false;
        if (!kept.isMixed) {
          kept.opened?.wipe();
          continue;
        }
        databases.delete(name);
        kept.sqlite.close();
      }
    },
  };
};
