/** The words that scenario files may use for things of the domain, taken from the contexts' contracts. */
import * as customer from '../../contexts/customer/contract.ts';
import * as front from '../../contexts/front/contract.ts';
import * as rider from '../../contexts/rider/contract.ts';
import * as store from '../../contexts/store/contract.ts';

export { EVENT_TYPES, type EventType } from '../../system/event-types.ts';

/** The contexts, in the order of their ports. */
export const CONTEXT_NAMES = ['front', 'store', 'rider', 'notification', 'customer'] as const;
export type ContextName = (typeof CONTEXT_NAMES)[number];

/** For each resource that has a status: its literals, and the seed's word for each. */
export const STATUS_WORDS: Readonly<Record<'order' | 'cooking' | 'delivery' | 'payment' | 'mypage', Readonly<Record<string, string>>>> = {
  order: front.ORDER_STATUS_TEXT,
  cooking: store.COOKING_STATUS_TEXT,
  delivery: rider.DELIVERY_STATUS_TEXT,
  payment: front.PAYMENT_STATUS_TEXT,
  mypage: customer.MYPAGE_STATUS_TEXT,
};
