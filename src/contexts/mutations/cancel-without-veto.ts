import { OrderCanceled, PaymentRefunded } from '../front/contract.ts';
import { orders, payments } from '../front/store.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import { answering, inContext, type Mutation } from '../../system/mutation.ts';

/** Cancels whatever there is, wherever it is, and pays back. */
const cancelAnyway = (scope: Scope, orderId: string): void => {
  const order = scope.tables.get(orders, orderId)!;
  const payment = scope.tables.get(payments, orderId)!;
  const { customerId } = order;
  scope.tables.put(orders, { ...order, status: 'canceled' });
  scope.emit(OrderCanceled, orderId, { orderId, customerId });
  if (payment.status !== 'paid') return;
  scope.tables.put(payments, { ...payment, status: 'refunded' });
  scope.emit(PaymentRefunded, orderId, { orderId, customerId, amount: payment.amount });
};

/** The guard in the committed code printed that cooking had begun, and returned, instead of throwing. */
export const cancelWithoutVeto: Mutation = {
  name: 'cancel-without-veto',
  whose: 'the original',
  what: 'The guard against cancelling printed its sentence and returned.',
  breaks: 'Any order can be cancelled at any time.',
  define: inContext(
    'front',
    answering('cancelOrder', (request, scope, healthy) => {
      try {
        return healthy(request, scope);
      } catch (error) {
        if (!(error instanceof Refusal && error.code === 'order-already-cooking')) throw error;
        cancelAnyway(scope, request.params['orderId'] ?? '');
        return { status: 202 };
      }
    }),
  ),
};
