import { deliveryLists } from '../rider/store.ts';
import { answering, inContext, type Mutation } from '../../system/mutation.ts';

/** One of two tables is forgotten. */
export const boardKeepsPicked: Mutation = {
  name: 'board-keeps-picked',
  whose: 'ours',
  what: 'A delivery that was picked up stays on the board.',
  breaks: 'A second rider sets out for it.',
  define: inContext(
    'rider',
    answering('pickDelivery', (request, scope, healthy) => {
      const row = scope.tables.get(deliveryLists, request.params['orderId'] ?? '');
      const reply = healthy(request, scope);
      if (row !== undefined) scope.tables.put(deliveryLists, row);
      return reply;
    }),
  ),
};
