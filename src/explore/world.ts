import type { Envelope } from '../kernel/envelope.ts';
import type { RowChange } from '../runtime/tables.ts';
import { hasLegalTransitions, transitionOf } from './transitions.ts';

/** A row as exploration sees it: what contexts committed, without their types. */
export type Row = Readonly<Record<string, unknown>>;

/** The tables that exploration watches. Each belongs to one context. */
export const WATCHED = ['orders', 'payments', 'reviews', 'foodCookings', 'deliveries', 'deliveryLists', 'notices', 'customers', 'mypages'] as const;
/** The name of a watched table. */
export type WatchedTable = (typeof WATCHED)[number];

/** One change of one watched row; null where there was, or is, none. */
export interface Change {
  readonly context: string;
  readonly table: WatchedTable;
  readonly key: string;
  readonly before: Row | null;
  readonly after: Row | null;
}

/** All that the contexts have committed, seen from above: what nobody in the system can see at once. */
export interface World {
  readonly tables: Readonly<Record<WatchedTable, ReadonlyMap<string, Row>>>;
  /** Everything stored on the bus, in order. */
  readonly stream: readonly Envelope[];
  /** The label of an order, by its id. */
  readonly labels: ReadonlyMap<string, string>;
  /** How often each status was followed by another: `orders placed → paid`. */
  readonly transitions: ReadonlyMap<string, number>;
}

const WATCHED_TABLES: ReadonlySet<string> = new Set(WATCHED);
const isWatched = (table: string): table is WatchedTable => WATCHED_TABLES.has(table);

/** What is taken away and put back in one commit (a rebuild) was never gone for anybody. */
const isPutBack = (changes: readonly RowChange[], index: number): boolean => {
  const { table, key } = changes[index]!;
  for (let later = index + 1; later < changes.length; later += 1) {
    const change = changes[later]!;
    if (change.table === table && change.key[0] === key[0]) return true;
  }
  return false;
};

/** Keeps the world: takes each commit in, and tells what it changed. */
export interface WorldKeeper {
  readonly world: World;
  /** Takes in what a context committed; each change of a watched row is told, in order, after it was made. */
  committed(context: string, changes: readonly RowChange[], tell: (change: Change) => void): void;
}

/** Creates an empty world over the stream of the bus. An order's label is the food that it asks for. */
export const createWorld = (stream: readonly Envelope[]): WorldKeeper => {
  const tables = Object.fromEntries(WATCHED.map((table) => [table, new Map<string, Row>()])) as unknown as Record<WatchedTable, Map<string, Row>>;
  const labels = new Map<string, string>();
  const transitions = new Map<string, number>();
  return {
    world: { tables, stream, labels, transitions },
    committed: (context, changes, tell) => {
      for (let index = 0; index < changes.length; index += 1) {
        const { table, key, row } = changes[index]!;
        if (!isWatched(table)) continue;
        if (row === null && isPutBack(changes, index)) continue;
        const name = String(key[0]);
        const before = tables[table].get(name) ?? null;
        const after = row as Row | null;
        if (after === null) tables[table].delete(name);
        else tables[table].set(name, after);
        if (table === 'orders' && before === null && after !== null) labels.set(name, String(after['foodId']));
        if (after !== null && hasLegalTransitions(table) && before?.['status'] !== after['status']) {
          const transition = transitionOf(table, String(before?.['status'] ?? 'none'), String(after['status']));
          transitions.set(transition, (transitions.get(transition) ?? 0) + 1);
        }
        tell({ context, table, key: name, before, after });
      }
    },
  };
};
