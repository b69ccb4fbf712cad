import * as customer from '../contexts/customer/contract.ts';
import * as front from '../contexts/front/contract.ts';
import * as rider from '../contexts/rider/contract.ts';
import * as store from '../contexts/store/contract.ts';
import type { EventDefinition } from '../kernel/event.ts';

type DefinitionIn<Contract> = { [Key in keyof Contract]: Contract[Key] extends { readonly type: infer Type extends string } ? Type : never }[keyof Contract];

/** The name of an event that some context publishes. */
export type EventType = DefinitionIn<typeof front> | DefinitionIn<typeof store> | DefinitionIn<typeof rider> | DefinitionIn<typeof customer>;

const CONTRACTS: readonly Readonly<Record<string, object>>[] = [front, store, rider, customer];

const isEventDefinition = (value: object): value is EventDefinition<EventType> => 'type' in value && 'schema' in value;

/** Every event type, in the order of the contracts. */
export const EVENT_TYPES: readonly EventType[] = CONTRACTS.flatMap((contract) => Object.values(contract).filter(isEventDefinition)).map(({ type }) => type);
