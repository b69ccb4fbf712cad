import { describe, expect, test } from 'vitest';
import { NotYet } from '../../kernel/errors.ts';
import {
  evolve,
  evolveGrant,
  rewardReview,
  takeBackReward,
  welcomeCustomer,
  type CouponEvent,
  type CouponGrant,
  type Customer,
  type ReviewCommand,
} from './customer.ts';

const unknown: Customer = { status: 'unknown' };
const none: CouponGrant = { status: 'none' };
const welcome = { customerId: 'kim', orderId: 'o1', now: 1 };
const command: ReviewCommand = { reviewId: 'r1', customerId: 'kim', orderId: 'o1', now: 2 };

const [welcomed] = welcomeCustomer(unknown, welcome) as [CouponEvent];
const kim = evolve(unknown, welcomed);
const [rewarded] = rewardReview(kim, none, command) as [CouponEvent];
const granted = evolveGrant(none, rewarded);
const richKim = evolve(kim, rewarded);
const [tookBack] = takeBackReward(richKim, granted, { ...command, now: 3 }) as [CouponEvent];
const revoked = evolveGrant(granted, tookBack);

describe('a customer', () => {
  test('is welcomed with one coupon at the first order, and only then', () => {
    expect(welcomed).toEqual({
      type: 'CouponGranted',
      customerId: 'kim',
      orderId: 'o1',
      reason: 'welcome',
      reviewId: null,
      couponCount: 1,
      at: 1,
    });
    expect(kim).toEqual({ status: 'known', customerId: 'kim', couponCount: 1, welcomeOrderId: 'o1', welcomedAt: 1, changedAt: 1 });
    expect(welcomeCustomer(kim, { ...welcome, orderId: 'o2' })).toEqual([]);
  });

  test('gets one coupon for a review, once', () => {
    expect(rewarded).toEqual({
      type: 'CouponGranted',
      customerId: 'kim',
      orderId: 'o1',
      reason: 'review',
      reviewId: 'r1',
      couponCount: 2,
      at: 2,
    });
    expect(rewardReview(richKim, granted, command)).toEqual([]);
    expect(rewardReview(evolve(richKim, tookBack), revoked, command)).toEqual([]);
  });

  test('loses the coupon of a deleted review, once', () => {
    expect(tookBack).toEqual({
      type: 'CouponRevoked',
      customerId: 'kim',
      orderId: 'o1',
      reason: 'review',
      reviewId: 'r1',
      couponCount: 1,
      at: 3,
    });
    expect(takeBackReward(evolve(richKim, tookBack), revoked, command)).toEqual([]);
    expect(revoked).toMatchObject({ status: 'revoked', grantedAt: 2, revokedAt: 3 });
    expect(evolve(richKim, tookBack)).toMatchObject({ couponCount: 1, welcomedAt: 1, changedAt: 3 });
  });

  test('who is not known yet, or whose review is not, is told of too early', () => {
    expect(() => rewardReview(unknown, none, command)).toThrow(NotYet);
    expect(() => takeBackReward(unknown, none, command)).toThrow(NotYet);
    expect(() => takeBackReward(kim, none, command)).toThrow(NotYet);
  });
});
