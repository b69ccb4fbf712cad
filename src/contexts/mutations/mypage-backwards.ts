import { mypages } from '../customer/store.ts';
import { OrderAccepted } from '../store/contract.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';

/** The projection overwrites what it shows by whatever it heard last. */
export const mypageBackwards: Mutation = {
  name: 'mypage-backwards',
  whose: 'ours',
  what: 'OrderAccepted sets the status on Mypage to 접수됨, whatever it was.',
  breaks: 'Mypage goes backwards when OrderAccepted is overtaken.',
  define: inContext(
    'customer',
    reacting(OrderAccepted, ({ orderId }, scope, healthy) => {
      healthy(scope);
      const row = scope.tables.get(mypages, orderId);
      if (row !== undefined) scope.tables.put(mypages, { ...row, progress: 'accepted', status: 'accepted' });
    }),
  ),
};
