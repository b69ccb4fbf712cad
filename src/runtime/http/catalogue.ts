/** One refusal that a context or the gateway may answer; the documentation of refusals is made from these. */
export interface ProblemKind {
  /** The HTTP status. */
  readonly status: number;
  /** A short English name, the same for every occurrence. */
  readonly title: string;
  /** What it means, as one or two full sentences. */
  readonly meaning: string;
  /** What the caller can do about it, as a full sentence. */
  readonly mend: string;
  /** Seconds after which trying again makes sense; answered as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** Refusals by their stable codes. */
export type Refusals = Readonly<Record<string, ProblemKind>>;

/** Declares a kind of refusal; see {@link ProblemKind} for its parts. */
export const refusalKind = (status: number, title: string, meaning: string, mend: string, retryAfterSeconds?: number): ProblemKind => ({
  status,
  title,
  meaning,
  mend,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

/** Declares the refusal of an id that there is not: what it is an id of, and which list has those that there are. */
export const missingKind = (what: string, list: string): ProblemKind =>
  refusalKind(
    404,
    `${what} not found`,
    `No ${what.toLowerCase()} is known here under this id.`,
    `Look for the id in ${list}; what was created a moment ago elsewhere may still be on its way.`,
  );

/**
 * The refusals that every system answers over HTTP, by their stable codes: those of the HTTP edge and those of the
 * gateway. Those of the business are declared by its contexts. The code is also the end of the problem's type,
 * `urn:food-sim:problem:<code>`.
 */
export const PROBLEMS = {
  'invalid-request': refusalKind(
    400,
    'The request is not valid',
    'Fields of the request break their rules; `errors` names each of them.',
    'Mend the fields named in `errors` and send the request again.',
  ),
  unauthorized: refusalKind(
    401,
    'Not let in',
    'This server asks every caller for a bearer token, and this request brought none, or another one.',
    'Send the header `Authorization: Bearer TOKEN` with the token that the server was started with.',
  ),
  'malformed-json': refusalKind(
    400,
    'The body is not JSON',
    'The body could not be read as JSON; the detail says where it broke.',
    'Send a body that is valid JSON in UTF-8.',
  ),
  'unsupported-media-type': refusalKind(
    415,
    'The body is of an unsupported type',
    'Bodies are JSON.',
    'Send plain JSON with the header `content-type: application/json`.',
  ),
  'body-too-large': refusalKind(
    413,
    'The body is too large',
    'The body is longer than this server takes.',
    'Send a shorter body; `limitBytes` says how long it may be.',
  ),
  'event-too-large': refusalKind(
    413,
    'The event would be too large',
    'The event of this command would be longer than the bus takes, so nothing of the command happened.',
    'Send less: shorter texts, or fewer of them.',
  ),
  'malformed-request': refusalKind(
    400,
    'Not an HTTP request',
    'The bytes that came are not a request of HTTP/1.1, or its body ended too early.',
    'Send a well-formed HTTP/1.1 request.',
  ),
  'expectation-failed': refusalKind(
    417,
    'What is expected is not known here',
    'The header Expect asks for something else than 100-continue.',
    'Leave the header Expect out, or send `100-continue`.',
  ),
  'headers-too-large': refusalKind(
    431,
    'The headers are too large',
    'The headers are longer than this server takes.',
    'Send shorter headers.',
  ),
  'request-timeout': refusalKind(
    408,
    'The request came too slowly',
    'The request did not arrive completely in time.',
    'Send the whole request without pauses.',
  ),
  'route-not-found': refusalKind(404, 'No such path', 'Nothing is served under this path.', 'Use one of the paths in /openapi.json.'),
  'method-not-allowed': refusalKind(
    405,
    'Method not allowed here',
    'The path exists, and does not take this method.',
    'Use one of the methods in the Allow header.',
  ),
  'idempotency-key-reused': refusalKind(
    422,
    'The idempotency key was used before',
    'This Idempotency-Key came with another request before, so answering it with either would be wrong.',
    'Use a new key for each new request; repeat a key only with the very same request.',
  ),
  overloaded: refusalKind(
    503,
    'Overloaded',
    'More requests are being answered than this server takes at once.',
    'Try again after the time in the Retry-After header.',
    1,
  ),
  'bus-full': refusalKind(
    507,
    'The bus has no room',
    'The bus stores no more events, so no command is taken that would make some; nothing of this request happened.',
    'Make room as the detail says; commands are taken again by themselves then.',
    5,
  ),
  'context-unavailable': refusalKind(
    503,
    'A context is down',
    'The context that answers this path can not be reached, or died while answering.',
    'Try again once it is up; GET /health of the gateway says which contexts are.',
    1,
  ),
  'cell-unavailable': refusalKind(
    503,
    'A cell is down',
    'The cell in which this is kept can not be reached: nobody serves it at the moment, it is being moved, or it died while answering.',
    'Try again after the time in the Retry-After header; food-sim cells says who serves which cell.',
    1,
  ),
  'unknown-cell': refusalKind(
    404,
    'No such cell',
    'The id names a cell that this world does not have, so nothing is kept under it.',
    'Use the id as it was answered, at the gateway of the world that it comes from.',
  ),
  'upstream-timeout': refusalKind(
    504,
    'A context is too slow',
    'The context that answers this path did not answer in time; what was asked for may still happen.',
    'Look at what became of it before you ask again, or repeat with the same Idempotency-Key.',
  ),
  'database-trouble': refusalKind(
    503,
    'The database is in trouble',
    'The context could not use its database, so nothing of this request happened.',
    'Mend what the detail says, then try again.',
    1,
  ),
  'internal-error': refusalKind(
    500,
    'A bug of food-sim',
    'Something went wrong that never should; the log holds the details under this correlation id.',
    'Report it with the log line of this correlation id.',
  ),
} as const satisfies Refusals;

/** The stable codes of the refusals that every system has. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What is known of a refusal's code, by the catalogue or by a business's own refusals; undefined for one that nobody declared. */
export const kindOf = (code: string, own: Refusals): ProblemKind | undefined =>
  Object.hasOwn(own, code) ? own[code] : Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code as ProblemCode] : undefined;
