/** What front keeps: orders, their payments, reviews. */
import { firstVersion } from '../../runtime/tables/first-version.ts';
import { defineTable, type Reads, type Tx } from '../../runtime/tables/tables.ts';
import type { OrderStatus, PaymentStatus } from './contract.ts';
import type { Order, OrderDetails, PlacedOrder, Progress } from './order.ts';
import type { Bill, OpenedPayment, Payment } from './payment.ts';
import type { Review, ReviewDetails } from './review.ts';

/** Times are RFC 3339. */
interface Times {
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An order as it is kept. `progress` is the furthest that it was heard to be, also where `status` says something else. */
export interface OrderRow extends OrderDetails, Times {
  readonly status: OrderStatus;
  readonly progress: Progress;
}

/** A payment as it is kept; one for each order. `amount` is in won, `answer` what the simulated provider answers. */
export interface PaymentRow extends Bill, Times {
  readonly status: PaymentStatus;
}

/** A review as it is kept; a deleted one is gone. */
export type ReviewRow = ReviewDetails & Times;

/** Every order, by its id. */
export const orders = defineTable<OrderRow>({
  name: 'orders',
  columns: {
    orderId: 'text',
    customerId: 'text',
    storeId: 'text',
    foodId: 'text',
    price: 'integer',
    address: 'text',
    options: 'json',
    status: 'text',
    progress: 'text',
    createdAt: 'text',
    updatedAt: 'text',
  },
  key: ['orderId'],
  indexes: [['customerId'], ['storeId'], ['status']],
});

/** Every payment, by its order. */
export const payments = defineTable<PaymentRow>({
  name: 'payments',
  columns: { orderId: 'text', customerId: 'text', amount: 'integer', answer: 'text', status: 'text', createdAt: 'text', updatedAt: 'text' },
  key: ['orderId'],
  indexes: [['customerId'], ['status']],
});

/** Every review that was not deleted, by its id. */
export const reviews = defineTable<ReviewRow>({
  name: 'reviews',
  columns: { reviewId: 'text', orderId: 'text', customerId: 'text', content: 'text', createdAt: 'text', updatedAt: 'text' },
  key: ['reviewId'],
  indexes: [['orderId'], ['customerId']],
});

/** Front's part of its database. */
export const frontSchema = firstVersion('front', [orders, payments, reviews]);

const orderOf = (row: OrderRow): PlacedOrder => {
  const { orderId, customerId, storeId, foodId, price, address, options, status, progress } = row;
  return { status, progress, details: { orderId, customerId, storeId, foodId, price, address, options } };
};

/** The order of this id; `none` where it was never placed. */
export const loadOrder = (read: Reads, orderId: string): Order => {
  const row = read.get(orders, orderId);
  return row === undefined ? { status: 'none' } : orderOf(row);
};

/** Keeps the order as it is since `now` (RFC 3339). */
export const saveOrder = (tables: Tx, { status, progress, details }: PlacedOrder, orderId: string, now: string): void => {
  const createdAt = tables.get(orders, orderId)?.createdAt ?? now;
  tables.put(orders, { ...details, status, progress, createdAt, updatedAt: now });
};

/** The payment of this order; `none` where the order was never placed. */
export const loadPayment = (read: Reads, orderId: string): Payment => {
  const row = read.get(payments, orderId);
  if (row === undefined) return { status: 'none' };
  const { customerId, amount, answer, status } = row;
  return { status, bill: { orderId, customerId, amount, answer } };
};

/** Keeps the payment as it is since `now` (RFC 3339). */
export const savePayment = (tables: Tx, { status, bill }: OpenedPayment, orderId: string, now: string): void => {
  const createdAt = tables.get(payments, orderId)?.createdAt ?? now;
  tables.put(payments, { ...bill, status, createdAt, updatedAt: now });
};

/** The review of this id; `none` where there is none, or none any more. */
export const loadReview = (read: Reads, reviewId: string): Review => {
  const row = read.get(reviews, reviewId);
  if (row === undefined) return { status: 'none' };
  const { orderId, customerId, content } = row;
  return { status: 'written', details: { reviewId, orderId, customerId, content } };
};

/** Keeps a review written at `now` (RFC 3339). */
export const saveReview = (tables: Tx, details: ReviewDetails, now: string): void => {
  tables.put(reviews, { ...details, createdAt: now, updatedAt: now });
};
