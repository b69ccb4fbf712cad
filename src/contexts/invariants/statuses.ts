/** Where statuses may go, and what they may say of each other, at any moment. */
import { always, type Invariant } from '../../explore/simulate/invariant.ts';
import { type Row } from '../../explore/simulate/world.ts';
import { LEGAL_TRANSITIONS, TABLES_WITH_STEPS } from './transitions.ts';
import { onChange, type TableName } from './rules.ts';

/** Statuses that never change any more. */
export const FINAL: Readonly<Partial<Record<TableName, ReadonlySet<unknown>>>> = {
  orders: new Set(['delivered', 'canceled', 'rejected', 'payment-failed']),
  payments: new Set(['refunded', 'declined']),
  foodCookings: new Set(['cooked', 'rejected', 'canceled']),
  deliveries: new Set(['delivered', 'canceled']),
  mypages: new Set(['delivered', 'canceled', 'rejected', 'payment-failed']),
};

/** Mypage's statuses in the only order in which a row may go through them. */
const MYPAGE_ORDER: readonly unknown[] = ['unpaid', 'paid', 'accepted', 'cancel-requested', 'cooking', 'cooked', 'delivering', 'delivered'];
const ENDED: ReadonlySet<unknown> = new Set(['canceled', 'rejected']);
const PAID: ReadonlySet<unknown> = new Set(['paid', 'refunded']);
const UNDER_WAY: ReadonlySet<unknown> = new Set(['cooking', 'cooked', 'delivering', 'delivered']);

/** Where the payment, the ticket and the delivery must have come for what others copy from them. */
export const TRUTH: Readonly<Record<string, readonly [table: TableName, ...statuses: readonly string[]]>> = {
  paid: ['payments', 'paid', 'refunded'],
  accepted: ['foodCookings', 'accepted', 'cooking', 'cooked', 'canceled'],
  cooking: ['foodCookings', 'cooking', 'cooked'],
  cooked: ['foodCookings', 'cooked'],
  delivering: ['deliveries', 'delivering', 'delivered'],
  delivered: ['deliveries', 'delivered'],
};

const statusOf = (row: Row | null | undefined): string => String(row?.['status'] ?? 'none');

const isBackwards = (before: Row, after: Row | null): boolean => {
  if (after === null) return true;
  const from = MYPAGE_ORDER.indexOf(before['status']);
  const to = MYPAGE_ORDER.indexOf(after['status']);
  // An end stands behind everything, and another invariant sees to it that it stays.
  return to !== -1 && from !== -1 && to < from;
};

/** What must hold of statuses at any moment. */
export const STATUSES: readonly Invariant[] = [
  always(
    'A final status never changes.',
    onChange('a final status that changes', Object.keys(FINAL) as TableName[], ({ table, before, after }) => {
      const isBroken = before !== null && FINAL[table]?.has(before['status']) === true && before['status'] !== after?.['status'];
      return isBroken ? `${table} was ${statusOf(before)}, and is ${after === null ? 'gone' : statusOf(after)}.` : undefined;
    }),
  ),
  always(
    'Never more is refunded than was paid.',
    onChange('a refund of what was not paid', ['payments'], ({ before, after }) => {
      const isBroken = statusOf(after) === 'refunded' && statusOf(before) !== 'paid' && statusOf(before) !== 'refunded';
      return isBroken ? `A payment that was ${statusOf(before)} was refunded.` : undefined;
    }),
  ),
  always(
    'Mypage never goes backwards.',
    onChange('a page that goes back, or is gone', ['mypages'], ({ before, after }) =>
      before !== null && isBackwards(before, after)
        ? `It showed ${statusOf(before)}, and now ${after === null ? 'nothing' : statusOf(after)}.`
        : undefined,
    ),
  ),
  always(
    'Nothing is cooked, picked up or delivered after its order was cancelled or rejected.',
    onChange('food for an order that has ended', ['foodCookings', 'deliveries'], ({ table, key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status'] || !UNDER_WAY.has(after['status'])) return undefined;
      const order = statusOf(tables.orders.get(key));
      return ENDED.has(order) ? `The order is ${order}, and ${table} became ${statusOf(after)}.` : undefined;
    }),
    onChange('the end of an order whose food is under way', ['orders'], ({ key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status'] || !ENDED.has(after['status'])) return undefined;
      const done = [tables.foodCookings.get(key), tables.deliveries.get(key)].map(statusOf).find((status) => UNDER_WAY.has(status));
      return done === undefined ? undefined : `The order became ${statusOf(after)}, and was ${done} already.`;
    }),
  ),
  always(
    'Nobody is told of what has not happened.',
    onChange('a delivery that is ready before its food', ['deliveries'], ({ key, before, after }, { tables }) => {
      if (after?.['status'] !== 'ready' || before?.['status'] === 'ready') return undefined;
      return statusOf(tables.foodCookings.get(key)) === 'cooked' ? undefined : 'A delivery is ready whose food is not cooked.';
    }),
    onChange('a ticket that is paid before its payment', ['foodCookings'], ({ key, before, after }, { tables }) => {
      if (after?.['status'] !== 'paid' || before?.['status'] === 'paid') return undefined;
      return PAID.has(tables.payments.get(key)?.['status']) ? undefined : 'A ticket is paid whose payment is not.';
    }),
    onChange('a copy that runs ahead of its owner', ['orders', 'mypages'], ({ table, key, before, after }, { tables }) => {
      const status = after?.['status'];
      const truth = typeof status !== 'string' || before?.['status'] === status ? undefined : TRUTH[status];
      if (truth === undefined) return undefined;
      const [owner, ...statuses] = truth;
      const actual = statusOf(tables[owner].get(key));
      return statuses.includes(actual) ? undefined : `${table} shows ${String(status)}, and ${owner} is ${actual}.`;
    }),
  ),
  always(
    'A status goes only where the domain lets it go.',
    onChange('a step that the domain does not know', TABLES_WITH_STEPS, ({ table, before, after, transition }) =>
      transition === undefined || LEGAL_TRANSITIONS.has(transition)
        ? undefined
        : `${table} was ${statusOf(before)}, and is ${statusOf(after)}.`,
    ),
  ),
];
