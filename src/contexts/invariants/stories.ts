/** What must have been told of an order that is where it is, by whom, because of what, and once: the domain's choreography. */
import { eventsAbout } from '../../explore/simulate/events-about.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { atRest, type Found, type Invariant } from '../../explore/simulate/invariant.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { ORIGINS, isOurs } from './ours.ts';
import { perEvent, perOrder, type EventRule, type Rest } from './rules.ts';

const WHOLE_WAY = ['OrderPlaced', 'Paid', 'OrderAccepted', 'CookStarted', 'CookFinished', 'Picked', 'Delivered'] as const;
const way = (steps: number): readonly string[] => WHOLE_WAY.slice(0, steps);

interface Story {
  readonly must: readonly string[];
  readonly may: readonly (readonly string[])[];
}

/**
 * What must have been told of an order in this status, and what may have been, each together with the others of its group
 * or not at all.
 */
const STORIES: Readonly<Record<string, Story>> = {
  paid: { must: way(2), may: [] },
  accepted: { must: way(3), may: [] },
  cooking: { must: way(4), may: [['OrderCancelRequested', 'CancelRefused']] },
  cooked: { must: way(5), may: [['OrderCancelRequested', 'CancelRefused']] },
  delivering: { must: way(6), may: [['OrderCancelRequested', 'CancelRefused']] },
  delivered: { must: way(7), may: [['OrderCancelRequested', 'CancelRefused']] },
  canceled: {
    must: ['OrderPlaced', 'OrderCancelRequested', 'CookingCanceled', 'OrderCanceled', 'DeliveryCanceled'],
    may: [['Paid', 'PaymentRefunded'], ['OrderAccepted']],
  },
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

/** What was told of an order's way; asked of every order. */
const toldOf = (orderId: string, stream: readonly Envelope[]): readonly string[] => {
  const types: string[] = [];
  for (const { type, subject } of eventsAbout(stream, orderId)) if (subject === orderId && !ASIDE.has(type)) types.push(type);
  return types;
};

/** Which groups of what may have been told were begun. */
const isBegun = (group: readonly string[], types: readonly string[]): boolean => group.some((type) => types.includes(type));

/** What must have been told, and was not. */
const missingOf = ({ must, may }: Story, types: readonly string[]): readonly string[] => {
  const missing = must.filter((type) => !types.includes(type));
  for (const group of may) if (isBegun(group, types)) missing.push(...group.filter((type) => !types.includes(type)));
  return missing;
};

const untold = (orderId: string, order: Row, { world }: Rest): Found => {
  const story = STORIES[String(order['status'])];
  if (story === undefined) return undefined;
  const missing = missingOf(story, toldOf(orderId, world.stream));
  return missing.length === 0 ? undefined : `The order is ${String(order['status'])}: ${missing.join(', ')} was not told.`;
};

const overtold = (orderId: string, order: Row, { world }: Rest): Found => {
  const story = STORIES[String(order['status'])];
  if (story === undefined) return undefined;
  const types = toldOf(orderId, world.stream);
  const isOver = (type: string, index: number): boolean =>
    types.indexOf(type) !== index || !(story.must.includes(type) || story.may.some((group) => group.includes(type)));
  const over = types.filter(isOver);
  return over.length === 0 ? undefined : `The order is ${String(order['status'])}: ${over.join(', ')} was told, or told again.`;
};

const traceOf = ({ traceparent }: Envelope): string => traceparent.slice(3, 35);

/** A rule about an event and the one that caused it; nothing is asked of what a person caused. */
const ofCause = (breach: string, check: (event: Envelope, cause: Envelope, isLater: boolean) => Found): EventRule =>
  perEvent(breach, (event, index, { world: { stream, placeOf } }) => {
    const at = placeOf(event.causationid);
    return at === undefined ? undefined : check(event, stream[at]!, at > index);
  });

/** A rule about an event of these contexts; another context's have rules of their own. */
const perOurs = (breach: string, check: EventRule['check']): EventRule =>
  perEvent(breach, (event, index, rest) => (isOurs(event) ? check(event, index, rest) : undefined));

/** A rule about an event and its order. */
const ofItsOrder = (breach: string, check: (event: Envelope, order: Row) => Found): EventRule =>
  perEvent(breach, (event, _index, { world }) => {
    const order = world.tables.orders.get(event.subject);
    return order === undefined ? undefined : check(event, order);
  });

/** What must hold of all that was told. */
export const TOLD: readonly Invariant[] = [
  atRest(
    'What was told of an order is its whole story, each part of it once.',
    perOrder('a part that was not told', untold),
    perOrder('a part too much', overtold),
  ),
  atRest(
    'Each event has the right origin, cause, correlation and order.',
    perOurs('an event of somebody else', (event) => {
      const [context] = ORIGINS[event.type] ?? [];
      if (context === undefined) return 'it is not an event of this system.';
      return event.source === `/${context}` ? undefined : `it comes from ${event.source}, not /${context}.`;
    }),
    perOurs('an event without its reason', (event, _index, { world: { stream, placeOf } }) => {
      const origin: readonly string[] = ORIGINS[event.type] ?? [];
      const cause = stream[placeOf(event.causationid) ?? -1];
      // What stands first is whose event it is.
      if (origin.includes(cause?.type ?? 'request', 1)) return undefined;
      return `it was caused by ${cause === undefined ? 'a request' : cause.type}, not by ${origin.slice(1).join(' or ')}.`;
    }),
    ofCause('an event before its reason', (_event, cause, isLater) =>
      isLater ? `${cause.type}, which caused it, was stored after it.` : undefined,
    ),
    ofCause('another correlation than its reason', (event, cause) =>
      cause.correlationid === event.correlationid ? undefined : `its correlation is not that of ${cause.type}, which caused it.`,
    ),
    ofCause('another trace than its reason', (event, cause) =>
      traceOf(cause) === traceOf(event) ? undefined : `its trace is not that of ${cause.type}, which caused it.`,
    ),
    ofCause('another order than its reason', (event, cause) =>
      cause.subject === event.subject || !isOurs(event) ? undefined : `it is about another order than ${cause.type}, which caused it.`,
    ),
    perOurs('an order that there is not', (event, _index, { world }) =>
      world.tables.orders.has(event.subject) ? undefined : 'front knows no such order.',
    ),
    ofItsOrder('another customer', (event, { customerId }) => {
      const told = dataOf(event)['customerId'];
      return told === customerId ? undefined : `it names the customer ${String(told)}, not ${String(customerId)}.`;
    }),
    ofItsOrder('another amount', (event, { price }) => {
      const { amount = price } = dataOf(event);
      return amount === price ? undefined : `it is about ${String(amount)} won, and the order costs ${String(price)}.`;
    }),
    ofItsOrder('another store', (event, order) => {
      const { storeId = order['storeId'] } = dataOf(event);
      return storeId === order['storeId'] ? undefined : `it names the store ${String(storeId)}, not ${String(order['storeId'])}.`;
    }),
    perEvent('another status', (event) => {
      const carried = CARRIED[event.type];
      const status = String(dataOf(event)['status']);
      return carried === undefined || carried.includes(status)
        ? undefined
        : `it carries the status ${status}, not ${carried.join(' or ')}.`;
    }),
    perEvent('a span that another event has', (event, index, { world: { stream } }) => {
      const first = stream.findIndex(({ traceparent }) => traceparent === event.traceparent);
      return first === index ? undefined : `its span is that of ${stream[first]?.type ?? 'another'}.`;
    }),
  ),
  atRest(
    'Who brings it is who picked it up.',
    perEvent('a rider whom the delivery does not name', (event, _index, { world }) => {
      if (event.type !== 'Picked' && event.type !== 'Delivered') return undefined;
      const rider = world.tables.deliveries.get(event.subject)?.['riderId'];
      const told = dataOf(event)['riderId'];
      return told === rider ? undefined : `it names ${String(told)}, and the delivery ${String(rider)}.`;
    }),
  ),
];
