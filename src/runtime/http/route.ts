import type { z } from 'zod';
import type { Reads } from '../tables/tables.ts';
import type { Scope } from '../actor/scope-port.ts';

/**
 * A route as data: the same one is served by Fastify, dispatched in process by a simulation, and
 * described in the OpenAPI document, with the same validation and the same refusals.
 */
export type Route = QueryRoute | CommandRoute;

interface RouteDescription {
  /** Fastify's form: `/orders/:orderId`. */
  readonly path: string;
  /** OpenAPI's operationId: `placeOrder`. */
  readonly operation: string;
  readonly summary: string;
  readonly query?: z.ZodType;
  readonly success: { readonly status: number; readonly description: string; readonly schema?: z.ZodType };
  /** The codes of the refusals that it may answer, for the documentation. */
  readonly refusals?: readonly string[];
}

/** Reads and answers. */
export interface QueryRoute extends RouteDescription {
  readonly method: 'GET';
  /** Of a collection: the member by which its items are sorted, so that pages of several can be put together. */
  readonly sortedBy?: string;
  /** Answers, or throws a Refusal. */
  answer(request: RouteRequest, read: Reads): Reply;
}

/**
 * Changes something. `execute` runs as one transaction, whose events have this request as their cause;
 * the reply to a request with an `Idempotency-Key` is kept in the same transaction.
 */
export interface CommandRoute extends RouteDescription {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** The body's schema; a route without one takes no body. */
  readonly body?: z.ZodType;
  /** Calls to other contexts, before the transaction; what it resolves to is `request.prepared`. May reject with a Refusal. */
  prepare?(request: RouteRequest, outgoing: OutgoingHeaders): Promise<unknown>;
  /** Decides and replies, or throws a Refusal, which rolls everything back. */
  execute(request: RouteRequest, scope: Scope): Reply;
}

/** Headers that make a call to another context part of the same story: correlation id and traceparent. */
export type OutgoingHeaders = Readonly<Record<string, string>>;

/** A request after validation. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  /** As the route's query schema returned it. */
  readonly query: Readonly<Record<string, unknown>>;
  /** As the route's body schema returned it. */
  readonly body: unknown;
  /** What `prepare` resolved to. */
  readonly prepared: unknown;
}

/** What a route answers: `body` is a JSON value, or undefined for none. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as it comes in, before routing: what Fastify and the in-process dispatcher have in common. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query: `/orders?customerId=kim`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; undefined where there is none. */
  readonly body?: unknown;
  /** A body that is sent as it stands, in place of `body`: for what may not be JSON. It is read as the server reads bodies. */
  readonly rawBody?: string;
  /** Hears the path of the route that takes it, as declared (`/orders/:orderId`). */
  readonly onRoute?: ((path: string) => void) | undefined;
  /** Says that nobody waits for the answer any more; honoured by the HTTP client. */
  readonly signal?: AbortSignal;
}

/** An answer: `body` is a JSON value or undefined. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers requests; the gateway, a context, an HTTP client and a simulation all have this face. */
export type Dispatch = (request: HttpRequest) => Promise<HttpResponse>;

/** Answers as {@link Dispatch} does, and at once where nothing must be waited for. */
export type Answer = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;
