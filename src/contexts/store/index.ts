/** The store context: the kitchen's ticket for each order. Its only face. */
import { whenever, type ContextDefinition, type Scope } from '../../runtime/actor/context.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from './contract.ts';
import { evolveFoodCooking, type FoodCooking, type FoodCookingEvent, type KnownFoodCooking } from './food-cooking.ts';
import { storeRoutes, type ChangeTicket } from './http.ts';
import { POLICIES } from './policies.ts';
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
      scope.emit(PUBLISHED[event.type], orderId, { orderId, customerId, storeId, status: ticket.status }); return;
    }
  }
  return event satisfies never;
};

const change: ChangeTicket = (scope, orderId, decide) => {
  const before: FoodCooking = loadFoodCooking(scope.tables, orderId);
  let ticket = before;
  for (const event of decide(before)) {
    const next = evolveFoodCooking(ticket, event);
    publish(scope, event, next);
    ticket = next;
  }
  if (ticket.status !== before.status && ticket.status !== 'none') saveFoodCooking(scope.tables, ticket, rfc3339(scope.now));
};

/** The store context. */
export const createStore = (): ContextDefinition => ({
  name: 'store',
  about: 'orderId',
  schema: storeSchema,
  events: Object.values(PUBLISHED),
  subscriptions: POLICIES.map(({ event, decisionFor }) =>
    whenever(event, ({ data }, scope) => change(scope, data.orderId, decisionFor(data))),
  ),
  routes: storeRoutes(change),
  refusals: STORE_REFUSALS,
});
