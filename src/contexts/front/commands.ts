/** Carries out front's commands in a transaction. */
import { NotYet, assert } from '../../kernel/errors.ts';
import { aggregate } from '../../runtime/actor/aggregate.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import {
  OrderCancelRequested,
  OrderCanceled,
  OrderPlaced,
  Paid,
  PaymentDeclined,
  PaymentRefunded,
  ReviewDeleted,
  ReviewWritten,
} from './contract.ts';
import {
  completeCancel,
  endCancelRequest,
  evolveOrder,
  failPayment,
  isClosed,
  orderNotFound,
  placeOrder,
  progressOrder,
  rejectOrder,
  requestCancel,
  type Order,
  type OrderDetails,
  type OrderEvent,
  type PlacedOrder,
  type Progress,
} from './order.ts';
import { evolvePayment, openPayment, pay, refund } from './payment.ts';
import type { OpenedPayment, Payment, PaymentEvent, ProviderAnswer } from './payment.ts';
import { deleteReview, evolveReview, writeReview, type Review, type ReviewEvent, type WriteReview } from './review.ts';
import { loadOrder, loadPayment, loadReview, reviews, saveOrder, savePayment, saveReview } from './store.ts';

const publishOrder = (scope: Scope, event: OrderEvent, { details }: PlacedOrder): void => {
  const { orderId, customerId } = details;
  switch (event.type) {
    case 'OrderPlaced':
      scope.emit(OrderPlaced, orderId, { ...details, options: [...details.options] });
      return;
    case 'OrderCancelRequested':
      scope.emit(OrderCancelRequested, orderId, { orderId, customerId });
      return;
    case 'OrderCanceled':
      scope.emit(OrderCanceled, orderId, { orderId, customerId });
      return;
    case 'OrderProgressed':
    case 'CancelRequestEnded':
    case 'OrderClosed':
      return;
  }
  return event satisfies never;
};

const publishPayment = (scope: Scope, event: PaymentEvent, { bill }: OpenedPayment): void => {
  const { orderId, customerId, amount } = bill;
  switch (event.type) {
    case 'PaymentOpened':
      return;
    case 'Paid':
      scope.emit(Paid, orderId, { orderId, customerId, amount });
      return;
    case 'PaymentDeclined':
      scope.emit(PaymentDeclined, orderId, { orderId, customerId, amount });
      return;
    case 'PaymentRefunded':
      scope.emit(PaymentRefunded, orderId, { orderId, customerId, amount });
      return;
  }
  return event satisfies never;
};

/** The subject is the order, so that a deletion that came too early waits for the writing. */
const publishReview = (scope: Scope, event: ReviewEvent): void => {
  const { reviewId, orderId, customerId, content } = event.details;
  switch (event.type) {
    case 'ReviewWritten':
      scope.emit(ReviewWritten, orderId, { reviewId, orderId, customerId, content });
      return;
    case 'ReviewDeleted':
      scope.emit(ReviewDeleted, orderId, { reviewId, orderId, customerId });
      return;
  }
  return event satisfies never;
};

const changeOrder = aggregate<Order, OrderEvent, PlacedOrder>({
  load: loadOrder,
  evolve: evolveOrder,
  publish: publishOrder,
  save: saveOrder,
});
const changePayment = aggregate<Payment, PaymentEvent, OpenedPayment>({
  load: loadPayment,
  evolve: evolvePayment,
  publish: publishPayment,
  save: savePayment,
});
const changeReview = aggregate<Review, ReviewEvent>({
  load: loadReview,
  evolve: evolveReview,
  publish: publishReview,
  save: (tables, review, reviewId, now) => {
    if (review.status === 'none') tables.remove(reviews, reviewId);
    else saveReview(tables, review.details, now);
  },
});

/** The order, where it was placed; throws what `missing` makes where it was not. */
const placed = (order: Order, missing: () => Error): PlacedOrder => {
  if (order.status === 'none') throw missing();
  return order;
};

const opened = (payment: Payment, orderId: string): OpenedPayment => {
  assert(payment.status !== 'none', `order ${orderId} was placed together with its payment`);
  return payment;
};

/** The customer orders: the order and its pending payment, in one transaction. */
export const carryOutPlaceOrder = (scope: Scope, details: OrderDetails, answer: ProviderAnswer): void => {
  const { orderId, customerId, price } = details;
  changeOrder(scope, orderId, (order) => placeOrder(order, { details }));
  changePayment(scope, orderId, (payment) => openPayment(payment, { bill: { orderId, customerId, amount: price, answer } }));
};

/** The customer wants to cancel. Throws a Refusal: `order-not-found`, or those of {@link requestCancel}. */
export const carryOutRequestCancel = (scope: Scope, orderId: string): void => {
  changeOrder(scope, orderId, (order) => requestCancel(placed(order, () => orderNotFound(orderId))));
};

/** What this context tells itself to do to one of its orders. */
export type ReactToOrder =
  | { readonly type: 'Pay' }
  | { readonly type: 'ProgressOrder'; readonly to: Progress }
  | { readonly type: 'FailPayment' }
  | { readonly type: 'RejectOrder' }
  | { readonly type: 'CompleteCancel' }
  | { readonly type: 'EndCancelRequest'; readonly kitchen: Progress };

/** Something happened to an order. Throws NotYet where the order is not known here. */
export const carryOutReaction = (scope: Scope, orderId: string, command: ReactToOrder): void => {
  const notYet = (): NotYet => new NotYet(`order ${orderId} is not known here`);
  const change = (decide: (order: PlacedOrder) => readonly OrderEvent[]): Order =>
    changeOrder(scope, orderId, (order) => decide(placed(order, notYet)));
  /** An order that ends without food gives back what was paid; OrderCanceled stands before PaymentRefunded. */
  const end = (decide: (order: PlacedOrder) => readonly OrderEvent[]): void => {
    const { status } = change(decide);
    if (status !== 'none' && isClosed(status)) changePayment(scope, orderId, (payment) => refund(opened(payment, orderId)));
  };
  switch (command.type) {
    case 'Pay': {
      const { status } = placed(loadOrder(scope.tables, orderId), notYet);
      changePayment(scope, orderId, (payment) => pay(opened(payment, orderId), { isOrderClosed: isClosed(status) }));
      return;
    }
    case 'ProgressOrder':
      change((order) => progressOrder(order, command));
      return;
    case 'FailPayment':
      change(failPayment);
      return;
    case 'RejectOrder':
      end(rejectOrder);
      return;
    case 'CompleteCancel':
      end((order) =>
        completeCancel(order, { isPaymentDeclined: opened(loadPayment(scope.tables, orderId), orderId).status === 'declined' }),
      );
      return;
    case 'EndCancelRequest':
      change((order) => endCancelRequest(order, command));
      return;
  }
  return command satisfies never;
};

/** The customer reviews an order. Throws the Refusal of {@link writeReview}. */
export const carryOutWriteReview = (scope: Scope, command: WriteReview): void => {
  changeReview(scope, command.reviewId, (review) => writeReview(review, command));
};

/** The customer takes a review back. Throws the Refusal of {@link deleteReview}. */
export const carryOutDeleteReview = (scope: Scope, reviewId: string): void => {
  changeReview(scope, reviewId, (review) => deleteReview(review, { reviewId }));
};
