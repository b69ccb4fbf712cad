import type { BreakerState, LoadAnswer } from '../../kernel/load.ts';
import { BOUNDS, type BreakerColumn, type BreakerView } from './model.ts';

/** The breaker, and the outcomes of what goes through it. */
export interface BreakerFold {
  /** True where the circuit changed its state. */
  hear(change: string, detail: Readonly<Record<string, unknown>>, atMs: number): boolean;
  /** From here on there is something to see. */
  begin(atMs: number): void;
  /** Answers of a load that began at `beganMs`. */
  answers(answers: readonly LoadAnswer[], beganMs: number): void;
  readonly view: () => BreakerView;
  copy(): BreakerFold;
}

const COLUMN_MS = 500;
const LATENCIES = 1_000;
const STATES: readonly string[] = ['closed', 'open', 'half-open'] satisfies readonly BreakerState[];

interface Column {
  readonly atMs: number;
  states: BreakerState[];
  outcomes: Record<string, number>;
  count: number;
  totalMs: number;
}

interface Held {
  state: BreakerState;
  sinceMs: number;
  window: BreakerView['window'];
  opened: number;
  outcomes: Record<string, number>;
  latencies: number[];
  /** How many latencies were ever put in. */
  measured: number;
  columns: Column[];
}

const numberIn = (detail: Readonly<Record<string, unknown>>, name: string): number => (typeof detail[name] === 'number' ? detail[name] : 0);

const latencyOf = (latencies: readonly number[]): BreakerView['latency'] => {
  if (latencies.length === 0) return undefined;
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
  return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), maxMs: sorted.at(-1) as number };
};

const viewOf = (held: Held): BreakerView => ({
  state: held.state,
  sinceMs: held.sinceMs,
  window: held.window,
  opened: held.opened,
  outcomes: { ...held.outcomes },
  latency: latencyOf(held.latencies),
  columns: held.columns.map(({ atMs, states, outcomes, count, totalMs }): BreakerColumn => ({
    atMs,
    states: [...states],
    outcomes: { ...outcomes },
    count,
    meanMs: count === 0 ? 0 : totalMs / count,
  })),
});

/** The column of a moment; those between it and the one before are made too, so that idle time has its width. */
const columnAt = (held: Held, atMs: number): Column => {
  const startMs = Math.floor(atMs / COLUMN_MS) * COLUMN_MS;
  const { columns } = held;
  const last = columns.at(-1);
  if (last !== undefined && startMs <= last.atMs) return columns.findLast((column) => column.atMs <= startMs) ?? (columns[0] as Column);
  const firstNew = last === undefined ? startMs : Math.max(last.atMs + COLUMN_MS, startMs - (BOUNDS.breakerColumns - 1) * COLUMN_MS);
  for (let ms = firstNew; ms <= startMs; ms += COLUMN_MS)
    columns.push({ atMs: ms, states: [held.state], outcomes: {}, count: 0, totalMs: 0 });
  if (columns.length > BOUNDS.breakerColumns) held.columns = columns.slice(-BOUNDS.breakerColumns);
  return held.columns.at(-1) as Column;
};

const count = (held: Held, kind: string, latencyMs: number, atMs: number): void => {
  held.outcomes[kind] = (held.outcomes[kind] ?? 0) + 1;
  held.latencies[held.measured % LATENCIES] = latencyMs;
  held.measured += 1;
  const column = columnAt(held, atMs);
  column.outcomes[kind] = (column.outcomes[kind] ?? 0) + 1;
  column.count += 1;
  column.totalMs += latencyMs;
};

const build = (held: Held): BreakerFold => {
  let seen: BreakerView | undefined;
  const enter = (state: BreakerState, atMs: number): boolean => {
    const column = columnAt(held, atMs);
    if (column.states.at(-1) !== state) column.states.push(state);
    if (state === held.state) return false;
    held.state = state;
    held.sinceMs = atMs;
    if (state === 'open') held.opened += 1;
    return true;
  };
  return {
    hear: (change, detail, atMs) => {
      seen = undefined;
      if (STATES.includes(change)) return enter(change as BreakerState, atMs);
      if (change === 'health')
        held.window = {
          atMs,
          requests: numberIn(detail, 'requests'),
          errors: numberIn(detail, 'errors'),
          errorPercent: numberIn(detail, 'errorPercent'),
        };
      // A thread that is released says nothing of its own: its call was counted when it timed out.
      else if (change !== 'released') count(held, change, numberIn(detail, 'latencyMs'), atMs);
      return false;
    },
    begin: (atMs) => {
      seen = undefined;
      columnAt(held, atMs);
    },
    answers: (answers, beganMs) => {
      seen = undefined;
      for (const [, , startMs, endMs, , kind] of answers) count(held, kind, endMs - startMs, beganMs + endMs);
    },
    view: () => (seen ??= viewOf(held)),
    copy: () =>
      build({
        ...held,
        outcomes: { ...held.outcomes },
        latencies: [...held.latencies],
        columns: held.columns.map((column) => ({ ...column, states: [...column.states], outcomes: { ...column.outcomes } })),
      }),
  };
};

/** A closed circuit that nothing went through. */
export const createBreakerFold = (): BreakerFold =>
  build({ state: 'closed', sinceMs: 0, window: undefined, opened: 0, outcomes: {}, latencies: [], measured: 0, columns: [] });
