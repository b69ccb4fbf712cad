import type { EventDefinition } from '../kernel/event.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { EpochMs } from '../kernel/clock.ts';
import type { Route } from './http/route.ts';
import type { Schema, Tx } from './tables.ts';

/** What a handler of a command or an event works with, inside its transaction. */
export interface Scope {
  readonly tables: Tx;
  /** The time of this command or handling; the same all through. */
  readonly now: EpochMs;
  /** A new id of the run's id source. */
  newId(): string;
  /**
   * Says that something happened: written to the outbox in this transaction, published after it.
   * `subject` is the id of the entity concerned (an order; a customer where there is no order).
   */
  emit<Data>(event: EventDefinition<string, Data>, subject: string, data: Data): void;
}

/** Whenever an event of this type comes: what to do. Throws NotYet where it came too early. */
export interface Subscription {
  readonly event: EventDefinition;
  handle(event: Envelope<string, never>, scope: Scope): void;
}

/** Declares a subscription with the types of its event. */
export const whenever = <Data>(
  event: EventDefinition<string, Data>,
  handle: (event: Envelope<string, Data>, scope: Scope) => void,
): Subscription => ({ event, handle });

/** A bounded context as the runtime sees it: what it keeps, hears and answers. */
export interface ContextDefinition {
  /** Also the name of its database, its consumer and, with a slash before it, the source of its events. */
  readonly name: string;
  readonly schema: Schema;
  /** One for each event type at most. */
  readonly subscriptions: readonly Subscription[];
  /** Every event it may emit. */
  readonly events: readonly EventDefinition[];
  readonly routes: readonly Route[];
  /** True for the one context that hears everything and so dead-letters what nobody knows. */
  readonly hearsAll?: boolean;
}
