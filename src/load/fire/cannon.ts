/*
 * The load process: started by fire.ts, so that making requests does not steal the system's event loop. It reads its
 * order from standard input up to the first line break, and tells each answer on standard output. When standard input
 * ends (the parent stops it, or is gone), it sends nothing more, waits for no answer, and ends.
 */
import { connect } from 'node:net';
import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import type { Told } from '../history.ts';
import { messageOf } from '../../kernel/errors.ts';
import { createLineReader } from '../../kernel/lines.ts';
import { openGatedLoad, type GatedClient } from './gated-client.ts';
import { driveJourneys } from './drive-journeys.ts';
import { createClosedLoop, createOpenLoop, type Loop } from './loops.ts';
import { kindOf } from '../measure/outcome.ts';
import type { CannonLine, CannonOrder } from '../order.ts';
import { createRequestSource, type ReadyRequest } from './requests.ts';

const FLUSH_MS = 50;
const CONNECT_PATIENCE_MS = 5_000;
/** A user whose connection broke tries again after this pause, so that a dead target is not hammered with connections. */
const RECONNECT_PAUSE_MS = 100;
/** With so many broken connections, and no answer in between, the target is taken for dead. */
const MOST_BROKEN = 1_000;
const MOST_CONNECTIONS = 512;
const LEAST_CONNECTIONS = 16;

const tell = (line: CannonLine): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const round = (ms: number): number => Math.round(ms * 100) / 100;

/** Fails unless somebody listens there. */
const knock = (url: URL): Promise<void> =>
  new Promise((resolve, reject) => {
    const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
    const socket = connect({ host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port });
    socket.setTimeout(CONNECT_PATIENCE_MS, () => socket.destroy(new Error(`no connection within ${CONNECT_PATIENCE_MS} ms`)));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
  });

/** Collects what happens, and tells it in batches. */
const createOutbox = () => {
  let answers: LoadAnswer[] = [];
  let ends: LoadJourneyEnd[] = [];
  let told: Told[] = [];
  const flush = (): void => {
    if (answers.length > 0) tell({ kind: 'answers', answers });
    if (ends.length > 0) tell({ kind: 'journeys', ends });
    if (told.length > 0) tell({ kind: 'told', told });
    [answers, ends, told] = [[], [], []];
  };
  const ticker = setInterval(flush, FLUSH_MS);
  return {
    put: (answer: LoadAnswer): void => void answers.push(answer),
    ended: (end: LoadJourneyEnd): void => void ends.push(end),
    told: (one: Told): void => void told.push(one),
    close: (): void => {
      clearInterval(ticker);
      flush();
    },
  };
};

interface Flight {
  readonly request: number;
  readonly intendedMs: number;
  readonly startMs: number;
}

const connectionsFor = ({ plan }: CannonOrder): number =>
  plan.loop === 'closed' ? plan.peak : Math.min(MOST_CONNECTIONS, Math.max(LEAST_CONNECTIONS, Math.ceil(plan.peak * 2)));

/** Turns the source of requests into what autocannon builds its buffers from. */
const createAmmunition = (order: CannonOrder) => {
  const source = createRequestSource(order);
  let drawn = source.isConstant ? source.next() : undefined;
  const build = (defaults: object): object => {
    const { index: _index, ...request } = drawn as ReadyRequest;
    return { ...defaults, ...request };
  };
  const constant = source.isConstant ? [build({})] : undefined;
  let isOpening = true;
  // Each connection builds its first request when it is opened, long before it sends; nothing is drawn for that one.
  const fed = [{ setupRequest: (defaults: object): object => (isOpening ? { ...defaults, method: 'GET', path: '/' } : build(defaults)) }];
  const used = new Set<GatedClient>();
  return {
    requests: constant ?? fed,
    opened: () => (isOpening = false),
    /** Makes the client ready for the next request, and tells which of the order's it is; undefined where there is none for it. */
    load: (client: GatedClient): number | undefined => {
      if (constant === undefined) {
        drawn = source.next();
        if (drawn === undefined) return undefined;
        if (!used.has(client)) client.prepare(fed);
        used.add(client);
      }
      return drawn?.index;
    },
    unfed: source.unfed,
  };
};

/** The requests that are under way, one for each connection at most. */
const createFlights = (now: () => number, put: (answer: LoadAnswer) => void) => {
  const flights = new Map<GatedClient, Flight>();
  const land = (client: GatedClient, status: number, body: string, bytes: number): void => {
    const flight = flights.get(client);
    if (flight === undefined) return;
    flights.delete(client);
    put([flight.request, round(flight.intendedMs), round(flight.startMs), round(now()), status, kindOf(status, body), bytes]);
  };
  return {
    has: (client: GatedClient): boolean => flights.has(client),
    count: (): number => flights.size,
    start: (client: GatedClient, flight: Flight): void => void flights.set(client, flight),
    land,
    /** Gives up on all. */
    loseAll: (): void => {
      for (const client of [...flights.keys()]) land(client, 0, '', 0);
    },
  };
};

/** Drives the load; resolves when all is answered or given up. */
const drive = (order: CannonOrder, stopped: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const { plan } = order;
    const outbox = createOutbox();
    const ammunition = createAmmunition(order);
    let beganMs = Infinity;
    let sent = 0;
    let broken = 0;
    let isOver = false;
    let timer: NodeJS.Timeout | undefined;
    const now = (): number => (beganMs === Infinity ? -1 : performance.now() - beganMs);
    const flights = createFlights(now, outbox.put);
    const isCut = (): boolean => stopped.aborted || sent >= order.mostRequests;
    const send = (client: GatedClient, intendedMs: number): void => {
      if (isCut()) return;
      const request = ammunition.load(client);
      if (request === undefined) {
        // An arrival without anything to send leaves its connection to the next one; a user has left.
        if (plan.loop === 'open') loop.onFree(client);
        return;
      }
      sent += 1;
      const startMs = now();
      client.send();
      flights.start(client, { request, intendedMs, startMs });
    };
    const loop: Loop<GatedClient> = (plan.loop === 'closed' ? createClosedLoop : createOpenLoop)<GatedClient>(plan, now, send);

    const end = async (): Promise<void> => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      const endMs = round(now());
      flights.loseAll();
      for (const intendedMs of loop.unsent()) outbox.put([0, round(intendedMs), endMs, endMs, 0, 'no-answer', 0]);
      outbox.close();
      await load.stop();
      tell({ kind: 'ended', isCut: isCut(), unfed: ammunition.unfed() });
      resolve();
    };
    const give = (error: Error): void => {
      isOver = true;
      clearTimeout(timer);
      outbox.close();
      void load.stop().then(() => reject(error));
    };
    const pulse = (): void => {
      if (isOver) return;
      const nowMs = now();
      loop.advance(nowMs);
      const nextMs = isCut() ? undefined : loop.nextMs(nowMs);
      const isDrained = flights.count() === 0 || nowMs > plan.totalMs + order.requestTimeoutMs;
      if (nextMs === undefined && (isDrained || stopped.aborted)) void end();
      else timer = setTimeout(pulse, Math.max(0, Math.min(50, (nextMs ?? nowMs + 5) - nowMs)));
    };
    const load = openGatedLoad(
      { url: order.url, connections: connectionsFor(order), requestTimeoutMs: order.requestTimeoutMs, requests: ammunition.requests },
      {
        onFree: (client) => {
          if (isOver) return;
          const isLost = flights.has(client);
          flights.land(client, 0, '', 0);
          if (isLost) setTimeout(() => loop.onFree(client), RECONNECT_PAUSE_MS);
          else loop.onFree(client);
        },
        onAnswer: (client, status, body, bytes) => {
          broken = 0;
          flights.land(client, status, body, bytes);
        },
        onConnectionError: (error) => {
          broken += 1;
          if (broken > MOST_BROKEN && !isOver) give(error);
        },
      },
    );
    ammunition.opened();
    stopped.addEventListener('abort', () => void end(), { once: true });
    beganMs = performance.now();
    tell({ kind: 'began', epochMs: performance.timeOrigin + beganMs });
    pulse();
  });

/** Drives the journeys; resolves when all have come to their end, or are given up. */
const travel = async (order: CannonOrder, stopped: AbortSignal): Promise<void> => {
  // What the client is made of is loaded at its first request, which must not pay for it.
  await import('undici');
  const outbox = createOutbox();
  try {
    const end = await driveJourneys(order, stopped, {
      began: () => void tell({ kind: 'began', epochMs: performance.timeOrigin + performance.now() }),
      answer: outbox.put,
      ended: outbox.ended,
      told: outbox.told,
    });
    outbox.close();
    tell({ kind: 'ended', ...end });
  } finally {
    outbox.close();
  }
};

/** Reads the order; what comes after it is the end of input. */
const readOrder = (stop: AbortController): Promise<CannonOrder> => {
  const order = new Promise<CannonOrder>((resolve) => {
    process.stdin.setEncoding('utf8').on(
      'data',
      createLineReader((line) => resolve(JSON.parse(line) as CannonOrder)),
    );
  });
  process.stdin.once('close', () => stop.abort());
  process.stdin.once('end', () => stop.abort());
  return order;
};

const main = async (): Promise<void> => {
  // A terminal sends Ctrl-C to every process in front of it; the parent decides, by closing our input.
  process.on('SIGINT', () => undefined);
  process.stdout.on('error', () => process.exit(1));
  const stop = new AbortController();
  const order = await readOrder(stop);
  try {
    await knock(new URL(order.url));
    await (order.journeys.length === 0 ? drive : travel)(order, stop.signal);
  } catch (error) {
    tell({ kind: 'failed', message: messageOf(error) });
  }
  process.stdin.destroy();
};

await main();
