import { mypages } from '../customer/store.ts';
import { OrderCanceled } from '../front/contract.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/**
 * `repository().deleteById(orderId)`, where the rows had ids of their own. Ours are the ids of the events that
 * a row was last told: an order's id is none of them, so the row stays as it was.
 */
export const mypageWrongKey: Mutation = {
  name: 'mypage-wrong-key',
  whose: 'the original',
  what: "A cancelled order's Mypage row was deleted by the order's id against the row's own id.",
  breaks: "Cancelled orders stay on the page, or another's vanishes.",
  define: inContext(
    'customer',
    reacting(OrderCanceled, ({ orderId }, { tables }) => {
      for (const row of tables.select(mypages)) if (row.lastEventId === orderId) tables.remove(mypages, row.orderId);
    }),
  ),
};
