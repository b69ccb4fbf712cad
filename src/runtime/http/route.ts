import type { z } from 'zod';
import type { Reads } from '../tables.ts';
import type { Scope } from '../context.ts';

/**
 * A route as data: the same one is served by Fastify, dispatched in process by a simulation, and
 * described in the OpenAPI document, with the same validation and the same refusals.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Fastify's form: `/orders/:orderId`. */
  readonly path: string;
  /** OpenAPI's operationId: `placeOrder`. */
  readonly operation: string;
  readonly summary: string;
  /** The body's schema; a route without one takes no body. */
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly success: { readonly status: number; readonly description: string; readonly schema?: z.ZodType };
  /** The codes of the refusals that it may answer, for the documentation. */
  readonly refusals?: readonly string[];
  /** Answers, or throws a Refusal. A promise only where another context is called. */
  handle(request: RouteRequest, scope: RouteScope): Reply | Promise<Reply>;
}

/** A request after validation. */
export interface RouteRequest {
  readonly params: Readonly<Record<string, string>>;
  /** As the route's query schema returned it. */
  readonly query: Readonly<Record<string, unknown>>;
  /** As the route's body schema returned it. */
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a route works with. */
export interface RouteScope {
  readonly read: Reads;
  /** Runs one command as one transaction; its events have this request as their cause. */
  execute<Result>(command: (scope: Scope) => Result): Result;
  /** For calls to other contexts: who asks, so that correlation and trace go along. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A request as it comes in, before routing: what Fastify and the in-process dispatcher have in common. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query: `/orders?customerId=kim`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed JSON body; undefined where there is none. */
  readonly body?: unknown;
}

/** An answer: `body` is a JSON value or undefined. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** Answers requests; the gateway, a context, an HTTP client and a simulation all have this face. */
export type Dispatch = (request: HttpRequest) => Promise<HttpResponse>;
