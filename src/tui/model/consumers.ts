import { CONTEXTS, type ContextName } from './model.ts';

const of = (...contexts: ContextName[]): readonly ContextName[] => contexts;

/**
 * Which contexts hear which event, as the table of policies in the domain says; a test holds it to what the contexts
 * declare. Recordings don't say what a stopped context would have heard, and the length of its queue is told from this.
 */
export const CONSUMERS: Readonly<Record<string, readonly ContextName[]>> = {
  OrderPlaced: CONTEXTS,
  Paid: of('front', 'store', 'notification', 'customer'),
  PaymentDeclined: CONTEXTS,
  OrderAccepted: of('front', 'notification', 'customer'),
  OrderRejected: of('front', 'rider', 'notification', 'customer'),
  CookStarted: of('front', 'notification', 'customer'),
  CookFinished: of('front', 'rider', 'notification', 'customer'),
  OrderCancelRequested: of('store', 'notification', 'customer'),
  CookingCanceled: of('front', 'notification'),
  CancelRefused: of('front', 'notification', 'customer'),
  OrderCanceled: of('rider', 'notification', 'customer'),
  PaymentRefunded: of('notification'),
  DeliveryCanceled: of('notification'),
  Picked: of('front', 'notification', 'customer'),
  Delivered: of('front', 'notification', 'customer'),
  ReviewWritten: of('notification', 'customer'),
  ReviewDeleted: of('notification', 'customer'),
  CouponGranted: of('notification'),
  CouponRevoked: of('notification'),
};

/** Whether Mypage's context hears events of this type. */
export const isForMypage = (type: string): boolean => CONSUMERS[type]?.includes('customer') === true;
