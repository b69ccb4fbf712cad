/** The words that scenario files may use for what a system consists of. */
import { PROBLEMS } from '../../runtime/http/catalogue.ts';
import { contextNamesOf, describeContexts, eventsOf, refusalsOf, type SystemDefinition } from '../../system/definition.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import { word, type Type } from './types.ts';

/** The names that there are. */
export interface Inventory {
  readonly contexts: readonly string[];
  readonly eventTypes: readonly string[];
  /** The context that publishes each event. */
  readonly publishers: ReadonlyMap<string, string>;
  /** The codes of all that may be refused. */
  readonly codes: readonly string[];
  /** The read models that can be folded anew. */
  readonly views: readonly string[];
  /** Whether some context asks another one while it answers. */
  readonly hasCalls: boolean;
  readonly definitions: readonly ContextDefinition[];
}

/** The inventory of a system. */
export const inventoryOf = (system: SystemDefinition): Inventory => {
  const definitions = describeContexts(system);
  const events = eventsOf(definitions);
  return {
    contexts: contextNamesOf(system),
    eventTypes: events.map(({ event }) => event.type),
    publishers: new Map(events.map(({ context, event }) => [event.type, context])),
    codes: [...Object.keys(refusalsOf(definitions)), ...Object.keys(PROBLEMS)],
    views: definitions.flatMap(({ views = [] }) => views.map(({ name }) => name)),
    hasCalls: system.contexts.some(({ calls = {} }) => Object.keys(calls).length > 0),
    definitions,
  };
};

/** The type of an event, written out. */
export const eventType = ({ eventTypes }: Inventory): Type<string> => word('an event type', eventTypes);
/** The name of a context. */
export const contextName = ({ contexts }: Inventory): Type<string> => word('a context', contexts);
