/** How requests and answers pass between a gateway and the contexts behind it. */
import httpProxy from '@fastify/http-proxy';
import type { FastifyHttpProxyOptions } from '@fastify/http-proxy';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OperatingError, Refusal, messageOf } from '../kernel/errors.ts';
import type { IdSource } from '../kernel/ids.ts';
import type { Secret } from '../kernel/secret.ts';
import { createHttpClient, type HttpClient } from '../runtime/http/client.ts';
import type { Dispatch, HttpResponse } from '../runtime/http/route.ts';
import { sendResponse } from '../runtime/http/server.ts';
import type { CellLookup, CellPlace } from './cell-places.ts';
import { askEveryCell } from './every-cell.ts';
import { cellUnavailable, contextUnavailable, type Behind, type PathLookup } from './paths.ts';
import { refuseUnpassed } from './own-routes.ts';

/** Where a context is: an address without a path, or a look-up of one; undefined while it is down. */
export type Upstream = string | (() => string | undefined);

/** Where a context of a cell is, or why it can not be asked now. */
export type CellAddress = { readonly url: string } | { readonly reason: string };

/** How a world of several cells stands behind a gateway. */
export interface CellsBehind {
  readonly count: number;
  readonly placeOf: CellLookup;
  readonly find: (context: string, cell: number) => CellAddress;
}

/** Which cell a request is for, where it does not say so itself: of a collection, each cell is asked for its own. */
export const CELL_HEADER = 'food-sim-cell';

type Headers = Record<string, string | string[] | undefined>;

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

/** Where an upstream is now. */
export const addressOf = (upstream: Upstream | undefined): string | undefined => (typeof upstream === 'function' ? upstream() : upstream);

/** The deepest cause of an error: what the socket said. */
export const rootOf = (error: unknown): unknown => (error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error);

/** The end of a request whose caller hung up, by the proxy's own word for it. It is nobody's error, and nobody reads the answer. */
export const hungUp = (error: unknown): Refusal | undefined => {
  const root = rootOf(error);
  const isAborted = root instanceof Error && 'code' in root && root.code === 'UND_ERR_ABORTED';
  return isAborted ? new Refusal('malformed-request', 'The caller hung up before it was answered.') : undefined;
};

/** What passages share. */
export interface PassageOptions {
  readonly contexts: readonly Behind[];
  /** By context, where each is one; one that is missing is down. */
  readonly upstreams: Readonly<Record<string, Upstream>>;
  readonly cells?: CellsBehind | undefined;
  readonly token?: Secret | undefined;
  readonly contextOf: PathLookup;
  readonly ids: IdSource;
  readonly timeoutMs: number;
  readonly refuse: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply;
}

/** What a request is passed on to. */
interface Goal {
  readonly context: string;
  /** Undefined in a world that is not split. */
  readonly cell: number | undefined;
}

const unavailable = ({ context, cell }: Goal, reason: string): Refusal =>
  cell === undefined ? contextUnavailable(context, reason) : cellUnavailable(context, cell, reason);

/** Turns what went wrong between the gateway and a context into a refusal that names the context. */
const upstreamRefusal = (error: unknown, goal: Goal, timeoutMs: number): unknown => {
  const gone = hungUp(error);
  if (gone !== undefined) return gone;
  const root = rootOf(error);
  const code = root instanceof Error && 'code' in root && typeof root.code === 'string' ? root.code : '';
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    const { context } = goal;
    return new Refusal('upstream-timeout', `The context ${context} did not answer within ${timeoutMs} ms.`, { ...goal, timeoutMs });
  }
  // Whatever else keeps an answer from coming (refused, reset, closed, not resolved) is the context's absence to the caller.
  if (code !== '') return unavailable(goal, code);
  return error;
};

/** Where a goal is now. Throws the refusal that says why it can not be asked. */
const whereIs = ({ upstreams, cells }: PassageOptions, goal: Goal): string => {
  const { context, cell } = goal;
  if (cells !== undefined && cell !== undefined) {
    const found = cells.find(context, cell);
    if ('url' in found) return found.url;
    throw unavailable(goal, found.reason);
  }
  const address = addressOf(upstreams[context]);
  if (address === undefined) throw unavailable(goal, 'it is not running');
  return address;
};

/** The headers of a request that goes on, as part of a story. */
const passedOn = (headers: Headers, { ids }: PassageOptions, { cell }: Goal): Headers => {
  const kept = dropHopByHop(headers);
  kept['x-correlation-id'] ??= ids.next();
  kept['traceparent'] ??= `00-${ids.traceId()}-${ids.spanId()}-01`;
  if (cell !== undefined) kept[CELL_HEADER] = String(cell);
  return kept;
};

/** How requests and answers pass between the gateway and one context, or one of a cell. */
const passageTo = (goal: Goal, options: PassageOptions): FastifyHttpProxyOptions['replyOptions'] & object => ({
  getUpstream: () => whereIs(options, goal),
  // A refusal of the context is its answer, and a command is never sent twice.
  retryDelay: () => null,
  rewriteRequestHeaders: (_request, headers) => passedOn(headers, options, goal),
  rewriteHeaders: dropHopByHop,
  onError: (reply, { error }) =>
    void options.refuse(upstreamRefusal(error, goal, options.timeoutMs), reply.request as FastifyRequest, reply as FastifyReply),
});

/** What an answer says of itself, without what it says of its connection and of how its bytes came. */
const WIRE_HEADERS = new Set([...HOP_BY_HOP, 'transfer-encoding', 'content-length', 'date']);

const withoutWire = (response: HttpResponse): HttpResponse => ({
  ...response,
  headers: Object.fromEntries(Object.entries(response.headers).filter(([name]) => !WIRE_HEADERS.has(name))),
});

/** Asks every cell for its part of a collection. */
const createGathering = (options: PassageOptions, cells: CellsBehind) => {
  const clients = new Map<string, HttpClient>();
  const clientOf = (baseUrl: string): HttpClient => {
    const known = clients.get(baseUrl);
    if (known !== undefined) return known;
    const client = createHttpClient({ baseUrl, timeoutMs: options.timeoutMs, token: options.token });
    clients.set(baseUrl, client);
    return client;
  };
  const dispatchTo =
    (context: string) =>
    (cell: number): Dispatch => {
      const goal = { context, cell };
      const ask = clientOf(whereIs(options, goal));
      return async (request) => {
        try {
          return withoutWire(await ask({ ...request, headers: { ...request.headers, [CELL_HEADER]: String(cell) } }));
        } catch (error) {
          throw error instanceof OperatingError ? unavailable(goal, messageOf(error)) : error;
        }
      };
    };
  return {
    gather: (context: string, sortedBy: string, request: FastifyRequest): Promise<HttpResponse> => {
      const headers = passedOn(request.headers, options, { context, cell: undefined }) as Record<string, string>;
      delete headers['host'];
      return askEveryCell({ method: 'GET', url: request.url, headers }, cells.count, sortedBy, dispatchTo(context));
    },
    close: async (): Promise<void> => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
};

/** The cell that a request goes to; what belongs in none is refused by the first that can be asked. */
const cellOf = (place: CellPlace | undefined, context: string, { count, find }: CellsBehind): number => {
  if (place?.kind === 'one') return place.cell;
  for (let cell = 0; cell < count; cell += 1) if ('url' in find(context, cell)) return cell;
  return 0;
};

const jsonOf = (body: unknown): unknown => {
  if (!Buffer.isBuffer(body)) return undefined;
  try {
    return JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    // What is not JSON says nothing of whose it is; its context says what is wrong with it.
    return undefined;
  }
};

/** Passes whatever comes on to the contexts behind. */
export const addPassages = (app: FastifyInstance, options: PassageOptions): void => {
  const { timeoutMs, contextOf, cells } = options;
  const passages = new Map<string, ReturnType<typeof passageTo>>();
  const passageOf = (goal: Goal): ReturnType<typeof passageTo> => {
    const key = `${goal.context} ${goal.cell ?? ''}`;
    const known = passages.get(key);
    if (known !== undefined) return known;
    const passage = passageTo(goal, options);
    passages.set(key, passage);
    return passage;
  };
  const gathering = cells === undefined ? undefined : createGathering(options, cells);
  app.addHook('onClose', () => gathering?.close());
  const [first] = options.contexts;
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
    replyOptions: first === undefined ? {} : passageTo({ context: first.name, cell: undefined }, options),
    // The path stays as it is, so the proxy's own handler, which takes it apart to put it together again, is passed by.
    preHandler: (request, reply) => {
      refuseUnpassed(request.method, request.url);
      const context = contextOf(request.url);
      const { method, url } = request;
      const place = cells?.placeOf(context, { method, url, body: () => jsonOf(request.body) });
      if (place?.kind === 'every' && gathering !== undefined) {
        gathering.gather(context, place.sortedBy, request).then(
          (response) => sendResponse(reply as FastifyReply, response),
          (error: unknown) => options.refuse(error, request, reply as FastifyReply),
        );
        return;
      }
      const passage = passageOf({ context, cell: cells === undefined ? undefined : cellOf(place, context, cells) });
      const body = request.body as Buffer | undefined;
      if (body === undefined) reply.from(undefined, passage);
      else reply.from(undefined, { ...passage, body, contentType: request.headers['content-type'] ?? NO_TYPE });
    },
  });
};
