/** The payment of an order. Pure. */
import { assert } from '../../kernel/errors.ts';
import type { Won } from '../../kernel/ids.ts';

/** What the simulated payment provider will answer; chosen with the order. */
export type ProviderAnswer = 'approve' | 'decline';

/** What a payment is about; never changes. */
export interface Bill {
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Won;
  readonly answer: ProviderAnswer;
}

/** A payment's states. `none`: its order was never placed here. */
export type Payment =
  | { readonly status: 'none' }
  | { readonly status: 'pending'; readonly bill: Bill }
  | { readonly status: 'paid'; readonly bill: Bill }
  | { readonly status: 'declined'; readonly bill: Bill }
  | { readonly status: 'refunded'; readonly bill: Bill };

/** A payment whose order was placed. */
export type OpenedPayment = Exclude<Payment, { readonly status: 'none' }>;

/** What can happen to a payment. All but PaymentOpened are published. */
export type PaymentEvent =
  | { readonly type: 'PaymentOpened'; readonly bill: Bill }
  | { readonly type: 'Paid' }
  | { readonly type: 'PaymentDeclined' }
  | { readonly type: 'PaymentRefunded' };

/** An order was placed, so it will have to be paid. */
export interface OpenPayment {
  readonly bill: Bill;
}
/** The seed's `Payment.pay`. */
export interface Pay {
  /** Whether the order has ended meanwhile; then nobody pays for it. */
  readonly isOrderClosed: boolean;
}

/** A new payment, nothing paid yet; asserts that its order has none. */
export const openPayment = (payment: Payment, command: OpenPayment): PaymentEvent[] => {
  assert(payment.status === 'none', `order ${command.bill.orderId} has one payment`);
  return [{ type: 'PaymentOpened', bill: command.bill }];
};

const answerOf = (bill: Bill): PaymentEvent => {
  switch (bill.answer) {
    case 'approve':
      return { type: 'Paid' };
    case 'decline':
      return { type: 'PaymentDeclined' };
  }
  return bill.answer satisfies never;
};

/** Pays, once, as the provider answers. An order that ended before is not paid for: the payment stays pending. */
export const pay = (payment: OpenedPayment, command: Pay): PaymentEvent[] => {
  switch (payment.status) {
    case 'pending':
      return command.isOrderClosed ? [] : [answerOf(payment.bill)];
    case 'paid':
    case 'declined':
    case 'refunded':
      return [];
  }
  return payment satisfies never;
};

/** Pays back what was paid, once, in full; nothing where nothing was paid. */
export const refund = (payment: OpenedPayment): PaymentEvent[] => {
  switch (payment.status) {
    case 'paid':
      return [{ type: 'PaymentRefunded' }];
    case 'pending':
    case 'declined':
    case 'refunded':
      return [];
  }
  return payment satisfies never;
};

const opened = (payment: Payment): OpenedPayment => {
  assert(payment.status !== 'none', 'only an opened payment goes on');
  return payment;
};

/** The payment after the event. */
export const evolvePayment = (payment: Payment, event: PaymentEvent): OpenedPayment => {
  switch (event.type) {
    case 'PaymentOpened':
      return { status: 'pending', bill: event.bill };
    case 'Paid':
      return { status: 'paid', bill: opened(payment).bill };
    case 'PaymentDeclined':
      return { status: 'declined', bill: opened(payment).bill };
    case 'PaymentRefunded':
      return { status: 'refunded', bill: opened(payment).bill };
  }
  return event satisfies never;
};
