/** What stands at the edge of the system, a context's own port and the gateway before it, under callers of every kind. */
import { METHODS } from 'node:http';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { describeContexts } from '../system/definition.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Logger } from '../kernel/log.ts';
import { Secret } from '../kernel/secret.ts';
import { createHttpClient } from '../runtime/http/client.ts';
import { createFakeContext } from '../runtime/http/fake-context.fixture.ts';
import type { Dispatch } from '../runtime/http/route.ts';
import { createHttpServer } from '../runtime/http/server.ts';
import { createGateway } from './gateway.ts';

const timers: Timers = {
  now: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
const open: { close(): Promise<void> }[] = [];
let complaints: string[];
const note = (details: object, message: string): void => void complaints.push(`${message} ${JSON.stringify(details)}`);
const log: Logger = { debug: () => undefined, info: () => undefined, warn: note, error: note };

beforeEach(() => {
  complaints = [];
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

interface Edge {
  readonly context: number;
  readonly gateway: number;
}

/** A context and a gateway before it, at free ports. */
const openEdge = async (dispatch: Dispatch = createFakeContext().dispatch, token?: Secret): Promise<Edge> => {
  const context = await createHttpServer({ name: 'front', dispatch, port: 0, log, timers, token, closeTimeoutMs: 20 });
  open.push(context);
  const gateway = await createGateway({
    contexts: BEHIND,
    upstreams: { front: context.url },
    port: 0,
    log,
    timers,
    token,
    openApi: () => ({}),
    closeTimeoutMs: 20,
  });
  open.push(gateway);
  return { context: context.port, gateway: gateway.port };
};

const BEHIND = describeContexts(FOOD);

const DOORS = ['context', 'gateway'] as const;

/** Sends bytes, and resolves with what came until the other side closed, or nothing more came. */
const sendRaw = (port: number, bytes: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(bytes));
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => (answer += text));
    socket.once('close', () => resolve(answer)).once('error', () => undefined);
  });

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

const ODD_HEADERS: readonly (readonly [name: string, lines: string])[] = [
  ['none', ''],
  ['an empty type', 'content-type:\r\n'],
  ['a type that is none', 'content-type: ;;;\r\n'],
  ['JSON with a charset', 'content-type: application/json; charset=latin1\r\n'],
  ['a form', 'content-type: multipart/form-data\r\n'],
  ['a coded body', 'content-type: application/json\r\ncontent-encoding: gzip\r\n'],
  ['odd bytes', 'content-type: application/json\r\nx-correlation-id: \xe9\xff\r\ntraceparent: 00-x\r\nidempotency-key: \xe9\r\n'],
  ['names of prototypes', 'content-type: application/json\r\n__proto__: 1\r\nconstructor: 2\r\n'],
  ['an authorization', 'content-type: application/json\r\nauthorization: Basic %%%\r\n'],
  ['the same twice', 'content-type: application/json\r\ncontent-type: text/plain\r\nx-correlation-id: a\r\nx-correlation-id: b\r\n'],
];
const BODIES: readonly string[] = [
  '',
  '{}',
  '{',
  '"\\ud800"',
  '\xff\xfe',
  'null',
  '[[[[]]]]',
  '{"__proto__":{"a":1},"customerId":"kim","price":1}',
];
const PATHS: readonly string[] = [
  '/orders',
  '/orders/%',
  '/orders/a%2Fb?limit=%',
  '/',
  '*',
  '/health',
  '//',
  '/orders?limit=1&limit=2',
  '/%00',
  '/orders/__proto__',
];

describe.each(DOORS)('the %s', (door) => {
  // CONNECT asks for a tunnel, and Node closes what nobody offers one for.
  it.each(METHODS.filter((method) => method !== 'CONNECT'))(
    'answers %s with whatever header and body, and never as a bug',
    async (method) => {
      const port = (await openEdge())[door];
      for (const [what, lines] of ODD_HEADERS) {
        const body = BODIES[(what.length + method.length) % BODIES.length] as string;
        const path = PATHS[(what.length * method.length) % PATHS.length] as string;
        for (const [target, text] of [
          ['/orders', body],
          [path, body],
          [path, ''],
        ] as const) {
          const length = text === '' ? '' : `content-length: ${Buffer.byteLength(text, 'latin1')}\r\n`;
          const answer = await sendRaw(
            port,
            Buffer.from(`${method} ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${lines}${length}\r\n${text}`, 'latin1'),
          );
          const status = statusOf(answer);
          expect(status, `${method} ${target} with ${what} and ${JSON.stringify(text)}: ${answer}`).toBeGreaterThanOrEqual(200);
          // The gateway stands before one context of five.
          expect(
            status === 500 || (status > 500 && status !== 503),
            `${method} ${target} with ${what} and ${JSON.stringify(text)}: ${answer}`,
          ).toBe(false);
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  it.each(['resetAndDestroy', 'destroy', 'end'] as const)("takes a caller that hangs up (%s) for nobody's error", async (how) => {
    let arrive = (): void => undefined;
    let release = (): void => undefined;
    const edge = await openEdge(async () => {
      arrive();
      await new Promise<void>((resolve) => (release = resolve));
      return { status: 200, headers: { 'content-type': 'application/json' }, body: 'x'.repeat(5_000_000) };
    });
    const hangUp = async (bytes: string, when: 'at once' | 'when it is being answered' | 'in the answer'): Promise<void> => {
      const arrived = new Promise<void>((resolve) => (arrive = resolve));
      const socket = connect(edge[door], '127.0.0.1');
      socket.on('error', () => undefined);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      await new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
      if (when !== 'at once') await arrived;
      if (when === 'in the answer') {
        const begun = new Promise((resolve) => socket.once('data', resolve));
        release();
        await begun;
      }
      const gone = new Promise((resolve) => socket.once('close', resolve));
      socket[how]();
      if (how === 'end') await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 20))]);
      else await gone;
      release();
      socket.destroy();
    };
    const POST = 'POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ';
    await hangUp('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n', 'when it is being answered');
    await hangUp('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n', 'in the answer');
    await hangUp(`${POST}2\r\n\r\n{}`, 'when it is being answered');
    await hangUp(`${POST}200\r\n\r\n{}`, 'at once');
    await hangUp(
      'POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{',
      'at once',
    );
    await hangUp('GET /ord', 'at once');
    // Whoever is there afterwards is answered, and by then all that the others left behind has been told.
    const last = sendRaw(edge[door], 'GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(statusOf(await last)).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(complaints).toEqual([]);
  });

  it('lets nobody in without its token, and asks for none whether it is alive and ready', async () => {
    const token = new Secret('t0ken');
    const { [door]: port } = await openEdge(createFakeContext().dispatch, token);
    const url = `http://127.0.0.1:${port}`;
    for (const authorization of [undefined, 'Bearer', 'Bearer t0kenX', 'Bearer t0ke', 'Basic dDBrZW46', 't0ken']) {
      for (const path of ['/orders', '/health', '/nowhere', '/livez/x', '/orders?/livez']) {
        const response = await fetch(url + path, {
          method: path === '/orders' ? 'POST' : 'GET',
          ...(authorization === undefined ? {} : { headers: { authorization } }),
          ...(path === '/orders' ? { body: '{' } : {}),
        });
        expect(response.status, `${path} ${authorization ?? ''}`).toBe(401);
        expect(response.headers.get('www-authenticate')).toMatch(/^Bearer /);
        expect(await response.json()).toMatchObject({ code: 'unauthorized', status: 401, instance: path });
      }
    }
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz?x`)).status).toBe(200);
    const client = createHttpClient({ baseUrl: url, timeoutMs: 2_000, token });
    open.push(client);
    expect((await client({ method: 'GET', url: '/orders', headers: {} })).status).toBe(200);
    expect(complaints).toEqual([]);
  });
});

it('the gateway shows its token to the contexts whose health it asks', async () => {
  const { gateway } = await openEdge(createFakeContext().dispatch, new Secret('t0ken'));
  const health = await fetch(`http://127.0.0.1:${gateway}/health`, { headers: { authorization: 'bearer t0ken' } });
  expect(await health.json()).toMatchObject({ contexts: { front: { status: 'up' }, store: { status: 'down' } } });
});
