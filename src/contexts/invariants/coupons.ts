/** Coupons: one of welcome for each customer, one for each review that was not taken back, and what is told of them. */
import { counted } from '../../kernel/counted.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { always, atRest, type Invariant } from '../../explore/simulate/invariant.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { inAll, onChange, type Rest, type World } from './rules.ts';

const dataOf = ({ data }: Envelope): Row => data as Row;

/** What a coupon is given, or taken back, for. */
interface Reason {
  readonly type: 'CouponGranted' | 'CouponRevoked';
  /** What happened that it is for. */
  readonly event: Envelope;
}

const GRANTED_BY: Readonly<Record<string, Reason['type']>> = {
  OrderPlaced: 'CouponGranted',
  ReviewWritten: 'CouponGranted',
  ReviewDeleted: 'CouponRevoked',
};

const nameOf = ({ labels }: World, orderId: string): string => labels.get(orderId) ?? orderId;

/** `CouponGranted to welcome kim`, `CouponRevoked for the review that kim wrote of A (01J…)`. */
const said = (world: World, { type, event }: Reason): string => {
  const { customerId, reviewId } = dataOf(event);
  const why =
    reviewId === undefined
      ? `to welcome ${String(customerId)}`
      : `for the review that ${String(customerId)} wrote of ${nameOf(world, event.subject)} (${String(reviewId)})`;
  return `${type} ${why}`;
};

const isOfCoupon = ({ type }: Envelope): boolean => type === 'CouponGranted' || type === 'CouponRevoked';

/** What a coupon event is known by. */
const keyOf = (event: Envelope): string => {
  const { customerId, reason, reviewId } = dataOf(event);
  return reason === 'welcome' ? `${event.type} welcome ${String(customerId)}` : `${event.type} ${String(reviewId)}`;
};

/** All that is told of coupons, and why. */
interface Book {
  /** What each coupon event that there must be is told for, by what it is known by. */
  readonly reasons: ReadonlyMap<string, Reason>;
  /** The coupon events, in order. */
  readonly told: readonly Envelope[];
  /** What those are known by. */
  readonly keys: ReadonlySet<string>;
}

/** Asked for by each rule. */
const books = new WeakMap<Rest, Book>();

const bookOf = (rest: Rest): Book => {
  const known = books.get(rest);
  if (known !== undefined) return known;
  const reasons = new Map<string, Reason>();
  const told: Envelope[] = [];
  for (const event of rest.world.stream) {
    if (isOfCoupon(event)) told.push(event);
    const granted = GRANTED_BY[event.type];
    if (granted === undefined) continue;
    const { customerId, reviewId } = dataOf(event);
    const key = `${granted} ${String(reviewId ?? `welcome ${String(customerId)}`)}`;
    reasons.set(key, { type: granted, event });
  }
  const book = { reasons, told, keys: new Set(told.map(keyOf)) };
  books.set(rest, book);
  return book;
};

/** What was never told of a customer's coupons, and is therefore missing; empty where all was told. */
const missingFor = (rest: Rest, customerId: string): string => {
  const { world } = rest;
  const { reasons, keys } = bookOf(rest);
  const missing: string[] = [];
  for (const [key, reason] of reasons) {
    if (!keys.has(key) && world.tables.orders.get(reason.event.subject)?.['customerId'] === customerId) missing.push(said(world, reason));
  }
  return missing.length === 0 ? '' : ` Never told: ${missing.join('; ')}.`;
};

/** Each customer, and the orders that are theirs. */
const ownersOf = ({ tables }: World): ReadonlyMap<string, ReadonlySet<unknown>> => {
  const owned = new Map<string, Set<unknown>>();
  for (const [orderId, { customerId }] of tables.orders) {
    const orders = owned.get(String(customerId));
    if (orders === undefined) owned.set(String(customerId), new Set([orderId]));
    else orders.add(orderId);
  }
  return owned;
};

/** What must hold of coupons. */
export const COUPONS: readonly Invariant[] = [
  always(
    'Coupons are never fewer than none.',
    onChange('a balance below none', ['customers'], ({ after }) =>
      Number(after?.['couponCount']) < 0 ? `There are ${String(after?.['couponCount'])}.` : undefined,
    ),
  ),
  always(
    'A coupon that was taken back is not given again.',
    onChange('a coupon that comes back, or is forgotten', ['couponGrants'], ({ before, after }) => {
      const [was, is] = [before?.['status'] ?? 'none', after?.['status'] ?? 'none'];
      const isRight = was === is || (was === 'none' && is === 'granted') || (was === 'granted' && is === 'revoked');
      return isRight ? undefined : `The coupon was ${String(was)}, and is ${String(is)}.`;
    }),
  ),
  atRest(
    'Coupons are the welcome coupon and one for each live review.',
    inAll('another balance, or several', (rest, say) => {
      const { world } = rest;
      const { tables } = world;
      for (const [customerId, orders] of ownersOf(world)) {
        let expected = 1;
        for (const review of tables.reviews.values()) if (review['customerId'] === customerId) expected += 1;
        const counts: unknown[] = [];
        for (const row of tables.customers.values()) if (orders.has(row['welcomeOrderId'])) counts.push(row['couponCount']);
        if (counts.length === 1 && counts[0] === expected) continue;
        const balances =
          counts.length === 1 ? counted(Number(counts[0]), 'coupon') : `${counts.length} rows with ${counts.join(' and ') || 'no'} coupons`;
        say(`${customerId} has ${balances}, and should have ${expected}.${missingFor(rest, customerId)}`, customerId);
      }
    }),
  ),
  atRest(
    'Each coupon is told of once, with the balance after it.',
    inAll('a coupon that nobody is told of', (rest, say) => {
      const { reasons, keys } = bookOf(rest);
      for (const [key, reason] of reasons) if (!keys.has(key)) say(`${said(rest.world, reason)} was never told.`, reason.event.subject);
    }),
    inAll('a coupon that is told twice, or for nothing', (rest, say) => {
      const { reasons, told } = bookOf(rest);
      const before = new Set<string>();
      for (const event of told) {
        const key = keyOf(event);
        const reason = reasons.get(key);
        if (reason === undefined) say(`${event.type} was told to ${String(dataOf(event)['customerId'])} for nothing.`, event.subject);
        else if (before.has(key)) say(`${said(rest.world, reason)} was told more than once.`, event.subject);
        before.add(key);
      }
    }),
    inAll('a balance that is told wrongly', (rest, say) => {
      const balances = new Map<string, number>();
      for (const event of bookOf(rest).told) {
        const { customerId, couponCount } = dataOf(event);
        const customer = String(customerId);
        const balance = (balances.get(customer) ?? 0) + (event.type === 'CouponGranted' ? 1 : -1);
        balances.set(customer, balance);
        if (couponCount !== balance)
          say(`${event.type} tells ${customer} of ${counted(Number(couponCount), 'coupon')}, and there are ${balance}.`, event.subject);
      }
    }),
    inAll('a coupon of a review that is told of another order', (rest, say) => {
      const { reasons, told } = bookOf(rest);
      for (const event of told) {
        const reason = dataOf(event)['reason'] === 'review' ? reasons.get(keyOf(event)) : undefined;
        if (reason !== undefined && reason.event.subject !== event.subject)
          say(`${said(rest.world, reason)} is told of ${nameOf(rest.world, event.subject)}.`, event.subject);
      }
    }),
  ),
];
