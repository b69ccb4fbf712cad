/** How what arrived is handed over: batch by batch, and again after a pause where the handler failed. */
import type { ConsumeOptions, Delivery, HandleBatch } from './bus.ts';
import type { Arrived } from './nats-inflow.ts';
import { redeliveryPauseMs } from './redelivery.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import { decode } from './wire.ts';

/** What is handed over to whom. */
export interface HandoverOptions {
  readonly world: string;
  readonly consume: ConsumeOptions;
  readonly handle: HandleBatch;
  readonly onHandlerFailure: OnHandlerFailure | undefined;
}

/** Hands over what arrived, batch by batch. */
export interface Handover {
  readonly add: (arrived: Arrived) => void;
  /** Forgets what was not handled: it will come again. A failed handler keeps its pause and its count of attempts. */
  clear(): void;
  /** Forgets it, for good. */
  halt(): void;
  handledSeq(): number;
}

/** Begins behind what the consumer handled before; `handled` hears of each batch that was. */
export const createHandover = (
  { world, consume, handle, onHandlerFailure }: HandoverOptions,
  handled: (last: Arrived, count: number) => void,
): Handover => {
  let buffer: Arrived[] = [];
  let handledSeq = consume.afterSeq;
  let failedAttempts = 0;
  let cancelWakeUp: (() => void) | undefined;
  let isHalted = false;

  const wakeUp = (): void => {
    if (cancelWakeUp !== undefined || buffer.length === 0 || isHalted) return;
    // Not at once: what arrives together is handed over together.
    const immediate = setImmediate(deliver);
    cancelWakeUp = () => clearImmediate(immediate);
  };

  const deliver = (): void => {
    cancelWakeUp = undefined;
    const arrived = buffer.slice(0, consume.maxBatch);
    const last = arrived.at(-1);
    if (last === undefined) return;
    const attempt = failedAttempts + 1;
    try {
      handle(arrived.map(({ seq, msg }): Delivery => ({ seq, attempt, message: decode(msg.subject, msg.data) })));
    } catch (error) {
      // A handler that stopped its own consumer (a crash) gets its batch when it comes back, not before.
      if (isHalted) return;
      failedAttempts = attempt;
      const pauseMs = redeliveryPauseMs(attempt);
      onHandlerFailure?.({ world, consumer: consume.consumer, attempt, error, pauseMs });
      const timer = setTimeout(deliver, pauseMs);
      cancelWakeUp = () => clearTimeout(timer);
      return;
    }
    failedAttempts = 0;
    handledSeq = last.seq;
    buffer = buffer.slice(arrived.length);
    if (isHalted) return;
    handled(last, arrived.length);
    wakeUp();
  };

  return {
    add: (arrived) => {
      buffer.push(arrived);
      wakeUp();
    },
    clear: () => {
      buffer = [];
    },
    halt: () => {
      isHalted = true;
      buffer = [];
      cancelWakeUp?.();
      cancelWakeUp = undefined;
    },
    handledSeq: () => handledSeq,
  };
};
