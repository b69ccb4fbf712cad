/** Whenever an event comes, then this command of ours. */
import type { DataOf, EventDefinition } from '../../kernel/event.ts';
import { whenever, type Subscription } from '../../runtime/actor/context.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from '../store/contract.ts';
import type { CookingStatus } from '../store/contract.ts';
import { carryOutReaction, type ReactToOrder } from './commands.ts';
import { OrderPlaced, Paid, PaymentDeclined } from './contract.ts';
import type { Progress } from './order.ts';

/** Whenever this happened to an order, then the command to it that the event's data calls for. */
const wheneverOrder = <Data extends { readonly orderId: string }>(
  event: EventDefinition<string, Data>,
  commandFor: (data: Data) => ReactToOrder,
): Subscription =>
  whenever(event, ({ data }, scope) => {
    carryOutReaction(scope, data.orderId, commandFor(data));
  });

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
export const POLICIES: readonly Subscription[] = [
  wheneverOrder(OrderPlaced, () => ({ type: 'Pay' })),
  wheneverOrder(Paid, follows('paid')),
  wheneverOrder(PaymentDeclined, () => ({ type: 'FailPayment' })),
  wheneverOrder(OrderAccepted, followsKitchen),
  wheneverOrder(CookStarted, followsKitchen),
  wheneverOrder(CookFinished, followsKitchen),
  wheneverOrder(Picked, follows('delivering')),
  wheneverOrder(Delivered, follows('delivered')),
  wheneverOrder(OrderRejected, () => ({ type: 'RejectOrder' })),
  wheneverOrder(CookingCanceled, () => ({ type: 'CompleteCancel' })),
  wheneverOrder(CancelRefused, (ticket) => ({ type: 'EndCancelRequest', kitchen: progressOf(ticket.status) })),
];
