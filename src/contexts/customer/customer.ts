/** A customer and the coupons: one for the first order, one for each live review. Pure. */
import { NotYet } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';

/** A customer's states; a customer becomes known by the first order. */
export type Customer =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'known';
      readonly customerId: string;
      /** 0 or more, because only a coupon that was granted can be revoked, and only once. */
      readonly couponCount: number;
      /** The order that the welcome coupon was given for. */
      readonly welcomeOrderId: string;
      readonly welcomedAt: EpochMs;
      /** When the number of coupons last changed. */
      readonly changedAt: EpochMs;
    };

/** A customer who has ordered. */
export type KnownCustomer = Extract<Customer, { readonly status: 'known' }>;

/** The coupon for one review (or the welcome coupon): granted at most once, revoked at most once. */
export type CouponGrant =
  | { readonly status: 'none' }
  | ({ readonly status: 'granted' } & Grant)
  | ({ readonly status: 'revoked'; readonly revokedAt: EpochMs } & Grant);

/** A coupon that was granted once. */
export type KnownGrant = Exclude<CouponGrant, { readonly status: 'none' }>;

interface Grant {
  readonly customerId: string;
  readonly orderId: string;
  readonly reason: 'welcome' | 'review';
  /** Null for the welcome coupon. */
  readonly reviewId: string | null;
  readonly grantedAt: EpochMs;
}

/** A coupon given or taken back; both are published. `couponCount` is the balance after it. */
export type CouponEvent = {
  readonly type: 'CouponGranted' | 'CouponRevoked';
  readonly customerId: string;
  readonly orderId: string;
  readonly reason: 'welcome' | 'review';
  readonly reviewId: string | null;
  readonly couponCount: number;
  readonly at: EpochMs;
};

/** Welcomes whoever placed an order. */
export interface WelcomeCustomer {
  readonly customerId: string;
  readonly orderId: string;
  readonly now: EpochMs;
}
/** Rewards a review, or takes the reward of a deleted one back. */
export interface ReviewCommand {
  readonly reviewId: string;
  readonly customerId: string;
  readonly orderId: string;
  readonly now: EpochMs;
}

/** A customer is welcomed with one coupon, at the first order that is heard of. */
export const welcomeCustomer = (customer: Customer, command: WelcomeCustomer): CouponEvent[] => {
  const { customerId, orderId, now } = command;
  switch (customer.status) {
    case 'unknown':
      return [{ type: 'CouponGranted', customerId, orderId, reason: 'welcome', reviewId: null, couponCount: 1, at: now }];
    case 'known':
      return [];
  }
};

const knownOrNotYet = (customer: Customer, customerId: string): KnownCustomer => {
  switch (customer.status) {
    case 'unknown':
      throw new NotYet(`customer ${customerId} is not known yet: the OrderPlaced of the first order is still on its way`);
    case 'known':
      return customer;
  }
};

/** One coupon for a review, once, even where the review was deleted since. Throws NotYet for an unknown customer. */
export const rewardReview = (customer: Customer, grant: CouponGrant, command: ReviewCommand): CouponEvent[] => {
  const { customerId, orderId, reviewId, now } = command;
  const known = knownOrNotYet(customer, customerId);
  switch (grant.status) {
    case 'none':
      return [{ type: 'CouponGranted', customerId, orderId, reason: 'review', reviewId, couponCount: known.couponCount + 1, at: now }];
    case 'granted':
    case 'revoked':
      return [];
  }
};

/** Takes the coupon of a deleted review back, once. Throws NotYet where it was not granted yet. */
export const takeBackReward = (customer: Customer, grant: CouponGrant, command: ReviewCommand): CouponEvent[] => {
  const { customerId, orderId, reviewId, now } = command;
  const known = knownOrNotYet(customer, customerId);
  switch (grant.status) {
    case 'none':
      throw new NotYet(`review ${reviewId} has no coupon yet: its ReviewWritten is still on its way`);
    case 'granted':
      return [{ type: 'CouponRevoked', customerId, orderId, reason: 'review', reviewId, couponCount: known.couponCount - 1, at: now }];
    case 'revoked':
      return [];
  }
};

/** The customer after the event. */
export const evolve = (customer: Customer, event: CouponEvent): KnownCustomer => {
  switch (customer.status) {
    case 'unknown':
      return {
        status: 'known',
        customerId: event.customerId,
        couponCount: event.couponCount,
        welcomeOrderId: event.orderId,
        welcomedAt: event.at,
        changedAt: event.at,
      };
    case 'known':
      return { ...customer, couponCount: event.couponCount, changedAt: event.at };
  }
};

/** The coupon's grant after the event. */
export const evolveGrant = (grant: CouponGrant, event: CouponEvent): KnownGrant => {
  const { customerId, orderId, reason, reviewId, at } = event;
  switch (event.type) {
    case 'CouponGranted':
      return { status: 'granted', customerId, orderId, reason, reviewId, grantedAt: at };
    case 'CouponRevoked':
      return {
        status: 'revoked',
        customerId,
        orderId,
        reason,
        reviewId,
        grantedAt: grant.status === 'none' ? at : grant.grantedAt,
        revokedAt: at,
      };
  }
};
