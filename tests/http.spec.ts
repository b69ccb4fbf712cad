/** The seed's flow by hand, as curl would do it, through the gateway of a served system. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SLOW_MS, cleanUpAfterAll, startServe, type ServedProgram } from './process.fixture.ts';

cleanUpAfterAll();

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

let system: ServedProgram;

beforeAll(async () => {
  system = await startServe(['--bus', 'memory']);
}, SLOW_MS);
afterAll(async () => {
  system.kill('SIGTERM');
  await system.ended;
});

const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(system.gateway + path, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: text }),
  });
  const told = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (told === '' ? {} : JSON.parse(told)) as Json };
};
const get = async (path: string): Promise<Json> => (await call('GET', path)).body;
const itemsAt = async (path: string): Promise<readonly Json[]> => (await get(path))['items'] as readonly Json[];
const ORDER = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul' };
const place = async (over: Json = {}): Promise<string> => {
  const { status, body } = await call('POST', '/orders', { ...ORDER, ...over });
  expect(status).toBe(201);
  return String(body['orderId']);
};
/** Waits until the resource shows this word. */
const shows = (path: string, word: string): Promise<void> =>
  expect.poll(async () => (await get(path))['statusText'], { timeout: 30_000 }).toBe(word);

test(
  "an order goes its way from the customer's wish to the review's coupon",
  async () => {
    const id = await place({ customerId: 'flow' });
    await shows(`/foodCookings/${id}`, '결재완료');
    for (const [step, word] of [
      ['accept', '접수됨'],
      ['start', '요리시작'],
      ['finish', '요리완료'],
    ] as const) {
      expect(await call('PUT', `/foodCookings/${id}/${step}`)).toMatchObject({ status: 200, body: { statusText: word } });
      await shows(`/orders/${id}`, word);
      await shows(`/mypages/${id}`, word);
    }
    await shows(`/deliveries/${id}`, '배송가능');
    expect(await itemsAt(`/deliveryLists?orderId=${id}`)).toHaveLength(1);
    expect(await call('PUT', `/deliveries/${id}/pick`, { riderId: 'lee' })).toMatchObject({
      status: 200,
      body: { statusText: '배송중', riderId: 'lee' },
    });
    await shows(`/mypages/${id}`, '배송시작');
    expect(await itemsAt(`/deliveryLists?orderId=${id}`)).toEqual([]);
    expect(await call('PUT', `/deliveries/${id}/confirmdelivered`)).toMatchObject({ status: 200, body: { statusText: '배송확정' } });
    await shows(`/orders/${id}`, '배송확정');
    await shows(`/mypages/${id}`, '배송확정');
    await shows(`/payments/${id}`, '결재됨');

    const review = await call('POST', '/reviews', { orderId: id, content: '맛있어요' });
    expect(review).toMatchObject({ status: 201, body: { customerId: 'flow', content: '맛있어요' } });
    const reviewPath = `/reviews/${String(review.body['id'])}`;
    expect(await get(reviewPath)).toMatchObject({ orderId: id });
    await expect.poll(async () => (await get('/customers/flow'))['couponCount'], { timeout: 30_000 }).toBe(2);
    expect((await call('DELETE', reviewPath)).status).toBeLessThan(300);
    expect((await call('GET', reviewPath)).status).toBe(404);
    await expect.poll(async () => (await get('/customers/flow'))['couponCount'], { timeout: 30_000 }).toBe(1);

    await expect.poll(() => itemsAt('/notices?customerId=flow'), { timeout: 30_000 }).toHaveLength(10);
    const [notice] = await itemsAt(`/notices?orderId=${id}&type=OrderAccepted`);
    expect(await get(`/notices/${String(notice?.['id'])}`)).toMatchObject({ text: '고객님의 주문이 접수되었습니다.' });
  },
  SLOW_MS,
);

test(
  'a cancellation is refused once the kitchen began, in the words of the seed',
  async () => {
    const id = await place();
    await shows(`/foodCookings/${id}`, '결재완료');
    await call('PUT', `/foodCookings/${id}/accept`);
    await call('PUT', `/foodCookings/${id}/start`);
    await shows(`/orders/${id}`, '요리시작');
    expect(await call('DELETE', `/orders/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'order-already-cooking', detail: '요리가 시작되기 전에만 주문취소가 가능합니다.' },
    });
  },
  SLOW_MS,
);

test('a command with the same key is one command', async () => {
  const again = { 'idempotency-key': 'once' };
  const first = await call('POST', '/orders', { ...ORDER, customerId: 'twice' }, again);
  const second = await call('POST', '/orders', { ...ORDER, customerId: 'twice' }, again);
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(await call('POST', '/orders', { ...ORDER, customerId: 'other' }, again)).toMatchObject({
    body: { code: 'idempotency-key-reused' },
  });
  expect(await itemsAt('/orders?customerId=twice')).toHaveLength(1);
});

test('collections are paged and filtered, by the literal and by the word', async () => {
  const ids = [];
  for (let count = 0; count < 5; count += 1) ids.push(await place({ customerId: 'pages' }));
  const page = await get('/orders?customerId=pages&size=2&page=1');
  expect(page).toMatchObject({ page: { number: 1, size: 2, totalItems: 5, totalPages: 3 } });
  expect((page['items'] as Json[]).map(({ orderId }) => orderId)).toEqual(ids.slice(2, 4));
  await expect.poll(() => itemsAt('/mypages?customerId=pages&status=paid'), { timeout: 30_000 }).toHaveLength(5);
  expect(await itemsAt(`/mypages?customerId=pages&status=${encodeURIComponent('결재됨')}`)).toHaveLength(5);
  expect(await itemsAt('/orders?customerId=pages&status=rejected')).toEqual([]);
  for (const query of ['size=0', 'size=101', 'page=-1', 'status=cooked-through', 'colour=red']) {
    expect(await call('GET', `/orders?${query}`), query).toMatchObject({
      status: 400,
      body: { errors: [{ field: expect.stringContaining(query.split('=', 1)[0] ?? '') }] },
    });
  }
});

test('every collection answers, and every missing item is a problem document with a code', async () => {
  for (const collection of [
    'orders',
    'payments',
    'reviews',
    'foodCookings',
    'deliveries',
    'deliveryLists',
    'notices',
    'customers',
    'mypages',
  ]) {
    expect(await call('GET', `/${collection}`), collection).toMatchObject({
      status: 200,
      body: { items: expect.any(Array), page: { number: 0 } },
    });
    const missing = await call('GET', `/${collection}/none`);
    expect(missing, collection).toMatchObject({ status: 404, body: { status: 404, code: expect.stringMatching(/-not-found$/) } });
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
  }
});

test('the gateway tells of itself, of its health, and of every route', async () => {
  expect(await get('/')).toMatchObject({ contexts: [{ name: 'front', paths: ['/orders', '/payments', '/reviews'] }, {}, {}, {}, {}] });
  expect(await get('/health')).toMatchObject({
    status: 'up',
    contexts: { front: { status: 'up', deadLetters: 0 }, customer: { status: 'up' } },
  });
  const document = await get('/openapi.json');
  expect(document).toMatchObject({ openapi: expect.stringMatching(/^3\./), servers: [{ url: system.gateway }] });
  expect(Object.keys(document['paths'] as Json)).toEqual(
    expect.arrayContaining([
      '/orders',
      '/orders/{orderId}',
      '/payments',
      '/reviews',
      '/foodCookings/{orderId}/accept',
      '/deliveries/{orderId}/pick',
      '/deliveryLists',
      '/notices',
      '/customers',
      '/mypages/{orderId}',
    ]),
  );
});

test('what is not an order is refused, and each wrong field is named', async () => {
  const { status, body } = await call('POST', '/orders', { customerId: '', storeId: 's1', price: 1.5, address: 'Seoul', colour: 'red' });
  expect(status).toBe(400);
  const fields = (body['errors'] as { field: string }[]).map(({ field }) => field);
  for (const name of ['customerId', 'foodId', 'price', 'colour']) expect(fields).toContainEqual(expect.stringContaining(name));
});

test.each([
  ['a body that is not JSON', () => call('POST', '/orders', '{ "customerId": }'), 400, 'malformed-json', /line 1, column 17/],
  ['a body that is too long', () => call('POST', '/orders', { ...ORDER, address: 'x'.repeat(70_000) }), 413, 'body-too-large', /65536/],
  [
    'a body of another kind',
    () => call('POST', '/orders', 'customerId=kim', { 'content-type': 'application/x-www-form-urlencoded' }),
    415,
    'unsupported-media-type',
    /application\/json/,
  ],
  ['a path to nowhere', () => call('GET', '/pizzas'), 404, 'route-not-found', /\/pizzas/],
  ['a path to nowhere within a context', () => call('PUT', '/foodCookings/x/burn'), 404, 'route-not-found', /burn/],
  ['a method that is not there', () => call('DELETE', '/payments/x'), 405, 'method-not-allowed', /DELETE/],
] as const)('%s is refused as such', async (_name, ask, status, code, detail) => {
  expect(await ask()).toMatchObject({ status, body: { status, code, detail: expect.stringMatching(detail) } });
});

test(
  'a context that is down is named, and the others go on',
  async () => {
    const free = await startServe(['--bus', 'memory', '--contexts', 'front,gateway']);
    const down = await fetch(`${free.gateway}/foodCookings`);
    expect(down.status).toBe(503);
    expect(await down.json()).toMatchObject({ code: 'context-unavailable', context: 'store' });
    expect((await fetch(`${free.gateway}/orders`)).status).toBe(200);
    const health = await fetch(`${free.gateway}/health`);
    expect(health.status).toBe(503);
    expect(await health.json()).toMatchObject({ status: 'degraded', contexts: { front: { status: 'up' }, store: { status: 'down' } } });
    free.kill('SIGTERM');
    await free.ended;
  },
  SLOW_MS,
);
