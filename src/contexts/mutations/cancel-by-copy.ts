import { carryOutReaction, carryOutRequestCancel } from '../front/commands.ts';
import { orders } from '../front/store.ts';
import { answering, inContext, type Mutation } from '../../system/mutation.ts';

/** The order decided by its own copy of the kitchen's status, which lags behind; the store was told, not asked. */
export const cancelByCopy: Mutation = {
  name: 'cancel-by-copy',
  whose: 'the original',
  what: "The order alone decided on cancelling, by its lagging copy of the kitchen's status.",
  breaks: 'Food is cooked and delivered, yet its order is cancelled and refunded.',
  define: inContext(
    'front',
    answering('cancelOrder', (request, scope, healthy) => {
      const orderId = request.params['orderId'] ?? '';
      const reply = healthy(request, scope);
      if (scope.tables.get(orders, orderId)?.status === 'cancel-requested') carryOutReaction(scope, orderId, { type: 'CompleteCancel' });
      else carryOutRequestCancel(scope, orderId);
      return reply;
    }),
  ),
};
