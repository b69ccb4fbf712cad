import { OperatingError, messageOf } from '../kernel/errors.ts';
import { SimulatedCrash } from './actor-port.ts';
import { pauseAfter } from './backoff.ts';
import { outboxTable } from './ledger.ts';
import type { Cancel, Timers } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Logger } from '../kernel/log.ts';
import type { Random } from '../kernel/random.ts';
import type { Recorder } from '../kernel/recording.ts';
import type { Bus } from '../bus/bus.ts';
import type { CrashPoint } from './actor-port.ts';
import type { RetryPolicy } from './backoff.ts';
import type { Reads, Tx } from './tables.ts';

/** The most events published at once. */
const MAX_PUBLISH = 200;
/** Published rows that may stand in the outbox before they get a transaction of their own. */
const MAX_PUBLISHED_ROWS = 1_000;

/**
 * Publishes one actor's outbox, in order, one publish at a time. What is unpublished is also kept in
 * memory, so the table is read only when an actor starts. Published rows are removed by the next
 * transaction of the actor, whichever it is: a commit for each publish would halve the throughput, and
 * a row that outlives its publishing is at worst published again under the same id.
 */
export interface Relay {
  /** Writes an event to the outbox, in the transaction at hand. */
  stage(tables: Tx, envelope: Envelope): void;
  /** Removes published rows, in the transaction at hand. */
  removePublished(tables: Tx): void;
  /** The transaction at hand was committed: what was staged is published soon. */
  committed(): void;
  /** The transaction at hand was rolled back: what was staged never happened. */
  rolledBack(): void;
  /** Events committed and not yet stored on the bus. */
  unpublished(): number;
  /** Whether published rows wait for their removal. */
  hasPublishedRows(): boolean;
  /** Resolves when all is published, or when the bus refused once; what is left stays in the outbox for the next life. */
  drain(): Promise<void>;
  /** Nothing is published any more; the result of a publish under way is ignored. */
  halt(): void;
}

/** What a relay works with. */
export interface RelayOptions {
  readonly context: string;
  readonly read: Reads;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly random: Random;
  readonly retry: RetryPolicy;
  readonly log: Logger;
  /** Absent where nobody listens. */
  readonly recorder: Recorder | undefined;
  /** Ids of rows that an earlier life published, and recorded, and did not remove; the recording tells each publishing once. */
  readonly recordedIds: Set<string>;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
  /** A hook at a crash point crashed the actor. */
  readonly onCrash: (crash: SimulatedCrash) => void;
  /** Something was published; `isDue` where the published rows should be removed now. */
  readonly onPublished: (isDue: boolean) => void;
  /** The bus failed in a way that is no operating error. */
  readonly onFailure: (error: unknown) => void;
}

/** An event with its place in the outbox. */
interface Unsent {
  readonly position: number;
  readonly envelope: Envelope;
}

interface Queue {
  readonly size: () => number;
  readonly push: (unsent: Unsent) => void;
  /** The first ones, at most `count`; they stay until {@link Queue.drop}. */
  readonly peek: (count: number) => readonly Unsent[];
  readonly drop: (count: number) => void;
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

/** Rows on their way through a transaction: those it adds, and those it removes. */
const createOutbox = (read: Reads) => {
  const left: Unsent[] = read.select(outboxTable).map(({ position, envelope }) => ({ position, envelope: JSON.parse(envelope) as Envelope }));
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
      tables.put(outboxTable, { position, eventId: envelope.id, envelope: JSON.stringify(envelope) });
      staged.push({ position, envelope });
    },
    removePublished: (tables: Tx): void => {
      for (const row of published) tables.remove(outboxTable, row.position);
      removedCount = published.length;
    },
    commit: (): void => {
      for (const row of staged) queue.push(row);
      staged.length = 0;
      if (removedCount > 0) published.splice(0, removedCount);
      removedCount = 0;
    },
    rollBack: (): void => {
      staged.length = 0;
      removedCount = 0;
    },
  };
};

/** Makes the relay of an actor's life; it begins with what an earlier life left in the outbox. */
export const createRelay = (options: RelayOptions): Relay => {
  const { context, bus, timers, random, retry, log, recorder, recordedIds, reach } = options;
  const rows = createOutbox(options.read);
  const { queue } = rows;
  let isHalted = false;
  let isScheduled = false;
  let isDraining = false;
  let inFlight: readonly Unsent[] = [];
  let failures = 0;
  let cancelRetry: Cancel | undefined;
  let drained: (() => void)[] = [];

  const finishDraining = (): void => {
    const waiting = drained;
    drained = [];
    for (const resolve of waiting) resolve();
  };

  const reachAll = (point: CrashPoint, batch: readonly Unsent[]): boolean => {
    if (reach === undefined) return true;
    try {
      for (const { envelope } of batch) reach(point, envelope.type);
      return true;
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      options.onCrash(error);
      return false;
    }
  };

  const recordPublished = (batch: readonly Unsent[]): void => {
    if (recorder === undefined) return;
    for (const { envelope } of batch) {
      if (recordedIds.delete(envelope.id)) continue;
      recorder.record({ kind: 'message.published', context, event: envelope });
      // After a crash the rows are there again, and will be published again by the next life.
      if (isHalted) recordedIds.add(envelope.id);
    }
  };

  const stored = (): void => {
    const batch = inFlight;
    inFlight = [];
    recordPublished(batch);
    if (isHalted) return;
    failures = 0;
    queue.drop(batch.length);
    for (const row of batch) rows.published.push(row);
    if (!reachAll('after-publish', batch)) return;
    options.onPublished(rows.published.length >= MAX_PUBLISHED_ROWS);
    if (queue.size() > 0) publishNext();
    else finishDraining();
  };

  const refused = (error: unknown): void => {
    inFlight = [];
    if (isHalted) return;
    if (error instanceof SimulatedCrash) {
      options.onCrash(error);
      return;
    }
    failures += 1;
    if (!(error instanceof OperatingError)) options.onFailure(error);
    if (isDraining) {
      log.warn({ context, unpublished: queue.size(), err: error }, `events of ${context} stay in its outbox: ${messageOf(error)}`);
      finishDraining();
      return;
    }
    const pauseMs = pauseAfter(failures, retry, random);
    log.warn({ context, unpublished: queue.size(), failures, pauseMs, err: error }, `${context} publishes again in ${pauseMs} ms: ${messageOf(error)}`);
    cancelRetry = timers.after(pauseMs, () => {
      cancelRetry = undefined;
      publishNext();
    });
  };

  const publishNext = (): void => {
    if (isHalted || inFlight.length > 0 || cancelRetry !== undefined || queue.size() === 0) return;
    inFlight = queue.peek(MAX_PUBLISH);
    if (!reachAll('before-publish', inFlight)) return;
    bus.publish(inFlight.map((row) => row.envelope)).then(stored, refused);
  };

  // Transactions of one synchronous turn share one publish.
  const publishSoon = (): void => {
    if (isScheduled || queue.size() === 0) return;
    isScheduled = true;
    queueMicrotask(() => {
      isScheduled = false;
      publishNext();
    });
  };

  publishSoon();
  return {
    stage: rows.stage,
    removePublished: rows.removePublished,
    committed: () => {
      rows.commit();
      publishSoon();
    },
    rolledBack: rows.rollBack,
    unpublished: () => queue.size(),
    hasPublishedRows: () => rows.published.length > 0,
    drain: () => {
      if (queue.size() === 0 || isHalted) return Promise.resolve();
      isDraining = true;
      return new Promise((resolve) => {
        drained.push(resolve);
        cancelRetry?.();
        cancelRetry = undefined;
        publishSoon();
      });
    },
    halt: () => {
      isHalted = true;
      cancelRetry?.();
      cancelRetry = undefined;
      if (recorder !== undefined) for (const row of rows.published) recordedIds.add(row.envelope.id);
      finishDraining();
    },
  };
};
