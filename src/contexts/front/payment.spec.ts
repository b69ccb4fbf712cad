import { describe, expect, test } from 'vitest';
import { decider } from '../decider.contract.ts';
import { evolvePayment, openPayment, pay, refund } from './payment.ts';
import type { Bill, OpenedPayment, Payment, PaymentEvent, ProviderAnswer } from './payment.ts';

const bill = (answer: ProviderAnswer): Bill => ({ orderId: 'o1', customerId: 'kim', amount: 12_000, answer });
const given = decider<Payment, PaymentEvent>({ status: 'none' }, evolvePayment);
const opened = (answer: ProviderAnswer = 'approve'): PaymentEvent => ({ type: 'PaymentOpened', bill: bill(answer) });
const paying = (isOrderClosed: boolean) => (payment: Payment) => pay(payment as OpenedPayment, { isOrderClosed });
const refunding = (payment: Payment) => refund(payment as OpenedPayment);

describe('a payment', () => {
  test('is opened with its order, once', () => {
    given()
      .when((payment) => openPayment(payment, { bill: bill('approve') }))
      .then(opened());
    expect(() => openPayment(given(opened()).state(), { bill: bill('approve') })).toThrow('order o1 has one payment');
  });

  test('goes as the provider answers', () => {
    given(opened('approve')).when(paying(false)).then({ type: 'Paid' });
    given(opened('decline')).when(paying(false)).then({ type: 'PaymentDeclined' });
  });

  test('is not made for an order that ended before', () => {
    given(opened('approve')).when(paying(true)).then();
    given(opened('decline')).when(paying(true)).then();
  });

  test.each([{ type: 'Paid' }, { type: 'PaymentDeclined' }] as const)('is made once: after $type, nothing', (event) => {
    given(opened(), event).when(paying(false)).then();
  });

  test('is paid back once, in full, and only if it was made', () => {
    given(opened(), { type: 'Paid' }).when(refunding).then({ type: 'PaymentRefunded' });
    given(opened(), { type: 'Paid' }, { type: 'PaymentRefunded' }).when(refunding).then();
    given(opened(), { type: 'Paid' }, { type: 'PaymentRefunded' }).when(paying(false)).then();
    given(opened()).when(refunding).then();
    given(opened('decline'), { type: 'PaymentDeclined' }).when(refunding).then();
  });
});
