import { createHash } from 'node:crypto';
import { Refusal } from '../../kernel/errors.ts';
import { traceIdOf } from '../../kernel/envelope.ts';
import { sleep } from '../../kernel/clock.ts';
import type { Timers } from '../../kernel/clock.ts';
import type { Cause } from '../../kernel/envelope.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Actor } from '../actor/actor-port.ts';
import { findReply, keepReply } from '../actor/replies.ts';
import type { Reads } from '../tables/tables.ts';
import { invalidRequest, toProblem } from './problems.ts';
import type { Refusals } from './catalogue.ts';
import { readRawBody } from './request-body.ts';
import type { FieldError } from './problems.ts';
import type { Logger } from '../../kernel/log.ts';
import { createRouter } from './router.ts';
import { createPartReader, parseQuery, refuseAllOf } from './validation.ts';
import type { PartReader } from './validation.ts';
import type {
  Answer,
  CommandRoute,
  Dispatch,
  HttpRequest,
  HttpResponse,
  OutgoingHeaders,
  QueryRoute,
  Reply,
  Route,
  RouteRequest,
} from './route.ts';

/** What {@link createDispatch} is made of. */
export interface DispatchOptions {
  /** The context that answers. */
  readonly actor: Pick<Actor, 'name' | 'read' | 'execute'>;
  readonly routes: readonly Route[];
  /** What the routes refuse beside what every system does; default: nothing. */
  readonly refusals?: Refusals;
  /** Makes command ids, and correlation and trace ids where the request brings none. */
  readonly ids: IdSource;
  /** Gets a `command` entry for each POST, PUT and DELETE that a route took; reads are not recorded. */
  readonly recorder: Recorder;
  readonly log: Logger;
  readonly timers: Timers;
  /**
   * The member of paths, bodies and answers that says what a command is about; by default the path's first parameter, or
   * the answer's `id`.
   */
  readonly about?: string;
  /**
   * Milliseconds to hold back the answer of this operation to the request of this correlation id; undefined for none.
   * Without it, answering waits for nothing.
   */
  readonly delay?: (operation: string, correlation: string | undefined) => number | undefined;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const CORRELATION_ID = /^[\x21-\x7e]{1,128}$/;
const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,200}$/;
const EMPTY_QUERY: Readonly<Record<string, unknown>> = Object.freeze({});

/** A route with its readers, made once. */
interface Prepared<R extends Route = Route> {
  readonly method: Route['method'];
  readonly path: string;
  readonly route: R;
  readonly query: PartReader | undefined;
  readonly body: PartReader | undefined;
  /** What an absent query reads as; undefined where the schema refuses it or there is none. */
  readonly absentQuery: Readonly<Record<string, unknown>> | undefined;
}

type Reading = Pick<Prepared, 'query' | 'absentQuery'>;
type Schema = NonNullable<Route['query']>;

/** A route's schemas outlive the systems that serve it, of which an exploration makes thousands. */
const queries = new WeakMap<Schema, Reading>();
const bodies = new WeakMap<Schema, PartReader>();

const queryReadingOf = (schema: Schema | undefined): Reading => {
  if (schema === undefined) return { query: undefined, absentQuery: EMPTY_QUERY };
  const known = queries.get(schema);
  if (known !== undefined) return known;
  const query = createPartReader(schema, 'query');
  const errors: FieldError[] = [];
  const absent = query.read({}, errors) as Readonly<Record<string, unknown>>;
  const reading = { query, absentQuery: errors.length > 0 ? undefined : Object.freeze(absent) };
  queries.set(schema, reading);
  return reading;
};

const bodyReaderOf = (schema: Schema): PartReader => {
  let reader = bodies.get(schema);
  if (reader === undefined) bodies.set(schema, (reader = createPartReader(schema, 'body')));
  return reader;
};

const prepareRoute = (route: Route): Prepared => {
  const body = route.method === 'GET' || route.body === undefined ? undefined : bodyReaderOf(route.body);
  return { method: route.method, path: route.path, route, ...queryReadingOf(route.query), body };
};

/** A request whose route was found. */
interface Found<R extends Route> {
  readonly prepared: Prepared<R>;
  readonly params: RouteRequest['params'];
  readonly queryText: string;
  readonly request: HttpRequest;
}

const readQuery = (prepared: Prepared, text: string, errors: FieldError[]): Readonly<Record<string, unknown>> => {
  if (text === '' && prepared.absentQuery !== undefined) return prepared.absentQuery;
  const query = parseQuery(text, errors);
  if (prepared.query !== undefined) return prepared.query.read(query, errors) as Readonly<Record<string, unknown>>;
  refuseAllOf(query, errors);
  return EMPTY_QUERY;
};

const isEmptyBody = (body: unknown): boolean =>
  body === undefined || (typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0);

const readBody = (prepared: Prepared, body: unknown, errors: FieldError[]): unknown => {
  if (prepared.body !== undefined) {
    if (body !== undefined) return prepared.body.read(body, errors);
    errors.push({ field: '', in: 'body', message: 'is missing; expected a JSON object' });
  } else if (!isEmptyBody(body)) {
    errors.push({ field: '', in: 'body', message: 'is not taken here; send none' });
  }
  return undefined;
};

const readRequest = (found: Found<Route>): RouteRequest => {
  const { prepared, params, queryText, request } = found;
  const errors: FieldError[] = [];
  const query = readQuery(prepared, queryText, errors);
  const body = prepared.method === 'GET' ? undefined : readBody(prepared, request.body, errors);
  if (errors.length > 0) throw invalidRequest(errors);
  return { params, query, body, prepared: undefined };
};

const keyOf = (request: HttpRequest): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (key === undefined || IDEMPOTENCY_KEY.test(key)) return key;
  throw invalidRequest([{ field: '/idempotency-key', in: 'header', message: 'must be 1 to 200 visible ASCII characters' }]);
};

/** The most characters of a request that are kept as they are to know it again; a longer one is known by its hash. */
const MAX_PLAIN_FINGERPRINT = 250;

const fingerprintOf = (request: HttpRequest): string => {
  const asked = `${request.method} ${request.url}\n${request.body === undefined ? '' : JSON.stringify(request.body)}`;
  return asked.length <= MAX_PLAIN_FINGERPRINT ? asked : createHash('sha256').update(asked).digest('base64url');
};

/** The reply kept under this key. Throws `idempotency-key-reused` where the key came with another request. */
const replayOf = (tables: Reads, key: string, fingerprint: string): Reply | undefined => {
  const kept = findReply(tables, key);
  if (kept === undefined) return undefined;
  if (kept.fingerprint !== fingerprint) {
    throw new Refusal('idempotency-key-reused', `The Idempotency-Key ${key} came before with another method, path or body.`, { key });
  }
  return { status: kept.status, body: kept.body, headers: { ...kept.headers, 'idempotency-replayed': 'true' } };
};

const responseOf = (reply: Reply, correlationId: string): HttpResponse => {
  const headers: Record<string, string> = { 'x-correlation-id': correlationId };
  if (reply.body !== undefined) headers['content-type'] = JSON_TYPE;
  if (reply.headers !== undefined) Object.assign(headers, reply.headers);
  return reply.body === undefined ? { status: reply.status, headers } : { status: reply.status, headers, body: reply.body };
};

const textMember = (value: unknown, name: string): string | undefined => {
  const member = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof member === 'string' ? member : undefined;
};

const subjectOf = (
  about: string | undefined,
  response: HttpResponse,
  params: RouteRequest['params'],
  request: HttpRequest,
): string | undefined => {
  const named = about === undefined ? undefined : (textMember(response.body, about) ?? params[about] ?? textMember(request.body, about));
  return named ?? Object.values(params)[0] ?? textMember(response.body, 'id');
};

/** One command on its way through its context. */
interface CommandCall {
  readonly route: CommandRoute;
  readonly request: RouteRequest;
  readonly cause: Cause;
  readonly key: string | undefined;
  readonly fingerprint: string;
}

const execute = (actor: DispatchOptions['actor'], call: CommandCall): Reply =>
  actor.execute(
    call.cause,
    (scope) => {
      const { key, fingerprint } = call;
      const replayed = key === undefined ? undefined : replayOf(scope.tables, key, fingerprint);
      if (replayed !== undefined) return replayed;
      const reply = call.route.execute(call.request, scope);
      if (key !== undefined) {
        const kept = { key, fingerprint, status: reply.status, headers: reply.headers ?? {}, at: scope.now };
        keepReply(scope.tables, reply.body === undefined ? kept : { ...kept, body: reply.body });
      }
      return reply;
    },
    call.route.operation,
  );

/** Headers that make a call to another context part of the story of this cause. */
const outgoingOf = (cause: Cause, ids: IdSource): OutgoingHeaders => ({
  'x-correlation-id': cause.correlationId,
  traceparent: `00-${cause.traceId}-${ids.spanId()}-01`,
});

const recordCommand = (
  options: DispatchOptions,
  found: Found<CommandRoute>,
  id: string,
  correlation: string,
  response: HttpResponse,
): void => {
  const { request, params } = found;
  const subject = subjectOf(options.about, response, params, request);
  const problem = response.status < 400 ? undefined : textMember(response.body, 'code');
  options.recorder.record({
    kind: 'command',
    context: options.actor.name,
    id,
    correlation,
    operation: found.prepared.route.operation,
    method: request.method,
    url: request.url,
    status: response.status,
    ...(subject === undefined ? {} : { subject }),
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(problem === undefined ? {} : { problem }),
  });
};

const answerCommand = (
  options: DispatchOptions,
  found: Found<CommandRoute>,
  given: string | undefined,
): HttpResponse | Promise<HttpResponse> => {
  const { actor, ids, log } = options;
  const { request } = found;
  const { route } = found.prepared;
  const id = ids.next();
  const correlationId = given ?? id;
  const recorded = (response: HttpResponse): HttpResponse => {
    recordCommand(options, found, id, correlationId, response);
    return response;
  };
  const refused = (error: unknown): HttpResponse => recorded(toProblem(error, { url: request.url, correlationId }, log, options.refusals));
  try {
    const routeRequest = readRequest(found);
    const cause: Cause = { causationId: id, correlationId, traceId: traceIdOf(request.headers['traceparent']) ?? ids.traceId() };
    const key = keyOf(request);
    const call: CommandCall = { route, request: routeRequest, cause, key, fingerprint: key === undefined ? '' : fingerprintOf(request) };
    if (route.prepare === undefined) return recorded(responseOf(execute(actor, call), correlationId));
    // A repeat needs no calls to other contexts; a repeat that arrives meanwhile is found in the transaction.
    const replayed = key === undefined ? undefined : replayOf(actor.read, key, call.fingerprint);
    if (replayed !== undefined) return recorded(responseOf(replayed, correlationId));
    return route
      .prepare(routeRequest, outgoingOf(cause, ids))
      .then((resolved) => responseOf(execute(actor, { ...call, request: { ...routeRequest, prepared: resolved } }), correlationId))
      .then(recorded, refused);
  } catch (error) {
    return refused(error);
  }
};

const withoutBody = ({ status, headers }: HttpResponse): HttpResponse => ({ status, headers });

const isQuery = (found: Found<Route>): found is Found<QueryRoute> => found.prepared.method === 'GET';

/** What answers requests, and tells the operation of each that a route took. */
const createAnswering = (options: DispatchOptions) => {
  const { actor, ids, log } = options;
  const find = createRouter(options.routes.map(prepareRoute));

  const findIn = (request: HttpRequest): Found<Route> => {
    const queryAt = request.url.indexOf('?');
    const { route: prepared, params } = find(request.method, queryAt === -1 ? request.url : request.url.slice(0, queryAt));
    return { prepared, params, queryText: queryAt === -1 ? '' : request.url.slice(queryAt + 1), request };
  };

  return (asked: HttpRequest, noteOperation?: (operation: string) => void): HttpResponse | Promise<HttpResponse> => {
    let request = asked;
    const header = request.headers['x-correlation-id'];
    const given = header !== undefined && CORRELATION_ID.test(header) ? header : undefined;
    let response: HttpResponse;
    try {
      if (asked.rawBody !== undefined) request = readRawBody(asked);
      const found = findIn(request);
      noteOperation?.(found.prepared.route.operation);
      asked.onRoute?.(found.prepared.path);
      if (!isQuery(found)) return answerCommand(options, found as Found<CommandRoute>, given);
      response = responseOf(found.prepared.route.answer(readRequest(found), actor.read), given ?? ids.next());
    } catch (error) {
      response = toProblem(error, { url: request.url, correlationId: given ?? ids.next() }, log, options.refusals);
    }
    return request.method === 'HEAD' ? withoutBody(response) : response;
  };
};

/** As {@link createDispatch}, for who need not wait: what needs no `prepare` is answered when the call returns. No delays. */
export const createAnswer = (options: DispatchOptions): Answer => {
  const answer = createAnswering(options);
  return (request) => answer(request);
};

/**
 * Makes the face of a context: routes, validates and answers requests, and maps whatever is thrown to a
 * problem document, so it never rejects. Everything but a `prepare` and a delay happens before the call
 * returns.
 */
export const createDispatch = (options: DispatchOptions): Dispatch => {
  const { timers, delay } = options;
  const answer = createAnswering(options);
  if (delay === undefined) return (request) => Promise.resolve(answer(request));
  return async (request) => {
    let operation = '';
    const response = answer(request, (name) => {
      operation = name;
    });
    const delayMs = operation === '' ? undefined : delay(operation, request.headers['x-correlation-id']);
    if (delayMs !== undefined) await sleep(timers, delayMs);
    return response;
  };
};
