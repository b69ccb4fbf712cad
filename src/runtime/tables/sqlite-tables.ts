/** The SQL of the tables' port: text of statements, and rows to and from what SQLite binds and returns. */
import { messageOf } from '../../kernel/errors.ts';
import type { Cell, Table } from './tables.ts';
import type { Conditions, StoredTable } from './disk.ts';
import { shapeOf, type Column, type Page, type StoredRow, type TableShape } from './table-shape.ts';

/** What this module needs of a prepared statement. */
export interface PreparedStatement {
  run(...values: readonly unknown[]): { readonly changes: number };
  get(...values: readonly unknown[]): unknown;
  all(...values: readonly unknown[]): unknown[];
}

/** Prepares a statement, whose `get` and `all` give rows as objects. */
export type Prepare = (sql: string) => PreparedStatement;

// Names are plain identifiers (table-shape.ts asserts it); the quotes keep them apart from SQL's own words.
const quoted = (name: string): string => `"${name}"`;
const quotedList = (names: readonly string[]): string => names.map(quoted).join(', ');

/** The type that SQLite keeps a column as. */
export const sqliteTypeOf = (column: Column): 'TEXT' | 'INTEGER' =>
  column.type === 'integer' || column.type === 'boolean' ? 'INTEGER' : 'TEXT';

/** The name of the index on these columns of a table. */
export const indexNameOf = (table: Table, columns: readonly string[]): string => `${table.name}_${columns.join('_')}`;

/** SQLite has no booleans; the check keeps a person's own writing to 0 and 1. */
const constraintOf = (column: Column): string => (column.type === 'boolean' ? ` CHECK (${quoted(column.name)} IN (0, 1))` : '');

/**
 * The statements that create a table as declared, to be pasted as the frozen text of a migration:
 * STRICT, and without a row id where the key is not one integer, so that a row is kept once.
 */
export const createTableSql = (table: Table): readonly string[] => {
  const shape = shapeOf(table);
  const lines = shape.columns.map(
    (column) => `  ${quoted(column.name)} ${sqliteTypeOf(column)}${column.isNullable ? '' : ' NOT NULL'}${constraintOf(column)}`,
  );
  const isRowId = shape.key.length === 1 && shape.key[0]?.type === 'integer';
  const create =
    `CREATE TABLE ${quoted(table.name)} (\n${lines.join(',\n')},\n  PRIMARY KEY (${quotedList(table.key)})\n)` +
    ` STRICT${isRowId ? '' : ', WITHOUT ROWID'}`;
  const indexes = table.indexes.map(
    (columns) => `CREATE INDEX ${quoted(indexNameOf(table, columns))} ON ${quoted(table.name)} (${quotedList(columns)})`,
  );
  return [create, ...indexes];
};

const bound = (column: Column, cell: Cell): unknown => {
  if (column.type === 'boolean') return cell === null ? null : Number(cell);
  if (column.type === 'json' || column.type === 'document') return cell === null && column.isNullable ? null : JSON.stringify(cell);
  return cell;
};

const conditionsSql = (where: Conditions): string =>
  where.length === 0
    ? ''
    : ` WHERE ${where.map(([name, cell]) => (cell === null ? `${quoted(name)} IS NULL` : `${quoted(name)} = ?`)).join(' AND ')}`;

/**
 * The text of a select with its bounds as the last two parameters. A parameter that is a bound by itself is part of SQLite's
 * plan: each new value would compile the statement anew, which takes four times as long as to run it. As an expression it is not.
 */
const selectSql = (shape: TableShape, where: Conditions, page: Page): string => {
  const order = page.order.map((name) => `${quoted(name)} ${page.isDescending ? 'DESC' : 'ASC'}`).join(', ');
  const columns = quotedList(shape.columns.map((column) => column.name));
  return `SELECT ${columns} FROM ${quoted(shape.name)}${conditionsSql(where)} ORDER BY ${order} LIMIT CAST(? AS INTEGER) OFFSET CAST(? AS INTEGER)`;
};

const putSql = (shape: TableShape): string => {
  const names = shape.columns.map((column) => column.name);
  const others = names.filter((name) => !shape.table.key.includes(name));
  const update =
    others.length === 0 ? 'NOTHING' : `UPDATE SET ${others.map((name) => `${quoted(name)} = excluded.${quoted(name)}`).join(', ')}`;
  const marks = names.map(() => '?').join(', ');
  return (
    `INSERT INTO ${quoted(shape.name)} (${quotedList(names)}) VALUES (${marks})` +
    ` ON CONFLICT (${quotedList(shape.table.key)}) DO ${update}`
  );
};

/** The value of a column that holds JSON. Somebody may have written there by hand: that is damage, told as SQLite tells its own. */
const parsed = (text: string, table: string, column: string): Cell => {
  try {
    return JSON.parse(text) as Cell;
  } catch (error) {
    throw Object.assign(new Error(`the column ${column} of the table ${table} holds no JSON: ${messageOf(error)}`, { cause: error }), {
      code: 'SQLITE_CORRUPT',
    });
  }
};

/** A table of a connection; each statement is prepared when it is first needed, and kept. Throws what SQLite throws. */
export const createSqliteTable = (table: Table, prepare: Prepare): StoredTable => {
  const shape = shapeOf(table);
  const prepared = new Map<string, PreparedStatement>();
  const statement = (purpose: string, sqlOf: () => string): PreparedStatement => {
    const known = prepared.get(purpose);
    if (known !== undefined) return known;
    const fresh = prepare(sqlOf());
    prepared.set(purpose, fresh);
    return fresh;
  };
  const names = quotedList(shape.columns.map((column) => column.name));
  const keySql = `FROM ${quoted(table.name)} WHERE ${table.key.map((name) => `${quoted(name)} = ?`).join(' AND ')}`;
  const converted = shape.columns.filter(({ type }) => type === 'boolean' || type === 'json' || type === 'document');

  const rowOf = (found: unknown): StoredRow => {
    const row = found as StoredRow;
    for (const { name, type } of converted) {
      const value = row[name];
      if (value === null) continue;
      row[name] = type === 'boolean' ? value === 1 : parsed(value as string, table.name, name);
    }
    return row;
  };
  const valuesOf = (where: Conditions): unknown[] =>
    where.filter(([, cell]) => cell !== null).map(([name, cell]) => bound(shape.byName.get(name)!, cell));

  return {
    shape,
    get: (key) => {
      const found = statement('get', () => `SELECT ${names} ${keySql}`).get(...key);
      return found === undefined ? undefined : rowOf(found);
    },
    put: (row) => {
      statement('put', () => putSql(shape)).run(...shape.columns.map((column) => bound(column, row[column.name]!)));
    },
    remove: (key) => statement('remove', () => `DELETE ${keySql}`).run(...key).changes > 0,
    select: (where, page) => {
      const purpose = `select ${conditionsSql(where)} ${page.order.join()} ${page.isDescending}`;
      return statement(purpose, () => selectSql(shape, where, page))
        .all(...valuesOf(where), page.limit ?? -1, page.offset)
        .map(rowOf);
    },
    count: (where) => {
      const found = statement(
        `count ${conditionsSql(where)}`,
        () => `SELECT count(*) AS "count" FROM ${quoted(table.name)}${conditionsSql(where)}`,
      );
      return (found.get(...valuesOf(where)) as { readonly count: number }).count;
    },
  };
};
