/**
 * The served system against its own description: every operation of /openapi.json, asked rightly and wrongly, answers as
 * declared there.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CONTEXT_NAMES, FOOD } from '../src/contexts/index.ts';
import { createGateway, type GatewayOptions } from '../src/gateway/gateway.ts';
import { SILENT_LOG } from '../src/kernel/log.ts';
import { Secret } from '../src/kernel/secret.ts';
import type { Dispatch } from '../src/runtime/http/route.ts';
import { createHttpServer } from '../src/runtime/http/server.ts';
import { describeContexts } from '../src/system/definition.ts';
import { createWallTime } from '../src/system/wall-time.ts';
import { SLOW_MS, cleanUpAfterAll, startServe, type ServedProgram } from './process.fixture.ts';

cleanUpAfterAll();

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly enum?: readonly string[]; readonly type?: string; readonly minimum?: number; readonly maximum?: number };
}
interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly parameters: readonly (Parameter | { readonly $ref: string })[];
  readonly requestBody?: {
    readonly content: {
      readonly 'application/json': {
        readonly schema: { readonly required?: readonly string[]; readonly properties: Readonly<Record<string, object>> };
      };
    };
  };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
}
interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}
/** One request: an operation, what stands for its path's parameter, and the rest. */
interface Call {
  readonly id?: string;
  readonly query?: string;
  /** Sent as it stands where it is a text, as JSON otherwise. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const COMMAND_BODIES: Readonly<Record<string, object>> = {
  'POST /orders': {
    customerId: 'kim',
    storeId: 's1',
    foodId: 'bibimbap',
    price: 12_000,
    address: 'Seoul',
    options: ['extra kimchi'],
    payment: 'approve',
  },
  'POST /reviews': { content: '맛있어요' },
  'PUT /deliveries/{orderId}/pick': { riderId: 'park' },
};
/** What JSON can be, of each kind. */
const ANYTHING = [null, true, -1, 1.5, 7, '', ' ', ' x ', '.', ' .. ', 'a\tb', '\tb\n', 'x'.repeat(20_000), [], ['a'], [1], {}, { a: 1 }];

let system: ServedProgram;
let description: Description;
const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true } });
const wrong: string[] = [];
/** Each status that an operation answered with, as declared. */
const seen = new Set<string>();

const json = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
  const answer = await fetch(system.gateway + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return (await answer.json()) as Record<string, unknown>;
};
const place = async (): Promise<string> => String((await json('POST', '/orders', COMMAND_BODIES['POST /orders']))['id']);
const shows = (path: string, status: string): Promise<void> =>
  expect.poll(async () => (await json('GET', path))['status'], { timeout: 30_000 }).toBe(status);
/** An order whose kitchen went so far. */
const cook = async (...steps: readonly string[]): Promise<string> => {
  const id = await place();
  await shows(`/foodCookings/${id}`, 'paid');
  for (const step of steps) await json('PUT', `/foodCookings/${id}/${step}`);
  return id;
};
const cooked = async (): Promise<string> => {
  const id = await cook('accept', 'start', 'finish');
  await shows(`/deliveries/${id}`, 'ready');
  return id;
};
const picked = async (): Promise<string> => {
  const id = await cooked();
  await json('PUT', `/deliveries/${id}/pick`, { riderId: 'park' });
  return id;
};
const delivered = async (): Promise<string> => {
  const id = await picked();
  await json('PUT', `/deliveries/${id}/confirmdelivered`);
  await shows(`/orders/${id}`, 'delivered');
  return id;
};

const pointer = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');
const schemaAt = (...place: readonly string[]): ValidateFunction =>
  ajv.compile({ $ref: `api#/${place.map((part) => encodeURIComponent(pointer(part))).join('/')}` });
const checks = new Map<string, ValidateFunction>();
const checkOf = (...place: readonly string[]): ValidateFunction => {
  const key = place.join('\n');
  let check = checks.get(key);
  if (check === undefined) checks.set(key, (check = schemaAt(...place)));
  return check;
};

/** Asks, and keeps what is not as declared in `wrong`. Returns the status. */
const ask = async (method: string, path: string, call: Call, gateway = system.gateway): Promise<number> => {
  const body = call.body === undefined || typeof call.body === 'string' ? call.body : JSON.stringify(call.body);
  const url = gateway + path.replace(/\{\w+\}/, encodeURIComponent(call.id ?? '')) + (call.query === undefined ? '' : `?${call.query}`);
  const answer = await fetch(url, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...call.headers },
    ...(body === undefined ? {} : { body }),
  });
  const { status } = answer;
  const text = await answer.text();
  const name = `${method} ${path}`;
  const say = (what: string): void =>
    void wrong.push(`${name} ${JSON.stringify(call).slice(0, 200)}: ${status} ${what} ${text.slice(0, 200)}`);
  const declared = description.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
  if (declared === undefined) {
    say('is not declared');
    return status;
  }
  seen.add(`${name} ${status}`);
  const type = answer.headers.get('content-type')?.split(';')[0];
  const isOwn = description.paths[path]?.[method.toLowerCase()]?.tags.includes('operating') === true;
  if (!isOwn && answer.headers.get('x-correlation-id') === null) say('has no x-correlation-id');
  if (declared.content === undefined) {
    if (text !== '') say('has a body that is not declared');
  } else if (type === undefined || declared.content[type] === undefined) say(`is ${String(type)}, which is not declared`);
  else {
    const check = checkOf('paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema');
    if (!check(type.endsWith('json') ? JSON.parse(text) : text)) say(`is not as declared: ${ajv.errorsText(check.errors)}:`);
  }
  return status;
};

type Described = readonly [method: string, path: string, operation: Operation];
/** The operations of contexts, or those by which servers tell of themselves. */
const operations = (whose: 'contexts' | 'servers' = 'contexts'): Described[] =>
  Object.entries(description.paths)
    .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => [method.toUpperCase(), path, operation] as const))
    .filter(([, , { tags }]) => tags.includes('operating') === (whose === 'servers'));
const queryOf = (operation: Operation): readonly Parameter[] =>
  operation.parameters.filter((one): one is Parameter => 'in' in one && one.in === 'query');

beforeAll(async () => {
  system = await startServe(['--bus', 'memory']);
  description = (await json('GET', '/openapi.json')) as unknown as Description;
  ajv.addSchema(description, 'api');
}, SLOW_MS);
afterAll(async () => {
  system.kill('SIGTERM');
  await system.ended;
});

test('every operation, asked rightly, answers with its success', { timeout: SLOW_MS }, async () => {
  const order = await delivered();
  const review = String((await json('POST', '/reviews', { orderId: order, content: '맛있어요' }))['id']);
  const onBoard = await cooked();
  await expect
    .poll(async () => ((await json('GET', `/notices?orderId=${order}`))['items'] as readonly unknown[]).length)
    .toBeGreaterThan(7);
  const [notice] = (await json('GET', '/notices'))['items'] as readonly { readonly id: string }[];
  const ids: Readonly<Record<string, string | (() => Promise<string>)>> = {
    'GET /reviews/{reviewId}': review,
    'GET /notices/{id}': notice?.id ?? '',
    'GET /customers/{customerId}': 'kim',
    'GET /deliveryLists/{orderId}': onBoard,
    'DELETE /reviews/{reviewId}': review,
    'DELETE /orders/{orderId}': place,
    'PUT /foodCookings/{orderId}/accept': () => cook(),
    'PUT /foodCookings/{orderId}/reject': () => cook(),
    'PUT /foodCookings/{orderId}/start': () => cook('accept'),
    'PUT /foodCookings/{orderId}/finish': () => cook('accept', 'start'),
    'PUT /deliveries/{orderId}/pick': cooked,
    'PUT /deliveries/{orderId}/confirmdelivered': picked,
  };
  // Reads first, so that what they read is there.
  for (const [method, path, operation] of operations().sort(
    ([one], [other]) => ['GET', 'POST', 'PUT', 'DELETE'].indexOf(one) - ['GET', 'POST', 'PUT', 'DELETE'].indexOf(other),
  )) {
    const id = ids[`${method} ${path}`] ?? order;
    const body = COMMAND_BODIES[`${method} ${path}`];
    const headers = method === 'GET' ? undefined : { 'idempotency-key': `${method} ${path}`.replaceAll(/\W+/g, '-') };
    const status = await ask(method, path, {
      ...(headers === undefined ? {} : { headers }),
      id: typeof id === 'string' ? id : await id(),
      ...(body === undefined ? {} : { body: path === '/reviews' ? { ...body, orderId: order } : body }),
    });
    expect(`${method} ${path}: ${status}`).toBe(`${method} ${path}: ${Object.keys(operation.responses)[0] ?? ''}`);
    if (headers !== undefined && path.includes('{'))
      expect(
        `${method} ${path}, another by the same key: ${await ask(method, path, { id: 'nowhere', headers, ...(body === undefined ? {} : { body }) })}`,
      ).toBe(`${method} ${path}, another by the same key: 422`);
    for (const { name, schema } of queryOf(operation)) {
      const values = schema.enum ?? (schema.type === 'integer' ? [schema.minimum ?? 0, Math.min(schema.maximum ?? 1, 50)] : ['kim']);
      for (const value of values)
        expect(`${path}?${name}=${value}: ${await ask(method, path, { query: `${name}=${value}` })}`).toBe(`${path}?${name}=${value}: 200`);
    }
  }
  expect(wrong.splice(0)).toEqual([]);
});

test('every operation, asked for what is not there or not in its turn, refuses as declared', { timeout: SLOW_MS }, async () => {
  const order = await delivered();
  expect(await ask('POST', '/reviews', { body: { ...COMMAND_BODIES['POST /reviews'], orderId: await place() } })).toBe(409);
  for (const [method, path] of operations().filter(([, path]) => path.includes('{'))) {
    const body = COMMAND_BODIES[`${method} ${path}`];
    const more = body === undefined ? {} : { body };
    expect(`${method} ${path}: ${await ask(method, path, { id: 'nowhere', ...more })}`).toBe(`${method} ${path}: 404`);
    for (const id of ['x'.repeat(201), '\0', ' ', '../orders', '김'])
      expect([400, 404]).toContain(await ask(method, path, { id, ...more }));
    if (method !== 'GET' && !path.includes('review'))
      expect(`${method} ${path}: ${await ask(method, path, { id: order, ...more })}`).toBe(`${method} ${path}: 409`);
  }
  expect(wrong.splice(0)).toEqual([]);
});

/** What a collection gives for a query, beside what it should of all that it has. */
const readPages = async (
  path: string,
  filters: readonly string[],
): Promise<readonly (readonly [query: string, got: unknown, wanted: unknown])[]> => {
  const read = async (query: string) =>
    (await json('GET', `${path}?${query}`)) as unknown as {
      readonly items: readonly Readonly<Record<string, unknown>>[];
      readonly page: Readonly<Record<string, unknown>>;
    };
  const { items } = await read('size=100');
  const totalItems = items.length;
  const pages = await Promise.all(
    [0, 1, totalItems].map(
      async (number) =>
        [
          `size=1&page=${number}`,
          await read(`size=1&page=${number}`),
          { items: items.slice(number, number + 1), page: { number, size: 1, totalItems, totalPages: totalItems } },
        ] as const,
    ),
  );
  const values = filters.flatMap((name) =>
    [...new Set(items.map((item) => String(item[name])))].slice(0, 3).map((value) => [name, value] as const),
  );
  const filtered = await Promise.all(
    values.map(
      async ([name, value]) =>
        [
          `${name}=${value}`,
          (await read(`size=100&${name}=${encodeURIComponent(value)}`)).items,
          items.filter((item) => item[name] === value),
        ] as const,
    ),
  );
  return [...pages, ...filtered];
};

test('every collection is filtered and comes page by page, through the gateway too', { timeout: SLOW_MS }, async () => {
  for (const [, path, operation] of operations().filter(([, , { parameters }]) =>
    parameters.some((one) => 'name' in one && one.name === 'size'),
  )) {
    const filters = queryOf(operation)
      .map(({ name }) => name)
      .filter((name) => name !== 'page' && name !== 'size');
    // What other tests began may still be on its way.
    await vi.waitFor(
      async () => {
        const read = await readPages(path, filters);
        expect(read.length, path).toBeGreaterThan(3);
        for (const [query, got, wanted] of read) expect({ path, query, got }).toEqual({ path, query, got: wanted });
      },
      { timeout: 30_000 },
    );
  }
});

test('every query is taken where its schema takes it, and refused where it does not', { timeout: SLOW_MS }, async () => {
  for (const [method, path, operation] of operations()) {
    const parameters = queryOf(operation);
    for (const { name, schema } of parameters) {
      const bad =
        schema.type === 'integer'
          ? ['-1', '1.5', 'one', '', '1e99', String((schema.maximum ?? 1e15) + 1)]
          : schema.enum === undefined
            ? []
            : ['nothing-like-it', ''];
      for (const value of bad)
        expect(`${path}?${name}=${value}: ${await ask(method, path, { query: `${name}=${value}` })}`).toBe(`${path}?${name}=${value}: 400`);
    }
    if (parameters.length === 0) continue;
    for (const query of ['colour=red', 'page=1&page=2', '%E0%A4%A=1']) expect([200, 400]).toContain(await ask(method, path, { query }));
  }
  expect(wrong.splice(0)).toEqual([]);
});

test('every body is taken where its schema takes it, and refused where it does not', { timeout: SLOW_MS }, async () => {
  const order = await delivered();
  for (const [method, path, { requestBody }] of operations()) {
    if (requestBody === undefined) continue;
    const { properties } = requestBody.content['application/json'].schema;
    const right: Record<string, unknown> = { ...COMMAND_BODIES[`${method} ${path}`], ...(path === '/reviews' ? { orderId: order } : {}) };
    const takes = checkOf('paths', path, method.toLowerCase(), 'requestBody', 'content', 'application/json', 'schema');
    expect(takes(right)).toBe(true);
    const without = (name: string): object => Object.fromEntries(Object.entries(right).filter(([other]) => other !== name));
    const bodies = [
      ...ANYTHING,
      ...Object.keys(properties).flatMap((name) => [without(name), ...ANYTHING.map((value) => ({ ...right, [name]: value }))]),
      { ...right, colour: 'red' },
    ];
    for (const body of bodies) {
      const status = await ask(method, path, { id: order, body: JSON.stringify(body) });
      const isRefused = status === 400;
      if (isRefused === takes(body))
        wrong.push(
          `${method} ${path} ${JSON.stringify(body).slice(0, 200)}: ${status}, and its schema ${isRefused ? 'takes' : 'refuses'} it`,
        );
    }
    for (const body of ['{', '', '\u0000', `"${'x'.repeat(100_000)}"`])
      expect([400, 413]).toContain(await ask(method, path, { id: order, body }));
    expect(await ask(method, path, { id: order, body: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).toBe(415);
    for (const headers of [{ 'idempotency-key': 'x y' }, { 'idempotency-key': 'x'.repeat(201) }, { 'x-correlation-id': 'x'.repeat(129) }])
      await ask(method, path, { id: order, body: right, headers });
    const key = { 'idempotency-key': `key-${path}` };
    const first = await ask(method, path, { id: order, body: right, headers: key });
    expect(await ask(method, path, { id: order, body: right, headers: key })).toBe(first);
    // Only what was done is kept under a key; what was refused is asked anew.
    if (first === 201)
      expect(await ask(method, path, { id: order, body: { ...right, [Object.keys(properties)[0] ?? '']: 'another' }, headers: key })).toBe(
        422,
      );
  }
  expect(wrong.splice(0)).toEqual([]);
});

test('commands without a body take none, and say so as declared', { timeout: SLOW_MS }, async () => {
  for (const [method, path, { requestBody }] of operations()) {
    if (method === 'GET' || requestBody !== undefined) continue;
    for (const body of ['{', '{}', '"x"', `"${'x'.repeat(100_000)}"`]) await ask(method, path, { id: 'nowhere', body });
    await ask(method, path, { id: 'nowhere', body: 'a=1', headers: { 'content-type': 'text/plain' } });
  }
  expect(wrong.splice(0)).toEqual([]);
});

test('what servers tell of themselves, they tell as declared, on the gateway and on each context', async () => {
  const contexts = [...system.out().matchAll(/^(\S+) +(http\S+)$/gm)].map(([, name = '', url = '']) => [name, url] as const);
  expect(contexts.map(([name]) => name)).toEqual([...CONTEXT_NAMES, 'gateway']);
  for (const [name, url] of contexts)
    for (const [method, path] of operations('servers')) expect([name, path, await ask(method, path, {}, url)]).toEqual([name, path, 200]);
  expect(wrong.splice(0)).toEqual([]);
});

describe('a system in trouble answers every operation as declared', () => {
  const timers = createWallTime();
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const opened of open.splice(0).reverse()) await opened.close();
  });
  /** The gateway before contexts that all do the same; without any, all are down. */
  const gatewayBefore = async (dispatch: Dispatch | undefined, more: Partial<GatewayOptions>): Promise<string> => {
    const upstream = dispatch && (await createHttpServer({ name: 'any', dispatch, port: 0, log: SILENT_LOG, timers, closeTimeoutMs: 1 }));
    const upstreams = upstream === undefined ? {} : Object.fromEntries(CONTEXT_NAMES.map((name) => [name, upstream.url]));
    const gateway = await createGateway({
      contexts: describeContexts(FOOD),
      upstreams,
      port: 0,
      log: SILENT_LOG,
      timers,
      openApi: () => description,
      metrics: () => Promise.resolve({ contentType: 'text/plain', text: '' }),
      ...more,
    });
    open.push(...(upstream === undefined ? [] : [upstream]), gateway);
    return gateway.url;
  };

  test.each<[status: number, what: string, dispatch: Dispatch | undefined, more: Partial<GatewayOptions>]>([
    [401, 'to whoever has no token', undefined, { token: new Secret('t0ken') }],
    [500, 'where a context has a bug', () => Promise.reject(new Error('a bug for the test')), {}],
    [503, 'where no context is up', undefined, {}],
    [504, 'where no context answers', () => new Promise(() => undefined), { upstreamTimeoutMs: 100 }],
  ])('%i %s', async (status, _what, dispatch, more) => {
    const url = await gatewayBefore(dispatch, more);
    const answered = operations().map(async ([method, path]) => {
      const body = COMMAND_BODIES[`${method} ${path}`];
      return `${method} ${path}: ${await ask(method, path, { id: 'a', ...(body === undefined ? {} : { body }) }, url)}`;
    });
    expect(await Promise.all(answered)).toEqual(operations().map(([method, path]) => `${method} ${path}: ${status}`));
    for (const [method, path] of operations('servers')) await ask(method, path, {}, url);
    expect(wrong.splice(0)).toEqual([]);
  });
});

// Last, since it counts what all the others were answered.
test('every status that an operation declares was answered', () => {
  const declared = [...operations(), ...operations('servers')].flatMap(([method, path, { responses }]) =>
    Object.keys(responses).map((status) => `${method} ${path} ${status}`),
  );
  expect(declared.filter((one) => !seen.has(one))).toEqual([]);
});
