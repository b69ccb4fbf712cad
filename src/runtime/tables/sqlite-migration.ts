/** Brings a SQLite database to the schema that the code declares, and proves that it has it. */
import { assert } from '../../kernel/errors.ts';
import type { Schema, Table } from './tables.ts';
import { shapeOf } from './table-shape.ts';
import { indexNameOf, sqliteTypeOf, type Prepare } from './sqlite-tables.ts';
import { unusable } from './sqlite-trouble.ts';

/** Marks a SQLite file as ours (PRAGMA application_id): "FOOD" in ASCII. */
const APPLICATION_ID = 0x464f4f44;

/** What this module needs of a connection. */
export interface Connection {
  readonly prepare: Prepare;
  exec(sql: string): unknown;
  isInTransaction(): boolean;
  /** The path, or the name where it is in memory. */
  readonly place: string;
}

const numberOf = (connection: Connection, sql: string): number =>
  Number(Object.values(connection.prepare(sql).get() as Record<string, unknown>)[0]);

/** True for a database without anything in it, as SQLite makes it; throws an OperatingError for another program's. */
export const isNew = (connection: Connection): boolean => {
  const applicationId = numberOf(connection, 'PRAGMA application_id');
  if (applicationId === APPLICATION_ID) return false;
  const isEmpty = numberOf(connection, 'SELECT count(*) FROM sqlite_schema') === 0;
  if (applicationId === 0 && isEmpty) return true;
  throw unusable(
    connection.place,
    'belongs to another program',
    'Choose another data folder, or move the file away; nothing in it was changed.',
  );
};

const versionsOf = (connection: Connection): ReadonlyMap<string, number> => {
  if (isNew(connection)) return new Map();
  const rows = connection.prepare('SELECT component, version FROM schema_versions').all() as { component: string; version: number }[];
  return new Map(rows.map((row) => [row.component, row.version]));
};

const latestOf = (schema: Schema): number => {
  schema.migrations.forEach((migration, position) =>
    assert(migration.version === position + 1, `migrations of "${schema.component}" are numbered 1, 2, 3 …, without a gap`),
  );
  return schema.migrations.length;
};

const refuseNewer = (connection: Connection, schema: Schema, version: number): void => {
  if (version <= latestOf(schema)) return;
  throw unusable(
    connection.place,
    `was written by a newer food-sim: its part "${schema.component}" has version ${version}, this program knows up to ${latestOf(schema)}`,
    'Use that newer food-sim, or choose another data folder.',
  );
};

const migrateNow = (connection: Connection, schemas: readonly Schema[]): void => {
  const versions = versionsOf(connection);
  for (const schema of schemas) refuseNewer(connection, schema, versions.get(schema.component) ?? 0);
  if (isNew(connection)) {
    connection.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    connection.exec('CREATE TABLE schema_versions (component TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL) STRICT');
  }
  // Beginning a transaction is no proof that the file can be written; even a statement that removes nothing is.
  connection.exec('DELETE FROM schema_versions WHERE component IS NULL');
  for (const schema of schemas) {
    const missing = schema.migrations.slice(versions.get(schema.component) ?? 0);
    for (const sql of missing.flatMap((migration) => migration.statements)) connection.exec(sql);
    if (missing.length === 0) continue;
    connection.prepare('INSERT OR REPLACE INTO schema_versions VALUES (?, ?)').run(schema.component, latestOf(schema));
  }
};

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  /** The position in the primary key from 1, or 0. */
  readonly pk: number;
}

/** Asserts that a table is in the database as it is declared. */
const verifyTable = (connection: Connection, table: Table): void => {
  const shape = shapeOf(table);
  const found = connection.prepare(`PRAGMA table_info("${table.name}")`).all() as ColumnInfo[];
  assert(found.length > 0, `the migrations of ${connection.place} create the table "${table.name}"`);
  const where = `in ${connection.place}, after its migrations, table "${table.name}"`;
  const present = new Map(found.map((info) => [info.name, info]));
  for (const info of found) assert(shape.byName.has(info.name), `${where} has no column "${info.name}" that is not declared`);
  for (const column of shape.columns) {
    const info = present.get(column.name);
    assert(info !== undefined, `${where} has the declared column "${column.name}"`);
    const declared = `${sqliteTypeOf(column)}${column.isNullable ? '' : ' NOT NULL'}, place in the key ${table.key.indexOf(column.name) + 1}`;
    const actual = `${info.type}${info.notnull === 1 ? ' NOT NULL' : ''}, place in the key ${info.pk}`;
    assert(declared === actual, `${where} has column "${column.name}" as declared: ${declared}, not ${actual}`);
  }
  const indexes = new Set(
    (connection.prepare(`PRAGMA index_list("${table.name}")`).all() as { name: string; origin: string }[])
      .filter((index) => index.origin === 'c')
      .map((index) => index.name),
  );
  for (const columns of table.indexes) {
    const name = indexNameOf(table, columns);
    const info = connection.prepare(`PRAGMA index_info("${name}")`).all() as { name: string }[];
    const isAsDeclared = indexes.delete(name) && info.map((column) => column.name).join() === columns.join();
    assert(isAsDeclared, `${where} has the index "${name}" on (${columns.join(', ')})`);
  }
  assert(indexes.size === 0, `${where} has no index that is not declared: ${[...indexes].join(', ')}`);
};

const verify = (connection: Connection, schemas: readonly Schema[]): void => {
  const declared = new Set(['schema_versions']);
  for (const table of schemas.flatMap((schema) => schema.tables)) {
    assert(!declared.has(table.name), `the table "${table.name}" of ${connection.place} is declared once`);
    declared.add(table.name);
    verifyTable(connection, table);
  }
  const tables = connection
    .prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
    .all() as { readonly name: string; readonly strict: number }[];
  for (const { name, strict } of tables) {
    assert(declared.has(name), `${connection.place} has no table that is not declared: "${name}"`);
    assert(strict === 1, `the table "${name}" of ${connection.place} is STRICT`);
  }
};

/**
 * Runs what is missing of each component's migrations and verifies the tables, all in one transaction.
 * It is a writing one even where nothing is missing, so that a database that cannot be written, or that
 * another process holds, is found out now and not at the first message.
 */
export const migrate = (connection: Connection, schemas: readonly Schema[]): void => {
  connection.exec('BEGIN IMMEDIATE');
  try {
    migrateNow(connection, schemas);
    verify(connection, schemas);
    connection.exec('COMMIT');
  } catch (error) {
    // A full disk makes SQLite roll back by itself; a second ROLLBACK would hide why.
    if (connection.isInTransaction()) connection.exec('ROLLBACK');
    throw error;
  }
};
