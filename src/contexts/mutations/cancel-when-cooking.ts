import { OrderCancelRequested } from '../front/contract.ts';
import { CookingCanceled } from '../store/contract.ts';
import { foodCookings } from '../store/store.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/** The kitchen's decision forgets one status of those that refuse. */
export const cancelWhenCooking: Mutation = {
  name: 'cancel-when-cooking',
  whose: 'ours',
  what: 'The store agrees to cancel while it is cooking.',
  breaks: 'Food that is being cooked belongs to nobody.',
  define: inContext(
    'store',
    reacting(OrderCancelRequested, ({ orderId }, scope, healthy) => {
      const ticket = scope.tables.get(foodCookings, orderId);
      if (ticket?.status !== 'cooking') {
        healthy(scope);
        return;
      }
      const { customerId, storeId } = ticket;
      scope.tables.put(foodCookings, { ...ticket, status: 'canceled' });
      scope.emit(CookingCanceled, orderId, { orderId, customerId, storeId, status: 'canceled' });
    }),
  ),
};
