/** What an actor has to publish, in order: a queue in memory, and the rows that outlive it. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { Reads, Tx } from '../tables/tables.ts';
import { outboxTable } from './ledger.ts';

/** An event with its place in the outbox. */
export interface Unsent {
  readonly position: number;
  readonly envelope: Envelope;
}

/** What is unpublished, in order. */
export interface Queue {
  readonly size: () => number;
  readonly push: (unsent: Unsent) => void;
  /** The first ones, at most `count`; they stay until {@link Queue.drop}. */
  readonly peek: (count: number) => readonly Unsent[];
  readonly drop: (count: number) => void;
  /** Takes these out, wherever they stand. */
  readonly remove: (positions: ReadonlySet<number>) => void;
}

/** A first-in first-out queue whose removals cost nothing: the front is moved on, and cut off now and then. */
const createQueue = (rows: Unsent[]): Queue => {
  let head = 0;
  return {
    size: () => rows.length - head,
    push: (row) => {
      rows.push(row);
    },
    peek: (count) => rows.slice(head, head + count),
    remove: (positions) => {
      const kept = rows.slice(head).filter(({ position }) => !positions.has(position));
      rows.splice(0, rows.length, ...kept);
      head = 0;
    },
    drop: (count) => {
      head += count;
      if (head === rows.length) {
        rows.length = 0;
        head = 0;
      } else if (head > 1_000) {
        rows.splice(0, head);
        head = 0;
      }
    },
  };
};

/** An outbox in memory and in its table. */
export interface Outbox {
  readonly queue: Queue;
  /** Rows that were published and still stand in the table. */
  readonly published: Unsent[];
  /** Writes an event, in the transaction at hand. */
  readonly stage: (tables: Tx, envelope: Envelope) => void;
  /** Removes published rows, in the transaction at hand. */
  readonly removePublished: (tables: Tx) => void;
  /** The transaction at hand was committed. */
  readonly commit: () => void;
  /** The transaction at hand was rolled back. */
  readonly rollBack: () => void;
}

/** Rows on their way through a transaction: those it adds, and those it removes; it begins with what an earlier life left. */
export const createOutbox = (read: Reads): Outbox => {
  const left: Unsent[] = read.select(outboxTable).map(({ position, envelope }) => ({ position, envelope }));
  let nextPosition = (left.at(-1)?.position ?? 0) + 1;
  const queue = createQueue(left);
  const staged: Unsent[] = [];
  const published: Unsent[] = [];
  let removedCount = 0;
  return {
    queue,
    published,
    stage: (tables: Tx, envelope: Envelope): void => {
      const position = nextPosition;
      nextPosition += 1;
      tables.put(outboxTable, { position, eventId: envelope.id, envelope });
      staged.push({ position, envelope });
    },
    removePublished: (tables: Tx): void => {
      if (published.length === 0) return;
      for (const row of published) tables.remove(outboxTable, row.position);
      removedCount = published.length;
    },
    commit: (): void => {
      if (staged.length > 0) {
        for (const row of staged) queue.push(row);
        staged.length = 0;
      }
      if (removedCount > 0) published.splice(0, removedCount);
      removedCount = 0;
    },
    rollBack: (): void => {
      staged.length = 0;
      removedCount = 0;
    },
  };
};
