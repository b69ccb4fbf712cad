import { OperatingError, Refusal, messageOf } from '../../kernel/errors.ts';
import { SimulatedCrash } from '../actor/actor-port.ts';
import { PROBLEMS, kindOf } from './catalogue.ts';
import type { ProblemCode, ProblemKind, Refusals } from './catalogue.ts';
import type { Logger } from '../../kernel/log.ts';
import type { HttpResponse } from './route.ts';

/** The media type of problem documents (RFC 9457). */
const PROBLEM_JSON = 'application/problem+json; charset=utf-8';

/** A refusal as HTTP shows it: RFC 9457's members, the stable code, and whatever the refusal adds. */
export interface ProblemDocument {
  /** `urn:food-sim:problem:<code>`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** The refusal's own sentence. */
  readonly detail: string;
  /** The path and query asked for. */
  readonly instance: string;
  readonly code: string;
  /** What the caller can do about it. */
  readonly mend: string;
  readonly correlationId: string;
  readonly [extension: string]: unknown;
}

/** The request that a problem answers. */
export interface ProblemOccasion {
  /** The path and query asked for. */
  readonly url: string;
  readonly correlationId: string;
}

/** One field of a request that breaks its rule. */
export interface FieldError {
  /** A JSON pointer: `/price`, `/options/0`; the empty text is the whole. */
  readonly field: string;
  readonly in: 'body' | 'query' | 'path' | 'header';
  readonly message: string;
}

/** Makes the refusal that names every invalid field of a request at once. */
export const invalidRequest = (errors: readonly FieldError[]): Refusal => {
  const named = errors.map((error) => `${error.in}${error.field === '' ? '' : ` ${error.field}`} ${error.message}`).join('; ');
  return new Refusal('invalid-request', `The request is not valid: ${named}.`, { errors });
};

/** Builds the response for a kind of refusal; `members` never replace the standard members. */
const respond = (
  code: string,
  kind: ProblemKind,
  detail: string,
  occasion: ProblemOccasion,
  members: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>>,
): HttpResponse => {
  const body: ProblemDocument = {
    ...members,
    type: `urn:food-sim:problem:${code}`,
    title: kind.title,
    status: kind.status,
    detail,
    instance: occasion.url,
    code,
    mend: kind.mend,
    correlationId: occasion.correlationId,
  };
  return {
    status: kind.status,
    headers: {
      'content-type': PROBLEM_JSON,
      'x-correlation-id': occasion.correlationId,
      ...(kind.retryAfterSeconds === undefined ? {} : { 'retry-after': String(kind.retryAfterSeconds) }),
      ...headers,
    },
    body,
  };
};

/** Builds the problem response for a code of the catalogue. */
export const problemResponse = (code: ProblemCode, detail: string, occasion: ProblemOccasion): HttpResponse =>
  respond(code, PROBLEMS[code], detail, occasion, {}, {});

const allowHeader = (detail: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> =>
  Array.isArray(detail['allow']) ? { allow: detail['allow'].join(', ') } : {};

/** SQLite's result code stands in the cause of every trouble with a database; other trouble means that the context is not at work. */
const isDatabaseTrouble = ({ cause }: OperatingError): boolean =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && cause.code.startsWith('SQLITE_');

/**
 * The one place where whatever was thrown becomes an answer: a Refusal by its code, in the catalogue or among `own`, an OperatingError as
 * `database-trouble` or `context-unavailable`, a crash as `context-unavailable`, and anything else as
 * `internal-error`, whose details go to the log and not to the caller.
 */
export const toProblem = (error: unknown, occasion: ProblemOccasion, log: Logger, own: Refusals = {}): HttpResponse => {
  const kind = error instanceof Refusal ? kindOf(error.code, own) : undefined;
  if (error instanceof Refusal && kind !== undefined) {
    return respond(error.code, kind, error.message, occasion, error.detail, allowHeader(error.detail));
  }
  if (error instanceof OperatingError) {
    log.warn(
      { err: error, correlationId: occasion.correlationId, mend: error.mend },
      `${occasion.url} could not be answered: ${error.message}`,
    );
    return problemResponse(isDatabaseTrouble(error) ? 'database-trouble' : 'context-unavailable', error.message, occasion);
  }
  if (error instanceof SimulatedCrash) {
    return problemResponse('context-unavailable', 'The context crashed while it answered this request.', occasion);
  }
  log.error({ err: error, correlationId: occasion.correlationId }, `a bug while answering ${occasion.url}: ${messageOf(error)}`);
  return problemResponse(
    'internal-error',
    `An unexpected error; the log names it under correlation id ${occasion.correlationId}.`,
    occasion,
  );
};
