import { expect, it } from 'vitest';
import { UNDER_LOAD } from '../../contexts/under-load.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import { foldSagas } from './sagas.ts';

let ids = 0;
const published = (type: string, data: object): EntryBody =>
  ({ kind: 'message.published', context: 'front', event: { id: String((ids += 1)), type, subject: 'x', data } }) as unknown as EntryBody;
const metricsOf = (...events: (readonly [type: string, orderId: string, reviewId?: string])[]) => {
  const fold = foldSagas(UNDER_LOAD.sagas);
  for (const [type, orderId, reviewId] of events)
    fold.record(published(type, { orderId, ...(reviewId === undefined ? {} : { reviewId }) }), 0);
  return fold.metrics();
};

it('tells finished, compensated, waiting and stuck sagas apart', () => {
  expect(metricsOf(['OrderPlaced', 'a'], ['Paid', 'a'], ['Delivered', 'a'])).toMatchObject({ 'saga.finished': 1, 'saga.stuck': 0 });
  expect(metricsOf(['OrderPlaced', 'a'], ['Paid', 'a'], ['OrderRejected', 'a'], ['PaymentRefunded', 'a'])).toMatchObject({
    'saga.finished': 1,
    'saga.compensated': 1,
  });
  expect(metricsOf(['OrderPlaced', 'a'], ['Paid', 'a'], ['OrderRejected', 'a'])).toMatchObject({ 'saga.stuck': 1, 'saga.finished': 0 });
  expect(metricsOf(['OrderPlaced', 'a'], ['Paid', 'a'])).toMatchObject({ 'saga.waiting': 1, 'saga.stuck': 0 });
  expect(metricsOf(['OrderPlaced', 'a'])).toMatchObject({ 'saga.stuck': 1 });
});

it('takes each review for a saga of its own, that ends with its coupon', () => {
  expect(metricsOf(['ReviewWritten', 'a', 'r1'], ['CouponGranted', 'a', 'r1'], ['ReviewWritten', 'a', 'r2'])).toMatchObject({
    'saga.started': 2,
    'saga.finished': 1,
    'saga.stuck': 1,
  });
});

it('measures how long an event takes to reach Mypage', () => {
  const fold = foldSagas(UNDER_LOAD.sagas);
  const event = published('Paid', { orderId: 'a' });
  fold.record(event, 100);
  const handled = {
    kind: 'message.handled',
    context: 'customer',
    seq: 1,
    id: String(ids),
    type: 'Paid',
    subject: 'x',
    handling: 'handled',
  } as const;
  fold.record({ ...handled, context: 'store' }, 101);
  fold.record(handled, 107);
  expect(fold.metrics()['view.lag.max']).toBe(7);
});
