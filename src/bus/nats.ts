import { JetStreamApiCodes, JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamManager } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Bus, BusHost, WorldUse, Worlds } from './bus.ts';
import { connectToNats, jetStreamIsOff } from './nats-connection.ts';
import type { NatsOptions } from './nats-connection.ts';
import { openNatsNotes } from './nats-notes.ts';
import { openNatsConsumer } from './nats-consumer.ts';
import type { NatsConsumerOptions, NatsConsumption } from './nats-consumer.ts';
import { forbidden, violationOf } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';
import { PASSING_CODES, createPacking, createSizeLimit } from './nats-parcel.ts';
import { createPublisher, createStoredSeqs } from './nats-publisher.ts';
import type { Publisher, StoredSeqs } from './nats-publisher.ts';
import { lookAt, readStream } from './nats-reading.ts';
import type { AskedServer } from './nats-reading.ts';
import { countCells, isMadeByUs, openStream, streamOf } from './nats-streams.ts';
import type { StreamOptions } from './nats-streams.ts';
import { createNatsWorlds } from './nats-worlds.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import type { StoreKeeper } from './store-room.ts';
import { LONGEST_PAYLOAD_BYTES, checkedWorld } from './wire.ts';

/** How worlds are kept on the server, and who hears of trouble. */
export interface NatsBusOptions extends NatsOptions, StreamOptions {
  /** How long `publish` waits for the server, across reconnections; default 5,000 ms. */
  readonly publishTimeoutMs?: number;
  readonly onHandlerFailure?: OnHandlerFailure;
  /** Hears of what ended a consumer or the connection outside of any call; and, as what passes, of a consumer that gets nowhere. */
  readonly onTrouble?: (error: OperatingError) => void;
  /** Who keeps the server's store, where that is us. */
  readonly keeper?: StoreKeeper;
  /** Hears of what goes on, and not as well as it might: limits that were adapted to. */
  readonly onNote?: (text: string) => void;
}

const HASTY_MS = 1_500;

const isApiError = (error: unknown, ...codes: readonly number[]): boolean =>
  error instanceof JetStreamApiError && codes.includes(error.code);

/** What one world shares with its host. */
interface Shared extends AskedServer {
  /** Its manager gives an answer up sooner: while a cluster chooses its leaders, there is none. */
  readonly hastyJsm: JetStreamManager;
  readonly where: string;
  readonly options: NatsBusOptions;
  readonly onViolation: NatsConsumerOptions['onViolation'];
}

/** A host on a server: it knows what was there before this process. */
export type NatsBusHost = BusHost & Required<Pick<BusHost, 'cellsOf'>>;

/** A bus, and what its host tells it about the connection. */
interface NatsBus extends Bus {
  disconnected(): void;
  reconnected(): Promise<void>;
  lost(reason: OperatingError): void;
  forbidden(violation: Violation): void;
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

/** The longest message that the server at hand takes. */
const serverBytes = (connection: NatsConnection): number => connection.info?.max_payload ?? Infinity;

/** What publishes into a world, and knows what can't be. */
const createOutflow = (
  { connection, where, options }: Shared,
  world: string,
  streamBytes: number,
  stored: StoredSeqs,
): { readonly publisher: Publisher; readonly whyTooLarge: Required<Bus>['whyTooLarge'] } => {
  const pack = createPacking(world);
  const sizeLimit = createSizeLimit(() => serverBytes(connection), streamBytes);
  const publisher = createPublisher({
    connection,
    world,
    where,
    deadlineMs: options.publishTimeoutMs ?? 5_000,
    stored,
    pack,
    sizeLimit,
    keeper: options.keeper,
  });
  return { publisher, whyTooLarge: (message) => sizeLimit.whyTooLarge(pack(message)) };
};

/** Deletes a stream of ours. Somebody else's stays theirs, and is only emptied. */
const removeStream = async ({ jsm, trouble }: Shared, stream: string, isOurs: boolean): Promise<void> => {
  try {
    await (isOurs ? jsm.streams.delete(stream) : jsm.streams.purge(stream));
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.StreamNotFound)) throw trouble(error, `delete stream ${stream}`);
  }
};

/** What is known of a world's stream since it was opened. */
interface OpenedStream {
  /** The longest message that it takes. */
  readonly streamBytes: number;
  readonly isOurs: boolean;
}

const openConsumer = async (
  shared: Shared,
  own: Pick<NatsConsumerOptions, 'world' | 'stream' | 'consume' | 'stored' | 'handle'>,
): Promise<NatsConsumption> => {
  const { connection, jsm, hastyJsm, options, trouble } = shared;
  try {
    return await openNatsConsumer({
      ...{ connection, jsm, hastyJsm, ...own },
      onHandlerFailure: options.onHandlerFailure,
      onViolation: shared.onViolation,
      onTrouble: (error) => options.onTrouble?.(error),
    });
  } catch (error) {
    throw trouble(error, `consume stream ${own.stream} as ${own.consume.consumer}`);
  }
};

const createNatsBus = (shared: Shared, world: string, { streamBytes, isOurs }: OpenedStream, onClose: (bus: NatsBus) => void): NatsBus => {
  const { connection, jsm, hastyJsm, js, where, trouble } = shared;
  const stream = streamOf(world);
  const consumptions = new Map<string, NatsConsumption>();
  const stored = createStoredSeqs();
  const { publisher, whyTooLarge } = createOutflow(shared, world, streamBytes, stored);
  let isOpen = true;
  const closedError = new OperatingError('infrastructure', `world ${world} on ${where} is closed`);
  const checkOpen = (): void => {
    if (!isOpen) throw closedError;
  };

  const bus: NatsBus = {
    world,
    publish: (messages) => publisher.publish(messages),
    whyTooLarge,
    consume: async (consume, handle) => {
      checkOpen();
      if (consumptions.has(consume.consumer)) throw new Error(`consumer ${consume.consumer} of world ${world} is open already`);
      const consumption = await openConsumer(shared, { world, stream, consume, stored, handle });
      consumptions.set(consume.consumer, consumption);
      return {
        lag: () =>
          consumption.lag().catch((error: unknown) => Promise.reject(trouble(error, `say what ${consume.consumer} still has to get`))),
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
    look: () => lookAt(shared, world),
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
      await removeStream(shared, stream, isOurs);
    },
    disconnected: () => publisher.pause(),
    reconnected: async () => {
      for (const consumption of consumptions.values()) consumption.reconnected();
      await untilStreamIsBack(hastyJsm, stream, () => isOpen);
      publisher.resume();
    },
    lost: (reason) => publisher.close(reason),
    forbidden: publisher.forbidden,
  };
  return bus;
};

/** Nobody answered, or nobody leads for the moment: asked again later, it may go well. */
const isPassing = (error: unknown): boolean =>
  isApiError(error, ...PASSING_CODES) ||
  [errors.TimeoutError, errors.RequestError, errors.ConnectionError, errors.ClosedConnectionError].some((kind) => error instanceof kind);

const troubleOn =
  (where: string, connection: NatsConnection, domain: string | undefined) =>
  (error: unknown, doing: string): OperatingError => {
    if (error instanceof OperatingError) return error;
    // The client keeps this class of error to itself.
    if (error instanceof Error && error.name === 'JetStreamNotEnabled')
      return jetStreamIsOff(where, { domain, isCluster: connection.info?.cluster !== undefined });
    const violation = violationOf(error);
    if (violation !== undefined) return forbidden(`the NATS server ${where} could not ${doing}`, violation, false);
    return new OperatingError('infrastructure', `the NATS server ${where} could not ${doing}: ${messageOf(error)}`, {
      mend: 'Check that the server runs, that its disk has room, and that the account may use JetStream.',
      cause: error,
      isPassing: isPassing(error),
    });
  };

/** The shortest of our events come near this; a server that takes no more is of no use. */
const LEAST_MESSAGE_BYTES = 1_024;

/** Holds what a server takes to what may be published: told at the start, rather than at the first long event. */
const compareSizes = (bytes: number, where: string, onNote: (text: string) => void): void => {
  if (bytes < LEAST_MESSAGE_BYTES) {
    throw new OperatingError(
      'infrastructure',
      `the NATS server ${where} takes messages of ${bytes} bytes at most, and events need ${LEAST_MESSAGE_BYTES}`,
      { mend: 'Raise max_payload of the server, or max_msg_size of the stream.' },
    );
  }
  if (bytes < LONGEST_PAYLOAD_BYTES)
    onNote(`${where} takes messages of ${bytes} bytes at most; commands whose events are longer are refused (event-too-large)`);
};

const KEPT: WorldUse = { madeFor: 'serve', isTemporary: false };

/** Whoever makes a world for a while clears away what others could not: streams count against what a server allows. */
const removeLeftOvers = async (worlds: Worlds, onNote: (text: string) => void, where: string): Promise<void> => {
  try {
    const removed = await worlds.removeLeftOvers();
    if (removed.length > 0) onNote(`${where}: removed what runs left behind that were killed: ${removed.join(', ')}`);
  } catch (error) {
    // Who may not look at others' streams can use their own.
    onNote(`${where}: what runs left behind that were killed is not removed: ${messageOf(error)}`);
  }
};

/**
 * A bus on a NATS server (2.10 or later) with JetStream. Reconnects for as long as it is open.
 * Throws an OperatingError (infrastructure) that names the server, never its credentials, and the mend.
 */
export const createNatsBusHost = async (options: NatsBusOptions): Promise<NatsBusHost> => {
  const buses = new Set<NatsBus>();
  const listeners = new Set<(violation: Violation) => unknown>();
  const onViolation: Shared['onViolation'] = (listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  const onNote = options.onNote ?? ((): void => undefined);
  let isClosing = false;
  const { connection, where } = await connectToNats(options, {
    disconnected: () => buses.forEach((bus) => bus.disconnected()),
    reconnected: () => buses.forEach((bus) => void bus.reconnected()),
    forbidden: (violation) => {
      for (const bus of buses) bus.forbidden(violation);
      for (const listener of [...listeners]) listener(violation);
    },
    closed: (error) => {
      if (isClosing) return;
      const lost = new OperatingError(
        'infrastructure',
        `the connection to the NATS server ${where} ended: ${messageOf(error ?? 'closed')}`,
        {
          mend: 'Check that the server runs and still accepts our credentials, then start again.',
        },
      );
      for (const bus of buses) bus.lost(lost);
      options.onTrouble?.(lost);
    },
  });
  const trouble = troubleOn(where, connection, options.jetStreamDomain);
  try {
    const place = options.jetStreamDomain === undefined ? {} : { domain: options.jetStreamDomain };
    const jsm = await jetstreamManager(connection, { ...place });
    const hastyJsm = await jetstreamManager(connection, { ...place, timeout: HASTY_MS, checkAPI: false });
    const shared: Shared = { connection, jsm, hastyJsm, js: jetstream(connection, { ...place }), where, options, trouble, onViolation };
    const worlds = createNatsWorlds({ jsm: hastyJsm, where, trouble });
    let leftOversRemoved: Promise<void> | undefined;
    return {
      kind: 'external',
      description: where,
      worlds,
      cellsOf: async (world) => {
        try {
          return await countCells(hastyJsm, world);
        } catch (error) {
          throw trouble(error, `say how many cells the world ${world} has`);
        }
      },
      openNotes: (world) =>
        openNatsNotes({ js: shared.js, world: checkedWorld(world), isCluster: connection.info?.cluster !== undefined, trouble }),
      open: async (world, use = KEPT) => {
        checkedWorld(world);
        if (use.isTemporary) await (leftOversRemoved ??= removeLeftOvers(worlds, onNote, where));
        let streamBytes: number;
        let isOurs: boolean;
        try {
          const isCluster = connection.info?.cluster !== undefined;
          const config = await openStream({ jsm, world, isCluster, where, onNote }, options, use);
          streamBytes = config.max_msg_size > 0 ? config.max_msg_size : Infinity;
          isOurs = isMadeByUs(world, config);
        } catch (error) {
          throw trouble(error, `open stream ${streamOf(world)}`);
        }
        compareSizes(Math.min(serverBytes(connection), streamBytes), where, onNote);
        const bus = createNatsBus(shared, world, { streamBytes, isOurs }, (closed) => buses.delete(closed));
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
