import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange, Table } from '../../runtime/tables/tables.ts';
import { transitionOf, type Transitions } from './transition.ts';

/** A row as exploration sees it: what contexts committed, without their types. */
export type Row = Readonly<Record<string, unknown>>;

/** One change of one watched row; null where there was, or is, none. */
export interface Change<Table extends string = string> {
  readonly context: string;
  readonly table: Table;
  readonly key: string;
  readonly before: Row | null;
  readonly after: Row | null;
  /**
   * The step that its status took, `orders placed → paid`; undefined where it took none, or where the domain does not say
   * which steps there are.
   */
  readonly transition: string | undefined;
}

/** All that the contexts have committed, seen from above: what nobody in the system can see at once. */
export interface World<Table extends string = string> {
  readonly tables: Readonly<Record<Table, ReadonlyMap<string, Row>>>;
  /** Everything stored on the bus, in order. */
  readonly stream: readonly Envelope[];
  /** Where in the stream the event of this id stands, from 0; undefined where it was not stored. */
  readonly placeOf: (id: string) => number | undefined;
  /** The labels of what people made, by its id. */
  readonly labels: ReadonlyMap<string, string>;
  /** How often each status was followed by another: `orders placed → paid`. */
  readonly transitions: ReadonlyMap<string, number>;
  /** Every event that a context committed to tell, by its id. */
  readonly told: ReadonlyMap<string, Envelope>;
  /** The messages that stand put aside in a context's database, whatever the context remembers. */
  readonly aside: ReadonlyMap<string, { readonly context: string; readonly id: string }>;
  /** The deadlines that stand in a context's database, still to come. */
  readonly deadlines: ReadonlyMap<string, { readonly context: string; readonly type: string; readonly subject: string }>;
}

/** A row's key as one text. */
const keyText = (key: RowChange['key']): string => (key.length === 1 ? String(key[0]) : key.join(' '));

/** What is taken away and put back in one commit (a rebuild) was never gone for anybody. */
const isPutBack = (changes: readonly RowChange[], index: number): boolean => {
  const { table, key } = changes[index]!;
  for (let later = index + 1; later < changes.length; later += 1) {
    const change = changes[later]!;
    if (change.table === table && keyText(change.key) === keyText(key)) return true;
  }
  return false;
};

const stepOf = (table: string, before: Row | null, after: Row | null): string | undefined => {
  if (after === null) return undefined;
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

/** What a world consists of: the tables of all contexts, and where their statuses may go. */
export interface WorldShape {
  readonly tables: readonly string[];
  readonly transitions: Transitions;
}

/** Names what people made, by the events that tell of it. */
export interface Labels {
  /** By the ids of what was made. */
  readonly byId: ReadonlyMap<string, string>;
  /** Takes in that the event was told. */
  told(event: Envelope): void;
}

/** `labelOf` tells the label of what an event says that people made; undefined for other events. */
export const createLabels = (labelOf: (event: Envelope) => string | undefined): Labels => {
  const byId = new Map<string, string>();
  return {
    byId,
    told: (event) => {
      const label = labelOf(event);
      if (label !== undefined) byId.set(event.subject, label);
    },
  };
};

/** Creates an empty world over the stream of the bus. */
export const createWorld = (
  { tables: names, transitions: legal }: WorldShape,
  { stream, placeOf }: Pick<World, 'stream' | 'placeOf'>,
  labels: Labels = createLabels(() => undefined),
): WorldKeeper => {
  const tables = Object.fromEntries(names.map((table) => [table, new Map<string, Row>()]));
  const hasSteps = new Set(Object.keys(legal));
  const transitions = new Map<string, number>();

  const told = new Map<string, Envelope>();
  const aside = new Map<string, { readonly context: string; readonly id: string }>();
  const deadlines = new Map<string, { readonly context: string; readonly type: string; readonly subject: string }>();

  /** Takes in what a change of the runtime's own tables says. */
  const hear = (context: string, { table, key, row }: RowChange): void => {
    if (table === 'outbox' && row !== null) {
      const { envelope } = row as { readonly envelope: Envelope };
      told.set(envelope.id, envelope);
    } else if (table === 'parked') {
      const id = String(key[0]);
      if (row === null) aside.delete(`${context} ${id}`);
      else aside.set(`${context} ${id}`, { context, id });
    } else if (table === 'deadlines') {
      const [type, subject] = key.map(String) as [string, string];
      if (row === null) deadlines.delete(`${context} ${type} ${subject}`);
      else deadlines.set(`${context} ${type} ${subject}`, { context, type, subject });
    }
  };

  const takeIn = (rows: Map<string, Row>, key: string, after: Row | null): Row | null => {
    const before = rows.get(key) ?? null;
    if (after === null) rows.delete(key);
    else rows.set(key, after);
    return before;
  };

  return {
    world: { tables, stream, placeOf, labels: labels.byId, transitions, told, aside, deadlines },
    committed: (context, changes, tell) => {
      // Whoever sees a row wants to know its label, and the event that tells it stands behind it.
      for (const { table, row } of changes)
        if (table === 'outbox' && row !== null) labels.told((row as { readonly envelope: Envelope }).envelope);
      for (let index = 0; index < changes.length; index += 1) {
        const { table, key: keyCells, row } = changes[index]!;
        const rows = tables[table];
        if (rows === undefined) {
          hear(context, changes[index]!);
          continue;
        }
        if (row === null && isPutBack(changes, index)) continue;
        const key = keyText(keyCells);
        const after = row as Row | null;
        const before = takeIn(rows, key, after);
        const transition = hasSteps.has(table) ? stepOf(table, before, after) : undefined;
        if (transition !== undefined) transitions.set(transition, (transitions.get(transition) ?? 0) + 1);
        tell({ context, table, key, before, after, transition });
      }
    },
  };
};

/** The rows of a table, by their keys, with the types that the table declares. */
export const rowsOf = <Kept extends object>({ tables }: World, { name }: Table<Kept>): ReadonlyMap<string, Kept> =>
  (tables[name] ?? new Map()) as ReadonlyMap<string, Kept>;
