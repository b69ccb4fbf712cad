/** The customer's context: coupons, and Mypage. Its only face. */
import type { Envelope } from '../../kernel/envelope.ts';
import { NotYet } from '../../kernel/errors.ts';
import { aggregate } from '../../runtime/actor/aggregate.ts';
import { whenever, type ContextDefinition, type Scope, type Subscription } from '../../runtime/actor/context.ts';
import { OrderPlaced, ReviewDeleted, ReviewWritten } from '../front/contract.ts';
import { CouponGranted, CouponRevoked } from './contract.ts';
import {
  evolve,
  evolveGrant,
  rewardReview,
  takeBackReward,
  welcomeCustomer,
  type CouponEvent,
  type CouponGrant,
  type Customer,
  type KnownCustomer,
  type KnownGrant,
} from './customer.ts';
import { customerRoutes } from './http.ts';
import { MYPAGE_EVENTS, isKnown, tell } from './mypage.ts';
import { MYPAGE } from './mypage-rebuild.ts';
import { wheneverOrderPlaced, wheneverReviewDeleted, wheneverReviewWritten } from './policies.ts';
import { CUSTOMER_REFUSALS } from './refusals.ts';
import { customerSchema, grantIdOf, loadCustomer, loadGrant, loadPage, saveCustomer, saveGrant, savePage } from './store.ts';

export { mypageDrift, rebuildMypages } from './mypage-rebuild.ts';

/** The types of the events that Mypage is folded over: all that a rebuild has to read of the stream. */
export const MYPAGE_EVENT_TYPES: readonly string[] = MYPAGE_EVENTS.map((event) => event.type);

const changeCustomer = aggregate<Customer, CouponEvent, KnownCustomer>({
  load: loadCustomer,
  evolve,
  publish: (scope, { type, customerId, orderId, reason, reviewId, couponCount }) => {
    scope.emit(type === 'CouponGranted' ? CouponGranted : CouponRevoked, orderId, { orderId, customerId, reason, reviewId, couponCount });
  },
  save: saveCustomer,
});
const changeGrant = aggregate<CouponGrant, CouponEvent, KnownGrant>({
  load: loadGrant,
  evolve: evolveGrant,
  save: (tables, grant, grantId) => saveGrant(tables, grantId, grant),
});

/** A coupon is its customer's and its grant's: what is decided of both together changes both. */
const applyCoupons = (scope: Scope, events: readonly CouponEvent[]): void => {
  for (const event of events) {
    changeCustomer(scope, event.customerId, () => [event]);
    changeGrant(scope, grantIdOf(event), () => [event]);
  }
};

/** Tells Mypage of an event. Throws NotYet where the order itself was not heard of: a page without its order can't be shown. */
const updateMypage = (scope: Scope, event: Envelope<string, { readonly orderId: string }>): void => {
  const { orderId } = event.data;
  const page = tell(loadPage(scope.tables, orderId), event);
  if (!isKnown(page)) throw new NotYet(`Mypage has no order ${orderId} yet: its OrderPlaced is still on its way`);
  savePage(scope.tables, page);
};

const mypageSubscriptions = (): Subscription[] =>
  MYPAGE_EVENTS.filter((event) => event !== OrderPlaced).map((event) => ({
    event,
    handle: (envelope, scope) => {
      updateMypage(scope, envelope);
    },
  }));

/** The customer's context. */
export const createCustomer = (): ContextDefinition => ({
  name: 'customer',
  about: 'orderId',
  schema: customerSchema,
  events: [CouponGranted, CouponRevoked],
  subscriptions: [
    whenever(OrderPlaced, (event, scope) => {
      updateMypage(scope, event);
      const customer = loadCustomer(scope.tables, event.data.customerId);
      applyCoupons(scope, welcomeCustomer(customer, wheneverOrderPlaced(event.data, scope.now)));
    }),
    whenever(ReviewWritten, ({ data }, scope) => {
      const command = wheneverReviewWritten(data, scope.now);
      applyCoupons(scope, rewardReview(loadCustomer(scope.tables, data.customerId), loadGrant(scope.tables, data.reviewId), command));
    }),
    whenever(ReviewDeleted, ({ data }, scope) => {
      const command = wheneverReviewDeleted(data, scope.now);
      applyCoupons(scope, takeBackReward(loadCustomer(scope.tables, data.customerId), loadGrant(scope.tables, data.reviewId), command));
    }),
    ...mypageSubscriptions(),
  ],
  routes: customerRoutes,
  refusals: CUSTOMER_REFUSALS,
  views: [MYPAGE],
});
