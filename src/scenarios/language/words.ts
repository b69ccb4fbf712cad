/** The words that scenario files may use for things of the domain, taken from the contexts' contracts. */
import * as customer from '../../contexts/customer/contract.ts';
import * as front from '../../contexts/front/contract.ts';
import * as rider from '../../contexts/rider/contract.ts';
import * as store from '../../contexts/store/contract.ts';

import { FOOD, type ContextName, type EventType } from '../../contexts/index.ts';
import { PROBLEMS } from '../../runtime/http/catalogue.ts';
import { describeContexts, eventsOf, refusalsOf } from '../../system/definition.ts';

export { inSeedSpelling, inUsualSpelling } from '../../contexts/front/contract.ts';
export { CONTEXT_NAMES, EVENT_TYPES, type ContextName, type EventType } from '../../contexts/index.ts';

/** The context that publishes each event. */
export const PUBLISHER = Object.fromEntries(eventsOf(describeContexts(FOOD)).map(({ context, event }) => [event.type, context])) as Readonly<Record<EventType, ContextName>>;

/** The codes of all that may be refused. */
export const REFUSAL_CODES: readonly string[] = [...Object.keys(refusalsOf(describeContexts(FOOD))), ...Object.keys(PROBLEMS)];

/** Whether a field (a name, or a JSON pointer) holds the seed's word for a status: `statusText`, `currentText`. */
export const isWordOfDomain = (field: string): boolean => /(?:^|\/)(?:status|current|required)Text$/.test(field);

/** For each resource that has a status: its literals, and the seed's word for each. */
export const STATUS_WORDS: Readonly<Record<'order' | 'cooking' | 'delivery' | 'payment' | 'mypage', Readonly<Record<string, string>>>> = {
  order: front.ORDER_STATUS_TEXT,
  cooking: store.COOKING_STATUS_TEXT,
  delivery: rider.DELIVERY_STATUS_TEXT,
  payment: front.PAYMENT_STATUS_TEXT,
  mypage: customer.MYPAGE_STATUS_TEXT,
};
