import type { Pool } from 'undici';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { Address, Secret } from '../../kernel/secret.ts';
import type { Dispatch, HttpRequest, HttpResponse } from './route.ts';

/** Asks one server over HTTP; `close` lets go of its connections. */
export type HttpClient = Dispatch & {
  /** Waits for what is being asked, then closes the connections. */
  close(): Promise<void>;
  /** Gives up what is being asked, and closes the connections. */
  destroy(): Promise<void>;
};

/** What {@link createHttpClient} is made of. */
export interface HttpClientOptions {
  /** Where to ask: `http://127.0.0.1:8081`, or somebody's address. Its path goes before each request's, its user and password along. */
  readonly baseUrl: string | Address;
  /** Goes along as a bearer token, in place of user and password. */
  readonly token?: Secret | undefined;
  /** Reads no bodies: the status says all that is asked for. */
  readonly isStatusEnough?: boolean;
  /** How long to wait for the connection, for the headers and for the body, each. */
  readonly timeoutMs: number;
  /** The most connections at once; default 128. */
  readonly connections?: number;
}

const headersOf = (raw: Readonly<Record<string, string | string[] | undefined>>): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(raw)) {
    if (value !== undefined) headers[name] = typeof value === 'string' ? value : value.join(', ');
  }
  return headers;
};

const readBody = (text: string, contentType: string | undefined, place: string): unknown => {
  if (contentType === undefined || !/\bjson\b/.test(contentType)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new OperatingError('infrastructure', `${place} answered with a broken JSON body: ${messageOf(error)}`, { cause: error });
  }
};

/** Of a body that nobody reads, so much is taken off the wire before its connection is given up. */
const MOST_DUMPED_BYTES = 65_536;

/** Percent-encodes what may not stand in a request line, as browsers do; what is encoded already stays. */
const encodeForWire = (url: string): string =>
  url.replaceAll(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character.toWellFormed()));

/** Where requests go, what they are let in by, and how that place is shown. */
const placeOf = ({ baseUrl, token }: HttpClientOptions) => {
  const [origin, path, own] =
    typeof baseUrl === 'string' ? [baseUrl, '', undefined] : [baseUrl.origin, baseUrl.path.replace(/\/+$/, ''), baseUrl.authorization];
  return { origin, path, shown: String(baseUrl), authorization: token === undefined ? own : `Bearer ${token.reveal()}` };
};

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? (error instanceof Error ? error.name : '');

const troubleOf = (error: unknown, place: string, timeoutMs: number): OperatingError => {
  const code = codeOf(error);
  if (code === 'UND_ERR_INVALID_ARG')
    return new OperatingError('invalid-input', `${place} can't be sent: ${messageOf(error)}`, {
      mend: 'Write method, path and headers as HTTP has them.',
      cause: error,
    });
  const what = code.endsWith('_TIMEOUT')
    ? `did not answer within ${timeoutMs} ms`
    : `can not be reached (${code === '' ? messageOf(error) : code})`;
  return new OperatingError('infrastructure', `${place} ${what}`, { mend: 'Check that it runs and listens there.', cause: error });
};

/**
 * Makes an HTTP client with kept-alive connections. It resolves with whatever status came, and rejects
 * with an OperatingError (infrastructure) where no answer came; with the signal's reason where it was aborted.
 */
export const createHttpClient = (options: HttpClientOptions): HttpClient => {
  const { timeoutMs, isStatusEnough = false } = options;
  const { origin, path, shown, authorization } = placeOf(options);
  // Most of what a client is made of is loaded at its first request: who only names a system asks nobody.
  let opened: Promise<Pool> | undefined;
  const open = async (): Promise<Pool> => {
    const undici = await import('undici');
    return new undici.Pool(origin, {
      connections: options.connections ?? 128,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      connect: { timeout: timeoutMs },
    });
  };
  const ask = async (request: HttpRequest): Promise<HttpResponse> => {
    const place = `${request.method} ${shown}${isStatusEnough ? '' : request.url}`;
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) if (value !== undefined) headers[name] = value;
    const text = request.rawBody ?? (request.body === undefined ? null : JSON.stringify(request.body));
    if (text !== null) headers['content-type'] ??= 'application/json';
    // What a request says itself, under whatever spelling of the name, is stronger.
    if (authorization !== undefined && !Object.keys(headers).some((name) => name.toLowerCase() === 'authorization'))
      headers['authorization'] = authorization;
    try {
      const pool = await (opened ??= open());
      const answer = await pool.request({
        method: request.method,
        path: encodeForWire(path + request.url),
        headers,
        body: text,
        ...(request.signal === undefined ? {} : { signal: request.signal }),
      });
      const answered = headersOf(answer.headers);
      if (isStatusEnough) {
        // Read and thrown away, as far as that is quicker than a new connection; how it ends is nothing to us.
        answer.body.dump({ limit: MOST_DUMPED_BYTES }).catch(() => undefined);
        return { status: answer.statusCode, headers: answered };
      }
      const received = await answer.body.text();
      const response = { status: answer.statusCode, headers: answered };
      return received === '' ? response : { ...response, body: readBody(received, answered['content-type'], place) };
    } catch (error) {
      if (request.signal?.aborted === true || error instanceof OperatingError) throw error;
      throw troubleOf(error, place, timeoutMs);
    }
  };
  return Object.assign(ask, { close: async () => (await opened)?.close(), destroy: async () => (await opened)?.destroy() });
};
