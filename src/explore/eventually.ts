import { mypageDrift } from '../contexts/customer/index.ts';
import { counted } from '../kernel/counted.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { DeadLetter } from '../runtime/actor-port.ts';
import type { Reads } from '../runtime/tables.ts';
import type { Violation } from './always.ts';
import { checkStories } from './stories.ts';
import type { Row, World } from './world.ts';

/** What is left in a context once nothing moves any more. */
export interface Remains {
  readonly context: string;
  readonly outbox: number;
  readonly parked: readonly { readonly type: string; readonly subject: string; readonly reason: string }[];
  readonly deadLetters: readonly Pick<DeadLetter, 'id' | 'type' | 'subject' | 'error' | 'attempts'>[];
}

type Report = (violation: Violation) => void;

const AGREE = 'Order, ticket, payment, delivery and Mypage agree.';

type Agreement = readonly [ticket: string, payments: readonly string[], delivery: string, mypage: string];

/** What must agree with an order in this status: ticket, payments (any of them), delivery, Mypage. */
const AGREEMENTS: Readonly<Record<string, Agreement>> = {
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

/** Where the statuses of what belongs to an order stand apart from it. */
const differencesOf = ({ tables }: World, orderId: string, [ticket, payments, delivery, mypage]: Agreement): readonly string[] => {
  const found: string[] = [];
  const hold = (name: string, actual: string, allowed: readonly string[]): void => {
    if (!allowed.includes(actual)) found.push(`its ${name} is ${actual}, not ${allowed.join(' or ')}`);
  };
  hold('ticket', statusOf(tables.foodCookings.get(orderId)), [ticket]);
  hold('payment', statusOf(tables.payments.get(orderId)), payments);
  hold('delivery', statusOf(tables.deliveries.get(orderId)), [delivery]);
  hold('Mypage', statusOf(tables.mypages.get(orderId)), [mypage]);
  hold('delivery', tables.deliveryLists.has(orderId) ? 'on the board' : 'not on the board', [delivery === 'ready' ? 'on the board' : 'not on the board']);
  return found;
};

const checkOrder = (world: World, orderId: string, order: Row, report: Report): void => {
  const status = statusOf(order);
  const agreement = AGREEMENTS[status];
  if (agreement === undefined) {
    report({ invariant: 'Every order is final or waits for a person.', found: `The order is ${status}, and nothing moves any more.`, subject: orderId });
    return;
  }
  const differences = differencesOf(world, orderId, agreement);
  if (differences.length > 0) report({ invariant: AGREE, found: `The order is ${status}: ${differences.join('; ')}.`, subject: orderId });
};

const checkStrangers = ({ tables }: World, report: Report): void => {
  for (const table of ['foodCookings', 'deliveries', 'mypages'] as const) {
    for (const subject of tables[table].keys()) {
      if (!tables.orders.has(subject)) report({ invariant: AGREE, found: `${table} knows an order that front does not.`, subject });
    }
  }
};

/** What was paid for each order, what was refunded of it, and how often. */
interface Account {
  paid: number;
  payments: number;
  refunded: number;
  refunds: number;
}

const accountsOf = (stream: readonly Envelope[]): ReadonlyMap<string, Account> => {
  const accounts = new Map<string, Account>();
  for (const { type, subject, data } of stream) {
    if (type !== 'Paid' && type !== 'PaymentRefunded') continue;
    let account = accounts.get(subject);
    if (account === undefined) accounts.set(subject, (account = { paid: 0, payments: 0, refunded: 0, refunds: 0 }));
    const amount = Number((data as Row)['amount']);
    if (type === 'Paid') {
      account.paid += amount;
      account.payments += 1;
    } else {
      account.refunded += amount;
      account.refunds += 1;
    }
  }
  return accounts;
};

const checkRefunds = (orderId: string, order: Row, { paid, payments, refunded, refunds }: Account, report: Report): void => {
  const status = statusOf(order);
  const isOff = status === 'canceled' || status === 'rejected';
  const expected = isOff ? paid : 0;
  if (refunded === expected && refunds === (isOff && payments > 0 ? 1 : 0)) return;
  const found = `The order is ${status}; ${paid} won were paid, and ${refunded} refunded in ${counted(refunds, 'refund')}.`;
  report({ invariant: 'What was cancelled or rejected is refunded exactly once and in full, and nothing else is.', found, subject: orderId });
};

const checkCoupons = ({ tables }: World, report: Report): void => {
  const owned = new Map<string, Set<unknown>>();
  for (const [orderId, { customerId }] of tables.orders) {
    const orders = owned.get(String(customerId));
    if (orders === undefined) owned.set(String(customerId), new Set([orderId]));
    else orders.add(orderId);
  }
  for (const [customerId, orders] of owned) {
    let expected = 1;
    for (const review of tables.reviews.values()) if (review['customerId'] === customerId) expected += 1;
    const counts: unknown[] = [];
    for (const row of tables.customers.values()) if (orders.has(row['welcomeOrderId'])) counts.push(row['couponCount']);
    if (counts.length === 1 && counts[0] === expected) continue;
    const said = counts.length === 1 ? counted(Number(counts[0]), 'coupon') : `${counts.length} rows with ${counts.join(' and ') || 'no'} coupons`;
    report({ invariant: 'Coupons are the welcome coupon and one for each live review.', found: `${customerId} has ${said}, and should have ${expected}.`, subject: customerId });
  }
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

const checkNotices = ({ tables, stream, placeOf }: World, report: Report): void => {
  const invariant = 'There is one notice for each change of status.';
  for (const event of stream) {
    const found = SILENT.has(event.type) ? undefined : wrongNotice(event, tables.notices.get(event.id));
    if (found !== undefined) report({ invariant, found, subject: event.subject });
  }
  for (const [id, row] of tables.notices) {
    const told = stream[placeOf(id) ?? -1];
    if (told === undefined || SILENT.has(told.type)) report({ invariant, found: `A notice tells of ${String(row['type'])}, which did not happen.`, subject: String(row['orderId']) });
  }
};

const checkRemains = ({ context, outbox, parked, deadLetters }: Remains, report: Report): void => {
  if (outbox > 0) report({ invariant: 'Outboxes are empty at rest.', found: `${context} has ${outbox} unpublished events.`, subject: '' });
  for (const { type, subject, reason } of parked) report({ invariant: 'Nothing is put aside at rest.', found: `${context} still waits with ${type}: ${reason}`, subject });
  for (const { type, subject, error } of deadLetters) report({ invariant: 'There are no dead letters.', found: `${context} gave ${type ?? 'a message'} up: ${error}`, subject });
};

const NOTHING_PAID: Account = { paid: 0, payments: 0, refunded: 0, refunds: 0 };

/** What must hold once faults are over and nothing moves any more; `customer` reads the customer's tables. */
export const checkAtRest = (world: World, remains: readonly Remains[], customer: Reads): readonly Violation[] => {
  const found: Violation[] = [];
  const report: Report = (violation) => void found.push(violation);
  const accounts = accountsOf(world.stream);
  for (const [orderId, order] of world.tables.orders) {
    checkRefunds(orderId, order, accounts.get(orderId) ?? NOTHING_PAID, report);
    checkOrder(world, orderId, order, report);
  }
  checkStrangers(world, report);
  checkCoupons(world, report);
  checkNotices(world, report);
  for (const { message, subject } of mypageDrift(customer, world.stream)) report({ invariant: 'Mypage is the fold of the stream.', found: message, subject });
  checkStories(world, report);
  for (const left of remains) checkRemains(left, report);
  return found;
};
