import { Refusal } from '../../kernel/errors.ts';
import { findJsonTrouble } from './json-place.ts';
import type { HttpRequest } from './route.ts';

/** The longest body taken, in bytes, unless a server is told otherwise. */
export const BODY_LIMIT_BYTES = 65_536;

/** Reads a body's text; undefined where it is empty. Throws the refusal `malformed-json`, which names the place. */
export const parseBody = (text: string): unknown => {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const place = findJsonTrouble(text);
    throw new Refusal('malformed-json', `The body is not JSON: line ${place.line}, column ${place.column} should be ${place.expected}.`, { ...place });
  }
};

/** The refusal of a body that is no JSON by its own word. */
export const unsupportedMediaType = (): Refusal => new Refusal('unsupported-media-type', 'Bodies are taken as application/json only.');

/** The refusal of a body beyond the limit. */
export const bodyTooLarge = (limitBytes: number): Refusal => new Refusal('body-too-large', `The body is longer than ${limitBytes} bytes.`, { limitBytes });

/**
 * The request with its raw body read, as a server reads what came over a socket; throws the same refusals. A request
 * without a raw body stays as it is.
 */
export const readRawBody = (request: HttpRequest): HttpRequest => {
  const { rawBody, ...rest } = request;
  // As over HTTP, the body of a request that only reads is not looked at.
  if (rawBody === undefined || request.method === 'GET' || request.method === 'HEAD') return rest;
  const type = request.headers['content-type'];
  if (type !== undefined && !/^application\/json\s*(?:;|$)/i.test(type)) throw unsupportedMediaType();
  if (Buffer.byteLength(rawBody) > BODY_LIMIT_BYTES) throw bodyTooLarge(BODY_LIMIT_BYTES);
  const body = parseBody(rawBody);
  return body === undefined ? rest : { ...rest, body };
};
