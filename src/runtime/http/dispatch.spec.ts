import { describe, expect, it } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { SimulatedCrash } from '../actor/actor-port.ts';
import { createFakeContext } from './fake-context.fixture.ts';
import type { HttpRequest, HttpResponse } from './route.ts';

const ask = (method: string, url: string, body?: unknown, headers: HttpRequest['headers'] = {}): HttpRequest => ({
  method,
  url,
  headers,
  ...(body === undefined ? {} : { body }),
});
const LUNCH = { customerId: 'kim', price: 12_000 };
const bodyOf = (response: HttpResponse): Record<string, unknown> => response.body as Record<string, unknown>;

describe('routing', () => {
  it('answers a query and a command', async () => {
    const { dispatch } = createFakeContext();
    const placed = await dispatch(ask('POST', '/orders', LUNCH));
    expect(placed.status).toBe(201);
    expect(placed.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      location: `/orders/${String(bodyOf(placed)['orderId'])}`,
    });
    const shown = await dispatch(ask('GET', placed.headers['location'] as string));
    expect(shown).toMatchObject({ status: 200, body: { customerId: 'kim', price: 12_000 } });
  });

  it('answers HEAD as GET without a body, refusals too', async () => {
    const { dispatch } = createFakeContext();
    const found = await dispatch(ask('HEAD', '/orders'));
    expect(found.status).toBe(200);
    expect(found).not.toHaveProperty('body');
    const missing = await dispatch(ask('HEAD', '/orders/none'));
    expect(missing.status).toBe(404);
    expect(missing).not.toHaveProperty('body');
  });

  it.each(['/nowhere', '/ordersX', '/orders/', '/orders/a/b', '/', ''])('does not know %j', async (url) => {
    const { dispatch } = createFakeContext();
    expect(await dispatch(ask('GET', url))).toMatchObject({
      status: 404,
      body: { code: 'route-not-found', type: 'urn:food-sim:problem:route-not-found' },
    });
  });

  it('names the methods that a path takes', async () => {
    const { dispatch } = createFakeContext();
    const response = await dispatch(ask('PATCH', '/orders/1'));
    expect(response).toMatchObject({ status: 405, headers: { allow: 'DELETE, GET, HEAD' }, body: { code: 'method-not-allowed' } });
  });

  it('decodes ids, also with an encoded slash, and refuses broken encodings, long ids and control characters', async () => {
    const { dispatch } = createFakeContext();
    expect(await dispatch(ask('GET', '/orders/a%2Fb%20%EA%B9%80'))).toMatchObject({ status: 404, body: { orderId: 'a/b 김' } });
    expect(await dispatch(ask('GET', '/orders/%E0%A4%A'))).toMatchObject({
      status: 400,
      body: { code: 'invalid-request', errors: [{ in: 'path' }] },
    });
    expect(await dispatch(ask('GET', `/orders/${'x'.repeat(201)}`))).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/orderId', in: 'path' }] },
    });
    expect(await dispatch(ask('GET', `/orders/${'x'.repeat(200)}`))).toMatchObject({ status: 404 });
    expect(await dispatch(ask('GET', '/orders/a%00b'))).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/orderId', in: 'path' }] },
    });
  });
});

describe('validation', () => {
  it('names every wrong field at once, with the nearest known word', async () => {
    const { dispatch, recorded } = createFakeContext();
    const response = await dispatch(
      ask('POST', '/orders', { custmerId: 'kim', price: 'dear', options: ['a', 7], payment: { methd: 'card' } }),
    );
    expect(response).toMatchObject({ status: 400, headers: { 'content-type': 'application/problem+json; charset=utf-8' } });
    expect(bodyOf(response)['errors']).toEqual([
      { field: '/custmerId', in: 'body', message: 'is not known; did you mean customerId?' },
      { field: '/customerId', in: 'body', message: 'is missing; expected string' },
      { field: '/price', in: 'body', message: expect.stringContaining('expected') as string },
      { field: '/options/1', in: 'body', message: expect.stringContaining('expected string') as string },
      { field: '/payment/method', in: 'body', message: expect.any(String) as string },
      { field: '/payment/methd', in: 'body', message: 'is not known; did you mean method?' },
    ]);
    expect(recorded).toMatchObject([{ kind: 'command', status: 400, problem: 'invalid-request' }]);
  });

  it('wants a body where the route takes one, and none where it does not', async () => {
    const { dispatch } = createFakeContext();
    expect(await dispatch(ask('POST', '/orders'))).toMatchObject({ status: 400, body: { errors: [{ field: '', in: 'body' }] } });
    expect(await dispatch(ask('POST', '/orders', [1]))).toMatchObject({ status: 400, body: { errors: [{ field: '', in: 'body' }] } });
    expect(await dispatch(ask('POST', '/orders', null))).toMatchObject({ status: 400 });
    expect(await dispatch(ask('DELETE', '/orders/1', { force: true }))).toMatchObject({
      status: 400,
      body: { errors: [{ field: '', in: 'body' }] },
    });
    expect(await dispatch(ask('DELETE', '/orders/1', {}))).toMatchObject({ status: 404 });
  });

  it('treats __proto__ in a body as any unknown name', async () => {
    const { dispatch } = createFakeContext();
    const response = await dispatch(ask('POST', '/orders', JSON.parse('{"customerId":"kim","price":1,"__proto__":{"x":1}}')));
    expect(response).toMatchObject({ status: 400, body: { errors: [{ field: '/__proto__' }] } });
  });

  it('reads queries by the schema, refuses unknown, repeated and broken ones', async () => {
    const { dispatch } = createFakeContext();
    await dispatch(ask('POST', '/orders', { ...LUNCH, customerId: 'kim lee' }));
    await dispatch(ask('POST', '/orders', LUNCH));
    const listed = await dispatch(ask('GET', '/orders?customerId=kim+lee&limit=7'));
    expect(listed).toMatchObject({ status: 200, body: { limit: 7, items: [{ customerId: 'kim lee' }] } });
    expect(bodyOf(await dispatch(ask('GET', '/orders')))['limit']).toBe(20);
    expect(await dispatch(ask('GET', '/orders?limit=0&custmerId=a&limit=3&x=%ff'))).toMatchObject({
      status: 400,
      body: {
        errors: [
          { field: '/limit', in: 'query', message: 'is given more than once' },
          { field: '/x', in: 'query', message: 'is not percent-encoded UTF-8' },
          { field: '/custmerId', in: 'query', message: 'is not known; did you mean customerId?' },
          { field: '/limit', in: 'query' },
        ],
      },
    });
    expect(await dispatch(ask('GET', '/orders/1?limit=1'))).toMatchObject({
      status: 400,
      body: { errors: [{ field: '/limit', in: 'query' }] },
    });
  });
});

describe('the story of a request', () => {
  const trace = '0af7651916cd43dd8448eb211c80319c';

  it('takes the correlation id and the trace that came with it', async () => {
    const { dispatch, causes, recorded } = createFakeContext();
    const response = await dispatch(
      ask('POST', '/orders', LUNCH, { 'x-correlation-id': 'my-request', traceparent: `00-${trace}-b7ad6b7169203331-01` }),
    );
    expect(response.headers['x-correlation-id']).toBe('my-request');
    expect(causes).toMatchObject([{ correlationId: 'my-request', traceId: trace }]);
    expect(recorded).toEqual([
      {
        kind: 'command',
        context: 'lunch',
        id: causes[0]?.causationId,
        correlation: 'my-request',
        operation: 'placeLunch',
        method: 'POST',
        url: '/orders',
        status: 201,
        subject: bodyOf(response)['orderId'],
        body: LUNCH,
      },
    ]);
  });

  it('is about what the context says, else what its path names, else what was made', async () => {
    const aboutOf = async (about: string, ...asked: Parameters<typeof ask>): Promise<unknown> => {
      const { dispatch, recorded } = createFakeContext({ about });
      await dispatch(ask(...asked));
      return recorded.map((body) => (body.kind === 'command' ? body.subject : undefined));
    };
    expect(await aboutOf('customerId', 'POST', '/orders', LUNCH)).toEqual([LUNCH.customerId]);
    expect(await aboutOf('tableId', 'DELETE', '/orders/o7')).toEqual(['o7']);
    expect(await aboutOf('tableId', 'POST', '/orders', LUNCH)).toEqual([undefined]);
  });

  it.each(['', 'with space', 'x'.repeat(129), 'new\nline'])('makes its own where the correlation id is %j', async (given) => {
    const { dispatch, causes } = createFakeContext();
    const response = await dispatch(ask('POST', '/orders', LUNCH, { 'x-correlation-id': given, traceparent: 'nonsense' }));
    expect(response.headers['x-correlation-id']).toMatch(/^[0-9A-Z]{26}$/);
    expect(causes[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
  });

  it('prepares with headers that carry the story on', async () => {
    const { dispatch } = createFakeContext();
    const response = await dispatch(
      ask(
        'POST',
        '/reviews',
        { orderId: '1', content: 'good' },
        { 'x-correlation-id': 'c1', traceparent: `00-${trace}-b7ad6b7169203331-01` },
      ),
    );
    expect(response).toMatchObject({ status: 201, body: { prepared: { orderId: '1', outgoing: { 'x-correlation-id': 'c1' } } } });
    const prepared = bodyOf(response)['prepared'] as { outgoing: Record<string, string> };
    expect(prepared.outgoing['traceparent']).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`));
  });
});

describe('refusals', () => {
  it('rolls back and tells the refusal in its own words', async () => {
    const { dispatch } = createFakeContext();
    const orderId = String(bodyOf(await dispatch(ask('POST', '/orders', { ...LUNCH, price: 60_000 })))['orderId']);
    expect(await dispatch(ask('DELETE', `/orders/${orderId}`, undefined, { 'x-correlation-id': 'c' }))).toEqual({
      status: 409,
      headers: { 'content-type': 'application/problem+json; charset=utf-8', 'x-correlation-id': 'c' },
      body: {
        orderId,
        type: 'urn:food-sim:problem:order-already-cooking',
        title: 'Cooking has already begun',
        status: 409,
        detail: '요리가 시작되기 전에만 주문취소가 가능합니다.',
        instance: `/orders/${orderId}`,
        code: 'order-already-cooking',
        mend: expect.any(String) as string,
        correlationId: 'c',
      },
    });
    expect(await dispatch(ask('GET', `/orders/${orderId}`))).toMatchObject({ status: 200 });
  });

  it('keeps the details of a bug for the log', async () => {
    const { dispatch, logged } = createFakeContext();
    const response = await dispatch(ask('PUT', '/orders/1/break', undefined, { 'x-correlation-id': 'c' }));
    expect(response).toMatchObject({ status: 500, body: { code: 'internal-error', correlationId: 'c' } });
    expect(JSON.stringify(response)).not.toContain('secret');
    expect(logged).toMatchObject([{ details: { correlationId: 'c', err: { message: 'secret detail of a bug' } } }]);
  });

  it('tells trouble with the database and a crash apart', async () => {
    const context = createFakeContext();
    context.failWith(
      new OperatingError('infrastructure', 'the disk is full', {
        mend: 'Make room.',
        cause: Object.assign(new Error('full'), { code: 'SQLITE_FULL' }),
      }),
    );
    expect(await context.dispatch(ask('POST', '/orders', LUNCH))).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'database-trouble', detail: 'the disk is full' },
    });
    context.failWith(new OperatingError('infrastructure', 'the context lunch is not running'));
    expect(await context.dispatch(ask('POST', '/orders', LUNCH))).toMatchObject({
      status: 503,
      body: { code: 'context-unavailable', detail: 'the context lunch is not running' },
    });
    context.failWith(new SimulatedCrash('here'));
    expect(await context.dispatch(ask('POST', '/orders', LUNCH))).toMatchObject({
      status: 503,
      body: { code: 'context-unavailable', detail: 'The context crashed while it answered this request.' },
    });
  });
});

describe('an Idempotency-Key', () => {
  it('gets the first answer again, and has its effect once', async () => {
    const { dispatch } = createFakeContext();
    const first = await dispatch(ask('POST', '/orders', LUNCH, { 'idempotency-key': 'k1' }));
    const again = await dispatch(ask('POST', '/orders', LUNCH, { 'idempotency-key': 'k1', 'x-correlation-id': 'second' }));
    expect(again).toMatchObject({
      status: 201,
      body: first.body,
      headers: { 'idempotency-replayed': 'true', location: first.headers['location'], 'x-correlation-id': 'second' },
    });
    expect(first.headers).not.toHaveProperty('idempotency-replayed');
    expect((bodyOf(await dispatch(ask('GET', '/orders')))['items'] as unknown[]).length).toBe(1);
  });

  it('keeps an answer without a body, also of a command that prepares', async () => {
    const { dispatch } = createFakeContext();
    const orderId = String(bodyOf(await dispatch(ask('POST', '/orders', LUNCH)))['orderId']);
    const key = { 'idempotency-key': 'k' };
    expect(await dispatch(ask('DELETE', `/orders/${orderId}`, undefined, key))).toMatchObject({ status: 204 });
    expect(await dispatch(ask('DELETE', `/orders/${orderId}`, undefined, key))).toMatchObject({
      status: 204,
      headers: { 'idempotency-replayed': 'true' },
    });
    const review = ask('POST', '/reviews', { orderId, content: 'good' }, { 'idempotency-key': 'r' });
    const [one, other] = await Promise.all([dispatch(review), dispatch(review)]);
    expect(other).toMatchObject({ status: 201, body: one.body, headers: { 'idempotency-replayed': 'true' } });
  });

  it('is not spent by a refusal', async () => {
    const { dispatch } = createFakeContext();
    const key = { 'idempotency-key': 'k' };
    expect(await dispatch(ask('DELETE', '/orders/none', undefined, key))).toMatchObject({ status: 404 });
    expect(await dispatch(ask('POST', '/orders', LUNCH, key))).toMatchObject({ status: 201 });
  });

  it('is refused with another request, and when it is not a sane key', async () => {
    const { dispatch } = createFakeContext();
    await dispatch(ask('POST', '/orders', LUNCH, { 'idempotency-key': 'k' }));
    expect(await dispatch(ask('POST', '/orders', { ...LUNCH, price: 1 }, { 'idempotency-key': 'k' }))).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    });
    expect(await dispatch(ask('POST', '/orders', LUNCH, { 'idempotency-key': ' ' }))).toMatchObject({
      status: 400,
      body: { errors: [{ in: 'header' }] },
    });
  });
});

describe('a delay', () => {
  it('holds back the named operation alone, by the timers', async () => {
    const wakes: { delayMs: number; wake: () => void }[] = [];
    const timers = { now: () => 0, after: (delayMs: number, wake: () => void) => (wakes.push({ delayMs, wake }), () => undefined) };
    const { dispatch } = createFakeContext({ timers, delay: (operation) => (operation === 'getLunch' ? 450 : undefined) });
    expect((await dispatch(ask('GET', '/orders'))).status).toBe(200);
    let isAnswered = false;
    const slow = dispatch(ask('GET', '/orders/1')).then((response) => ((isAnswered = true), response));
    await Promise.resolve();
    expect(wakes.map(({ delayMs }) => delayMs)).toEqual([450]);
    expect(isAnswered).toBe(false);
    wakes[0]?.wake();
    expect((await slow).status).toBe(404);
  });
});
