import type { EpochMs } from '../../kernel/clock.ts';
import type { EventDefinition } from '../../kernel/event.ts';
import type { Tx } from '../tables/tables.ts';

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
  /**
   * Has this event come at an instant, in milliseconds since 1970: once, however often the context crashes until then, and at once
   * where the instant is past. There is one deadline of an event for each subject: setting it again replaces the earlier. The event
   * is one of those that the context declares as `deadlines`; throws an OperatingError where it is not, or where `at` is no instant.
   */
  setDeadline<Data>(event: EventDefinition<string, Data>, subject: string, data: Data, at: EpochMs): void;
  /** Calls a deadline off; false where there is none, because it has passed, or was never set. Its event may be on its way then. */
  cancelDeadline(event: EventDefinition, subject: string): boolean;
}
