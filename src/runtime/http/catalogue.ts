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

const kind = (status: number, title: string, meaning: string, mend: string, retryAfterSeconds?: number): ProblemKind => ({
  status,
  title,
  meaning,
  mend,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});

const missing = (what: string, list: string): ProblemKind =>
  kind(404, `${what} not found`, `No ${what.toLowerCase()} is known here under this id.`, `Look for the id in ${list}; what was created a moment ago elsewhere may still be on its way.`);

/**
 * Every refusal that the program answers over HTTP, by its stable code: those of the business, those of
 * the HTTP edge and those of the gateway. The code is also the end of the problem's type,
 * `urn:food-sim:problem:<code>`.
 */
export const PROBLEMS = {
  'order-already-cooking': kind(409, 'Cooking has already begun', 'An order can be canceled only before its cooking begins.', 'Let the order run its course; nothing else cancels it now.'),
  'order-already-closed': kind(409, 'The order is closed', 'The order has reached a final status, which never changes.', 'Place a new order.'),
  'order-not-found': missing('Order', 'GET /orders'),
  'order-not-delivered': kind(409, 'The order is not delivered yet', 'Only a delivered order can be reviewed.', 'Write the review once the order is delivered.'),
  'order-lookup-failed': kind(
    500,
    'The order could not be looked up',
    'A review needs its order, and the synchronous call for it failed: too slow, refused by the open circuit breaker, or rejected as one too many.',
    'Try again after the circuit breaker has closed; `kind` says what happened.',
  ),
  'review-not-found': missing('Review', 'GET /reviews'),
  'payment-not-found': missing('Payment', 'GET /payments'),
  'food-cooking-not-found': missing('Kitchen ticket', 'GET /foodCookings'),
  'cooking-status-mismatch': kind(
    409,
    'The kitchen ticket is in another status',
    'The kitchen goes one step at a time: accept or reject after payment, start after accepting, finish after starting.',
    'Read the ticket and take the step that its status allows.',
  ),
  'delivery-not-found': missing('Delivery', 'GET /deliveries'),
  'delivery-list-not-found': missing('Delivery board row', 'GET /deliveryLists'),
  'delivery-status-mismatch': kind(
    409,
    'The delivery is in another status',
    'A delivery is picked up once the food is cooked, and confirmed once it was picked up.',
    'Read the delivery and take the step that its status allows.',
  ),
  'notice-not-found': missing('Notice', 'GET /notices'),
  'customer-not-found': missing('Customer', 'GET /customers'),
  'mypage-not-found': missing('Mypage row', 'GET /mypages'),
  'invalid-request': kind(400, 'The request is not valid', 'Fields of the request break their rules; `errors` names each of them.', 'Mend the fields named in `errors` and send the request again.'),
  'malformed-json': kind(400, 'The body is not JSON', 'The body could not be read as JSON; the detail says where it broke.', 'Send a body that is valid JSON in UTF-8.'),
  'unsupported-media-type': kind(415, 'The body is of an unsupported type', 'Bodies are JSON.', 'Send plain JSON with the header `content-type: application/json`.'),
  'body-too-large': kind(413, 'The body is too large', 'The body is longer than this server takes.', 'Send a shorter body; `limitBytes` says how long it may be.'),
  'malformed-request': kind(400, 'Not an HTTP request', 'The bytes that came are not a request of HTTP/1.1, or its body ended too early.', 'Send a well-formed HTTP/1.1 request.'),
  'expectation-failed': kind(417, 'What is expected is not known here', 'The header Expect asks for something else than 100-continue.', 'Leave the header Expect out, or send `100-continue`.'),
  'headers-too-large': kind(431, 'The headers are too large', 'The headers are longer than this server takes.', 'Send shorter headers.'),
  'request-timeout': kind(408, 'The request came too slowly', 'The request did not arrive completely in time.', 'Send the whole request without pauses.'),
  'route-not-found': kind(404, 'No such path', 'Nothing is served under this path.', 'Use one of the paths in /openapi.json.'),
  'method-not-allowed': kind(405, 'Method not allowed here', 'The path exists, and does not take this method.', 'Use one of the methods in the Allow header.'),
  'idempotency-key-reused': kind(
    422,
    'The idempotency key was used before',
    'This Idempotency-Key came with another request before, so answering it with either would be wrong.',
    'Use a new key for each new request; repeat a key only with the very same request.',
  ),
  overloaded: kind(503, 'Overloaded', 'More requests are being answered than this server takes at once.', 'Try again after the time in the Retry-After header.', 1),
  'context-unavailable': kind(503, 'A context is down', 'The context that answers this path can not be reached, or died while answering.', 'Try again once it is up; GET /health of the gateway says which contexts are.', 1),
  'upstream-timeout': kind(504, 'A context is too slow', 'The context that answers this path did not answer in time; what was asked for may still happen.', 'Look at what became of it before you ask again, or repeat with the same Idempotency-Key.'),
  'database-trouble': kind(503, 'The database is in trouble', 'The context could not use its database, so nothing of this request happened.', 'Mend what the detail says, then try again.', 1),
  'internal-error': kind(500, 'A bug of food-sim', 'Something went wrong that never should; the log holds the details under this correlation id.', 'Report it with the log line of this correlation id.'),
} as const satisfies Readonly<Record<string, ProblemKind>>;

/** The stable codes of all refusals. */
export type ProblemCode = keyof typeof PROBLEMS;

/** Whether the catalogue knows the code. */
export const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEMS, code);
