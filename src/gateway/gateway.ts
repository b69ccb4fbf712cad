import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Agent, request as ask } from 'undici';
import type { Timers } from '../kernel/clock.ts';
import { Refusal, messageOf } from '../kernel/errors.ts';
import { createIds } from '../kernel/ids.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Logger } from '../kernel/log.ts';
import { createRandom } from '../kernel/random.ts';
import type { Secret } from '../kernel/secret.ts';
import { HTTP_OPTIONS, refuseInWords } from '../runtime/http/bare-refusals.ts';
import { requireToken } from '../runtime/http/bearer.ts';
import { toProblem } from '../runtime/http/problems.ts';
import { BODY_LIMIT_BYTES } from '../runtime/http/request-body.ts';
import { listen } from '../runtime/http/listening.ts';
import { addMetrics, originForm, refuseClient, sendResponse, unreadable } from '../runtime/http/server.ts';
import type { MetricsText, OnAnswer } from '../runtime/http/answered.ts';
import { OWN_PATHS, answerOwn, ownPathOf, refuseUnpassed, unpassed } from './own-routes.ts';
import type { OwnSources } from './own-routes.ts';
import { addPassages, addressOf, hungUp, rootOf, type CellsBehind, type Upstream } from './passage.ts';
import { badPath, createPathLookup, pathsOf, type Behind, type PathLookup } from './paths.ts';

export { createInProcessGateway } from './in-process.ts';

/** What {@link createGateway} is made of. */
export interface GatewayOptions {
  /** What stands behind it, in order. */
  readonly contexts: readonly Behind[];
  /** By context; one that is missing is down. Not looked at where there are several cells. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
  /** How the cells of a world stand behind it, where it has several. */
  readonly cells?: CellsBehind;
  /** Default 8088; 0 for any free port. */
  readonly port?: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** The option that sets the port, named where the port is taken; default `--port gateway=PORT`. */
  readonly portOption?: string;
  readonly log: Logger;
  readonly timers: Timers;
  /** Makes correlation and trace ids for requests that bring none; default: from the clock. */
  readonly ids?: IdSource;
  /** The document that `GET /openapi.json` answers to somebody who calls the gateway by this address. */
  readonly openApi: (baseUrl: string) => object;
  /** How long a context may take to begin its answer, and to go on with it; default 30,000. */
  readonly upstreamTimeoutMs?: number;
  /** Why nobody is to send requests here any more; undefined where they are welcome. */
  readonly whyNotReady?: () => string | undefined;
  /** What `GET /` tells of what runs here. */
  readonly about?: OwnSources['about'];
  /** Hears of each request that was passed on or refused; its route is the beginning of the path that leads to a context. */
  readonly onAnswer?: OnAnswer | undefined;
  /** The text that `/metrics` answers; without it, nothing answers there. */
  readonly metrics?: MetricsText | undefined;
  /** Asked of each caller, and shown to each context. */
  readonly token?: Secret | undefined;
  /** How long closing waits for requests being answered; default 5,000. */
  readonly closeTimeoutMs?: number;
}

/** A gateway at work. */
export interface Gateway {
  /** `http://127.0.0.1:8088`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, finishes what is being answered (bounded), ends connections that are idle. */
  close(): Promise<void>;
}

const HEALTH_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_MS = 65_000;

const healthOf = async (address: string | undefined, agent: Agent, token: Secret | undefined): Promise<Record<string, unknown>> => {
  if (address === undefined) return { status: 'down', reason: 'it is not running' };
  try {
    const { body } = await ask(`${address}/health`, {
      dispatcher: agent,
      ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token.reveal()}` } }),
    });
    return (await body.json()) as Record<string, unknown>;
  } catch (error) {
    const root = rootOf(error);
    return { status: 'down', reason: root instanceof Error && 'code' in root ? String(root.code) : messageOf(root) };
  }
};

/** Who stands for a context that has several cells: each address, with the cells there; and those that are nowhere, with the reason. */
const whoServes = (context: string, { count, find }: CellsBehind) => {
  const byUrl = new Map<string, number[]>();
  const missing: { readonly cell: number; readonly reason: string }[] = [];
  for (let cell = 0; cell < count; cell += 1) {
    const found = find(context, cell);
    if ('reason' in found) missing.push({ cell, reason: found.reason });
    else byUrl.set(found.url, [...(byUrl.get(found.url) ?? []), cell]);
  }
  return { byUrl, missing };
};

/** How a context is in all its cells: up where each of them is. */
const healthOfCells = async (context: string, cells: CellsBehind, ask: (address: string) => Promise<Record<string, unknown>>) => {
  const { byUrl, missing } = whoServes(context, cells);
  const served = await Promise.all([...byUrl].map(async ([url, here]) => ({ url, cells: here, ...(await ask(url)) })));
  const reasons = [
    ...missing.map(({ cell, reason }) => `cell ${cell}: ${reason}`),
    ...served.flatMap((one) =>
      'status' in one && one.status === 'up' ? [] : [`${one.url}: ${String('reason' in one ? one.reason : '')}`],
    ),
  ];
  if (reasons.length === 0) return { status: 'up', served };
  return { status: byUrl.size === 0 ? 'down' : 'degraded', reason: reasons.join('; '), served };
};

const addOwnRoutes = (app: FastifyInstance, options: GatewayOptions, agent: Agent): void => {
  const { cells } = options;
  const ask = (address: string | undefined): Promise<Record<string, unknown>> => healthOf(address, agent, options.token);
  const sources: OwnSources = {
    contexts: options.contexts,
    ...(cells === undefined ? {} : { cells: cells.count }),
    addressOf: (context) => {
      if (cells === undefined) return addressOf(options.upstreams[context]);
      const { byUrl, missing } = whoServes(context, cells);
      // One that is in several places has no address of its own.
      return missing.length === 0 && byUrl.size === 1 ? byUrl.keys().next().value : undefined;
    },
    healthOf: (context) => (cells === undefined ? ask(addressOf(options.upstreams[context])) : healthOfCells(context, cells, ask)),
    whyNotReady: options.whyNotReady,
    about: options.about,
    openApi: options.openApi,
  };
  for (const path of OWN_PATHS) {
    app.all(path, async (request, reply) => {
      const { status, body } = await answerOwn(path, request.method, `${request.protocol}://${request.host}`, sources);
      return reply.code(status).send(body);
    });
  }
};

type Refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;

/** Tells of each answer but the gateway's own, once it was sent. */
const countAnswers = (app: FastifyInstance, { onAnswer, contexts }: GatewayOptions): void => {
  if (onAnswer === undefined) return;
  const known = new Set(contexts.flatMap(pathsOf));
  app.addHook('onResponse', (request, reply, done) => {
    const { url, method } = request;
    const start = /^\/[^/?]*/.exec(url)?.[0] ?? '';
    if (ownPathOf(url) === undefined && start !== '/metrics')
      onAnswer({ method, route: known.has(start) ? start : undefined, status: reply.statusCode, durationMs: reply.elapsedTime });
    done();
  });
};

const createApp = (options: GatewayOptions, contextOf: PathLookup, refuse: Refuse): FastifyInstance => {
  const app = Fastify({
    logger: false,
    http: HTTP_OPTIONS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: 30_000,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: originForm,
    bodyLimit: BODY_LIMIT_BYTES,
    clientErrorHandler: refuseClient,
    frameworkErrors: (_error, request, reply) => void refuse(badPath(), request, reply as FastifyReply),
  });
  refuseInWords(app);
  requireToken(app, options.token);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, done) => {
    done(null, bytes.length === 0 ? undefined : bytes);
  });
  app.setErrorHandler(async (thrown, request, reply) => {
    const error = hungUp(thrown) ?? (await unreadable(thrown as FastifyError, request, BODY_LIMIT_BYTES));
    // Fastify refuses a QUERY by a bare 400, for its body; none is taken here.
    if (request.method === 'QUERY') return refuse(unpassed(request.method, request.url), request, reply);
    // The proxy refuses a path with broken encoding or `..` by a bare 400.
    const isBadPath = error instanceof Error && 'statusCode' in error && error.statusCode === 400;
    if (!isBadPath && !(error instanceof Refusal))
      options.log.warn({ err: error }, `the gateway could not pass on ${request.method} ${request.url}: ${messageOf(error)}`);
    return refuse(isBadPath ? badPath() : error, request, reply);
  });
  // Methods that Fastify routes nowhere come here as well, whatever their path.
  app.setNotFoundHandler((request) => {
    contextOf(request.url);
    refuseUnpassed(request.method, request.url);
  });
  return app;
};

/**
 * Opens the one address behind which the contexts are (the seed's gateway): requests and answers stream
 * through as they are, a context that is down or slow is named in a problem document. Throws an
 * OperatingError (infrastructure) where the port can't be had.
 */
export const createGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { host = '127.0.0.1', port: wantedPort = 8088, portOption = '--port gateway=PORT', timers } = options;
  const timeoutMs = options.upstreamTimeoutMs ?? 30_000;
  const ids = options.ids ?? createIds(timers, createRandom(`gateway ${wantedPort}`));
  const agent = new Agent({ headersTimeout: HEALTH_TIMEOUT_MS, bodyTimeout: HEALTH_TIMEOUT_MS, connect: { timeout: HEALTH_TIMEOUT_MS } });
  const refuse: Refuse = (error, request, reply) => {
    const given = request.headers['x-correlation-id'];
    const correlationId = typeof given === 'string' ? given : ids.next();
    return sendResponse(reply, toProblem(error, { url: request.url, correlationId }, options.log));
  };
  const contextOf = createPathLookup(options.contexts);
  const app = createApp(options, contextOf, refuse);
  countAnswers(app, options);
  addOwnRoutes(app, options, agent);
  addMetrics(app, options.metrics);
  const { contexts, upstreams, cells, token } = options;
  addPassages(app, { contexts, upstreams, cells, token, contextOf, ids, timeoutMs, refuse });
  const { url, port, closeWithin } = await listen(app, { name: 'the gateway', port: wantedPort, host, portOption });
  return {
    url,
    port,
    close: async () => {
      await closeWithin(timers, options.closeTimeoutMs ?? 5_000);
      await agent.destroy();
    },
  };
};
