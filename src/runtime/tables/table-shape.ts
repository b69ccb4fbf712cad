/**
 * What both adapters of the tables' port check and normalise, so that a wrong cell is the same bug,
 * told in the same words, whether SQLite or memory keeps the rows.
 */
import { assert } from '../../kernel/errors.ts';
import type { Cell, Query, Table } from './tables.ts';

/** A row as an adapter keeps it: every column there, in the order of declaration, nulls for what is missing. */
export type StoredRow = Record<string, Cell>;
/** A value of a key. */
export type KeyCell = string | number;

/** A column, its type taken apart. */
export interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'boolean' | 'json' | 'document';
  readonly isNullable: boolean;
}

/** A table, prepared for its adapter. */
export interface TableShape {
  readonly table: Table;
  readonly name: string;
  readonly columns: readonly Column[];
  readonly byName: ReadonlyMap<string, Column>;
  readonly key: readonly Column[];
  /** The row as it is kept: checked, complete, sharing nothing with the caller's. Asserts on unknown columns and wrong cells. */
  readonly store: (row: object) => StoredRow;
  /** A copy of a row that was checked, sharing nothing with it. */
  readonly copy: (row: StoredRow) => StoredRow;
  /** The cells of a kept row's key. */
  readonly keyOf: (row: StoredRow) => readonly KeyCell[];
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

const isComparable = ({ type }: Column): boolean => type !== 'json' && type !== 'document';

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
    assert(column !== undefined && isComparable(column), `table "${table.name}" has no comparable column "${name}"`);
  }
  const key = table.key.map((name) => byName.get(name)!);
  assert(key.length > 0, `table "${table.name}" has a key`);
  for (const column of key) {
    const isKeyCell = (column.type === 'text' || column.type === 'integer') && !column.isNullable;
    assert(isKeyCell, `table "${table.name}", key column "${column.name}" is text or integer and never null`);
  }
  const shape = { table, name: table.name, columns, byName, key, ...compileRows(table.name, columns, key) };
  shapes.set(table, shape);
  return shape;
};

const copyList = (list: readonly unknown[], table: string, column: Column): Cell => {
  const copy: Cell[] = [];
  for (const item of list) copy.push(copyChecked(item, table, column));
  return copy;
};

/** A copy of a JSON value that shares nothing with it, as writing and parsing it would give; asserts that it is one. */
const copyChecked = (value: unknown, table: string, column: Column): Cell => {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return value;
  // Adding zero turns the -0 that JSON cannot write into 0.
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : wrong(table, column.name, value, 'is not JSON');
  if (Array.isArray(value)) return copyList(value, table, column);
  if (typeof value !== 'object') return wrong(table, column.name, value, 'is not JSON');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return wrong(table, column.name, value, 'is not a plain object, so no JSON');
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[name];
    if (item !== undefined) setProperty(copy, name, copyChecked(item, table, column));
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

/** What a document may be; what is in it, nobody looks at. */
const DOCUMENTS: ReadonlySet<string> = new Set(['object', 'string', 'number', 'boolean']);

/** Checks one cell and gives it as it is kept: a missing one is null, text is well-formed Unicode, JSON a copy. */
const cellOf = (table: string, column: Column, value: unknown): Cell => {
  if (value === undefined || (value === null && column.type !== 'json')) {
    return column.isNullable ? null : wrong(table, column.name, value, 'is not allowed where the column is never null');
  }
  switch (column.type) {
    case 'text':
      // SQLite keeps UTF-8, which has no lone surrogates; both adapters keep the replacement character instead.
      return typeof value === 'string' ? value.toWellFormed() : wrong(table, column.name, value, 'is not a text');
    case 'integer':
      return Number.isSafeInteger(value) ? (value as number) + 0 : wrong(table, column.name, value, 'is not a safe integer');
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(table, column.name, value, 'is not a boolean');
    case 'json':
      return copyChecked(value, table, column);
    case 'document':
      return DOCUMENTS.has(typeof value) ? (value as Cell) : wrong(table, column.name, value, 'is not JSON');
  }
};

/** JavaScript that gives one cell as it is kept: the right ones at once, all others by `cell`, which knows what is wrong. */
const cellCode = ({ type }: Column, index: number): string => {
  const value = `value${index}`;
  switch (type) {
    case 'text':
      return `typeof ${value} === 'string' ? ${value}.toWellFormed() : cell(${index}, ${value})`;
    case 'integer':
      return `Number.isSafeInteger(${value}) ? ${value} + 0 : cell(${index}, ${value})`;
    case 'boolean':
      return `typeof ${value} === 'boolean' ? ${value} : cell(${index}, ${value})`;
    case 'json':
    case 'document':
      return `cell(${index}, ${value})`;
  }
};

type RowFunctions = Pick<TableShape, 'store' | 'copy' | 'keyOf'>;
type MakeRowFunctions = (
  cell: (index: number, value: unknown) => Cell,
  unknownIn: (row: Readonly<Record<string, unknown>>) => void,
  copyJson: (value: Cell) => Cell,
) => RowFunctions;

/**
 * The functions that every access to a table goes through, as code that names its columns: a loop over the names
 * costs ten times as much, because no engine can know which of a row's properties it will ask for (docs/adr/0011).
 * Names are plain identifiers, which {@link shapeOf} asserts before.
 */
const compileRows = (table: string, columns: readonly Column[], key: readonly Column[]): RowFunctions => {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const cell = (index: number, value: unknown): Cell => cellOf(table, columns[index]!, value);
  const unknownIn = (row: Readonly<Record<string, unknown>>): void => {
    for (const name of Object.keys(row)) if (!byName.has(name)) wrong(table, name, row[name], 'is given for a column that does not exist');
  };
  const read = columns.map(({ name }, index) => `const value${index} = row.${name}; if (value${index} !== undefined) found -= 1;`);
  const store = `(row) => {
    let found = 0;
    for (const name in row) found += 1;
    ${read.join('\n')}
    // Counting is cheaper than looking up each name, and nearly every row has nothing but its columns.
    if (found !== 0) unknownIn(row);
    return { ${columns.map((column, index) => `${column.name}: ${cellCode(column, index)}`).join(', ')} };
  }`;
  const copy = `(row) => ({ ${columns.map(({ name, type }) => `${name}: ${type === 'json' ? `copyJson(row.${name})` : `row.${name}`}`).join(', ')} })`;
  const keyOf = `(row) => [${key.map(({ name }) => `row.${name}`).join(', ')}]`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is made of declared names only
  const make = new Function(
    'cell',
    'unknownIn',
    'copyJson',
    `return { store: ${store}, copy: ${copy}, keyOf: ${keyOf} };`,
  ) as MakeRowFunctions;
  return make(cell, unknownIn, copyJson);
};

/** A key as it is kept; asserts that it has one cell of the right type for each key column. */
export const storedKey = (shape: TableShape, key: readonly unknown[]): readonly KeyCell[] => {
  if (key.length !== shape.key.length) assert(false, `table "${shape.name}" has a key of ${shape.key.length} columns`);
  const [first] = key;
  // Nearly every key is one text that is well-formed already, and may be used as it came.
  if (key.length === 1 && typeof first === 'string' && shape.key[0]!.type === 'text' && first.isWellFormed())
    return key as readonly KeyCell[];
  return shape.key.map((column, position) => cellOf(shape.name, column, key[position]) as KeyCell);
};

const comparable = (shape: TableShape, name: string, value: unknown): Column => {
  const column = shape.byName.get(name);
  if (column === undefined) return wrong(shape.name, name, value, 'is asked of a column that does not exist');
  if (!isComparable(column)) return wrong(shape.name, name, value, 'is asked of a JSON column, which is never compared');
  return column;
};

/** The conditions of a query, checked, in the order of the caller. Undefined asserts: it would silently match nothing or all. */
export const storedWhere = (shape: TableShape, where: object | undefined): readonly (readonly [name: string, cell: Cell])[] => {
  if (where === undefined) return [];
  return Object.entries(where).map(([name, value]) => {
    const column = comparable(shape, name, value);
    if (value === undefined) wrong(shape.name, name, value, 'is not a condition; leave the property out');
    return [name, cellOf(shape.name, column, value)];
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
  const order = orderBy.length === 0 ? shape.table.key : [...new Set([...orderBy, ...shape.table.key])];
  return { order, isDescending: descending, limit, offset };
};
