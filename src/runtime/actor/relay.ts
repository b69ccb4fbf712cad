import { OperatingError, Refusal, messageOf } from '../../kernel/errors.ts';
import { SimulatedCrash } from './actor-port.ts';
import { pauseAfter } from './backoff.ts';
import { createOutbox } from './outbox.ts';
import { outboxTable } from './ledger.ts';
import type { Cancel, Timers } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Bus } from '../../bus/bus.ts';
import type { CrashPoint } from './actor-port.ts';
import type { Tally } from '../tally.ts';
import type { RetryPolicy } from './backoff.ts';
import type { Queue, Unsent } from './outbox.ts';
import type { Reads, Tx } from '../tables/tables.ts';

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
  /** Writes an event to the outbox, in the transaction at hand. Throws the refusal `event-too-large` where the bus could never take it. */
  readonly stage: (tables: Tx, envelope: Envelope) => void;
  /** Removes published rows, in the transaction at hand. */
  readonly removePublished: (tables: Tx) => void;
  /** The transaction at hand was committed: what was staged is published soon. */
  readonly committed: () => void;
  /** The transaction at hand was rolled back: what was staged never happened. */
  readonly rolledBack: () => void;
  /** Events committed and not yet stored on the bus. */
  readonly unpublished: () => number;
  /** The oldest of them. */
  readonly oldest: () => Envelope | undefined;
  /** Why the bus did not take what is unpublished, when it was last asked; undefined where it took it, or was not asked yet. */
  readonly whyUnpublished: () => string | undefined;
  /** The same as an error that a person can act on, where it is one. */
  readonly obstacle: () => OperatingError | undefined;
  /** Whether published rows wait for their removal. */
  readonly hasPublishedRows: () => boolean;
  /** Resolves when all is published, or when the bus refused once; what is left stays in the outbox for the next life. */
  readonly drain: () => Promise<void>;
  /** Nothing is published any more; the result of a publish under way is ignored. */
  readonly halt: () => void;
}

/** What a relay works with. */
export interface RelayOptions {
  readonly context: string;
  readonly read: Reads;
  readonly bus: Bus;
  readonly timers: Timers;
  readonly afterTurn: AfterTurn;
  readonly random: Random;
  readonly retry: RetryPolicy;
  readonly log: Logger;
  /** Absent where nobody listens. */
  readonly recorder: Recorder | undefined;
  /** Absent where nobody counts. */
  readonly tally: Tally | undefined;
  /** Ids of rows that an earlier life published, and recorded, and did not remove; the recording tells each publishing once. */
  readonly recordedIds: Set<string>;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
  /** A hook at a crash point crashed the actor. */
  readonly onCrash: (crash: SimulatedCrash) => void;
  /** Something was published; `isDue` where the published rows should be removed now. */
  readonly onPublished: (isDue: boolean) => void;
  /** Sets events aside that the bus can never take, by `remove`, in a transaction of its own; false where that failed. */
  readonly setAside: (events: readonly Unsendable[], remove: (tables: Tx) => void) => boolean;
  /** The bus failed in a way that is not an operating error, or has no room any more; each time that begins. */
  readonly onFailure: (error: unknown) => void;
}

/** An event that the bus can never take, and why, as the end of a sentence. */
export interface Unsendable {
  readonly envelope: Envelope;
  readonly why: string;
}

/** Those who wait until everything is published. */
const createWaiters = () => {
  let waiting: (() => void)[] = [];
  return {
    wait: (): Promise<void> => new Promise((resolve) => waiting.push(resolve)),
    finish: (): void => {
      const finished = waiting;
      waiting = [];
      for (const resolve of finished) resolve();
    },
  };
};

/** Runs the hooks at a crash point of the relay, one for each event; false where one of them crashed the actor. */
const createCrashPoints =
  ({ reach, onCrash }: RelayOptions) =>
  (point: CrashPoint, batch: readonly Unsent[]): boolean => {
    if (reach === undefined) return true;
    try {
      for (const { envelope } of batch) reach(point, envelope.type);
      return true;
    } catch (error) {
      if (!(error instanceof SimulatedCrash)) throw error;
      onCrash(error);
      return false;
    }
  };

/** Tells the recording what was published. After a crash the rows are there again, published again, and not told again. */
const createMinutes = ({ context, recorder, recordedIds, tally }: RelayOptions) => ({
  published: (batch: readonly Unsent[]): void => {
    if (tally !== undefined) for (const { envelope } of batch) tally.published(envelope.type);
    if (recorder === undefined) return;
    for (const { envelope } of batch) {
      if (!recordedIds.delete(envelope.id)) recorder.record({ kind: 'message.published', context, event: envelope });
    }
  },
  remember: (batch: readonly Unsent[]): void => {
    if (recorder !== undefined) for (const { envelope } of batch) recordedIds.add(envelope.id);
  },
});

/** Pauses after failures, one at a time. */
const createPauses = ({ timers, retry, random }: RelayOptions) => {
  let failures = 0;
  let cancel: Cancel | undefined;
  return {
    /** Calls `wake` after a pause, and tells its length in milliseconds. */
    failed: (wake: () => void): number => {
      failures += 1;
      const pauseMs = pauseAfter(failures, retry, random);
      cancel = timers.after(pauseMs, () => {
        cancel = undefined;
        wake();
      });
      return pauseMs;
    },
    succeeded: (): void => {
      failures = 0;
    },
    isPausing: () => cancel !== undefined,
    stop: (): void => {
      cancel?.();
      cancel = undefined;
    },
  };
};

const SOON = Promise.resolve();

/** Calls `work` once, when the synchronous turn at hand is over. */
export type AfterTurn = (work: () => void) => void;

/** The host's own way: a promise reaction. */
export const afterHostTurn: AfterTurn = (work) => {
  void SOON.then(work);
};

/** Runs `work` after the synchronous turn at hand, where there is any, and once however often it is asked for. */
const createSoon = (afterTurn: AfterTurn, work: () => void, isNeeded: () => boolean): (() => void) => {
  let isScheduled = false;
  const run = (): void => {
    isScheduled = false;
    work();
  };
  return () => {
    if (isScheduled || !isNeeded()) return;
    isScheduled = true;
    afterTurn(run);
  };
};

/** Publishes, and calls back; before it returns where the bus answers at once. */
const publishOn = (bus: Bus, batch: readonly Unsent[], stored: () => void, refused: (error: unknown) => void): void => {
  let storing: Promise<void> | undefined;
  try {
    storing = bus.publish(batch.map(({ envelope }) => envelope));
  } catch (error) {
    refused(error);
    return;
  }
  if (storing === undefined) stored();
  else storing.then(stored, refused);
};

const sendable = (bus: Bus, envelope: Envelope): Envelope => {
  const tooLarge = bus.whyTooLarge?.(envelope);
  if (tooLarge !== undefined) throw new Refusal('event-too-large', `The event ${envelope.type} ${tooLarge}.`);
  return envelope;
};

const isFull = (error: unknown): boolean => error instanceof OperatingError && error.lacksRoom;

/** What the bus said when it took nothing, remembered until it takes something. */
const createSetback = ({ context, log, onFailure }: RelayOptions, unpublished: () => number) => {
  let last: { readonly error: unknown } | undefined;
  return {
    isOver: (): void => {
      last = undefined;
    },
    happened: (error: unknown): void => {
      const wasFull = isFull(last?.error);
      last = { error };
      // A bus that is away is nothing to worry about yet; one that is full takes nobody's events any more.
      if (!(error instanceof OperatingError) || (error.lacksRoom && !wasFull)) onFailure(error);
    },
    /** Tells the log, and what comes of it: it goes on after a pause, or leaves the rest to the next life. */
    tell: (error: unknown, pauseMs: number | undefined): void => {
      const what = pauseMs === undefined ? `events of ${context} stay in its outbox` : `${context} publishes again in ${pauseMs} ms`;
      log.warn({ context, unpublished: unpublished(), err: error }, `${what}: ${messageOf(error)}`);
    },
    why: () => (last === undefined ? undefined : messageOf(last.error)),
    obstacle: () => (last?.error instanceof OperatingError ? last.error : undefined),
  };
};

/** An event that was committed when the bus still took longer ones would keep all those behind it for ever; false where there was none. */
const setUnsendableAside = ({ bus, setAside }: RelayOptions, queue: Queue, batch: readonly Unsent[]): boolean => {
  const unsendable = batch.flatMap((unsent) => {
    const why = bus.whyTooLarge?.(unsent.envelope);
    return why === undefined ? [] : [{ ...unsent, why }];
  });
  if (unsendable.length === 0) return false;
  const remove = (tables: Tx): void => unsendable.forEach(({ position }) => tables.remove(outboxTable, position));
  if (!setAside(unsendable, remove)) return false;
  queue.remove(new Set(unsendable.map(({ position }) => position)));
  return true;
};

/** Makes the relay of an actor's life; it begins with what an earlier life left in the outbox. */
export const createRelay = (options: RelayOptions): Relay => {
  const { bus } = options;
  const outbox = createOutbox(options.read);
  const { queue } = outbox;
  const waiters = createWaiters();
  const survives = createCrashPoints(options);
  const minutes = createMinutes(options);
  const pauses = createPauses(options);
  let isHalted = false;
  let isDraining = false;
  const setback = createSetback(options, queue.size);
  let inFlight: readonly Unsent[] = [];

  const goOn = (): void => {
    if (queue.size() > 0) publishNext();
    else waiters.finish();
  };

  const stored = (): void => {
    const batch = inFlight;
    inFlight = [];
    minutes.published(batch);
    if (isHalted) {
      minutes.remember(batch);
      return;
    }
    setback.isOver();
    pauses.succeeded();
    queue.drop(batch.length);
    for (const unsent of batch) outbox.published.push(unsent);
    if (!survives('after-publish', batch)) return;
    options.onPublished(outbox.published.length >= MAX_PUBLISHED_ROWS);
    goOn();
  };

  const refused = (error: unknown): void => {
    const batch = inFlight;
    inFlight = [];
    if (isHalted) return;
    if (setUnsendableAside(options, queue, batch)) {
      goOn();
      return;
    }
    setback.happened(error);
    setback.tell(error, isDraining ? undefined : pauses.failed(publishNext));
    if (isDraining) waiters.finish();
  };

  const publishNext = (): void => {
    if (isHalted || inFlight.length > 0 || pauses.isPausing() || queue.size() === 0) return;
    inFlight = queue.peek(MAX_PUBLISH);
    if (!survives('before-publish', inFlight)) return;
    publishOn(bus, inFlight, stored, refused);
  };

  // Transactions of one synchronous turn share one publish.
  const publishSoon = createSoon(options.afterTurn, publishNext, () => queue.size() > 0);

  publishSoon();
  return {
    stage: (tables, envelope) => outbox.stage(tables, sendable(bus, envelope)),
    removePublished: outbox.removePublished,
    committed: () => {
      outbox.commit();
      publishSoon();
    },
    rolledBack: outbox.rollBack,
    unpublished: queue.size,
    oldest: () => queue.peek(1)[0]?.envelope,
    whyUnpublished: setback.why,
    obstacle: setback.obstacle,
    hasPublishedRows: () => outbox.published.length > 0,
    drain: () => {
      if (queue.size() === 0 || isHalted) return SOON;
      isDraining = true;
      pauses.stop();
      publishSoon();
      return waiters.wait();
    },
    halt: () => {
      isHalted = true;
      pauses.stop();
      minutes.remember(outbox.published);
      waiters.finish();
    },
  };
};
