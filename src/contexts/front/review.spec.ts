import { describe, expect, test } from 'vitest';
import { decider } from '../decider.contract.ts';
import { deleteReview, evolveReview, writeReview, type Review, type ReviewEvent } from './review.ts';

const details = { reviewId: 'r1', orderId: 'o1', customerId: 'kim', content: '맛있어요' };
const written: ReviewEvent = { type: 'ReviewWritten', details };
const given = decider<Review, ReviewEvent>({ status: 'none' }, evolveReview);
const writing = (status: string) => (review: Review) =>
  writeReview(review, { reviewId: 'r1', order: { orderId: 'o1', customerId: 'kim', status }, content: '맛있어요' });

describe('a review', () => {
  test('is written of a delivered order, under its customer', () => {
    given().when(writing('delivered')).then(written);
  });

  test.each([
    ['placed', '주문등록'],
    ['delivering', '배송중'],
    ['cancel-requested', '취소요청'],
    ['unheard-of', 'unheard-of'],
  ])('is refused for an order that is %s', (current, currentText) => {
    const detail = given().when(writing(current)).thenRefused('order-not-delivered', '배송이 확정된 후에만 리뷰등록이 가능합니다.');
    expect(detail).toStrictEqual({ orderId: 'o1', current, currentText });
  });

  test('is deleted once', () => {
    const deleting = (review: Review) => deleteReview(review, { reviewId: 'r1' });
    given(written).when(deleting).then({ type: 'ReviewDeleted', details });
    given(written, { type: 'ReviewDeleted', details }).when(deleting).thenRefused('review-not-found');
    given().when(deleting).thenRefused('review-not-found');
  });
});
