import type { Consumer, JetStreamClient, JetStreamManager, OrderedConsumerOptions } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { OperatingError } from '../kernel/errors.ts';
import { isMalformed } from './bus.ts';
import type { Delivery, StreamLook } from './bus.ts';
import { violationOf } from './nats-permission.ts';
import { streamOf } from './nats-streams.ts';
import { decode, subjectPrefix } from './wire.ts';

/** A server, as those who only ask it something see it. */
export interface AskedServer {
  readonly connection: NatsConnection;
  readonly jsm: JetStreamManager;
  readonly js: JetStreamClient;
  readonly trouble: (error: unknown, doing: string) => OperatingError;
}

/** How often something is asked of a cluster that does not answer: while it chooses its leaders, nobody does. */
const CLUSTER_ATTEMPTS = 3;

const patiently = async <Result>({ connection }: AskedServer, ask: () => Promise<Result>): Promise<Result> => {
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
const openReader = async (
  { js }: AskedServer,
  stream: string,
  options: Partial<OrderedConsumerOptions>,
): Promise<{ readonly consumer: Consumer; readonly pending: number }> => {
  const consumer = await js.consumers.get(stream, options);
  return { consumer, pending: (await consumer.info(true)).num_pending };
};

/** What a world's stream holds after a place, in order; to its end at the time of calling. */
export async function* readStream(
  server: AskedServer,
  world: string,
  afterSeq: number,
  types: readonly string[] | undefined,
): AsyncGenerator<Delivery, void> {
  const { jsm, trouble } = server;
  const stream = streamOf(world);
  try {
    const { last_seq: end } = (await patiently(server, () => jsm.streams.info(stream))).state;
    if (end <= afterSeq || types?.length === 0) return;
    const options = {
      opt_start_seq: afterSeq + 1,
      filter_subjects: types === undefined ? [`${subjectPrefix(world)}>`] : types.map((type) => `${subjectPrefix(world)}*.${type}`),
    };
    const { consumer, pending } = await patiently(server, () => openReader(server, stream, options));
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

/** What is asked of a stream about itself; a server that does not answer now may answer later. */
const askStream = async <Result>(server: AskedServer, stream: string, ask: () => Promise<Result>): Promise<Result> => {
  try {
    return await patiently(server, ask);
  } catch (error) {
    const { message, mend, trouble } = server.trouble(error, `say what stream ${stream} holds`);
    throw new OperatingError(trouble, message, {
      ...(mend === undefined ? {} : { mend }),
      cause: error,
      isPassing: violationOf(error) === undefined,
    });
  }
};

/** A look at a world's stream as it is now. */
export const lookAt = async (server: AskedServer, world: string): Promise<StreamLook> => {
  const { jsm } = server;
  const stream = streamOf(world);
  const ask = <Result>(question: () => Promise<Result>): Promise<Result> => askStream(server, stream, question);
  const { created, state } = await ask(() => jsm.streams.info(stream));
  return {
    id: created,
    firstSeq: state.messages === 0 ? state.last_seq + 1 : state.first_seq,
    lastSeq: state.last_seq,
    eventAt: async (seq) => {
      const found = await ask(() => jsm.streams.getMessage(stream, { seq }));
      if (found === null) return undefined;
      const message = decode(found.subject, found.data);
      return isMalformed(message) ? undefined : message.id;
    },
    holdsEventsOf: async (source) =>
      (await ask(() => jsm.streams.getMessage(stream, { last_by_subj: `${subjectPrefix(world)}${source.slice(1)}.>` }))) !== null,
  };
};
