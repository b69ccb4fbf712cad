/** Where each column of each table must come from: told from outside, and held to at each change. */
import { always, type Found, type Glance, type Invariant } from '../../explore/simulate/invariant.ts';
import { isSame } from '../../explore/simulate/same.ts';
import { type Row } from '../../explore/simulate/world.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { HEARD_COLUMNS } from './mypage.ts';
import { NOTICES } from './notices.ts';
import { TABLES, onChange, type Change, type TableName, type World } from './rules.ts';

/** A row that was written, and what it was. */
type Written = Pick<Change, 'key' | 'before'> & { readonly after: Row };

/** What a column must be, by the row that was written and the time on its context's own clock. */
type Expected = (written: Written, world: World, now: string, name: string) => unknown;

/** A column's value, and the invariant that says where it comes from. */
interface Source {
  readonly sentence: string;
  readonly expected: Expected;
  /** What it must be does not change, so that a value which stays need not be looked at again. */
  readonly isForGood: boolean;
}

/** Where a column's value comes from; or another invariant holds it. */
type Origin = Source | { readonly heldBy: string };

const forGood = (sentence: string, expected: Expected): Source => ({ sentence, expected, isForGood: true });
const eachTime = (sentence: string, expected: Expected): Source => ({ sentence, expected, isForGood: false });

const SINCE = 'What an order is, and since when, never changes.';
const COPY = 'What is copied of an order is what was ordered.';
const WHEN = 'What is kept says when it happened.';
const KEY = 'Each row stands under the id of what it is about.';
const NOTICE = 'A notice says what happened, to whom it matters, in the words for it.';
const RIDER = 'A delivery has a rider from the time that it was picked up.';
const COUPON = 'A coupon says for what it was given.';

/** The id that the row is kept under. */
const key = forGood(KEY, (written) => written.key);
/** What it was at first; what that is, others say. */
const lasting = forGood(SINCE, ({ before, after }, _world, _now, name) => (before ?? after)[name]);
/** The time at which the row was made. */
const made = forGood(WHEN, ({ before, after }, _world, now, name) => (before === null ? now : after[name]));
/** The time of this change. */
const changed = eachTime(WHEN, (_written, _world, now) => now);
/** The same as in the order. */
const copied = (column?: string): Origin =>
  forGood(
    COPY,
    ({ after }, { tables }, _now, name) =>
      (tables.orders.get(String(after['orderId'])) ?? { [column ?? name]: after[name] })[column ?? name],
  );
/** What the event says that the notice tells of. */
const told = (from: (event: Envelope) => unknown): Origin =>
  forGood(NOTICE, (written, { stream, placeOf }, _now, name) => {
    const event = stream[placeOf(written.key) ?? -1];
    return event === undefined ? written.after[name] : from(event);
  });
/** Always the same. */
const constant = (sentence: string, value: unknown): Origin => forGood(sentence, () => value);
const heldBy = (sentence: string): Origin => ({ heldBy: sentence });

const STATUS = heldBy('A status goes only where the domain lets it go.');
const PARCEL: Readonly<Record<string, readonly Origin[]>> = {
  customerId: [copied()],
  storeId: [copied()],
  foodId: [copied()],
  address: [copied()],
};
const WISH = [lasting, heldBy('What people asked for is what is told and kept.')];
const dataOf = ({ data }: Envelope): Row => data as Row;

/** Whether a delivery has been picked up. */
const isPicked = (row: Row | null): boolean => row?.['status'] === 'delivering' || row?.['status'] === 'delivered';

/** Every column of every table, and where it comes from. */
export const COLUMNS: Readonly<Record<TableName, Readonly<Record<string, readonly Origin[]>>>> = {
  orders: {
    orderId: [key],
    customerId: WISH,
    storeId: WISH,
    foodId: WISH,
    price: WISH,
    address: WISH,
    options: WISH,
    status: [STATUS],
    progress: [eachTime('An order remembers how far it came.', (written) => progressOf(written))],
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
      eachTime(RIDER, ({ after, before }) =>
        isPicked(after) ? (isPicked(before) ? before?.['riderId'] : (after['riderId'] ?? 'somebody')) : null,
      ),
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
    welcomeOrderId: [lasting, forGood(COUPON, ({ after }, world) => ownOrder(after['welcomeOrderId'], after['customerId'], world))],
    createdAt: [made, lasting],
    updatedAt: [changed],
  },
  couponGrants: {
    grantId: [key],
    customerId: [copied()],
    orderId: [lasting, heldBy('What is told is done in the same commit.')],
    reason: [eachTime(COUPON, ({ after }) => (after['reviewId'] === null ? 'welcome' : 'review'))],
    reviewId: [eachTime(COUPON, ({ after, key: id }) => (id === `welcome:${String(after['customerId'])}` ? null : id))],
    status: [heldBy('A coupon that was taken back is not given again.')],
    grantedAt: [made, lasting],
    revokedAt: [
      eachTime(WHEN, ({ after, before }, _world, now) => (after['status'] === 'revoked' ? (before?.['revokedAt'] ?? now) : null)),
    ],
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
function progressOf({ after, before }: Written): unknown {
  const { status, progress } = after;
  if (WAY.includes(status)) return status;
  const least = Math.max(0, WAY.indexOf(before?.['progress']));
  return WAY.indexOf(progress) >= least ? progress : WAY[least];
}

/** The order itself where it is this customer's; else any that would be. */
function ownOrder(orderId: unknown, customerId: unknown, { tables }: World): unknown {
  return tables.orders.get(String(orderId))?.['customerId'] === customerId ? orderId : `an order of this customer, ${String(customerId)}`;
}

/** One column that an invariant is about. */
type Column = Source & { readonly name: string };

const columnsOf = (table: TableName, sentence: string): readonly Column[] =>
  Object.entries(COLUMNS[table]).flatMap(([name, origins]) =>
    origins.flatMap((origin) => ('sentence' in origin && origin.sentence === sentence ? [{ ...origin, name }] : [])),
  );

const SENTENCES: readonly string[] = [
  ...new Set(
    TABLES.flatMap((table) =>
      Object.values(COLUMNS[table]).flatMap((origins) => origins.flatMap((origin) => ('sentence' in origin ? [origin.sentence] : []))),
    ),
  ),
];

/** The first column that has not what it must have. */
const wrongIn = (columns: readonly Column[], written: Written, world: World, now: string): Column | undefined => {
  const { before, after } = written;
  for (const column of columns) {
    const { name, expected, isForGood } = column;
    const value = after[name];
    if (isForGood && before !== null && before[name] === value) continue;
    if (!isSame(value, expected(written, world, now, name))) return column;
  }
  return undefined;
};

const wrongColumn = (table: TableName, columns: readonly Column[], written: Written, world: World, now: string): Found => {
  const wrong = wrongIn(columns, written, world, now);
  if (wrong === undefined) return undefined;
  const { name, expected } = wrong;
  return `${name} of ${table} is ${JSON.stringify(written.after[name])}, and must be ${JSON.stringify(expected(written, world, now, name))}.`;
};

/** Whether every column of a change has what it must have; nearly always it does, and then no sentence needs its own look. */
const glanceAt = (table: TableName): Glance<TableName> => {
  const columns = SENTENCES.flatMap((sentence) => columnsOf(table, sentence));
  return { isAllRight: (change, world, now) => change.after === null || wrongIn(columns, change as Written, world, now) === undefined };
};

const GLANCES = new Map(TABLES.map((table) => [table, glanceAt(table)]));

/** What must hold of each column. */
export const FIELDS: readonly Invariant[] = SENTENCES.map((sentence) =>
  always(
    sentence,
    ...TABLES.flatMap((table) => {
      const columns = columnsOf(table, sentence);
      if (columns.length === 0) return [];
      return [
        onChange(
          `${columns.map(({ name }) => name).join(', ')} of ${table}`,
          [table],
          (change, world, now) => (change.after === null ? undefined : wrongColumn(table, columns, change as Written, world, now)),
          GLANCES.get(table),
        ),
      ];
    }),
  ),
);
