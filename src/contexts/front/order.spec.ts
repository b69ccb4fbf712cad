import { describe, expect, test } from 'vitest';
import { decider } from '../decider.contract.ts';
import { ORDER_STATUS_TEXT, type OrderStatus } from './contract.ts';
import { completeCancel, endCancelRequest, evolveOrder, failPayment } from './order.ts';
import { placeOrder, progressOrder, rejectOrder, requestCancel } from './order.ts';
import type { Order, OrderDetails, OrderEvent, PlacedOrder, Progress } from './order.ts';

const food = { storeId: 's1', foodId: 'bibimbap', price: 12_000, options: [] };
const details: OrderDetails = { orderId: 'o1', customerId: 'kim', address: 'Seoul', ...food };
const given = decider<Order, OrderEvent>({ status: 'none' }, evolveOrder);
const placed: OrderEvent = { type: 'OrderPlaced', details };
const to = (progress: Progress): OrderEvent => ({ type: 'OrderProgressed', to: progress });
const cancelRequested: OrderEvent = { type: 'OrderCancelRequested' };

/** Each status, and how an order gets there. */
const HISTORIES: Readonly<Record<OrderStatus, readonly OrderEvent[]>> = {
  placed: [placed],
  paid: [placed, to('paid')],
  accepted: [placed, to('accepted')],
  cooking: [placed, to('cooking')],
  cooked: [placed, to('cooked')],
  delivering: [placed, to('delivering')],
  delivered: [placed, to('delivered')],
  'cancel-requested': [placed, to('paid'), cancelRequested],
  canceled: [placed, cancelRequested, { type: 'OrderCanceled' }],
  rejected: [placed, to('paid'), { type: 'OrderClosed', as: 'rejected' }],
  'payment-failed': [placed, { type: 'OrderClosed', as: 'payment-failed' }],
};
const STATUSES = Object.keys(ORDER_STATUS_TEXT) as OrderStatus[];
const FINAL: readonly OrderStatus[] = ['delivered', 'canceled', 'rejected', 'payment-failed'];
const NOT_FINAL = STATUSES.filter((status) => !FINAL.includes(status));

const on = (decide: (order: PlacedOrder) => OrderEvent[]) => (order: Order) => decide(order as PlacedOrder);

describe('an order', () => {
  test.each(STATUSES)('gets to %s by its history', (status) => {
    expect(given(...HISTORIES[status]).state().status).toBe(status);
  });

  test('is placed once', () => {
    given()
      .when((order) => placeOrder(order, { details }))
      .then(placed);
    expect(() => placeOrder(given(placed).state(), { details })).toThrow('order o1 is placed once');
  });
});

describe('a customer cancels', () => {
  test.each(['placed', 'paid', 'accepted'] as const)('an order that is %s: the store will decide', (status) => {
    given(...HISTORIES[status])
      .when(on(requestCancel))
      .then(cancelRequested);
  });

  test.each(['cancel-requested', 'canceled'] as const)('an order that is %s: nothing happens', (status) => {
    given(...HISTORIES[status])
      .when(on(requestCancel))
      .then();
  });

  test.each(['cooking', 'cooked', 'delivering', 'delivered'] as const)("an order that is %s: refused in the seed's words", (status) => {
    const detail = given(...HISTORIES[status])
      .when(on(requestCancel))
      .thenRefused('order-already-cooking', '요리가 시작되기 전에만 주문취소가 가능합니다.');
    expect(detail).toStrictEqual({ orderId: 'o1', current: status, currentText: ORDER_STATUS_TEXT[status] });
  });

  test.each(['rejected', 'payment-failed'] as const)('an order that is %s: refused, it is closed', (status) => {
    given(...HISTORIES[status])
      .when(on(requestCancel))
      .thenRefused('order-already-closed', '이미 종료된 주문은 주문취소가 불가능합니다.');
  });
});

describe('an order follows', () => {
  const PROGRESS: readonly Progress[] = ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'];

  test('forwards, never backwards, whatever overtakes what', () => {
    for (const [at, from] of PROGRESS.entries()) {
      for (const [toward, target] of PROGRESS.entries()) {
        const isForward = toward > at;
        given(...HISTORIES[from])
          .when(on((order) => progressOrder(order, { to: target })))
          .then(...(isForward ? [to(target)] : []));
      }
    }
  });

  test('while its cancellation is undecided, remembering how far it is', () => {
    const order = given(placed, cancelRequested, to('cooking')).state();
    expect(order).toStrictEqual({ status: 'cancel-requested', progress: 'cooking', details });
  });

  test.each(['canceled', 'rejected', 'payment-failed'] as const)('nothing once it is %s', (status) => {
    given(...HISTORIES[status])
      .when(on((order) => progressOrder(order, { to: 'delivered' })))
      .then();
  });
});

describe('an order ends', () => {
  test.each(NOT_FINAL)('once, from %s', (status) => {
    const order = given(...HISTORIES[status]);
    order.when(on((known) => completeCancel(known, { isPaymentDeclined: false }))).then({ type: 'OrderCanceled' });
    order.when(on((known) => completeCancel(known, { isPaymentDeclined: true }))).then({ type: 'OrderClosed', as: 'payment-failed' });
    order.when(on(rejectOrder)).then({ type: 'OrderClosed', as: 'rejected' });
    order.when(on(failPayment)).then({ type: 'OrderClosed', as: 'payment-failed' });
  });

  test.each(FINAL)('never again, once it is %s', (status) => {
    const order = given(...HISTORIES[status]);
    order.when(on((known) => completeCancel(known, { isPaymentDeclined: false }))).then();
    order.when(on((known) => completeCancel(known, { isPaymentDeclined: true }))).then();
    order.when(on(rejectOrder)).then();
    order.when(on(failPayment)).then();
    order.when(on((known) => endCancelRequest(known, { kitchen: 'cooked' }))).then();
  });
});

describe('a refused cancellation', () => {
  test('puts the order where the kitchen is', () => {
    given(...HISTORIES['cancel-requested'])
      .when(on((order) => endCancelRequest(order, { kitchen: 'cooking' })))
      .then({ type: 'CancelRequestEnded', at: 'cooking' });
  });

  test('puts the order further, where that was heard already', () => {
    given(placed, cancelRequested, to('delivering'))
      .when(on((order) => endCancelRequest(order, { kitchen: 'cooking' })))
      .then({ type: 'CancelRequestEnded', at: 'delivering' });
    expect(given(placed, cancelRequested, to('cooking'), { type: 'CancelRequestEnded', at: 'cooked' }).state()).toStrictEqual({
      status: 'cooked',
      progress: 'cooked',
      details,
    });
  });

  test('told again only moves the order forwards', () => {
    given(...HISTORIES.cooked)
      .when(on((order) => endCancelRequest(order, { kitchen: 'cooking' })))
      .then();
    given(...HISTORIES.accepted)
      .when(on((order) => endCancelRequest(order, { kitchen: 'cooking' })))
      .then(to('cooking'));
  });
});
