import { describe, expect, test } from 'vitest';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import { eventOf, permutationsOf, putToWork, type ContextAtWork } from '../context.fixture.ts';
import { OrderCancelRequested, OrderPlaced, Paid, PaymentDeclined } from '../front/contract.ts';
import { createStore } from './index.ts';
import { foodCookings } from './store.ts';

const ofOrder = { orderId: 'o1', customerId: 'kim' };
const ofTicket = { ...ofOrder, storeId: 's1' };
const placed = eventOf(OrderPlaced, { ...ofTicket, foodId: 'bibimbap', price: 12_000, address: 'Seoul', options: ['spicy'] }, 1);
const paid = eventOf(Paid, { ...ofOrder, amount: 12_000 }, 2);
const declined = eventOf(PaymentDeclined, { ...ofOrder, amount: 12_000 }, 2);
const cancelRequested = eventOf(OrderCancelRequested, ofOrder, 3);

const step = (store: ContextAtWork, name: string) => store.ask(`PUT /foodCookings/o1/${name}`);
const statusOf = (store: ContextAtWork) => store.read.get(foodCookings, 'o1')?.status;

describe('the store', () => {
  test('copies an order, and takes it from acceptance to cooked food', () => {
    const store = putToWork(createStore());
    store.deliver(placed);
    expect(store.ask('GET /foodCookings/o1').body).toMatchObject({
      ...{ id: 'o1', ...ofTicket, foodId: 'bibimbap', address: 'Seoul', options: ['spicy'] },
      ...{ status: 'unpaid', statusText: '미결재' },
    });
    store.deliver(paid);
    expect(step(store, 'accept')).toMatchObject({ status: 200, body: { status: 'accepted', statusText: '접수됨' } });
    expect(step(store, 'start').body).toMatchObject({ status: 'cooking', statusText: '요리시작' });
    expect(step(store, 'finish').body).toMatchObject({ status: 'cooked', statusText: '요리완료' });
    // Each event carries the status after it.
    expect(store.emitted).toEqual([
      { type: 'OrderAccepted', subject: 'o1', data: { ...ofTicket, status: 'accepted' } },
      { type: 'CookStarted', subject: 'o1', data: { ...ofTicket, status: 'cooking' } },
      { type: 'CookFinished', subject: 'o1', data: { ...ofTicket, status: 'cooked' } },
    ]);
  });

  test('rejects a paid order, and no other', () => {
    const store = putToWork(createStore());
    expect(store.refusalOf('PUT /foodCookings/o1/reject').code).toBe('food-cooking-not-found');
    expect(store.refusalOf('GET /foodCookings/o1').code).toBe('food-cooking-not-found');
    store.deliver(placed);
    expect(store.refusalOf('PUT /foodCookings/o1/reject')).toMatchObject({
      code: 'cooking-status-mismatch',
      message: '결재완료(paid) 상태에서만 주문거부가 가능합니다. 현재 상태는 미결재(unpaid)입니다.',
    });
    expect(store.emitted).toEqual([]);
    store.deliver(paid);
    step(store, 'reject');
    expect(store.emitted).toEqual([{ type: 'OrderRejected', subject: 'o1', data: { ...ofTicket, status: 'rejected' } }]);
    store.deliver(cancelRequested);
    expect(store.emitted).toHaveLength(1);
  });

  test('knows whether an order is paid, in every order of arrival and however often each message comes', () => {
    for (const order of permutationsOf([placed, paid])) {
      const store = putToWork(createStore());
      store.deliver(...order);
      for (const event of order) store.deliverAgain(event);
      expect([statusOf(store), store.parkedCount(), store.emitted.length]).toEqual(['paid', 0, 0]);
    }
  });

  test('calls an order off before cooking, once, in every order of arrival', () => {
    for (const order of permutationsOf([placed, paid, cancelRequested])) {
      const store = putToWork(createStore());
      store.deliver(...order);
      for (const event of order) store.deliverAgain(event);
      expect([statusOf(store), store.parkedCount()]).toEqual(['canceled', 0]);
      expect(store.emitted).toEqual([{ type: 'CookingCanceled', subject: 'o1', data: { ...ofTicket, status: 'canceled' } }]);
      expect(store.refusalOf('PUT /foodCookings/o1/accept').code).toBe('cooking-status-mismatch');
    }
  });

  test('says at most once that it called an order off whose payment was declined', () => {
    for (const order of permutationsOf([placed, declined, cancelRequested])) {
      const store = putToWork(createStore());
      store.deliver(...order);
      expect([statusOf(store), store.parkedCount()]).toEqual(['canceled', 0]);
      expect(store.emitted.length).toBeLessThanOrEqual(1);
    }
    const store = putToWork(createStore());
    store.deliver(placed, declined, cancelRequested);
    expect(store.emitted).toEqual([]);
  });

  test.each([
    [['accept', 'start'], 'cooking'],
    [['accept', 'start', 'finish'], 'cooked'],
  ] as const)('refuses to cancel after %s, and goes on', (steps, status) => {
    const store = putToWork(createStore());
    store.deliver(placed, paid);
    for (const name of steps) step(store, name);
    store.deliver(cancelRequested);
    expect(store.emitted.at(-1)).toEqual({ type: 'CancelRefused', subject: 'o1', data: { ...ofTicket, status } });
    expect(statusOf(store)).toBe(status);
  });

  test('lists its tickets by store, customer, order and status', () => {
    const store = putToWork(createStore());
    store.deliver(placed, eventOf(OrderPlaced, { ...placed.data, orderId: 'o2', storeId: 's2' }, 4), paid);
    const orderIdsOf = (query: string) => {
      const { items } = store.ask(`GET /foodCookings?${query}`).body as { items: { orderId: string }[] };
      return items.map((item) => item.orderId);
    };
    expect(orderIdsOf('customerId=kim')).toEqual(['o1', 'o2']);
    expect(orderIdsOf('storeId=s2')).toEqual(['o2']);
    expect(orderIdsOf('orderId=o1')).toEqual(['o1']);
    expect(orderIdsOf(`status=${encodeURIComponent('결재완료')}`)).toEqual(['o1']);
    expect(orderIdsOf('status=unpaid')).toEqual(['o2']);
  });

  test('has migrations that make the tables that are declared', () => {
    expect(createSqliteMemoryDisk().open('store', [createStore().schema]).read.count(foodCookings)).toBe(0);
  });
});
