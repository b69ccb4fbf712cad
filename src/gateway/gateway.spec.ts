import { once } from 'node:events';
import { createServer, request as rawRequest } from 'node:http';
import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import type { Timers } from '../kernel/clock.ts';
import { OperatingError } from '../kernel/errors.ts';
import { SILENT_LOG } from '../kernel/log.ts';
import { createFakeContext } from '../runtime/http/fake-context.fixture.ts';
import { createHttpServer } from '../runtime/http/server.ts';
import { describeContexts } from '../system/definition.ts';
import { createGateway, createInProcessGateway } from './gateway.ts';
import type { Gateway, GatewayOptions } from './gateway.ts';

const timers: Timers = {
  now: () => Date.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};
const BEHIND = describeContexts(FOOD);
const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const serveContext = async (): Promise<string> => {
  const { dispatch } = createFakeContext();
  const server = await createHttpServer({ name: 'front', dispatch, port: 0, log: SILENT_LOG, timers });
  open.push(() => server.close());
  return server.url;
};

/** An upstream that does as the listener says. */
const serveRaw = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  open.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
};

const openGateway = async (upstreams: GatewayOptions['upstreams'], more: Partial<GatewayOptions> = {}): Promise<Gateway> => {
  const gateway = await createGateway({
    contexts: BEHIND,
    upstreams,
    port: 0,
    log: SILENT_LOG,
    timers,
    openApi: () => ({ openapi: '3.1.0' }),
    ...more,
  });
  open.push(() => gateway.close());
  return gateway;
};

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks with exactly these headers and this path, as fetch would not. */
const askRaw = (url: string, method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<RawAnswer> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = rawRequest({ hostname, port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body);
  });

describe('the gateway', () => {
  it('passes requests and answers through to the context of the path', async () => {
    const front = await serveContext();
    const { url } = await openGateway({ front: () => front });
    const placed = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: '{"customerId":"김","price":12000}',
    });
    expect(placed.status).toBe(201);
    expect(placed.headers.get('location')).toMatch(/^\/orders\/[0-9A-Z]{26}$/);
    expect(placed.headers.get('x-correlation-id')).toMatch(/^[0-9A-Z]{26}$/);
    expect(await (await fetch(url + String(placed.headers.get('location')))).json()).toMatchObject({ customerId: '김' });
    expect(await (await fetch(`${url}/orders?customerId=%EA%B9%80&limit=3`)).json()).toMatchObject({
      limit: 3,
      items: [{ customerId: '김' }],
    });
    const again = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: '{"customerId":"김","price":12000}',
    });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    const headed = await fetch(`${url}/orders`, { method: 'HEAD' });
    expect([headed.status, Number(headed.headers.get('content-length')) > 0]).toEqual([200, true]);
    expect((await fetch(url + String(placed.headers.get('location')), { method: 'DELETE' })).status).toBe(204);
  });

  it('passes the refusals of a context through as they are', async () => {
    const { url } = await openGateway({ front: await serveContext() });
    const tooLarge = await fetch(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customerId: 'x'.repeat(1_000_000) }),
    });
    expect(tooLarge.status).toBe(413);
    expect(await tooLarge.json()).toMatchObject({ code: 'body-too-large' });
    const malformed = await fetch(`${url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
    expect(await malformed.json()).toMatchObject({ code: 'malformed-json' });
    const patched = await fetch(`${url}/orders`, { method: 'PATCH' });
    expect([patched.status, patched.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    expect(await (await fetch(`${url}/orders/a%2Fb%20c`)).json()).toMatchObject({ code: 'order-not-found', orderId: 'a/b c' });
  });

  it('leaves the paths, queries and headers of a request as they are, but for those of the connection', async () => {
    const seen: { url: string | undefined; headers: IncomingHttpHeaders }[] = [];
    const front = await serveRaw((request, response) => {
      seen.push({ url: request.url, headers: request.headers });
      response
        .writeHead(200, { 'x-upstream': 'yes', connection: 'keep-alive, x-private', 'x-private': '1', 'keep-alive': 'timeout=3' })
        .end('ok');
    });
    const { url } = await openGateway({ front });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const answer = await askRaw(url, 'GET', '/orders/%EA%B9%80?a=1&a=2&b=%2F', {
      'x-correlation-id': 'c1',
      traceparent,
      connection: 'close, x-mine',
      'x-mine': '1',
      te: 'trailers',
      'keep-alive': '1',
    });
    expect(answer).toMatchObject({ status: 200, body: 'ok', headers: { 'x-upstream': 'yes' } });
    expect(answer.headers).not.toHaveProperty('x-private');
    expect(answer.headers['keep-alive']).not.toBe('timeout=3');
    expect(seen[0]?.url).toBe('/orders/%EA%B9%80?a=1&a=2&b=%2F');
    expect(seen[0]?.headers).toMatchObject({ 'x-correlation-id': 'c1', traceparent });
    for (const name of ['x-mine', 'te', 'keep-alive']) expect(seen[0]?.headers).not.toHaveProperty(name);
    await askRaw(url, 'GET', '/orders');
    expect(seen[1]?.headers['x-correlation-id']).toMatch(/^[0-9A-Z]{26}$/);
    expect(seen[1]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  });

  it('matches whole segments, and names the paths that it knows', async () => {
    const { url } = await openGateway({ front: await serveContext() });
    for (const path of ['/ordersX', '/nowhere', '/Orders', '//orders']) {
      const answer = await askRaw(url, 'GET', path);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(JSON.parse(answer.body)).toMatchObject({
        code: 'route-not-found',
        paths: expect.arrayContaining(['/orders', '/mypages']) as string[],
      });
    }
    expect((await askRaw(url, 'GET', '/orders/')).status).toBe(404);
    for (const path of [
      '/orders/%E0%A4%A',
      '/orders/..%2Fhealth',
      '/orders/../health',
      '/orders/x%5C..%5C..%5Chealth',
      '/orders/%2e%2e/health',
    ]) {
      const answer = await askRaw(url, 'GET', path);
      expect([path, answer.status]).toEqual([path, 400]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'invalid-request' });
    }
  });

  it('names a context that is down: nobody there, not running, dying before its answer', async () => {
    let isDown = true;
    const dying = await serveRaw((request) => request.socket.destroy());
    const { url } = await openGateway({ front: 'http://127.0.0.1:1', store: () => (isDown ? undefined : dying), rider: dying });
    for (const [path, context] of [
      ['/orders', 'front'],
      ['/foodCookings', 'store'],
      ['/deliveries', 'rider'],
      ['/mypages', 'customer'],
    ] as const) {
      const answer = await fetch(url + path, { headers: { 'x-correlation-id': 'c1' } });
      expect([path, answer.status, answer.headers.get('retry-after')]).toEqual([path, 503, '1']);
      expect(await answer.json()).toMatchObject({ code: 'context-unavailable', context, correlationId: 'c1', instance: path });
    }
    isDown = false;
    expect((await fetch(`${url}/foodCookings`)).status).toBe(503);
  });

  it('asks once, also where the context answers 503', async () => {
    let askedCount = 0;
    const front = await serveRaw((_request, response) => {
      askedCount += 1;
      response.writeHead(503, { 'retry-after': '1' }).end('busy');
    });
    const { url } = await openGateway({ front });
    const answer = await fetch(`${url}/orders`);
    expect([answer.status, await answer.text(), askedCount]).toEqual([503, 'busy', 1]);
  });

  it('names a context that is slow', async () => {
    const front = await serveRaw(() => undefined);
    const { url } = await openGateway({ front }, { upstreamTimeoutMs: 50 });
    const answer = await fetch(`${url}/orders`);
    expect(answer.status).toBe(504);
    expect(await answer.json()).toMatchObject({ code: 'upstream-timeout', context: 'front', timeoutMs: 50 });
  });

  it('cuts the answer off where the context dies in the middle of it, and goes on', async () => {
    let isDying = true;
    const front = await serveRaw((_request, response) => {
      if (!isDying) return void response.end('whole');
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
    });
    const { url } = await openGateway({ front });
    await expect(askRaw(url, 'GET', '/orders')).rejects.toThrow();
    isDying = false;
    expect(await askRaw(url, 'GET', '/orders')).toMatchObject({ status: 200, body: 'whole' });
  });

  it('finishes an answer that streams when it closes, and ends the connection with it', async () => {
    let upstream: ServerResponse | undefined;
    const front = await serveRaw((_request, response) => {
      upstream = response;
      response.writeHead(200, { 'content-type': 'text/plain' }).write('begun, ');
    });
    // Time stands still, so that nothing is cut off.
    const gateway = await openGateway({ front }, { timers: { now: () => 0, after: () => () => undefined } });
    const socket = connect(gateway.port, '127.0.0.1');
    let came = '';
    socket.setEncoding('utf8').on('data', (text: string) => (came += text));
    const ended = once(socket, 'close');
    socket.write('GET /orders HTTP/1.1\r\nhost: x\r\n\r\n');
    while (!came.includes('begun')) await once(socket, 'data');
    const closing = gateway.close();
    upstream?.end('and done');
    await ended;
    expect(came).toContain('and done');
    await closing;
  });

  it('tells what it serves and how that is', async () => {
    const front = await serveContext();
    const { url } = await openGateway({ front, store: 'http://127.0.0.1:1' });
    expect(await (await fetch(`${url}/`)).json()).toMatchObject({
      contexts: expect.arrayContaining([{ name: 'rider', url: null, paths: ['/deliveries', '/deliveryLists'] }]) as unknown,
      links: { openapi: '/openapi.json' },
    });
    expect(await (await fetch(`${url}/openapi.json`)).json()).toEqual({ openapi: '3.1.0' });
    const health = await fetch(`${url}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({
      status: 'degraded',
      contexts: { front: { status: 'up' }, store: { status: 'down', reason: 'ECONNREFUSED' }, rider: { status: 'down' } },
    });
    const whole = await openGateway({ front, store: front, rider: front, notification: front, customer: front });
    expect((await fetch(`${whole.url}/health`)).status).toBe(200);
    const ready = async (gateway: { readonly url: string }): Promise<unknown> => {
      const answer = await fetch(`${gateway.url}/readyz`);
      return [answer.status, await answer.json()];
    };
    expect(await ready(whole)).toEqual([200, { status: 'up' }]);
    // The other paths are worth a request.
    const down = { rider: 'it is not running', notification: 'it is not running', customer: 'it is not running' };
    expect(await ready({ url })).toEqual([200, { status: 'up', down: { store: 'ECONNREFUSED', ...down } }]);
    expect(await ready(await openGateway({}))).toEqual([
      503,
      {
        status: 'down',
        reason: 'no context behind it takes requests',
        down: { front: 'it is not running', store: 'it is not running', ...down },
      },
    ]);
    expect(await ready(await openGateway({ front }, { whyNotReady: () => 'it is about to stop' }))).toEqual([
      503,
      { status: 'down', reason: 'it is about to stop' },
    ]);
  });

  it('refuses methods that nobody takes, also on its own paths, and says which are taken', async () => {
    const { url } = await openGateway({ front: await serveContext() });
    for (const [method, path, allow] of [
      ['POST', '/health', 'GET, HEAD'],
      ['OPTIONS', '/', 'GET, HEAD'],
      ['PROPFIND', '/orders?a', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
      ['QUERY', '/orders', 'DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT'],
    ] as const) {
      const answer = await askRaw(url, method, path);
      expect([method, answer.status, answer.headers.allow]).toEqual([method, 405, allow]);
      expect(JSON.parse(answer.body)).toMatchObject({ code: 'method-not-allowed' });
    }
    expect((await askRaw(url, 'PROPFIND', '/nowhere')).status).toBe(404);
    expect(await askRaw(url, 'HEAD', '/openapi.json')).toMatchObject({ status: 200, body: '' });
  });

  it('serves others while hundreds of senders dribble their bodies', async () => {
    const { url } = await openGateway({ front: await serveContext() });
    const { port } = new URL(url);
    const slow = Array.from({ length: 200 }, () => connect(Number(port), '127.0.0.1').on('error', () => undefined));
    for (const socket of slow)
      socket.write('POST /orders HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"customerId":');
    try {
      for (let time = 0; time < 3; time += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        const placed = await fetch(`${url}/orders`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"customerId":"kim","price":1}',
          signal: AbortSignal.timeout(60_000),
        });
        expect(placed.status).toBe(201);
      }
    } finally {
      for (const socket of slow) socket.destroy();
    }
  });

  it('passes bodies on as they came: chunked, of any type, and of none', async () => {
    const seen: { readonly body: string; readonly headers: IncomingHttpHeaders }[] = [];
    const front = await serveRaw((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        seen.push({ body, headers: request.headers });
        response.end('ok');
      });
    });
    const { url } = await openGateway({ front });
    await askRaw(
      url,
      'POST',
      '/orders',
      { 'content-type': 'application/json; charset=utf-8', 'transfer-encoding': 'chunked' },
      '{"customerId":"김"}',
    );
    await askRaw(url, 'POST', '/orders', { 'content-type': 'text/plain', 'content-length': '2' }, 'hi');
    await askRaw(url, 'POST', '/orders', { 'content-length': '2' }, '{}');
    await askRaw(url, 'DELETE', '/orders/1', { 'content-type': 'application/json' });
    expect(seen.map(({ body, headers }) => [body, headers['content-type']])).toEqual([
      ['{"customerId":"김"}', 'application/json; charset=utf-8'],
      ['hi', 'text/plain'],
      ['{}', 'application/octet-stream'],
      ['', 'application/json'],
    ]);
    expect(seen[0]?.headers['content-length']).toBe('20');
  });

  it('takes a request that names the whole URL, as clients of a proxy send it', async () => {
    const { url } = await openGateway({ front: await serveContext() });
    expect(JSON.parse((await askRaw(url, 'GET', 'http://food.example/orders/none?')).body)).toMatchObject({
      code: 'order-not-found',
      instance: '/orders/none?',
    });
    expect((await askRaw(url, 'GET', 'HTTP://food.example')).status).toBe(200);
  });

  it('names the option where its port is taken', async () => {
    const { port } = await openGateway({});
    await expect(openGateway({}, { port })).rejects.toMatchObject({
      message: `port ${port} for the gateway is already taken by another process`,
      mend: expect.stringContaining('--port gateway=PORT') as string,
    });
  });
});

describe('the gateway in process', () => {
  const known = {
    contexts: BEHIND,
    healthOf: (context: string) =>
      Promise.resolve(context === 'front' ? { context, status: 'up' } : { status: 'down', reason: 'it is not running' }),
    openApi: () => ({ openapi: '3.1.0' }),
    log: SILENT_LOG,
  };
  const ask = (method: string, url: string) => ({ method, url, headers: { 'x-correlation-id': 'c' } });

  it('answers as the one with sockets does', async () => {
    const { dispatch } = createFakeContext();
    const inProcess = createInProcessGateway({ ...known, dispatchers: { front: dispatch } });
    const { url } = await openGateway({ front: await serveContext() });
    for (const [method, path] of [
      ['GET', '/orders'],
      ['GET', '/orders/1?x=1'],
      ['GET', '/orders/'],
      ['GET', '/%6Frders'],
      ['PATCH', '/reviews'],
      ['GET', '/nowhere'],
      ['GET', '/ordersX?a'],
      ['GET', '/mypages'],
      ['GET', '/orders/%E0%A4%A'],
      ['GET', '/orders/..%2Fx'],
      ['HEAD', '/orders/1'],
      ['GET', '/health'],
      ['POST', '/health'],
      ['GET', '/livez'],
      ['GET', '/openapi.json?x'],
      ['HEAD', '/openapi.json'],
    ] as const) {
      const real = await askRaw(url, method, path, { 'x-correlation-id': 'c' });
      const simulated = await inProcess(ask(method, path));
      const realBody: unknown = real.body === '' ? undefined : JSON.parse(real.body);
      // What a context that is down looks like from outside differs only in how it was noticed.
      expect({ path, status: simulated.status, body: simulated.body }).toEqual({ path, status: real.status, body: realBody });
    }
  });

  it('turns a context that can not be reached into a refusal', async () => {
    const unreachable = createInProcessGateway({
      ...known,
      dispatchers: { front: () => Promise.reject(new OperatingError('infrastructure', 'gone')) },
    });
    expect(await unreachable(ask('GET', '/orders'))).toMatchObject({
      status: 503,
      body: { code: 'context-unavailable', context: 'front' },
    });
    expect(await unreachable(ask('HEAD', '/orders'))).not.toHaveProperty('body');
  });
});
