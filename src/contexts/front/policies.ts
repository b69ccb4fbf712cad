/** Whenever an event comes, then this command of ours. Pure. */
import type { DataOf, EventDefinition } from '../../kernel/event.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from '../store/contract.ts';
import type { CookingStatus } from '../store/contract.ts';
import { OrderPlaced, Paid, PaymentDeclined } from './contract.ts';
import type { Progress } from './order.ts';

/** What this context tells itself to do to one of its orders. */
export type ReactToOrder =
  | { readonly type: 'Pay' }
  | { readonly type: 'ProgressOrder'; readonly to: Progress }
  | { readonly type: 'FailPayment' }
  | { readonly type: 'RejectOrder' }
  | { readonly type: 'CompleteCancel' }
  | { readonly type: 'EndCancelRequest'; readonly kitchen: Progress };

/** Whenever `event`, then the command that its data calls for. Every event here carries its order's id. */
export interface Policy {
  readonly event: EventDefinition<string, { readonly orderId: string }>;
  readonly commandFor: (data: { readonly orderId: string }) => ReactToOrder;
}

const policy = <Data extends { readonly orderId: string }>(
  event: EventDefinition<string, Data>,
  commandFor: (data: Data) => ReactToOrder,
): Policy => ({ event, commandFor: commandFor as Policy['commandFor'] });

/** Where an order is, when this is where its ticket is. */
const progressOf = (kitchen: CookingStatus): Progress => {
  switch (kitchen) {
    case 'unpaid':
      return 'placed';
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
      return kitchen;
    case 'rejected':
    case 'canceled':
      return 'placed'; // Such a ticket refuses no cancellation, so it tells nothing of progress.
  }
  return kitchen satisfies never;
};

const follows = (to: Progress) => (): ReactToOrder => ({ type: 'ProgressOrder', to });

/** Follows the kitchen by the status that its event carries. */
const followsKitchen = (ticket: DataOf<typeof OrderAccepted>): ReactToOrder => ({ type: 'ProgressOrder', to: progressOf(ticket.status) });

/** All that this context does because something happened; each event once. */
export const POLICIES: readonly Policy[] = [
  policy(OrderPlaced, () => ({ type: 'Pay' })),
  policy(Paid, follows('paid')),
  policy(PaymentDeclined, () => ({ type: 'FailPayment' })),
  policy(OrderAccepted, followsKitchen),
  policy(CookStarted, followsKitchen),
  policy(CookFinished, followsKitchen),
  policy(Picked, follows('delivering')),
  policy(Delivered, follows('delivered')),
  policy(OrderRejected, () => ({ type: 'RejectOrder' })),
  policy(CookingCanceled, () => ({ type: 'CompleteCancel' })),
  policy(CancelRefused, (ticket) => ({ type: 'EndCancelRequest', kitchen: progressOf(ticket.status) })),
];
