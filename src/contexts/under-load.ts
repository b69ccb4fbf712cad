import type { UnderLoad } from '../system/under-load.ts';
import { ORDER_LOOKUP } from './front/order-lookup.ts';

/** How the sagas of the food system are told under load, from the table of policies; and what the seed's breaker test needs. */
export const UNDER_LOAD: UnderLoad = {
  sagas: {
    // Reviews are sagas of their own: written (or deleted), then a coupon more (or less).
    names: ['reviewId', 'orderId'],
    withoutEnd: ['reviewId'],
    followers: {
      OrderPlaced: ['Paid', 'PaymentDeclined'],
      OrderCancelRequested: ['CookingCanceled', 'CancelRefused'],
      CookingCanceled: ['OrderCanceled'],
      OrderRejected: ['PaymentRefunded'],
      OrderCanceled: ['DeliveryCanceled'],
      ReviewWritten: ['CouponGranted'],
      ReviewDeleted: ['CouponRevoked'],
    },
    owed: [{ after: ['Paid', 'OrderCanceled'], event: 'PaymentRefunded' }],
    ends: { Delivered: 'finished', PaymentDeclined: 'finished', PaymentRefunded: 'compensated', OrderCanceled: 'compensated' },
    viewOf: 'customer',
  },
  call: ORDER_LOOKUP,
  calling: { method: 'POST', path: '/reviews', makes: 'reviews' },
  missed: '/orders/none',
  // A payment is looked up as an order is, in the same context.
  unslowed: '/payments/none',
  warmUp: [
    { method: 'GET', url: '/payments/none' },
    { method: 'POST', url: '/reviews', body: {} },
  ],
};
