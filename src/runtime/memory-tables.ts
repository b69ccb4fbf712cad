/** The tables' port in memory, without SQL: for exploration, where a run is thousands of short lives. Ordered exactly as SQLite orders. */
import { assert } from '../kernel/errors.ts';
import type { Disk, Table } from './tables.ts';
import { createDatabase, createOpenOnce, type Conditions, type StoredTable } from './disk.ts';
import { copyRow, shapeOf, type KeyCell, type Page, type StoredRow, type TableShape } from './table-shape.ts';

/** A place in a table; its row changes, its key never. */
interface Entry {
  row: StoredRow;
  /** False once removed; lists that still hold the entry skip it. */
  isLive: boolean;
}

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
  (left: Entry, right: Entry): number => {
    for (const name of order) {
      const difference = compareCells(left.row[name], right.row[name]);
      if (difference !== 0) return difference;
    }
    return 0;
  };

/** The entries of a table in the order of the key: sorted when asked for, and kept while new keys come at its end. */
const createKeyOrder = (shape: TableShape, entries: ReadonlyMap<unknown, Entry>) => {
  const compare = comparing(shape.table.key);
  let sorted: Entry[] | undefined;
  let dead = 0;
  return {
    added: (entry: Entry): void => {
      const last = sorted?.at(-1);
      if (last !== undefined && compare(last, entry) >= 0) sorted = undefined;
      else sorted?.push(entry);
    },
    removed: (): void => {
      dead += 1;
      // Skipping the dead costs less than sorting anew, until they are most of the list.
      if (sorted !== undefined && dead * 2 > sorted.length) {
        sorted = sorted.filter((entry) => entry.isLive);
        dead = 0;
      }
    },
    /** May hold dead entries. */
    list: (): readonly Entry[] => {
      if (sorted === undefined) {
        sorted = [...entries.values()].sort(compare);
        dead = 0;
      }
      return sorted;
    },
  };
};

/** The entries by the cells of some columns. */
interface Lookup {
  readonly columns: readonly string[];
  readonly buckets: Map<unknown, Set<Entry>>;
}

const cellsOf = (columns: readonly string[], row: StoredRow): unknown => joined(columns.map((name) => row[name]));

/** Finds entries by what a declared index or the key begins with; a lookup is built when a query first needs it. */
const createLookups = (shape: TableShape, entries: ReadonlyMap<unknown, Entry>) => {
  const built = new Map<string, Lookup>();
  const plans = new Map<string, readonly string[]>();
  const paths = [shape.table.key, ...shape.table.indexes];

  const add = (lookup: Lookup, entry: Entry, row: StoredRow): void => {
    const value = cellsOf(lookup.columns, row);
    const bucket = lookup.buckets.get(value);
    if (bucket === undefined) lookup.buckets.set(value, new Set([entry]));
    else bucket.add(entry);
  };
  const drop = (lookup: Lookup, entry: Entry, row: StoredRow): void => {
    const value = cellsOf(lookup.columns, row);
    const bucket = lookup.buckets.get(value);
    bucket?.delete(entry);
    if (bucket?.size === 0) lookup.buckets.delete(value);
  };
  /** The longest beginning of the key or an index that the conditions cover; empty for none. */
  const planFor = (where: Conditions): readonly string[] => {
    const signature = where.map(([name]) => name).join();
    const known = plans.get(signature);
    if (known !== undefined) return known;
    const asked = new Set(where.map(([name]) => name));
    const covered = paths.map((path) => {
      const end = path.findIndex((name) => !asked.has(name));
      return end === -1 ? path : path.slice(0, end);
    });
    const plan = covered.reduce((best, path) => (path.length > best.length ? path : best), []);
    plans.set(signature, plan);
    return plan;
  };
  return {
    added: (entry: Entry): void => built.forEach((lookup) => add(lookup, entry, entry.row)),
    removed: (entry: Entry): void => built.forEach((lookup) => drop(lookup, entry, entry.row)),
    replaced: (entry: Entry, before: StoredRow): void =>
      built.forEach((lookup) => {
        if (lookup.columns.every((name) => before[name] === entry.row[name])) return;
        drop(lookup, entry, before);
        add(lookup, entry, entry.row);
      }),
    /** The entries among which those that hold are, and whether all of them do; undefined where no lookup helps. */
    find: (where: Conditions): { readonly entries: ReadonlySet<Entry>; readonly isExact: boolean } | undefined => {
      const columns = planFor(where);
      if (columns.length === 0) return undefined;
      const isExact = columns.length === where.length;
      const wanted = joined(columns.map((name) => where.find(([asked]) => asked === name)![1]));
      if (columns === shape.table.key) {
        const entry = entries.get(wanted);
        return { entries: new Set(entry === undefined ? [] : [entry]), isExact };
      }
      const path = columns.join();
      let lookup = built.get(path);
      if (lookup === undefined) {
        lookup = { columns, buckets: new Map() };
        for (const entry of entries.values()) add(lookup, entry, entry.row);
        built.set(path, lookup);
      }
      return { entries: lookup.buckets.get(wanted) ?? new Set(), isExact };
    },
  };
};

const holds = (where: Conditions, row: StoredRow): boolean => where.every(([name, cell]) => row[name] === cell);

/** A table that outlives the handles on it. */
interface MemoryTable {
  readonly shape: TableShape;
  readonly stored: StoredTable;
}

/** `undo` takes what takes back each write. */
const createMemoryTable = (table: Table, undo: (() => void)[]): MemoryTable => {
  const shape = shapeOf(table);
  const entries = new Map<unknown, Entry>();
  const keyOrder = createKeyOrder(shape, entries);
  const lookups = createLookups(shape, entries);
  const mapKeyOf = (row: StoredRow): unknown => (shape.key.length === 1 ? row[shape.key[0]!.name] : cellsOf(table.key, row));

  const insert = (key: unknown, row: StoredRow): void => {
    const entry = { row, isLive: true };
    entries.set(key, entry);
    keyOrder.added(entry);
    lookups.added(entry);
  };
  const replace = (entry: Entry, row: StoredRow): void => {
    const before = entry.row;
    entry.row = row;
    lookups.replaced(entry, before);
  };
  const erase = (key: unknown, entry: Entry): void => {
    entries.delete(key);
    entry.isLive = false;
    lookups.removed(entry);
    keyOrder.removed();
  };
  /** The live entries that hold, in the order asked for, from the first on until enough. */
  const ordered = (where: Conditions, page: Page): Entry[] => {
    const end = page.limit === null ? Infinity : page.offset + page.limit;
    const found = lookups.find(where);
    const isKeyOrder = page.order.every((name, position) => name === table.key[position]);
    if (found !== undefined || !isKeyOrder) {
      const matches = [...(found?.entries ?? entries.values())].filter((entry) => holds(where, entry.row));
      const compare = comparing(page.order);
      return matches.sort(page.isDescending ? (left, right) => compare(right, left) : compare).slice(0, end);
    }
    const list = keyOrder.list();
    const matches: Entry[] = [];
    for (let index = 0; index < list.length && matches.length < end; index += 1) {
      const entry = list[page.isDescending ? list.length - 1 - index : index]!;
      if (entry.isLive && holds(where, entry.row)) matches.push(entry);
    }
    return matches;
  };

  const stored: StoredTable = {
    shape,
    get: (key) => {
      const entry = entries.get(joined(key));
      return entry === undefined ? undefined : copyRow(shape, entry.row);
    },
    put: (row) => {
      const key = mapKeyOf(row);
      const entry = entries.get(key);
      if (entry === undefined) {
        insert(key, row);
        undo.push(() => erase(key, entries.get(key)!));
      } else {
        const before = entry.row;
        replace(entry, row);
        undo.push(() => replace(entries.get(key)!, before));
      }
    },
    remove: (cells: readonly KeyCell[]) => {
      const key = joined(cells);
      const entry = entries.get(key);
      if (entry === undefined) return false;
      erase(key, entry);
      undo.push(() => insert(key, entry.row));
      return true;
    },
    select: (where, page) => ordered(where, page).slice(page.offset).map((entry) => copyRow(shape, entry.row)),
    count: (where) => {
      if (where.length === 0) return entries.size;
      const found = lookups.find(where);
      if (found?.isExact === true) return found.entries.size;
      let count = 0;
      for (const entry of found?.entries ?? entries.values()) if (holds(where, entry.row)) count += 1;
      return count;
    },
  };
  return { shape, stored };
};

/** What is kept under one name, and how to take back what the running transaction wrote. */
interface MemoryStore {
  readonly tables: Map<string, MemoryTable>;
  readonly undo: (() => void)[];
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

/**
 * Databases of maps. Closing keeps what was committed, as long as the disk lives. Migrations are not run:
 * the tables are those that the schemas declare.
 */
export const createMemoryDisk = (): Disk => {
  const kept = new Map<string, MemoryStore>();
  const openOnce = createOpenOnce();
  return {
    has: (name) => kept.has(name),
    open: (name, schemas) =>
      openOnce(name, (release) => {
        const store = kept.get(name) ?? { tables: new Map<string, MemoryTable>(), undo: [] };
        const declared = schemas.flatMap((schema) => schema.tables);
        const tables = new Map(declared.map((table) => [table, tableIn(store, table)]));
        kept.set(name, store);
        return createDatabase({
          place: `"${name}" in memory`,
          tables,
          begin: () => undefined,
          commit: () => {
            store.undo.length = 0;
          },
          rollback: () => {
            for (const takeBack of store.undo.reverse()) takeBack();
            store.undo.length = 0;
          },
          close: release,
        });
      }),
  };
};
