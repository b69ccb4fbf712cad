import { OrderCanceled } from '../front/contract.ts';
import { payments } from '../front/store.ts';
import { CookingCanceled } from '../store/contract.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/** `Payment.cancelPay` had an empty body: the refund is taken out again, and its event is never told. */
const refundNothing = inContext(
  'front',
  reacting(CookingCanceled, ({ orderId }, scope, healthy) => {
    const before = scope.tables.get(payments, orderId);
    healthy({
      ...scope,
      emit: (event, subject, data) => {
        if (event.type !== 'PaymentRefunded') scope.emit(event, subject, data);
      },
    });
    if (before !== undefined) scope.tables.put(payments, before);
  }),
);

/** `Delivery.cancelDelivery` had one too. */
const callNothingOff = inContext(
  'rider',
  reacting(OrderCanceled, () => undefined),
);

/** The compensations were declared, drawn, and left empty. */
export const refundAndCalloffEmpty: Mutation = {
  name: 'refund-and-calloff-empty',
  whose: 'the original',
  what: 'The bodies of cancelPay and cancelDelivery were empty.',
  breaks: 'An order is cancelled, yet never refunded, and a rider is still sent.',
  define: (definition) => callNothingOff(refundNothing(definition)),
};
