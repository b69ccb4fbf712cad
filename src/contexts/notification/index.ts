/** The notification context: one notice to the customer for each change of status or coupons. Its only face. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { EventDefinition } from '../../kernel/event.ts';
import { whenever, type ContextDefinition, type Scope, type Subscription } from '../../runtime/actor/context.ts';
import { CouponGranted, CouponRevoked } from '../customer/contract.ts';
import {
  OrderCancelRequested,
  OrderCanceled,
  OrderPlaced,
  Paid,
  PaymentDeclined,
  PaymentRefunded,
  ReviewDeleted,
  ReviewWritten,
} from '../front/contract.ts';
import { Delivered, DeliveryCanceled, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from '../store/contract.ts';
import { changeNotice } from './change-notice.ts';
import type { NoticeType } from './contract.ts';
import { notificationRoutes } from './http.ts';
import { writeNotice, type Channel, type Message } from './notice.ts';
import { wheneverToldOf, type OfCustomersOrder } from './policies.ts';
import { NOTIFICATION_REFUSALS } from './refusals.ts';
import { notificationSchema } from './store.ts';

/** What the notification context is told from outside. */
export interface NotificationOptions {
  /** How notices leave; default: the log, which is done with a notice when it is written. */
  readonly channel?: Channel;
  /**
   * Called for each notice written, inside its transaction, which may still be rolled back: a hint to wake
   * the sender or to look whether it is there, never a proof.
   */
  readonly onNotice?: (notice: Message) => void;
}

/** The events that customers are told of; a type that is missing here, or has no text, does not compile. */
const TOLD_OF: Readonly<Record<NoticeType, EventDefinition<string, OfCustomersOrder>>> = {
  OrderPlaced,
  Paid,
  PaymentDeclined,
  OrderAccepted,
  OrderRejected,
  CookStarted,
  CookFinished,
  Picked,
  Delivered,
  OrderCancelRequested,
  OrderCanceled,
  CancelRefused,
  PaymentRefunded,
  DeliveryCanceled,
  CouponGranted,
  CouponRevoked,
};

/** Known events that customers hear of by another one; heard all the same, so that what breaks its contract is found. */
const HEARD_IN_SILENCE: readonly EventDefinition[] = [CookingCanceled, ReviewWritten, ReviewDeleted];

/** The notification context. */
export const createNotification = ({ channel = 'log', onNotice }: NotificationOptions = {}): ContextDefinition => {
  const tellCustomer = (event: Envelope<NoticeType, OfCustomersOrder>, scope: Scope): void => {
    const command = wheneverToldOf(event, channel, scope.now);
    let isWritten = false;
    changeNotice(scope, event.id, (notice) => {
      const happened = writeNotice(notice, command);
      isWritten = happened.length > 0;
      return happened;
    });
    if (isWritten) onNotice?.(command.message);
  };
  const subscriptions: Subscription[] = Object.values(TOLD_OF).map((definition) =>
    whenever(definition, (event, scope) => {
      tellCustomer(event as Envelope<NoticeType, OfCustomersOrder>, scope);
    }),
  );
  return {
    name: 'notification',
    about: 'orderId',
    schema: notificationSchema,
    events: [],
    subscriptions: [...subscriptions, ...HEARD_IN_SILENCE.map((event) => whenever(event, () => undefined))],
    routes: notificationRoutes,
    refusals: NOTIFICATION_REFUSALS,
    hearsAll: true,
  };
};
