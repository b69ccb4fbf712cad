import type { Cancel, EpochMs, Timers } from '../kernel/clock.ts';
import type { Delivery, HandleBatch } from '../bus/bus.ts';
import type { FaultKind } from './faults.ts';

/** A message kept back. */
export interface KeptBack {
  /** Whose doing it is. */
  readonly owner: object;
  readonly fault: FaultKind;
  readonly delivery: Delivery;
  /** When it goes on; absent where it waits for a release, or is due and waits for a consumer. */
  readonly dueAt?: EpochMs;
}

/** What to keep back, before it is known until when. */
type ToKeep = Omit<KeptBack, 'dueAt'>;

/** One opening of the consumer; a later one makes it stale. */
export type Attachment = object;

/**
 * The last stretch to one consumer of one world, where messages wait that a fault keeps back. It outlives the
 * consumer: what waits is delivered to the next one of the same name.
 */
export interface DeliveryLane {
  readonly world: string;
  readonly consumer: string;
  attach(handle: HandleBatch, maxBatch: number): Attachment;
  /** Delivers nothing more until the next attach; without an argument, whoever is attached. */
  detach(attachment?: Attachment): void;
  /** True the first time that this message, or a later one, is looked at: redelivery is no new chance for a fault. */
  isFirstLook(seq: number): boolean;
  /** Whether the message itself (not a copy of it) waits here, so that the bus's delivery of it is not the one that counts. */
  keeps(seq: number): boolean;
  /** Keeps the message back for `delayMs`, or until it is released or overtaken. */
  keep(toKeep: ToKeep, delayMs: number | undefined): void;
  /** Keeps a copy of a message that goes on at the same time. */
  keepCopy(toKeep: ToKeep, delayMs: number): void;
  /** The messages that `seq` overtakes just now; they stay kept until {@link handled}, lest a failing handler lose them. */
  overtakenBy(seq: number): readonly Delivery[];
  /** The batch's effects are committed: what was overtaken within it has arrived. */
  handled(batch: readonly Delivery[]): void;
  /** Runs work during which nothing else may be delivered here. */
  whileBusy(work: () => void): void;
  /** Makes due now what is chosen, and returns it; it is delivered by a timer, never within this call. */
  release(isChosen: (kept: KeptBack) => boolean): readonly KeptBack[];
  kept(): readonly KeptBack[];
  isEmpty(): boolean;
  /** Forgets everything. */
  forget(): void;
}

interface Waiting extends ToKeep {
  readonly isCopy: boolean;
  dueAt: EpochMs | undefined;
  isDue: boolean;
  cancel: Cancel | undefined;
  /** Went on behind this message, in a batch that is being handled. */
  overtakenBy: number | undefined;
}

const FIRST_RETRY_MS = 50;
const LONGEST_RETRY_MS = 5_000;

const view = ({ owner, fault, delivery, dueAt }: Waiting): KeptBack => ({ owner, fault, delivery, ...(dueAt === undefined ? {} : { dueAt }) });

/** A lane of one consumer, empty. */
export const createDeliveryLane = (world: string, consumer: string, timers: Timers): DeliveryLane => {
  let waiting: Waiting[] = [];
  let current: { readonly handle: HandleBatch; readonly maxBatch: number } | undefined;
  let judgedSeq = 0;
  let isBusy = false;
  let flush: Cancel | undefined;
  let failures = 0;

  const remove = (gone: ReadonlySet<Waiting>): void => {
    if (gone.size === 0) return;
    for (const entry of gone) entry.cancel?.();
    waiting = waiting.filter((entry) => !gone.has(entry));
  };

  const flushSoon = (delayMs: number): void => {
    if (flush === undefined && current !== undefined && waiting.some(({ isDue }) => isDue)) flush = timers.after(delayMs, deliverDue);
  };

  const deliverDue = (): void => {
    flush = undefined;
    if (current === undefined || isBusy) return;
    const due = waiting.filter(({ isDue }) => isDue).slice(0, current.maxBatch);
    if (due.length === 0) return;
    const { handle } = current;
    isBusy = true;
    try {
      handle(due.map(({ delivery }) => ({ ...delivery, attempt: delivery.attempt + failures })));
    } catch {
      // As on any bus: it comes again, after a pause that grows. Who threw has recorded why.
      failures += 1;
      isBusy = false;
      flushSoon(Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(failures - 1, 10)));
      return;
    }
    isBusy = false;
    failures = 0;
    remove(new Set(due));
    flushSoon(0);
  };

  const makeDue = (entry: Waiting): void => {
    entry.cancel?.();
    entry.cancel = undefined;
    entry.dueAt = undefined;
    entry.isDue = true;
  };

  const add = (toKeep: ToKeep, isCopy: boolean, delayMs: number | undefined): void => {
    const entry: Waiting = { ...toKeep, isCopy, dueAt: undefined, isDue: false, cancel: undefined, overtakenBy: undefined };
    if (delayMs !== undefined) {
      entry.dueAt = timers.now() + delayMs;
      entry.cancel = timers.after(delayMs, () => {
        makeDue(entry);
        // This is a wake-up of its own already, so it may deliver at once.
        if (flush === undefined) deliverDue();
      });
    }
    waiting.push(entry);
    waiting.sort((a, b) => a.delivery.seq - b.delivery.seq);
  };

  return {
    world,
    consumer,
    attach: (handle, maxBatch) => {
      current = { handle, maxBatch };
      // Its handler is new, and so is the count of its failures; a batch that it never finished overtook nothing.
      failures = 0;
      for (const entry of waiting) entry.overtakenBy = undefined;
      flushSoon(0);
      return current;
    },
    detach: (attachment) => {
      if (attachment !== undefined && attachment !== current) return;
      current = undefined;
      flush?.();
      flush = undefined;
    },
    isFirstLook: (seq) => {
      if (seq <= judgedSeq) return false;
      judgedSeq = seq;
      return true;
    },
    keeps: (seq) => waiting.length > 0 && waiting.some(({ delivery, isCopy }) => !isCopy && delivery.seq === seq),
    keep: (toKeep, delayMs) => add(toKeep, false, delayMs),
    keepCopy: (toKeep, delayMs) => add(toKeep, true, delayMs),
    overtakenBy: (seq) => {
      const overtaken = waiting.filter((entry) => entry.fault === 'reorder' && !entry.isDue && entry.delivery.seq < seq && (entry.overtakenBy ?? seq) === seq);
      for (const entry of overtaken) entry.overtakenBy = seq;
      return overtaken.map(({ delivery }) => delivery);
    },
    handled: (batch) => {
      if (waiting.length === 0) return;
      const seqs = new Set(batch.map(({ seq }) => seq));
      remove(new Set(waiting.filter((entry) => entry.overtakenBy !== undefined && seqs.has(entry.overtakenBy))));
    },
    whileBusy: (work) => {
      isBusy = true;
      try {
        work();
      } finally {
        isBusy = false;
        flushSoon(0);
      }
    },
    release: (isChosen) => {
      const chosen = waiting.filter((entry) => !entry.isDue && isChosen(view(entry)));
      chosen.forEach(makeDue);
      flushSoon(0);
      return chosen.map(view);
    },
    kept: () => waiting.map(view),
    isEmpty: () => waiting.length === 0,
    forget: () => remove(new Set(waiting)),
  };
};
