/** Where each column of each table must come from: told from outside, and held to at each change. */
import { always, onChange, type Found, type Invariant } from '../../explore/simulate/invariant.ts';
import { isSame } from '../../explore/simulate/same.ts';
import { WATCHED, type WatchedTable } from '../../explore/simulate/watched-tables.ts';
import { type Row, type World } from '../../explore/simulate/world.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { HEARD_COLUMNS } from './mypage.ts';
import { NOTICES } from './notices.ts';

/** A row as it was changed. */
interface Look {
  readonly row: Row;
  readonly before: Row | null;
  readonly key: string;
  /** The column asked about. */
  name: string;
  /** The time on the context's own clock, RFC 3339. */
  readonly now: string;
  readonly world: World;
}

/** Where a column's value comes from: the invariant that says so, and what it must be; or another invariant holds it. */
type Origin = { readonly sentence: string; readonly expected: (look: Look) => unknown } | { readonly heldBy: string };

const SINCE = 'What an order is, and since when, never changes.';
const COPY = 'What is copied of an order is what was ordered.';
const WHEN = 'What is kept says when it happened.';
const KEY = 'Each row stands under the id of what it is about.';
const NOTICE = 'A notice says what happened, to whom it matters, in the words for it.';
const RIDER = 'A delivery has a rider from the time that it was picked up.';
const COUPON = 'A coupon says for what it was given.';

const orderOf = ({ row, world }: Look): Row | undefined => world.tables.orders.get(String(row['orderId']));
const eventOf = ({ key, world }: Look): Envelope | undefined => world.stream[world.placeOf(key) ?? -1];

/** The id that the row is kept under. */
const key: Origin = { sentence: KEY, expected: (look) => look.key };
/** What it was at first; what that is, others say. */
const lasting: Origin = { sentence: SINCE, expected: ({ before, row, name }) => (before === null ? row[name] : before[name]) };
/** The time at which the row was made. */
const made: Origin = { sentence: WHEN, expected: ({ before, row, name, now }) => (before === null ? now : row[name]) };
/** The time of this change. */
const changed: Origin = { sentence: WHEN, expected: ({ now }) => now };
/** The same as in the order. */
const copied = (column?: string): Origin => ({
  sentence: COPY,
  expected: (look) => {
    const order = orderOf(look);
    return order === undefined ? look.row[look.name] : order[column ?? look.name];
  },
});
/** What the event says that the notice tells of. */
const told = (from: (event: Envelope) => unknown): Origin => ({
  sentence: NOTICE,
  expected: (look) => {
    const event = eventOf(look);
    return event === undefined ? look.row[look.name] : from(event);
  },
});
/** Always the same. */
const constant = (sentence: string, value: unknown): Origin => ({ sentence, expected: () => value });
const heldBy = (sentence: string): Origin => ({ heldBy: sentence });

const STATUS = heldBy('A status goes only where the domain lets it go.');
const PARCEL: Readonly<Record<string, readonly Origin[]>> = { customerId: [copied()], storeId: [copied()], foodId: [copied()], address: [copied()] };
const WISH = [lasting, heldBy('What people asked for is what is told and kept.')];
const dataOf = ({ data }: Envelope): Row => data as Row;

/** Whether a delivery has been picked up. */
const isPicked = (row: Row | null): boolean => row?.['status'] === 'delivering' || row?.['status'] === 'delivered';

/** Every column of every table, and where it comes from. */
export const COLUMNS: Readonly<Record<WatchedTable, Readonly<Record<string, readonly Origin[]>>>> = {
  orders: {
    orderId: [key],
    customerId: WISH,
    storeId: WISH,
    foodId: WISH,
    price: WISH,
    address: WISH,
    options: WISH,
    status: [STATUS],
    progress: [{ sentence: 'An order remembers how far it came.', expected: (look) => progressOf(look) }],
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  payments: {
    orderId: [key],
    customerId: [copied()],
    amount: [copied('price')],
    answer: WISH,
    status: [STATUS],
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  reviews: {
    reviewId: [key],
    orderId: WISH,
    customerId: [copied()],
    content: WISH,
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  foodCookings: { orderId: [key], ...PARCEL, options: [copied()], status: [STATUS], createdAt: [made, lasting], updatedAt: [changed] },
  deliveries: {
    orderId: [key],
    ...PARCEL,
    status: [STATUS],
    riderId: [
      { sentence: RIDER, expected: ({ row, before }) => (isPicked(row) ? (isPicked(before) ? before?.['riderId'] : (row['riderId'] ?? 'somebody')) : null) },
      heldBy('What people asked for is what is told and kept.'),
    ],
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  deliveryLists: { orderId: [key], ...PARCEL, createdAt: [made, lasting] },
  notices: {
    id: [key],
    type: [told(({ type }) => type)],
    orderId: [told((event) => dataOf(event)['orderId'])],
    customerId: [told((event) => dataOf(event)['customerId'])],
    text: [told(({ type }) => NOTICES[type])],
    status: [constant(NOTICE, 'sent')],
    // The log takes each notice at once.
    attempts: [constant(NOTICE, 1)],
    error: [constant(NOTICE, null)],
    nextAttemptAt: [constant(NOTICE, null)],
    createdAt: [made, lasting],
    updatedAt: [changed],
    sentAt: [made, lasting],
    correlationId: [told(({ correlationid }) => correlationid)],
    traceparent: [told(({ traceparent }) => traceparent)],
  },
  customers: {
    customerId: [key],
    couponCount: [heldBy('Coupons are the welcome coupon and one for each live review.')],
    welcomeOrderId: [lasting, { sentence: COUPON, expected: ({ row, world }) => ownOrder(row['welcomeOrderId'], row['customerId'], world) }],
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  couponGrants: {
    grantId: [key],
    customerId: [copied()],
    orderId: [lasting, heldBy('What is told is done in the same commit.')],
    reason: [{ sentence: COUPON, expected: ({ row }) => (row['reviewId'] === null ? 'welcome' : 'review') }],
    reviewId: [{ sentence: COUPON, expected: ({ row, key: id }) => (id === `welcome:${String(row['customerId'])}` ? null : id) }],
    status: [heldBy('A coupon that was taken back is not given again.')],
    grantedAt: [made, lasting],
    revokedAt: [{ sentence: WHEN, expected: ({ row, before, now }) => (row['status'] === 'revoked' ? (before?.['revokedAt'] ?? now) : null) }],
  },
  mypages: {
    orderId: [key],
    ...PARCEL,
    price: [copied()],
    options: [copied()],
    ...Object.fromEntries(Object.keys(HEARD_COLUMNS).map((name) => [name, [heldBy('Mypage shows what it has heard.')]])),
  },
};

/** An order's way, and how far it came before it was cancelled, rejected, or was to be cancelled. */
const WAY: readonly unknown[] = ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'];

/** The furthest that the order was: it never goes back, and is the status where that is on the way. */
function progressOf({ row, before }: Look): unknown {
  const { status, progress } = row;
  if (WAY.includes(status)) return status;
  const least = Math.max(0, WAY.indexOf(before?.['progress']));
  return WAY.indexOf(progress) >= least ? progress : WAY[least];
}

/** The order itself where it is this customer's; else any that would be. */
function ownOrder(orderId: unknown, customerId: unknown, { tables }: World): unknown {
  return tables.orders.get(String(orderId))?.['customerId'] === customerId ? orderId : `an order of ${String(customerId)}`;
}

/** One column that an invariant is about. */
interface Column {
  readonly name: string;
  readonly expected: (look: Look) => unknown;
}

const columnsOf = (table: WatchedTable, sentence: string): readonly Column[] =>
  Object.entries(COLUMNS[table]).flatMap(([name, origins]) =>
    origins.flatMap((origin) => ('sentence' in origin && origin.sentence === sentence ? [{ name, expected: origin.expected }] : [])));

const SENTENCES: readonly string[] = [
  ...new Set(WATCHED.flatMap((table) => Object.values(COLUMNS[table]).flatMap((origins) => origins.flatMap((origin) => ('sentence' in origin ? [origin.sentence] : []))))),
];

const wrongColumn = (table: WatchedTable, columns: readonly Column[], look: Look): Found => {
  for (const { name, expected } of columns) {
    look.name = name;
    const wanted = expected(look);
    if (!isSame(look.row[name], wanted)) return `${name} of ${table} is ${JSON.stringify(look.row[name])}, and must be ${JSON.stringify(wanted)}.`;
  }
  return undefined;
};

/** What must hold of each column. */
export const FIELDS: readonly Invariant[] = SENTENCES.map((sentence) =>
  always(
    sentence,
    ...WATCHED.flatMap((table) => {
      const columns = columnsOf(table, sentence);
      if (columns.length === 0) return [];
      return [
        onChange(`${columns.map(({ name }) => name).join(', ')} of ${table}`, [table], ({ key: id, before, after }, world, now) =>
          after === null ? undefined : wrongColumn(table, columns, { row: after, before, key: id, name: '', now, world })),
      ];
    }),
  ),
);
