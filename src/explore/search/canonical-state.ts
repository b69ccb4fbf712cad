import { createHash } from 'node:crypto';
import type { Envelope } from '../../kernel/envelope.ts';
import { deadLettersTable, outboxTable, parkedTable, positionTable } from '../../runtime/actor/ledger.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';

/** What all contexts hold, told so that two histories that lead to the same are told alike. */
export interface StateMirror {
  /** An event was stored on the bus. */
  stored(event: Envelope): void;
  committed(context: string, changes: readonly RowChange[]): void;
  /** Everything as one short text: equal states give equal texts. */
  key(inFlight: readonly string[]): StateKey;
}

/** A state, whole and by context; each a hash. */
export interface StateKey {
  readonly whole: string;
  readonly contexts: ReadonlyMap<string, string>;
}

/**
 * A context's place in the stream depends on the order in which others spoke, and decides nothing: each message is
 * acknowledged on its own.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([positionTable.name]);

/** How often something was tried, where it stands in the stream and in the outbox: history, not state. */
const HISTORY: Readonly<Record<string, readonly string[]>> = {
  [parkedTable.name]: ['seq', 'attempts', 'nextAttemptAt', 'parkedAt'],
  [deadLettersTable.name]: ['seq', 'attempts', 'at', 'message'],
  [outboxTable.name]: ['position'],
};

/** Ids, times and traces: ids as {@link createIds} makes them, epoch milliseconds, RFC 3339, hex of trace ids and fingerprints. */
const ID = /[0-9A-HJKMNP-TV-Z]{26}/g;
const TIMES_AND_TRACES = /\b1[0-9]{12}\b|\d{4}-\d\d-\d\dT[0-9:.]+Z|\b[0-9a-f]{16,}\b/g;

const hash = (text: string): string => createHash('sha1').update(text).digest('base64').slice(0, 16);

/** Creates the mirror of a system that holds nothing yet; `labelOf` tells the label of what an event says that people made. */
export const createStateMirror = (labelOf: (event: Envelope) => string | undefined): StateMirror => {
  const labels = new Map<string, string>();
  const events = new Map<string, string>();
  const counts = new Map<string, number>();
  const published: Envelope[] = [];
  const held = new Map<string, Map<string, Map<string, object>>>();

  /** Ids by what they stand for: a label, an event's name. No context compares times or ids of others, so nothing is lost with them. */
  const canonical = (value: unknown): string =>
    JSON.stringify(value)
      .replace(ID, (id) => events.get(id) ?? labels.get(id) ?? '*')
      .replace(TIMES_AND_TRACES, '*');

  const rowText = (table: string, row: object): string => {
    const history = HISTORY[table];
    return canonical(history === undefined ? row : Object.fromEntries(Object.entries(row).filter(([name]) => !history.includes(name))));
  };

  const contextText = (tables: ReadonlyMap<string, ReadonlyMap<string, object>>): string =>
    [...tables]
      .flatMap(([table, rows]) =>
        [...rows.values()].filter((row) => !isPublished(table, row)).map((row) => `${table} ${rowText(table, row)}`),
      )
      .sort()
      .join('\n');

  /** What was published stays in the outbox for a while, and would only be published again, as the same event. */
  const isPublished = (table: string, row: object): boolean =>
    table === outboxTable.name && events.has((row as { readonly eventId: string }).eventId);

  return {
    stored: (event) => {
      const { id, type, subject } = event;
      const made = labelOf(event);
      if (made !== undefined) labels.set(subject, made);
      const name = `${type} ${labels.get(subject) ?? '*'}`;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      events.set(id, `${name} ${count}`);
      published.push(event);
    },
    committed: (context, changes) => {
      const tables = held.get(context) ?? new Map<string, Map<string, object>>();
      held.set(context, tables);
      for (const { table, key, row } of changes) {
        if (LEFT_OUT.has(table)) continue;
        const rows = tables.get(table) ?? new Map<string, object>();
        tables.set(table, rows);
        if (row === null) rows.delete(key.join(' '));
        else rows.set(key.join(' '), row);
      }
    },
    key: (inFlight) => {
      const contexts = new Map([...held].map(([context, tables]) => [context, hash(contextText(tables))]));
      const told = published.map(({ type, subject, data }) => canonical([type, subject, data])).sort();
      return { contexts, whole: hash([...[...contexts].map((pair) => pair.join(' ')).sort(), ...told, ...inFlight].join('\n')) };
    },
  };
};
