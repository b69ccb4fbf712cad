/** For specs: what contexts may hear. */
import type { Envelope } from '../kernel/envelope.ts';
import { eventOf } from './context.fixture.ts';
import * as customer from './customer/contract.ts';
import * as front from './front/contract.ts';
import * as rider from './rider/contract.ts';
import * as store from './store/contract.ts';

const ofOrder = { orderId: 'o1', customerId: 'kim' };
const ofTicket = { ...ofOrder, storeId: 's1' };
const ofCoupon = { ...ofOrder, reason: 'review', reviewId: 'r1', couponCount: 1 } as const;
/** One of every event of every contract, about one order. */
export const EVERY_EVENT: readonly Envelope[] = [
  eventOf(front.OrderPlaced, { ...ofTicket, foodId: 'f1', price: 1, address: 'Seoul', options: [] }),
  eventOf(front.Paid, { ...ofOrder, amount: 1 }),
  eventOf(front.PaymentDeclined, { ...ofOrder, amount: 1 }),
  eventOf(front.OrderCancelRequested, ofOrder),
  eventOf(front.OrderCanceled, ofOrder),
  eventOf(front.PaymentRefunded, { ...ofOrder, amount: 1 }),
  eventOf(front.ReviewWritten, { ...ofOrder, reviewId: 'r1', content: 'good' }),
  eventOf(front.ReviewDeleted, { ...ofOrder, reviewId: 'r1' }),
  eventOf(store.OrderAccepted, { ...ofTicket, status: 'accepted' }),
  eventOf(store.OrderRejected, { ...ofTicket, status: 'rejected' }),
  eventOf(store.CookStarted, { ...ofTicket, status: 'cooking' }),
  eventOf(store.CookFinished, { ...ofTicket, status: 'cooked' }),
  eventOf(store.CookingCanceled, { ...ofTicket, status: 'canceled' }),
  eventOf(store.CancelRefused, { ...ofTicket, status: 'cooking' }),
  eventOf(rider.Picked, { ...ofOrder, riderId: 'lee' }),
  eventOf(rider.Delivered, { ...ofOrder, riderId: 'lee' }),
  eventOf(rider.DeliveryCanceled, ofOrder),
  eventOf(customer.CouponGranted, ofCoupon),
  eventOf(customer.CouponRevoked, ofCoupon),
];
