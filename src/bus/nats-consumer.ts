import { createInbox } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { AckPolicy, DeliverPolicy, JetStreamApiCodes, JetStreamApiError, ReplayPolicy } from '@nats-io/jetstream';
import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { ConsumeOptions, ConsumerLag, Consumption, Delivery, HandleBatch } from './bus.ts';
import { createInflow } from './nats-inflow.ts';
import type { Arrived } from './nats-inflow.ts';
import { forbidden, violationOf } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';
import type { StoredSeqs } from './nats-publisher.ts';
import { createStall } from './nats-stall.ts';
import type { Stall } from './nats-stall.ts';
import { redeliveryPauseMs } from './redelivery.ts';
import type { OnHandlerFailure } from './redelivery.ts';
import { decode, subjectPrefix } from './wire.ts';

/** What a consumer works with. */
export interface NatsConsumerOptions {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  /** The same, which gives an answer up sooner. */
  readonly hastyJsm: JetStreamManager;
  readonly world: string;
  readonly stream: string;
  readonly consume: ConsumeOptions;
  /** What this process published: a server under strain may not have told its consumer of it yet. */
  readonly stored: StoredSeqs;
  readonly handle: HandleBatch;
  readonly onHandlerFailure: OnHandlerFailure | undefined;
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

const MS_IN_NS = 1_000_000;
/** Nothing relies on the server's own redelivery: a consumer that lost its place is made anew from its position. */
const ACK_WAIT_MS = 3_600_000;
const ACK = '+ACK';
/** After how many attempts a stream that is not found is gone: servers of a cluster need about 5 s to find theirs again. */
const PATIENCE = { alone: 3, cluster: 9 };

/** How many of the attempts to begin again are hasty. */
const HASTY_ATTEMPTS = 6;

/** How often, and how far apart, a consumer that vanished is looked for: another process makes its own within a second. */
const LOOKS_FOR_ANOTHER = 10;
const LOOK_PAUSE_MS = 100;

const isApiError = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

const streamWasLost = (stream: string, consumer: string, handledSeq: number, lastSeq: number): OperatingError =>
  new OperatingError(
    'infrastructure',
    `${consumer} has handled message ${handledSeq} of stream ${stream}, but the stream ends at ${lastSeq}: it was lost, purged or made anew`,
    { mend: 'Bring the stream back, or start without the databases that belong to the lost one.' },
  );

const wasTakenOver = ({ world, consume: { consumer } }: NatsConsumerOptions): OperatingError =>
  new OperatingError('infrastructure', `another process now consumes world ${world} as ${consumer}`, {
    mend: `Run ${consumer} in one process only, or give each run a world of its own.`,
  });

/** Who owns the server-side consumer: undefined where there is none, empty where its maker did not say. */
const ownerOf = async (jsm: JetStreamManager, { stream, consume }: NatsConsumerOptions): Promise<string | undefined> => {
  try {
    const { config } = await jsm.consumers.info(stream, consume.consumer);
    return config.metadata?.['owner'] ?? '';
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return undefined;
    throw error;
  }
};

/**
 * Whether the server-side consumer belongs to somebody else. Where there is none, somebody may have removed ours in order
 * to make another: so many more looks are taken, a pause apart, before it counts as nobody's.
 */
const isTakenOver = async (jsm: JetStreamManager, options: NatsConsumerOptions, owner: string, moreLooks: number): Promise<boolean> => {
  for (let look = 0; ; look += 1) {
    const found = await ownerOf(jsm, options);
    if (found !== undefined) return found !== owner;
    if (look === moreLooks) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS));
  }
};

const removeConsumer = async (jsm: JetStreamManager, { stream, consume }: NatsConsumerOptions): Promise<void> => {
  try {
    await jsm.consumers.delete(stream, consume.consumer);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
  }
};

const configOf = ({ world, consume }: NatsConsumerOptions, { owner, afterSeq, maxAckPending }: Pick<Beginning, 'owner' | 'afterSeq' | 'maxAckPending'>): ConsumerConfig => ({
  durable_name: consume.consumer,
  // So a second program that takes the same name is told apart from a server that forgot us.
  metadata: { owner, ...(consume.owner === undefined ? {} : { database: consume.owner }) },
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

/** Refuses to begin while a consumer of another database listens. One that is gone has no pull that waits. */
const checkNobodyListens = async (jsm: JetStreamManager, options: NatsConsumerOptions): Promise<void> => {
  const { stream, world, consume } = options;
  if (consume.owner === undefined) return;
  let found: ConsumerInfo;
  try {
    found = await jsm.consumers.info(stream, consume.consumer);
  } catch (error) {
    if (isApiError(error, JetStreamApiCodes.ConsumerNotFound)) return;
    throw error;
  }
  const other = found.config.metadata?.['database'];
  if (other === undefined || other === consume.owner || found.num_waiting === 0) return;
  throw new OperatingError('infrastructure', `another process, with another database, consumes world ${world} as ${consume.consumer}`, {
    mend: `Run ${consume.consumer} in one process only, or give each run a world of its own with --world.`,
  });
};

/** How a server-side consumer begins. */
interface Beginning {
  readonly owner: string;
  /** What the consumer itself handled last. */
  readonly afterSeq: number;
  /** How often to look again for one of somebody else's where there is none; the first beginning asks nobody. */
  readonly moreLooks: number | 'none';
  readonly maxAckPending: number;
  /** Whether somebody who began later, or the end, makes this beginning pointless. */
  readonly isStale: () => boolean;
}

const MAX_ACK_PENDING_EXCEEDED = 10_121;

/** Makes a consumer with as many messages under way as the server, the account and the stream allow: each names its own limit. */
const addConsumer = async (api: JetStreamManager, stream: string, config: ConsumerConfig): Promise<void> => {
  for (let wanted = config; ; ) {
    try {
      await api.consumers.add(stream, wanted);
      return;
    } catch (error) {
      const limit = Number(/limit of (\d+)/.exec(isApiError(error, MAX_ACK_PENDING_EXCEEDED) ? messageOf(error) : '')?.[1]);
      if (!(limit >= 1 && limit < (wanted.max_ack_pending ?? Infinity))) throw error;
      wanted = { ...wanted, max_ack_pending: limit };
    }
  }
};

/** Makes the server-side consumer anew; false where that became pointless meanwhile. */
const makeAnew = async (api: JetStreamManager, options: NatsConsumerOptions, beginning: Beginning): Promise<boolean> => {
  const { stream, consume } = options;
  const { owner, afterSeq, moreLooks, isStale } = beginning;
  const { state } = await api.streams.info(stream);
  if (state.last_seq < afterSeq) throw streamWasLost(stream, consume.consumer, afterSeq, state.last_seq);
  if (moreLooks === 'none') await checkNobodyListens(api, options);
  else await consume.verify?.();
  if (moreLooks !== 'none' && (await isTakenOver(api, options, owner, moreLooks))) throw wasTakenOver(options);
  if (isStale()) return false;
  await removeConsumer(api, options);
  if (isStale()) return false;
  await addConsumer(api, stream, configOf(options, beginning));
  return !isStale();
};

/** What a failed attempt to begin again means: the end of the consumer, or undefined where another attempt may help. */
const endingOf = ({ connection, stream, consume }: NatsConsumerOptions, error: unknown, attempt: number, handledSeq: number): OperatingError | undefined => {
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

/** Hands over what arrived, batch by batch. */
interface Handover {
  readonly add: (arrived: Arrived) => void;
  /** Forgets what was not handled: it will come again. A failed handler keeps its pause and its count of attempts. */
  clear(): void;
  /** Forgets it, for good. */
  halt(): void;
  handledSeq(): number;
}

const createHandover = (
  { world, consume, handle, onHandlerFailure }: NatsConsumerOptions,
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

const askLag = async ({ jsm, stream, consume, stored }: NatsConsumerOptions, stall: Stall, seenMissing: (count: number) => void, handledSeq: () => number): Promise<ConsumerLag> => {
  stall.check();
  const info = await jsm.consumers.info(stream, consume.consumer);
  seenMissing(info.num_ack_pending);
  stall.checkAcknowledged(info.num_ack_pending);
  return lagOf(info, handledSeq() < stored.last(consume.types));
};

/** Whether it is an acknowledgement of this consumer; where the server has a domain, that and the account stand before the stream. */
const isAcknowledging = ({ subject }: Violation, { stream, consume: { consumer } }: NatsConsumerOptions): boolean => subject.startsWith('$JS.ACK.') && subject.includes(`.${stream}.${consumer}.`);

/** The server is away, or not ready yet, or does not let us; as long as somebody wants this consumer, it tries again. */
const pauseAfterFailure = async (stall: Stall, error: unknown, attempt: number): Promise<void> => {
  const violation = violationOf(error);
  if (violation !== undefined) stall.forbidden(violation);
  await new Promise((resolve) => setTimeout(resolve, redeliveryPauseMs(Math.min(attempt, 6))));
};

/** Throws where the first pull is forbidden. What the server says of it came before its answer to a flush; those who listen have their turn now. */
const checkAllowed = async ({ world, consume: { consumer } }: NatsConsumerOptions, stall: Stall): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
  const violation = stall.violation();
  if (violation !== undefined) throw forbidden(`${consumer} can't get messages of world ${world}`, violation, false);
};

/**
 * Opens a durable consumer, always made anew from the position that the consumer itself kept, so that
 * nothing waits for the server to give up on an earlier life. Each batch is acknowledged at once. Whatever
 * breaks the sequence (a lost connection, a restarted server, a gap) ends in the same remedy: made anew from
 * what was handled last.
 */
export const openNatsConsumer = async (options: NatsConsumerOptions): Promise<NatsConsumption> => {
  const { connection, jsm, stream, consume, consume: { consumer } } = options;
  const window = Math.max(256, consume.maxBatch * 2);
  const owner = createInbox();
  /** Counts the server-side consumers; a beginning that a later one overtook has no effect. */
  let life = 0;
  /** For another's consumer: a server that was away has forgotten ours, one that was there all the time was told to. */
  let moreLooks: number | 'none' = 'none';
  let interrupt: (() => void) | undefined;
  let isStopped = false;
  let ended: OperatingError | undefined;

  const [acknowledgements, stall] = [createAcknowledgements(), createStall({ world: options.world, consumer, onTrouble: options.onTrouble })];
  const handover = createHandover(options, (last, count) => {
    acknowledgements.send(last);
    inflow.done(count);
  });
  const inflow = createInflow({ connection, apiPrefix: jsm.getOptions().apiPrefix ?? '$JS.API', stream, consumer, window, arrived: handover.add, alive: stall.isOver, broken: (reason) => restart(reason) });

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
    for (const end of [deafen, inflow.close, handover.halt, interrupt]) end?.();
  };

  const beginAgain = async (): Promise<void> => {
    for (let attempt = 1; !isStopped; attempt += 1) {
      // A request that was on its way when the connection broke is never answered, so a reconnection cuts the wait short.
      const interruption = new Promise<void>((resolve) => {
        interrupt = resolve;
      });
      try {
        if (attempt === 1) await stall.pause(interruption);
        // While a cluster chooses its leaders nobody answers; a server that is only slow gets its time later.
        await Promise.race([begin(attempt <= HASTY_ATTEMPTS ? options.hastyJsm : jsm), interruption]);
        // What is refused before it is known to have begun has its pause, too.
        if (inflow.isOpen() || stall.isPauseDue()) return;
      } catch (error) {
        ended = endingOf(options, error, attempt, handover.handledSeq());
        if (ended !== undefined) {
          halt();
          options.onTrouble(ended);
          return;
        }
        await pauseAfterFailure(stall, error, attempt);
      }
    }
  };

  const restarting = createRepetition(beginAgain, () => !isStopped && !inflow.isOpen());

  const restart = (reason?: string): void => {
    if (isStopped) return;
    if (reason !== undefined) stall.happened(reason);
    life += 1;
    inflow.close();
    handover.clear();
    interrupt?.();
    restarting.start();
  };

  const deafen = options.onViolation((violation) => (violation.subject === inflow.pullSubject || isAcknowledging(violation, options)) && stall.forbidden(violation));

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
