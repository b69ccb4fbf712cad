import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Timers } from '../../kernel/clock.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Secret } from '../../kernel/secret.ts';
import { HTTP_OPTIONS, refuseInWords } from './bare-refusals.ts';
import { requireToken } from './bearer.ts';
import { healthOf, readiness, type HealthSources } from './health.ts';
import { listen } from './listening.ts';
import { problemResponse, toProblem } from './problems.ts';
import type { MetricsText, OnAnswer } from './answered.ts';
import { BODY_LIMIT_BYTES, bodyTooLarge, decodeBody, parseBody, unsupportedMediaType } from './request-body.ts';
import type { ProblemOccasion } from './problems.ts';
import type { Dispatch, HttpRequest, HttpResponse } from './route.ts';

/** What {@link createHttpServer} is made of. */
export interface HttpServerOptions {
  /** The context, for errors and for `/health`. */
  readonly name: string;
  readonly dispatch: Dispatch;
  /** 0 for any free port. */
  readonly port: number;
  /** Default `127.0.0.1`. */
  readonly host?: string;
  /** The option that sets the port, named where the port is taken; default `--port`. */
  readonly portOption?: string;
  readonly log: Logger;
  readonly timers: Timers;
  /** The longest body taken; default 65,536. */
  readonly bodyLimitBytes?: number;
  /** The most requests being answered at once; more are refused as `overloaded`. Default 10,000. */
  readonly maxInFlight?: number;
  /** How long closing waits for requests being answered; default 5,000. */
  readonly closeTimeoutMs?: number;
  /** What `/health` and `/readyz` tell; without them it is up as long as it answers. */
  readonly health?: HealthSources;
  /** Hears of each request that was answered; absent where nobody counts. */
  readonly onAnswer?: OnAnswer | undefined;
  /** The text that `/metrics` answers; without it, nothing answers there. */
  readonly metrics?: MetricsText | undefined;
  /** Asked of each caller, but for whether the server is alive and ready. */
  readonly token?: Secret | undefined;
}

/** A server at work. */
export interface HttpServer {
  /** `http://127.0.0.1:8081`. */
  readonly url: string;
  readonly port: number;
  /** How many requests are being answered. */
  inFlight(): number;
  /** Takes no new connections, finishes what is being answered (bounded), ends connections that are idle. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
/** A body over the limit is still read up to here, so that its sender gets to read the refusal. */
const DRAIN_LIMIT_BYTES = 16 * 1024 * 1024;

const occasionOf = (request: FastifyRequest): ProblemOccasion => {
  const correlation = request.headers['x-correlation-id'];
  return { url: request.url, correlationId: typeof correlation === 'string' ? correlation : request.id };
};

const drain = (raw: IncomingMessage): Promise<void> =>
  new Promise((resolve) => {
    let readBytes = 0;
    raw.on('data', (chunk: Buffer) => {
      readBytes += chunk.length;
      if (readBytes > DRAIN_LIMIT_BYTES) resolve();
    });
    raw.once('end', resolve);
    raw.once('close', resolve);
    raw.resume();
  });

/** Turns what Fastify refuses before our routes see it into the same problem documents; anything else stays what it is. */
const refusalOf = (error: FastifyError, bodyLimitBytes: number): unknown => {
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return unsupportedMediaType();
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return bodyTooLarge(bodyLimitBytes);
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new Refusal('malformed-request', 'The body is not as long as its Content-Length says.');
    case 'ECONNRESET':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return new Refusal('malformed-request', 'The connection ended before the body was complete.');
    default:
      // Whatever else Fastify refuses of a request is the caller's to mend, in the words that it has.
      if (error.code?.startsWith('FST_') && error.statusCode !== undefined && error.statusCode < 500)
        return new Refusal('malformed-request', `The request can't be read: ${error.message}.`);
      return error;
  }
};

/** What Fastify could not read of a request, as a refusal; of a body that is too long, the rest is read first. */
export const unreadable = async (error: FastifyError, request: FastifyRequest, bodyLimitBytes: number): Promise<unknown> => {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') await drain(request.raw);
  return refusalOf(error, bodyLimitBytes);
};

/** Sends an answer through Fastify; the body is written here, once, so Fastify serializes nothing. */
export const sendResponse = (reply: FastifyReply, response: HttpResponse): FastifyReply => {
  reply.code(response.status).headers(response.headers);
  return response.body === undefined ? reply.send() : reply.send(JSON.stringify(response.body));
};

/** Answers bytes that are not a request with a problem document, and closes the connection. */
export const refuseClient = (error: Error & { code?: string }, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const occasion: ProblemOccasion = { url: '', correlationId: '' };
  const { status, body } =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? problemResponse('request-timeout', 'The request did not arrive completely in time.', occasion)
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? problemResponse('headers-too-large', 'The headers are longer than 16 KiB.', occasion)
        : problemResponse('malformed-request', `What came is not HTTP/1.1: ${error.message}.`, occasion);
  // No request was read, so there is nothing that these two could say.
  const text = JSON.stringify({ ...(body as object), instance: undefined, correlationId: undefined });
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n`;
  socket.end(head + text);
};

/** The path and query of a request to a proxy, which names the whole URL: a server must take that form too (RFC 9112, 3.2.2). */
export const originForm = ({ url = '/' }: { readonly url?: string | undefined }): string => {
  if (url.startsWith('/')) return url;
  const rest = /^https?:\/\/[^/?#]*(.*)$/i.exec(url)?.[1];
  if (rest === undefined) return url;
  return rest.startsWith('/') ? rest : `/${rest}`;
};

const createApp = (options: HttpServerOptions, answer: (request: FastifyRequest, reply: FastifyReply) => void): FastifyInstance => {
  const bodyLimit = options.bodyLimitBytes ?? BODY_LIMIT_BYTES;
  let requestCount = 0;
  const app = Fastify({
    logger: false,
    http: HTTP_OPTIONS,
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 16_384 },
    rewriteUrl: originForm,
    genReqId: () => `${options.name}-${(requestCount += 1)}`,
    clientErrorHandler: refuseClient,
    frameworkErrors: (_error, request, reply) => {
      answer(request, reply);
    },
  });
  refuseInWords(app);
  requireToken(app, options.token);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    let body: unknown;
    try {
      const encoding = request.headers['content-encoding'];
      if (encoding !== undefined && encoding !== 'identity')
        throw unsupportedMediaType('Bodies are taken as they are, without a Content-Encoding.');
      body = parseBody(decodeBody(bytes as Buffer));
    } catch (error) {
      done(error as Error, undefined);
      return;
    }
    done(null, body);
  });
  app.setErrorHandler(async (error: FastifyError, request, reply) => {
    // Fastify refuses a QUERY for its body before anybody is asked whether the path takes that method.
    if (request.method === 'QUERY') {
      answer(request, reply);
      return reply;
    }
    const refusal = await unreadable(error, request, bodyLimit);
    // What the answer that failed had set, but for how the connection goes on, belongs to it alone.
    for (const name of Object.keys(reply.getHeaders())) if (name !== 'connection') reply.removeHeader(name);
    return sendResponse(reply, toProblem(refusal, occasionOf(request), options.log));
  });
  return app;
};

/** Tells of each answer to a request that came to routes, once it was sent. */
const countAnswers = (app: FastifyInstance, onAnswer: OnAnswer | undefined) => {
  if (onAnswer === undefined) return undefined;
  const routes = new WeakMap<FastifyRequest, string | undefined>();
  app.addHook('onResponse', (request, reply, done) => {
    if (routes.has(request))
      onAnswer({ method: request.method, route: routes.get(request), status: reply.statusCode, durationMs: reply.elapsedTime });
    done();
  });
  return {
    came: (request: FastifyRequest): unknown => routes.set(request, undefined),
    took: (request: FastifyRequest) => (path: string) => void routes.set(request, path),
  };
};

/** Serves the metrics of this process. */
export const addMetrics = (app: FastifyInstance, metrics: MetricsText | undefined): void => {
  if (metrics === undefined) return;
  app.get('/metrics', async (_request, reply) => {
    const { contentType, text } = await metrics();
    return reply.header('content-type', contentType).send(text);
  });
};

const addHealth = (app: FastifyInstance, options: HttpServerOptions): void => {
  const { name, health, timers, log } = options;
  app.get('/livez', () => ({ status: 'up' }));
  app.get('/readyz', async (_request, reply) => {
    const { status, body } = health === undefined ? { status: 200, body: { status: 'up' } } : await readiness(health, timers);
    return reply.code(status).send(body);
  });
  app.get('/health', async (_request, reply) => {
    const { status, body } =
      health === undefined ? { status: 200, body: { context: name, status: 'up' } } : await healthOf(name, health, timers, log);
    return reply.code(status).send(body);
  });
};

/**
 * Serves a context over HTTP. Fastify reads the bodies; routing, validation and refusals are the
 * dispatcher's, as in a simulation. Throws an OperatingError (infrastructure) where the port can't be had.
 */
export const createHttpServer = async (options: HttpServerOptions): Promise<HttpServer> => {
  const { dispatch, log, maxInFlight = 10_000 } = options;
  let inFlight = 0;
  const answer = (request: FastifyRequest, reply: FastifyReply): void => {
    counting?.came(request);
    if (inFlight >= maxInFlight) {
      sendResponse(
        reply,
        toProblem(new Refusal('overloaded', `${maxInFlight} requests are being answered already.`), occasionOf(request), log),
      );
      return;
    }
    inFlight += 1;
    const asked: HttpRequest = {
      // Asked as GET, so that the answer to HEAD has GET's length; its body is not sent.
      method: request.method === 'HEAD' ? 'GET' : request.method,
      url: request.url,
      headers: request.headers as HttpRequest['headers'],
      ...(request.body === undefined ? {} : { body: request.body }),
      onRoute: counting?.took(request),
    };
    // Not an async handler: Fastify would listen for the end of each answer to resolve its promise.
    void dispatch(asked)
      .catch((error: unknown) => toProblem(error, occasionOf(request), log))
      .then((response) => {
        inFlight -= 1;
        sendResponse(reply, response);
      })
      // An answer that can't be written (a header that HTTP does not allow) is a bug, and is answered as one.
      .catch((error: unknown) => reply.send(error));
  };
  const app = createApp(options, answer);
  const counting = countAnswers(app, options.onAnswer);
  addHealth(app, options);
  addMetrics(app, options.metrics);
  app.all('/*', answer);
  app.setNotFoundHandler(answer);
  const { host = '127.0.0.1', portOption = '--port', name } = options;
  const { url, port, closeWithin } = await listen(app, { name, port: options.port, host, portOption });
  return { url, port, inFlight: () => inFlight, close: () => closeWithin(options.timers, options.closeTimeoutMs ?? 5_000) };
};
