import { OperatingError } from '../kernel/errors.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Bus, ConsumeOptions, Delivery, HandleBatch } from '../bus/bus.ts';

/** What becomes of a publish: stored; refused, so that nothing is stored; or stored, and the answer lost. */
export type PublishFate = 'stored' | 'refused' | 'unanswered';

/** The way between contexts and the bus, with its faults. Asked once for each thing that it decides; times in milliseconds. */
export interface Network {
  /** How much longer than usual the delivery takes. */
  extraDelayMs(message: Envelope, consumer: string, attempt: number): number;
  /** How long after its delivery the message comes once more; 0 where it does not. */
  duplicateAfterMs(message: Envelope, consumer: string): number;
  publishFate(messages: readonly Envelope[]): PublishFate;
  publishDelayMs(messages: readonly Envelope[]): number;
  /** Whether this consumer hears nothing now. */
  isDeaf(consumer: string): boolean;
  /** Whether messages of one consumer keep their order. */
  readonly isInOrder: boolean;
}

/** What a simulated bus tells of itself. */
export interface SimulatedBus extends Bus {
  /** Everything stored, in order. */
  readonly stream: readonly Envelope[];
  /** Where in the stream the message of this id stands, from 0; undefined where it was not stored. */
  readonly placeOf: (id: string) => number | undefined;
  /** Whether somebody whose publish took its time is being answered just now, by a promise. */
  isAnswering(): boolean;
}

/** What a simulated bus is made of. */
export interface SimulatedBusOptions {
  readonly timers: Timers;
  readonly network: Network;
  /** Called before a message is stored. */
  readonly onStored: (message: Envelope) => void;
  /** Something was seen that an exploration hopes to see. */
  readonly onSeen: (what: 'duplicate' | 'overtaking') => void;
}

/** The usual time from the storing of a message to its delivery, and between tries at a consumer that is cut off; in milliseconds. */
const USUAL_LATENCY_MS = 1;
const CUT_OFF_RETRY_MS = 20;
const FAILED_BATCH_PAUSE_MS = 25;

interface Reader {
  readonly options: ConsumeOptions;
  readonly handle: HandleBatch;
  readonly wants: (message: Envelope) => boolean;
  /** Deliveries by the time at which they arrive; those of one time are one batch. */
  readonly due: Map<number, Delivery[]>;
  lastDueAt: number;
  highestSeq: number;
  isOpen: boolean;
}

/** Made once: nobody looks for the place where a simulation throws it. */
const UNREACHABLE = new OperatingError('infrastructure', 'the simulated bus can not be reached');

/** What was handled, by consumer; outlives the consumers' openings, as the server's memory does. */
type Acknowledged = Map<string, Set<number>>;

const createDelivering = ({ timers, network, onSeen }: SimulatedBusOptions, acknowledged: Acknowledged) => {
  const acknowledgedBy = (name: string): Set<number> => {
    let known = acknowledged.get(name);
    if (known === undefined) acknowledged.set(name, (known = new Set()));
    return known;
  };

  const arrive = (reader: Reader, at: number): void => {
    if (!reader.isOpen) return;
    const batch = reader.due.get(at)!;
    reader.due.delete(at);
    const { consumer } = reader.options;
    if (network.isDeaf(consumer)) {
      for (const delivery of batch) schedule(reader, delivery, CUT_OFF_RETRY_MS);
      return;
    }
    if (batch.length > 1) batch.sort((left, right) => left.seq - right.seq);
    const done = acknowledgedBy(consumer);
    for (const { seq } of batch) {
      if (done.has(seq)) onSeen('duplicate');
      else if (seq < reader.highestSeq) onSeen('overtaking');
      reader.highestSeq = Math.max(reader.highestSeq, seq);
    }
    try {
      reader.handle(batch);
    } catch {
      // A context that crashed has closed its consumer and asks again; from any other failure the batch comes again.
      if (reader.isOpen) for (const { seq, attempt, message } of batch) schedule(reader, { seq, attempt: attempt + 1, message }, FAILED_BATCH_PAUSE_MS);
      return;
    }
    for (const { seq, message } of batch) {
      if (done.has(seq)) continue;
      done.add(seq);
      const againMs = network.duplicateAfterMs(message as Envelope, consumer);
      if (againMs > 0) schedule(reader, { seq, attempt: 2, message }, againMs);
    }
  };

  const schedule = (reader: Reader, delivery: Delivery, delayMs: number): void => {
    let at = timers.now() + delayMs;
    if (network.isInOrder) at = Math.max(at, reader.lastDueAt);
    reader.lastDueAt = Math.max(at, reader.lastDueAt);
    const together = reader.due.get(at);
    if (together !== undefined) {
      together.push(delivery);
      return;
    }
    reader.due.set(at, [delivery]);
    timers.after(at - timers.now(), () => arrive(reader, at));
  };

  return {
    acknowledgedBy,
    deliver: (reader: Reader, seq: number, message: Envelope, attempt: number): void =>
      schedule(reader, { seq, attempt, message }, USUAL_LATENCY_MS + network.extraDelayMs(message, reader.options.consumer, attempt)),
  };
};

/**
 * A bus whose order, latency, loss, duplication and failures are decided by its network. It acknowledges each
 * message on its own: a consumer that opens again gets everything that it has not acknowledged, whatever its
 * position, so that what a fault holds back is never lost.
 */
export const createSimulatedBus = (options: SimulatedBusOptions): SimulatedBus => {
  const { timers, network, onStored } = options;
  const stream: Envelope[] = [];
  const places = new Map<string, number>();
  const readers = new Map<string, Reader>();
  const { acknowledgedBy, deliver } = createDelivering(options, new Map());

  let answering = 0;

  const store = (message: Envelope): void => {
    if (places.has(message.id)) return;
    onStored(message);
    places.set(message.id, stream.length);
    stream.push(message);
    for (const reader of readers.values()) if (reader.isOpen && reader.wants(message)) deliver(reader, stream.length, message, 1);
  };

  const publishNow = (messages: readonly Envelope[]): undefined => {
    const fate = network.publishFate(messages);
    if (fate === 'refused') throw UNREACHABLE;
    for (const message of messages) store(message);
    if (fate === 'unanswered') throw UNREACHABLE;
    return undefined;
  };

  const publishLater = async (messages: readonly Envelope[], delayMs: number): Promise<void> => {
    await new Promise<void>((resolve) => {
      timers.after(delayMs, () => {
        answering += 1;
        resolve();
      });
    });
    answering -= 1;
    publishNow(messages);
  };

  return {
    world: 'simulated',
    stream,
    placeOf: (id) => places.get(id),
    isAnswering: () => answering > 0,
    publish: (messages) => {
      const delayMs = network.publishDelayMs(messages);
      return delayMs > 0 ? publishLater(messages, delayMs) : publishNow(messages);
    },
    consume: (consume, handle) => {
      const types = consume.types === 'all' ? undefined : new Set(consume.types);
      const reader: Reader = {
        options: consume,
        handle,
        wants: (message) => types === undefined || types.has(message.type),
        due: new Map(),
        lastDueAt: 0,
        highestSeq: 0,
        isOpen: true,
      };
      readers.set(consume.consumer, reader);
      const done = acknowledgedBy(consume.consumer);
      stream.forEach((message, index) => {
        if (reader.wants(message) && !done.has(index + 1)) deliver(reader, index + 1, message, 2);
      });
      return {
        lag: async () => ({ pending: [...reader.due.values()].reduce((sum, batch) => sum + batch.length, 0), unacknowledged: 0 }),
        stop: () => {
          reader.isOpen = false;
          return undefined;
        },
      };
    },
    read: async function* ({ afterSeq, types }) {
      for (const [index, message] of stream.entries()) {
        if (index >= afterSeq && (types === undefined || types.includes(message.type))) yield { seq: index + 1, attempt: 1, message };
      }
    },
    injectRaw: () => Promise.reject(UNREACHABLE),
    lastSeq: async () => stream.length,
    close: async () => {
      for (const reader of readers.values()) reader.isOpen = false;
    },
  };
};
