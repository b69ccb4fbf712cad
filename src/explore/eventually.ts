import { mypageDrift } from '../contexts/customer/index.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Reads } from '../runtime/tables.ts';
import type { Violation } from './always.ts';
import { checkStories } from './stories.ts';
import type { Row, World } from './world.ts';

/** What is left in a context once nothing moves any more. */
export interface Remains {
  readonly context: string;
  readonly outbox: number;
  readonly parked: readonly { readonly type: string; readonly subject: string; readonly reason: string }[];
  readonly deadLetters: readonly { readonly type: string | null; readonly subject: string; readonly error: string }[];
}

/** What must agree with an order in this status: ticket, payments (any of them), delivery, Mypage. */
const AGREEMENTS: Readonly<Record<string, readonly [ticket: string, payments: readonly string[], delivery: string, mypage: string]>> = {
  paid: ['paid', ['paid'], 'waiting', 'paid'],
  accepted: ['accepted', ['paid'], 'waiting', 'accepted'],
  cooking: ['cooking', ['paid'], 'waiting', 'cooking'],
  cooked: ['cooked', ['paid'], 'ready', 'cooked'],
  delivering: ['cooked', ['paid'], 'delivering', 'delivering'],
  delivered: ['cooked', ['paid'], 'delivered', 'delivered'],
  // An order that was cancelled before anybody paid stays unpaid.
  canceled: ['canceled', ['refunded', 'pending'], 'canceled', 'canceled'],
  rejected: ['rejected', ['refunded'], 'canceled', 'rejected'],
  'payment-failed': ['canceled', ['declined'], 'canceled', 'payment-failed'],
};

const statusOf = (row: Row | undefined): string => String(row?.['status'] ?? 'missing');

const orderAgrees = ({ tables }: World, orderId: string, order: Row): readonly Violation[] => {
  const status = statusOf(order);
  const agreement = AGREEMENTS[status];
  if (agreement === undefined) {
    return [{ invariant: 'Every order is final or waits for a person.', found: `The order is ${status}, and nothing moves any more.`, subject: orderId }];
  }
  const [ticket, payments, delivery, mypage] = agreement;
  const isOnBoard = tables.deliveryLists.has(orderId) ? 'on the board' : 'not on the board';
  const found = [
    ['ticket', statusOf(tables.foodCookings.get(orderId)), [ticket]],
    ['payment', statusOf(tables.payments.get(orderId)), payments],
    ['delivery', statusOf(tables.deliveries.get(orderId)), [delivery]],
    ['Mypage', statusOf(tables.mypages.get(orderId)), [mypage]],
    ['delivery', isOnBoard, [delivery === 'ready' ? 'on the board' : 'not on the board']],
  ] as const;
  const wrong = found.filter(([, actual, allowed]) => !(allowed as readonly string[]).includes(actual));
  if (wrong.length === 0) return [];
  const differences = wrong.map(([name, actual, allowed]) => `its ${name} is ${actual}, not ${allowed.join(' or ')}`).join('; ');
  return [{ invariant: 'Order, ticket, payment, delivery and Mypage agree.', found: `The order is ${status}: ${differences}.`, subject: orderId }];
};

const strangers = ({ tables }: World): readonly Violation[] =>
  (['foodCookings', 'deliveries', 'mypages'] as const).flatMap((table) =>
    [...tables[table].keys()]
      .filter((orderId) => !tables.orders.has(orderId))
      .map((subject) => ({ invariant: 'Order, ticket, payment, delivery and Mypage agree.', found: `${table} knows an order that front does not.`, subject })),
  );

/** Events of an order, by type. */
type Told = ReadonlyMap<string, readonly Envelope[]>;

const toldOf = (stream: readonly Envelope[]): ReadonlyMap<string, Told> => {
  const byOrder = new Map<string, Map<string, Envelope[]>>();
  for (const event of stream) {
    const told = byOrder.get(event.subject) ?? new Map<string, Envelope[]>();
    byOrder.set(event.subject, told);
    const same = told.get(event.type);
    if (same === undefined) told.set(event.type, [event]);
    else same.push(event);
  }
  return byOrder;
};

const amounts = (events: readonly Envelope[] | undefined): number => (events ?? []).reduce((sum, { data }) => sum + Number((data as Row)['amount']), 0);

const refunds = (orderId: string, order: Row, told: Told | undefined): readonly Violation[] => {
  const status = statusOf(order);
  const paid = amounts(told?.get('Paid'));
  const isOff = status === 'canceled' || status === 'rejected';
  const expected = isOff ? paid : 0;
  const refunded = amounts(told?.get('PaymentRefunded'));
  const times = told?.get('PaymentRefunded')?.length ?? 0;
  const isOnce = times === (expected > 0 ? 1 : 0);
  if (refunded === expected && isOnce) return [];
  const found = `The order is ${status}; ${paid} won were paid, and ${refunded} refunded in ${times} refunds.`;
  return [{ invariant: 'What was cancelled or rejected is refunded exactly once and in full, and nothing else is.', found, subject: orderId }];
};

const coupons = ({ tables }: World): readonly Violation[] => {
  const owned = Map.groupBy([...tables.orders.values()], (order) => String(order['customerId']));
  const rows = [...tables.customers.values()];
  const found = [...owned].flatMap(([customerId, orders]) => {
    const expected = 1 + [...tables.reviews.values()].filter((review) => review['customerId'] === customerId).length;
    const own = rows.filter((row) => orders.some((order) => order['orderId'] === row['welcomeOrderId']));
    const counts = own.map((row) => row['couponCount']);
    if (own.length === 1 && counts[0] === expected) return [];
    const said = own.length === 1 ? `${String(counts[0])} coupons` : `${own.length} rows with ${counts.join(' and ') || 'no'} coupons`;
    return [{ invariant: 'Coupons are the welcome coupon and one for each live review.', found: `${customerId} has ${said}, and should have ${expected}.`, subject: customerId }];
  });
  return found;
};

/** Told by the words of another event: an order's end by OrderCanceled, a review by its coupon. */
const SILENT: ReadonlySet<string> = new Set(['CookingCanceled', 'ReviewWritten', 'ReviewDeleted']);
/** The seed's five notices, word for word. */
const SEED_TEXTS: Readonly<Record<string, string>> = {
  OrderAccepted: '고객님의 주문이 접수되었습니다.',
  OrderRejected: '고객님의 주문이 거부되었습니다.',
  CookStarted: '고객님의 주문이 요리를 시작하였습니다.',
  CookFinished: '고객님의 주문이 요리를 완료하였습니다.',
  Picked: '고객님의 주문이 배송을 시작하였습니다.',
};

const wrongNotice = (event: Envelope, notice: Row | undefined): string | undefined => {
  if (notice === undefined) return `${event.type} was told to nobody.`;
  const { orderId, customerId } = event.data as Row;
  if (notice['type'] !== event.type || notice['orderId'] !== orderId || notice['customerId'] !== customerId) return `The notice of ${event.type} is about something else.`;
  const text = SEED_TEXTS[event.type];
  if (text !== undefined && notice['text'] !== text) return `${event.type} was told in other words than the seed's: ${String(notice['text'])}`;
  return notice['status'] === 'sent' ? undefined : `The notice of ${event.type} is ${String(notice['status'])}.`;
};

const notices = ({ tables, stream }: World): readonly Violation[] => {
  const expected = new Map(stream.filter(({ type }) => !SILENT.has(type)).map((event) => [event.id as string, event]));
  const invariant = 'There is one notice for each change of status.';
  const wrong = [...expected].flatMap(([id, event]) => {
    const found = wrongNotice(event, tables.notices.get(id));
    return found === undefined ? [] : [{ invariant, found, subject: event.subject }];
  });
  const extra = [...tables.notices].filter(([id]) => !expected.has(id)).map(([, row]) => ({ invariant, found: `A notice tells of ${String(row['type'])}, which did not happen.`, subject: String(row['orderId']) }));
  return [...wrong, ...extra];
};

const leftovers = (remains: readonly Remains[]): readonly Violation[] =>
  remains.flatMap(({ context, outbox, parked, deadLetters }) => [
    ...(outbox === 0 ? [] : [{ invariant: 'Outboxes are empty at rest.', found: `${context} has ${outbox} unpublished events.`, subject: '' }]),
    ...parked.map(({ type, subject, reason }) => ({ invariant: 'Nothing is put aside at rest.', found: `${context} still waits with ${type}: ${reason}`, subject })),
    ...deadLetters.map(({ type, subject, error }) => ({ invariant: 'There are no dead letters.', found: `${context} gave ${type ?? 'a message'} up: ${error}`, subject })),
  ]);

/** What must hold once faults are over and nothing moves any more; `customer` reads the customer's tables. */
export const checkAtRest = (world: World, remains: readonly Remains[], customer: Reads): readonly Violation[] => {
  const told = toldOf(world.stream);
  const drift = mypageDrift(customer, world.stream).map(({ message, orderId }) => ({ invariant: 'Mypage is the fold of the stream.', found: message, subject: orderId }));
  return [
    ...[...world.tables.orders].flatMap(([orderId, order]) => [...refunds(orderId, order, told.get(orderId)), ...orderAgrees(world, orderId, order)]),
    ...strangers(world),
    ...coupons(world),
    ...notices(world),
    ...drift,
    ...checkStories(world),
    ...leftovers(remains),
  ];
};
