/** The tables' port in memory, without SQL: for exploration, where a run is thousands of short lives. Ordered exactly as SQLite orders. */
import { assert } from '../../kernel/errors.ts';
import type { Database, ReusableDisk, Schema, Table } from './tables.ts';
import { assertClosed, createDatabase, type Conditions, type StoredTable } from './disk.ts';
import { shapeOf, type KeyCell, type Page, type StoredRow, type TableShape } from './table-shape.ts';

/** One value for several cells, the same for equal cells only: each text is told apart by its length. */
const joined = (cells: readonly unknown[]): unknown => {
  if (cells.length === 1) return cells[0];
  let text = '';
  for (const cell of cells) text += typeof cell === 'string' ? `${cell.length}:${cell}` : `${String(cell)};`;
  return text;
};

// SQLite compares UTF-8 bytes, which is the order of code points; UTF-16 puts surrogates before U+E000 to U+FFFF.
const rankOf = (unit: number): number => {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
};

/** Orders well-formed texts by code points. */
const compareTexts = (left: string, right: string): number => {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const difference = left.charCodeAt(index) - right.charCodeAt(index);
    if (difference !== 0) return rankOf(left.charCodeAt(index)) - rankOf(right.charCodeAt(index));
  }
  return left.length - right.length;
};

/** Orders two cells of one column: null first, false before true. */
const compareCells = (left: unknown, right: unknown): number => {
  if (left === right) return 0;
  if (left === null) return -1;
  if (right === null) return 1;
  return typeof left === 'string' ? compareTexts(left, right as string) : Number(left) - Number(right);
};

const comparing =
  (order: readonly string[]) =>
  (left: StoredRow, right: StoredRow): number => {
    for (const name of order) {
      const difference = compareCells(left[name], right[name]);
      if (difference !== 0) return difference;
    }
    return 0;
  };

/**
 * The rows of a table by their keys. A table that is wiped gets another map: one that is cleared links what it held to
 * what it will hold, and once the collector took the former for old, it would keep the latter, and so on from life to life.
 */
interface Rows {
  byKey: Map<unknown, StoredRow>;
}

/** The rows of a table in the order of the key: sorted when asked for, and kept while the only new keys come at its end. */
const createKeyOrder = (shape: TableShape, rows: Rows) => {
  const compare = comparing(shape.table.key);
  let sorted: StoredRow[] | undefined;
  return {
    added: (row: StoredRow): void => {
      if (sorted === undefined) return;
      const last = sorted.at(-1);
      if (last !== undefined && compare(last, row) >= 0) sorted = undefined;
      else sorted.push(row);
    },
    changed: (): void => {
      sorted = undefined;
    },
    list: (): readonly StoredRow[] => (sorted ??= [...rows.byKey.values()].sort(compare)),
  };
};

/** The keys of rows by the cells of some columns. */
interface Lookup {
  readonly columns: readonly string[];
  readonly buckets: Map<unknown, Set<unknown>>;
}

const cellsOf = (columns: readonly string[], row: StoredRow): unknown => joined(columns.map((name) => row[name]));

/** The longest beginning of the key or an index that the conditions cover; empty for none. */
const pathFor = (shape: TableShape, where: Conditions): readonly string[] => {
  const asked = new Set(where.map(([name]) => name));
  const covered = [shape.table.key, ...shape.table.indexes].map((path) => {
    const end = path.findIndex((name) => !asked.has(name));
    return end === -1 ? path : path.slice(0, end);
  });
  return covered.reduce((best, path) => (path.length > best.length ? path : best), []);
};

/** Finds rows by what a declared index or the key begins with; a lookup is built when a query first needs it. */
const createLookups = (shape: TableShape, rows: Rows) => {
  let built = new Map<string, Lookup>();
  const paths = new Map<string, readonly string[]>();

  const add = (lookup: Lookup, key: unknown, row: StoredRow): void => {
    const value = cellsOf(lookup.columns, row);
    const bucket = lookup.buckets.get(value);
    if (bucket === undefined) lookup.buckets.set(value, new Set([key]));
    else bucket.add(key);
  };
  const drop = (lookup: Lookup, key: unknown, row: StoredRow): void => {
    const value = cellsOf(lookup.columns, row);
    const bucket = lookup.buckets.get(value);
    bucket?.delete(key);
    if (bucket?.size === 0) lookup.buckets.delete(value);
  };
  const knownPathFor = (where: Conditions): readonly string[] => {
    const signature = where.map(([name]) => name).join();
    let path = paths.get(signature);
    if (path === undefined) paths.set(signature, (path = pathFor(shape, where)));
    return path;
  };
  return {
    forget: (): void => {
      if (built.size > 0) built = new Map();
    },
    /** A row stands in another one's place; either may be missing. */
    changed: (key: unknown, before: StoredRow | undefined, after: StoredRow | undefined): void => {
      if (built.size === 0) return;
      for (const lookup of built.values()) {
        if (before !== undefined && after !== undefined && lookup.columns.every((name) => before[name] === after[name])) continue;
        if (before !== undefined) drop(lookup, key, before);
        if (after !== undefined) add(lookup, key, after);
      }
    },
    /** The keys of the rows among which those that hold are, and whether all of them do; undefined where no lookup helps. */
    find: (where: Conditions): { readonly keys: ReadonlySet<unknown>; readonly isExact: boolean } | undefined => {
      const columns = knownPathFor(where);
      if (columns.length === 0) return undefined;
      const isExact = columns.length === where.length;
      const wanted = joined(columns.map((name) => where.find(([asked]) => asked === name)![1]));
      if (columns === shape.table.key) return { keys: new Set(rows.byKey.has(wanted) ? [wanted] : []), isExact };
      const path = columns.join();
      let lookup = built.get(path);
      if (lookup === undefined) {
        lookup = { columns, buckets: new Map() };
        for (const [key, row] of rows.byKey) add(lookup, key, row);
        built.set(path, lookup);
      }
      return { keys: lookup.buckets.get(wanted) ?? new Set(), isExact };
    },
  };
};

const holds = (where: Conditions, row: StoredRow): boolean => where.every(([name, cell]) => row[name] === cell);

/** A table that outlives the handles on it. */
interface MemoryTable {
  readonly shape: TableShape;
  readonly stored: StoredTable;
  /** Puts a row back where it was, or takes away what was not there. */
  readonly restore: (key: unknown, before: StoredRow | undefined) => void;
  readonly wipe: () => void;
}

/**
 * What a transaction wrote over: table, key, row before, again and again, the first `count` of the entries. One list of
 * plain values that is never cut costs the least.
 */
interface Undo {
  readonly entries: unknown[];
  count: number;
}

const note = (undo: Undo, table: MemoryTable, key: unknown, before: StoredRow | undefined): void => {
  const { entries, count } = undo;
  entries[count] = table;
  entries[count + 1] = key;
  entries[count + 2] = before;
  undo.count = count + 3;
};

const takeBack = (undo: Undo): void => {
  const { entries, count } = undo;
  for (let index = count - 3; index >= 0; index -= 3) {
    (entries[index] as MemoryTable).restore(entries[index + 1], entries[index + 2] as StoredRow | undefined);
  }
  undo.count = 0;
};

/** The rows that hold, in the order asked for, from the first on until enough. */
const createQueries = (
  shape: TableShape,
  rows: Rows,
  keyOrder: ReturnType<typeof createKeyOrder>,
  lookups: ReturnType<typeof createLookups>,
) => {
  const candidates = (where: Conditions): { readonly found: Iterable<StoredRow>; readonly isSome: boolean } => {
    const found = where.length === 0 ? undefined : lookups.find(where);
    return found === undefined
      ? { found: rows.byKey.values(), isSome: false }
      : { found: [...found.keys].map((key) => rows.byKey.get(key)!), isSome: true };
  };
  return {
    select: (where: Conditions, page: Page): StoredRow[] => {
      const end = page.limit === null ? Infinity : page.offset + page.limit;
      const isKeyOrder = page.order === shape.table.key || page.order.every((name, position) => name === shape.table.key[position]);
      const { found, isSome } = candidates(where);
      if (isSome || !isKeyOrder) {
        const matches = [...found].filter((row) => holds(where, row));
        const compare = comparing(page.order);
        return matches.sort(page.isDescending ? (left, right) => compare(right, left) : compare).slice(0, end);
      }
      const list = keyOrder.list();
      const matches: StoredRow[] = [];
      for (let index = 0; index < list.length && matches.length < end; index += 1) {
        const row = list[page.isDescending ? list.length - 1 - index : index]!;
        if (holds(where, row)) matches.push(row);
      }
      return matches;
    },
    count: (where: Conditions): number => {
      if (where.length === 0) return rows.byKey.size;
      const exact = lookups.find(where);
      if (exact?.isExact === true) return exact.keys.size;
      let count = 0;
      for (const row of candidates(where).found) if (holds(where, row)) count += 1;
      return count;
    },
  };
};

/** `undo` takes what was there before each write. Rows are never changed in their place, only replaced. */
const createMemoryTable = (table: Table, undo: Undo): MemoryTable => {
  const shape = shapeOf(table);
  const rows: Rows = { byKey: new Map() };
  const keyOrder = createKeyOrder(shape, rows);
  const lookups = createLookups(shape, rows);
  const queries = createQueries(shape, rows, keyOrder, lookups);
  const only = shape.key.length === 1 ? shape.key[0]!.name : undefined;
  const keyIn = (row: StoredRow): unknown => (only === undefined ? cellsOf(table.key, row) : row[only]);

  const write = (key: unknown, before: StoredRow | undefined, after: StoredRow | undefined): void => {
    if (after === undefined) rows.byKey.delete(key);
    else rows.byKey.set(key, after);
    lookups.changed(key, before, after);
    if (before === undefined && after !== undefined) keyOrder.added(after);
    else keyOrder.changed();
  };

  const stored: StoredTable = {
    shape,
    get: (cells) => {
      const row = rows.byKey.get(only === undefined ? joined(cells) : cells[0]);
      return row === undefined ? undefined : shape.copy(row);
    },
    put: (row) => {
      const key = keyIn(row);
      const before = rows.byKey.get(key);
      note(undo, memory, key, before);
      write(key, before, row);
    },
    remove: (cells: readonly KeyCell[]) => {
      const key = joined(cells);
      const before = rows.byKey.get(key);
      if (before === undefined) return false;
      note(undo, memory, key, before);
      write(key, before, undefined);
      return true;
    },
    select: (where, page) => {
      if (rows.byKey.size === 0) return [];
      const found = queries.select(where, page);
      return (page.offset === 0 ? found : found.slice(page.offset)).map(shape.copy);
    },
    count: queries.count,
  };
  const memory: MemoryTable = {
    shape,
    stored,
    restore: (key, before) => write(key, rows.byKey.get(key), before),
    wipe: () => {
      if (rows.byKey.size > 0) rows.byKey = new Map();
      keyOrder.changed();
      lookups.forget();
    },
  };
  return memory;
};

/** What is kept under one name, and how to take back what the running transaction wrote. */
interface MemoryStore {
  readonly tables: Map<string, MemoryTable>;
  /** What it was opened with last, which is nearly always what it is opened with next. */
  opened: { readonly schemas: readonly Schema[]; readonly tables: ReadonlyMap<Table, StoredTable> } | undefined;
  readonly undo: Undo;
  /** The database that it is opened as; undefined where it is closed. */
  database: Database | undefined;
  isUsed: boolean;
}

const tableIn = (store: MemoryStore, table: Table): StoredTable => {
  const known = store.tables.get(table.name);
  if (known === undefined) {
    const fresh = createMemoryTable(table, store.undo);
    store.tables.set(table.name, fresh);
    return fresh.stored;
  }
  const isSame = JSON.stringify(known.shape.columns) === JSON.stringify(shapeOf(table).columns);
  assert(isSame, `the table "${table.name}" is declared as it was when memory first kept it`);
  return known.stored;
};

const handlesIn = (store: MemoryStore, schemas: readonly Schema[]): ReadonlyMap<Table, StoredTable> => {
  const { opened } = store;
  if (opened?.schemas.length === schemas.length && schemas.every((schema, place) => schema === opened.schemas[place])) return opened.tables;
  const tables = new Map(schemas.flatMap((schema) => schema.tables).map((table) => [table, tableIn(store, table)]));
  store.opened = { schemas, tables };
  return tables;
};

const openStore = (store: MemoryStore, name: string, schemas: readonly Schema[]): Database =>
  createDatabase({
    place: `"${name}" in memory`,
    tables: handlesIn(store, schemas),
    begin: () => undefined,
    commit: () => {
      store.undo.count = 0;
    },
    rollback: () => takeBack(store.undo),
    close: () => {
      store.database = undefined;
    },
  });

/**
 * Databases of maps. Closing keeps what was committed, as long as the disk lives. Migrations are not run:
 * the tables are those that the schemas declare.
 */
export const createMemoryDisk = (): ReusableDisk => {
  const kept = new Map<string, MemoryStore>();
  return {
    has: (name) => kept.get(name)?.isUsed === true,
    wipe: () => {
      for (const store of kept.values()) {
        store.database?.close();
        store.isUsed = false;
        store.undo.count = 0;
        for (const table of store.tables.values()) table.wipe();
      }
    },
    open: (name, schemas) => {
      let store = kept.get(name);
      if (store === undefined)
        kept.set(
          name,
          (store = { tables: new Map(), opened: undefined, undo: { entries: [], count: 0 }, database: undefined, isUsed: true }),
        );
      assertClosed(name, store.database === undefined);
      store.isUsed = true;
      store.database = openStore(store, name, schemas);
      return store.database;
    },
  };
};
