/**
 * What both adapters of the tables' port check and normalise, so that a wrong cell is the same bug,
 * told in the same words, whether SQLite or memory keeps the rows.
 */
import { assert } from '../kernel/errors.ts';
import type { Cell, Query, Table } from './tables.ts';

/** A row as an adapter keeps it: every column there, in the order of declaration, nulls for what is missing. */
export type StoredRow = Record<string, Cell>;
/** A value of a key. */
export type KeyCell = string | number;

/** A column, its type taken apart. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'boolean' | 'json';
  readonly isNullable: boolean;
}

/** A table, prepared for its adapter. */
export interface TableShape {
  readonly table: Table;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly byName: ReadonlyMap<string, Column>;
  readonly key: readonly Column[];
  readonly jsonColumns: readonly string[];
  /** All null; rows copied from it share one layout in memory, which makes them quick to fill. */
  readonly emptyRow: StoredRow;
}

const describe = (value: unknown): string => {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'bigint') return String(value);
  const text = typeof value === 'string' ? JSON.stringify(value) : Object.prototype.toString.call(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

const wrong = (table: string, column: string, value: unknown, claim: string): never => {
  assert(false, `table "${table}", column "${column}": ${describe(value)} ${claim}`);
};

const columnOf = (name: string, declared: string): Column => {
  const isNullable = declared.endsWith('?');
  const type = (isNullable ? declared.slice(0, -1) : declared) as Column['type'];
  return { name, type, isNullable };
};

const shapes = new WeakMap<Table, TableShape>();

/** The shape of a table; asserts that its key and indexes are made of columns that can be compared. */
export const shapeOf = (table: Table): TableShape => {
  const known = shapes.get(table);
  if (known !== undefined) return known;
  const columns = Object.entries(table.columns).map(([name, declared]) => columnOf(name, declared));
  const byName = new Map(columns.map((column) => [column.name, column]));
  for (const name of [table.name, ...byName.keys()]) assert(/^[a-z_]\w*$/i.test(name), `"${name}" is a plain identifier`);
  for (const name of [...table.key, ...table.indexes.flat()]) {
    const column = byName.get(name);
    assert(column !== undefined && column.type !== 'json', `table "${table.name}" has no comparable column "${name}"`);
  }
  const key = table.key.map((name) => byName.get(name)!);
  assert(key.length > 0, `table "${table.name}" has a key`);
  for (const column of key) {
    const isKeyCell = (column.type === 'text' || column.type === 'integer') && !column.isNullable;
    assert(isKeyCell, `table "${table.name}", key column "${column.name}" is text or integer and never null`);
  }
  const jsonColumns = columns.filter((column) => column.type === 'json').map((column) => column.name);
  const emptyRow: StoredRow = {};
  for (const column of columns) emptyRow[column.name] = null;
  const shape = { table, name: table.name, columns, byName, key, jsonColumns, emptyRow };
  shapes.set(table, shape);
  return shape;
};

/** A copy of a JSON value that shares nothing with it, as writing and parsing it would give; asserts that it is one. */
const copyChecked = (value: unknown, shape: TableShape, column: Column): Cell => {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return value;
  // Adding zero turns the -0 that JSON cannot write into 0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : wrong(shape.name, column.name, value, 'is no JSON');
  if (Array.isArray(value)) return Array.from(value, (item) => copyChecked(item, shape, column));
  if (typeof value !== 'object') return wrong(shape.name, column.name, value, 'is no JSON');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return wrong(shape.name, column.name, value, 'is no plain object, so no JSON');
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    if (item !== undefined) setProperty(copy, name, copyChecked(item, shape, column));
  }
  return copy;
};

/** Assigning `__proto__` would set the prototype, where JSON makes it a property like any other. */
const setProperty = (target: Record<string, unknown>, name: string, value: unknown): void => {
  if (name === '__proto__') Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  else target[name] = value;
};

/** A copy of a JSON value that was checked when it was stored. */
const copyJson = (value: Cell): Cell => {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => copyJson(item as Cell));
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) setProperty(copy, name, copyJson((value as Record<string, Cell>)[name] as Cell));
  return copy;
};

/** A copy of a row that was checked, sharing nothing with it. */
export const copyRow = (shape: TableShape, row: StoredRow): StoredRow => {
  const copy = { ...row };
  for (const name of shape.jsonColumns) copy[name] = copyJson(copy[name] as Cell);
  return copy;
};

/** Checks one cell and gives it as it is kept: a missing one is null, text is well-formed Unicode, JSON a copy. */
const cellOf = (shape: TableShape, column: Column, value: unknown): Cell => {
  if (value === undefined || (value === null && column.type !== 'json')) {
    return column.isNullable ? null : wrong(shape.name, column.name, value, 'is not allowed where the column is never null');
  }
  switch (column.type) {
    case 'text':
      // SQLite keeps UTF-8, which has no lone surrogates; both adapters keep the replacement character instead.
      return typeof value === 'string' ? value.toWellFormed() : wrong(shape.name, column.name, value, 'is no text');
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) + 0 : wrong(shape.name, column.name, value, 'is no safe integer');
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(shape.name, column.name, value, 'is no boolean');
    case 'json':
      return copyChecked(value, shape, column);
  }
};

/** The row as it is kept: checked, complete, sharing nothing with the caller's. Asserts on unknown columns and wrong cells. */
export const storedRow = (shape: TableShape, row: object): StoredRow => {
  const given = row as Record<string, unknown>;
  const stored: StoredRow = { ...shape.emptyRow };
  let found = 0;
  for (const column of shape.columns) {
    const value = given[column.name];
    if (value !== undefined) found += 1;
    stored[column.name] = cellOf(shape, column, value);
  }
  const names = Object.keys(given);
  // Counting is cheaper than looking up each name, and nearly every row has nothing but its columns.
  if (names.length !== found) {
    for (const name of names) if (!shape.byName.has(name)) wrong(shape.name, name, given[name], 'is given for a column that does not exist');
  }
  return stored;
};

/** A key as it is kept; asserts that it has one cell of the right type for each key column. */
export const storedKey = (shape: TableShape, key: readonly unknown[]): readonly KeyCell[] => {
  assert(key.length === shape.key.length, `table "${shape.name}" has a key of ${shape.key.length} columns`);
  return shape.key.map((column, position) => cellOf(shape, column, key[position]) as KeyCell);
};

const comparable = (shape: TableShape, name: string, value: unknown): Column => {
  const column = shape.byName.get(name);
  if (column === undefined) return wrong(shape.name, name, value, 'is asked of a column that does not exist');
  if (column.type === 'json') return wrong(shape.name, name, value, 'is asked of a JSON column, which is never compared');
  return column;
};

/** The conditions of a query, checked, in the order of the caller. Undefined asserts: it would silently match nothing or all. */
export const storedWhere = (shape: TableShape, where: object | undefined): readonly (readonly [name: string, cell: Cell])[] => {
  if (where === undefined) return [];
  return Object.entries(where).map(([name, value]) => {
    const column = comparable(shape, name, value);
    if (value === undefined) wrong(shape.name, name, value, 'is no condition; leave the property out');
    return [name, cellOf(shape, column, value)];
  });
};

/** How a query orders and cuts its rows. */
export interface Page {
  /** The columns to sort by, ending with those of the key, each once. */
  readonly order: readonly string[];
  readonly isDescending: boolean;
  /** Null for all. */
  readonly limit: number | null;
  readonly offset: number;
}

/** The order and bounds of a query, checked. */
export const pageOf = <Row>(shape: TableShape, query: Query<Row>): Page => {
  const { orderBy = [], descending = false, limit = null, offset = 0 } = query;
  for (const name of orderBy) comparable(shape, name, undefined);
  assert(limit === null || (Number.isSafeInteger(limit) && limit >= 0), `table "${shape.name}": limit ${limit} is a count`);
  assert(Number.isSafeInteger(offset) && offset >= 0, `table "${shape.name}": offset ${offset} is a count`);
  return { order: [...new Set([...orderBy, ...shape.table.key])], isDescending: descending, limit, offset };
};
