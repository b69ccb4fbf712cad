/** What must agree of each order at rest. */
import { eventsAbout } from '../../explore/simulate/events-about.ts';
import { counted } from '../../kernel/counted.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { atRest, type Found, type Invariant } from '../../explore/simulate/invariant.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { inAll, perOrder, type Rest } from './rules.ts';

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

/** A rule that one thing of an order agrees with it. */
const agrees = (
  name: string,
  breach: string,
  actualOf: (orderId: string, rest: Rest) => string,
  allowedIn: (agreement: Agreement) => readonly string[],
) =>
  perOrder(breach, (orderId, order, rest) => {
    const agreement = AGREEMENTS[statusOf(order)];
    if (agreement === undefined) return undefined;
    const actual = actualOf(orderId, rest);
    const allowed = allowedIn(agreement);
    return allowed.includes(actual) ? undefined : `The order is ${statusOf(order)}: ${name} is ${actual}, not ${allowed.join(' or ')}.`;
  });

/** What was paid for an order, how often, and the same of what was refunded. */
const accountOf = (orderId: string, stream: readonly Envelope[]) => {
  const account = { paid: 0, payments: 0, refunded: 0, refunds: 0 };
  for (const { type, subject, data } of eventsAbout(stream, orderId)) {
    if (subject !== orderId) continue;
    const amount = Number((data as Row)['amount']);
    if (type === 'Paid') {
      account.paid += amount;
      account.payments += 1;
    } else if (type === 'PaymentRefunded') {
      account.refunded += amount;
      account.refunds += 1;
    }
  }
  return account;
};

/** A free order is paid for, and refunded, like any other: with nothing. */
const wrongRefund = (orderId: string, order: Row, { world }: Rest): Found => {
  const status = statusOf(order);
  const isOff = status === 'canceled' || status === 'rejected';
  const { paid, payments, refunded, refunds } = accountOf(orderId, world.stream);
  if (refunded === (isOff ? paid : 0) && refunds === (isOff ? payments : 0)) return undefined;
  return `The order is ${status}; ${paid} won were paid in ${counted(payments, 'payment')}, and ${refunded} refunded in ${counted(refunds, 'refund')}.`;
};

/** What must hold of each order at rest. */
export const ORDERS: readonly Invariant[] = [
  atRest(
    'What was cancelled or rejected is refunded exactly once and in full, and nothing else is.',
    perOrder('money that is kept, or given back twice, or for nothing', wrongRefund),
  ),
  atRest(
    'Every order is final or waits for a person.',
    perOrder('an order that nobody does anything about any more', (_orderId, order) =>
      AGREEMENTS[statusOf(order)] === undefined ? `The order is ${statusOf(order)}, and nothing moves any more.` : undefined,
    ),
  ),
  atRest(
    'Order, ticket, payment, delivery and Mypage agree.',
    agrees(
      'its ticket',
      'a ticket that stands apart',
      (id, { world }) => statusOf(world.tables.foodCookings.get(id)),
      ([ticket]) => [ticket],
    ),
    agrees(
      'its payment',
      'a payment that stands apart',
      (id, { world }) => statusOf(world.tables.payments.get(id)),
      ([, payments]) => payments,
    ),
    agrees(
      'its delivery',
      'a delivery that stands apart',
      (id, { world }) => statusOf(world.tables.deliveries.get(id)),
      ([, , delivery]) => [delivery],
    ),
    agrees(
      'Mypage',
      'a page that stands apart',
      (id, { world }) => statusOf(world.tables.mypages.get(id)),
      ([, , , mypage]) => [mypage],
    ),
    perOrder('a board that stands apart', (orderId, order, { world }) => {
      const agreement = AGREEMENTS[statusOf(order)];
      const isOnBoard = world.tables.deliveryLists.has(orderId);
      if (agreement === undefined || isOnBoard === (agreement[2] === 'ready')) return undefined;
      return `The order is ${statusOf(order)}: its delivery ${isOnBoard ? 'stands on the board, and nobody can pick it up' : 'is missing from the board'}.`;
    }),
    inAll('what belongs to an order that there is not', ({ world: { tables } }, say) => {
      for (const table of ['payments', 'foodCookings', 'deliveries', 'deliveryLists', 'mypages'] as const) {
        for (const subject of tables[table].keys())
          if (!tables.orders.has(subject)) say(`${table} knows an order that front does not.`, subject);
      }
    }),
  ),
];
