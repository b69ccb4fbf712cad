import { customers } from '../customer/store.ts';
import { OrderPlaced } from '../front/contract.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/** A row of its own for each order, where the customer has one already; the key tells them apart. */
export const customerPerOrder: Mutation = {
  name: 'customer-per-order',
  whose: 'the original',
  what: 'Each order made a new customer row.',
  breaks: 'A look-up of coupons finds two rows.',
  define: inContext(
    'customer',
    reacting(OrderPlaced, ({ customerId, orderId }, scope, healthy) => {
      const isKnown = scope.tables.get(customers, customerId) !== undefined;
      healthy(scope);
      if (!isKnown) return;
      const now = rfc3339(scope.now);
      scope.tables.put(customers, {
        customerId: `${customerId} (${orderId})`,
        couponCount: 1,
        welcomeOrderId: orderId,
        createdAt: now,
        updatedAt: now,
      });
    }),
  ),
};
