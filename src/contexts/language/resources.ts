/** What scenario files call the resources that contexts show. */
import type { ResourceKind } from '../../scenarios/definition.ts';
import { MYPAGE_STATUS_TEXT } from '../customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from '../front/contract.ts';
import { DELIVERY_STATUS_TEXT } from '../rider/contract.ts';
import { COOKING_STATUS_TEXT } from '../store/contract.ts';

/** Each, with the seed's words for its statuses. */
export const RESOURCE_KINDS: readonly ResourceKind[] = [
  {
    key: 'order',
    path: '/orders',
    of: 'order',
    doc: 'The order, as GET /orders shows it.',
    examples: ['expect: { order: lunch, is: 취소됨 }'],
    statuses: ORDER_STATUS_TEXT,
  },
  {
    key: 'cooking',
    path: '/foodCookings',
    of: 'order',
    doc: "The kitchen's ticket, as GET /foodCookings shows it.",
    examples: ["expect: { cooking: lunch, isn't: cooking }"],
    statuses: COOKING_STATUS_TEXT,
  },
  {
    key: 'delivery',
    path: '/deliveries',
    of: 'order',
    doc: 'The delivery, as GET /deliveries shows it.',
    examples: ['expect: { delivery: lunch, is: 배송중, where: { riderId: park } }'],
    statuses: DELIVERY_STATUS_TEXT,
  },
  {
    key: 'payment',
    path: '/payments',
    of: 'order',
    doc: 'The payment, as GET /payments shows it.',
    examples: ['expect: { payment: lunch, is: 환불됨 }'],
    statuses: PAYMENT_STATUS_TEXT,
  },
  {
    key: 'mypage',
    path: '/mypages',
    of: 'order',
    doc: 'The Mypage row, as GET /mypages shows it.',
    examples: ['eventually: { mypage: lunch, is: 결재됨, within: 2s }'],
    statuses: MYPAGE_STATUS_TEXT,
  },
  {
    key: 'review',
    path: '/reviews',
    of: 'review',
    doc: 'A review, as GET /reviews shows it.',
    examples: ['expect: { review: praise, exists: false }'],
  },
  {
    key: 'customer',
    path: '/customers',
    says: "a customer's id",
    doc: 'A customer, as GET /customers shows them.',
    examples: ['expect: { customer: kim, where: { couponCount: 1 } }'],
  },
];
