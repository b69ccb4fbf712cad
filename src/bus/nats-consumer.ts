import { createInbox } from '@nats-io/transport-node';
import type { Msg, NatsConnection, Subscription } from '@nats-io/transport-node';
import { AckPolicy, DeliverPolicy, JetStreamApiCodes, JetStreamApiError, ReplayPolicy } from '@nats-io/jetstream';
import type { ConsumerConfig, JetStreamManager } from '@nats-io/jetstream';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { ConsumeOptions, Consumption, Delivery, HandleBatch } from './bus.ts';
import { redeliveryPauseMs } from './redelivery.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import { decode, subjectPrefix } from './wire.ts';

/** What a consumer works with. */
export interface NatsConsumerOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly world: string;
  readonly stream: string;
  readonly consume: ConsumeOptions;
  readonly handle: HandleBatch;
  readonly onHandlerFailure?: OnHandlerFailure;
  /** Hears of the failure that ended the consumer. */
  readonly onEnd: (error: OperatingError) => void;
}

/** A consumer that can be told about the connection. */
export interface NatsConsumption extends Consumption {
  /** The connection was lost and is back: what the server still thinks of this consumer is not to be trusted. */
  reconnected(): void;
}

const MS_IN_NS = 1_000_000;
const HEARTBEAT_MS = 5_000;
const PULL_EXPIRES_MS = 60_000;
/** Nothing relies on the server's own redelivery: a consumer that lost its place is made anew from its position. */
const ACK_WAIT_MS = 3_600_000;
/** About 5 s, with the pauses between them. */
const PATIENT_ATTEMPTS = 9;
const ACK = '+ACK';

interface Arrived {
  readonly seq: number;
  readonly msg: Msg;
}

/** Reads `$JS.ACK.<stream>.<consumer>.<count>.<seq>.<delivery seq>.…`, or the longer form with domain and account. */
const placeOf = (reply: string): { readonly seq: number; readonly deliverySeq: number } => {
  const words = reply.split('.');
  const first = words.length === 9 ? 5 : 7;
  return { seq: Number(words[first]), deliverySeq: Number(words[first + 1]) };
};

const configOf = ({ world, consume }: NatsConsumerOptions, owner: string, afterSeq: number, maxAckPending: number): ConsumerConfig => ({
  durable_name: consume.consumer,
  // So a second program that takes the same name is told apart from a server that forgot us.
  metadata: { owner },
  filter_subjects: consume.types === 'all' ? [`${subjectPrefix(world)}>`] : consume.types.map((type) => `${subjectPrefix(world)}*.${type}`),
  deliver_policy: DeliverPolicy.StartSequence,
  opt_start_seq: afterSeq + 1,
  ack_policy: AckPolicy.All,
  ack_wait: ACK_WAIT_MS * MS_IN_NS,
  max_ack_pending: maxAckPending,
  // Its position is kept by the consumer itself, so the server need not write it to disk.
  mem_storage: true,
  replay_policy: ReplayPolicy.Instant,
});

/**
 * Opens a durable consumer, always made anew from the position that the consumer itself kept, so that
 * nothing waits for the server to give up on an earlier life. Messages are pulled into a bounded buffer
 * and handed over in batches, each acknowledged at once. Whatever breaks the sequence (a lost connection, a
 * restarted server, a gap) ends in the same remedy: made anew from what was handled last.
 */
export const openNatsConsumer = async (options: NatsConsumerOptions): Promise<NatsConsumption> => {
  const { connection, jsm, world, stream, consume, handle, onHandlerFailure, onEnd } = options;
  const window = Math.max(256, consume.maxBatch * 2);
  const owner = createInbox().slice('_INBOX.'.length);
  let buffer: Arrived[] = [];
  let handledSeq = consume.afterSeq;
  let receivedSeq = 0;
  let deliverySeq = 0;
  let requested = 0;
  /** Counts the server-side consumers; what belongs to an earlier one is ignored. */
  let life = 0;
  let subscription: Subscription | undefined;
  let lastHeardMs = 0;
  let restarting: Promise<void> | undefined;
  let interrupt: (() => void) | undefined;
  let failedAttempts = 0;
  let cancelWakeUp: (() => void) | undefined;
  let isStopped = false;
  let ended: OperatingError | undefined;

  const sleepUntilWork = (): void => {
    if (cancelWakeUp !== undefined || buffer.length === 0 || isStopped) return;
    const immediate = setImmediate(deliver);
    cancelWakeUp = () => clearImmediate(immediate);
  };

  const deliver = (): void => {
    cancelWakeUp = undefined;
    if (isStopped || buffer.length === 0) return;
    const arrived = buffer.slice(0, consume.maxBatch);
    const attempt = failedAttempts + 1;
    const batch = arrived.map(({ seq, msg }): Delivery => ({ seq, attempt, message: decode(msg.subject, msg.data) }));
    try {
      handle(batch);
    } catch (error) {
      failedAttempts = attempt;
      const pauseMs = redeliveryPauseMs(attempt);
      if (isStopped) return;
      onHandlerFailure?.({ world, consumer: consume.consumer, attempt, error, pauseMs });
      const timer = setTimeout(deliver, pauseMs);
      cancelWakeUp = () => clearTimeout(timer);
      return;
    }
    const last = arrived.at(-1) as Arrived;
    failedAttempts = 0;
    handledSeq = last.seq;
    buffer = buffer.slice(arrived.length);
    if (isStopped) return;
    last.msg.respond(ACK);
    pullMore();
    sleepUntilWork();
  };

  const pullMore = (): void => {
    const free = window - requested - buffer.length;
    if (free < window / 2 || subscription === undefined) return;
    requested += free;
    const request = { batch: free, expires: PULL_EXPIRES_MS * MS_IN_NS, idle_heartbeat: HEARTBEAT_MS * MS_IN_NS };
    connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consume.consumer}`, JSON.stringify(request), { reply: subscription.getSubject() });
  };

  /** The server speaks about a pull, not of a message. */
  const heardStatus = (msg: Msg): void => {
    const code = msg.headers?.code ?? 0;
    if (code === 100) return;
    if (code === 404 || code === 408) {
      requested = Math.max(0, requested - Number(msg.headers?.get('Nats-Pending-Messages') ?? requested));
      pullMore();
      return;
    }
    restart();
  };

  const heard = (msg: Msg, inbox: string): void => {
    lastHeardMs = performance.now();
    if (msg.subject === inbox || msg.reply === undefined) {
      heardStatus(msg);
      return;
    }
    const place = placeOf(msg.reply);
    requested = Math.max(0, requested - 1);
    if (place.deliverySeq !== deliverySeq + 1 || place.seq <= receivedSeq) {
      restart();
      return;
    }
    deliverySeq = place.deliverySeq;
    receivedSeq = place.seq;
    buffer.push({ seq: place.seq, msg });
    pullMore();
    sleepUntilWork();
  };

  const dropSubscription = (): void => {
    subscription?.unsubscribe();
    subscription = undefined;
  };

  /** Makes the server-side consumer anew, and starts pulling; without effect once a later life began. */
  const begin = async (): Promise<void> => {
    const mine = (life += 1);
    dropSubscription();
    const { state } = await jsm.streams.info(stream);
    if (state.last_seq < handledSeq) throw streamWasLost(stream, consume.consumer, handledSeq, state.last_seq);
    if (life > 1) await checkOwner(jsm, stream, consume.consumer, world, owner);
    if (isStopped || mine !== life) return;
    await jsm.consumers.delete(stream, consume.consumer).catch((error: unknown) => {
      if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    });
    await jsm.consumers.add(stream, configOf(options, owner, handledSeq, window * 2));
    if (isStopped || mine !== life) return;
    buffer = [];
    requested = 0;
    deliverySeq = 0;
    receivedSeq = handledSeq;
    lastHeardMs = performance.now();
    const inbox = createInbox();
    subscription = connection.subscribe(inbox, {
      callback: (error, msg) => {
        if (mine !== life || isStopped) return;
        if (error === null) heard(msg, inbox);
        else restart();
      },
    });
    pullMore();
  };

  const end = (error: OperatingError): void => {
    ended = error;
    halt();
    onEnd(error);
  };

  const beginAgain = async (): Promise<void> => {
    for (let attempt = 1; !isStopped; attempt += 1) {
      // A request that was on its way when the connection broke is never answered, so a reconnection cuts the wait short.
      const interruption = new Promise<void>((resolve) => {
        interrupt = resolve;
      });
      try {
        await Promise.race([begin(), interruption]);
        if (subscription !== undefined) return;
      } catch (error) {
        if (error instanceof OperatingError) {
          end(error);
          return;
        }
        // A cluster that is just up may not have found its streams again, so this is believed only when it stays so.
        if (attempt >= PATIENT_ATTEMPTS && isApiError(error, JetStreamApiCodes.StreamNotFound)) {
          end(streamWasLost(stream, consume.consumer, handledSeq, 0));
          return;
        }
        // The server is away, or not ready yet; as long as somebody wants this consumer, it tries again.
        await new Promise((resolve) => setTimeout(resolve, redeliveryPauseMs(Math.min(attempt, 6))));
      }
    }
  };

  const restart = (): void => {
    if (isStopped) return;
    life += 1;
    dropSubscription();
    // What is buffered will come again; what a handler failed on keeps its pause and its count of attempts.
    buffer = [];
    interrupt?.();
    restarting ??= beginAgain().finally(() => {
      restarting = undefined;
    });
  };

  const monitor = setInterval(() => {
    if (subscription !== undefined && performance.now() - lastHeardMs > HEARTBEAT_MS * 2.5) restart();
  }, HEARTBEAT_MS);
  monitor.unref();

  const halt = (): void => {
    isStopped = true;
    clearInterval(monitor);
    cancelWakeUp?.();
    cancelWakeUp = undefined;
    buffer = [];
    dropSubscription();
  };

  try {
    await begin();
  } catch (error) {
    halt();
    throw error;
  }
  return {
    lag: async () => {
      await restarting;
      if (ended !== undefined) throw ended;
      const info = await jsm.consumers.info(stream, consume.consumer);
      return { pending: info.num_pending, unacknowledged: info.num_ack_pending };
    },
    stop: async () => {
      if (!isStopped) halt();
    },
    reconnected: restart,
  };
};

const isApiError = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

const streamWasLost = (stream: string, consumer: string, handledSeq: number, lastSeq: number): OperatingError =>
  new OperatingError('infrastructure', `${consumer} has handled message ${handledSeq} of stream ${stream}, but the stream ends at ${lastSeq}: it was lost, purged or made anew`, {
    mend: 'Bring the stream back, or start without the databases that belong to the lost one.',
  });

const checkOwner = async (jsm: JetStreamManager, stream: string, consumer: string, world: string, owner: string): Promise<void> => {
  try {
    const { config } = await jsm.consumers.info(stream, consumer);
    if (config.metadata?.['owner'] === owner) return;
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return;
    throw new Error(`the owner of consumer ${consumer} can't be told: ${messageOf(error)}`, { cause: error });
  }
  throw new OperatingError('infrastructure', `another process now consumes world ${world} as ${consumer}`, {
    mend: `Run ${consumer} in one process only, or give each run a world of its own.`,
  });
};
