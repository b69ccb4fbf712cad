import type { Timers } from '../kernel/clock.ts';
import { Refusal } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import type { Actor } from '../runtime/actor/actor-port.ts';
import type { ContextDefinition } from '../runtime/actor/context.ts';
import { createDispatch, type DispatchOptions } from '../runtime/http/dispatch.ts';
import { healthOf, type HealthSources } from '../runtime/http/health.ts';
import { toProblem } from '../runtime/http/problems.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { createHttpServer, type HttpServer } from '../runtime/http/server.ts';
import type { Recorder } from '../kernel/recording.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Metrics } from './metrics/metrics.ts';

/** How a context is reached. */
export type Reach =
  /** Over HTTP on this address; port 0 takes a free one, and keeps it over restarts. */
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly token?: Secret | undefined }
  /** In process only. */
  | { readonly kind: 'in-process' };

/** What a {@link ContextHost} is made of. */
export interface ContextHostOptions {
  readonly name: string;
  readonly definition: ContextDefinition;
  readonly actor: Actor;
  readonly reach: Reach;
  readonly timers: Timers;
  readonly ids: IdSource;
  readonly recorder: Recorder;
  readonly log: Logger;
  readonly delay: DispatchOptions['delay'];
  /** Counts what it answers, and tells of it; nobody does where absent. */
  readonly metrics?: Metrics | undefined;
  /** Whether it is to be stopped soon. */
  readonly isLeaving?: (() => boolean) | undefined;
}

/** One context with its HTTP face: started, stopped and crashed as a whole. */
export interface ContextHost {
  readonly name: string;
  readonly actor: Actor;
  /** Answers requests in process; `context-unavailable` while it is down. */
  readonly dispatch: Dispatch;
  /** What there is to know of its health. */
  readonly sources: HealthSources;
  isRunning(): boolean;
  /** Its address while it listens. */
  url(): string | undefined;
  /** The requests being answered now, as `POST /orders`. */
  requests(): readonly string[];
  /** What `GET /health` tells of it. */
  health(): Promise<Readonly<Record<string, unknown>>>;
  start(): Promise<void>;
  stop(): Promise<void>;
  crash(): Promise<void>;
  /** Its actor died at a crash point: closes its face. */
  buried(): Promise<void>;
}

/**
 * Runs work one piece after the other. Starts, stops and burials are asked for by scenarios and by crashes alike;
 * one at a time, each finds the port free or taken for good.
 */
const createTurns = () => {
  let turn: Promise<unknown> = Promise.resolve();
  return (work: () => Promise<void>): Promise<void> => {
    const done = turn.then(work);
    turn = done.catch(() => undefined); // Who asked for it hears of its failure.
    return done;
  };
};

/** Why what still answers is not ready any more. */
export const LEAVING = 'it is about to stop';

/** What a context's host and its actor know of its health. */
const healthSourcesOf = (actor: Actor, isRunning: () => boolean, isLeaving: () => boolean = () => false): HealthSources => ({
  whyNotReady: () => {
    if (!isRunning()) return 'it is not running';
    if (isLeaving()) return LEAVING;
    // Throws where its database can't be read.
    actor.deadLetterCount();
    return undefined;
  },
  obstacle: () => actor.whyUnpublished(),
  counts: () => ({ outbox: actor.unpublished(), parked: actor.parked().length, deadLetters: actor.deadLetterCount() }),
  workload: async () => {
    const { outbox, pending, unacknowledged, parked } = await actor.workload();
    const [overdue, activity, deadLetters] = [actor.overdue(), actor.activity(), actor.deadLetterCount()];
    return { outbox, pending, unacknowledged, overdue, parked: parked.length, deadLetters, activity };
  },
});

/** Answers requests while `isRunning`, and knows which are being answered. */
const createDesk = (options: ContextHostOptions, isRunning: () => boolean) => {
  const { name, definition, actor, timers, ids, recorder, log, delay } = options;
  const answer = createDispatch({
    actor,
    routes: definition.routes,
    refusals: definition.refusals,
    ids,
    recorder,
    log,
    timers,
    ...(definition.about === undefined ? {} : { about: definition.about }),
    ...(delay === undefined ? {} : { delay }),
  });
  const underWay = new Map<number, string>();
  let requestCount = 0;
  const dispatch: Dispatch = async (request) => {
    if (!isRunning()) {
      return toProblem(
        new Refusal('context-unavailable', `${name} is not running.`, { context: name }),
        { url: request.url, correlationId: ids.next() },
        log,
      );
    }
    const ticket = (requestCount += 1);
    underWay.set(ticket, `${request.method} ${request.url}`);
    try {
      return await answer(request);
    } finally {
      underWay.delete(ticket);
    }
  };
  return { dispatch, requests: () => [...underWay.values()] };
};

/** The HTTP server of a context, opened again on the port that it once had; none where it is reached in process. */
const createDoor = ({ name, reach, log, timers, metrics }: ContextHostOptions, dispatch: Dispatch, health: HealthSources) => {
  let server: HttpServer | undefined;
  let port = reach.kind === 'http' ? reach.port : 0;
  return {
    url: () => server?.url,
    open: async (): Promise<void> => {
      if (reach.kind !== 'http') return;
      const { host, token } = reach;
      const counted = { onAnswer: metrics?.onAnswerOf(name), metrics: metrics?.text };
      const portOption = `--port ${name}=PORT`;
      server = await createHttpServer({ name, dispatch, port, host, portOption, log, timers, health, token, ...counted });
      port = server.port;
    },
    close: async (): Promise<void> => {
      const closing = server;
      server = undefined;
      await closing?.close();
    },
  };
};

/** Creates a context's host; it is down until it is started. */
export const createContextHost = (options: ContextHostOptions): ContextHost => {
  const { name, actor, timers, log } = options;
  const inTurn = createTurns();
  let isRunning = false;
  const { dispatch, requests } = createDesk(options, () => isRunning);
  const sources = healthSourcesOf(actor, () => isRunning, options.isLeaving);
  const door = createDoor(options, dispatch, sources);

  const close = async (): Promise<void> => {
    isRunning = false;
    await door.close();
  };

  /** How often it died; a start during which it died again does not bring it up. */
  let deaths = 0;
  const die = (): void => {
    isRunning = false;
    deaths += 1;
  };

  const begin = async (): Promise<void> => {
    if (isRunning) return;
    const deathsBefore = deaths;
    // The port first: where it can't be had, nothing was begun.
    await door.open();
    try {
      await actor.start();
    } catch (error) {
      await close();
      throw error;
    }
    isRunning = deaths === deathsBefore;
  };

  return {
    name,
    actor,
    dispatch,
    sources,
    isRunning: () => isRunning,
    url: door.url,
    health: async () => (await healthOf(name, sources, timers, log)).body,
    requests,
    start: () => inTurn(begin),
    stop: () => inTurn(() => close().then(() => actor.stop())),
    crash: async () => {
      die();
      const dying = actor.crash();
      await inTurn(async () => {
        await dying;
        // What was just being started had no life yet to lose.
        await actor.crash();
        await close();
      });
    },
    buried: () => {
      die();
      return inTurn(close);
    },
  };
};
