/** What other contexts may know of `front`: its events and the words of its statuses. */
import { z } from 'zod';
import { defineEvent } from '../../kernel/event.ts';
import { composed } from '../../kernel/words.ts';

const text = z.string().min(1);
const won = z.int().nonnegative();
const ofOrder = { orderId: text, customerId: text };

/** A customer ordered; the seed copies this order into the store, the rider's and the customer's context. */
export const OrderPlaced = defineEvent(
  'OrderPlaced',
  z.object({ ...ofOrder, storeId: text, foodId: text, price: won, address: text, options: z.array(z.string()) }),
);
/** The order's payment went through. */
export const Paid = defineEvent('Paid', z.object({ ...ofOrder, amount: won }));
/** The order's payment was declined; nothing was paid. */
export const PaymentDeclined = defineEvent('PaymentDeclined', z.object({ ...ofOrder, amount: won }));
/** A customer wants to cancel; the store decides. */
export const OrderCancelRequested = defineEvent('OrderCancelRequested', z.object(ofOrder));
/** The store agreed: the order is canceled. */
export const OrderCanceled = defineEvent('OrderCanceled', z.object(ofOrder));
/** What was paid for the order was paid back, in full. */
export const PaymentRefunded = defineEvent('PaymentRefunded', z.object({ ...ofOrder, amount: won }));
/** A review of a delivered order; an order may have several. */
export const ReviewWritten = defineEvent('ReviewWritten', z.object({ ...ofOrder, reviewId: text, content: z.string() }));
/** A review was deleted. */
export const ReviewDeleted = defineEvent('ReviewDeleted', z.object({ ...ofOrder, reviewId: text }));

/** No order costs more; in won. */
export const HIGHEST_PRICE_WON = 100_000_000;

/**
 * A word as the seed spells it: 결재 stands for 결제 (payment), in statuses, errors and notices alike. Who writes 결제, as the
 * dictionary does, is understood.
 */
export const inSeedSpelling = (word: string): string => composed(word).replaceAll('결제', '결재');

/** The same word as the dictionary spells it. */
export const inUsualSpelling = (word: string): string => word.replaceAll('결재', '결제');

/** An order's statuses in the seed's words, in order of progress, then those aside. */
export const ORDER_STATUS_TEXT = {
  placed: '주문등록',
  paid: '결재됨',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  delivering: '배송중',
  delivered: '배송확정',
  'cancel-requested': '취소요청',
  canceled: '취소됨',
  rejected: '거부됨',
  'payment-failed': '결재실패',
} as const;
export type OrderStatus = keyof typeof ORDER_STATUS_TEXT;

/** A payment's statuses in the seed's words. */
export const PAYMENT_STATUS_TEXT = { pending: '결재대기', paid: '결재됨', refunded: '환불됨', declined: '결재실패' } as const;
export type PaymentStatus = keyof typeof PAYMENT_STATUS_TEXT;

/** A review's only status, in the seed's words (리뷰 등록); a deleted review is gone. */
export const REVIEW_STATUS_TEXT = { written: '등록됨' } as const;
