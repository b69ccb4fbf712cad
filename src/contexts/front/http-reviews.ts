/** The routes of reviews. */
import { z } from 'zod';
import type { Route } from '../../runtime/http/route.ts';
import { textFilter, timesShape, trimmedText } from '../../runtime/http/shapes.ts';
import { statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { carryOutDeleteReview, carryOutWriteReview } from './commands.ts';
import { REVIEW_STATUS_TEXT } from './contract.ts';
import type { LookUpOrder, LookedUpOrder } from './look-up-order.ts';
import { reviewNotFound } from './review.ts';
import { reviews, type ReviewRow } from './store.ts';

const writeReviewBody = z.strictObject({ orderId: trimmedText(200), content: trimmedText(2000) });

const reviewSchema = z.object({
  id: z.string(),
  reviewId: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  content: z.string(),
  ...statusShape(REVIEW_STATUS_TEXT),
  ...timesShape,
});

/** Whatever is kept is written; a deleted review is gone. */
const reviewResource = ({ createdAt, updatedAt, ...details }: ReviewRow): z.infer<typeof reviewSchema> => ({
  id: details.reviewId,
  ...details,
  status: 'written',
  statusText: REVIEW_STATUS_TEXT.written,
  createdAt,
  updatedAt,
});

const reviewReads = defineResource({
  table: reviews,
  path: '/reviews',
  key: 'reviewId',
  filters: { customerId: textFilter, orderId: textFilter },
  schema: reviewSchema,
  toResource: reviewResource,
  notFound: reviewNotFound,
  list: { operation: 'listReviews', summary: 'Reviews, oldest first', description: 'One page of reviews' },
  get: { operation: 'getReview', summary: 'A review', description: 'The review' },
});

/** The routes of reviews, over a way to look an order up. */
export const reviewRoutes = (lookUpOrder: LookUpOrder): readonly Route[] => [
  {
    method: 'POST',
    path: '/reviews',
    operation: 'writeReview',
    summary: 'The customer reviews a delivered order, which is looked up by a synchronous call',
    body: writeReviewBody,
    success: { status: 201, description: 'The review; Location says where it is', schema: reviewSchema },
    refusals: ['order-not-found', 'order-not-delivered', 'order-lookup-failed'],
    prepare: (request, outgoing): Promise<LookedUpOrder> => {
      const { orderId } = request.body as z.infer<typeof writeReviewBody>;
      return lookUpOrder(orderId, outgoing);
    },
    execute: (request, scope) => {
      const { content } = request.body as z.infer<typeof writeReviewBody>;
      const reviewId = scope.newId();
      carryOutWriteReview(scope, { reviewId, order: request.prepared as LookedUpOrder, content });
      return { ...reviewReads.reply(201, scope.tables, reviewId), headers: { location: `/reviews/${reviewId}` } };
    },
  },
  {
    method: 'DELETE',
    path: '/reviews/:reviewId',
    operation: 'deleteReview',
    summary: 'The customer takes a review back',
    success: { status: 204, description: 'It is deleted' },
    refusals: ['review-not-found'],
    execute: (request, scope) => {
      carryOutDeleteReview(scope, request.params['reviewId'] ?? '');
      return { status: 204 };
    },
  },
  ...reviewReads.routes,
];
