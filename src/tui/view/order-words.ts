import { MYPAGE_STATUS_TEXT } from '../../contexts/customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from '../../contexts/front/contract.ts';
import { DELIVERY_STATUS_TEXT } from '../../contexts/rider/contract.ts';
import { COOKING_STATUS_TEXT } from '../../contexts/store/contract.ts';
import type { OrderLine, TuiModel } from '../model/model.ts';
import type { ScreenWords } from './screen-words.ts';

const TEXT = { order: ORDER_STATUS_TEXT, payment: PAYMENT_STATUS_TEXT, cooking: COOKING_STATUS_TEXT, delivery: DELIVERY_STATUS_TEXT, mypage: MYPAGE_STATUS_TEXT } as const;

/** What a context holds of an order, in the seed's words or as the English literal; a dash where it knows nothing. */
export const sayHeld = (order: OrderLine, what: keyof typeof TEXT, words: ScreenWords): string => {
  const status = order[what];
  if (status === undefined) return '–';
  return words.lang === 'ko' ? (TEXT[what] as Readonly<Record<string, string>>)[status] ?? status : status;
};

/** An order as people call it on the screen: `#17`. */
export const sayOrder = (order: Pick<OrderLine, 'number'>): string => `#${order.number}`;

/** The end of an id, which is what differs between ids made at the same time. */
export const shortId = (id: string): string => id.slice(-6);

const ID = /[0-9A-HJKMNP-TV-Z]{26}/g;

/** A text with the ids of known orders replaced by their numbers, and others shortened. */
export const shortenIds = (text: string, model: Pick<TuiModel, 'order'>): string =>
  text.replace(ID, (id) => {
    const order = model.order(id);
    return order === undefined ? `…${shortId(id)}` : sayOrder(order);
  });
