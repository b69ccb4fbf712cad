/** The domain's whole tables: what each command comes to, and each event makes, in each state there is. */
import { describe, expect, it } from 'vitest';
import { NotYet, Refusal } from '../kernel/errors.ts';
import type { Won } from '../kernel/ids.ts';
import * as customer from './customer/customer.ts';
import * as order from './front/order.ts';
import * as payment from './front/payment.ts';
import * as review from './front/review.ts';
import * as notice from './notification/notice.ts';
import * as delivery from './rider/delivery.ts';
import * as ticket from './store/food-cooking.ts';

const PARCEL = { orderId: 'o', customerId: 'kim', storeId: 's', foodId: 'f', address: 'Seoul' };

/** What work comes to, on one line. */
const comesTo = (work: () => unknown): string => {
  try {
    return JSON.stringify(work()).replaceAll(JSON.stringify(PARCEL), 'PARCEL');
  } catch (error) {
    if (error instanceof Refusal) return `refused ${error.code}: ${error.message} ${JSON.stringify(error.detail)}`;
    if (error instanceof NotYet) return `not yet: ${error.message}`;
    return `never: ${(error as Error).message}`;
  }
};

interface Table<State> {
  readonly states: Readonly<Record<string, State>>;
  /** Commands and events; each changes, or decides upon, a state. */
  readonly deeds: Readonly<Record<string, (state: State) => unknown>>;
}
const linesOf = <State>({ states, deeds }: Table<State>): readonly string[] =>
  Object.entries(deeds).flatMap(([deed, work]) =>
    Object.entries(states).map(([name, state]) => `${deed} × ${name}: ${comesTo(() => work(state))}`),
  );
const eachOf = <State, Event extends { readonly type: string }>(
  evolve: (state: State, event: Event) => unknown,
  ...events: readonly Event[]
) => Object.fromEntries(events.map((event) => [JSON.stringify(event), (state: State) => evolve(state, event)]));

const details = { ...PARCEL, price: 9137 as Won, options: [] };
const placed = (status: string, progress = status): order.PlacedOrder => ({ status, progress, details }) as order.PlacedOrder;
const ORDERS: Table<order.PlacedOrder> = {
  states: {
    ...Object.fromEntries(
      ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'].map((status) => [status, placed(status)]),
    ),
    ...Object.fromEntries(
      ['cancel-requested', 'canceled', 'rejected', 'payment-failed'].map((status) => [
        `${status} from accepted`,
        placed(status, 'accepted'),
      ]),
    ),
    'cancel-requested from delivering': placed('cancel-requested', 'delivering'),
  },
  deeds: {
    place: (state) => order.placeOrder(state, { details }),
    'request cancel': order.requestCancel,
    ...Object.fromEntries(
      (['paid', 'cooking', 'delivered'] as const).map((to) => [
        `progress to ${to}`,
        (state: order.PlacedOrder) => order.progressOrder(state, { to }),
      ]),
    ),
    'fail payment': order.failPayment,
    reject: order.rejectOrder,
    'complete cancel': (state) => order.completeCancel(state, { isPaymentDeclined: false }),
    'complete cancel where the payment was declined': (state) => order.completeCancel(state, { isPaymentDeclined: true }),
    'end cancel request at cooking': (state) => order.endCancelRequest(state, { kitchen: 'cooking' }),
    ...eachOf<order.Order, order.OrderEvent>(
      order.evolveOrder,
      { type: 'OrderCancelRequested' },
      { type: 'OrderCanceled' },
      { type: 'OrderProgressed', to: 'cooked' },
      { type: 'CancelRequestEnded', at: 'cooking' },
      { type: 'OrderClosed', as: 'rejected' },
    ),
  },
};

const bill = { orderId: 'o', customerId: 'kim', amount: 9137 as Won, answer: 'approve' } as const;
const PAYMENTS: Table<payment.OpenedPayment> = {
  states: {
    ...Object.fromEntries((['pending', 'paid', 'declined', 'refunded'] as const).map((status) => [status, { status, bill }])),
    'pending, to be declined': { status: 'pending', bill: { ...bill, answer: 'decline' } },
  },
  deeds: {
    open: (state) => payment.openPayment(state, { bill }),
    pay: (state) => payment.pay(state, { isOrderClosed: false }),
    'pay for a closed order': (state) => payment.pay(state, { isOrderClosed: true }),
    refund: payment.refund,
    ...eachOf<payment.Payment, payment.PaymentEvent>(
      payment.evolvePayment,
      { type: 'Paid' },
      { type: 'PaymentDeclined' },
      { type: 'PaymentRefunded' },
    ),
  },
};

const looked = (status: string) => ({ orderId: 'o', customerId: 'kim', status });
const REVIEWS: Table<review.Review> = {
  states: {
    none: { status: 'none' },
    written: { status: 'written', details: { reviewId: 'r', orderId: 'o', customerId: 'kim', content: 'good' } },
  },
  deeds: {
    ...Object.fromEntries(
      ['delivering', 'delivered', 'of another system'].map((status) => [
        `write of one ${status}`,
        (state: review.Review) => review.writeReview(state, { reviewId: 'r', order: looked(status), content: 'good' }),
      ]),
    ),
    delete: (state) => review.deleteReview(state, { reviewId: 'r' }),
  },
};

const onTicket = { orderId: 'o' };
const ticketDetails = { ...PARCEL, options: ['hot'] };
const TICKETS: Table<ticket.FoodCooking> = {
  states: {
    none: { status: 'none' },
    ...Object.fromEntries(
      (['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'rejected', 'canceled'] as const).map((status) => [
        status,
        { status, details: ticketDetails },
      ]),
    ),
  },
  deeds: {
    write: (state) => ticket.writeTicket(state, { details: ticketDetails }),
    ...Object.fromEntries(
      Object.entries({
        pay: ticket.payTicket,
        void: ticket.voidTicket,
        accept: ticket.acceptOrder,
        reject: ticket.rejectOrder,
        start: ticket.startCooking,
        finish: ticket.finishCooking,
        cancel: ticket.decideCancel,
      }).map(([name, decide]) => [name, (state: ticket.FoodCooking) => decide(state, onTicket)]),
    ),
    ...eachOf<ticket.FoodCooking, ticket.FoodCookingEvent>(
      ticket.evolveFoodCooking,
      { type: 'TicketPaid' },
      { type: 'CancelRefused' },
      { type: 'TicketVoided' },
    ),
  },
};

const moment = { orderId: 'o', now: 2 };
const DELIVERIES: Table<delivery.Delivery> = {
  states: {
    none: { status: 'none' },
    ...Object.fromEntries((['waiting', 'ready', 'canceled'] as const).map((status) => [status, { status, parcel: PARCEL, since: 1 }])),
    ...Object.fromEntries(
      (['delivering', 'delivered'] as const).map((status) => [status, { status, parcel: PARCEL, since: 1, riderId: 'park' }]),
    ),
  },
  deeds: {
    plan: (state) => delivery.planDelivery(state, { parcel: PARCEL, now: 2 }),
    offer: (state) => delivery.offerDelivery(state, moment),
    pick: (state) => delivery.pickDelivery(state, { ...moment, riderId: 'choi' }),
    confirm: (state) => delivery.confirmDelivered(state, moment),
    ...Object.fromEntries(
      (['canceled', 'rejected', 'unpaid'] as const).map((why) => [
        `call off as ${why}`,
        (state: delivery.Delivery) => delivery.callOffDelivery(state, { ...moment, why }),
      ]),
    ),
    ...eachOf<delivery.Delivery, delivery.DeliveryEvent>(
      delivery.evolve,
      { type: 'DeliveryReady', at: 2 },
      { type: 'Picked', riderId: 'choi', at: 2 },
      { type: 'DeliveryDropped', at: 2 },
    ),
  },
};

const coupon = { customerId: 'kim', orderId: 'o', reason: 'review', reviewId: 'r' } as const;
const grant = { ...coupon, grantedAt: 1 };
const about = { customerId: 'kim', orderId: 'o', reviewId: 'r', now: 2 };
interface Coupons {
  readonly kim: customer.Customer;
  readonly grant: customer.CouponGrant;
}
const KNOWN = { status: 'known', customerId: 'kim', couponCount: 3, welcomeOrderId: 'first', welcomedAt: 0, changedAt: 1 } as const;
const COUPONS: Table<Coupons> = {
  states: {
    unknown: { kim: { status: 'unknown' }, grant: { status: 'none' } },
    'known, no coupon': { kim: KNOWN, grant: { status: 'none' } },
    'known, granted': { kim: KNOWN, grant: { status: 'granted', ...grant } },
    'known, revoked': { kim: KNOWN, grant: { status: 'revoked', ...grant, revokedAt: 1 } },
  },
  deeds: {
    welcome: ({ kim }) => customer.welcomeCustomer(kim, about),
    reward: ({ kim, grant: one }) => customer.rewardReview(kim, one, about),
    'take back': ({ kim, grant: one }) => customer.takeBackReward(kim, one, about),
    ...Object.fromEntries(
      (['CouponGranted', 'CouponRevoked'] as const).flatMap((type) => {
        const event = { type, ...coupon, couponCount: 4, at: 2 };
        return [
          [`${type} for the customer`, ({ kim }: Coupons) => customer.evolve(kim, event)],
          [`${type} for the coupon`, ({ grant: one }: Coupons) => customer.evolveGrant(one, event)],
        ];
      }),
    ),
  },
};

const message = {
  id: 'e',
  type: 'Paid',
  orderId: 'o',
  customerId: 'kim',
  text: 'Paid.',
  correlationId: 'c',
  traceparent: 't',
  writtenAt: 1,
} as const;
const NOTICES: Table<notice.Notice> = {
  states: {
    none: { status: 'none' },
    unsent: { status: 'unsent', message, attempts: 2, error: 'no', nextAttemptAt: 1 },
    sent: { status: 'sent', message, attempts: 3, sentAt: 1 },
    failed: { status: 'failed', message, attempts: 3, error: 'no', failedAt: 1 },
  },
  deeds: {
    'write to the log': (state) => notice.writeNotice(state, { message, channel: 'log' }),
    'write to a webhook': (state) => notice.writeNotice(state, { message, channel: 'webhook' }),
    'confirm sent': (state) => notice.confirmSent(state, { now: 2 }),
    'put off': (state) => notice.recordFailure(state, { error: 'away', nextAttemptAt: 9, now: 2 }),
    'give up': (state) => notice.recordFailure(state, { error: 'away', nextAttemptAt: null, now: 2 }),
    ...eachOf<notice.Notice, notice.NoticeEvent>(
      notice.evolve,
      { type: 'NoticeWritten', message },
      { type: 'NoticeSent', at: 2 },
      { type: 'NoticeAttemptFailed', error: 'away', nextAttemptAt: 9 },
      { type: 'NoticeGivenUp', error: 'away', at: 2 },
    ),
  },
};

const TABLES = { ORDERS, PAYMENTS, REVIEWS, TICKETS, DELIVERIES, COUPONS, NOTICES };

describe('each command and each event, in each state', () => {
  it.each(Object.keys(TABLES) as (keyof typeof TABLES)[])('of %s', (name) => {
    const lines = linesOf(TABLES[name] as Table<unknown>);
    expect(lines.join('\n')).toMatchSnapshot();
  });
});
