import type { Envelope } from '../../kernel/envelope.ts';

/** Whose event it is, and what causes it; `request` where a person does. */
export const ORIGINS: Readonly<Record<string, readonly [context: string, ...causes: readonly string[]]>> = {
  OrderPlaced: ['front', 'request'],
  Paid: ['front', 'OrderPlaced'],
  PaymentDeclined: ['front', 'OrderPlaced'],
  OrderCancelRequested: ['front', 'request'],
  OrderCanceled: ['front', 'CookingCanceled'],
  PaymentRefunded: ['front', 'CookingCanceled', 'OrderRejected'],
  ReviewWritten: ['front', 'request'],
  ReviewDeleted: ['front', 'request'],
  OrderAccepted: ['store', 'request'],
  OrderRejected: ['store', 'request'],
  CookStarted: ['store', 'request'],
  CookFinished: ['store', 'request'],
  CookingCanceled: ['store', 'OrderCancelRequested'],
  CancelRefused: ['store', 'OrderCancelRequested'],
  Picked: ['rider', 'request'],
  Delivered: ['rider', 'request'],
  DeliveryCanceled: ['rider', 'OrderCanceled', 'OrderRejected'],
  CouponGranted: ['customer', 'OrderPlaced', 'ReviewWritten'],
  CouponRevoked: ['customer', 'ReviewDeleted'],
};

const SOURCES: ReadonlySet<string> = new Set(Object.values(ORIGINS).map(([context]) => `/${context}`));

/** Whether an event is of the contexts that these invariants know: it has the name of one of theirs, or one of them told it. */
export const isOurs = ({ type, source }: Envelope): boolean => type in ORIGINS || SOURCES.has(source);
