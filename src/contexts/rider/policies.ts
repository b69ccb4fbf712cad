/** Whenever an event of another context comes, then this command of ours. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { DataOf } from '../../kernel/event.ts';
import type { OrderCanceled, OrderPlaced, PaymentDeclined } from '../front/contract.ts';
import type { CookFinished, OrderRejected } from '../store/contract.ts';
import type { CallOffDelivery, OfferDelivery, PlanDelivery } from './delivery.ts';

/** Whenever an order is placed, its delivery is planned. */
export const wheneverOrderPlaced = (order: DataOf<typeof OrderPlaced>, now: EpochMs): PlanDelivery => ({
  parcel: { orderId: order.orderId, customerId: order.customerId, storeId: order.storeId, foodId: order.foodId, address: order.address },
  now,
});

/** Whenever the kitchen is done, the delivery can be picked up. */
export const wheneverCookFinished = (ticket: DataOf<typeof CookFinished>, now: EpochMs): OfferDelivery => ({
  orderId: ticket.orderId,
  now,
});

/** Whenever an order is canceled, its delivery is called off. */
export const wheneverOrderCanceled = (order: DataOf<typeof OrderCanceled>, now: EpochMs): CallOffDelivery => ({
  orderId: order.orderId,
  why: 'canceled',
  now,
});

/** Whenever the store rejects an order, its delivery is called off. */
export const wheneverOrderRejected = (ticket: DataOf<typeof OrderRejected>, now: EpochMs): CallOffDelivery => ({
  orderId: ticket.orderId,
  why: 'rejected',
  now,
});

/** Whenever a payment is declined, there is nothing to deliver. */
export const wheneverPaymentDeclined = (payment: DataOf<typeof PaymentDeclined>, now: EpochMs): CallOffDelivery => ({
  orderId: payment.orderId,
  why: 'unpaid',
  now,
});
