import { JetStreamApiCodes, JetStreamApiError, RetentionPolicy, StorageType, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Consumer, JetStreamClient, JetStreamManager, OrderedConsumerOptions } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Bus, BusHost, Delivery } from './bus.ts';
import { connectToNats, jetStreamIsOff } from './nats-connection.ts';
import type { NatsOptions } from './nats-connection.ts';
import { checkFoundStream } from './nats-found-stream.ts';
import { openNatsConsumer } from './nats-consumer.ts';
import type { NatsConsumption } from './nats-consumer.ts';
import { createPublisher, createStoredSeqs } from './nats-publisher.ts';
import type { Publisher } from './nats-publisher.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import { checkedWorld, decode, subjectPrefix } from './wire.ts';

/** How worlds are kept on the server, and who hears of trouble. */
export interface NatsBusOptions extends NatsOptions {
  /** Where streams are kept; default `file`. */
  readonly storage?: 'file' | 'memory';
  /** How many servers keep a stream; default 3 in a cluster that has them, so that it outlives any one of them, else 1. */
  readonly replicas?: number;
  /** How long `publish` waits for the server, across reconnections; default 5,000 ms. */
  readonly publishTimeoutMs?: number;
  readonly onHandlerFailure?: OnHandlerFailure;
  /** Hears of what ended a consumer or the connection outside of any call. */
  readonly onTrouble?: (error: OperatingError) => void;
}

const MS_IN_NS = 1_000_000;
const DUPLICATE_WINDOW_MS = 5 * 60_000;
const MAX_MESSAGE_BYTES = 1_048_576;
const STREAM_NAME_IN_USE = 10_058;
const SUBJECTS_OVERLAP = 10_065;
const REPLICAS_IN_CLUSTER = 3;
const HASTY_MS = 1_500;

/** The stream that keeps a world. */
const streamOf = (world: string): string => `FOODSIM_${world}`;

/** What a cluster answers that can't keep so many replicas: too few servers, too little room on them, or none but the one. */
const TOO_MANY_REPLICAS: readonly number[] = [10_005, 10_023, 10_074];

const isApiError = (error: unknown, ...codes: readonly number[]): boolean => error instanceof JetStreamApiError && codes.includes(error.code);

const addStream = async (jsm: JetStreamManager, world: string, storage: NatsBusOptions['storage'], replicas: number, where: string): Promise<void> => {
  const subjects = `${subjectPrefix(world)}>`;
  try {
    await jsm.streams.add({
      name: streamOf(world),
      description: `food-sim, world ${world}`,
      subjects: [subjects],
      storage: storage === 'memory' ? StorageType.Memory : StorageType.File,
      retention: RetentionPolicy.Limits,
      num_replicas: replicas,
      duplicate_window: DUPLICATE_WINDOW_MS * MS_IN_NS,
      max_msg_size: MAX_MESSAGE_BYTES,
    });
  } catch (error) {
    if (isApiError(error, SUBJECTS_OVERLAP)) {
      throw new OperatingError('infrastructure', `another stream on the NATS server ${where} takes subjects of ${subjects}`, {
        mend: 'Give our subjects another name with --world, or delete that stream if nobody needs it.',
        cause: error,
      });
    }
    if (!isApiError(error, STREAM_NAME_IN_USE)) throw error;
    // Found again, made once with other settings: its messages count, not how it keeps them, as long as it loses none.
    checkFoundStream((await jsm.streams.info(streamOf(world))).config, subjects, where);
  }
};

const openStream = async (jsm: JetStreamManager, world: string, { storage, replicas }: NatsBusOptions, isCluster: boolean, where: string): Promise<void> => {
  const wanted = replicas ?? (isCluster ? REPLICAS_IN_CLUSTER : 1);
  try {
    await addStream(jsm, world, storage, wanted, where);
  } catch (error) {
    if (replicas !== undefined || wanted === 1 || !isApiError(error, ...TOO_MANY_REPLICAS)) throw error;
    await addStream(jsm, world, storage, 1, where);
  }
};

/** What one world shares with its host. */
interface Shared {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  /** The same, which gives an answer up sooner: while a cluster chooses its leaders, there is none. */
  readonly hastyJsm: JetStreamManager;
  readonly js: JetStreamClient;
  readonly where: string;
  readonly options: NatsBusOptions;
  readonly trouble: (error: unknown, doing: string) => OperatingError;
}

/** How often something is asked of a cluster that does not answer: while it chooses its leaders, nobody does. */
const CLUSTER_ATTEMPTS = 3;

const patiently = async <Result>({ connection }: Shared, ask: () => Promise<Result>): Promise<Result> => {
  const attempts = connection.info?.cluster === undefined ? 1 : CLUSTER_ATTEMPTS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === attempts || !(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    }
  }
};

/** A consumer for one reading, and how much it has to read. */
const openReader = async ({ js }: Shared, stream: string, options: Partial<OrderedConsumerOptions>): Promise<{ readonly consumer: Consumer; readonly pending: number }> => {
  const consumer = await js.consumers.get(stream, options);
  return { consumer, pending: (await consumer.info(true)).num_pending };
};

async function* readStream(shared: Shared, world: string, afterSeq: number, types: readonly string[] | undefined): AsyncGenerator<Delivery, void> {
  const { jsm, trouble } = shared;
  const stream = streamOf(world);
  try {
    const { last_seq: end } = (await patiently(shared, () => jsm.streams.info(stream))).state;
    if (end <= afterSeq || types?.length === 0) return;
    const options = {
      opt_start_seq: afterSeq + 1,
      filter_subjects: types === undefined ? [`${subjectPrefix(world)}>`] : types.map((type) => `${subjectPrefix(world)}*.${type}`),
    };
    const { consumer, pending } = await patiently(shared, () => openReader(shared, stream, options));
    try {
      if (pending === 0) return;
      const messages = await consumer.consume({ max_messages: 1_000 });
      try {
        for await (const message of messages) {
          if (message.seq > end) return;
          yield { seq: message.seq, attempt: 1, message: decode(message.subject, message.data) };
          if (message.info.pending === 0 || message.seq === end) return;
        }
      } finally {
        await messages.close();
      }
    } finally {
      await consumer.delete();
    }
  } catch (error) {
    throw trouble(error, `read stream ${stream}`);
  }
}

/** A bus, and what its host tells it about the connection. */
interface NatsBus extends Bus {
  disconnected(): void;
  reconnected(): Promise<void>;
  lost(reason: OperatingError): void;
}

/** A server that is just up may not have found its streams again; then the first of many messages would be refused, the rest stored. */
const untilStreamIsBack = async (jsm: JetStreamManager, stream: string, isWanted: () => boolean): Promise<void> => {
  while (isWanted()) {
    try {
      await jsm.streams.info(stream);
      return;
    } catch {
      // Not ready, away again, or the stream is gone: publishing says which when its time is up.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
};

const createNatsBus = (shared: Shared, world: string, onClose: (bus: NatsBus) => void): NatsBus => {
  const { connection, jsm, hastyJsm, js, where, options, trouble } = shared;
  const stream = streamOf(world);
  const consumptions = new Map<string, NatsConsumption>();
  const stored = createStoredSeqs();
  const publisher: Publisher = createPublisher(connection, world, where, options.publishTimeoutMs ?? 5_000, stored);
  let isOpen = true;
  const closedError = new OperatingError('infrastructure', `world ${world} on ${where} is closed`);
  const checkOpen = (): void => {
    if (!isOpen) throw closedError;
  };

  const bus: NatsBus = {
    world,
    publish: (messages) => publisher.publish(messages),
    consume: async (consume, handle) => {
      checkOpen();
      if (consumptions.has(consume.consumer)) throw new Error(`consumer ${consume.consumer} of world ${world} is open already`);
      let consumption: NatsConsumption;
      try {
        consumption = await openNatsConsumer({
          ...{ connection, jsm, hastyJsm, world, stream, consume, stored, handle },
          onHandlerFailure: options.onHandlerFailure,
          onEnd: (error) => options.onTrouble?.(error),
        });
      } catch (error) {
        throw trouble(error, `consume stream ${stream} as ${consume.consumer}`);
      }
      consumptions.set(consume.consumer, consumption);
      return {
        lag: () => consumption.lag().catch((error: unknown) => Promise.reject(trouble(error, `say what ${consume.consumer} still has to get`))),
        stop: async () => {
          if (consumptions.get(consume.consumer) === consumption) consumptions.delete(consume.consumer);
          await consumption.stop();
        },
      };
    },
    injectRaw: async (subject, payload) => {
      checkOpen();
      try {
        const { seq } = await js.publish(subject, payload, { expect: { streamName: stream } });
        stored.note(subject.slice(subject.lastIndexOf('.') + 1), seq);
      } catch (error) {
        throw trouble(error, `store a payload on ${subject}`);
      }
    },
    read: ({ afterSeq, types }) => readStream(shared, world, afterSeq, types),
    lastSeq: async () => {
      try {
        return (await jsm.streams.info(stream)).state.last_seq;
      } catch (error) {
        throw trouble(error, `say how long stream ${stream} is`);
      }
    },
    close: async (closing) => {
      if (!isOpen) return;
      isOpen = false;
      for (const consumption of consumptions.values()) await consumption.stop();
      consumptions.clear();
      publisher.close(closedError);
      onClose(bus);
      if (closing?.destroy !== true || connection.isClosed()) return;
      try {
        await jsm.streams.delete(stream);
      } catch (error) {
        if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw trouble(error, `delete stream ${stream}`);
      }
    },
    disconnected: () => publisher.pause(),
    reconnected: async () => {
      for (const consumption of consumptions.values()) consumption.reconnected();
      await untilStreamIsBack(hastyJsm, stream, () => isOpen);
      publisher.resume();
    },
    lost: (reason) => publisher.close(reason),
  };
  return bus;
};

const troubleOn = (where: string, domain: string | undefined) => (error: unknown, doing: string): OperatingError => {
  if (error instanceof OperatingError) return error;
  // The client keeps this class of error to itself.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') return jetStreamIsOff(where, domain);
  return new OperatingError('infrastructure', `the NATS server ${where} could not ${doing}: ${messageOf(error)}`, {
    mend: 'Check that the server runs, that its disk has room, and that the account may use JetStream.',
    cause: error,
  });
};

/**
 * A bus on a NATS server (2.10 or later) with JetStream. Reconnects for as long as it is open.
 * Throws an OperatingError (infrastructure) that names the server, never its credentials, and the mend.
 */
export const createNatsBusHost = async (options: NatsBusOptions): Promise<BusHost> => {
  const buses = new Set<NatsBus>();
  let isClosing = false;
  const { connection, where } = await connectToNats(options, {
    disconnected: () => buses.forEach((bus) => bus.disconnected()),
    reconnected: () => buses.forEach((bus) => void bus.reconnected()),
    closed: (error) => {
      if (isClosing) return;
      const lost = new OperatingError('infrastructure', `the connection to the NATS server ${where} ended: ${messageOf(error ?? 'closed')}`, {
        mend: 'Check that the server runs and still accepts our credentials, then start again.',
      });
      for (const bus of buses) bus.lost(lost);
      options.onTrouble?.(lost);
    },
  });
  const trouble = troubleOn(where, options.jetStreamDomain);
  try {
    const place = options.jetStreamDomain === undefined ? {} : { domain: options.jetStreamDomain };
    const jsm = await jetstreamManager(connection, { ...place });
    const hastyJsm = await jetstreamManager(connection, { ...place, timeout: HASTY_MS, checkAPI: false });
    const shared: Shared = { connection, jsm, hastyJsm, js: jetstream(connection, { ...place }), where, options, trouble };
    return {
      kind: 'external',
      description: where,
      open: async (world) => {
        checkedWorld(world);
        try {
          await openStream(jsm, world, options, connection.info?.cluster !== undefined, where);
        } catch (error) {
          throw trouble(error, `open stream ${streamOf(world)}`);
        }
        const bus = createNatsBus(shared, world, (closed) => buses.delete(closed));
        buses.add(bus);
        return bus;
      },
      close: async () => {
        isClosing = true;
        for (const bus of [...buses]) await bus.close();
        await connection.close();
      },
    };
  } catch (error) {
    isClosing = true;
    await connection.close();
    throw trouble(error, 'be asked about JetStream');
  }
};
