import { OperatingError } from '../../kernel/errors.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Bus, ConsumeOptions, Delivery, HandleBatch } from '../../bus/bus.ts';

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
  /**
   * Whether a consumer gets what comes after the position that it asks for, strictly in order, and nothing else: as the
   * bus's port promises.
   */
  readonly isPositioned: boolean;
}

/** What a simulated bus tells of itself. */
export interface SimulatedBus extends Bus {
  /** Everything stored, in order. */
  readonly stream: readonly Envelope[];
  /** Where in the stream the message of this id stands, from 0; undefined where it was not stored. */
  readonly placeOf: (id: string) => number | undefined;
  /** Whether somebody whose publish took its time is being answered just now, by a promise. */
  isAnswering(): boolean;
  /** Delivers what is stored at this place, from 0, once more to a consumer that is open and wants it; false where there is none. */
  again(consumer: string, place: number, delayMs: number): boolean;
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

/** Deliveries that arrive at one time. */
interface Batch {
  readonly at: number;
  readonly deliveries: Delivery[];
}

/** What a consumer has handled, by place in the stream; outlives its openings, as the server's memory does. */
type Acknowledged = true[];

interface Reader {
  readonly options: ConsumeOptions;
  readonly handle: HandleBatch;
  readonly wants: (message: Envelope) => boolean;
  readonly acknowledged: Acknowledged;
  /** What is on its way; so few that looking through them beats any index. */
  readonly due: Batch[];
  lastDueAt: number;
  highestSeq: number;
  isOpen: boolean;
}

/** Made once: nobody looks for the place where a simulation throws it. */
const UNREACHABLE = new OperatingError('infrastructure', 'the simulated bus can not be reached');

const inOrder = (left: Delivery, right: Delivery): number => left.seq - right.seq;

const createDelivering = ({ timers, network, onSeen }: SimulatedBusOptions) => {
  const look = (reader: Reader, batch: readonly Delivery[]): void => {
    for (const { seq } of batch) {
      if (reader.acknowledged[seq] === true) onSeen('duplicate');
      else if (seq < reader.highestSeq) onSeen('overtaking');
      if (seq > reader.highestSeq) reader.highestSeq = seq;
    }
  };

  const handled = (reader: Reader, batch: readonly Delivery[]): void => {
    const { acknowledged, options } = reader;
    for (const { seq, message } of batch) {
      if (acknowledged[seq] === true) continue;
      acknowledged[seq] = true;
      const againMs = network.duplicateAfterMs(message as Envelope, options.consumer);
      if (againMs > 0) schedule(reader, { seq, attempt: 2, message }, againMs);
    }
  };

  /** Brings a batch later. Where the order is strict, nothing behind it comes before it. */
  const putOff = (reader: Reader, batch: readonly Delivery[], delayMs: number, attempts: 0 | 1): void => {
    const later = batch.map(({ seq, attempt, message }): Delivery => ({ seq, attempt: attempt + attempts, message }));
    const behind = network.isPositioned ? reader.due.splice(0).flatMap(({ deliveries }) => deliveries) : [];
    if (network.isPositioned) reader.lastDueAt = 0;
    for (const delivery of [...later, ...behind]) schedule(reader, delivery, delayMs);
  };

  const arrive = (reader: Reader, arriving: Batch): void => {
    const at = reader.due.indexOf(arriving);
    // What was put off with those before it comes with them.
    if (!reader.isOpen || at === -1) return;
    reader.due.splice(at, 1);
    const batch = arriving.deliveries;
    if (network.isDeaf(reader.options.consumer)) {
      putOff(reader, batch, CUT_OFF_RETRY_MS, 0);
      return;
    }
    if (batch.length > 1) batch.sort(inOrder);
    look(reader, batch);
    try {
      reader.handle(batch);
    } catch {
      // A context that crashed has closed its consumer and asks again; from any other failure the batch comes again.
      if (reader.isOpen) putOff(reader, batch, FAILED_BATCH_PAUSE_MS, 1);
      return;
    }
    handled(reader, batch);
  };

  const schedule = (reader: Reader, delivery: Delivery, delayMs: number): void => {
    let at = timers.now() + delayMs;
    if (at < reader.lastDueAt) {
      if (network.isInOrder || network.isPositioned) at = reader.lastDueAt;
    } else {
      reader.lastDueAt = at;
    }
    for (const batch of reader.due) {
      if (batch.at !== at) continue;
      batch.deliveries.push(delivery);
      return;
    }
    const batch: Batch = { at, deliveries: [delivery] };
    reader.due.push(batch);
    timers.after(at - timers.now(), () => arrive(reader, batch));
  };

  return {
    deliver: (reader: Reader, seq: number, message: Envelope, attempt: number): void =>
      schedule(reader, { seq, attempt, message }, USUAL_LATENCY_MS + network.extraDelayMs(message, reader.options.consumer, attempt)),
    schedule,
  };
};

const wantedTypes = new WeakMap<readonly string[], ReadonlySet<string>>();

/** The types that a consumer asks for, as a set; made once for each list. */
const typesOf = (types: readonly string[]): ReadonlySet<string> => {
  let known = wantedTypes.get(types);
  if (known === undefined) wantedTypes.set(types, (known = new Set(types)));
  return known;
};

const wanting = ({ types }: ConsumeOptions): ((message: Envelope) => boolean) => {
  if (types === 'all') return () => true;
  const wanted = typesOf(types);
  return (message) => wanted.has(message.type);
};

/** A consumer that opens, and remembers what it acknowledged when it was open before. */
const createReader = (options: ConsumeOptions, handle: HandleBatch, former: Reader | undefined): Reader => ({
  options,
  handle,
  wants: wanting(options),
  acknowledged: former?.acknowledged ?? [],
  due: [],
  lastDueAt: 0,
  highestSeq: 0,
  isOpen: true,
});

/**
 * A bus whose order, latency, loss, duplication and failures are decided by its network. Either it delivers in any order
 * and acknowledges each message on its own: a consumer that opens again gets everything that it has not acknowledged,
 * whatever its position, so that what a fault holds back is never lost. Or it goes by positions, as real ones do: then
 * what a consumer says that it has taken in never comes again, and all that follows does.
 */
export const createSimulatedBus = (options: SimulatedBusOptions): SimulatedBus => {
  const { timers, network, onStored } = options;
  const stream: Envelope[] = [];
  const places = new Map<string, number>();
  const readers = new Map<string, Reader>();
  const { deliver, schedule } = createDelivering(options);

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
      const reader = createReader(consume, handle, readers.get(consume.consumer));
      readers.set(consume.consumer, reader);
      const { isPositioned } = network;
      for (let index = isPositioned ? consume.afterSeq : 0; index < stream.length; index += 1) {
        const message = stream[index]!;
        if (reader.wants(message) && (isPositioned || reader.acknowledged[index + 1] !== true)) deliver(reader, index + 1, message, 2);
      }
      return {
        lag: async () => ({ pending: reader.due.reduce((sum, { deliveries }) => sum + deliveries.length, 0), unacknowledged: 0 }),
        stop: () => {
          reader.isOpen = false;
          return undefined;
        },
      };
    },
    again: (consumer, place, delayMs) => {
      const reader = readers.get(consumer);
      const message = stream[place];
      if (reader?.isOpen !== true || message === undefined || !reader.wants(message)) return false;
      schedule(reader, { seq: place + 1, attempt: 2, message }, delayMs);
      return true;
    },
    read: async function* ({ afterSeq, types }) {
      for (const [index, message] of stream.entries()) {
        if (index >= afterSeq && (types === undefined || types.includes(message.type))) yield { seq: index + 1, attempt: 1, message };
      }
    },
    injectRaw: () => Promise.reject(UNREACHABLE),
    // One stream for as long as its simulation.
    look: () => undefined,
    lastSeq: async () => stream.length,
    close: async () => {
      for (const reader of readers.values()) reader.isOpen = false;
    },
  };
};
