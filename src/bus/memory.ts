import type { Cancel, Timers } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError, assert } from '../kernel/errors.ts';
import { rfc3339 } from '../kernel/time-text.ts';
import { isMalformed } from './bus.ts';
import type { Bus, BusHost, ConsumeOptions, Consumption, Delivery, HandleBatch, Malformed, StreamLook } from './bus.ts';
import { createMessageLog } from './memory-log.ts';
import type { MessageLog } from './memory-log.ts';
import { redeliveryPauseMs } from './redelivery.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import { checkedWorld, decode, encode, subjectPrefix, typeOf } from './wire.ts';

/** What a memory bus needs. */
export interface MemoryBusOptions {
  /** Real or virtual; every delivery is one wake-up of these. */
  readonly timers: Timers;
  /** From the moment when a consumer has something to get until it gets it, in milliseconds; default 0. Asked for each batch. */
  readonly latencyMs?: number | (() => number);
  /** How many messages that every consumer has had are kept for reading again; default 20,000. */
  readonly retainedMessages?: number;
  readonly onHandlerFailure?: OnHandlerFailure;
  /** The longest payload that is taken, as a server would refuse a longer one; default: any. */
  readonly maxMessageBytes?: number;
}

/** One consumer's place in a world. */
interface Reader {
  readonly name: string;
  readonly types: ReadonlySet<string> | undefined;
  /** Everything up to here was taken from the log (or passed over). */
  cursor: number;
  /** The last message that this consumer handled. */
  lastHandled: number;
  /** Messages of its types behind the cursor. */
  pending: number;
  /** Taken and not yet handled. */
  batch: readonly Delivery[] | undefined;
  isOpen: boolean;
  /** Wakes it, where it sleeps. */
  readonly arrived: () => void;
}

interface World {
  /** Tells it from every other world of its name. */
  readonly id: string;
  readonly log: MessageLog;
  /** By name; a closed one stays, so that what it has not had is kept for its return. */
  readonly readers: Map<string, Reader>;
}

const wants = (reader: Reader, message: Envelope | Malformed): boolean => reader.types === undefined || reader.types.has(typeOf(message));

/** Up to where this reader needs nothing any more. */
const floorOf = (reader: Reader, lastSeq: number): number => {
  if (reader.batch !== undefined) return (reader.batch[0] as Delivery).seq - 1;
  return reader.isOpen && reader.pending === 0 ? lastSeq : reader.cursor;
};

const store = (world: World, message: Envelope | Malformed): void => {
  const seq = world.log.append(message);
  for (const reader of world.readers.values()) {
    if (!reader.isOpen || !wants(reader, message)) continue;
    // What it passes over it need not look at again.
    if (reader.pending === 0 && reader.batch === undefined) reader.cursor = seq - 1;
    reader.pending += 1;
    reader.arrived();
  }
  if (world.log.isOverfull()) {
    let floor = world.log.lastSeq();
    for (const reader of world.readers.values()) floor = Math.min(floor, floorOf(reader, floor));
    world.log.forgetUpTo(floor);
  }
};

/** Where a consumer goes on. Throws an OperatingError where the log doesn't reach that far, at either end. */
const startOf = (world: World, name: string, options: ConsumeOptions): number => {
  const { afterSeq, consumer, types } = options;
  const { log } = world;
  if (afterSeq > log.lastSeq()) {
    throw new OperatingError(
      'infrastructure',
      `${consumer} has handled message ${afterSeq}, but world ${name} of the memory bus ends at ${log.lastSeq()}`,
      {
        mend: 'A memory bus starts empty with each process: start without the databases of an earlier run.',
      },
    );
  }
  if (afterSeq >= log.firstSeq() - 1) return afterSeq;
  const before = world.readers.get(consumer);
  // What was passed over between its last message and its cursor was not for it, and may be forgotten by now.
  const isSameChoice =
    before !== undefined && (before.types === undefined || (types !== 'all' && types.every((type) => before.types?.has(type))));
  if (isSameChoice && afterSeq >= before.lastHandled) return Math.max(afterSeq, floorOf(before, log.lastSeq()));
  throw log.forgotten(afterSeq);
};

const createReader = (
  world: World,
  options: ConsumeOptions,
  host: MemoryBusOptions,
  start: { readonly name: string; readonly seq: number },
  handle: HandleBatch,
): { readonly reader: Reader; readonly stop: () => void } => {
  const { timers, latencyMs = 0, onHandlerFailure } = host;
  const { log } = world;
  const latency = typeof latencyMs === 'function' ? latencyMs : (): number => latencyMs;
  let cancel: Cancel | undefined;
  let isHandling = false;

  const take = (): readonly Delivery[] => {
    const batch: Delivery[] = [];
    const end = log.lastSeq();
    while (reader.cursor < end && batch.length < options.maxBatch) {
      reader.cursor += 1;
      const message = log.at(reader.cursor);
      if (wants(reader, message)) batch.push({ seq: reader.cursor, attempt: 1, message });
    }
    reader.pending -= batch.length;
    return batch;
  };

  const failed = (batch: readonly Delivery[], error: unknown): void => {
    const attempt = (batch[0] as Delivery).attempt;
    const pauseMs = redeliveryPauseMs(attempt);
    onHandlerFailure?.({ world: start.name, consumer: options.consumer, attempt, error, pauseMs });
    reader.batch = batch.map((delivery) => ({ ...delivery, attempt: attempt + 1 }));
    cancel = timers.after(pauseMs, deliver);
  };

  const deliver = (): void => {
    cancel = undefined;
    const batch = reader.batch ?? take();
    reader.batch = batch;
    isHandling = true;
    try {
      handle(batch);
    } catch (error) {
      // A handler that stopped its own consumer (a crash) gets its batch when it comes back, not before.
      if (reader.isOpen) failed(batch, error);
      return;
    } finally {
      isHandling = false;
    }
    reader.lastHandled = (batch.at(-1) as Delivery).seq;
    reader.batch = undefined;
    if (reader.isOpen && reader.pending > 0) cancel = timers.after(latency(), deliver);
  };

  const reader: Reader = {
    name: options.consumer,
    types: options.types === 'all' ? undefined : new Set(options.types),
    cursor: start.seq,
    lastHandled: options.afterSeq,
    pending: 0,
    batch: undefined,
    isOpen: true,
    arrived: () => {
      if (cancel === undefined && !isHandling) cancel = timers.after(latency(), deliver);
    },
  };
  for (let seq = start.seq + 1; seq <= log.lastSeq(); seq += 1) if (wants(reader, log.at(seq))) reader.pending += 1;
  const stop = (): void => {
    // Its place is kept: not handled is not had.
    reader.cursor = floorOf(reader, log.lastSeq());
    reader.isOpen = false;
    if (!isHandling) reader.batch = undefined;
    cancel?.();
    cancel = undefined;
  };
  return { reader, stop };
};

const deepFreeze = (value: unknown): void => {
  if (typeof value !== 'object' || value === null) return;
  Object.freeze(value);
  for (const name in value) deepFreeze((value as Record<string, unknown>)[name]);
};

/** All consumers share one object, so none may change it. */
const freeze = (message: Envelope | Malformed): void => {
  Object.freeze(message);
  // Everything else of a message is text.
  if ('data' in message) deepFreeze(message.data);
};

/** Tells messages that are too large for the bus, where it has a limit. */
const createScales = (world: string, { maxMessageBytes }: MemoryBusOptions) => {
  if (maxMessageBytes === undefined) return { whyTooLarge: undefined, checkSizes: () => undefined };
  const whyTooLarge = (message: Envelope): string | undefined => {
    const { length } = encode(message);
    return length > maxMessageBytes ? `has ${length} bytes, and the bus takes ${maxMessageBytes} at most` : undefined;
  };
  const checkSizes = (messages: readonly Envelope[]): void => {
    const why = messages.map(whyTooLarge).find((text) => text !== undefined);
    if (why !== undefined)
      throw new OperatingError('infrastructure', `the memory bus did not store events of world ${world}: one ${why}`, {
        mend: 'Publish shorter events.',
      });
  };
  return { whyTooLarge, checkSizes };
};

/** What its log tells of a world. */
const lookAt = ({ id, log }: World): StreamLook => ({
  id,
  firstSeq: log.firstSeq(),
  lastSeq: log.lastSeq(),
  eventAt: async (seq) => {
    if (seq < log.firstSeq() || seq > log.lastSeq()) return undefined;
    const message = log.at(seq);
    return isMalformed(message) ? undefined : message.id;
  },
  holdsEventsOf: async (source) => {
    for await (const { message } of log.read(log.firstSeq() - 1, undefined))
      if (!isMalformed(message) && message.source === source) return true;
    return false;
  },
});

const createMemoryBus = (name: string, world: World, options: MemoryBusOptions, forget: () => void): Bus => {
  const stops = new Set<() => void>();
  let isOpen = true;
  const checkOpen = (): void => {
    assert(isOpen, `world ${name} of the memory bus is used after it was closed`);
  };
  const { whyTooLarge, checkSizes } = createScales(name, options);
  return {
    world: name,
    ...(whyTooLarge === undefined ? {} : { whyTooLarge }),
    publish: async (messages) => {
      checkOpen();
      checkSizes(messages);
      for (const message of messages) {
        if (!world.log.isNew(message.id)) continue;
        freeze(message);
        store(world, message);
      }
    },
    injectRaw: async (subject, payload) => {
      checkOpen();
      assert(subject.startsWith(subjectPrefix(name)), `${subject} is not a subject of world ${name}`);
      const message = decode(subject, payload);
      freeze(message);
      store(world, message);
    },
    consume: async (consume, handle) => {
      checkOpen();
      assert(consume.maxBatch >= 1, 'a batch has room for one message at least');
      assert(world.readers.get(consume.consumer)?.isOpen !== true, `consumer ${consume.consumer} of world ${name} is open already`);
      const seq = startOf(world, name, consume);
      const { reader, stop } = createReader(world, consume, options, { name, seq }, handle);
      world.readers.set(consume.consumer, reader);
      stops.add(stop);
      if (reader.pending > 0) reader.arrived();
      const consumption: Consumption = {
        lag: async () => ({ pending: reader.pending, unacknowledged: reader.batch?.length ?? 0 }),
        stop: async () => {
          if (stops.delete(stop)) stop();
        },
      };
      return consumption;
    },
    read: ({ afterSeq, types }) => {
      checkOpen();
      return world.log.read(afterSeq, types);
    },
    look: async () => lookAt(world),
    lastSeq: async () => world.log.lastSeq(),
    close: async (closing) => {
      isOpen = false;
      for (const stop of stops) stop();
      stops.clear();
      if (closing?.destroy === true) forget();
    },
  };
};

/**
 * A bus in this process's memory, for simulation and for runs without a server. Everything happens
 * in one fixed order: what is published is stored at once, and each consumer is woken through the given
 * timers, in the order in which messages arrived for them. Messages are frozen when published. A world
 * closed without `destroy` is found again.
 */
export const createMemoryBusHost = (options: MemoryBusOptions): BusHost => {
  const worlds = new Map<string, World>();
  let made = 0;
  const make = (): World => {
    made += 1;
    return {
      id: `${rfc3339(options.timers.now())} ${made}`,
      log: createMessageLog(options.retainedMessages ?? 20_000),
      readers: new Map<string, Reader>(),
    };
  };
  return {
    kind: 'memory',
    description: 'memory',
    open: async (name) => {
      checkedWorld(name);
      const world = worlds.get(name) ?? make();
      worlds.set(name, world);
      return createMemoryBus(name, world, options, () => worlds.delete(name));
    },
    close: async () => {
      worlds.clear();
    },
  };
};
