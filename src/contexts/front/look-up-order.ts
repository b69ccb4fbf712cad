import type { OutgoingHeaders } from '../../runtime/http/route.ts';

/** What a review needs to know of its order. */
export interface LookedUpOrder {
  readonly orderId: string;
  readonly customerId: string;
  /** A status of an order; what came over HTTP could be any text. */
  readonly status: string;
}

/**
 * Asks the orders' owner for an order, synchronously to the request at hand (seed: Request / Response).
 * Rejects with a Refusal: `order-not-found`, or `order-lookup-failed` whose detail says in `kind` what
 * happened: `timeout`, `short-circuited`, `rejected`, `unreachable` or `upstream-error`.
 */
export type LookUpOrder = (orderId: string, outgoing: OutgoingHeaders) => Promise<LookedUpOrder>;
