/** The kitchen's ticket for an order (seed: FoodCooking). Pure. */
import { NotYet, Refusal, assert } from '../../kernel/errors.ts';
import { COOKING_STATUS_TEXT, type CookingStatus } from './contract.ts';

/** What the kitchen copies of an order; never changes. */
export interface TicketDetails {
  readonly orderId: string;
  readonly customerId: string;
  readonly storeId: string;
  readonly foodId: string;
  readonly address: string;
  readonly options: readonly string[];
}

/** A ticket's states. `none`: its order was never heard of here. */
export type FoodCooking =
  | { readonly status: 'none' }
  | { readonly status: 'unpaid'; readonly details: TicketDetails }
  | { readonly status: 'paid'; readonly details: TicketDetails }
  | { readonly status: 'accepted'; readonly details: TicketDetails }
  | { readonly status: 'cooking'; readonly details: TicketDetails }
  | { readonly status: 'cooked'; readonly details: TicketDetails }
  | { readonly status: 'rejected'; readonly details: TicketDetails }
  | { readonly status: 'canceled'; readonly details: TicketDetails };

/** A ticket whose order is known. */
export type KnownFoodCooking = Exclude<FoodCooking, { readonly status: 'none' }>;

/**
 * What can happen to a ticket. TicketWritten, TicketPaid and TicketVoided stay within the context: others
 * heard the same from front.
 */
export type FoodCookingEvent =
  | { readonly type: 'TicketWritten'; readonly details: TicketDetails }
  | { readonly type: 'TicketPaid' }
  | { readonly type: 'TicketVoided' }
  | { readonly type: 'OrderAccepted' }
  | { readonly type: 'OrderRejected' }
  | { readonly type: 'CookStarted' }
  | { readonly type: 'CookFinished' }
  | { readonly type: 'CookingCanceled' }
  | { readonly type: 'CancelRefused' };

/** An order was placed: copy it (the seed's `addOrder`). */
export interface WriteTicket {
  readonly details: TicketDetails;
}
/** Every other command concerns a ticket that should be there. */
export interface OnTicket {
  readonly orderId: string;
}

/** The store knows no such order. */
export const foodCookingNotFound = (orderId: string): Refusal =>
  new Refusal('food-cooking-not-found', `상점에 전달된 주문을 찾을 수 없습니다: ${orderId}`, { orderId });

const tooEarly = (orderId: string): NotYet =>
  new NotYet(`order ${orderId} is not known to the store yet: its OrderPlaced is still on its way`);

const words = (status: CookingStatus): string => `${COOKING_STATUS_TEXT[status]}(${status})`;

/** The step is possible only in the required status, and the ticket is in another one: the sentence names both. */
const mismatch = (ticket: KnownFoodCooking, required: CookingStatus, step: string): Refusal =>
  new Refusal('cooking-status-mismatch', `${words(required)} 상태에서만 ${step} 가능합니다. 현재 상태는 ${words(ticket.status)}입니다.`, {
    orderId: ticket.details.orderId,
    current: ticket.status,
    currentText: COOKING_STATUS_TEXT[ticket.status],
    required,
    requiredText: COOKING_STATUS_TEXT[required],
  });

/** A ticket is written once; the same order told again changes nothing. */
export const writeTicket = (ticket: FoodCooking, command: WriteTicket): FoodCookingEvent[] => {
  switch (ticket.status) {
    case 'none':
      return [{ type: 'TicketWritten', details: command.details }];
    case 'unpaid':
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'rejected':
    case 'canceled':
      return [];
  }
  return ticket satisfies never;
};

/** The order is paid, so the store may accept it. Throws NotYet for an unknown order. */
export const payTicket = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] => {
  switch (ticket.status) {
    case 'none':
      throw tooEarly(command.orderId);
    case 'unpaid':
      return [{ type: 'TicketPaid' }];
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'rejected':
    case 'canceled':
      return [];
  }
  return ticket satisfies never;
};

/** The order will never be paid. Throws NotYet for an unknown order. */
export const voidTicket = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] => {
  switch (ticket.status) {
    case 'none':
      throw tooEarly(command.orderId);
    case 'unpaid':
      return [{ type: 'TicketVoided' }];
    case 'paid':
    case 'accepted':
    case 'cooking':
    case 'cooked':
    case 'rejected':
    case 'canceled':
      return [];
  }
  return ticket satisfies never;
};

/** Takes one step from the one status that allows it; in any other, throws the Refusal that names both statuses. */
const step = (
  ticket: FoodCooking,
  command: OnTicket,
  required: CookingStatus,
  name: string,
  event: FoodCookingEvent,
): FoodCookingEvent[] => {
  if (ticket.status === 'none') throw foodCookingNotFound(command.orderId);
  if (ticket.status !== required) throw mismatch(ticket, required, name);
  return [event];
};

/** The store takes a paid order. Throws a Refusal. */
export const acceptOrder = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] =>
  step(ticket, command, 'paid', '주문접수가', { type: 'OrderAccepted' });

/** The store refuses a paid order. Throws a Refusal. */
export const rejectOrder = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] =>
  step(ticket, command, 'paid', '주문거부가', { type: 'OrderRejected' });

/** The kitchen begins with an accepted order; from here on it can't be canceled. Throws a Refusal. */
export const startCooking = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] =>
  step(ticket, command, 'accepted', '요리시작이', { type: 'CookStarted' });

/** The food is ready. Throws a Refusal. */
export const finishCooking = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] =>
  step(ticket, command, 'cooking', '요리완료가', { type: 'CookFinished' });

/**
 * The customer wants to cancel, and only the kitchen knows whether cooking began. Throws NotYet for an
 * unknown order. A ticket that has ended answers nothing: what ended it ends the order too.
 */
export const decideCancel = (ticket: FoodCooking, command: OnTicket): FoodCookingEvent[] => {
  switch (ticket.status) {
    case 'none':
      throw tooEarly(command.orderId);
    case 'unpaid':
    case 'paid':
    case 'accepted':
      return [{ type: 'CookingCanceled' }];
    case 'cooking':
    case 'cooked':
      return [{ type: 'CancelRefused' }];
    case 'rejected':
    case 'canceled':
      return [];
  }
  return ticket satisfies never;
};

const known = (ticket: FoodCooking): KnownFoodCooking => {
  assert(ticket.status !== 'none', 'only a written ticket goes on');
  return ticket;
};

/** The ticket after the event. */
export const evolveFoodCooking = (ticket: FoodCooking, event: FoodCookingEvent): KnownFoodCooking => {
  switch (event.type) {
    case 'TicketWritten':
      return { status: 'unpaid', details: event.details };
    case 'TicketPaid':
      return { ...known(ticket), status: 'paid' };
    case 'OrderAccepted':
      return { ...known(ticket), status: 'accepted' };
    case 'OrderRejected':
      return { ...known(ticket), status: 'rejected' };
    case 'CookStarted':
      return { ...known(ticket), status: 'cooking' };
    case 'CookFinished':
      return { ...known(ticket), status: 'cooked' };
    case 'TicketVoided':
    case 'CookingCanceled':
      return { ...known(ticket), status: 'canceled' };
    case 'CancelRefused':
      return known(ticket);
  }
  return event satisfies never;
};
