/** Rows as the lines of a list: each row of each table, as it is now. */
import type { Entry } from '../../kernel/recording.ts';
import type { LineFold } from '../definition.ts';
import { BOUNDS, type Row, type Subjects, type Thing } from '../model/model.ts';
import { textIn } from '../model/text-in.ts';

/** One row. */
export interface RowLine extends Thing {
  readonly table: string;
  /** The context that keeps it. */
  readonly context: string;
  /** As it is now; null where it was removed. */
  readonly row: Row | null;
}

/** A table, as far as its rows are shown. */
export interface ShownTable {
  readonly name: string;
  readonly context: string;
  readonly key: readonly string[];
  /** Statuses that its rows never leave. */
  readonly ends: ReadonlySet<string>;
}

type State = Extract<Entry, { kind: 'state' }>;

const subjectOfKey = (key: State['key']): string => key.join('/');

/** The status of a row, where it has one. */
export const statusOf = ({ row }: Pick<RowLine, 'row'>): string | undefined => textIn(row, 'status');

/** Remembers what so many ids were about; the oldest go first. */
const remember = (memory: Map<string, readonly string[]>, id: string, subjects: readonly string[]): void => {
  if (memory.size >= BOUNDS.inFlight) memory.delete(memory.keys().next().value as string);
  memory.set(id, subjects);
};

interface Memory {
  /** The ids of the lines of each key. */
  readonly ids: Map<string, readonly string[]>;
  /** What events are about, beside their subject. */
  readonly events: Map<string, readonly string[]>;
  /** The rows that a command changed: its own entry comes after them. */
  readonly commands: Map<string, readonly string[]>;
}

/** What an event is about: its subject, and every row whose key it names. */
const subjectsOfEvent = ({ event }: Extract<Entry, { kind: 'message.published' }>, { ids, events }: Memory): Subjects => {
  const named =
    typeof event.data === 'object' && event.data !== null
      ? Object.values(event.data as Row).filter(
          (value): value is string => typeof value === 'string' && value !== event.subject && ids.has(value),
        )
      : [];
  if (named.length === 0) return event.subject;
  const subjects = [...new Set([event.subject, ...named])];
  remember(events, event.id, subjects);
  return subjects;
};

const subjectsOf = (entry: Entry, memory: Memory): Subjects | undefined => {
  switch (entry.kind) {
    case 'message.published':
      return subjectsOfEvent(entry, memory);
    case 'message.delivered':
    case 'message.handled':
      return memory.events.get(entry.id) ?? entry.subject;
    case 'command': {
      // Somebody who only looks changes nothing.
      if (entry.method === 'GET') return undefined;
      const changed = memory.commands.get(entry.id) ?? [];
      const all = entry.subject === undefined || changed.includes(entry.subject) ? changed : [entry.subject, ...changed];
      return all.length === 0 ? undefined : all;
    }
    case 'state':
      return subjectOfKey(entry.key);
    case 'fault': {
      const subject = textIn(entry.detail, 'subject');
      return subject === '' ? undefined : subject;
    }
    default:
      return undefined;
  }
};

const ownerOf = ({ table, key, cause }: State, { ids, commands }: Memory): string => {
  const subject = subjectOfKey(key);
  const id = `${table}/${subject}`;
  const known = ids.get(subject) ?? [];
  if (!known.includes(id)) ids.set(subject, [...known, id]);
  const changed = commands.get(cause) ?? [];
  if (!changed.includes(subject)) remember(commands, cause, [...changed, subject]);
  return id;
};

const build = (tables: ReadonlyMap<string, ShownTable>, memory: Memory): LineFold<RowLine> => {
  const tableOf = (id: string): string => id.slice(0, id.indexOf('/'));
  const contextOf = (id: string): string => tables.get(tableOf(id))?.context ?? '';
  return {
    subjectsOf: (entry) => subjectsOf(entry, memory),
    idsOf: (subject) => memory.ids.get(subject) ?? [],
    begins: () => false,
    ownerOf: (entry) => ownerOf(entry, memory),
    blank: (id, number, atMs) => ({
      id,
      subject: id.slice(id.indexOf('/') + 1),
      number,
      table: tableOf(id),
      context: contextOf(id),
      row: null,
      isFinal: false,
      beganAtMs: atMs,
      changedAtMs: atMs,
      behind: 0,
      behindSinceMs: undefined,
      lastLagMs: undefined,
    }),
    apply: (line, { context, row }) => {
      line.context = context;
      line.row = row as Row | null;
      line.isFinal = row === null || tables.get(line.table)?.ends.has(statusOf(line) ?? '') === true;
    },
    keeperOf: contextOf,
    statusOf,
    haystack: ({ table, subject, number, row }) => `${table} ${subject} #${number} ${JSON.stringify(row)}`,
    forget: ({ id, subject }) => {
      const others = (memory.ids.get(subject) ?? []).filter((one) => one !== id);
      if (others.length === 0) memory.ids.delete(subject);
      else memory.ids.set(subject, others);
    },
    copy: () => build(tables, { ids: new Map(memory.ids), events: new Map(memory.events), commands: new Map(memory.commands) }),
  };
};

/** No rows yet, of tables by their names. */
export const createRowsFold = (tables: ReadonlyMap<string, ShownTable>): LineFold<RowLine> =>
  build(tables, { ids: new Map(), events: new Map(), commands: new Map() });
