import { describe, expect, test } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import { OrderPlaced, ReviewDeleted, ReviewWritten } from '../front/contract.ts';
import { eventOf, permutationsOf, putToWork, shuffledWithDuplicates } from '../context.fixture.ts';
import { createCustomer } from './index.ts';
import { couponGrants, customers } from './store.ts';

const placedBy = (customerId: string, orderId: string, second = 1) =>
  eventOf(
    OrderPlaced,
    { orderId, customerId, storeId: 's1', foodId: 'bibimbap', price: 12000, address: 'Seoul', options: ['spicy'] },
    second,
  );
const reviewOf = (customerId: string, orderId: string, reviewId: string) => ({ orderId, customerId, reviewId });
const ofKim = reviewOf('kim', 'o1', 'r1');
const placed = placedBy('kim', 'o1');
const written = eventOf(ReviewWritten, { ...ofKim, content: 'good' }, 10);
const writtenAgain = eventOf(ReviewWritten, { ...reviewOf('kim', 'o1', 'r2'), content: 'very good' }, 11);
const deleted = eventOf(ReviewDeleted, ofKim, 12);

describe('coupons', () => {
  test('welcome a customer once, with the first of two orders', () => {
    for (const order of permutationsOf([placed, placedBy('kim', 'o2', 2), placedBy('lee', 'o3', 3)])) {
      const customer = putToWork(createCustomer());
      customer.deliver(...order);
      for (const event of order) customer.deliverAgain(event);
      expect(customer.emitted.map((event) => event.type)).toEqual(['CouponGranted', 'CouponGranted']);
      expect(customer.ask('GET /customers').body).toMatchObject({
        items: [
          { id: 'kim', customerId: 'kim', couponCount: 1 },
          { id: 'lee', couponCount: 1 },
        ],
        page: { totalItems: 2 },
      });
      expect(customer.read.select(couponGrants).map(({ grantId }) => grantId)).toEqual(['welcome:kim', 'welcome:lee']);
    }
  });

  test('reward several reviews of one order, and take back that of the deleted one', () => {
    const customer = putToWork(createCustomer());
    customer.deliver(placed, written, writtenAgain);
    expect(customer.ask('GET /customers/kim').body).toMatchObject({ couponCount: 3 });
    customer.deliver(deleted);
    expect(customer.ask('GET /customers/kim').body).toMatchObject({ couponCount: 2 });
    expect(customer.emitted.at(-1)).toEqual({
      type: 'CouponRevoked',
      subject: 'o1',
      data: { orderId: 'o1', customerId: 'kim', reason: 'review', reviewId: 'r1', couponCount: 2 },
    });
  });

  test('are right in every order of arrival, and however often each message comes', () => {
    for (const order of permutationsOf([placed, written, deleted, writtenAgain])) {
      const customer = putToWork(createCustomer());
      for (const event of order) {
        customer.deliver(event, event);
        expect(customer.read.get(customers, 'kim')?.couponCount ?? 0).toBeGreaterThanOrEqual(0);
      }
      for (const event of order) customer.deliverAgain(event);
      expect(customer.parkedCount()).toBe(0);
      expect(customer.read.get(customers, 'kim')?.couponCount).toBe(2);
      const told = customer.emitted.map((event) => `${event.type} ${(event.data as { reviewId: string | null }).reviewId ?? 'welcome'}`);
      expect([...told].sort()).toEqual(['CouponGranted r1', 'CouponGranted r2', 'CouponGranted welcome', 'CouponRevoked r1']);
    }
  });

  test('count what lives of many reviews, in hundreds of orders of arrival', () => {
    const reviews = ['r1', 'r2', 'r3', 'r4', 'r5'].map((reviewId) => reviewOf('kim', 'o1', reviewId));
    const events = [
      placed,
      ...reviews.map((review) => eventOf(ReviewWritten, { ...review, content: 'good' }, Number(review.reviewId.slice(1)))),
      ...reviews.slice(0, 3).map((review) => eventOf(ReviewDeleted, review, 10 + Number(review.reviewId.slice(1)))),
    ];
    const random = createRandom('coupons');
    for (let draw = 0; draw < 300; draw += 1) {
      const customer = putToWork(createCustomer());
      customer.deliver(...shuffledWithDuplicates(events, random));
      expect(customer.read.get(customers, 'kim')?.couponCount).toBe(3);
      expect(customer.parkedCount()).toBe(0);
    }
  });

  test('belong to nobody before the first order', () => {
    const customer = putToWork(createCustomer());
    customer.deliver(written);
    expect(customer.parkedCount()).toBe(1);
    expect(customer.refusalOf('GET /customers/kim').code).toBe('customer-not-found');
  });
});
