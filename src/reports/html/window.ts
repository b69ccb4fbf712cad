import type { Entry } from '../../kernel/recording.ts';

/** The entries that were left out between the beginning and the end of a scenario. */
export interface Gap {
  /** The gap ends after the entry with this number, and before the next. */
  readonly afterN: number;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows as the left out entries made them, so that what comes after the gap stands on what came before it. */
  readonly rows: readonly StateEntry[];
  /** Rows that were left out even so. */
  readonly rowsLeftOut: number;
  /** Who published the events that were handled after the gap and published within it: pairs of an id and a context. */
  readonly sources: readonly (readonly [id: string, context: string])[];
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
  /** With those of `besides` that would be left out, wherever they were, and with the rows that are wanted. */
  readonly kept: (besides: readonly Entry[], isWanted: (row: Entry) => boolean) => Kept;
}

type StateEntry = Extract<Entry, { kind: 'state' }>;

/** Rows and publications that a gap remembers while it grows; the last ones. */
const MOST_REMEMBERED = 20_000;
/** Rows that it tells of in the end, beside those that a failure is about; those changed last. */
const MOST_ROWS = 400;

const rowKey = ({ context, table, key }: StateEntry): string => JSON.stringify([context, table, ...key]);

interface Omitted {
  count: number;
  fromMs: number;
  toMs: number;
  rowsLeftOut: number;
  readonly rows: Map<string, StateEntry>;
  readonly sources: Map<string, string>;
}

/** A map goes through its keys in the order in which they came, so the first is the oldest. */
const putLast = <Value>(map: Map<string, Value>, key: string, value: Value, most: number): number => {
  map.delete(key);
  map.set(key, value);
  if (map.size <= most) return 0;
  map.delete(map.keys().next().value as string);
  return 1;
};

const leaveOut = (omitted: Omitted, entry: Entry): void => {
  if (omitted.count === 0) omitted.fromMs = entry.atMs;
  omitted.count += 1;
  omitted.toMs = entry.atMs;
  if (entry.kind === 'state') omitted.rowsLeftOut += putLast(omitted.rows, rowKey(entry), entry, MOST_REMEMBERED);
  else if (entry.kind === 'message.published') putLast(omitted.sources, entry.event.id, entry.context, MOST_REMEMBERED);
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
  const omitted: Omitted = { count: 0, fromMs: 0, toMs: 0, rowsLeftOut: 0, rows: new Map(), sources: new Map() };
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
    kept: (besides, isWanted) => {
      cut();
      const { count, fromMs, toMs, rowsLeftOut, rows } = omitted;
      if (count === 0) return { entries: withoutAnswered([...first, ...last]) };
      const [from, to] = [first.at(-1)?.n ?? 0, last[0]?.n ?? Infinity];
      const between = besides.filter(({ n }) => n > from && n < to);
      const handled = new Set(last.map((entry) => ('id' in entry ? entry.id : '')));
      const told = [...rows.values()].filter((row, index) => index >= rows.size - MOST_ROWS || isWanted(row));
      const gap: Gap = {
        afterN: between.at(-1)?.n ?? from,
        count: count - between.length,
        fromMs,
        toMs,
        rows: told,
        rowsLeftOut: rowsLeftOut + rows.size - told.length,
        sources: [...omitted.sources].filter(([id]) => handled.has(id)),
      };
      return { entries: withoutAnswered([...first, ...between, ...last]), gap };
    },
  };
};
