import type { Moment } from './moments.ts';

/** A column of a row, and what it was before where the moment changed it; undefined before where it is new. */
export interface Cell {
  readonly column: string;
  readonly value: unknown;
  readonly isChanged: boolean;
  readonly before?: unknown;
}

/** A row of a context's table at a moment. */
export interface RowAt {
  readonly key: string;
  readonly cells: readonly Cell[];
  /** What the moment itself did to it. */
  readonly change: 'none' | 'added' | 'changed' | 'removed';
}

/** A table at a moment; rows in the order in which they first came. */
export interface TableAt {
  readonly table: string;
  readonly rows: readonly RowAt[];
}

/** What a context holds at a moment. */
export interface ContextAt {
  readonly context: string;
  readonly state: 'running' | 'stopped' | 'crashed';
  /** Whether the moment changed anything here. */
  readonly isChanged: boolean;
  readonly tables: readonly TableAt[];
}

type Row = Readonly<Record<string, unknown>>;

interface Known {
  readonly context: string;
  readonly table: string;
  readonly key: string;
  row: Row | null;
  before: Row | null;
  changedBy: Moment | undefined;
}

const isSame = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

const cellsOf = (row: Row, before: Row | null, isChanged: boolean): readonly Cell[] =>
  Object.entries(row).map(([column, value]) => {
    if (!isChanged || before === null || isSame(value, before[column])) return { column, value, isChanged: isChanged && before === null };
    return { column, value, isChanged: true, before: before[column] };
  });

const rowAt = ({ key, row, before, changedBy }: Known, now: Moment | undefined): RowAt | undefined => {
  const isNow = changedBy !== undefined && changedBy === now;
  if (row === null) return isNow && before !== null ? { key, cells: cellsOf(before, before, false), change: 'removed' } : undefined;
  const cells = cellsOf(row, before, isNow);
  const change = !isNow ? 'none' : before === null ? 'added' : cells.some(({ isChanged }) => isChanged) ? 'changed' : 'none';
  return { key, cells, change };
};

/** What each context holds after the moment with this index, about one order where one is chosen. Before the first (-1), nothing. */
export const stateAt = (moments: readonly Moment[], index: number, contexts: readonly string[]): readonly ContextAt[] => {
  const known = new Map<string, Known>();
  const states = new Map<string, ContextAt['state']>();
  for (const moment of moments.slice(0, index + 1)) {
    if (moment.what === 'entry' && moment.entry.kind === 'context')
      states.set(moment.entry.context, moment.entry.change === 'started' ? 'running' : moment.entry.change);
    for (const { context, table, key, row } of moment.rows) {
      const id = JSON.stringify([context, table, ...key]);
      const held = known.get(id);
      const before = held?.changedBy === moment ? held.before : (held?.row ?? null);
      known.set(id, { context, table, key: key.join(' '), row: row as Row | null, before, changedBy: moment });
    }
  }
  const now = moments[index];
  return contexts.map((context) => {
    const tables = Map.groupBy(
      [...known.values()].filter((one) => one.context === context),
      ({ table }) => table,
    );
    const shown = [...tables]
      .map(([table, rows]) => ({ table, rows: rows.flatMap((row) => rowAt(row, now) ?? []) }))
      .filter(({ rows }) => rows.length > 0);
    const isToldOf = now?.what === 'entry' && now.entry.kind === 'context' && now.entry.context === context;
    return {
      context,
      state: states.get(context) ?? 'running',
      isChanged: isToldOf || shown.some(({ rows }) => rows.some(({ change }) => change !== 'none')),
      tables: shown,
    };
  });
};
