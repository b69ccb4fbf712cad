/** Whenever an event of front comes, then this command of ours. Pure. */
import type { DataOf, EventDefinition } from '../../kernel/event.ts';
import { OrderCancelRequested, OrderPlaced, Paid, PaymentDeclined } from '../front/contract.ts';
import { decideCancel, payTicket, voidTicket, writeTicket } from './food-cooking.ts';
import type { FoodCooking, FoodCookingEvent, TicketDetails } from './food-cooking.ts';

/** Decides what happens to a ticket. */
export type DecideOnTicket = (ticket: FoodCooking) => FoodCookingEvent[];

/** Whenever `event`, then the decision that its data calls for. Every event here carries its order's id. */
export interface Policy {
  readonly event: EventDefinition<string, { readonly orderId: string }>;
  readonly decisionFor: (data: { readonly orderId: string }) => DecideOnTicket;
}

const policy = <Data extends { readonly orderId: string }>(
  event: EventDefinition<string, Data>,
  decisionFor: (data: Data) => DecideOnTicket,
): Policy => ({ event, decisionFor: decisionFor as Policy['decisionFor'] });

const ticketFor = (order: DataOf<typeof OrderPlaced>): TicketDetails => ({
  orderId: order.orderId,
  customerId: order.customerId,
  storeId: order.storeId,
  foodId: order.foodId,
  address: order.address,
  options: order.options,
});

/** All that this context does because something happened; each event once. */
export const POLICIES: readonly Policy[] = [
  policy(OrderPlaced, (order) => (ticket) => writeTicket(ticket, { details: ticketFor(order) })),
  policy(Paid, ({ orderId }) => (ticket) => payTicket(ticket, { orderId })),
  policy(PaymentDeclined, ({ orderId }) => (ticket) => voidTicket(ticket, { orderId })),
  policy(OrderCancelRequested, ({ orderId }) => (ticket) => decideCancel(ticket, { orderId })),
];
