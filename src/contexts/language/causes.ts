/** What brings each event about, and what must have been heard before: from the seed's policies and the guards of its commands. */
import type { EventType } from '../index.ts';
import type { Causes, Origin } from '../../scenarios/definition.ts';

/** The origin of each event. */
export const ORIGINS: Readonly<Record<EventType, Origin>> = {
  OrderPlaced: { of: ['place'] },
  Paid: { of: ['OrderPlaced'] },
  PaymentDeclined: { of: ['OrderPlaced'] },
  OrderCancelRequested: { of: ['cancel'], after: ['OrderPlaced'] },
  OrderCanceled: { of: ['CookingCanceled'] },
  PaymentRefunded: { of: ['CookingCanceled', 'OrderRejected'], after: ['Paid'] },
  ReviewWritten: { of: ['review'], after: ['Delivered'] },
  ReviewDeleted: { of: ['delete review'], after: ['ReviewWritten'] },
  OrderAccepted: { of: ['accept'], after: ['Paid'] },
  OrderRejected: { of: ['reject'], after: ['Paid'] },
  CookStarted: { of: ['start'], after: ['OrderAccepted'] },
  CookFinished: { of: ['finish'], after: ['CookStarted'] },
  CookingCanceled: { of: ['OrderCancelRequested'] },
  CancelRefused: { of: ['OrderCancelRequested'], after: ['CookStarted'] },
  DeliveryCanceled: { of: ['OrderCanceled', 'OrderRejected'] },
  Picked: { of: ['pick'], after: ['CookFinished'] },
  Delivered: { of: ['confirm'], after: ['Picked'] },
  CouponGranted: { of: ['OrderPlaced', 'ReviewWritten'] },
  CouponRevoked: { of: ['ReviewDeleted'] },
};

/**
 * For each command, those that decide whether it is granted once the other's context has heard of them: a cancellation
 * ends what the store may do, and a review waits for the delivery. `refused` says of one given too early that it is refused,
 * `granted` of one that is refused when it comes too late.
 */
export const DECIDED_BY: Causes['decidedBy'] = {
  place: { refused: [], granted: [] },
  cancel: { refused: [], granted: ['reject', 'start', 'finish', 'pick', 'confirm'] },
  accept: { refused: ['place'], granted: ['cancel'] },
  reject: { refused: ['place'], granted: ['cancel'] },
  start: { refused: ['place'], granted: ['cancel'] },
  finish: { refused: [], granted: [] },
  pick: { refused: ['place', 'finish'], granted: [] },
  confirm: { refused: [], granted: [] },
  review: { refused: ['confirm'], granted: [] },
  'delete review': { refused: [], granted: [] },
};
