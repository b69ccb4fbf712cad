/** Whenever an event of front comes, then this command of ours. Pure. */
import type { DataOf } from '../../kernel/event.ts';
import type { OrderPlaced } from '../front/contract.ts';
import type { TicketDetails } from './food-cooking.ts';

/** Whenever an order is placed, the kitchen gets a ticket for it. */
export const wheneverOrderPlaced = ({
  orderId,
  customerId,
  storeId,
  foodId,
  address,
  options,
}: DataOf<typeof OrderPlaced>): { readonly details: TicketDetails } => ({
  details: { orderId, customerId, storeId, foodId, address, options },
});
