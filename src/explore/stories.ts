/** What must have been told of an order that is where it is, by whom, because of what, and once: the domain's choreography, told from the outside. */
import type { Envelope } from '../kernel/envelope.ts';
import type { Violation } from './always.ts';
import type { Row, World } from './world.ts';

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

/** What must have been told of an order in this status, and what may have been, each together with the others of its group or not at all. */
const STORIES: Readonly<Record<string, { readonly must: readonly string[]; readonly may: readonly (readonly string[])[] }>> = {
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

const storyOf = (orderId: string, order: Row, told: readonly Envelope[]): readonly Violation[] => {
  const status = String(order['status']);
  const story = STORIES[status];
  const types = told.map(({ type }) => type).filter((type) => !ASIDE.has(type));
  if (story === undefined) return [];
  const has = new Set(types);
  const groups = story.may.filter((group) => group.some((type) => has.has(type))).flat();
  const expected = [...story.must, ...groups];
  const missing = expected.filter((type) => !has.has(type));
  const extra = types.filter((type, index) => !expected.includes(type) || types.indexOf(type) !== index);
  if (missing.length === 0 && extra.length === 0) return [];
  const said = [...(missing.length === 0 ? [] : [`${missing.join(', ')} was not told`]), ...(extra.length === 0 ? [] : [`${extra.join(', ')} was told, or told again`])].join('; ');
  return [{ invariant: 'What was told of an order is its whole story, each part of it once.', found: `The order is ${status}: ${said}.`, subject: orderId }];
};

const traceOf = ({ traceparent }: Envelope): string => traceparent.slice(3, 35);

/** What is wrong with an event's origin; undefined where nothing is. */
const wrongOrigin = (event: Envelope, cause: Envelope | undefined, isLater: boolean): string | undefined => {
  const [context, ...causes] = ORIGINS[event.type] ?? [];
  if (context === undefined) return 'it is no event of this system';
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
const origins = ({ stream, tables }: World): readonly Violation[] => {
  const places = new Map(stream.map((event, index) => [event.id as string, index]));
  return stream.flatMap((event, index) => {
    const at = places.get(event.causationid);
    const cause = at === undefined ? undefined : stream[at];
    const wrong = wrongOrigin(event, cause, at !== undefined && at > index) ?? wrongData(event, tables.orders.get(event.subject));
    return wrong === undefined ? [] : [{ invariant: 'Each event has the right origin, cause, correlation and order.', found: `${event.type}: ${wrong}.`, subject: event.subject }];
  });
};

const COUPONS = 'Each coupon is told of once, with the balance after it.';

/** Coupons, as they were told: one welcome for each customer, one for each review, one back for each that was deleted; and the balance after each. */
const couponsTold = ({ stream }: World): readonly Violation[] => {
  const balances = new Map<string, number>();
  const told = new Map<string, number>();
  const found: Violation[] = [];
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
    if (data['couponCount'] !== balance) found.push({ invariant: COUPONS, found: `${type} tells ${customer} of ${String(data['couponCount'])} coupons, and there are ${balance}.`, subject });
  }
  for (const [what, difference] of told) if (difference !== 0) found.push({ invariant: COUPONS, found: `${what} was told ${difference > 0 ? 'too often' : 'too seldom'}.`, subject: '' });
  return found;
};

/** Tables that copy what an order is, and what they copy. */
const COPIES = {
  foodCookings: ['customerId', 'storeId', 'foodId', 'address', 'options'],
  deliveries: ['customerId', 'storeId', 'foodId', 'address'],
  deliveryLists: ['customerId', 'storeId', 'foodId', 'address'],
  mypages: ['customerId', 'storeId', 'foodId', 'address', 'options', 'price'],
  payments: ['customerId'],
} as const;

const same = (one: unknown, other: unknown): boolean => one === other || JSON.stringify(one) === JSON.stringify(other);

const copies = ({ tables }: World): readonly Violation[] =>
  Object.entries(COPIES).flatMap(([table, names]) =>
    [...tables[table as keyof typeof COPIES]].flatMap(([orderId, row]) => {
      const order = tables.orders.get(orderId);
      const odd = names.find((name) => order !== undefined && !same(row[name], order[name]));
      return odd === undefined ? [] : [{ invariant: 'What is copied of an order is what was ordered.', found: `${odd} of ${table} is ${JSON.stringify(row[odd])}, and the order has ${JSON.stringify(order?.[odd])}.`, subject: orderId }];
    }),
  );

/** Who brings it is who picked it up; what is to be paid is what it costs. */
const details = ({ tables, stream }: World): readonly Violation[] => {
  const riders = stream
    .filter(({ type }) => type === 'Picked' || type === 'Delivered')
    .flatMap((event) => {
      const rider = tables.deliveries.get(event.subject)?.['riderId'];
      const told = dataOf(event)['riderId'];
      return told === rider ? [] : [{ invariant: 'Who brings it is who picked it up.', found: `${event.type} names ${String(told)}, and the delivery ${String(rider)}.`, subject: event.subject }];
    });
  const bills = [...tables.payments].flatMap(([orderId, { amount }]) => {
    const price = tables.orders.get(orderId)?.['price'];
    return price === undefined || amount === price ? [] : [{ invariant: 'What is to be paid is what it costs.', found: `The payment is of ${String(amount)} won, and the order costs ${String(price)}.`, subject: orderId }];
  });
  return [...riders, ...bills];
};

/** What must hold at rest of all that was told. */
export const checkStories = (world: World): readonly Violation[] => {
  const byOrder = Map.groupBy(world.stream, ({ subject }) => subject);
  return [
    ...[...world.tables.orders].flatMap(([orderId, order]) => storyOf(orderId, order, byOrder.get(orderId) ?? [])),
    ...origins(world),
    ...couponsTold(world),
    ...copies(world),
    ...details(world),
  ];
};
