import { createInbox } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { JetStreamApiCodes } from '@nats-io/jetstream';
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { OperatingError } from '../kernel/errors.ts';
import type { ConsumerLag, Consumption } from './bus.ts';
import { createHandover } from './nats-handover.ts';
import type { Handover, HandoverOptions } from './nats-handover.ts';
import { createInflow } from './nats-inflow.ts';
import type { Arrived, Inflow } from './nats-inflow.ts';
import { forbidden, violationOf } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';
import type { StoredSeqs } from './nats-publisher.ts';
import { LOOKS_FOR_ANOTHER, isApiError, makeAnew, streamWasLost } from './nats-server-consumer.ts';
import type { ConsumerPlace } from './nats-server-consumer.ts';
import { createStall } from './nats-stall.ts';
import type { Stall } from './nats-stall.ts';
import { redeliveryPauseMs } from './redelivery.ts';

/** What a consumer works with. */
export interface NatsConsumerOptions extends ConsumerPlace, HandoverOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  /** The same, which gives an answer up sooner. */
  readonly hastyJsm: JetStreamManager;
  /** What this process published: a server under strain may not have told its consumer of it yet. */
  readonly stored: StoredSeqs;
  /** Hears of the failure that ended the consumer, and of one that gets nowhere, which passes. */
  readonly onTrouble: (error: OperatingError) => void;
  /** Calls back with whatever the server does not let us publish, until the function that it returns is called. */
  readonly onViolation: (listener: (violation: Violation) => unknown) => () => void;
}

/** A consumer that can be told about the connection. */
export interface NatsConsumption extends Consumption {
  /** The connection was lost and is back: what the server still thinks of this consumer is not to be trusted. */
  reconnected(): void;
}

const ACK = '+ACK';
/** After how many attempts a stream that is not found is gone: servers of a cluster need about 5 s to find theirs again. */
const PATIENCE = { alone: 3, cluster: 9 };

/** How many of the attempts to begin again are hasty. */
const HASTY_ATTEMPTS = 6;

/** What a failed attempt to begin again means: the end of the consumer, or undefined where another attempt may help. */
const endingOf = (
  { connection, stream, consume }: NatsConsumerOptions,
  error: unknown,
  attempt: number,
  handledSeq: number,
): OperatingError | undefined => {
  if (error instanceof OperatingError && !error.isPassing) return error;
  const patience = connection.info?.cluster === undefined ? PATIENCE.alone : PATIENCE.cluster;
  const isGone = attempt >= patience && isApiError(error, JetStreamApiCodes.StreamNotFound);
  return isGone ? streamWasLost(stream, consume.consumer, handledSeq, 0) : undefined;
};

/** Work that is done once at a time, and again for as long as it is needed. */
const createRepetition = (work: () => Promise<void>, isNeeded: () => boolean) => {
  let running: Promise<void> | undefined;
  const start = (): void => {
    running ??= work().finally(() => {
      running = undefined;
      if (isNeeded()) start();
    });
  };
  return { start, running: () => running };
};

/** Sends acknowledgements. One that went to a server just before it died is lost, and nothing may come after it. */
const createAcknowledgements = () => {
  let last: Arrived | undefined;
  let isDoubtful = false;
  return {
    send: (arrived: Arrived): void => {
      last = arrived;
      isDoubtful = false;
      arrived.msg.respond(ACK);
    },
    /** The server was seen to miss so many; the last one is sent again where it misses some for the second time. */
    seenMissing: (count: number): void => {
      if (isDoubtful && count > 0) last?.msg.respond(ACK);
      isDoubtful = count > 0;
    },
  };
};

/** What is on its way to a consumer, by the server's word, and by ours where we know of a message that it has not come to yet. */
const lagOf = ({ num_pending: pending, num_ack_pending: unacknowledged }: ConsumerInfo, isBehind: boolean): ConsumerLag => ({
  pending: isBehind && unacknowledged === 0 ? Math.max(1, pending) : pending,
  unacknowledged,
});

const askLag = async (
  { jsm, stream, consume, stored }: NatsConsumerOptions,
  stall: Stall,
  seenMissing: (count: number) => void,
  handledSeq: () => number,
): Promise<ConsumerLag> => {
  stall.check();
  const info = await jsm.consumers.info(stream, consume.consumer);
  seenMissing(info.num_ack_pending);
  stall.checkAcknowledged(info.num_ack_pending);
  return lagOf(info, handledSeq() < stored.last(consume.types));
};

/** Whether it is an acknowledgement of this consumer; where the server has a domain, that and the account stand before the stream. */
const isAcknowledging = ({ subject }: Violation, { stream, consume: { consumer } }: NatsConsumerOptions): boolean =>
  subject.startsWith('$JS.ACK.') && subject.includes(`.${stream}.${consumer}.`);

/** The server is away, or not ready yet, or does not let us; as long as somebody wants this consumer, it tries again. */
const pauseAfterFailure = async (stall: Stall, error: unknown, attempt: number): Promise<void> => {
  const violation = violationOf(error);
  if (violation !== undefined) stall.forbidden(violation);
  await new Promise((resolve) => setTimeout(resolve, redeliveryPauseMs(Math.min(attempt, 6))));
};

/**
 * Throws where the first pull is forbidden. What the server says of it came before its answer to a flush; those who listen
 * have their turn now.
 */
const checkAllowed = async ({ world, consume: { consumer } }: NatsConsumerOptions, stall: Stall): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  const violation = stall.violation();
  if (violation !== undefined) throw forbidden(`${consumer} can't get messages of world ${world}`, violation, false);
};

/** Cuts a wait short. A request that was on its way when the connection broke is never answered, and nobody waits for that one. */
const createInterruption = () => {
  let cut: () => void = () => undefined;
  return {
    /** A wait that ends with the next cut. */
    next: () =>
      new Promise<void>((resolve) => {
        cut = resolve;
      }),
    cut: () => cut(),
  };
};

/** What {@link beginUntilItHolds} works on. */
interface Beginning {
  readonly begin: (api: JetStreamManager) => Promise<void>;
  readonly stall: Stall;
  readonly interruption: ReturnType<typeof createInterruption>;
  readonly inflow: Pick<Inflow, 'isOpen'>;
  readonly handover: Pick<Handover, 'handledSeq'>;
  readonly isStopped: () => boolean;
}

/** Begins again and again; returns what no other attempt can mend. */
const beginUntilItHolds = async (
  options: NatsConsumerOptions,
  { begin, stall, interruption, inflow, handover, isStopped }: Beginning,
): Promise<OperatingError | undefined> => {
  for (let attempt = 1; !isStopped(); attempt += 1) {
    const cut = interruption.next();
    try {
      if (attempt === 1) await stall.pause(cut);
      // While a cluster chooses its leaders nobody answers; a server that is only slow gets its time later.
      await Promise.race([begin(attempt <= HASTY_ATTEMPTS ? options.hastyJsm : options.jsm), cut]);
      // What is refused before it is known to have begun has its pause, too.
      if (inflow.isOpen() || stall.isPauseDue()) return undefined;
    } catch (error) {
      const ended = endingOf(options, error, attempt, handover.handledSeq());
      if (ended !== undefined) return ended;
      await pauseAfterFailure(stall, error, attempt);
    }
  }
  return undefined;
};

/**
 * Opens a durable consumer, always made anew from the position that the consumer itself kept, so that
 * nothing waits for the server to give up on an earlier life. Each batch is acknowledged at once. Whatever
 * breaks the sequence (a lost connection, a restarted server, a gap) ends in the same remedy: made anew from
 * what was handled last.
 */
export const openNatsConsumer = async (options: NatsConsumerOptions): Promise<NatsConsumption> => {
  const { connection, jsm, stream, consume } = options;
  const { consumer, maxBatch } = consume;
  const window = Math.max(256, maxBatch * 2);
  const owner = createInbox();
  /** Counts the server-side consumers; a beginning that a later one overtook has no effect. */
  let life = 0;
  /** For another's consumer: a server that was away has forgotten ours, one that was there all the time was told to. */
  let moreLooks: number | 'none' = 'none';
  let isStopped = false;
  let ended: OperatingError | undefined;

  const acknowledgements = createAcknowledgements();
  const interruption = createInterruption();
  const stall = createStall({ world: options.world, consumer, onTrouble: options.onTrouble });
  const handover = createHandover(options, (last, count) => {
    acknowledgements.send(last);
    inflow.done(count);
  });
  const inflow = createInflow({
    connection,
    apiPrefix: jsm.getOptions().apiPrefix ?? '$JS.API',
    stream,
    consumer,
    window,
    arrived: handover.add,
    alive: stall.isOver,
    broken: (reason) => restart(reason),
  });

  const begin = async (api: JetStreamManager): Promise<void> => {
    const mine = (life += 1);
    const afterSeq = handover.handledSeq();
    const isStale = (): boolean => isStopped || mine !== life;
    if (!(await makeAnew(api, options, { owner, afterSeq, moreLooks, maxAckPending: window * 2, isStale }))) return;
    inflow.open(afterSeq);
    moreLooks = LOOKS_FOR_ANOTHER;
    // A pull still on its way when another process takes over would reach that one's consumer of the same name: neither would be told.
    await connection.flush();
  };

  const halt = (): void => {
    isStopped = true;
    for (const end of [deafen, inflow.close, handover.halt, interruption.cut]) end();
  };

  const beginAgain = async (): Promise<void> => {
    ended = await beginUntilItHolds(options, { begin, stall, interruption, inflow, handover, isStopped: () => isStopped });
    if (ended === undefined) return;
    halt();
    options.onTrouble(ended);
  };

  const restarting = createRepetition(beginAgain, () => !isStopped && !inflow.isOpen());

  const restart = (reason?: string): void => {
    if (isStopped) return;
    if (reason !== undefined) stall.happened(reason);
    life += 1;
    inflow.close();
    handover.clear();
    interruption.cut();
    restarting.start();
  };

  const deafen = options.onViolation(
    (violation) => (violation.subject === inflow.pullSubject || isAcknowledging(violation, options)) && stall.forbidden(violation),
  );

  try {
    await begin(jsm);
    await checkAllowed(options, stall);
  } catch (error) {
    halt();
    throw error;
  }
  return {
    lag: async () => {
      await restarting.running();
      if (ended !== undefined) throw ended;
      return askLag(options, stall, acknowledgements.seenMissing, handover.handledSeq);
    },
    stop: async () => halt(),
    reconnected: () => {
      moreLooks = 0;
      restart();
    },
  };
};
