import httpProxy from '@fastify/http-proxy';
import type { FastifyHttpProxyOptions } from '@fastify/http-proxy';
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
import { originForm, refuseClient, sendResponse, unreadable } from '../runtime/http/server.ts';
import { OWN_PATHS, answerOwn, refuseUnpassed, unpassed } from './own-routes.ts';
import type { OwnSources } from './own-routes.ts';
import { badPath, contextUnavailable, createPathLookup, type Behind, type PathLookup } from './paths.ts';

export { createInProcessGateway } from './in-process.ts';

/** Where a context is: an address without a path, or a look-up of one; undefined while it is down. */
export type Upstream = string | (() => string | undefined);

/** What {@link createGateway} is made of. */
export interface GatewayOptions {
  /** What stands behind it, in order. */
  readonly contexts: readonly Behind[];
  /** By context; one that is missing is down. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
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

type Headers = Record<string, string | string[] | undefined>;

const HEALTH_TIMEOUT_MS = 1_000;
const KEEP_ALIVE_MS = 65_000;
/** What a body is that does not say what it is (RFC 9110, 8.3). */
const NO_TYPE = 'application/octet-stream';
const CONNECT_TIMEOUT_MS = 5_000;
/** Headers of one connection only (RFC 9110, 7.6.1), and one that the gateway has answered already. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
  'expect',
]);

/** Copies headers without those of the connection; a copy, since deleting would make every later look-up slow. */
const dropHopByHop = (headers: Headers): Headers => {
  const { connection } = headers;
  // What a Connection header names beside the usual belongs to that connection as well.
  const named =
    typeof connection === 'string' && connection !== 'keep-alive' && connection !== 'close'
      ? connection.split(',').map((name) => name.trim().toLowerCase())
      : [];
  const kept: Headers = {};
  for (const name in headers) {
    if (!HOP_BY_HOP.has(name) && (named.length === 0 || !named.includes(name))) kept[name] = headers[name];
  }
  return kept;
};

const addressOf = (upstream: Upstream | undefined): string | undefined => (typeof upstream === 'function' ? upstream() : upstream);

/** The deepest cause of an error: what the socket said. */
const rootOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error);

/** The end of a request whose caller hung up, by the proxy's own word for it. It is nobody's error, and nobody reads the answer. */
const hungUp = (error: unknown): Refusal | undefined => {
  const root = rootOf(error);
  const isAborted = root instanceof Error && 'code' in root && root.code === 'UND_ERR_ABORTED';
  return isAborted ? new Refusal('malformed-request', 'The caller hung up before it was answered.') : undefined;
};

/** Turns what went wrong between the gateway and a context into a refusal that names the context. */
const upstreamRefusal = (error: unknown, context: string, timeoutMs: number): unknown => {
  const gone = hungUp(error);
  if (gone !== undefined) return gone;
  const root = rootOf(error);
  const code = root instanceof Error && 'code' in root && typeof root.code === 'string' ? root.code : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new Refusal('upstream-timeout', `The context ${context} did not answer within ${timeoutMs} ms.`, { context, timeoutMs });
  }
  // Whatever else keeps an answer from coming (refused, reset, closed, not resolved) is the context's absence to the caller.
  if (code !== '') return contextUnavailable(context, code);
  return error;
};

/** What the routes of a gateway share. */
interface Shared {
  readonly options: GatewayOptions;
  readonly contextOf: PathLookup;
  readonly ids: IdSource;
  /** For asking the contexts how they are. */
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

/** How requests and answers pass between the gateway and one context. */
const passageTo = (context: string, { options, ids, timeoutMs, refuse }: Shared): FastifyHttpProxyOptions['replyOptions'] & object => ({
  getUpstream: () => {
    const address = addressOf(options.upstreams[context]);
    if (address === undefined) throw contextUnavailable(context, 'it is not running');
    return address;
  },
  // A refusal of the context is its answer, and a command is never sent twice.
  retryDelay: () => null,
  rewriteRequestHeaders: (_request, headers) => {
    const kept = dropHopByHop(headers);
    kept['x-correlation-id'] ??= ids.next();
    kept['traceparent'] ??= `00-${ids.traceId()}-${ids.spanId()}-01`;
    return kept;
  },
  rewriteHeaders: dropHopByHop,
  onError: (reply, { error }) =>
    void refuse(upstreamRefusal(error, context, timeoutMs), reply.request as FastifyRequest, reply as FastifyReply),
});

const addProxy = (app: FastifyInstance, shared: Shared): void => {
  const { options, timeoutMs, contextOf } = shared;
  const passages = new Map(options.contexts.map(({ name }) => [name, passageTo(name, shared)]));
  void app.register(httpProxy, {
    upstream: '',
    routes: ['/*'],
    disableRequestLogging: true,
    undici: {
      connections: 128,
      pipelining: 1,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS) },
    },
    destroyAgent: true,
    // Read here, and then passed on at once: a sender that dribbles must not keep a connection to its context busy.
    proxyPayloads: false,
    replyOptions: passages.values().next().value ?? {},
    // The path stays as it is, so the proxy's own handler, which takes it apart to put it together again, is passed by.
    preHandler: (request, reply) => {
      refuseUnpassed(request.method, request.url);
      const passage = passages.get(contextOf(request.url));
      const body = request.body as Buffer | undefined;
      if (body === undefined) reply.from(undefined, passage);
      else reply.from(undefined, { ...passage, body, contentType: request.headers['content-type'] ?? NO_TYPE });
    },
  });
};

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

const addOwnRoutes = (app: FastifyInstance, { options, agent }: Shared): void => {
  const sources: OwnSources = {
    contexts: options.contexts,
    addressOf: (context) => addressOf(options.upstreams[context]),
    healthOf: (context) => healthOf(addressOf(options.upstreams[context]), agent, options.token),
    whyNotReady: options.whyNotReady,
    openApi: options.openApi,
  };
  for (const path of OWN_PATHS) {
    app.all(path, async (request, reply) => {
      const { status, body } = await answerOwn(path, request.method, `${request.protocol}://${request.host}`, sources);
      return reply.code(status).send(body);
    });
  }
};

const createApp = (options: GatewayOptions, contextOf: PathLookup, refuse: Shared['refuse']): FastifyInstance => {
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
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const given = request.headers['x-correlation-id'];
    const correlationId = typeof given === 'string' ? given : ids.next();
    return sendResponse(reply, toProblem(error, { url: request.url, correlationId }, options.log));
  };
  const contextOf = createPathLookup(options.contexts);
  const shared: Shared = { options, contextOf, ids, agent, timeoutMs, refuse };
  const app = createApp(options, contextOf, refuse);
  addOwnRoutes(app, shared);
  addProxy(app, shared);
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
