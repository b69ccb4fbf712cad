import { orders } from '../front/store.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import { OrderRejected } from '../store/contract.ts';
import { NotYet } from '../../kernel/errors.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

const keepTheMoney = inContext(
  'front',
  reacting(OrderRejected, ({ orderId }, { tables, now }) => {
    const order = tables.get(orders, orderId);
    if (order === undefined) throw new NotYet(`order ${orderId} is not known here`);
    tables.put(orders, { ...order, status: 'rejected', updatedAt: rfc3339(now) });
  }),
);

const callNothingOff = inContext(
  'rider',
  reacting(OrderRejected, () => undefined),
);

/** The order followed the store's rejection, and nobody else did. */
export const rejectKeepsMoney: Mutation = {
  name: 'reject-keeps-money',
  whose: 'the original',
  what: 'OrderRejected refunded nothing and called nothing off.',
  breaks: 'An order is paid, rejected, and never refunded.',
  define: (definition) => callNothingOff(keepTheMoney(definition)),
};
