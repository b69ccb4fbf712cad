import { missingKind, type Refusals } from '../../runtime/http/catalogue.ts';

/** What `customer` refuses, by stable code. */
export const CUSTOMER_REFUSALS = {
  'customer-not-found': missingKind('Customer', 'GET /customers'),
  'mypage-not-found': missingKind('Mypage row', 'GET /mypages'),
} as const satisfies Refusals;
