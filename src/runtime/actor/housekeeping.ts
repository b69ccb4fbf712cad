import { inboxTable } from './ledger.ts';
import { repliesTable } from './replies.ts';
import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import type { ActorScope } from './scope.ts';
import type { Tx } from '../tables/tables.ts';

/**
 * How long the inbox remembers an event, in milliseconds: 7 days. An event that comes again later would
 * have its effect again; the position in the stream and the bus's own deduplication stand before that.
 */
const INBOX_MEMORY_MS = 7 * 24 * 3_600_000;
/** How long a reply to a command with an idempotency key is kept, in milliseconds: a day. */
const REPLY_MEMORY_MS = 24 * 3_600_000;

const PRUNING_PAUSE_MS = 3_600_000;
const MAX_PRUNED = 500;

/** What housekeeping works with. */
export interface HousekeepingOptions {
  readonly timers: Timers;
  /** How long after its work an actor tidies up, in milliseconds. */
  readonly delayMs: number;
  readonly transact: <Result>(work: (scope: ActorScope) => Result) => Result;
  readonly guarded: (work: () => void) => void;
  readonly hasPublishedRows: () => boolean;
}

/** Removes what nobody needs any more, when there is little else to do. */
export interface Housekeeping {
  /** There is something to remove: tidies up a little later. */
  readonly arm: () => void;
  /** Tidies up now: one transaction, which every transaction begins by removing published rows. */
  readonly tidy: () => void;
  readonly halt: () => void;
}

/** Removes old rows, a bounded number of them. The order of event ids is nearly that of time, so the inbox needs no index for it. */
const prune = (tables: Tx, now: EpochMs): void => {
  for (const row of tables.select(inboxTable, { limit: MAX_PRUNED })) {
    if (row.handledAt < now - INBOX_MEMORY_MS) tables.remove(inboxTable, row.eventId);
  }
  for (const row of tables.select(repliesTable, { orderBy: ['at'], limit: MAX_PRUNED })) {
    if (row.at < now - REPLY_MEMORY_MS) tables.remove(repliesTable, row.key);
  }
};

/** Makes the housekeeping of an actor's life. */
export const createHousekeeping = ({ timers, delayMs, transact, guarded, hasPublishedRows }: HousekeepingOptions): Housekeeping => {
  let cancelTimer: Cancel | undefined;
  let prunedAt: EpochMs = -Infinity;
  let isHalted = false;

  const tidy = (): void => {
    transact(({ tables, now }) => {
      if (now < prunedAt + PRUNING_PAUSE_MS) return;
      prune(tables, now);
      prunedAt = now;
    });
  };

  return {
    tidy,
    arm: () => {
      if (isHalted || cancelTimer !== undefined) return;
      cancelTimer = timers.after(delayMs, () => {
        cancelTimer = undefined;
        if (hasPublishedRows() || timers.now() >= prunedAt + PRUNING_PAUSE_MS) guarded(tidy);
      });
    },
    halt: () => {
      isHalted = true;
      cancelTimer?.();
      cancelTimer = undefined;
    },
  };
};
