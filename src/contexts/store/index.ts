/** The store context: the kitchen's ticket for each order. Its only face. */
import { aggregate } from '../../runtime/actor/aggregate.ts';
import { whenever, type ContextDefinition, type Scope } from '../../runtime/actor/context.ts';
import { OrderCancelRequested, OrderPlaced, Paid, PaymentDeclined } from '../front/contract.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from './contract.ts';
import {
  decideCancel,
  evolveFoodCooking,
  payTicket,
  voidTicket,
  writeTicket,
  type FoodCooking,
  type FoodCookingEvent,
  type KnownFoodCooking,
} from './food-cooking.ts';
import { storeRoutes } from './http.ts';
import { wheneverOrderPlaced } from './policies.ts';
import { STORE_REFUSALS } from './refusals.ts';
import { loadFoodCooking, saveFoodCooking, storeSchema } from './store.ts';

const PUBLISHED = { OrderAccepted, OrderRejected, CookStarted, CookFinished, CookingCanceled, CancelRefused } as const;

/** Tells the other contexts; `ticket` is as it is after the event. */
const publish = (scope: Scope, event: FoodCookingEvent, ticket: KnownFoodCooking): void => {
  switch (event.type) {
    case 'TicketWritten':
    case 'TicketPaid':
    case 'TicketVoided':
      return;
    case 'OrderAccepted':
    case 'OrderRejected':
    case 'CookStarted':
    case 'CookFinished':
    case 'CookingCanceled':
    case 'CancelRefused': {
      const { orderId, customerId, storeId } = ticket.details;
      scope.emit(PUBLISHED[event.type], orderId, { orderId, customerId, storeId, status: ticket.status });
      return;
    }
  }
  return event satisfies never;
};

const change = aggregate<FoodCooking, FoodCookingEvent, KnownFoodCooking>({
  load: loadFoodCooking,
  evolve: evolveFoodCooking,
  publish,
  save: saveFoodCooking,
});

/** The store context. */
export const createStore = (): ContextDefinition => ({
  name: 'store',
  about: 'orderId',
  schema: storeSchema,
  events: Object.values(PUBLISHED),
  subscriptions: [
    whenever(OrderPlaced, ({ data }, scope) => {
      change(scope, data.orderId, (ticket) => writeTicket(ticket, wheneverOrderPlaced(data)));
    }),
    whenever(Paid, ({ data: { orderId } }, scope) => {
      change(scope, orderId, (ticket) => payTicket(ticket, { orderId }));
    }),
    whenever(PaymentDeclined, ({ data: { orderId } }, scope) => {
      change(scope, orderId, (ticket) => voidTicket(ticket, { orderId }));
    }),
    whenever(OrderCancelRequested, ({ data: { orderId } }, scope) => {
      change(scope, orderId, (ticket) => decideCancel(ticket, { orderId }));
    }),
  ],
  routes: storeRoutes(change),
  refusals: STORE_REFUSALS,
});
