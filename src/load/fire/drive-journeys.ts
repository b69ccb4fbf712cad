/** Drives journeys in the load process: when each begins, what it asks, and how it ends. */
import { createHttpClient, type HttpClient } from '../../runtime/http/client.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import { createRandom } from '../../kernel/random.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import { createNames, type Names } from '../../scenarios/runner/names.ts';
import { idMade } from '../../scenarios/runner/commands.ts';
import { fieldOf } from '../../scenarios/runner/json.ts';
import type { Told } from '../history.ts';
import { kindOf } from '../measure/outcome.ts';
import type { CannonOrder, OrderedJourney } from '../order.ts';
import { createFeeds } from './feeds.ts';
import { createClosedLoop, createOpenLoop, type Loop } from './loops.ts';
import { playJourney, Stopped, type JourneyPorts, type JourneyRequest } from './play-journey.ts';
import { createWeightedDraw } from './weighted.ts';

/** The most journeys under way at once in an open loop; one that is due beyond begins late, and its delay counts. */
const MOST_UNDER_WAY = 4_096;
/** The most requests under way at once: more connections than this only hurt. */
const MOST_CONNECTIONS = 512;
/** A user who got no answer tries again after this pause, so that a dead target is not hammered. */
const PAUSE_WITHOUT_ANSWER_MS = 100;
/** With so many requests in a row that were not answered, the target is taken for dead. */
const MOST_UNANSWERED = 1_000;
/** How often it is looked whether all have come to their end, in milliseconds. */
const LOOK_MS = 5;

/** What is told of journeys, as it happens. */
export interface JourneyOutlet {
  readonly began: () => void;
  readonly answer: (answer: LoadAnswer) => void;
  readonly ended: (end: LoadJourneyEnd) => void;
  readonly told: (told: Told) => void;
}

/** How a load of journeys ended. */
export interface JourneysEnd {
  readonly isCut: boolean;
  /** How often a unique feeder had nothing left, by its name. */
  readonly unfed: Readonly<Record<string, number>>;
}

const round = (ms: number): number => Math.round(ms * 100) / 100;

/** Lets so many in at once, and the others in the order in which they came. */
const createGate = (most: number) => {
  const waiting: (() => void)[] = [];
  let inside = 0;
  return {
    enter: (): Promise<void> | undefined => {
      if (inside < most) {
        inside += 1;
        return undefined;
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    leave: (): void => {
      const next = waiting.shift();
      if (next === undefined) inside -= 1;
      else next();
    },
  };
};

const toldOf = (
  { route, subject, makes }: NonNullable<JourneyRequest['about']>,
  method: string,
  answer: HttpResponse,
  when: Pick<Told, 'correlation' | 'startMs' | 'endMs'>,
): Told => {
  const state = fieldOf(answer.body, 'status');
  const id = subject ?? (makes === undefined || answer.status >= 400 ? undefined : idMade(makes, answer));
  return {
    method,
    route,
    status: answer.status,
    ...when,
    ...(id === undefined ? {} : { subject: id }),
    ...(typeof state === 'string' ? { state } : {}),
  };
};

/** Asks over HTTP and tells each answer. */
const createAsk = (
  order: CannonOrder,
  client: HttpClient,
  now: () => number,
  { outlet, onDead }: { readonly outlet: JourneyOutlet; readonly onDead: (error: unknown) => void },
) => {
  const gate = createGate(MOST_CONNECTIONS);
  let sent = 0;
  let unanswered = 0;
  const ask: JourneyPorts['ask'] = async ({ request, label, dueMs, isWanted, about }) => {
    const entering = gate.enter();
    if (entering !== undefined) await entering;
    sent += 1;
    const startMs = now();
    const url = `${order.basePath ?? ''}${request.url}`;
    const correlation = `${order.correlation}.${sent}`;
    const own = about === undefined ? request.headers : { 'x-correlation-id': correlation, ...request.headers };
    const headers = order.authorization === undefined ? own : { authorization: order.authorization, ...own };
    let answer: HttpResponse = { status: 0, headers: {} };
    try {
      answer = await client({ ...request, url, headers });
      unanswered = 0;
    } catch (error) {
      // No answer is an answer too, for whoever counts them.
      if (!(error instanceof OperatingError) || error.trouble === 'invalid-input') throw error;
      unanswered += 1;
      if (unanswered > MOST_UNANSWERED) onDead(error);
    } finally {
      gate.leave();
    }
    const { status, body } = answer;
    const kind = status > 0 && isWanted(answer) ? 'success' : kindOf(status, status >= 500 ? JSON.stringify(body ?? '') : '');
    const endMs = round(now());
    if (about !== undefined) outlet.told(toldOf(about, request.method, answer, { correlation, startMs: round(startMs), endMs }));
    const bytes = Number(answer.headers['content-length'] ?? 0);
    outlet.answer([label, round(dueMs), round(startMs), endMs, status, kind, Number.isFinite(bytes) ? bytes : 0]);
    return answer;
  };
  return { ask, sent: () => sent, isAnswered: () => unanswered === 0 };
};

/** Someone who can be on a journey. */
interface Traveller {
  /** The journey under way, and where it is. */
  at: { readonly journey: number; readonly intendedMs: number; step: number } | undefined;
}

/** The sleepers of a load, who are all woken when it stops. */
const createSleep = (now: () => number, stopped: AbortSignal): JourneyPorts['sleepUntil'] => {
  const sleepers = new Set<() => void>();
  stopped.addEventListener('abort', () => [...sleepers].forEach((wake) => wake()), { once: true });
  return (ms) =>
    new Promise((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer);
        sleepers.delete(wake);
        if (stopped.aborted) reject(new Stopped());
        else resolve();
      };
      const timer = setTimeout(wake, Math.max(0, ms - now()));
      sleepers.add(wake);
      if (stopped.aborted) wake();
    });
};

const namesFor = (order: CannonOrder, fed: Readonly<Record<string, unknown>>): Names => {
  const names = createNames({ ...order.values, ...fed });
  for (const { what, name, id } of order.ids) names.set(what, name, id);
  return names;
};

/** Begins journeys for travellers, and tells how each ended. */
const createJourneys = (order: CannonOrder, ports: JourneyPorts, outlet: JourneyOutlet) => {
  const random = createRandom(`${order.seed}/journeys`);
  const draw = createWeightedDraw(order.journeys, random);
  const feeds = createFeeds(order);
  let underWay = 0;
  return {
    unfed: feeds.unfed,
    underWay: () => underWay,
    /** Sends a traveller on a journey; undefined where a unique feeder has nothing left for it. Resolves to whether it came to its end. */
    begin: (traveller: Traveller, intendedMs: number): Promise<boolean> | undefined => {
      const journey = draw();
      const ordered = order.journeys[journey] as OrderedJourney;
      const fed = feeds.take(ordered.feeders);
      if ('dry' in fed) return undefined;
      const at = { journey, intendedMs, step: 0 };
      traveller.at = at;
      underWay += 1;
      return playJourney(ordered, namesFor(order, fed.values), ports, intendedMs, (step) => (at.step = step)).then((end) => {
        if (traveller.at !== at) return false;
        traveller.at = undefined;
        underWay -= 1;
        outlet.ended({ journey, intendedMs: round(intendedMs), endMs: round(ports.now()), ...end });
        return true;
      });
    },
    /** Gives up whoever is still on a journey, and those that were due and never begun. */
    giveUp: (travellers: readonly Traveller[], unsent: readonly number[], message: string): void => {
      const endMs = round(ports.now());
      for (const traveller of travellers) {
        const { at } = traveller;
        traveller.at = undefined;
        if (at === undefined) continue;
        const { journey, intendedMs, step } = at;
        outlet.ended({ journey, intendedMs: round(intendedMs), endMs, outcome: 'unfinished', step, message });
      }
      for (const intendedMs of unsent) {
        const late = 'it was due, and nobody was free to begin it';
        outlet.ended({ journey: draw(), intendedMs: round(intendedMs), endMs, outcome: 'unfinished', message: late });
      }
    },
  };
};

/** Drives the journeys of an order; resolves when all have come to their end, or are given up. */
export const driveJourneys = (order: CannonOrder, stopped: AbortSignal, outlet: JourneyOutlet): Promise<JourneysEnd> => {
  const { plan } = order;
  const client = createHttpClient({ baseUrl: order.url, timeoutMs: order.requestTimeoutMs, connections: MOST_CONNECTIONS });
  let beganMs = Infinity;
  const now = (): number => (beganMs === Infinity ? -1 : performance.now() - beganMs);
  const givingUp = new AbortController();
  const { promise, resolve, reject } = Promise.withResolvers<JourneysEnd>();
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;
  const close = (): Promise<void> => {
    isOver = true;
    clearTimeout(timer);
    givingUp.abort();
    return client.destroy();
  };
  const fail = (error: unknown): void => {
    if (isOver) return;
    void close().then(() => reject(error instanceof Error ? error : new Error(String(error))));
  };
  const { ask, sent, isAnswered } = createAsk(order, client, now, { outlet, onDead: fail });
  const sleepUntil = createSleep(now, AbortSignal.any([stopped, givingUp.signal]));
  const journeys = createJourneys(order, { ask, now, sleepUntil, random: createRandom(`${order.seed}/thoughts`) }, outlet);
  const most = plan.loop === 'closed' ? plan.peak : MOST_UNDER_WAY;
  const travellers: readonly Traveller[] = Array.from({ length: most }, () => ({ at: undefined }));
  const isCut = (): boolean => stopped.aborted || sent() >= order.mostRequests;

  const free = (traveller: Traveller): void => {
    if (!isOver) loop.onFree(traveller);
  };
  const begin = (traveller: Traveller, intendedMs: number): void => {
    if (isCut() || isOver) return;
    const journey = journeys.begin(traveller, intendedMs);
    // Whoever comes next may take another journey; a user without anything to say has left.
    if (journey === undefined) return plan.loop === 'open' ? free(traveller) : undefined;
    journey.then((isThrough) => {
      if (isThrough && isAnswered()) free(traveller);
      else if (isThrough) setTimeout(free, PAUSE_WITHOUT_ANSWER_MS, traveller);
    }, fail);
  };
  const loop: Loop<Traveller> = (plan.loop === 'closed' ? createClosedLoop : createOpenLoop)<Traveller>(plan, now, begin);
  const finish = (): void => {
    if (isOver) return;
    const why = stopped.aborted ? 'the load was stopped' : `it was not through ${order.graceMs} ms after the load had ended`;
    journeys.giveUp(travellers, loop.unsent(), why);
    void close().then(() => resolve({ isCut: isCut(), unfed: journeys.unfed() }));
  };
  const pulse = (): void => {
    if (isOver) return;
    const nowMs = now();
    loop.advance(nowMs);
    const nextMs = isCut() ? undefined : loop.nextMs(nowMs);
    const isDrained = journeys.underWay() === 0 || nowMs > plan.totalMs + order.graceMs;
    if (nextMs === undefined && (isDrained || stopped.aborted)) finish();
    else timer = setTimeout(pulse, Math.max(0, Math.min(50, (nextMs ?? nowMs + LOOK_MS) - nowMs)));
  };
  stopped.addEventListener('abort', finish, { once: true });
  beganMs = performance.now();
  outlet.began();
  travellers.forEach(free);
  pulse();
  return promise;
};
