/** Coupons: one of welcome for each customer, one for each review that was not taken back, and what is told of them. */
import { counted } from '../../kernel/counted.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { always, atRest, type Invariant } from '../../explore/simulate/invariant.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { inAll, onChange, type World } from './rules.ts';

const dataOf = ({ data }: Envelope): Row => data as Row;

/** What a coupon is given, or taken back, for. */
interface Reason {
  readonly type: 'CouponGranted' | 'CouponRevoked';
  /** What happened that it is for. */
  readonly event: Envelope;
}

const GRANTED_BY: Readonly<Record<string, Reason['type']>> = { OrderPlaced: 'CouponGranted', ReviewWritten: 'CouponGranted', ReviewDeleted: 'CouponRevoked' };

const nameOf = ({ labels }: World, orderId: string): string => labels.get(orderId) ?? orderId;

/** `CouponGranted to welcome kim`, `CouponRevoked for the review that kim wrote of A (01J…)`. */
const said = (world: World, { type, event }: Reason): string => {
  const { customerId, reviewId } = dataOf(event);
  const why = reviewId === undefined ? `to welcome ${String(customerId)}` : `for the review that ${String(customerId)} wrote of ${nameOf(world, event.subject)} (${String(reviewId)})`;
  return `${type} ${why}`;
};

/** What each coupon event that there must be is told for, by what it is known by. */
const reasonsOf = (world: World): ReadonlyMap<string, Reason> => {
  const reasons = new Map<string, Reason>();
  for (const event of world.stream) {
    const granted = GRANTED_BY[event.type];
    if (granted === undefined) continue;
    const { customerId, reviewId } = dataOf(event);
    const key = `${granted} ${String(reviewId ?? `welcome ${String(customerId)}`)}`;
    if (!reasons.has(key)) reasons.set(key, { type: granted, event });
  }
  return reasons;
};

/** What a coupon event is known by. */
const keyOf = (event: Envelope): string => {
  const { customerId, reason, reviewId } = dataOf(event);
  return reason === 'welcome' ? `${event.type} welcome ${String(customerId)}` : `${event.type} ${String(reviewId)}`;
};

const isOfCoupon = ({ type }: Envelope): boolean => type === 'CouponGranted' || type === 'CouponRevoked';

/** What was never told of a customer's coupons, and is therefore missing; empty where all was told. */
const missingFor = (world: World, customerId: string): string => {
  const told = new Set(world.stream.filter(isOfCoupon).map(keyOf));
  const missing: string[] = [];
  for (const [key, reason] of reasonsOf(world)) {
    if (!told.has(key) && world.tables.orders.get(reason.event.subject)?.['customerId'] === customerId) missing.push(said(world, reason));
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
    onChange('a balance below none', ['customers'], ({ after }) => (Number(after?.['couponCount']) < 0 ? `There are ${String(after?.['couponCount'])}.` : undefined)),
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
    inAll('another balance, or several', ({ world }, say) => {
      const { tables } = world;
      for (const [customerId, orders] of ownersOf(world)) {
        let expected = 1;
        for (const review of tables.reviews.values()) if (review['customerId'] === customerId) expected += 1;
        const counts: unknown[] = [];
        for (const row of tables.customers.values()) if (orders.has(row['welcomeOrderId'])) counts.push(row['couponCount']);
        if (counts.length === 1 && counts[0] === expected) continue;
        const balances = counts.length === 1 ? counted(Number(counts[0]), 'coupon') : `${counts.length} rows with ${counts.join(' and ') || 'no'} coupons`;
        say(`${customerId} has ${balances}, and should have ${expected}.${missingFor(world, customerId)}`, customerId);
      }
    }),
  ),
  atRest(
    'Each coupon is told of once, with the balance after it.',
    inAll('a coupon that nobody is told of', ({ world }, say) => {
      const told = new Set(world.stream.filter(isOfCoupon).map(keyOf));
      for (const [key, reason] of reasonsOf(world)) if (!told.has(key)) say(`${said(world, reason)} was never told.`, reason.event.subject);
    }),
    inAll('a coupon that is told twice, or for nothing', ({ world }, say) => {
      const reasons = reasonsOf(world);
      const told = new Set<string>();
      for (const event of world.stream) {
        if (!isOfCoupon(event)) continue;
        const key = keyOf(event);
        const reason = reasons.get(key);
        if (reason === undefined) say(`${event.type} was told to ${String(dataOf(event)['customerId'])} for nothing.`, event.subject);
        else if (told.has(key)) say(`${said(world, reason)} was told more than once.`, event.subject);
        told.add(key);
      }
    }),
    inAll('a balance that is told wrongly', ({ world: { stream } }, say) => {
      const balances = new Map<string, number>();
      for (const event of stream) {
        if (!isOfCoupon(event)) continue;
        const { customerId, couponCount } = dataOf(event);
        const customer = String(customerId);
        const balance = (balances.get(customer) ?? 0) + (event.type === 'CouponGranted' ? 1 : -1);
        balances.set(customer, balance);
        if (couponCount !== balance) say(`${event.type} tells ${customer} of ${counted(Number(couponCount), 'coupon')}, and there are ${balance}.`, event.subject);
      }
    }),
    inAll('a coupon of a review that is told of another order', ({ world }, say) => {
      const reasons = reasonsOf(world);
      for (const event of world.stream) {
        const reason = isOfCoupon(event) && dataOf(event)['reason'] === 'review' ? reasons.get(keyOf(event)) : undefined;
        if (reason !== undefined && reason.event.subject !== event.subject) say(`${said(world, reason)} is told of ${nameOf(world, event.subject)}.`, event.subject);
      }
    }),
  ),
];
