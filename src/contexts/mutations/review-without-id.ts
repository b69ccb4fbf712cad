import { answering, inContext, tellingOtherwise, type Mutation } from '../../system/mutation.ts';

/** `@PrePersist`: the database gives the id only after the event was built. Java spelt the missing id `null`. */
export const reviewWithoutId: Mutation = {
  name: 'review-without-id',
  whose: 'the original',
  what: 'ReviewWritten was built before the review had an id.',
  breaks: "The review's coupon can not be matched when the review is deleted.",
  define: inContext(
    'front',
    answering('writeReview', (request, scope, healthy) =>
      healthy(
        request,
        tellingOtherwise(scope, (_type, data) => ({ ...data, reviewId: 'null' })),
      ),
    ),
  ),
};
