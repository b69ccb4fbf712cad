/**
 * The port of a context's state: tables of rows with real columns, changed only in transactions.
 * Synchronous on purpose, so that handling a message is one uninterrupted step. Adapters:
 * `sqlite.ts` (better-sqlite3, file or in memory) and `memory-tables.ts` (for exploration);
 * `tables.contract.ts` holds them to the same behaviour.
 */

/**
 * A column's type; with `?` it may be null (a missing property reads back as null). `json` holds any JSON value, and
 * is copied in and out. `document` holds a JSON value that nobody changes any more: a database in memory
 * keeps the very object, so that writing one costs nothing, and what is read belongs to everybody.
 */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'json' | 'document' | 'text?' | 'integer?' | 'boolean?' | 'json?' | 'document?';

/** What a cell may hold. Integers are safe integers. */
export type Cell = string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>;

/** A table: its columns as a person sees them in SQLite, in this order. */
export interface Table<Row extends object = object> {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** The primary key's columns. */
  readonly key: readonly string[];
  readonly indexes: readonly (readonly string[])[];
  /** Carries the row's type; never there at run time. */
  readonly row?: Row;
}

/** Declares a table of `Row`s; each property of `Row` is one column. */
export const defineTable = <Row extends object>(definition: {
  readonly name: string;
  readonly columns: { readonly [Name in keyof Row & string]: ColumnType };
  readonly key: readonly (keyof Row & string)[];
  readonly indexes?: readonly (readonly (keyof Row & string)[])[];
}): Table<Row> => ({ ...definition, indexes: definition.indexes ?? [] });

/** Equality on columns, all of which must hold. */
export type Where<Row> = { readonly [Name in keyof Row]?: Row[Name] };

/** Which rows, in which order, and which page of them. */
export interface Query<Row> {
  readonly where?: Where<Row>;
  /** Sorts by these columns, then by the key, so that pages never overlap; default: by the key. */
  readonly orderBy?: readonly (keyof Row & string)[];
  readonly descending?: boolean;
  readonly limit?: number;
  readonly offset?: number;
}

/** Reads; outside a transaction it sees what was committed last. Rows are plain objects, owned by the caller. */
export interface Reads {
  get<Row extends object>(table: Table<Row>, ...key: readonly (string | number)[]): Row | undefined;
  select<Row extends object>(table: Table<Row>, query?: Query<Row>): Row[];
  count<Row extends object>(table: Table<Row>, where?: Where<Row>): number;
}

/** Reads and writes inside a transaction; it sees its own writes. */
export interface Tx extends Reads {
  /** Writes the row, over the one with its key or as a new one. */
  put<Row extends object>(table: Table<Row>, row: Row): void;
  /** Removes the row; false where there is none. */
  remove<Row extends object>(table: Table<Row>, ...key: readonly (string | number)[]): boolean;
}

/** One row changed by a committed transaction; `row` is null when it was removed. */
export interface RowChange {
  readonly table: string;
  readonly key: readonly (string | number)[];
  readonly row: object | null;
}

/** A context's database. */
export interface Database {
  readonly read: Reads;
  /** Runs `work` as one transaction: all of it is committed when it returns, nothing of it when it throws. Not nested. */
  transact<Result>(work: (tx: Tx) => Result): Result;
  /** Called after each commit with what it changed, in order. For recordings; at most one listener. */
  onCommit(listener: (changes: readonly RowChange[]) => void): void;
  close(): void;
}

/**
 * A step in a database's history. Statements are SQL and never change once released: a new shape is a
 * new step. The tables as they are after all steps must be those that the code declares.
 */
export interface Migration {
  /** 1, 2, 3 … */
  readonly version: number;
  readonly statements: readonly string[];
}

/** What a database of a context is made of. */
export interface Schema {
  /** The part of the database: `runtime` or the context's name. Each part has its own version. */
  readonly component: string;
  readonly tables: readonly Table[];
  readonly migrations: readonly Migration[];
}

/** A disk in memory that can be used again. */
export interface ReusableDisk extends Disk {
  /**
   * Makes it as new, for who plays thousands of short lives: nothing is kept any more, and databases that are still
   * open are closed. Making the tables costs more than most lives.
   */
  wipe(): void;
}

/** Opens a context's database, creating or migrating it; the seam between files and memory. */
export interface Disk {
  /** Opens what is kept under this name. Throws an OperatingError (infrastructure) that names the file and the mend. */
  open(name: string, schemas: readonly Schema[]): Database;
  /** Whether anything is kept under this name. */
  has(name: string): boolean;
}
