import type { OutgoingHeaders } from '../../runtime/http/route.ts';
import type { OrderStatus } from './contract.ts';

/** What a review needs to know of its order. */
export interface LookedUpOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly status: OrderStatus;
}

/**
 * Asks the orders' owner for an order, synchronously to the request at hand (seed: Request / Response).
 * Rejects with a Refusal: `order-not-found`, or `order-lookup-failed` whose detail says in `kind` what
 * happened: `timeout`, `short-circuited`, `rejected` or `upstream-error`.
 */
export type LookUpOrder = (orderId: string, outgoing: OutgoingHeaders) => Promise<LookedUpOrder>;
