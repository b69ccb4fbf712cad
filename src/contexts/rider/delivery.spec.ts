import { describe, expect, test } from 'vitest';
import { NotYet, Refusal } from '../../kernel/errors.ts';
import {
  callOffDelivery,
  confirmDelivered,
  evolve,
  offerDelivery,
  pickDelivery,
  planDelivery,
  type Delivery,
  type DeliveryEvent,
  type Parcel,
} from './delivery.ts';

const orderId = 'o1';
const now = 5;
const parcel: Parcel = { orderId, customerId: 'kim', storeId: 's1', foodId: 'bibimbap', address: 'Seoul' };

const planned: DeliveryEvent = { type: 'DeliveryPlanned', parcel, at: 1 };
const ready: DeliveryEvent = { type: 'DeliveryReady', at: 2 };
const picked: DeliveryEvent = { type: 'Picked', riderId: 'lee', at: 3 };
const delivered: DeliveryEvent = { type: 'Delivered', riderId: 'lee', at: 4 };
const canceled: DeliveryEvent = { type: 'DeliveryCanceled', at: 4 };

const given = (...events: readonly DeliveryEvent[]): Delivery => events.reduce<Delivery>(evolve, { status: 'none' });

const plan = (delivery: Delivery) => planDelivery(delivery, { parcel, now });
const offer = (delivery: Delivery) => offerDelivery(delivery, { orderId, now });
const pick = (delivery: Delivery) => pickDelivery(delivery, { orderId, riderId: 'park', now });
const confirm = (delivery: Delivery) => confirmDelivered(delivery, { orderId, now });
const cancel = (delivery: Delivery) => callOffDelivery(delivery, { orderId, why: 'canceled', now });
const drop = (delivery: Delivery) => callOffDelivery(delivery, { orderId, why: 'unpaid', now });

const HISTORIES: Readonly<Record<Delivery['status'], readonly DeliveryEvent[]>> = {
  none: [],
  waiting: [planned],
  ready: [planned, ready],
  delivering: [planned, ready, picked],
  delivered: [planned, ready, picked, delivered],
  canceled: [planned, canceled],
};

const outcomeOf = (decide: (delivery: Delivery) => DeliveryEvent[], delivery: Delivery): string => {
  try {
    return decide(delivery)
      .map((event) => event.type)
      .join();
  } catch (error) {
    if (error instanceof NotYet) return 'not yet';
    if (error instanceof Refusal) return error.code;
    throw error;
  }
};

describe('a delivery', () => {
  const statuses = Object.keys(HISTORIES) as Delivery['status'][];
  const table = (decide: (delivery: Delivery) => DeliveryEvent[]) =>
    Object.fromEntries(statuses.map((status) => [status, outcomeOf(decide, given(...HISTORIES[status]))]));

  test.each(statuses)('has the status %s after its history', (status) => {
    expect(given(...HISTORIES[status]).status).toBe(status);
  });

  test('is planned once', () => {
    expect(table(plan)).toEqual({ none: 'DeliveryPlanned', waiting: '', ready: '', delivering: '', delivered: '', canceled: '' });
  });

  test('becomes ready only while it waits, and never before it is planned', () => {
    expect(table(offer)).toEqual({ none: 'not yet', waiting: 'DeliveryReady', ready: '', delivering: '', delivered: '', canceled: '' });
  });

  test('is picked up only when it is ready', () => {
    const refused = 'delivery-status-mismatch';
    expect(table(pick)).toEqual({
      none: 'delivery-not-found',
      waiting: refused,
      ready: 'Picked',
      delivering: refused,
      delivered: refused,
      canceled: refused,
    });
  });

  test('is confirmed only on its way', () => {
    const refused = 'delivery-status-mismatch';
    expect(table(confirm)).toEqual({
      none: 'delivery-not-found',
      waiting: refused,
      ready: refused,
      delivering: 'Delivered',
      delivered: refused,
      canceled: refused,
    });
  });

  test('is called off until a rider has the food, and aloud', () => {
    expect(table(cancel)).toEqual({
      none: 'not yet',
      waiting: 'DeliveryCanceled',
      ready: 'DeliveryCanceled',
      delivering: '',
      delivered: '',
      canceled: '',
    });
  });

  test('of an order that was never paid is dropped in silence', () => {
    expect(table(drop)).toEqual({
      none: 'not yet',
      waiting: 'DeliveryDropped',
      ready: 'DeliveryDropped',
      delivering: '',
      delivered: '',
      canceled: '',
    });
    expect(given(planned, { type: 'DeliveryDropped', at: 9 })).toEqual({ status: 'canceled', parcel, since: 9 });
  });

  test('keeps the rider who picked it up', () => {
    expect(confirm(given(planned, ready, picked))).toEqual([{ type: 'Delivered', riderId: 'lee', at: now }]);
  });

  test('names both statuses where they do not match', () => {
    expect(() => pick(given(planned))).toThrow('배송가능(ready) 상태에서만 배송시작이 가능합니다. 현재 상태는 배송대기(waiting)입니다.');
    expect(() => confirm(given(planned, ready))).toThrow(
      '배송중(delivering) 상태에서만 배송확정이 가능합니다. 현재 상태는 배송가능(ready)입니다.',
    );
  });
});
