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

/**
 * The events that a context publishes, by their names. Sorted here: a module's namespace has its names in the order of
 * the alphabet in Node, and in that of the source where a test runner rewrites it, so what is published would differ.
 */
export const eventsOf = (context: ContextName): readonly EventDefinition<EventType>[] =>
  Object.values(CONTRACTS[context])
    .filter(isEventDefinition)
    .sort((one, other) => (one.type < other.type ? -1 : 1));

/** Every event type, in the order of the contexts and the names of their events. */
export const EVENT_TYPES: readonly EventType[] = CONTEXT_NAMES.flatMap(eventsOf).map(({ type }) => type);
