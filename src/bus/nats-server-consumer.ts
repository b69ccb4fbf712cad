/** The server's side of a consumer: made anew from what was handled last, unless it is another's. */
import { AckPolicy, DeliverPolicy, JetStreamApiCodes, JetStreamApiError, ReplayPolicy } from '@nats-io/jetstream';
import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { ConsumeOptions } from './bus.ts';
import { subjectPrefix } from './wire.ts';

/** Which consumer of which stream. */
export interface ConsumerPlace {
  readonly world: string;
  readonly stream: string;
  readonly consume: ConsumeOptions;
}

const MS_IN_NS = 1_000_000;
/** Nothing relies on the server's own redelivery: a consumer that lost its place is made anew from its position. */
const ACK_WAIT_MS = 3_600_000;

/** How often a consumer that vanished is looked for, a pause apart: another process makes its own within a second. */
export const LOOKS_FOR_ANOTHER = 10;
const LOOK_PAUSE_MS = 100;

/** Whether it is what JetStream refused by this code. */
export const isApiError = (error: unknown, code: number): boolean => error instanceof JetStreamApiError && error.code === code;

/** The stream is shorter than what was handled of it. */
export const streamWasLost = (stream: string, consumer: string, handledSeq: number, lastSeq: number): OperatingError =>
  new OperatingError(
    'infrastructure',
    `${consumer} has handled message ${handledSeq} of stream ${stream}, but the stream ends at ${lastSeq}: it was lost, purged or made anew`,
    { mend: 'Bring the stream back, or start without the databases that belong to the lost one.' },
  );

const wasTakenOver = ({ world, consume: { consumer } }: ConsumerPlace): OperatingError =>
  new OperatingError('infrastructure', `another process now consumes world ${world} as ${consumer}`, {
    mend: `Run ${consumer} in one process only, or give each run a world of its own.`,
  });

/** Who owns the server-side consumer: undefined where there is none, empty where its maker did not say. */
const ownerOf = async (jsm: JetStreamManager, { stream, consume }: ConsumerPlace): Promise<string | undefined> => {
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
const isTakenOver = async (jsm: JetStreamManager, options: ConsumerPlace, owner: string, moreLooks: number): Promise<boolean> => {
  for (let look = 0; ; look += 1) {
    const found = await ownerOf(jsm, options);
    if (found !== undefined) return found !== owner;
    if (look === moreLooks) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_PAUSE_MS));
  }
};

const removeConsumer = async (jsm: JetStreamManager, { stream, consume }: ConsumerPlace): Promise<void> => {
  try {
    await jsm.consumers.delete(stream, consume.consumer);
  } catch (error) {
    if (!isApiError(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
  }
};

const configOf = (
  { world, consume }: ConsumerPlace,
  { owner, afterSeq, maxAckPending }: Pick<Beginning, 'owner' | 'afterSeq' | 'maxAckPending'>,
): ConsumerConfig => ({
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
const checkNobodyListens = async (jsm: JetStreamManager, options: ConsumerPlace): Promise<void> => {
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
  for (let wanted = config; ;) {
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

/**
 * Makes the server-side consumer anew; false where that became pointless meanwhile. Throws an OperatingError
 * (infrastructure) where it is another's, or the stream was lost.
 */
export const makeAnew = async (api: JetStreamManager, options: ConsumerPlace, beginning: Beginning): Promise<boolean> => {
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
