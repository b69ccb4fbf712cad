import * as customer from '../contexts/customer/contract.ts';
import * as front from '../contexts/front/contract.ts';
import * as rider from '../contexts/rider/contract.ts';
import * as store from '../contexts/store/contract.ts';
import type { EventDefinition } from '../kernel/event.ts';
import { CONTEXT_NAMES, type ContextName } from './options.ts';

type DefinitionIn<Contract> = { [Key in keyof Contract]: Contract[Key] extends { readonly type: infer Type extends string } ? Type : never }[keyof Contract];

/** The name of an event that some context publishes. */
export type EventType = DefinitionIn<typeof front> | DefinitionIn<typeof store> | DefinitionIn<typeof rider> | DefinitionIn<typeof customer>;

const CONTRACTS: Readonly<Record<ContextName, Readonly<Record<string, object>>>> = { front, store, rider, notification: {}, customer };

const isEventDefinition = (value: object): value is EventDefinition<EventType> => 'type' in value && 'schema' in value;

/** The events that a context publishes, in the order of its contract. */
export const eventsOf = (context: ContextName): readonly EventDefinition<EventType>[] => Object.values(CONTRACTS[context]).filter(isEventDefinition);

/** Every event type, in the order of the contexts and their contracts. */
export const EVENT_TYPES: readonly EventType[] = CONTEXT_NAMES.flatMap(eventsOf).map(({ type }) => type);
