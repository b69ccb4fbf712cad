/** What other contexts may know of `customer`: its events and the words of Mypage's statuses. */
import { z } from 'zod';
import { defineEvent } from '../../kernel/event.ts';

/** Mypage's statuses in the seed's words, in order of progress, then those aside. */
export const MYPAGE_STATUS_TEXT = {
  unpaid: '미결재',
  paid: '결재됨',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  delivering: '배송시작',
  delivered: '배송확정',
  rejected: '거부됨',
  'cancel-requested': '취소요청',
  canceled: '취소됨',
  'payment-failed': '결재실패',
} as const;
export type MypageStatus = keyof typeof MYPAGE_STATUS_TEXT;

const text = z.string().min(1);
/** `couponCount` is the customer's balance after the event; `reviewId` is null for the welcome coupon. */
const ofCoupon = z.object({
  orderId: text,
  customerId: text,
  reason: z.enum(['welcome', 'review']),
  reviewId: text.nullable(),
  couponCount: z.int().nonnegative(),
});

/** The customer got one coupon: for the first order, or for a review. */
export const CouponGranted = defineEvent('CouponGranted', ofCoupon);
/** A review was deleted, so its coupon was taken back. */
export const CouponRevoked = defineEvent('CouponRevoked', ofCoupon);
