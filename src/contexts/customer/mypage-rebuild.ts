/** Mypage made anew from the stream, or compared with it. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { View } from '../../runtime/actor/context.ts';
import type { Reads, Tx } from '../../runtime/tables/tables.ts';
import { foldPages } from './mypage.ts';
import { mypageRowOf, mypages, type MypageRow } from './store.ts';

/** One difference between Mypage as it is kept and as the stream tells it. */
export interface MypageDrift {
  readonly subject: string;
  /** The column that differs; `row` where the whole row is missing, or should not be there. */
  readonly field: string;
  /** What the stream tells; null for a row that should not be there. */
  readonly expected: unknown;
  /** What is kept; null for a missing row. */
  readonly actual: unknown;
  /** The difference as a sentence. */
  readonly message: string;
}

const foldRows = (events: Iterable<Envelope>): ReadonlyMap<string, MypageRow> => {
  const rows = new Map<string, MypageRow>();
  for (const [orderId, page] of foldPages(events)) rows.set(orderId, mypageRowOf(page));
  return rows;
};

const COLUMNS = Object.keys(mypages.columns) as readonly (keyof MypageRow)[];

const isEqual = (expected: unknown, actual: unknown): boolean => expected === actual || JSON.stringify(expected) === JSON.stringify(actual);

const shown = (value: unknown): string => JSON.stringify(value);

const rowDrift = (orderId: string, expected: MypageRow | undefined, actual: MypageRow | undefined): MypageDrift => {
  const message =
    expected === undefined
      ? `Mypage shows order ${orderId}, which the stream does not know.`
      : `Mypage lacks order ${orderId}, which the stream tells to be ${expected.status}.`;
  return { subject: orderId, field: 'row', expected: expected ?? null, actual: actual ?? null, message };
};

const fieldDrift = (orderId: string, field: keyof MypageRow, expected: MypageRow, actual: MypageRow): MypageDrift => {
  const message = `Mypage's ${field} of order ${orderId} is ${shown(actual[field])}, and the stream tells ${shown(expected[field])}.`;
  return { subject: orderId, field, expected: expected[field], actual: actual[field], message };
};

const compareRows = (orderId: string, expected: MypageRow | undefined, actual: MypageRow | undefined): MypageDrift[] => {
  if (expected === undefined || actual === undefined) return [rowDrift(orderId, expected, actual)];
  return COLUMNS.filter((field) => !isEqual(expected[field], actual[field])).map((field) => fieldDrift(orderId, field, expected, actual));
};

/**
 * Drops Mypage and folds it anew over the events of the stream. Duplicates and what is not an event of Mypage's
 * do no harm. Gives the number of rows.
 */
export const rebuildMypages = (tables: Tx, events: Iterable<Envelope>): number => {
  const rows = foldRows(events);
  for (const { orderId } of tables.select(mypages)) tables.remove(mypages, orderId);
  for (const row of rows.values()) tables.put(mypages, row);
  return rows.size;
};

/** Where Mypage as it is kept differs from the fold of the events of the stream, by order id; empty where it does not. */
export const mypageDrift = (read: Reads, events: Iterable<Envelope>): readonly MypageDrift[] => {
  const expected = foldRows(events);
  const actual = new Map(read.select(mypages).map((row) => [row.orderId, row]));
  const orderIds = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  const drifts: MypageDrift[] = [];
  for (const orderId of orderIds) drifts.push(...compareRows(orderId, expected.get(orderId), actual.get(orderId)));
  return drifts;
};

/** Mypage as a fold of the stream. */
export const MYPAGE: View = { name: 'mypage', rebuild: rebuildMypages, drift: mypageDrift };
