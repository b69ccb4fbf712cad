import { describeContexts, eventsOf, type SystemDefinition } from '../system/definition.ts';
import type { UnderLoad } from '../system/under-load.ts';
import type * as customer from './customer/contract.ts';
import { createCustomer } from './customer/index.ts';
import type * as front from './front/contract.ts';
import { createFront } from './front/index.ts';
import { ORDER_LOOKUP, ORDER_LOOKUP_CALL, createOrderLookup } from './front/order-lookup.ts';
import { MUTATIONS } from './mutations/index.ts';
import { DEFAULT_PORTS, type ContextName } from './names.ts';
import { createNotification } from './notification/index.ts';
import { createNoticeOutlet } from './notification/outlet.ts';
import type * as rider from './rider/contract.ts';
import { createRider } from './rider/index.ts';
import type * as store from './store/contract.ts';
import { createStore } from './store/index.ts';
import { UNDER_LOAD } from './under-load.ts';
import { VOCABULARY } from './vocabulary.ts';

export { CONTEXT_NAMES, type ContextName } from './names.ts';

/** The food-delivery system of the seed: five contexts, in the order of their ports. */
export const FOOD: SystemDefinition<ContextName> & { readonly underLoad: UnderLoad } = {
  name: 'food',
  title: 'food-sim',
  description: 'A food-delivery system: five contexts behind one gateway.',
  gatewayPort: DEFAULT_PORTS.gateway,
  contexts: [
    {
      name: 'front',
      port: DEFAULT_PORTS.front,
      calls: { [ORDER_LOOKUP]: ORDER_LOOKUP_CALL },
      define: ({ call }) => createFront({ lookUpOrder: createOrderLookup(call(ORDER_LOOKUP)) }),
    },
    { name: 'store', port: DEFAULT_PORTS.store, define: () => createStore() },
    { name: 'rider', port: DEFAULT_PORTS.rider, define: () => createRider() },
    {
      name: 'notification',
      port: DEFAULT_PORTS.notification,
      define: ({ webhookUrl, wakeOutlet }) =>
        createNotification({ channel: webhookUrl === undefined ? 'log' : 'webhook', onNotice: wakeOutlet }),
      outlet: createNoticeOutlet,
    },
    { name: 'customer', port: DEFAULT_PORTS.customer, define: () => createCustomer() },
  ],
  mutations: MUTATIONS,
  vocabulary: VOCABULARY,
  underLoad: UNDER_LOAD,
  // Nothing joins two customers; the id of a notice is that of an event.
  cells: { owner: 'customerId', ids: ['orderId', 'reviewId', 'id'] },
};

type DefinitionIn<Contract> = {
  [Key in keyof Contract]: Contract[Key] extends { readonly type: infer Type extends string } ? Type : never;
}[keyof Contract];

/** The name of an event that some context publishes. */
export type EventType =
  DefinitionIn<typeof front> | DefinitionIn<typeof store> | DefinitionIn<typeof rider> | DefinitionIn<typeof customer>;

/** Every event type, in the order of the contexts and the names of their events. */
export const EVENT_TYPES: readonly EventType[] = eventsOf(describeContexts(FOOD)).map(({ event }) => event.type as EventType);
