import type { BreakerState } from '../../kernel/load.ts';
import type { BreakerColumn } from '../model/model.ts';
import type { Paint } from './paint.ts';

/** The kinds of outcomes in the order in which they are stacked, from below; each has a sign of its own, so that no colour is needed. */
const STACK = [
  'success',
  'refused',
  'timeout',
  'rejected',
  'upstream-error',
  'unreachable',
  'other-failure',
  'no-answer',
  'short-circuited',
] as const;
type StackKind = (typeof STACK)[number];

const SIGN: Readonly<Record<StackKind, string>> = {
  success: '█',
  refused: '▞',
  timeout: '▓',
  rejected: '▚',
  'upstream-error': 'x',
  unreachable: 'x',
  'other-failure': 'x',
  'no-answer': 'o',
  'short-circuited': '░',
};

const TINT: Readonly<Record<StackKind, 'good' | 'onTheWay' | 'warn' | 'id' | 'bad'>> = {
  success: 'good',
  refused: 'onTheWay',
  timeout: 'warn',
  rejected: 'id',
  'upstream-error': 'bad',
  unreachable: 'bad',
  'other-failure': 'bad',
  'no-answer': 'bad',
  'short-circuited': 'bad',
};

/** The kinds that came, as they stand in the stack, each with its count; kinds that the kernel does not name come last. */
export const kindsOf = (outcomes: Readonly<Record<string, number>>): readonly { readonly kind: string; readonly count: number }[] => {
  const known: readonly string[] = STACK;
  return [
    ...STACK.filter((kind) => (outcomes[kind] ?? 0) > 0),
    ...Object.keys(outcomes).filter((kind) => !known.includes(kind) && (outcomes[kind] ?? 0) > 0),
  ].map((kind) => ({ kind, count: outcomes[kind] ?? 0 }));
};

const isStackKind = (kind: string): kind is StackKind => (STACK as readonly string[]).includes(kind);

/** The sign of a kind, painted: for the strip and for its legend. */
export const kindSign = (kind: string, paint: Paint): string => (isStackKind(kind) ? paint[TINT[kind]](SIGN[kind]) : paint.bad('x'));

/** Which kind stands at each height of a column, from below; undefined where nothing ended in it. */
const stackOf = (column: BreakerColumn, rows: number): readonly (string | undefined)[] => {
  const kinds = kindsOf(column.outcomes);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return Array.from({ length: rows }, () => undefined);
  return Array.from({ length: rows }, (_, row) => {
    // The kind at the middle of the cell: shares below half a cell give way, but for one row the greatest is shown.
    const at = ((row + 0.5) / rows) * total;
    let below = 0;
    if (rows === 1) return kinds.reduce((most, kind) => (kind.count > most.count ? kind : most)).kind;
    for (const { kind, count } of kinds) {
      below += count;
      if (at < below) return kind;
    }
    return kinds.at(-1)?.kind;
  });
};

/** Shares of outcomes over time: `rows` lines of `columns` columns, the latest on the right. */
export const outcomeStrip = (
  all: readonly BreakerColumn[],
  size: { readonly columns: number; readonly rows: number },
  paint: Paint,
): readonly string[] => {
  const shown = all.slice(-size.columns);
  const stacks = shown.map((column) => stackOf(column, size.rows));
  const blank = ' '.repeat(size.columns - shown.length);
  return Array.from(
    { length: size.rows },
    (_, row) =>
      stacks
        .map((stack) => {
          const kind = stack[size.rows - 1 - row];
          return kind === undefined ? ' ' : kindSign(kind, paint);
        })
        .join('') + blank,
  );
};

const stateSign = (states: readonly BreakerState[], paint: Paint): string => {
  if (states.includes('open') && states.includes('half-open')) return paint.warn('▒');
  if (states.includes('open')) return paint.bad('█');
  return states.includes('half-open') ? paint.warn('▒') : paint.good('─');
};

/** The state of the circuit over time, a line of `columns` columns, the latest on the right. */
export const stateStrip = (all: readonly BreakerColumn[], columns: number, paint: Paint): string => {
  const shown = all.slice(-columns);
  return shown.map(({ states }) => stateSign(states, paint)).join('') + ' '.repeat(columns - shown.length);
};
