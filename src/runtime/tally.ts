import type { Handling } from '../kernel/recording.ts';

/** Hears what a context does, as it does it, to count it. It changes nothing, and never throws. */
export interface Tally {
  /** A transaction of its database was over. */
  transacted(isCommitted: boolean): void;
  /** The bus stored an event of this type. */
  published(type: string): void;
  /** A message was taken in; undefined for what is no event at all. */
  handled(type: string | undefined, handling: Handling): void;
}
