/** What the rider's context keeps: deliveries, and the board of those that wait for a rider. */
import { rfc3339 } from '../../kernel/time-text.ts';
import { assert } from '../../kernel/errors.ts';
import { firstVersion } from '../../runtime/tables/first-version.ts';
import { defineTable, type Reads, type Tx } from '../../runtime/tables/tables.ts';
import type { DeliveryStatus } from './contract.ts';
import type { Delivery, KnownDelivery, Parcel } from './delivery.ts';

/** A delivery as it is kept; one row for each order. Times are RFC 3339. */
export interface DeliveryRow extends Parcel {
  readonly status: DeliveryStatus;
  /** Null until somebody picked it up. */
  readonly riderId: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A row of the board: a delivery that any rider may pick up now. */
export interface BoardRow extends Parcel {
  /** When the food was ready. */
  readonly createdAt: string;
}

/** Every delivery, by its order. */
export const deliveries = defineTable<DeliveryRow>({
  name: 'deliveries',
  columns: {
    orderId: 'text',
    customerId: 'text',
    storeId: 'text',
    foodId: 'text',
    address: 'text',
    status: 'text',
    riderId: 'text?',
    createdAt: 'text',
    updatedAt: 'text',
  },
  key: ['orderId'],
  indexes: [['customerId'], ['status']],
});

/** The board of deliveries ready to pick up: a read model, so that riders never search. */
export const deliveryLists = defineTable<BoardRow>({
  name: 'deliveryLists',
  columns: { orderId: 'text', customerId: 'text', storeId: 'text', foodId: 'text', address: 'text', createdAt: 'text' },
  key: ['orderId'],
});

/** The rider's part of its database. */
export const riderSchema = firstVersion('rider', [deliveries, deliveryLists]);

const deliveryOf = (row: DeliveryRow): KnownDelivery => {
  const { orderId, customerId, storeId, foodId, address, status, riderId } = row;
  const parcel: Parcel = { orderId, customerId, storeId, foodId, address };
  const since = Date.parse(row.updatedAt);
  switch (status) {
    case 'waiting':
    case 'ready':
    case 'canceled':
      return { status, parcel, since };
    case 'delivering':
    case 'delivered':
      assert(riderId !== null, `the delivery of order ${orderId} is ${status}, so it has a rider`);
      return { status, parcel, since, riderId };
  }
};

/** The delivery of an order; `none` where the order was never heard of. */
export const loadDelivery = (read: Reads, orderId: string): Delivery => {
  const row = read.get(deliveries, orderId);
  return row === undefined ? { status: 'none' } : deliveryOf(row);
};

/** Keeps the delivery and the board with it: what is ready is on the board, and nothing else. */
export const saveDelivery = (tables: Tx, delivery: KnownDelivery): void => {
  const { parcel, status } = delivery;
  const updatedAt = rfc3339(delivery.since);
  const createdAt = tables.get(deliveries, parcel.orderId)?.createdAt ?? updatedAt;
  const riderId = status === 'delivering' || status === 'delivered' ? delivery.riderId : null;
  tables.put(deliveries, { ...parcel, status, riderId, createdAt, updatedAt });
  if (status === 'ready') tables.put(deliveryLists, { ...parcel, createdAt: updatedAt });
  else tables.remove(deliveryLists, parcel.orderId);
};
