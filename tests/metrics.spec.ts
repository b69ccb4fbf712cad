/** What a served system tells of itself in numbers, read by a parser of the format that monitoring scrapes. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import parse, { type Family, type Sample } from 'parse-prometheus-text-format';
import { expect, test, vi } from 'vitest';
import bank from '../examples/bank/bank.ts';
import { CONTEXT_NAMES, FOOD } from '../src/contexts/index.ts';
import { Secret } from '../src/kernel/secret.ts';
import { createMetrics } from '../src/system/metrics/create-metrics.ts';
import type { Watched } from '../src/system/metrics/metrics.ts';
import { METRICS } from '../src/system/metrics/table.ts';
import { createWallTime } from '../src/system/wall-time.ts';
import { placeAt, serving } from './serving.fixture.ts';

const manifest = JSON.parse(readFileSync(join(dirname(import.meta.dirname), 'package.json'), 'utf8')) as { readonly version: string };

/** The parser knows histograms of one series only: with no type, each of its series is read as any other. */
const read = (text: string): readonly Family[] => parse(text.replaceAll(/^(# TYPE \S+) histogram$/gm, '$1 untyped'));

const scrape = async (url: string | undefined, headers: Readonly<Record<string, string>> = {}): Promise<readonly Family[]> => {
  const answer = await fetch(`${url ?? ''}/metrics`, { headers });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  return read(await answer.text());
};

const samplesOf = (families: readonly Family[], { name }: { readonly name: string }): readonly Sample[] =>
  families.filter((family) => family.name === name).flatMap(({ metrics }) => metrics);

/** The values of a metric by the values of its labels, in their order: `front placeOrder`. */
const valuesOf = (families: readonly Family[], metric: { readonly name: string; readonly labels: readonly string[] }) =>
  Object.fromEntries(
    samplesOf(families, metric).map(({ labels = {}, value }) => [
      metric.labels
        .map((label) => labels[label])
        .filter((value) => value !== '')
        .join(' '),
      Number(value),
    ]),
  );

/** How many requests there were, by the labels of their histogram. */
const REQUESTS = { name: `${METRICS.requests.name}_count`, labels: METRICS.requests.labels };

const ORDER = { storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'Seoul' };

const post = (url: string, body: unknown): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

test('a page has every metric of the table, with its type, its help and its labels, each series once', () =>
  serving(0, { bus: { kind: 'memory' } }, async ({ gatewayUrl, urls }) => {
    const id = await placeAt(gatewayUrl ?? '');
    expect((await fetch(`${gatewayUrl ?? ''}/orders/${id}`)).status).toBe(200);
    expect((await fetch(`${gatewayUrl ?? ''}/orders/a/b/c`)).status).toBe(404);
    expect((await fetch(`${gatewayUrl ?? ''}/nowhere`, { method: 'PROPFIND' })).status).toBe(404);
    expect((await post(`${gatewayUrl ?? ''}/reviews`, { orderId: id, content: 'too early' })).status).toBe(409);
    const { consumed } = METRICS;
    await vi.waitFor(async () =>
      expect(valuesOf(await scrape(gatewayUrl), consumed)['customer memory OrderPlaced handled'], 'heard').toBe(1),
    );
    const families = await scrape(gatewayUrl);
    const described = families.filter(({ name }) => !/_(bucket|sum|count)$/.test(name));
    expect(described.map(({ name, type, help }) => ({ name, type: type.toLowerCase(), help }))).toEqual(
      Object.values(METRICS).map(({ name, type, help }) => ({ name, type: type === 'histogram' ? 'untyped' : type, help })),
    );
    const { requests: histogram, ...others } = METRICS;
    const buckets = { name: `${histogram.name}_bucket`, labels: [...histogram.labels, 'le'] };
    for (const metric of [buckets, ...Object.values(others)]) {
      const seen = samplesOf(families, metric);
      expect(seen.length, metric.name).toBeGreaterThan(0);
      for (const { labels = {} } of seen) expect(Object.keys(labels).sort(), metric.name).toEqual([...metric.labels].sort());
      const series = seen.map(({ labels }) => JSON.stringify(labels));
      expect(new Set(series).size, metric.name).toBe(series.length);
    }

    const requests = valuesOf(families, REQUESTS);
    const filled = valuesOf(families, buckets);
    for (const [series, count] of Object.entries(requests)) {
      expect(filled[`${series} +Inf`]).toBe(count);
      expect(filled[`${series} 0.005`]).toBeLessThanOrEqual(filled[`${series} 10`] ?? 0);
    }
    expect(requests).toMatchObject({
      'front POST /orders 201': 1,
      // Once for the review.
      'front GET /orders/:orderId 200': 2,
      'front GET 404': 1,
      'gateway GET /orders 200': 1,
      'gateway GET /orders 404': 1,
      'gateway _OTHER 404': 1,
      'gateway POST /reviews 409': 1,
    });
    expect(valuesOf(families, METRICS.calls)).toEqual({ 'front order-lookup success': 1 });
    expect(valuesOf(families, METRICS.circuit)).toEqual({
      'front order-lookup closed': 1,
      'front order-lookup open': 0,
      'front order-lookup half-open': 0,
    });
    expect(valuesOf(families, METRICS.sent)).toMatchObject({ 'front memory OrderPlaced': 1, 'front memory Paid': 1 });
    expect(valuesOf(families, METRICS.up)).toEqual(Object.fromEntries(CONTEXT_NAMES.map((name) => [name, 1])));
    expect(valuesOf(families, METRICS.transactions)).toMatchObject({ 'front rolled back': 1 });
    // Any port of the process tells all of it.
    expect((await scrape(urls['store'])).length).toBe(families.length);
  }));

test('they are told of any system, to whom shows its token, and by a gateway alone', () =>
  serving(
    0,
    { definition: bank, world: 'bank', bus: { kind: 'memory' }, token: new Secret('t0ken') },
    async ({ gatewayUrl = '', urls }) => {
      const headers = { authorization: 'Bearer t0ken', 'content-type': 'application/json' };
      expect((await fetch(`${gatewayUrl}/metrics`)).status).toBe(401);
      for (const accountId of ['kim', 'lee'])
        await fetch(`${gatewayUrl}/accounts`, { method: 'POST', headers, body: JSON.stringify({ accountId, balance: 10 }) });
      const families = await scrape(urls['accounts'], headers);
      expect(valuesOf(families, METRICS.info)).toEqual({ [`${manifest.version} bank bank`]: 1 });
      expect(valuesOf(families, REQUESTS)).toEqual({ 'accounts POST /accounts 201': 2, 'gateway POST /accounts 201': 2 });
      expect(valuesOf(families, METRICS.sent)).toMatchObject({ 'accounts memory Opened': 2 });
      await serving(0, { definition: bank, contexts: [], bus: { kind: 'memory' } }, async (alone) => {
        expect(valuesOf(await scrape(alone.gatewayUrl), METRICS.up)).toEqual({});
      });
    },
  ));

test('of several cells in one process, each has figures of its own', () =>
  serving(0, { bus: { kind: 'memory' }, cells: { count: 2 } }, async ({ gatewayUrl = '', urls }) => {
    for (const customerId of ['kim', 'lee', 'park', 'choi', 'jung']) await post(`${gatewayUrl}/orders`, { ...ORDER, customerId });
    const families = await scrape(gatewayUrl);
    expect(valuesOf(families, METRICS.up)).toEqual(
      Object.fromEntries(CONTEXT_NAMES.flatMap((name) => [0, 1].map((cell) => [`${name} ${cell}`, 1]))),
    );
    expect(valuesOf(families, REQUESTS)).toMatchObject({ 'front POST /orders 201': 5, 'gateway POST /orders 201': 5 });
    expect(valuesOf(families, METRICS.sent)['front memory OrderPlaced']).toBe(5);
    expect((await scrape(urls['store'])).length).toBe(families.length);
  }));

/** An actor with work of every kind, and nobody behind it. */
const busy = (changes: Partial<Watched['contexts'][number]['actor']> = {}): Watched['contexts'][number] => ({
  name: 'front',
  isRunning: () => true,
  actor: {
    workload: () => Promise.resolve({ outbox: 3, parked: [], pending: 7, unacknowledged: 2 }),
    unpublished: () => 3,
    oldestUnpublished: () => new Date(Date.now() - 90_000).toISOString(),
    parked: () => [{ id: 'e', type: 'Paid', subject: 'o', attempts: 1, reason: 'too early' }],
    deadLetterCount: () => 4,
    overdue: () => 5,
    ...changes,
  } as Watched['contexts'][number]['actor'],
});

const told = async (...contexts: Watched['contexts']) => {
  const metrics = createMetrics({ definition: FOOD, world: 'food', bus: 'nats', timers: createWallTime() });
  metrics.watch({ contexts, outlets: [{ context: 'notification', outlet: { waiting: () => 6 } }], calls: [] });
  const tally = metrics.tallyOf('front');
  tally.handled('Nothing"\\\n', 'dead-lettered');
  tally.handled('NothingElse', 'dead-lettered');
  tally.handled(undefined, 'dead-lettered');
  // Two who ask at once are told the same, and nothing is told twice.
  const [one, other] = await Promise.all([metrics.text(), metrics.text()]);
  expect(other).toEqual(one);
  const families = read((await metrics.text()).text);
  return { families, of: (metric: (typeof METRICS)[keyof typeof METRICS]) => valuesOf(families, metric) };
};

test('what waits is looked up when it is asked for', async () => {
  const { of } = await told(busy());
  const { lag, unacknowledged, outbox, parked, deadLetters, deadlines, outlet, outboxAge, consumed } = METRICS;
  const waiting = [lag, unacknowledged, outbox, parked, deadLetters, deadlines].map((metric) => of(metric)['front']);
  expect(waiting).toEqual([7, 2, 3, 1, 4, 5]);
  expect(of(outlet)).toEqual({ notification: 6 });
  expect(Math.round((of(outboxAge)['front'] ?? 0) / 10)).toBe(9);
  // Strangers make no series of their own.
  expect(of(consumed)).toEqual({ 'front nats _OTHER dead-lettered': 3 });
});

test('a bus that keeps silent or is away hides nothing but what only it knows, and a context that is down has no figures', async () => {
  for (const workload of [() => new Promise<never>(() => undefined), () => Promise.reject(new Error('away'))]) {
    const { of } = await told(busy({ workload }), { ...busy(), name: 'store', isRunning: () => false });
    expect(of(METRICS.lag)).toEqual({});
    expect(of(METRICS.outbox)).toEqual({ front: 3 });
    expect(of(METRICS.up)).toEqual({ front: 1, store: 0 });
  }
});

test('the table in the documentation is the one of the program', () => {
  const documented = readFileSync(join(dirname(import.meta.dirname), 'docs', 'operating.md'), 'utf8');
  for (const { name, type, help, labels } of Object.values(METRICS))
    expect(documented).toContain(`| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help} |`);
  expect(documented.match(/^\| `[a-z_]+` \| (gauge|counter|histogram) \|/gm)).toHaveLength(Object.keys(METRICS).length);
});
