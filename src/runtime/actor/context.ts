import type { EventDefinition } from '../../kernel/event.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Refusals } from '../http/catalogue.ts';
import type { Route } from '../http/route.ts';
import type { Reads, Schema, Tx } from '../tables/tables.ts';
import type { Scope } from './scope-port.ts';

export type { Scope } from './scope-port.ts';

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

/** A read model that is a fold of the stream: it can be dropped and made anew, and held against the stream. */
export interface View {
  readonly name: string;
  /** Drops it and folds it anew over the events of the stream; the number of its rows. */
  readonly rebuild: (tables: Tx, events: Iterable<Envelope>) => number;
  /** Where it differs from the fold of the stream. */
  readonly drift: (read: Reads, events: Iterable<Envelope>) => readonly Drift[];
}

/** One difference between a view as it is kept and as the stream tells it. */
export interface Drift {
  /** The entity that differs. */
  readonly subject: string;
  /** The difference as a sentence. */
  readonly message: string;
}

/** A bounded context as the runtime sees it: what it keeps, hears and answers. */
export interface ContextDefinition {
  /** Also the name of its database, its consumer and, with a slash before it, the source of its events. */
  readonly name: string;
  readonly schema: Schema;
  /** One for each event type at most. */
  readonly subscriptions: readonly Subscription[];
  /** Every event it may emit. */
  readonly events: readonly EventDefinition[];
  /** Those of them that come when a deadline has passed. */
  readonly deadlines?: readonly EventDefinition[];
  readonly routes: readonly Route[];
  /**
   * The member of paths, bodies and answers that says what a command is about; by default the path's first parameter, or
   * the answer's `id`.
   */
  readonly about?: string;
  /** What its routes may refuse, by stable code. */
  readonly refusals: Refusals;
  /** The read models that it folds over the stream. */
  readonly views?: readonly View[];
  /** True for the one context that hears everything and so dead-letters what nobody knows. */
  readonly hearsAll?: boolean;
}
