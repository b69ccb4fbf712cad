import type { Envelope } from '../kernel/envelope.ts';
import type { RowChange } from '../runtime/tables.ts';
import { createCommitRules } from './commit-rules.ts';
import { isSame } from './same.ts';
import { hasLegalTransitions, LEGAL_TRANSITIONS } from './transitions.ts';
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
/** What a row says of its order for good, where it says it. */
const LASTING: Readonly<Partial<Record<WatchedTable, readonly string[]>>> = {
  orders: ['customerId', 'storeId', 'foodId', 'price', 'address', 'options', 'createdAt'],
  payments: ['customerId', 'amount', 'createdAt'],
  reviews: ['customerId', 'createdAt'],
  foodCookings: ['customerId', 'storeId', 'foodId', 'address', 'options', 'createdAt'],
  deliveries: ['customerId', 'storeId', 'foodId', 'address', 'createdAt'],
  deliveryLists: ['customerId', 'storeId', 'foodId', 'address', 'createdAt'],
  mypages: ['customerId', 'storeId', 'foodId', 'price', 'address', 'options', 'placedAt'],
};
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
interface Rule {
  readonly invariant: string;
  readonly tables: readonly WatchedTable[];
  readonly broken: (change: Change, world: World) => string | undefined;
}

const statusOf = (row: Row | null | undefined): string => String(row?.['status'] ?? 'none');

const isBackwards = (before: Row, after: Row | null): boolean => {
  if (after === null) return true;
  const from = MYPAGE_ORDER.indexOf(before['status']);
  const to = MYPAGE_ORDER.indexOf(after['status']);
  // An end stands behind everything, and `final` sees to it that it stays.
  return to !== -1 && from !== -1 && to < from;
};

const RULES: readonly Rule[] = [
  {
    invariant: 'A final status never changes.',
    tables: Object.keys(FINAL) as WatchedTable[],
    broken: ({ table, before, after }) => {
      const isBroken = before !== null && FINAL[table]?.has(before['status']) === true && before['status'] !== after?.['status'];
      return isBroken ? `${table} was ${statusOf(before)}, and is ${after === null ? 'gone' : statusOf(after)}.` : undefined;
    },
  },
  {
    invariant: 'Coupons are never fewer than none.',
    tables: ['customers'],
    broken: ({ after }) => (Number(after?.['couponCount']) < 0 ? `There are ${String(after?.['couponCount'])}.` : undefined),
  },
  {
    invariant: 'Never more is refunded than was paid.',
    tables: ['payments'],
    broken: ({ before, after }) => {
      const isBroken = statusOf(after) === 'refunded' && statusOf(before) !== 'paid' && statusOf(before) !== 'refunded';
      return isBroken ? `A payment that was ${statusOf(before)} was refunded.` : undefined;
    },
  },
  {
    invariant: 'Mypage never goes backwards.',
    tables: ['mypages'],
    broken: ({ before, after }) => (before !== null && isBackwards(before, after) ? `It showed ${statusOf(before)}, and now ${after === null ? 'nothing' : statusOf(after)}.` : undefined),
  },
  {
    invariant: 'Nothing is cooked, picked up or delivered after its order was cancelled or rejected.',
    tables: ['orders', 'foodCookings', 'deliveries'],
    broken: ({ table, key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status']) return undefined;
      if ((table === 'foodCookings' || table === 'deliveries') && UNDER_WAY.has(after['status'])) {
        const order = statusOf(tables.orders.get(key));
        return ENDED.has(order) ? `The order is ${order}, and ${table} became ${statusOf(after)}.` : undefined;
      }
      if (table !== 'orders' || !ENDED.has(after['status'])) return undefined;
      const done = [tables.foodCookings.get(key), tables.deliveries.get(key)].map(statusOf).find((status) => UNDER_WAY.has(status));
      return done === undefined ? undefined : `The order became ${statusOf(after)}, and was ${done} already.`;
    },
  },
  {
    invariant: 'Nobody is told of what has not happened.',
    tables: ['orders', 'foodCookings', 'deliveries', 'mypages'],
    broken: ({ table, key, before, after }, { tables }) => {
      if (after === null || before?.['status'] === after['status']) return undefined;
      if (table === 'deliveries' && after['status'] === 'ready') return statusOf(tables.foodCookings.get(key)) === 'cooked' ? undefined : 'A delivery is ready whose food is not cooked.';
      if (table === 'foodCookings' && after['status'] === 'paid') return PAID.has(tables.payments.get(key)?.['status']) ? undefined : 'A ticket is paid whose payment is not.';
      if ((table !== 'orders' && table !== 'mypages') || !COPIED_PROGRESS.includes(after['status'])) return undefined;
      const [owner, ...statuses] = TRUTH[statusOf(after)]!;
      const truth = statusOf(tables[owner].get(key));
      return statuses.includes(truth) ? undefined : `${table} shows ${statusOf(after)}, and ${owner} is ${truth}.`;
    },
  },
  {
    invariant: 'What an order is, and since when, never changes.',
    tables: Object.keys(LASTING) as WatchedTable[],
    broken: ({ table, before, after }) => {
      if (before === null || after === null) return undefined;
      for (const name of LASTING[table] ?? []) {
        if (!isSame(before[name], after[name])) return `${name} of ${table} was ${JSON.stringify(before[name])}, and is ${JSON.stringify(after[name])}.`;
      }
      return undefined;
    },
  },
  {
    invariant: 'A status goes only where the domain lets it go.',
    tables: WATCHED.filter(hasLegalTransitions),
    broken: ({ table, before, after, transition }) =>
      transition === undefined || LEGAL_TRANSITIONS.has(transition) ? undefined : `${table} was ${statusOf(before)}, and is ${statusOf(after)}.`,
  },
];

const RULES_OF = Object.fromEntries(WATCHED.map((table) => [table, RULES.filter(({ tables }) => tables.includes(table))])) as unknown as Readonly<Record<WatchedTable, readonly Rule[]>>;

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
  const eventOf = (id: string): Envelope | undefined => world.stream[world.placeOf(id) ?? -1];

  const takeIn = (context: string, id: string): void => {
    let ids = takenIn.get(context);
    if (ids === undefined) takenIn.set(context, (ids = new Set()));
    if (ids.has(id)) {
      const event = eventOf(id);
      report({ invariant: 'The same event never has its effect twice.', found: `${context} took ${event?.type ?? 'an event'} in a second time.`, subject: event?.subject ?? '' });
    }
    ids.add(id);
  };

  return {
    changed: (change) => {
      for (const { invariant, broken } of RULES_OF[change.table]) {
        const found = broken(change, world);
        if (found !== undefined) report({ invariant, found, subject: change.key });
      }
    },
    committed: (context, changes) => {
      for (const { table, key, row } of changes) if (table === 'inbox' && row !== null) takeIn(context, String(key[0]));
      rules.committed(context, changes);
    },
    leftovers: () =>
      rules.putAside().map((message) => {
        const [context = '', id = ''] = message.split(' ');
        const event = eventOf(id);
        return { invariant: 'Nothing is put aside at rest.', found: `${event?.type ?? 'A message'} stands in the database of ${context}, and nobody waits for it.`, subject: event?.subject ?? '' };
      }),
  };
};
