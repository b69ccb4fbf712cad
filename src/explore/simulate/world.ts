import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import { hasLegalTransitions, transitionOf } from '../../contexts/invariants/transitions.ts';
import { WATCHED, type WatchedTable } from './watched-tables.ts';

/** A row as exploration sees it: what contexts committed, without their types. */
export type Row = Readonly<Record<string, unknown>>;

/** One change of one watched row; null where there was, or is, none. */
export interface Change {
  readonly context: string;
  readonly table: WatchedTable;
  readonly key: string;
  readonly before: Row | null;
  readonly after: Row | null;
  /** The step that its status took, `orders placed → paid`; undefined where it took none, or where the domain does not say which steps there are. */
  readonly transition: string | undefined;
}

/** All that the contexts have committed, seen from above: what nobody in the system can see at once. */
export interface World {
  readonly tables: Readonly<Record<WatchedTable, ReadonlyMap<string, Row>>>;
  /** Everything stored on the bus, in order. */
  readonly stream: readonly Envelope[];
  /** Where in the stream the event of this id stands, from 0; undefined where it was not stored. */
  readonly placeOf: (id: string) => number | undefined;
  /** The label of an order, by its id. */
  readonly labels: ReadonlyMap<string, string>;
  /** How often each status was followed by another: `orders placed → paid`. */
  readonly transitions: ReadonlyMap<string, number>;
  /** Every event that a context committed to tell, by its id. */
  readonly told: ReadonlyMap<string, Envelope>;
  /** The messages that stand put aside in a context's database, whatever the context remembers. */
  readonly aside: ReadonlyMap<string, { readonly context: string; readonly id: string }>;
}

const NAMES: ReadonlyMap<string, WatchedTable> = new Map(WATCHED.map((table) => [table, table]));

/** What is taken away and put back in one commit (a rebuild) was never gone for anybody. */
const isPutBack = (changes: readonly RowChange[], index: number): boolean => {
  const { table, key } = changes[index]!;
  for (let later = index + 1; later < changes.length; later += 1) {
    const change = changes[later]!;
    if (change.table === table && change.key[0] === key[0]) return true;
  }
  return false;
};

const stepOf = (table: WatchedTable, before: Row | null, after: Row | null): string | undefined => {
  if (after === null || !hasLegalTransitions(table)) return undefined;
  const from = before === null ? 'none' : before['status'];
  const to = after['status'];
  return from === to ? undefined : transitionOf(table, String(from), String(to));
};

/** Keeps the world: takes each commit in, and tells what it changed. */
export interface WorldKeeper {
  readonly world: World;
  /** Takes in what a context committed; each change of a watched row is told, in order, after it was made. */
  committed(context: string, changes: readonly RowChange[], tell: (change: Change) => void): void;
}

/** Creates an empty world over the stream of the bus. An order's label is told by the food that it asks for. */
export const createWorld = ({ stream, placeOf }: Pick<World, 'stream' | 'placeOf'>, labelOf: (food: string) => string = (food) => food): WorldKeeper => {
  const tables = Object.fromEntries(WATCHED.map((table) => [table, new Map<string, Row>()])) as unknown as Record<WatchedTable, Map<string, Row>>;
  const labels = new Map<string, string>();
  const transitions = new Map<string, number>();

  const told = new Map<string, Envelope>();
  const aside = new Map<string, { readonly context: string; readonly id: string }>();

  /** Takes in what a change of the runtime's own tables says. */
  const hear = (context: string, { table, key, row }: RowChange): void => {
    if (table === 'outbox' && row !== null) {
      const { envelope } = row as { readonly envelope: Envelope };
      told.set(envelope.id, envelope);
    } else if (table === 'parked') {
      const id = String(key[0]);
      if (row === null) aside.delete(`${context} ${id}`);
      else aside.set(`${context} ${id}`, { context, id });
    }
  };

  const takeIn = (table: WatchedTable, key: string, after: Row | null): Row | null => {
    const rows = tables[table];
    const before = rows.get(key) ?? null;
    if (after === null) rows.delete(key);
    else rows.set(key, after);
    if (table === 'orders' && before === null && after !== null) labels.set(key, labelOf(String(after['foodId'])));
    return before;
  };

  return {
    world: { tables, stream, placeOf, labels, transitions, told, aside },
    committed: (context, changes, tell) => {
      for (let index = 0; index < changes.length; index += 1) {
        const { table: name, key: keyCells, row } = changes[index]!;
        const table = NAMES.get(name);
        if (table === undefined) {
          hear(context, changes[index]!);
          continue;
        }
        if (row === null && isPutBack(changes, index)) continue;
        const key = String(keyCells[0]);
        const after = row as Row | null;
        const before = takeIn(table, key, after);
        const transition = stepOf(table, before, after);
        if (transition !== undefined) transitions.set(transition, (transitions.get(transition) ?? 0) + 1);
        tell({ context, table, key, before, after, transition });
      }
    },
  };
};
