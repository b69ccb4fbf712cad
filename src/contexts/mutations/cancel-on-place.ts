import { OrderCanceled } from '../front/contract.ts';
import { answering, inContext, type Mutation } from '../../system/mutation.ts';

/** `Order.onPostPersist` published both events, since the author had no other place to show OrderCanceled. */
export const cancelOnPlace: Mutation = {
  name: 'cancel-on-place',
  whose: 'the original',
  what: 'Creating an order published OrderPlaced and OrderCanceled.',
  breaks: 'Every order is cancelled at birth.',
  define: inContext(
    'front',
    answering('placeOrder', (request, scope, healthy) => {
      const reply = healthy(request, scope);
      const { orderId, customerId } = reply.body as { readonly orderId: string; readonly customerId: string };
      scope.emit(OrderCanceled, orderId, { orderId, customerId });
      return reply;
    }),
  ),
};
