/** What must have been told of an order that is where it is, by whom, because of what, and once: the domain's choreography, told from the outside. */
import type { Envelope } from '../kernel/envelope.ts';
import type { Violation } from './always.ts';
import { isSame } from './same.ts';
import type { Row, World } from './world.ts';

type Report = (violation: Violation) => void;

/** Whose event it is, and what causes it; `request` where a person does. */
const ORIGINS: Readonly<Record<string, readonly [context: string, ...causes: readonly string[]]>> = {
  OrderPlaced: ['front', 'request'],
  Paid: ['front', 'OrderPlaced'],
  PaymentDeclined: ['front', 'OrderPlaced'],
  OrderCancelRequested: ['front', 'request'],
  OrderCanceled: ['front', 'CookingCanceled'],
  PaymentRefunded: ['front', 'CookingCanceled', 'OrderRejected'],
  ReviewWritten: ['front', 'request'],
  ReviewDeleted: ['front', 'request'],
  OrderAccepted: ['store', 'request'],
  OrderRejected: ['store', 'request'],
  CookStarted: ['store', 'request'],
  CookFinished: ['store', 'request'],
  CookingCanceled: ['store', 'OrderCancelRequested'],
  CancelRefused: ['store', 'OrderCancelRequested'],
  Picked: ['rider', 'request'],
  Delivered: ['rider', 'request'],
  DeliveryCanceled: ['rider', 'OrderCanceled', 'OrderRejected'],
  CouponGranted: ['customer', 'OrderPlaced', 'ReviewWritten'],
  CouponRevoked: ['customer', 'ReviewDeleted'],
};

const WHOLE_WAY = ['OrderPlaced', 'Paid', 'OrderAccepted', 'CookStarted', 'CookFinished', 'Picked', 'Delivered'] as const;
const way = (steps: number): readonly string[] => WHOLE_WAY.slice(0, steps);

interface Story {
  readonly must: readonly string[];
  readonly may: readonly (readonly string[])[];
}

/** What must have been told of an order in this status, and what may have been, each together with the others of its group or not at all. */
const STORIES: Readonly<Record<string, Story>> = {
  paid: { must: way(2), may: [] },
  accepted: { must: way(3), may: [] },
  cooking: { must: way(4), may: [['OrderCancelRequested', 'CancelRefused']] },
  cooked: { must: way(5), may: [['OrderCancelRequested', 'CancelRefused']] },
  delivering: { must: way(6), may: [['OrderCancelRequested', 'CancelRefused']] },
  delivered: { must: way(7), may: [['OrderCancelRequested', 'CancelRefused']] },
  canceled: { must: ['OrderPlaced', 'OrderCancelRequested', 'CookingCanceled', 'OrderCanceled', 'DeliveryCanceled'], may: [['Paid', 'PaymentRefunded'], ['OrderAccepted']] },
  rejected: { must: ['OrderPlaced', 'Paid', 'OrderRejected', 'PaymentRefunded', 'DeliveryCanceled'], may: [['OrderCancelRequested']] },
  // Where the payment was declined, the store may have called the cooking off before it heard of that.
  'payment-failed': { must: ['OrderPlaced', 'PaymentDeclined'], may: [['OrderCancelRequested'], ['CookingCanceled']] },
};

/** What is told of what a customer has, and not of where the order is. */
const ASIDE: ReadonlySet<string> = new Set(['CouponGranted', 'CouponRevoked', 'ReviewWritten', 'ReviewDeleted']);

/** The status that an event of the store carries. */
const CARRIED: Readonly<Record<string, readonly string[]>> = {
  OrderAccepted: ['accepted'],
  OrderRejected: ['rejected'],
  CookStarted: ['cooking'],
  CookFinished: ['cooked'],
  CookingCanceled: ['canceled'],
  CancelRefused: ['cooking', 'cooked'],
};

const dataOf = ({ data }: Envelope): Row => data as Row;

/** Whether all that was told of an order is its story, each part of it once; asked of every order, so it makes nothing. */
const isWhole = ({ must, may }: Story, types: readonly string[]): boolean => {
  let expected = must.length;
  for (const group of may) if (group.some((type) => types.includes(type))) expected += group.length;
  if (types.length !== expected) return false;
  for (const type of must) if (!types.includes(type)) return false;
  for (let index = 0; index < types.length; index += 1) {
    const type = types[index]!;
    if (types.indexOf(type) !== index || !(must.includes(type) || may.some((group) => group.includes(type)))) return false;
  }
  return true;
};

const checkStory = (orderId: string, order: Row, stream: readonly Envelope[], report: Report): void => {
  const status = String(order['status']);
  const story = STORIES[status];
  if (story === undefined) return;
  const types: string[] = [];
  for (const { type, subject } of stream) if (subject === orderId && !ASIDE.has(type)) types.push(type);
  if (isWhole(story, types)) return;
  const groups = story.may.filter((group) => group.some((type) => types.includes(type))).flat();
  const expected = [...story.must, ...groups];
  const missing = expected.filter((type) => !types.includes(type));
  const extra = types.filter((type, index) => !expected.includes(type) || types.indexOf(type) !== index);
  const said = [...(missing.length === 0 ? [] : [`${missing.join(', ')} was not told`]), ...(extra.length === 0 ? [] : [`${extra.join(', ')} was told, or told again`])].join('; ');
  report({ invariant: 'What was told of an order is its whole story, each part of it once.', found: `The order is ${status}: ${said}.`, subject: orderId });
};

const traceOf = ({ traceparent }: Envelope): string => traceparent.slice(3, 35);

/** What is wrong with an event's origin; undefined where nothing is. */
const wrongOrigin = (event: Envelope, cause: Envelope | undefined, isLater: boolean): string | undefined => {
  const [context, ...causes] = ORIGINS[event.type] ?? [];
  if (context === undefined) return 'it is not an event of this system';
  if (event.source !== `/${context}`) return `it comes from ${event.source}, not /${context}`;
  if (!causes.includes(cause?.type ?? 'request')) return `it was caused by ${cause === undefined ? 'a request' : cause.type}, not by ${causes.join(' or ')}`;
  if (cause === undefined) return undefined;
  if (isLater) return `${cause.type}, which caused it, was stored after it`;
  if (cause.correlationid !== event.correlationid) return `its correlation is not that of ${cause.type}, which caused it`;
  if (traceOf(cause) !== traceOf(event)) return `its trace is not that of ${cause.type}, which caused it`;
  return cause.subject === event.subject ? undefined : `it is about another order than ${cause.type}, which caused it`;
};

/** What is wrong with what an event says of its order; undefined where nothing is. */
const wrongData = (event: Envelope, order: Row | undefined): string | undefined => {
  const data = dataOf(event);
  if (order === undefined) return 'front knows no such order';
  if (data['orderId'] !== event.subject) return 'it names another order in its data';
  if (data['customerId'] !== order['customerId']) return `it names the customer ${String(data['customerId'])}, not ${String(order['customerId'])}`;
  if ('amount' in data && data['amount'] !== order['price']) return `it is about ${String(data['amount'])} won, and the order costs ${String(order['price'])}`;
  const carried = CARRIED[event.type];
  if (carried !== undefined && !carried.includes(String(data['status']))) return `it carries the status ${String(data['status'])}, not ${carried.join(' or ')}`;
  if ('storeId' in data && data['storeId'] !== order['storeId']) return `it names the store ${String(data['storeId'])}, not ${String(order['storeId'])}`;
  return undefined;
};

/** Each event is told by its context, for a reason that the domain knows, in the same story as its cause, and of the right order. */
const checkOrigins = ({ stream, placeOf, tables }: World, report: Report): void => {
  for (let index = 0; index < stream.length; index += 1) {
    const event = stream[index]!;
    const at = placeOf(event.causationid);
    const cause = at === undefined ? undefined : stream[at];
    const wrong = wrongOrigin(event, cause, at !== undefined && at > index) ?? wrongData(event, tables.orders.get(event.subject));
    if (wrong !== undefined) report({ invariant: 'Each event has the right origin, cause, correlation and order.', found: `${event.type}: ${wrong}.`, subject: event.subject });
  }
};

const COUPONS = 'Each coupon is told of once, with the balance after it.';

/** Coupons, as they were told: one welcome for each customer, one for each review, one back for each that was deleted; and the balance after each. */
const checkCouponsTold = ({ stream }: World, report: Report): void => {
  const balances = new Map<string, number>();
  const told = new Map<string, number>();
  const count = (what: string, by: number): void => void told.set(what, (told.get(what) ?? 0) + by);
  for (const event of stream) {
    const { type, subject } = event;
    const data = dataOf(event);
    const customer = String(data['customerId']);
    if (type === 'ReviewWritten') count(`CouponGranted for review ${String(data['reviewId'])}`, -1);
    if (type === 'ReviewDeleted') count(`CouponRevoked for review ${String(data['reviewId'])}`, -1);
    if (type === 'OrderPlaced' && !told.has(`CouponGranted to welcome ${customer}`)) count(`CouponGranted to welcome ${customer}`, -1);
    if (type !== 'CouponGranted' && type !== 'CouponRevoked') continue;
    count(data['reason'] === 'welcome' ? `${type} to welcome ${customer}` : `${type} for review ${String(data['reviewId'])}`, 1);
    const balance = (balances.get(customer) ?? 0) + (type === 'CouponGranted' ? 1 : -1);
    balances.set(customer, balance);
    if (data['couponCount'] !== balance) report({ invariant: COUPONS, found: `${type} tells ${customer} of ${String(data['couponCount'])} coupons, and there are ${balance}.`, subject });
  }
  for (const [what, difference] of told) if (difference !== 0) report({ invariant: COUPONS, found: `${what} was told ${difference > 0 ? 'too often' : 'too seldom'}.`, subject: '' });
};

/** Tables that copy what an order is, and what they copy. */
const COPIES = {
  foodCookings: ['customerId', 'storeId', 'foodId', 'address', 'options'],
  deliveries: ['customerId', 'storeId', 'foodId', 'address'],
  deliveryLists: ['customerId', 'storeId', 'foodId', 'address'],
  mypages: ['customerId', 'storeId', 'foodId', 'address', 'options', 'price'],
  payments: ['customerId'],
} as const;

const COPYING = Object.entries(COPIES) as readonly (readonly [table: keyof typeof COPIES, names: readonly string[]])[];

const checkCopies = ({ tables }: World, report: Report): void => {
  for (const [table, names] of COPYING) {
    for (const [orderId, row] of tables[table]) {
      const order = tables.orders.get(orderId);
      if (order === undefined) continue;
      const odd = names.find((name) => !isSame(row[name], order[name]));
      if (odd !== undefined) report({ invariant: 'What is copied of an order is what was ordered.', found: `${odd} of ${table} is ${JSON.stringify(row[odd])}, and the order has ${JSON.stringify(order[odd])}.`, subject: orderId });
    }
  }
};

/** Who brings it is who picked it up; what is to be paid is what it costs. */
const checkDetails = ({ tables, stream }: World, report: Report): void => {
  for (const event of stream) {
    if (event.type !== 'Picked' && event.type !== 'Delivered') continue;
    const rider = tables.deliveries.get(event.subject)?.['riderId'];
    const told = dataOf(event)['riderId'];
    if (told !== rider) report({ invariant: 'Who brings it is who picked it up.', found: `${event.type} names ${String(told)}, and the delivery ${String(rider)}.`, subject: event.subject });
  }
  for (const [orderId, { amount }] of tables.payments) {
    const price = tables.orders.get(orderId)?.['price'];
    if (price !== undefined && amount !== price) report({ invariant: 'What is to be paid is what it costs.', found: `The payment is of ${String(amount)} won, and the order costs ${String(price)}.`, subject: orderId });
  }
};

/** Reports what does not hold at rest of all that was told. */
export const checkStories = (world: World, report: Report): void => {
  for (const [orderId, order] of world.tables.orders) checkStory(orderId, order, world.stream, report);
  checkOrigins(world, report);
  checkCouponsTold(world, report);
  checkCopies(world, report);
  checkDetails(world, report);
};
