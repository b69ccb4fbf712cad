import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { sleep } from '../../kernel/clock.ts';
import type { Timers } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { Address } from '../../kernel/secret.ts';
import { createHttpClient } from './client.ts';
import { createFakeContext } from './fake-context.fixture.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import type { HealthSources } from './health.ts';
import { createHttpServer } from './server.ts';
import type { HttpServer, HttpServerOptions } from './server.ts';
import { createWebhook } from './webhook.ts';

const timers: Timers = {
  now: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
/** An address that is one. */
const webUrl = (text: string): Address => {
  const read = Address.read(text, ['http:']);
  if ('fault' in read) throw new Error(read.fault);
  return read.address;
};
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

const serve = async (options: Partial<HttpServerOptions> = {}): Promise<HttpServer> => {
  const server = await createHttpServer({
    name: 'lunch',
    dispatch: createFakeContext().dispatch,
    port: 0,
    log: SILENT_LOG,
    timers,
    ...options,
  });
  open.push(server);
  return server;
};
const post = (url: string, body: string, headers: Record<string, string> = { 'content-type': 'application/json' }): Promise<Response> =>
  fetch(`${url}/orders`, { method: 'POST', body, headers });

/** Sends bytes over a socket and resolves with all that came until the other side closed. */
const sendRaw = (port: number, bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => void socket.write(bytes));
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('close', () => resolve(answer)).once('error', reject);
  });

describe('an HTTP server', () => {
  it('serves the routes of its dispatcher over a socket', async () => {
    const { url } = await serve();
    const placed = await post(url, '{"customerId":"김","price":12000}', {
      'content-type': 'application/json; charset=utf-8',
      'x-correlation-id': 'c1',
    });
    expect(placed.status).toBe(201);
    expect(placed.headers.get('x-correlation-id')).toBe('c1');
    const shown = await fetch(url + String(placed.headers.get('location')));
    expect(await shown.json()).toMatchObject({ customerId: '김', price: 12_000 });
    const listed = await fetch(`${url}/orders?customerId=${encodeURIComponent('김')}&limit=5`);
    expect(await listed.json()).toMatchObject({ limit: 5, items: [{ customerId: '김' }] });
    expect((await fetch(url + String(placed.headers.get('location')), { method: 'DELETE' })).status).toBe(204);
  });

  it('answers HEAD with the headers of GET', async () => {
    const { url } = await serve();
    const got = await fetch(`${url}/orders`);
    const headed = await fetch(`${url}/orders`, { method: 'HEAD' });
    expect(headed.status).toBe(200);
    expect(headed.headers.get('content-length')).toBe(String((await got.arrayBuffer()).byteLength));
    expect(await headed.text()).toBe('');
  });

  it.each([
    ['{"customerId":"kim",\n "price":}', 'line 2, column 10'],
    ['{"customerId":"kim"', "line 1, column 20 should be ',' or '}'"],
    ['nonsense', 'line 1, column 1 should be a value'],
  ])('says where the JSON of %j breaks', async (body, place) => {
    const { url } = await serve();
    const response = await post(url, body);
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem).toMatchObject({ code: 'malformed-json', instance: '/orders' });
    expect(problem['detail']).toContain(place);
  });

  it('refuses bytes that are not UTF-8 rather than keep other characters', async () => {
    const { url } = await serve();
    const bytes = Buffer.concat([Buffer.from('{"customerId":"k'), Buffer.from([0xff]), Buffer.from('","price":1}')]);
    const response = await fetch(`${url}/orders`, { method: 'POST', body: bytes, headers: { 'content-type': 'application/json' } });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'malformed-json', detail: 'The body is not UTF-8, and JSON is nothing else.' },
    ]);
    const zipped = await post(url, '{"customerId":"kim","price":1}', { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    expect([zipped.status, await zipped.json()]).toMatchObject([
      415,
      { detail: 'Bodies are taken as they are, without a Content-Encoding.' },
    ]);
  });

  it.each([
    ['lists', `{"price":${'['.repeat(30_000)}${']'.repeat(30_000)}}`, 'line 1, column 41'],
    ['objects', `${'{"price":'.repeat(6_000)}1${'}'.repeat(6_000)}`, 'line 1, column 289'],
  ])('refuses %s nested deeper than any body of ours, also under an idempotency key', async (_what, body, place) => {
    const { url } = await serve();
    const response = await post(url, body, { 'content-type': 'application/json', 'idempotency-key': 'deep' });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'invalid-request', errors: [{ field: '', in: 'body', message: `is nested deeper than 32 levels, from ${place} on` }] },
    ]);
  });

  it('names each field of a wrong type', async () => {
    const { url } = await serve();
    const response = await post(url, '{"customerId":7,"price":"12","options":"none"}');
    expect(response.status).toBe(400);
    const problem = (await response.json()) as { errors: { field: string; in: string }[] };
    expect(problem.errors.map((error) => error.field)).toEqual(['/customerId', '/price', '/options']);
  });

  it('refuses a body of 1 MB so that its sender can read why, and goes on', async () => {
    const { url } = await serve();
    const response = await post(url, JSON.stringify({ customerId: 'x'.repeat(1_000_000), price: 1 }));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'body-too-large', limitBytes: 65_536 });
    expect((await post(url, '{"customerId":"kim","price":1}')).status).toBe(201);
  });

  it('refuses other media types', async () => {
    const { url } = await serve();
    const response = await post(url, 'customerId=kim', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ code: 'unsupported-media-type' });
  });

  it('takes a DELETE that says JSON and has no body', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/orders/none`, { method: 'DELETE', headers: { 'content-type': 'application/json' } });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'order-not-found' });
  });

  it.each([
    ['PATCH', '/orders', 405, 'method-not-allowed'],
    ['OPTIONS', '/orders', 405, 'method-not-allowed'],
    ['GET', '/nowhere', 404, 'route-not-found'],
    ['GET', '/orders/%E0%A4%A', 400, 'invalid-request'],
    ['GET', `/orders/${'x'.repeat(201)}`, 400, 'invalid-request'],
  ])('%s %s is answered %i', async (method, path, status, code) => {
    const { url } = await serve();
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code, status });
  });

  it('answers bytes that are not HTTP with a problem document', async () => {
    const { port } = await serve();
    const answer = await sendRaw(port, 'THIS IS NOT HTTP\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 400 Bad Request');
    expect(answer).toContain('"code":"malformed-request"');
    const large = await sendRaw(port, `GET /orders HTTP/1.1\r\nhost: a\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`);
    expect(large).toContain('HTTP/1.1 431');
    expect(large).toContain('"code":"headers-too-large"');
  });

  it.each([
    ['a request without Host', 'GET /orders HTTP/1.1\r\nx-correlation-id: c1\r\n\r\n', 400, 'malformed-request'],
    [
      'an expectation that nobody knows',
      'GET /orders HTTP/1.1\r\nhost: a\r\nx-correlation-id: c1\r\nexpect: miracles\r\n\r\n',
      417,
      'expectation-failed',
    ],
  ])('answers %s with a problem document', async (_what, request, status, code) => {
    const { port } = await serve();
    const answer = await sendRaw(port, request);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('content-type: application/problem+json');
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')))).toMatchObject({ status, code, instance: '/orders', correlationId: 'c1' });
  });

  it('answers an answer that can not be written as a bug', async () => {
    const { url } = await serve({ dispatch: () => Promise.resolve({ status: 200, headers: { location: '/orders/김' }, body: 1n }) });
    const response = await fetch(`${url}/orders`);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'internal-error' });
  });

  const IDLE = { outbox: 0, pending: 0, unacknowledged: 0, parked: 0, deadLetters: 0, overdue: 0, activity: 7 };
  const healthy: HealthSources = {
    whyNotReady: () => undefined,
    obstacle: () => undefined,
    counts: () => ({ outbox: 7, parked: 0, deadLetters: 0 }),
    workload: () => Promise.resolve(IDLE),
  };
  const ready = async (health: HealthSources): Promise<unknown> => {
    const response = await fetch(`${(await serve({ health })).url}/readyz`);
    return [response.status, await response.json()];
  };

  it('tells its health', async () => {
    const { url } = await serve({ health: healthy });
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ context: 'lunch', status: 'up', ...IDLE });
    const ill = await serve({ health: { ...healthy, workload: () => Promise.reject(new Error('no bus')) } });
    const response = await fetch(`${ill.url}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ context: 'lunch', status: 'degraded', reason: 'no bus' });
    const muted = await serve({ health: { ...healthy, obstacle: () => 'the bus is full' } });
    const told = await fetch(`${muted.url}/health`);
    expect([told.status, await told.json()]).toEqual([503, { context: 'lunch', status: 'degraded', reason: 'the bus is full', ...IDLE }]);
  });

  it('is ready with a bus that answers and takes its events, and so many messages behind', async () => {
    expect(await ready(healthy)).toEqual([200, { status: 'up' }]);
    expect(await ready({ ...healthy, workload: () => Promise.reject(new Error('no bus')) })).toEqual([
      503,
      { status: 'degraded', reason: 'no bus' },
    ]);
    expect(await ready({ ...healthy, obstacle: () => 'the bus is full' })).toEqual([
      503,
      { status: 'degraded', reason: 'the bus is full' },
    ]);
    const behind = (pending: number, unacknowledged: number) =>
      ready({ ...healthy, workload: () => Promise.resolve({ ...IDLE, pending, unacknowledged }) });
    expect(await behind(900, 100)).toEqual([200, { status: 'up' }]);
    expect(await behind(900, 101)).toEqual([503, { status: 'behind', reason: '1001 messages wait on the bus for it, and 1000 may' }]);
  });

  it('does not wait for a bus that keeps silent, and tells what it knows without it', async () => {
    const { url } = await serve({ health: { ...healthy, workload: () => new Promise(() => undefined) } });
    const response = await fetch(`${url}/health`, { signal: AbortSignal.timeout(950) });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({
      context: 'lunch',
      status: 'degraded',
      reason: 'the bus did not say within 500 ms what waits on it',
      outbox: 7,
      parked: 0,
      deadLetters: 0,
    });
  });

  it('tells its being alive apart from its being ready', async () => {
    const { url } = await serve({ health: { ...healthy, whyNotReady: () => 'it is not running' } });
    const ask = async (path: string): Promise<unknown> => {
      const response = await fetch(url + path);
      return [response.status, await response.json()];
    };
    expect(await ask('/livez')).toEqual([200, { status: 'up' }]);
    expect(await ask('/readyz')).toEqual([503, { status: 'down', reason: 'it is not running' }]);
    expect(await ask('/health')).toEqual([503, { context: 'lunch', status: 'down', reason: 'it is not running' }]);
    const broken = await serve({
      health: {
        ...healthy,
        whyNotReady: () => {
          throw new Error('disk image is malformed');
        },
      },
    });
    expect((await fetch(`${broken.url}/livez`)).status).toBe(200);
    expect(await (await fetch(`${broken.url}/readyz`)).json()).toEqual({ status: 'down', reason: 'disk image is malformed' });
  });

  it('refuses more than it takes at once', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const { url } = await serve({ maxInFlight: 1, dispatch: async () => (arrived(), await held, { status: 200, headers: {} }) });
    const first = fetch(`${url}/orders`);
    await arrival;
    const second = await fetch(`${url}/orders`);
    expect(second.status).toBe(503);
    expect(second.headers.get('retry-after')).toBe('1');
    expect(await second.json()).toMatchObject({ code: 'overloaded' });
    release();
    expect((await first).status).toBe(200);
  });

  it('names the option where its port is taken', async () => {
    const { port } = await serve();
    const second = createHttpServer({
      name: 'front',
      dispatch: createFakeContext().dispatch,
      port,
      portOption: '--port-front',
      log: SILENT_LOG,
      timers,
    });
    const error = await second.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OperatingError);
    expect(error).toMatchObject({
      trouble: 'infrastructure',
      message: `port ${port} for front is already taken by another process`,
      mend: expect.stringContaining('--port-front') as string,
    });
  });

  it('finishes what it is answering when it closes, and cuts off what takes too long', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived = (): void => undefined;
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const server = await createHttpServer({
      name: 'lunch',
      dispatch: async () => (arrived(), await held, { status: 200, headers: {}, body: 'done' }),
      port: 0,
      log: SILENT_LOG,
      timers,
    });
    const asked = fetch(`${server.url}/orders`);
    await arrival;
    expect(server.inFlight()).toBe(1);
    const closing = server.close();
    release();
    expect(await (await asked).json()).toBe('done');
    await closing;
    expect(server.inFlight()).toBe(0);

    const stuck = await createHttpServer({
      name: 'lunch',
      dispatch: () => new Promise(() => undefined),
      port: 0,
      log: SILENT_LOG,
      timers,
      closeTimeoutMs: 20,
    });
    const never = fetch(`${stuck.url}/orders`).then(
      () => 'answered',
      () => 'cut off',
    );
    while (stuck.inFlight() === 0) await sleep(timers, 1);
    await stuck.close();
    expect(await never).toBe('cut off');
  });
});

describe('an HTTP client', () => {
  it('asks as the in-process dispatcher is asked', async () => {
    const { url } = await serve();
    const client = createHttpClient({ baseUrl: url, timeoutMs: 2_000 });
    open.push(client);
    const placed = await client({
      method: 'POST',
      url: '/orders',
      headers: { 'idempotency-key': 'k', 'x-correlation-id': undefined },
      body: { customerId: 'kim', price: 1 },
    });
    expect(placed).toMatchObject({
      status: 201,
      body: { customerId: 'kim' },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    expect(await client({ method: 'GET', url: '/orders/none', headers: {} })).toMatchObject({
      status: 404,
      body: { code: 'order-not-found' },
    });
    expect(await client({ method: 'DELETE', url: placed.headers['location'] as string, headers: {} })).toMatchObject({ status: 204 });
  });

  it('tells that nobody listens, that nobody answers, and that it was aborted', async () => {
    const gone = await serve();
    await gone.close();
    const client = createHttpClient({ baseUrl: gone.url, timeoutMs: 2_000 });
    open.push(client);
    await expect(client({ method: 'GET', url: '/orders', headers: {} })).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: `GET ${gone.url}/orders can not be reached (ECONNREFUSED)`,
    });

    const mute = await serve({ dispatch: () => new Promise(() => undefined), closeTimeoutMs: 20 });
    const impatient = createHttpClient({ baseUrl: mute.url, timeoutMs: 50 });
    open.push(impatient);
    await expect(impatient({ method: 'GET', url: '/orders', headers: {} })).rejects.toMatchObject({
      message: `GET ${mute.url}/orders did not answer within 50 ms`,
    });
    const abort = new AbortController();
    const aborted = createHttpClient({ baseUrl: mute.url, timeoutMs: 60_000 });
    open.push(aborted);
    const asked = aborted({ method: 'GET', url: '/orders', headers: {}, signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});

describe('a webhook', () => {
  it('posts the notice with its id as the idempotency key, and rejects what is no 2xx', async () => {
    const seen: unknown[] = [];
    let status = 204;
    const server = await serve({
      dispatch: ({ method, url, headers, body }) => (
        seen.push({ method, url, key: headers['idempotency-key'], body }),
        Promise.resolve({ status, headers: {} })
      ),
    });
    const send = createWebhook({ address: webUrl(`${server.url}/talk?room=1`), timeoutMs: 2_000 });
    open.push(send);
    const notice = { id: 'n1', text: '고객님의 주문이 접수되었습니다.' };
    await send(notice);
    expect(seen).toEqual([{ method: 'POST', url: '/talk?room=1', key: 'n1', body: notice }]);
    status = 500;
    await expect(send(notice)).rejects.toMatchObject({
      trouble: 'infrastructure',
      message: `the webhook ${server.url}/talk?*** answered 500 to notice n1`,
    });
  });

  it('says who we are there, and shows it to nobody else', async () => {
    const seen: unknown[] = [];
    const server = await serve({
      dispatch: ({ url, headers }) => (seen.push([url, headers['authorization']]), Promise.resolve({ status: 500, headers: {} })),
    });
    const base = server.url.replace('http://', 'http://kim:p%40ss@');
    for (const path of ['', '/', '/a', '/a/', '/a/?key=hush']) {
      const send = createWebhook({ address: webUrl(base + path), timeoutMs: 2_000 });
      open.push(send);
      const told = await send({ id: 'n1' }).then(String, (error: unknown) => inspect(error));
      expect(told).toMatch(/the webhook http:\/\/\*\*\*@\S+ answered 500/);
      expect(told).not.toMatch(/p%40ss|p@ss|hush/);
    }
    const basic = `Basic ${Buffer.from('kim:p@ss').toString('base64')}`;
    expect(seen).toEqual([
      ['/', basic],
      ['/', basic],
      ['/a', basic],
      ['/a/', basic],
      ['/a/?key=hush', basic],
    ]);
  });

  it.each([
    ['claims to be JSON and is none', 200, { 'content-type': 'application/json' }, '{"broken'],
    ['is a page', 201, { 'content-type': 'text/html' }, '<p>'],
    ['is nothing', 202, {}, ''],
  ])('took a notice whatever its answer is: one that %s', async (_what, status, headers, text) => {
    const receiver = createServer(
      (request, response) => void request.resume().on('end', () => response.writeHead(status, headers).end(text)),
    );
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const send = createWebhook({ address: webUrl(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`), timeoutMs: 2_000 });
    open.push({ close: () => new Promise((resolve) => receiver.close(() => resolve())) }, send);
    await expect(send({ id: 'n1' })).resolves.toBeUndefined();
  });

  it('goes on while a receiver pours out an answer without end', async () => {
    const receiver = createServer((request, response) => {
      request.resume();
      const pour = (): void => {
        if (response.destroyed || response.write('x'.repeat(10_000))) setImmediate(pour);
        else response.once('drain', pour);
      };
      pour();
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const send = createWebhook({ address: webUrl(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}`), timeoutMs: 2_000 });
    await expect(send({ id: 'n1' })).resolves.toBeUndefined();
    await send.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });
});
