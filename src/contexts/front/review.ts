/** A customer's review of a delivered order. Pure. */
import { Refusal, assert } from '../../kernel/errors.ts';
import { ORDER_STATUS_TEXT, type OrderStatus } from './contract.ts';
import type { LookedUpOrder } from './look-up-order.ts';

/** A review as it was written; never changes. */
export interface ReviewDetails {
  readonly reviewId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly content: string;
}

/** A review's states. `none`: never written, or deleted; the two look alike from outside. */
export type Review = { readonly status: 'none' } | { readonly status: 'written'; readonly details: ReviewDetails };

/** What can happen to a review; both are published. */
export type ReviewEvent =
  { readonly type: 'ReviewWritten'; readonly details: ReviewDetails } | { readonly type: 'ReviewDeleted'; readonly details: ReviewDetails };

/** The customer reviews an order. */
export interface WriteReview {
  readonly reviewId: string;
  /** The order as its owner just told it. */
  readonly order: LookedUpOrder;
  readonly content: string;
}
/** The customer takes a review back. */
export interface DeleteReview {
  readonly reviewId: string;
}

/** 리뷰를 찾을 수 없습니다: there is no such review. */
export const reviewNotFound = (reviewId: string): Refusal =>
  new Refusal('review-not-found', `리뷰를 찾을 수 없습니다: ${reviewId}`, { reviewId });

/**
 * A new review, under the customer of its order (seed: onPrePersist). Throws a Refusal `order-not-delivered`
 * (a review can be written only once the delivery is confirmed).
 */
export const writeReview = (review: Review, { reviewId, order, content }: WriteReview): ReviewEvent[] => {
  assert(review.status === 'none', `review ${reviewId} is written once`);
  if (order.status !== 'delivered') {
    throw new Refusal('order-not-delivered', '배송이 확정된 후에만 리뷰등록이 가능합니다.', {
      orderId: order.orderId,
      current: order.status,
      currentText: Object.hasOwn(ORDER_STATUS_TEXT, order.status) ? ORDER_STATUS_TEXT[order.status as OrderStatus] : order.status,
    });
  }
  return [{ type: 'ReviewWritten', details: { reviewId, orderId: order.orderId, customerId: order.customerId, content } }];
};

/** Deletes the review. Throws a Refusal `review-not-found`, also for one deleted before. */
export const deleteReview = (review: Review, command: DeleteReview): ReviewEvent[] => {
  switch (review.status) {
    case 'none':
      throw reviewNotFound(command.reviewId);
    case 'written':
      return [{ type: 'ReviewDeleted', details: review.details }];
  }
  return review satisfies never;
};

/** The review after the event. */
export const evolveReview = (_review: Review, event: ReviewEvent): Review => {
  switch (event.type) {
    case 'ReviewWritten':
      return { status: 'written', details: event.details };
    case 'ReviewDeleted':
      return { status: 'none' };
  }
  return event satisfies never;
};
