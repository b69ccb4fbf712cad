import { Refusal } from '../../kernel/errors.ts';
import { DEEPEST_JSON, isDeeperThan, placeDeeperThan } from '../../kernel/json-depth.ts';
import { findJsonTrouble } from './json-place.ts';
import { invalidRequest } from './problems.ts';
import type { HttpRequest } from './route.ts';

/** The longest body taken, in bytes, unless a server is told otherwise. */
export const BODY_LIMIT_BYTES = 65_536;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const place = findJsonTrouble(text);
    throw new Refusal('malformed-json', `The body is not JSON: line ${place.line}, column ${place.column} should be ${place.expected}.`, {
      ...place,
    });
  }
};

/** Reads a body's text; undefined where it is empty. Throws the refusal `malformed-json`, which names the place, or `invalid-request`. */
export const parseBody = (text: string): unknown => {
  if (text === '') return undefined;
  const body = parseJson(text);
  if (isDeeperThan(body, DEEPEST_JSON)) {
    throw invalidRequest([
      { field: '', in: 'body', message: `is nested deeper than ${DEEPEST_JSON} levels, from ${placeDeeperThan(text, DEEPEST_JSON)} on` },
    ]);
  }
  return body;
};

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a body's bytes as text. Throws the refusal `malformed-json` where they are not UTF-8: what would be kept is not what was sent. */
export const decodeBody = (bytes: Uint8Array): string => {
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Refusal('malformed-json', 'The body is not UTF-8, and JSON is nothing else.');
  }
};

/** The refusal of a body that is not JSON by its own word. */
export const unsupportedMediaType = (why = 'Bodies are taken as application/json only.'): Refusal =>
  new Refusal('unsupported-media-type', why);

/** The refusal of a body beyond the limit. */
export const bodyTooLarge = (limitBytes: number): Refusal =>
  new Refusal('body-too-large', `The body is longer than ${limitBytes} bytes.`, { limitBytes });

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
