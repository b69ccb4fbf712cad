import { PaymentRefunded } from '../front/contract.ts';
import { orders, payments } from '../front/store.ts';
import { answering, inContext, type Mutation } from '../../system/mutation.ts';

/** A repeated request does the work again, where it should only say that it is done. */
export const refundAgain: Mutation = {
  name: 'refund-again',
  whose: 'ours',
  what: 'Cancelling an order that is cancelled already refunds it once more.',
  breaks: 'An impatient customer is paid twice.',
  define: inContext(
    'front',
    answering('cancelOrder', (request, scope, healthy) => {
      const orderId = request.params['orderId'] ?? '';
      const reply = healthy(request, scope);
      const payment = scope.tables.get(payments, orderId);
      if (scope.tables.get(orders, orderId)?.status === 'canceled' && payment?.status === 'refunded') {
        const { customerId, amount } = payment;
        scope.emit(PaymentRefunded, orderId, { orderId, customerId, amount });
      }
      return reply;
    }),
  ),
};
