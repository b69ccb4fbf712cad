import { beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../kernel/recording.ts';
import { createModel } from './create-model.ts';
import { madeEntries, recordScenarios } from '../../../tests/entries.fixture.ts';
import { FOOD, type FoodModel } from '../../../tests/tui.fixture.ts';
import { BOUNDS } from './model.ts';

const fold = (entries: Iterable<Entry>): FoodModel => {
  const model = createModel(FOOD);
  for (const entry of entries) model.feed(entry);
  return model;
};

/** All that can be asked of a model, for comparing two. */
const everything = (model: FoodModel, ids: readonly string[]): unknown => ({
  counts: model.counts,
  orders: model.linesFrom(0, 1_000),
  some: model.linesFrom(0, 10, { text: 'kim 배송' }),
  events: model.eventsFrom(0, 20_000),
  customers: model.extra.customersFrom(0, 100),
  notices: model.extra.noticesFrom(0, 5_000),
  breaker: model.breaker,
  load: model.load,
  contexts: model.contexts,
  scenarios: model.scenarios,
  steps: model.steps,
  byStatus: model.byStatus,
  atMs: model.atMs,
  stories: ids.map((id) => model.story(id)),
});

let all: readonly Entry[];
beforeAll(async () => {
  all = await recordScenarios();
});

const ofKind = <Kind extends Entry['kind']>(kind: Kind): Extract<Entry, { kind: Kind }>[] =>
  all.filter((entry): entry is Extract<Entry, { kind: Kind }> => entry.kind === kind);

describe('a model of all bundled scenarios', () => {
  it('loses nothing in its counts', () => {
    const { counts } = fold(all);
    const handled = ofKind('message.handled');
    const commands = ofKind('command').filter(({ method }) => method !== 'GET');
    expect(counts).toEqual({
      entries: all.length,
      published: ofKind('message.published').length,
      delivered: ofKind('message.delivered').length,
      handled: handled.filter(({ handling }) => handling === 'handled').length,
      duplicates: handled.filter(({ handling }) => handling === 'duplicate').length,
      parked: handled.filter(({ handling }) => handling === 'parked').length,
      deadLettered: handled.filter(({ handling }) => handling === 'dead-lettered').length,
      commands: commands.length,
      refusals: commands.filter(({ status }) => status >= 400).length,
      lines: new Set(ofKind('message.published').flatMap(({ event }) => (event.type === 'OrderPlaced' ? [event.subject] : []))).size,
      faults: ofKind('fault').length,
    });
    expect(fold(all).extra.noticeCount()).toBe(
      new Set(ofKind('state').flatMap(({ table, key }) => (table === 'notices' ? [key[0]] : []))).size,
    );
    expect(counts.duplicates).toBeGreaterThan(0);
    expect(counts.parked).toBeGreaterThan(0);
    expect(counts.deadLettered).toBeGreaterThan(0);
  });

  it('shows each order as the contexts left it', () => {
    const model = fold(all);
    const last = new Map<string, unknown>();
    for (const { table, key, row } of ofKind('state'))
      last.set(`${table} ${key[0]}`, row === null ? undefined : (row as { status?: string }).status);
    const { items, total } = model.linesFrom(0, 10_000);
    expect(total).toBe(model.counts.lines);
    expect(items.map(({ number }) => number)).toEqual([...items.keys()].map((index) => total - index));
    for (const { id: orderId, mypage, order, cooking, payment, delivery } of items) {
      expect({ mypage, order, cooking, payment, delivery }, orderId).toEqual({
        mypage: last.get(`mypages ${orderId}`),
        order: last.get(`orders ${orderId}`),
        cooking: last.get(`foodCookings ${orderId}`),
        payment: last.get(`payments ${orderId}`),
        delivery: last.get(`deliveries ${orderId}`),
      });
    }
  });

  it('has nothing left on its way, for scenarios end at rest or take their system with them', () => {
    const model = fold(all);
    expect(model.contexts.map(({ context, inbox, parked }) => ({ context, inbox, parked }))).toEqual(
      ['front', 'store', 'rider', 'notification', 'customer'].map((context) => ({ context, inbox: 0, parked: 0 })),
    );
    expect(model.linesFrom(0, 10_000).items.filter(({ behind }) => behind > 0)).toEqual([]);
    expect(model.scenarios.every(({ outcome }) => outcome === 'passed')).toBe(true);
  });

  it('goes on from a copy as the original does, which the copy leaves alone', () => {
    const orderIds = fold(all)
      .linesFrom(0, 12)
      .items.map(({ id }) => id);
    const whole = everything(fold(all), orderIds);
    for (const share of [0.2, 0.5, 0.9]) {
      const cut = Math.floor(all.length * share);
      const early = fold(all.slice(0, cut));
      const before = everything(early, orderIds);
      const later = early.copy();
      for (const entry of all.slice(cut)) later.feed(entry);
      expect(everything(later, orderIds)).toEqual(whole);
      expect(everything(early, orderIds)).toEqual(before);
    }
  });

  it('filters the stream by words, context and order, and its lines stay the same ones', () => {
    const model = fold(all);
    const { items } = model.eventsFrom(0, 100_000);
    const words = model.eventsFrom(0, 100_000, { text: 'couponGRANTED review' }).items;
    expect(words.length).toBeGreaterThan(3);
    expect(words).toEqual(
      items.filter((line) => line.what === 'event' && line.type === 'CouponGranted' && JSON.stringify(line.data).includes('review')),
    );
    expect(model.eventsFrom(0, 9, { context: 'rider' }).items.every((line) => 'context' in line && line.context === 'rider')).toBe(true);
    const about = model.linesFrom(3, 1).items[0]?.subject as string;
    const mine = model.eventsFrom(0, 1_000, { about }).items;
    expect(mine.length).toBeGreaterThan(1);
    expect(mine).toEqual(items.filter((line) => 'about' in line && line.about === about));
  });

  it('tells the coupons and the notices that the contexts hold', () => {
    const model = fold(all);
    const last = new Map<string, number>();
    for (const { table, row } of ofKind('state'))
      if (table === 'customers') last.set((row as { customerId: string }).customerId, (row as { couponCount: number }).couponCount);
    expect(model.extra.customersFrom(0, 1_000).items.map(({ customer, coupons }) => [customer, coupons])).toEqual(
      [...last].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    );
    expect(model.extra.noticesFrom(0, 1).items[0]).toMatchObject({ status: 'sent', text: expect.stringContaining('고객님의') });
  });
});

it('says how far Mypage is behind, and for how long', () => {
  const entries = [...madeEntries(60)];
  const model = createModel(FOOD);
  const beforeMypage = entries.findIndex((entry) => entry.kind === 'message.handled' && entry.context === 'customer');
  for (const entry of entries.slice(0, beforeMypage)) model.feed(entry);
  const { id } = model.linesFrom(0, 1).items[0] ?? { id: '' };
  expect(model.line(id)).toMatchObject({ behind: 1, behindSinceMs: entries[0]?.atMs, lastLagMs: undefined });
  expect(model.contexts.find(({ context }) => context === 'customer')).toMatchObject({ inbox: 1 });
  model.feed(entries[beforeMypage] as Entry);
  expect(model.line(id)).toMatchObject({
    behind: 0,
    behindSinceMs: undefined,
    lastLagMs: (entries[beforeMypage]?.atMs ?? 0) - (entries[0]?.atMs ?? 0),
  });
});

it('takes an event that is told to be handled before it is told to be published for one', () => {
  const entries = [...madeEntries(60)];
  const [published] = entries;
  const model = fold([...entries.slice(1, 13), published as Entry]);
  expect(model.line('order-00000001')).toMatchObject({ behind: 0 });
  expect(model.contexts.find(({ context }) => context === 'front')).toMatchObject({ inbox: 0 });
});

it('keeps a filtered list up to date as orders come and change', () => {
  const model = createModel(FOOD);
  const filter = { text: '배송확정 customer-1' };
  let checks = 0;
  for (const entry of madeEntries(30_000)) {
    model.feed(entry);
    if (entry.n % 997 !== 0) continue;
    const { items } = model.linesFrom(0, 10_000);
    const expected = items.filter(({ mypage, customer }) => mypage === 'delivered' && customer.includes('customer-1'));
    expect(model.linesFrom(0, 10_000, filter)).toEqual({ total: expected.length, items: expected });
    const [second] = expected.slice(1);
    if (second === undefined) continue;
    checks += 1;
    expect(model.indexOfLine(second.id, filter)).toBe(1);
    expect(model.linesFrom(1, 1, filter).items).toEqual([second]);
  }
  expect(checks).toBeGreaterThan(10);
});

it('forgets the oldest beyond its bounds, and counts on', () => {
  const model = createModel(FOOD);
  let orders = 0;
  for (const entry of madeEntries(600_000)) {
    // Only what makes an order: its life would take this test too long.
    if (entry.kind === 'message.published' && entry.event.type !== 'OrderPlaced') continue;
    if (entry.kind === 'state' && !(entry.table === 'mypages' && (entry.row as { status: string }).status === 'unpaid')) continue;
    if (entry.kind === 'message.published') orders += 1;
    model.feed(entry);
  }
  expect(model.counts.lines).toBe(orders);
  expect(model.story('order-00000001')).toBeUndefined();
  expect(model.story(`order-${String(orders - 1).padStart(8, '0')}`)).toMatchObject({ isWhole: true });
  for (let extra = 0; extra < BOUNDS.lines; extra += 1) {
    model.feed({
      n: extra,
      atMs: 0,
      kind: 'state',
      context: 'front',
      table: 'orders',
      key: [`extra-${extra}`],
      row: { orderId: `extra-${extra}`, status: 'placed' },
      cause: '',
    });
  }
  expect(model.counts.lines).toBe(orders + BOUNDS.lines);
  expect(model.linesFrom(0, 1).total).toBeLessThanOrEqual(BOUNDS.lines);
  expect(model.linesFrom(0, 1).items[0]).toMatchObject({ id: `extra-${BOUNDS.lines - 1}`, number: orders + BOUNDS.lines });
  expect(model.line('order-00000001')).toBeUndefined();
  expect(model.line(`extra-${BOUNDS.lines - 1}`)).toMatchObject({ order: 'placed' });
});

it('folds the breaker and a load: state, window, outcomes and latencies', () => {
  const model = createModel(FOOD);
  const breaker = (atMs: number, change: string, detail: object): Entry => ({
    n: 1,
    atMs,
    kind: 'breaker',
    context: 'front',
    name: 'order-lookup',
    change,
    detail: { ...detail },
  });
  model.feed({ n: 1, atMs: 1_000, kind: 'load.started', target: 'here', shape: '2 users for 5 s', requests: [], warnings: [] });
  model.feed({
    n: 2,
    atMs: 1_600,
    kind: 'load.answers',
    answers: [
      [0, 0, 0, 510, 500, 'timeout', 10],
      [0, 0, 10, 450, 201, 'success', 10],
    ],
  });
  model.feed(breaker(2_000, 'health', { requests: 20, errors: 11, errorPercent: 55 }));
  model.feed(breaker(2_000, 'open', { why: 'errors' }));
  model.feed({ n: 3, atMs: 2_300, kind: 'load.answers', answers: [[0, 0, 1_200, 1_201, 500, 'short-circuited', 10]] });
  model.feed(breaker(7_000, 'half-open', {}));
  model.feed(breaker(7_300, 'closed', {}));
  expect(model.breaker).toMatchObject({
    state: 'closed',
    sinceMs: 7_300,
    opened: 1,
    window: { requests: 20, errors: 11, errorPercent: 55 },
    outcomes: { timeout: 1, success: 1, 'short-circuited': 1 },
    latency: { maxMs: 510 },
  });
  expect(
    model.breaker.columns
      .map(({ atMs, states, count }) => [atMs, states.join(), count])
      .filter(([, states, count]) => states !== 'open' || count !== 0),
  ).toEqual([
    [1_000, 'closed', 1],
    [1_500, 'closed', 1],
    [2_000, 'closed,open', 1],
    [7_000, 'open,half-open,closed', 0],
  ]);
  expect(model.load).toMatchObject({ isRunning: true, answers: 3, failed: 2, elapsedMs: 1_201 });
  expect(model.eventsFrom(0, 9).items.map((line) => (line.what === 'breaker' ? line.change : line.what))).toEqual([
    'closed',
    'half-open',
    'open',
  ]);
});
