/** Whenever an event of another context comes, then this command of ours. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { DataOf } from '../../kernel/event.ts';
import type { OrderPlaced, ReviewDeleted, ReviewWritten } from '../front/contract.ts';
import type { ReviewCommand, WelcomeCustomer } from './customer.ts';

/** Whenever an order is placed, its customer is welcomed (which only the first order does anything about). */
export const wheneverOrderPlaced = (order: DataOf<typeof OrderPlaced>, now: EpochMs): WelcomeCustomer => ({
  customerId: order.customerId,
  orderId: order.orderId,
  now,
});

/** Whenever a review is written, it is rewarded with a coupon. */
export const wheneverReviewWritten = (review: DataOf<typeof ReviewWritten>, now: EpochMs): ReviewCommand => ({
  reviewId: review.reviewId,
  customerId: review.customerId,
  orderId: review.orderId,
  now,
});

/** Whenever a review is deleted, its coupon is taken back. */
export const wheneverReviewDeleted = (review: DataOf<typeof ReviewDeleted>, now: EpochMs): ReviewCommand => ({
  reviewId: review.reviewId,
  customerId: review.customerId,
  orderId: review.orderId,
  now,
});
