/** The front context: orders, their payments, reviews. Its only face. */
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import {
  OrderCancelRequested,
  OrderCanceled,
  OrderPlaced,
  Paid,
  PaymentDeclined,
  PaymentRefunded,
  ReviewDeleted,
  ReviewWritten,
} from './contract.ts';
import { reviewRoutes } from './http-reviews.ts';
import { orderAndPaymentRoutes } from './http.ts';
import type { LookUpOrder } from './look-up-order.ts';
import { POLICIES } from './policies.ts';
import { FRONT_REFUSALS } from './refusals.ts';
import { frontSchema } from './store.ts';

export type { LookUpOrder } from './look-up-order.ts';

/** The front context, over a way to look an order up for a review. */
export const createFront = (deps: { readonly lookUpOrder: LookUpOrder }): ContextDefinition => ({
  name: 'front',
  about: 'orderId',
  schema: frontSchema,
  events: [OrderPlaced, Paid, PaymentDeclined, OrderCancelRequested, OrderCanceled, PaymentRefunded, ReviewWritten, ReviewDeleted],
  subscriptions: POLICIES,
  routes: [...orderAndPaymentRoutes, ...reviewRoutes(deps.lookUpOrder)],
  refusals: FRONT_REFUSALS,
});
