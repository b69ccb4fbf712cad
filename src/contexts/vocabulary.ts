import type { Vocabulary } from '../kernel/vocabulary.ts';
import { MYPAGE_STATUS_TEXT } from './customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from './front/contract.ts';
import { CONTEXT_NAMES } from './names.ts';
import { DELIVERY_STATUS_TEXT } from './rider/contract.ts';
import { COOKING_STATUS_TEXT } from './store/contract.ts';

/** What the food system calls things: the seed's words. */
export const VOCABULARY: Vocabulary = {
  contexts: CONTEXT_NAMES,
  noun: { one: 'order', many: 'orders', ko: '주문' },
  statuses: {
    orders: ORDER_STATUS_TEXT,
    payments: PAYMENT_STATUS_TEXT,
    foodCookings: COOKING_STATUS_TEXT,
    deliveries: DELIVERY_STATUS_TEXT,
    mypages: MYPAGE_STATUS_TEXT,
  },
  view: 'Mypage',
  owner: 'customerId',
  told: ['couponCount'],
};
