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
}
