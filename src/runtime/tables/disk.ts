/** What every adapter of the tables' port shares: checks, transactions, what they changed, and life from opening to closing. */
import { assert } from '../../kernel/errors.ts';
import type { Cell, Database, Reads, RowChange, Table, Tx } from './tables.ts';
import { pageOf, storedKey, storedWhere } from './table-shape.ts';
import type { KeyCell, Page, StoredRow, TableShape } from './table-shape.ts';

/** Equality on columns, checked; null is equal to null. */
export type Conditions = readonly (readonly [name: string, cell: Cell])[];

/** A table as an adapter keeps it. What goes in was checked and may be kept; what comes out belongs to the caller. */
export interface StoredTable {
  readonly shape: TableShape;
  get(key: readonly KeyCell[]): StoredRow | undefined;
  put(row: StoredRow): void;
  remove(key: readonly KeyCell[]): boolean;
  select(where: Conditions, page: Page): StoredRow[];
  count(where: Conditions): number;
}

/** What an adapter brings to {@link createDatabase}. Its errors are OperatingErrors already. */
export interface Engine {
  /** Where it is kept, for people. */
  readonly place: string;
  readonly tables: ReadonlyMap<Table, StoredTable>;
  begin(): void;
  /** Throws where the transaction cannot be kept; it is rolled back then. */
  commit(): void;
  rollback(): void;
  close(): void;
}

const ALL = {};

/** Reads that are checked before each. */
const createReads = (tableOf: (table: Table) => StoredTable, check: () => void): Reads => ({
  get: <Row extends object>(table: Table<Row>, ...key: readonly (string | number)[]) => {
    check();
    const stored = tableOf(table);
    return stored.get(storedKey(stored.shape, key)) as Row | undefined;
  },
  select: (table, query = ALL) => {
    check();
    const stored = tableOf(table);
    return stored.select(storedWhere(stored.shape, query.where), pageOf(stored.shape, query)) as never[];
  },
  count: (table, where) => {
    check();
    const stored = tableOf(table);
    return stored.count(storedWhere(stored.shape, where));
  },
});

/** A context's database over an adapter's engine. */
export const createDatabase = (engine: Engine): Database => {
  let isOpen = true;
  let isInTransaction = false;
  let changes: RowChange[] = [];
  let listener: ((changes: readonly RowChange[]) => void) | undefined;

  const tableOf = (table: Table): StoredTable => {
    const found = engine.tables.get(table);
    if (found === undefined) assert(false, `the table "${table.name}" is part of the database ${engine.place}`);
    return found;
  };
  /** Access is by `tx` inside a transaction and by `read` outside: neither shows what is not committed to the wrong eyes. */
  const check = (isTx: boolean): void => {
    if (!isOpen) assert(false, `the database ${engine.place} is open`);
    if (isTx && !isInTransaction) assert(false, `a transaction of ${engine.place} is used only while it runs`);
    if (!isTx && isInTransaction) assert(false, `inside its transaction, ${engine.place} is read through the transaction`);
  };
  const tx: Tx = {
    ...createReads(tableOf, () => {
      check(true);
    }),
    put: (table, row) => {
      check(true);
      const stored = tableOf(table);
      const { shape } = stored;
      const kept = shape.store(row);
      stored.put(kept);
      // A copy, since the adapter owns the row once it has it.
      if (listener !== undefined) changes.push({ table: shape.name, key: shape.keyOf(kept), row: shape.copy(kept) });
    },
    remove: (table, ...key) => {
      check(true);
      const stored = tableOf(table);
      const kept = storedKey(stored.shape, key);
      const isRemoved = stored.remove(kept);
      if (isRemoved && listener !== undefined) changes.push({ table: table.name, key: kept, row: null });
      return isRemoved;
    },
  };

  return {
    read: createReads(tableOf, () => {
      check(false);
    }),
    transact: (work) => {
      assert(!isInTransaction, `transactions of ${engine.place} are not nested`);
      check(false);
      engine.begin();
      isInTransaction = true;
      changes = [];
      let result;
      try {
        result = work(tx);
        assert(!(result instanceof Promise), `a transaction of ${engine.place} is synchronous`);
        engine.commit();
      } catch (error) {
        engine.rollback();
        throw error;
      } finally {
        isInTransaction = false;
      }
      if (changes.length > 0) listener?.(changes);
      return result;
    },
    onCommit: (next) => {
      assert(listener === undefined, `the database ${engine.place} has one listener at most`);
      listener = next;
    },
    close: () => {
      assert(!isInTransaction, `the database ${engine.place} is not closed inside its transaction`);
      if (!isOpen) return;
      isOpen = false;
      engine.close();
    },
  };
};

/** Refuses to open a name twice at a time: two lives of one context over one database are a bug of the caller. */
export const assertClosed = (name: string, isClosed: boolean): void => {
  if (!isClosed) assert(false, `the database "${name}" is closed before it is opened again`);
};

/** Opens by `open`, which is given what its database must call when it closes. */
export type OpenOnce = (name: string, open: (release: () => void) => Database) => Database;

/** Remembers which names are open, so that none is opened twice at a time. */
export const createOpenOnce = (): OpenOnce => {
  const names = new Set<string>();
  return (name, open) => {
    assertClosed(name, !names.has(name));
    const database = open(() => names.delete(name));
    // Only now, so that what could not be opened can be tried again.
    names.add(name);
    return database;
  };
};
