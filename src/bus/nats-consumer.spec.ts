/**
 * A consumer and the server that it listens to, of which deliveries get lost, connections break and handlers fail as they are
 * drawn: whatever happens, each message is handled, once and in order.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import type { ConsumerConfig, JetStreamManager } from '@nats-io/jetstream';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { createRandom, type Random } from '../kernel/random.ts';
import { openNatsConsumer } from './nats-consumer.ts';
import { createStoredSeqs } from './nats-publisher.ts';

const STREAM = 'S';
const CONSUMER = 'store';
const MOST_PENDING = 512;

const notFound = (): JetStreamApiError =>
  new JetStreamApiError({ code: 404, err_code: JetStreamApiCodes.ConsumerNotFound, description: 'consumer not found' });

interface Pull {
  readonly reply: string;
  left: number;
}

/** How often a server fails its consumer, and how many milliseconds its answers take at most. */
interface Rates {
  readonly loss: number;
  readonly status: number;
  readonly deafness: number;
  readonly slownessMs: number;
}

/** A server with one stream and at most one consumer, and the connection to it. */
const createServer = (random: Random, rates: Rates) => {
  const stream: number[] = [];
  let lastSeq = 0;
  let config: ConsumerConfig | undefined;
  let [nextSeq, deliverySeq, acknowledged] = [1, 0, 0];
  let pulls: Pull[] = [];
  const listeners = new Map<string, (error: Error | null, msg: Msg) => void>();
  let isDown = false;
  let refusal: string | undefined;
  const pulledAt: number[] = [];
  const chance = (rate: number): boolean => random.next() < rate;

  const send = (reply: string, msg: Partial<Msg>): void => {
    // As over a socket: later, and nobody hears of what no one listens to any more.
    setImmediate(() => listeners.get(reply)?.(null, { subject: 'foodsim.w.front.Paid', data: new Uint8Array(), ...msg } as Msg));
  };
  const sayStatus = (reply: string, code: number, description: string): void =>
    send(reply, { headers: { code, description, get: () => '' } as unknown as NonNullable<Msg['headers']> });
  const deliver = (): void => {
    while (config !== undefined && pulls.length > 0 && !isDown && deliverySeq - acknowledged < MOST_PENDING) {
      const seq = stream.find((one) => one >= nextSeq);
      if (seq === undefined) return;
      const pull = pulls[0]!;
      nextSeq = seq + 1;
      deliverySeq += 1;
      pull.left -= 1;
      if (pull.left === 0) pulls.shift();
      const mine = deliverySeq;
      if (chance(rates.loss)) continue;
      send(pull.reply, {
        reply: `$JS.ACK.${STREAM}.${CONSUMER}.1.${seq}.${mine}.0.0`,
        respond: () => {
          acknowledged = Math.max(acknowledged, mine);
          setImmediate(deliver);
          return true;
        },
      });
      if (chance(rates.status)) sayStatus(pull.reply, 409, 'Leadership Change');
    }
  };
  const answer = async <Value>(value: () => Value): Promise<Value> => {
    if (rates.slownessMs > 0) await new Promise((resolve) => setTimeout(resolve, 1 + random.below(rates.slownessMs)));
    if (isDown || chance(rates.deafness)) throw new Error('timeout');
    return value();
  };

  const connection = {
    info: {},
    flush: async () => undefined,
    publish: (_subject: string, payload: string, { reply }: { readonly reply: string }) => {
      pulledAt.push(Date.now());
      if (isDown) return;
      if (refusal !== undefined) {
        const msg = { headers: { code: 409, description: refusal } } as unknown as Msg;
        // Later, yet at the same time: an immediate of this clock takes 1 ms.
        queueMicrotask(() => listeners.get(reply)?.(null, msg));
        return;
      }
      pulls.push({ reply, left: (JSON.parse(payload) as { readonly batch: number }).batch });
      setImmediate(deliver);
    },
    subscribe: (subject: string, { callback }: { readonly callback: (error: Error | null, msg: Msg) => void }) => {
      listeners.set(subject, callback);
      return { getSubject: () => subject, unsubscribe: () => void listeners.delete(subject) };
    },
  };
  const jsm = {
    getOptions: () => ({ apiPrefix: '$JS.API' }),
    streams: { info: () => answer(() => ({ state: { last_seq: lastSeq } })) },
    consumers: {
      info: () =>
        answer(() => {
          if (config === undefined) throw notFound();
          return {
            config,
            num_waiting: pulls.length,
            num_pending: stream.filter((seq) => seq >= nextSeq).length,
            num_ack_pending: deliverySeq - acknowledged,
          };
        }),
      delete: () =>
        answer(() => {
          if (config === undefined) throw notFound();
          config = undefined;
        }),
      add: (_stream: string, made: ConsumerConfig) =>
        answer(() => {
          config = made;
          [nextSeq, deliverySeq, acknowledged, pulls] = [made.opt_start_seq ?? 1, 0, 0, []];
        }),
    },
  };
  return {
    connection: connection as unknown as NatsConnection,
    jsm: jsm as unknown as JetStreamManager,
    /** Stores a message; between two of them others may lie that are nobody's here. */
    store: (): void => {
      lastSeq += 1 + random.below(3);
      stream.push(lastSeq);
      setImmediate(deliver);
    },
    /** The connection breaks: what was on its way is lost, and a server that was killed has forgotten its consumer. */
    goDown: (forgets: boolean): void => {
      isDown = true;
      pulls = [];
      if (forgets) config = undefined;
    },
    comeBack: (): void => {
      isDown = false;
      setImmediate(deliver);
    },
    /** Answers every pull with this status from now on, or none. */
    refuse: (text: string | undefined): void => {
      refusal = text;
    },
    stream,
    /** When it was asked for messages, by the clock of the test. */
    pulledAt,
  };
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const CONSUME = { consumer: CONSUMER, types: 'all', afterSeq: 0, maxBatch: 5 } as const;

/** What a consumer of this server works with. */
const onServer = ({ connection, jsm }: ReturnType<typeof createServer>) => ({
  ...{ connection, jsm, hastyJsm: jsm, world: 'w', stream: STREAM, consume: CONSUME },
  stored: createStoredSeqs(),
  onHandlerFailure: undefined,
});

/** Plays what this seed draws; the messages as they were handled, and as they are in the stream. */
const playDrawn = async (seed: string) => {
  const random = createRandom(seed);
  const rate = (most: number): number => (random.below(2) === 0 ? 0 : random.next() * most);
  const rates = { loss: rate(0.2), status: rate(0.1), deafness: rate(0.3), failure: rate(0.5), slownessMs: 5 };
  const server = createServer(random.fork('server'), rates);
  const handled: number[] = [];
  const attempts: number[] = [];
  let isCalm = false;
  const ended: unknown[] = [];
  const consumption = await openNatsConsumer({
    ...onServer(server),
    consume: { ...CONSUME, maxBatch: 1 + random.below(5) },
    handle: (batch) => {
      attempts.push(batch[0]!.attempt);
      if (!isCalm && random.next() < rates.failure) throw new Error('not now');
      handled.push(...batch.map(({ seq }) => seq));
    },
    onViolation: () => () => undefined,
    onTrouble: (error) => error.isPassing || ended.push(error),
  }).catch((error: unknown) => error as Error);
  if (consumption instanceof Error) return undefined;
  for (let turn = 0; turn < 25; turn += 1) {
    for (let count = random.below(6); count > 0; count -= 1) server.store();
    await vi.advanceTimersByTimeAsync(random.below(120));
    if (random.next() < 0.2) {
      server.goDown(random.below(2) === 0);
      await vi.advanceTimersByTimeAsync(random.below(300));
      server.comeBack();
      consumption.reconnected();
    }
  }
  isCalm = true;
  rates.loss = rates.status = rates.deafness = 0;
  server.store();
  await vi.advanceTimersByTimeAsync(120_000);
  await consumption.stop();
  return { handled, stored: server.stream, ended, attempts };
};

describe('a consumer whose deliveries get lost, whose connection breaks and whose handler fails', () => {
  it('handles each message once, in order', async () => {
    let [played, retried] = [0, 0];
    for (let seed = 1; seed <= 100; seed += 1) {
      const one = playDrawn(`consumer ${seed}`);
      await vi.advanceTimersByTimeAsync(20);
      const result = await one;
      if (result === undefined) continue;
      played += 1;
      if (result.attempts.some((attempt) => attempt > 1)) retried += 1;
      expect({ seed, handled: result.handled, ended: result.ended }).toEqual({ seed, handled: result.stored, ended: [] });
    }
    expect(played).toBeGreaterThan(60);
    expect(retried).toBeGreaterThan(20);
  });
});

describe('a consumer that is refused whatever it asks for', () => {
  it('asks again at growing pauses, tells of it once, and goes on when it is refused no more', async () => {
    const server = createServer(createRandom('refused'), { loss: 0, status: 0, deafness: 0, slownessMs: 0 });
    const [handled, notes]: [number[], string[]] = [[], []];
    server.refuse('Exceeded MaxPatience of 7');
    const opening = openNatsConsumer({
      ...onServer(server),
      handle: (batch) => void handled.push(...batch.map(({ seq }) => seq)),
      onViolation: () => () => undefined,
      onTrouble: (error) => notes.push(error.message),
    });
    await vi.advanceTimersByTimeAsync(20_000);
    const consumption = await opening;
    const pausesMs = server.pulledAt.slice(1).map((at, index) => at - (server.pulledAt[index] ?? 0));
    expect(pausesMs).toEqual([0, 50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
    expect(notes).toEqual(['store gets no messages of world w: the server says 409 Exceeded MaxPatience of 7']);
    const refused = expect(consumption.lag()).rejects.toMatchObject({ message: notes[0], isPassing: true });
    await vi.advanceTimersByTimeAsync(5_000);
    await refused;
    server.refuse(undefined);
    server.store();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(handled).toEqual(server.stream);
    await consumption.stop();
  });
});

const CALM: Rates = { loss: 0, status: 0, deafness: 0, slownessMs: 0 };
const opened = async (server: ReturnType<typeof createServer>) => {
  const [handled, ended]: [number[], string[]] = [[], []];
  const opening = openNatsConsumer({
    ...onServer(server),
    handle: (batch) => void handled.push(...batch.map(({ seq }) => seq)),
    onTrouble: (error) => {
      if (!error.isPassing) ended.push(error.message);
    },
    onViolation: () => () => undefined,
  });
  await vi.advanceTimersByTimeAsync(20);
  return { consumption: await opening, handled, ended };
};

describe('a server that says nothing, neither of messages nor that it lives', () => {
  it('is taken for gone after some seconds, and asked anew', async () => {
    const server = createServer(createRandom('silent'), CALM);
    const { consumption } = await opened(server);
    await vi.advanceTimersByTimeAsync(16_000);
    const pausesMs = server.pulledAt.slice(1, 3).map((at, index) => at - (server.pulledAt[index] ?? 0));
    expect(pausesMs).toHaveLength(2);
    for (const pauseMs of pausesMs) expect([pauseMs >= 4_000, pauseMs < 7_000]).toEqual([true, true]);
    await consumption.stop();
  });
});

describe('the lag of a consumer that is being made anew', () => {
  it('is that of the new one', async () => {
    const server = createServer(createRandom('anew'), { ...CALM, slownessMs: 5 });
    const { consumption } = await opened(server);
    server.goDown(true);
    server.comeBack();
    consumption.reconnected();
    const lag = consumption.lag();
    await vi.advanceTimersByTimeAsync(100);
    expect(await lag).toEqual({ pending: 0, unacknowledged: 0 });
    await consumption.stop();
  });
});

describe('a stream that is not there when somebody comes back', () => {
  const comingBack = async (absences: number) => {
    const server = createServer(createRandom('absent'), CALM);
    const { info } = server.jsm.streams;
    let left = 0;
    server.jsm.streams.info = (name) =>
      left-- > 0
        ? Promise.reject(new JetStreamApiError({ code: 404, err_code: JetStreamApiCodes.StreamNotFound, description: 'stream not found' }))
        : info(name);
    const { consumption, handled, ended } = await opened(server);
    left = absences;
    consumption.reconnected();
    await vi.advanceTimersByTimeAsync(2_000);
    server.store();
    await vi.advanceTimersByTimeAsync(20);
    await consumption.stop();
    return { isHandled: handled.length === 1, ended };
  };

  it('is waited for a little: a server that is just up may not have found it yet', async () => {
    expect(await comingBack(2)).toEqual({ isHandled: true, ended: [] });
  });

  it('and is lost then', async () => {
    const { isHandled, ended } = await comingBack(1_000);
    expect([isHandled, ended]).toEqual([false, [expect.stringMatching(/was lost, purged or made anew/)]]);
  });
});
