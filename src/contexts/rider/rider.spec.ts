import { describe, expect, test } from 'vitest';
import { OrderCanceled, OrderPlaced, PaymentDeclined } from '../front/contract.ts';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import { CookFinished, OrderRejected } from '../store/contract.ts';
import { eventOf, permutationsOf, putToWork } from '../context.fixture.ts';
import { createRider } from './index.ts';
import { deliveries, deliveryLists } from './store.ts';

const ofOrder = { orderId: 'o1', customerId: 'kim' };
const ofTicket = { ...ofOrder, storeId: 's1' };
const placed = eventOf(OrderPlaced, { ...ofTicket, foodId: 'bibimbap', price: 12000, address: 'Seoul', options: [] }, 1);
const cooked = eventOf(CookFinished, { ...ofTicket, status: 'cooked' }, 5);
const canceled = eventOf(OrderCanceled, ofOrder, 3);
const rejected = eventOf(OrderRejected, { ...ofTicket, status: 'rejected' }, 3);
const declined = eventOf(PaymentDeclined, { ...ofOrder, amount: 12000 }, 2);

const PICK = 'PUT /deliveries/o1/pick';
const CONFIRM = 'PUT /deliveries/o1/confirmdelivered';
const byLee = { riderId: 'lee' };

describe('the rider', () => {
  test('takes a delivery from its order to its door', () => {
    const rider = putToWork(createRider());
    rider.deliver(placed);
    expect(rider.ask('GET /deliveries/o1').body).toMatchObject({
      id: 'o1',
      status: 'waiting',
      statusText: '배송대기',
      riderId: null,
      address: 'Seoul',
    });
    expect(rider.refusalOf('GET /deliveryLists/o1').code).toBe('delivery-list-not-found');

    rider.deliver(cooked);
    expect(rider.ask('GET /deliveryLists/o1').body).toMatchObject({ id: 'o1', orderId: 'o1', status: 'ready', address: 'Seoul' });

    expect(rider.ask(PICK, byLee)).toMatchObject({ status: 200, body: { status: 'delivering', statusText: '배송중', riderId: 'lee' } });
    expect(rider.read.count(deliveryLists)).toBe(0);

    const { createdAt, updatedAt } = rider.ask('GET /deliveries/o1').body as Record<'createdAt' | 'updatedAt', string>;
    expect([createdAt, updatedAt]).toEqual(['2024-01-01T02:46:41.000Z', '2024-01-01T02:46:43.000Z']);

    expect(rider.ask(CONFIRM).body).toMatchObject({ status: 'delivered', statusText: '배송확정', riderId: 'lee' });
    expect(rider.emitted).toEqual([
      { type: 'Picked', subject: 'o1', data: { ...ofOrder, riderId: 'lee' } },
      { type: 'Delivered', subject: 'o1', data: { ...ofOrder, riderId: 'lee' } },
    ]);
  });

  test('keeps the same in SQLite as in memory', () => {
    const contexts = [putToWork(createRider()), putToWork(createRider(), undefined, createSqliteMemoryDisk())];
    for (const rider of contexts)
      rider.deliver(
        placed,
        cooked,
        eventOf(OrderPlaced, { ...placed.data, orderId: 'o2' }),
        eventOf(CookFinished, { ...cooked.data, orderId: 'o2' }),
      );
    for (const rider of contexts) rider.ask(PICK, byLee);
    const [inMemory, inSqlite] = contexts.map(({ read }) => [read.select(deliveries), read.select(deliveryLists)]);
    expect(inSqlite).toEqual(inMemory);
    expect(inSqlite?.[1]).toHaveLength(1);
  });

  test('refuses what does not fit, and changes nothing', () => {
    const rider = putToWork(createRider());
    expect(rider.refusalOf(PICK, byLee).code).toBe('delivery-not-found');
    expect(rider.refusalOf('GET /deliveries/o1').code).toBe('delivery-not-found');
    rider.deliver(placed);
    const before = rider.read.get(deliveries, 'o1');
    expect(rider.refusalOf(PICK, byLee)).toMatchObject({
      code: 'delivery-status-mismatch',
      detail: { orderId: 'o1', current: 'waiting', currentText: '배송대기', required: 'ready', requiredText: '배송가능' },
    });
    expect(rider.read.get(deliveries, 'o1')).toEqual(before);
    expect(() => rider.ask(PICK, {})).toThrow('must be a text');
  });

  test.each([
    ['an order canceled', canceled, ['DeliveryCanceled']],
    ['an order rejected', rejected, ['DeliveryCanceled']],
    ['a payment declined', declined, []],
  ] as const)('calls the delivery off for %s, whatever the order and however often', (_, end, expected) => {
    for (const order of permutationsOf([placed, placed, end, end])) {
      const rider = putToWork(createRider());
      rider.deliver(...order);
      rider.deliverAgain(end);
      rider.deliverAgain(placed);
      expect(rider.emitted.map((event) => event.type)).toEqual(expected);
      expect(rider.read.get(deliveries, 'o1')?.status).toBe('canceled');
      expect(rider.read.count(deliveryLists)).toBe(0);
      expect(rider.parkedCount()).toBe(0);
    }
  });

  test('takes a delivery off the board when it is called off', () => {
    for (const order of permutationsOf([placed, cooked, canceled])) {
      const rider = putToWork(createRider());
      rider.deliver(...order);
      expect(rider.read.get(deliveries, 'o1')?.status).toBe('canceled');
      expect(rider.read.count(deliveryLists)).toBe(0);
      expect(rider.refusalOf(PICK, byLee).code).toBe('delivery-status-mismatch');
    }
  });

  test('keeps what came before its order until the order comes', () => {
    const rider = putToWork(createRider());
    rider.deliver(cooked);
    expect(rider.parkedCount()).toBe(1);
    expect(rider.read.count(deliveries)).toBe(0);
    rider.deliver(placed);
    expect(rider.parkedCount()).toBe(0);
    expect(rider.read.get(deliveries, 'o1')?.status).toBe('ready');
  });

  test('never goes back for a duplicate', () => {
    const rider = putToWork(createRider());
    rider.deliver(placed, cooked);
    rider.ask(PICK, byLee);
    for (const event of [placed, cooked]) rider.deliverAgain(event);
    expect(rider.read.get(deliveries, 'o1')?.status).toBe('delivering');
    expect(rider.read.count(deliveryLists)).toBe(0);
    rider.ask(CONFIRM);
    for (const event of [placed, cooked, canceled]) rider.deliverAgain(event);
    expect(rider.read.get(deliveries, 'o1')?.status).toBe('delivered');
    expect(rider.emitted.map((event) => event.type)).toEqual(['Picked', 'Delivered']);
  });

  test('lists deliveries page by page, by customer and by status in either tongue', () => {
    const rider = putToWork(createRider());
    for (const [orderId, customerId] of [
      ['o1', 'kim'],
      ['o2', 'kim'],
      ['o3', 'lee'],
    ] as const) {
      rider.deliver(
        eventOf(OrderPlaced, { ...placed.data, orderId, customerId }),
        eventOf(CookFinished, { orderId, customerId, storeId: 's1', status: 'cooked' }),
      );
    }
    rider.ask(PICK, byLee);
    expect(rider.ask('GET /deliveries?customerId=kim&size=1').body).toMatchObject({
      items: [{ id: 'o1' }],
      page: { number: 0, size: 1, totalItems: 2, totalPages: 2 },
    });
    expect(rider.ask(`GET /deliveries?status=${encodeURIComponent('배송가능')}`).body).toMatchObject({
      items: [{ id: 'o2' }, { id: 'o3' }],
    });
    expect(rider.ask('GET /deliveries?status=delivering').body).toMatchObject({ items: [{ id: 'o1' }] });
    expect(rider.ask('GET /deliveryLists?customerId=kim').body).toMatchObject({ items: [{ id: 'o2', status: 'ready' }] });
  });
});
