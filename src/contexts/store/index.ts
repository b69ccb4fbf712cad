/** The store context: the kitchen's ticket for each order. Its only face. */
import { aggregate } from '../../runtime/actor/aggregate.ts';
import { whenever, type ContextDefinition, type Scope } from '../../runtime/actor/context.ts';
import { CancelRefused, CookFinished, CookStarted, CookingCanceled, OrderAccepted, OrderRejected } from './contract.ts';
import { evolveFoodCooking, type FoodCooking, type FoodCookingEvent, type KnownFoodCooking } from './food-cooking.ts';
import { storeRoutes } from './http.ts';
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

const change = aggregate<FoodCooking, FoodCookingEvent, KnownFoodCooking>({ load: loadFoodCooking, evolve: evolveFoodCooking, publish, save: saveFoodCooking });

/** The store context. */
export const createStore = (): ContextDefinition => ({
  name: 'store',
  about: 'orderId',
  schema: storeSchema,
  events: Object.values(PUBLISHED),
  subscriptions: POLICIES.map(({ event, decisionFor }) =>
    whenever(event, ({ data }, scope) => void change(scope, data.orderId, decisionFor(data))),
  ),
  routes: storeRoutes(change),
  refusals: STORE_REFUSALS,
});
