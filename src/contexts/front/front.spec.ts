import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { eventOf, permutationsOf, putToWork, type ContextAtWork } from '../context.fixture.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from '../store/contract.ts';
import { OrderPlaced, Paid, PaymentDeclined } from './contract.ts';
import { createFront } from './index.ts';
import { orders, payments } from './store.ts';

const ofOrder = { orderId: 'id-1', customerId: 'kim' };
const ofTicket = { ...ofOrder, storeId: 's1' };
const lunch = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul' };
const placed = eventOf(OrderPlaced, { ...ofTicket, foodId: 'bibimbap', price: 12_000, address: 'Seoul', options: [] }, 1);
const paid = eventOf(Paid, { ...ofOrder, amount: 12_000 }, 2);
const declined = eventOf(PaymentDeclined, { ...ofOrder, amount: 12_000 }, 2);
const accepted = eventOf(OrderAccepted, { ...ofTicket, status: 'accepted' }, 3);
const started = eventOf(CookStarted, { ...ofTicket, status: 'cooking' }, 4);
const finished = eventOf(CookFinished, { ...ofTicket, status: 'cooked' }, 5);
const picked = eventOf(Picked, { ...ofOrder, riderId: 'r1' }, 6);
const delivered = eventOf(Delivered, { ...ofOrder, riderId: 'r1' }, 7);
const called = eventOf(CookingCanceled, { ...ofTicket, status: 'canceled' }, 4);
const rejected = eventOf(OrderRejected, { ...ofTicket, status: 'rejected' }, 4);
const refused = eventOf(CancelRefused, { ...ofTicket, status: 'cooking' }, 5);

const frontWith = (payment: 'approve' | 'decline', ...events: readonly Envelope[]): ContextAtWork => {
  const front = putToWork(createFront({ lookUpOrder: () => Promise.reject(new Error('nobody reviews here')) }));
  front.ask('POST /orders', { ...lunch, payment });
  front.deliver(...events);
  return front;
};
const cancel = (front: ContextAtWork) => front.ask('DELETE /orders/id-1');
const statusesOf = (front: ContextAtWork) => [front.read.get(orders, 'id-1')?.status, front.read.get(payments, 'id-1')?.status];
const toldBy = (front: ContextAtWork) => front.emitted.map((event) => event.type);

describe('front', () => {
  test('places an order together with its pending payment, and tells everybody', () => {
    const front = frontWith('approve');
    expect(statusesOf(front)).toEqual(['placed', 'pending']);
    expect(front.emitted).toEqual([{ type: 'OrderPlaced', subject: 'id-1', data: placed.data }]);
  });

  test('pays once, as the provider answers', () => {
    const front = frontWith('approve', placed);
    front.deliverAgain(placed);
    expect(front.emitted.slice(1)).toEqual([{ type: 'Paid', subject: 'id-1', data: { ...ofOrder, amount: 12_000 } }]);
    expect(toldBy(frontWith('decline', placed))).toEqual(['OrderPlaced', 'PaymentDeclined']);
  });

  test('follows the order to the door in every order of arrival, and however often each message comes', () => {
    for (const order of permutationsOf([paid, accepted, started, finished, delivered])) {
      const front = frontWith('approve', placed, ...order, picked);
      for (const event of order) front.deliverAgain(event);
      expect(statusesOf(front)).toEqual(['delivered', 'paid']);
      expect(toldBy(front)).toEqual(['OrderPlaced', 'Paid']);
    }
  });

  test('cancels before it refunds, and refunds once, in full', () => {
    const front = frontWith('approve', placed, paid);
    expect(cancel(front)).toMatchObject({ status: 202, body: { status: 'cancel-requested', statusText: '취소요청' } });
    front.deliver(called);
    front.deliverAgain(called);
    front.deliverAgain(accepted);
    expect(toldBy(front)).toEqual(['OrderPlaced', 'Paid', 'OrderCancelRequested', 'OrderCanceled', 'PaymentRefunded']);
    expect(front.emitted.at(-1)).toEqual({ type: 'PaymentRefunded', subject: 'id-1', data: { ...ofOrder, amount: 12_000 } });
    expect(statusesOf(front)).toEqual(['canceled', 'refunded']);
  });

  test('asks the store once, however often the customer cancels', () => {
    const front = frontWith('approve', placed, paid);
    cancel(front);
    expect(cancel(front).status).toBe(202);
    front.deliver(called);
    expect(cancel(front)).toMatchObject({ status: 202, body: { status: 'canceled' } });
    expect(toldBy(front).filter((type) => type === 'OrderCancelRequested')).toHaveLength(1);
  });

  test('neither pays nor refunds an order that was canceled before its payment', () => {
    const front = frontWith('approve');
    cancel(front);
    front.deliver(called, placed);
    expect(statusesOf(front)).toEqual(['canceled', 'pending']);
    expect(toldBy(front)).toEqual(['OrderPlaced', 'OrderCancelRequested', 'OrderCanceled']);
  });

  test('lets a declined payment be the end of an order that was to be canceled, whichever comes first', () => {
    for (const order of permutationsOf([called, declined])) {
      const front = frontWith('decline', placed);
      cancel(front);
      front.deliver(...order);
      expect(statusesOf(front)).toEqual(['payment-failed', 'declined']);
      expect(toldBy(front)).toEqual(['OrderPlaced', 'PaymentDeclined', 'OrderCancelRequested']);
      expect(front.refusalOf('DELETE /orders/id-1').code).toBe('order-already-closed');
    }
  });

  test('refunds a rejected order once, also where its customer was about to cancel it, or Paid is late', () => {
    for (const order of permutationsOf([paid, rejected])) {
      const front = frontWith('approve', placed);
      cancel(front);
      front.deliver(...order);
      front.deliverAgain(rejected);
      expect(statusesOf(front)).toEqual(['rejected', 'refunded']);
      expect(toldBy(front)).toEqual(['OrderPlaced', 'Paid', 'OrderCancelRequested', 'PaymentRefunded']);
    }
  });

  test('takes a refused cancellation back for good, whatever the order of arrival', () => {
    for (const order of permutationsOf([paid, accepted, started, refused])) {
      const front = frontWith('approve', placed);
      cancel(front);
      front.deliver(...order);
      expect(statusesOf(front)).toEqual(['cooking', 'paid']);
      expect(front.refusalOf('DELETE /orders/id-1')).toMatchObject({
        code: 'order-already-cooking',
        message: '요리가 시작되기 전에만 주문취소가 가능합니다.',
        detail: { current: 'cooking', currentText: '요리시작' },
      });
    }
  });

  test('waits for the order of a message that came too early', () => {
    const front = putToWork(createFront({ lookUpOrder: () => Promise.reject(new Error('nobody reviews here')) }));
    for (const event of [placed, paid, declined, accepted, picked, delivered, called, rejected, refused]) {
      expect(() => front.deliverAgain(event)).toThrow('came too early');
    }
  });
});
