import type { RowChange } from '../runtime/tables.ts';
import { createCommitRules } from './commit-rules.ts';
import { hasLegalTransitions, LEGAL_TRANSITIONS, transitionOf } from './transitions.ts';
import { WATCHED, type Change, type Row, type WatchedTable, type World } from './world.ts';

/** An invariant that did not hold. */
export interface Violation {
  /** The invariant, as a sentence. */
  readonly invariant: string;
  /** What was found instead. */
  readonly found: string;
  /** The id of the order or customer concerned. */
  readonly subject: string;
}

/** Statuses that never change any more. */
const FINAL: Readonly<Partial<Record<WatchedTable, ReadonlySet<unknown>>>> = {
  orders: new Set(['delivered', 'canceled', 'rejected', 'payment-failed']),
  payments: new Set(['refunded', 'declined']),
  foodCookings: new Set(['cooked', 'rejected', 'canceled']),
  deliveries: new Set(['delivered', 'canceled']),
  mypages: new Set(['delivered', 'canceled', 'rejected', 'payment-failed']),
};

/** Mypage's statuses in the only order in which a row may go through them. */
const MYPAGE_ORDER: readonly unknown[] = ['unpaid', 'paid', 'accepted', 'cancel-requested', 'cooking', 'cooked', 'delivering', 'delivered'];
const ENDED: ReadonlySet<unknown> = new Set(['canceled', 'rejected']);
const LASTING = ['customerId', 'storeId', 'foodId', 'price', 'amount', 'address', 'options', 'createdAt', 'placedAt'] as const;
const PAID: ReadonlySet<unknown> = new Set(['paid', 'refunded']);
const UNDER_WAY: ReadonlySet<unknown> = new Set(['cooking', 'cooked', 'delivering', 'delivered']);

/** How far an order has come, in the words of whoever copies it from the payment, the kitchen or the rider. */
const COPIED_PROGRESS: readonly unknown[] = ['paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'];
/** Where the payment, the ticket and the delivery must have come for each of them. */
const TRUTH: Readonly<Record<string, readonly [table: WatchedTable, ...statuses: readonly string[]]>> = {
  paid: ['payments', 'paid', 'refunded'],
  accepted: ['foodCookings', 'accepted', 'cooking', 'cooked', 'canceled'],
  cooking: ['foodCookings', 'cooking', 'cooked'],
  cooked: ['foodCookings', 'cooked'],
  delivering: ['deliveries', 'delivering', 'delivered'],
  delivered: ['deliveries', 'delivered'],
};

/** An invariant, the tables that it is about, and what breaks it. */
type Rule = readonly [invariant: string, tables: readonly WatchedTable[], broken: (change: Change, world: World) => string | undefined];

const statusOf = (row: Row | null | undefined): string => String(row?.['status'] ?? 'none');

const isBackwards = (before: Row, after: Row | null): boolean => {
  if (after === null) return true;
  const from = MYPAGE_ORDER.indexOf(before['status']);
  const to = MYPAGE_ORDER.indexOf(after['status']);
  // An end stands behind everything, and `final` sees to it that it stays.
  return to !== -1 && from !== -1 && to < from;
};

const RULES: readonly Rule[] = [
  [
    'A final status never changes.',
    Object.keys(FINAL) as WatchedTable[],
    ({ table, before, after }) => {
      const isBroken = before !== null && FINAL[table]?.has(before['status']) === true && before['status'] !== after?.['status'];
      return isBroken ? `${table} was ${statusOf(before)}, and is ${after === null ? 'gone' : statusOf(after)}.` : undefined;
    },
  ],
  [
    'Coupons are never fewer than none.',
    ['customers'],
    ({ table, after }) => (table === 'customers' && Number(after?.['couponCount']) < 0 ? `There are ${String(after?.['couponCount'])}.` : undefined),
  ],
  [
    'Never more is refunded than was paid.',
    ['payments'],
    ({ table, before, after }) => {
      const isBroken = table === 'payments' && statusOf(after) === 'refunded' && statusOf(before) !== 'paid' && statusOf(before) !== 'refunded';
      return isBroken ? `A payment that was ${statusOf(before)} was refunded.` : undefined;
    },
  ],
  [
    'Mypage never goes backwards.',
    ['mypages'],
    ({ table, before, after }) =>
      table === 'mypages' && before !== null && isBackwards(before, after) ? `It showed ${statusOf(before)}, and now ${after === null ? 'nothing' : statusOf(after)}.` : undefined,
  ],
  [
    'Nothing is cooked, picked up or delivered after its order was cancelled or rejected.',
    ['orders', 'foodCookings', 'deliveries'],
    ({ table, key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status']) return undefined;
      if ((table === 'foodCookings' || table === 'deliveries') && UNDER_WAY.has(after['status'])) {
        const order = statusOf(tables.orders.get(key));
        return ENDED.has(order) ? `The order is ${order}, and ${table} became ${statusOf(after)}.` : undefined;
      }
      if (table !== 'orders' || !ENDED.has(after['status'])) return undefined;
      const done = [tables.foodCookings.get(key), tables.deliveries.get(key)].map(statusOf).find((status) => UNDER_WAY.has(status));
      return done === undefined ? undefined : `The order became ${statusOf(after)}, and was ${done} already.`;
    },
  ],
  [
    'Nobody is told of what has not happened.',
    ['orders', 'foodCookings', 'deliveries', 'mypages'],
    ({ table, key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status']) return undefined;
      if (table === 'deliveries' && after['status'] === 'ready') return statusOf(tables.foodCookings.get(key)) === 'cooked' ? undefined : 'A delivery is ready whose food is not cooked.';
      if (table === 'foodCookings' && after['status'] === 'paid') return PAID.has(tables.payments.get(key)?.['status']) ? undefined : 'A ticket is paid whose payment is not.';
      if ((table !== 'orders' && table !== 'mypages') || !COPIED_PROGRESS.includes(after['status'])) return undefined;
      const [owner, ...statuses] = TRUTH[statusOf(after)]!;
      const truth = statusOf(tables[owner].get(key));
      return statuses.includes(truth) ? undefined : `${table} shows ${statusOf(after)}, and ${owner} is ${truth}.`;
    },
  ],
  [
    'What an order is, and since when, never changes.',
    ['orders', 'payments', 'reviews', 'foodCookings', 'deliveries', 'deliveryLists', 'mypages'],
    ({ table, before, after }) => {
      if (before === null || after === null) return undefined;
      const changed = LASTING.find((name) => before[name] !== after[name] && JSON.stringify(before[name]) !== JSON.stringify(after[name]));
      return changed === undefined ? undefined : `${changed} of ${table} was ${JSON.stringify(before[changed])}, and is ${JSON.stringify(after[changed])}.`;
    },
  ],
  [
    'A status goes only where the domain lets it go.',
    WATCHED.filter(hasLegalTransitions),
    ({ table, before, after }) => {
      if (after === null || !hasLegalTransitions(table) || before?.['status'] === after['status']) return undefined;
      return LEGAL_TRANSITIONS.has(transitionOf(table, statusOf(before), statusOf(after))) ? undefined : `${table} was ${statusOf(before)}, and is ${statusOf(after)}.`;
    },
  ],
];

const RULES_OF = Object.fromEntries(WATCHED.map((table) => [table, RULES.filter(([, tables]) => tables.includes(table))])) as unknown as Readonly<Record<WatchedTable, readonly Rule[]>>;

/** Watches commits for what must never be; told each change and each commit. */
export interface Watch {
  changed(change: Change): void;
  committed(context: string, changes: readonly RowChange[]): void;
  /** What must not be left in any database at rest. */
  leftovers(): readonly Violation[];
}

/** Creates the watch of one schedule; `report` hears of each violation. */
export const createWatch = (world: World, report: (violation: Violation) => void): Watch => {
  /** What was taken in, by context. */
  const takenIn = new Map<string, Set<unknown>>();
  const rules = createCommitRules(world, report);
  return {
    changed: (change) => {
      for (const [invariant, , broken] of RULES_OF[change.table]) {
        const found = broken(change, world);
        if (found !== undefined) report({ invariant, found, subject: change.key });
      }
    },
    committed: (context, changes) => {
      let ids = takenIn.get(context);
      if (ids === undefined) takenIn.set(context, (ids = new Set()));
      for (const { table, key, row } of changes) {
        if (table !== 'inbox' || row === null) continue;
        const [id] = key;
        if (ids.has(id)) {
          const event = world.stream.find((stored) => stored.id === id);
          report({ invariant: 'The same event never has its effect twice.', found: `${context} took ${event?.type ?? 'an event'} in a second time.`, subject: event?.subject ?? '' });
        }
        ids.add(id);
      }
      rules.committed(context, changes);
    },
    leftovers: () =>
      rules.putAside().map((message) => {
        const [context = '', id] = message.split(' ');
        const event = world.stream.find((one) => one.id === id);
        return { invariant: 'Nothing is put aside at rest.', found: `${event?.type ?? 'A message'} stands in the database of ${context}, and nobody waits for it.`, subject: event?.subject ?? '' };
      }),
  };
};
