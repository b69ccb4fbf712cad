/** Carries out front's commands in a transaction: loads, decides, keeps, publishes. */
import { NotYet, assert } from '../../kernel/errors.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
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
} from './order.ts';
import { evolvePayment, openPayment, pay, refund } from './payment.ts';
import type { OpenedPayment, Payment, PaymentEvent, ProviderAnswer } from './payment.ts';
import type { ReactToOrder } from './policies.ts';
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

const changeOrder = (scope: Scope, before: Order, events: readonly OrderEvent[]): Order => {
  let order = before;
  for (const event of events) {
    const next = evolveOrder(order, event);
    publishOrder(scope, event, next);
    order = next;
  }
  if (order !== before && order.status !== 'none') saveOrder(scope.tables, order, rfc3339(scope.now));
  return order;
};

const changePayment = (scope: Scope, before: Payment, events: readonly PaymentEvent[]): void => {
  let payment = before;
  for (const event of events) {
    const next = evolvePayment(payment, event);
    publishPayment(scope, event, next);
    payment = next;
  }
  if (payment !== before && payment.status !== 'none') savePayment(scope.tables, payment, rfc3339(scope.now));
};

const changeReview = (scope: Scope, before: Review, events: readonly ReviewEvent[]): void => {
  let review = before;
  for (const event of events) {
    review = evolveReview(review, event);
    publishReview(scope, event);
    if (review.status === 'none') scope.tables.remove(reviews, event.details.reviewId);
    else saveReview(scope.tables, review.details, rfc3339(scope.now));
  }
};

const paymentOf = (scope: Scope, orderId: string): OpenedPayment => {
  const payment = loadPayment(scope.tables, orderId);
  assert(payment.status !== 'none', `order ${orderId} was placed together with its payment`);
  return payment;
};

/** An order that ends without food gives back what was paid; OrderCanceled stands before PaymentRefunded. */
const endOrder = (scope: Scope, order: PlacedOrder, events: readonly OrderEvent[]): void => {
  const { status } = changeOrder(scope, order, events);
  if (status === 'none' || !isClosed(status)) return;
  const payment = paymentOf(scope, order.details.orderId);
  changePayment(scope, payment, refund(payment));
};

/** The customer orders: the order and its pending payment, in one transaction. */
export const carryOutPlaceOrder = (scope: Scope, details: OrderDetails, answer: ProviderAnswer): void => {
  const { orderId, customerId, price } = details;
  const order = loadOrder(scope.tables, orderId);
  const payment = loadPayment(scope.tables, orderId);
  changeOrder(scope, order, placeOrder(order, { details }));
  changePayment(scope, payment, openPayment(payment, { bill: { orderId, customerId, amount: price, answer } }));
};

/** The customer wants to cancel. Throws a Refusal: `order-not-found`, or those of {@link requestCancel}. */
export const carryOutRequestCancel = (scope: Scope, orderId: string): void => {
  const order = loadOrder(scope.tables, orderId);
  if (order.status === 'none') throw orderNotFound(orderId);
  changeOrder(scope, order, requestCancel(order));
};

/** Something happened to an order. Throws NotYet where the order is not known here. */
export const carryOutReaction = (scope: Scope, orderId: string, command: ReactToOrder): void => {
  const order = loadOrder(scope.tables, orderId);
  if (order.status === 'none') throw new NotYet(`order ${orderId} is not known here`);
  switch (command.type) {
    case 'Pay': {
      const payment = paymentOf(scope, orderId);
      changePayment(scope, payment, pay(payment, { isOrderClosed: isClosed(order.status) }));
      return;
    }
    case 'ProgressOrder':
      changeOrder(scope, order, progressOrder(order, command));
      return;
    case 'FailPayment':
      changeOrder(scope, order, failPayment(order));
      return;
    case 'RejectOrder':
      endOrder(scope, order, rejectOrder(order));
      return;
    case 'CompleteCancel':
      endOrder(scope, order, completeCancel(order, { isPaymentDeclined: paymentOf(scope, orderId).status === 'declined' }));
      return;
    case 'EndCancelRequest':
      changeOrder(scope, order, endCancelRequest(order, command));
      return;
  }
  return command satisfies never;
};

/** The customer reviews an order. Throws the Refusal of {@link writeReview}. */
export const carryOutWriteReview = (scope: Scope, command: WriteReview): void => {
  const review = loadReview(scope.tables, command.reviewId);
  changeReview(scope, review, writeReview(review, command));
};

/** The customer takes a review back. Throws the Refusal of {@link deleteReview}. */
export const carryOutDeleteReview = (scope: Scope, reviewId: string): void => {
  const review = loadReview(scope.tables, reviewId);
  changeReview(scope, review, deleteReview(review, { reviewId }));
};
