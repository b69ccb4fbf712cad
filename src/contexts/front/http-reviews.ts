/** The routes of reviews. */
import { z } from 'zod';
import type { Reply, Route } from '../../runtime/http/route.ts';
import type { Reads } from '../../runtime/tables.ts';
import { pageOf, pageSchema, pagedQuery, statusShape, textFilter, timesShape, trimmedText } from '../http-shapes.ts';
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

const reviewReply = (status: number, read: Reads, reviewId: string): Reply => {
  const row = read.get(reviews, reviewId);
  if (row === undefined) throw reviewNotFound(reviewId);
  return { status, body: reviewResource(row) };
};

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
      return { ...reviewReply(201, scope.tables, reviewId), headers: { location: `/reviews/${reviewId}` } };
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
  {
    method: 'GET',
    path: '/reviews',
    operation: 'listReviews',
    summary: 'Reviews, oldest first',
    query: pagedQuery({ customerId: textFilter, orderId: textFilter }),
    success: { status: 200, description: 'One page of reviews', schema: pageSchema(reviewSchema) },
    answer: (request, read) => pageOf(read, reviews, request.query, reviewResource),
  },
  {
    method: 'GET',
    path: '/reviews/:reviewId',
    operation: 'getReview',
    summary: 'A review',
    success: { status: 200, description: 'The review', schema: reviewSchema },
    refusals: ['review-not-found'],
    answer: (request, read) => reviewReply(200, read, request.params['reviewId'] ?? ''),
  },
];
