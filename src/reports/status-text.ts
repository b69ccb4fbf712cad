import { COOKING_STATUS_TEXT } from '../contexts/store/contract.ts';
import { DELIVERY_STATUS_TEXT } from '../contexts/rider/contract.ts';
import { MYPAGE_STATUS_TEXT } from '../contexts/customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from '../contexts/front/contract.ts';

/** The seed's word for each status, by the table whose rows have it. */
export const STATUS_TEXT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  orders: ORDER_STATUS_TEXT,
  payments: PAYMENT_STATUS_TEXT,
  foodCookings: COOKING_STATUS_TEXT,
  deliveries: DELIVERY_STATUS_TEXT,
  mypages: MYPAGE_STATUS_TEXT,
};
