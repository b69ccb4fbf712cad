/** An order, from placing to its end. Pure. Which of its statuses win over which: docs/adr/0003. */
import { Refusal, assert } from '../../kernel/errors.ts';
import type { Won } from '../../kernel/ids.ts';
import { ORDER_STATUS_TEXT, type OrderStatus } from './contract.ts';

/** The statuses on the way to the customer's door, in this order. */
const PROGRESS = ['placed', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;
/** A status on the way to the customer's door. */
export type Progress = (typeof PROGRESS)[number];
/** A status that ends an order without food. */
export type ClosedStatus = 'canceled' | 'rejected' | 'payment-failed';

/** What the customer ordered; never changes. */
export interface OrderDetails {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly foodId: string;
  readonly price: Won;
  readonly address: string;
  readonly options: readonly string[];
}

/**
 * An order's states. `progress` is the furthest that the order was heard to be, also where its status says
 * something else. `none`: never placed here.
 */
export type Order =
  | { readonly status: 'none' }
  | { readonly status: Progress; readonly progress: Progress; readonly details: OrderDetails }
  | { readonly status: 'cancel-requested'; readonly progress: Progress; readonly details: OrderDetails }
  | { readonly status: ClosedStatus; readonly progress: Progress; readonly details: OrderDetails };

/** An order that was placed. */
export type PlacedOrder = Exclude<Order, { readonly status: 'none' }>;

/**
 * What can happen to an order. OrderPlaced, OrderCancelRequested and OrderCanceled are published; the others
 * only repeat what another event says to everybody, so they stay within the context.
 */
export type OrderEvent =
  | { readonly type: 'OrderPlaced'; readonly details: OrderDetails }
  | { readonly type: 'OrderCancelRequested' }
  | { readonly type: 'OrderCanceled' }
  | { readonly type: 'OrderProgressed'; readonly to: Progress }
  | { readonly type: 'CancelRequestEnded'; readonly at: Progress }
  | { readonly type: 'OrderClosed'; readonly as: 'rejected' | 'payment-failed' };

/** The customer orders. */
export interface PlaceOrder {
  readonly details: OrderDetails;
}
/** The order was heard to be there. */
export interface ProgressOrder {
  readonly to: Progress;
}
/** The store called the order's cooking off. */
export interface CompleteCancel {
  /** Whether the payment was declined, which is then the order's end, and not the cancellation. */
  readonly isPaymentDeclined: boolean;
}
/** The store's cooking had begun, so it goes on. */
export interface EndCancelRequest {
  /** Where the kitchen was when it refused. */
  readonly kitchen: Progress;
}

const further = (left: Progress, right: Progress): Progress => (PROGRESS.indexOf(right) > PROGRESS.indexOf(left) ? right : left);

/** 주문을 찾을 수 없습니다: there is no such order. */
export const orderNotFound = (orderId: string): Refusal =>
  new Refusal('order-not-found', `주문을 찾을 수 없습니다: ${orderId}`, { orderId });

const cannotCancel = (code: 'order-already-cooking' | 'order-already-closed', sentence: string, order: PlacedOrder): Refusal =>
  new Refusal(code, sentence, { orderId: order.details.orderId, current: order.status, currentText: ORDER_STATUS_TEXT[order.status] });

/** A new order; asserts that there is none under its id. */
export const placeOrder = (order: Order, command: PlaceOrder): OrderEvent[] => {
  assert(order.status === 'none', `order ${command.details.orderId} is placed once`);
  return [{ type: 'OrderPlaced', details: command.details }];
};

/**
 * The customer wants to cancel; whether that is still possible, the store decides. Asking twice is asking once.
 *
 * Throws a Refusal: `order-already-cooking`, with the seed's sentence (an order can be canceled only before
 * cooking starts), where the order is known to be that far; `order-already-closed` (an order that has ended
 * can't be canceled any more).
 */
export const requestCancel = (order: PlacedOrder): OrderEvent[] => {
  switch (order.status) {
    case 'placed':
    case 'paid':
    case 'accepted':
      return [{ type: 'OrderCancelRequested' }];
    case 'cancel-requested':
    case 'canceled':
      return [];
    case 'cooking':
    case 'cooked':
    case 'delivering':
    case 'delivered':
      throw cannotCancel('order-already-cooking', '요리가 시작되기 전에만 주문취소가 가능합니다.', order);
    case 'rejected':
    case 'payment-failed':
      throw cannotCancel('order-already-closed', '이미 종료된 주문은 주문취소가 불가능합니다.', order);
  }
  return order satisfies never;
};

/** The order follows what happened elsewhere, never backwards; an answer to a cancellation is waited for. */
export const progressOrder = (order: PlacedOrder, command: ProgressOrder): OrderEvent[] => {
  switch (order.status) {
    case 'placed':
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'delivering':
    case 'cancel-requested':
      return further(order.progress, command.to) === order.progress ? [] : [{ type: 'OrderProgressed', to: command.to }];
    case 'delivered':
    case 'canceled':
    case 'rejected':
    case 'payment-failed':
      return [];
  }
  return order satisfies never;
};

const close = (order: PlacedOrder, ending: OrderEvent): OrderEvent[] => {
  switch (order.status) {
    case 'placed':
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'delivering':
    case 'cancel-requested':
      return [ending];
    case 'delivered':
    case 'canceled':
    case 'rejected':
    case 'payment-failed':
      return []; // A final status never changes.
  }
  return order satisfies never;
};

/** The payment was declined, which ends the order, also where the customer was about to cancel it. */
export const failPayment = (order: PlacedOrder): OrderEvent[] => close(order, { type: 'OrderClosed', as: 'payment-failed' });

/** The store rejected the order, which ends it, also where the customer was about to cancel it. */
export const rejectOrder = (order: PlacedOrder): OrderEvent[] => close(order, { type: 'OrderClosed', as: 'rejected' });

/**
 * The store called the cooking off, so the order is canceled. Not where the payment was declined: everybody
 * was told so by PaymentDeclined, which may only be late here, and an order has one end.
 */
export const completeCancel = (order: PlacedOrder, command: CompleteCancel): OrderEvent[] =>
  command.isPaymentDeclined ? failPayment(order) : close(order, { type: 'OrderCanceled' });

/** The store refused to cancel: the order is where the kitchen is, or further, where that was heard already. */
export const endCancelRequest = (order: PlacedOrder, command: EndCancelRequest): OrderEvent[] => {
  switch (order.status) {
    case 'cancel-requested':
      return [{ type: 'CancelRequestEnded', at: further(order.progress, command.kitchen) }];
    case 'placed':
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'delivering':
    case 'delivered':
    case 'canceled':
    case 'rejected':
    case 'payment-failed':
      return progressOrder(order, { to: command.kitchen });
  }
  return order satisfies never;
};

const placed = (order: Order): PlacedOrder => {
  assert(order.status !== 'none', 'only a placed order goes on');
  return order;
};

/** The order after the event. */
export const evolveOrder = (order: Order, event: OrderEvent): PlacedOrder => {
  switch (event.type) {
    case 'OrderPlaced':
      return { status: 'placed', progress: 'placed', details: event.details };
    case 'OrderCancelRequested':
      return { ...placed(order), status: 'cancel-requested' };
    case 'OrderCanceled':
      return { ...placed(order), status: 'canceled' };
    case 'OrderProgressed': {
      const { status, details } = placed(order);
      return { status: status === 'cancel-requested' ? status : event.to, progress: event.to, details };
    }
    case 'CancelRequestEnded':
      return { ...placed(order), status: event.at, progress: event.at };
    case 'OrderClosed':
      return { ...placed(order), status: event.as };
  }
  return event satisfies never;
};

/** Whether the order ended without food, so that nobody may pay for it and what was paid is paid back. */
export const isClosed = (status: OrderStatus): status is ClosedStatus =>
  status === 'canceled' || status === 'rejected' || status === 'payment-failed';
