import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import type { Delivery, HandleBatch } from '../../bus/bus.ts';
import { redeliveryPauseMs, type OnHandlerFailure } from '../../bus/redelivery.ts';
import type { FaultKind } from './fault-kind.ts';

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
  readonly detach: (attachment?: Attachment) => void;
  /** True the first time that this message, or a later one, is looked at: redelivery is no new chance for a fault. */
  isFirstLook(seq: number): boolean;
  /** Whether the message itself (not a copy of it) waits here, so that the bus's delivery of it is not the one that counts. */
  keeps(seq: number): boolean;
  /** Keeps the message back for `delayMs`, or until it is released or overtaken. */
  keep(toKeep: ToKeep, delayMs: number | undefined): void;
  /** Keeps a copy of a message that goes on at the same time. */
  keepCopy(toKeep: ToKeep, delayMs: number): void;
  /** The messages that `seq` overtakes just now; they stay kept until {@link handled}, so that a failing handler does not lose them. */
  overtakenBy(seq: number): readonly Delivery[];
  /** The batch's effects are committed: what was overtaken within it has arrived. */
  handled(batch: readonly Delivery[]): void;
  /** Runs work during which nothing else may be delivered here. */
  readonly whileBusy: (work: () => void) => void;
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

const view = ({ owner, fault, delivery, dueAt }: Waiting): KeptBack => ({
  owner,
  fault,
  delivery,
  ...(dueAt === undefined ? {} : { dueAt }),
});

/** Delivers what is due, to whoever is attached, never within another delivery. */
interface Pump {
  attach(handle: HandleBatch, maxBatch: number): Attachment;
  readonly detach: (attachment?: Attachment) => void;
  readonly whileBusy: (work: () => void) => void;
  /** Delivers by a timer, where something is due. */
  soon(): void;
  /** Delivers within this wake-up, where something is due. */
  now(): void;
}

/** What a pump works with. */
interface PumpOptions {
  readonly timers: Timers;
  readonly due: () => readonly Waiting[];
  readonly arrived: (entries: readonly Waiting[]) => void;
  /** A handler threw; `attempt` counts from 1. The batch comes again after the pause. */
  readonly failed: (attempt: number, error: unknown, pauseMs: number) => void;
}

const createPump = ({ timers, due, arrived, failed }: PumpOptions): Pump => {
  let current: { readonly handle: HandleBatch; readonly maxBatch: number } | undefined;
  let isBusy = false;
  let flush: Cancel | undefined;
  let failures = 0;

  const after = (delayMs: number): void => {
    if (flush === undefined && current !== undefined && due().length > 0) flush = timers.after(delayMs, deliver);
  };

  const deliver = (): void => {
    flush = undefined;
    const entries = due().slice(0, current?.maxBatch);
    if (current === undefined || isBusy || entries.length === 0) return;
    const { handle } = current;
    isBusy = true;
    try {
      handle(entries.map(({ delivery }) => ({ ...delivery, attempt: delivery.attempt + failures })));
    } catch (error) {
      // As on any bus: it comes again, after a pause that grows.
      failures += 1;
      isBusy = false;
      const pauseMs = redeliveryPauseMs(failures);
      failed(failures, error, pauseMs);
      after(pauseMs);
      return;
    }
    isBusy = false;
    failures = 0;
    arrived(entries);
    after(0);
  };

  return {
    attach: (handle, maxBatch) => {
      current = { handle, maxBatch };
      // Its handler is new, and so is the count of its failures.
      failures = 0;
      after(0);
      return current;
    },
    detach: (attachment) => {
      if (attachment !== undefined && attachment !== current) return;
      current = undefined;
      flush?.();
      flush = undefined;
    },
    whileBusy: (work) => {
      isBusy = true;
      try {
        work();
      } finally {
        isBusy = false;
        after(0);
      }
    },
    soon: () => after(0),
    now: () => {
      if (flush === undefined) deliver();
    },
  };
};

const NOTHING: readonly Waiting[] = [];

/** A lane of one consumer, empty. */
export const createDeliveryLane = (world: string, consumer: string, timers: Timers, onHandlerFailure: OnHandlerFailure): DeliveryLane => {
  let waiting = NOTHING;
  let judgedSeq = 0;

  const remove = (gone: readonly Waiting[]): void => {
    for (const entry of gone) entry.cancel?.();
    waiting = waiting.filter((entry) => !gone.includes(entry));
  };
  const pump = createPump({
    timers,
    due: () => (waiting.length === 0 ? NOTHING : waiting.filter(({ isDue }) => isDue)),
    arrived: remove,
    failed: (attempt, error, pauseMs) => onHandlerFailure({ world, consumer, attempt, error, pauseMs }),
  });

  const makeDue = (entry: Waiting): void => {
    entry.cancel?.();
    entry.cancel = undefined;
    entry.dueAt = timers.now();
    entry.isDue = true;
  };

  const add = (toKeep: ToKeep, isCopy: boolean, delayMs: number | undefined): void => {
    const entry: Waiting = { ...toKeep, isCopy, dueAt: undefined, isDue: false, cancel: undefined, overtakenBy: undefined };
    if (delayMs !== undefined) {
      entry.dueAt = timers.now() + delayMs;
      entry.cancel = timers.after(delayMs, () => {
        makeDue(entry);
        pump.now();
      });
    }
    waiting = [...waiting, entry].sort((a, b) => a.delivery.seq - b.delivery.seq);
  };

  return {
    world,
    consumer,
    attach: (handle, maxBatch) => {
      // A batch that the former consumer never finished overtook nothing.
      for (const entry of waiting) entry.overtakenBy = undefined;
      return pump.attach(handle, maxBatch);
    },
    detach: pump.detach,
    isFirstLook: (seq) => {
      if (seq <= judgedSeq) return false;
      judgedSeq = seq;
      return true;
    },
    keeps: (seq) => waiting.some(({ delivery, isCopy }) => !isCopy && delivery.seq === seq),
    keep: (toKeep, delayMs) => add(toKeep, false, delayMs),
    keepCopy: (toKeep, delayMs) => add(toKeep, true, delayMs),
    overtakenBy: (seq) => {
      const isOvertaken = ({ fault, isDue, delivery, overtakenBy = seq }: Waiting): boolean =>
        fault === 'reorder' && !isDue && delivery.seq < seq && overtakenBy === seq;
      const overtaken = waiting.filter(isOvertaken);
      for (const entry of overtaken) entry.overtakenBy = seq;
      return overtaken.map(({ delivery }) => delivery);
    },
    handled: (batch) => {
      if (waiting.length === 0) return;
      const seqs = new Set(batch.map(({ seq }) => seq));
      remove(waiting.filter(({ overtakenBy }) => overtakenBy !== undefined && seqs.has(overtakenBy)));
    },
    whileBusy: pump.whileBusy,
    release: (isChosen) => {
      const chosen = waiting.filter((entry) => !entry.isDue && isChosen(view(entry)));
      chosen.forEach(makeDue);
      pump.soon();
      return chosen.map(view);
    },
    kept: () => waiting.map(view),
    isEmpty: () => waiting.length === 0,
    forget: () => remove(waiting),
  };
};
