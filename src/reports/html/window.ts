import type { Entry } from '../../kernel/recording.ts';

/** The entries that were left out between the beginning and the end of a scenario. */
export interface Gap {
  /** The gap follows the entry with this number. */
  readonly afterN: number;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows as the left out entries made them, so that what comes after the gap stands on what came before it. */
  readonly rows: readonly StateEntry[];
  /** Rows that were left out even so. */
  readonly rowsLeftOut: number;
}

/** What a report keeps of a scenario's entries. */
export interface Kept {
  readonly entries: readonly Entry[];
  readonly gap?: Gap;
}

/** Keeps the beginning and the end of a scenario, and the rows that all between made, however many entries come. */
export interface EntryWindow {
  readonly put: (entry: Entry) => void;
  /** Entries that were put so far. */
  readonly count: () => number;
  readonly kept: () => Kept;
}

type StateEntry = Extract<Entry, { kind: 'state' }>;

/** Rows that a gap remembers; those changed last. */
const MOST_ROWS = 400;

const rowKey = ({ context, table, key }: StateEntry): string => JSON.stringify([context, table, ...key]);

interface Omitted {
  count: number;
  fromMs: number;
  toMs: number;
  rowsLeftOut: number;
  readonly rows: Map<string, StateEntry>;
}

const leaveOut = (omitted: Omitted, entry: Entry): void => {
  if (omitted.count === 0) omitted.fromMs = entry.atMs;
  omitted.count += 1;
  omitted.toMs = entry.atMs;
  if (entry.kind !== 'state') return;
  const key = rowKey(entry);
  // Put at the end again: a map goes through its keys in the order in which they came.
  omitted.rows.delete(key);
  omitted.rows.set(key, entry);
  if (omitted.rows.size <= MOST_ROWS) return;
  omitted.rows.delete(omitted.rows.keys().next().value as string);
  omitted.rowsLeftOut += 1;
};

/** A delivery that was handled afterwards says nothing of its own. */
const withoutAnswered = (entries: readonly Entry[]): readonly Entry[] => {
  const answered = new Set<string>();
  return entries
    .toReversed()
    .filter((entry) => {
      if (entry.kind === 'message.handled') answered.add(`${entry.context} ${entry.id}`);
      return entry.kind !== 'message.delivered' || !answered.delete(`${entry.context} ${entry.id}`);
    })
    .reverse();
};

/** An empty window that keeps so many entries from the beginning of a scenario, and so many from its end. */
export const createEntryWindow = (mostFirst: number, mostLast: number): EntryWindow => {
  const first: Entry[] = [];
  let last: Entry[] = [];
  const omitted: Omitted = { count: 0, fromMs: 0, toMs: 0, rowsLeftOut: 0, rows: new Map() };
  const cut = (): void => {
    for (const entry of last.slice(0, -mostLast)) leaveOut(omitted, entry);
    last = last.slice(-mostLast);
  };
  return {
    put: (entry) => {
      if (first.length < mostFirst) first.push(entry);
      else last.push(entry);
      // In pieces: moving all of the end for each new entry would make long scenarios slow.
      if (last.length >= 2 * mostLast) cut();
    },
    count: () => first.length + last.length + omitted.count,
    kept: () => {
      cut();
      const entries = withoutAnswered([...first, ...last]);
      const { count, fromMs, toMs, rowsLeftOut, rows } = omitted;
      if (count === 0) return { entries };
      return { entries, gap: { afterN: first.at(-1)?.n ?? 0, count, fromMs, toMs, rows: [...rows.values()], rowsLeftOut } };
    },
  };
};
