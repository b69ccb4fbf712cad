/** Recordings for tests and benchmarks: real ones on virtual time, and made ones of any length. */
import { SPOKEN_FOOD } from '../src/contexts/spoken.ts';
import type { EventId } from '../src/kernel/ids.ts';
import type { Entry, EntryBody } from '../src/kernel/recording.ts';
import { SILENT_LOG } from '../src/kernel/log.ts';
import { runScenarios } from '../src/scenarios/runner/run.ts';
import { FOOD } from '../src/contexts/index.ts';
import { describeContexts } from '../src/system/definition.ts';

/** Which contexts hear which event. */
const hearersOf = (type: string): readonly string[] =>
  DEFINITIONS.filter(({ subscriptions }) => subscriptions.some(({ event }) => event.type === type)).map(({ name }) => name);
const DEFINITIONS = describeContexts(FOOD);

/** The entries of bundled scenarios, on the memory bus and virtual time. */
export const recordScenarios = async (...paths: string[]): Promise<readonly Entry[]> => {
  const entries: Entry[] = [];
  await runScenarios(
    {
      system: SPOKEN_FOOD,
      paths,
      bus: { kind: 'memory' },
      time: 'virtual',
      seed: '7',
      jobs: 1,
      bail: false,
      tags: [],
      vars: {},
      keep: false,
      faults: [],
      mutations: [],
      signal: new AbortController().signal,
    },
    (entry) => entries.push(JSON.parse(JSON.stringify(entry)) as Entry),
    SILENT_LOG,
  );
  return entries;
};

const LIFE = ['OrderPlaced', 'Paid', 'OrderAccepted', 'CookStarted', 'CookFinished', 'Picked', 'Delivered'] as const;
const HEARERS = new Map(LIFE.map((type) => [type, hearersOf(type)]));
const STATUS = ['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;

/** The entries of an order's whole life: some 60 of them. */
function* lifeOf(order: number): Generator<EntryBody> {
  const orderId = `order-${String(order).padStart(8, '0')}`;
  const row = {
    orderId,
    customerId: `customer-${order % 500}`,
    storeId: `s${order % 7}`,
    foodId: 'bibimbap',
    price: 12_000,
    address: 'Seoul',
    options: [],
  };
  for (const [index, type] of LIFE.entries()) {
    const id = `${orderId}-${type}` as EventId;
    const event = {
      specversion: '1.0',
      id,
      source: '/front',
      type,
      subject: orderId,
      time: '2026-01-05T03:00:00.000Z',
      datacontenttype: 'application/json',
      correlationid: `c-${order}`,
      causationid: index === 0 ? `command-${order}` : `${orderId}-${LIFE[index - 1] ?? ''}`,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      data: row,
    } as const;
    yield { kind: 'message.published', context: 'front', event };
    for (const context of HEARERS.get(type) ?? []) {
      yield { kind: 'message.delivered', context, seq: order * 10 + index, attempt: 1, id, type, subject: orderId };
      if (context === 'customer')
        yield {
          kind: 'state',
          context,
          table: 'mypages',
          key: [orderId],
          row: { ...row, status: STATUS[index], progress: STATUS[index] },
          cause: id,
        };
      if (context === 'notification')
        yield {
          kind: 'state',
          context,
          table: 'notices',
          key: [id],
          row: { id, type, orderId, customerId: row.customerId, text: type, status: 'sent' },
          cause: id,
        };
      yield { kind: 'message.handled', context, seq: order * 10 + index, id, type, subject: orderId, handling: 'handled' };
    }
  }
}

/** `count` entries of orders that follow each other, `perSecond` of them in a second. */
export function* madeEntries(count: number, perSecond = 10_000): Generator<Entry> {
  let n = 0;
  for (let order = 1; n < count; order += 1) {
    for (const body of lifeOf(order)) {
      if (n >= count) return;
      n += 1;
      yield { n, atMs: (n * 1000) / perSecond, ...body };
    }
  }
}
