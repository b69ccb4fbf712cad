import { describe, expect, test } from 'vitest';
import * as customer from '../customer/contract.ts';
import * as front from '../front/contract.ts';
import * as rider from '../rider/contract.ts';
import * as store from '../store/contract.ts';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import { eventOf, putToWork } from '../context.fixture.ts';
import { EVERY_EVENT } from '../every-event.fixture.ts';
import { NOTICE_TEXT } from './contract.ts';
import { createNotification } from './index.ts';
import { notices } from './store.ts';

const accepted = EVERY_EVENT.find(({ type }) => type === 'OrderAccepted')!;

describe('notification', () => {
  test('knows every event of every contract', () => {
    const known = [front, store, rider, customer].flatMap((contract) =>
      Object.values(contract).flatMap((value) =>
        typeof value === 'object' && 'schema' in value ? [(value as { type: string }).type] : [],
      ),
    );
    expect(EVERY_EVENT.map((event) => event.type).sort()).toEqual([...known].sort());
    expect(
      createNotification()
        .subscriptions.map(({ event }) => event.type)
        .sort(),
    ).toEqual([...known].sort());
  });

  test('tells the customer of each change once, however often and in whatever order it comes', () => {
    const notification = putToWork(createNotification());
    notification.deliver(...EVERY_EVENT, ...EVERY_EVENT);
    for (const event of [...EVERY_EVENT].reverse()) notification.deliverAgain(event);
    const told = notification.read.select(notices).map((notice) => notice.type);
    expect([...told].sort()).toEqual(Object.keys(NOTICE_TEXT).sort());
  });

  test("says the seed's five word for word", () => {
    const notification = putToWork(createNotification());
    notification.deliver(...EVERY_EVENT);
    const textOf = (type: string) =>
      (notification.ask(`GET /notices?type=${type}`).body as { items: { text: string }[] }).items.map((item) => item.text);
    expect(['OrderAccepted', 'OrderRejected', 'CookStarted', 'CookFinished', 'Picked'].map(textOf)).toEqual([
      ['고객님의 주문이 접수되었습니다.'],
      ['고객님의 주문이 거부되었습니다.'],
      ['고객님의 주문이 요리를 시작하였습니다.'],
      ['고객님의 주문이 요리를 완료하였습니다.'],
      ['고객님의 주문이 배송을 시작하였습니다.'],
    ]);
    for (const notice of notification.read.select(notices)) expect(notice.text).toMatch(/^고객님의 .+니다\.$/);
  });

  test('to the log is sent as it is written; to a webhook it waits for the sender', () => {
    const toLog = putToWork(createNotification());
    toLog.deliver(accepted);
    expect(toLog.ask(`GET /notices/${accepted.id}`).body).toMatchObject({
      id: accepted.id,
      type: 'OrderAccepted',
      ...{ orderId: 'o1', customerId: 'kim' },
      status: 'sent',
      statusText: '발송됨',
      attempts: 1,
      sentAt: '2024-01-01T02:46:41.000Z',
      createdAt: '2024-01-01T02:46:41.000Z',
      correlationId: 'correlation',
    });

    let hintCount = 0;
    const toWebhook = putToWork(createNotification({ channel: 'webhook', onNotice: () => (hintCount += 1) }));
    toWebhook.deliver(accepted);
    expect(hintCount).toBe(1);
    expect(toWebhook.ask(`GET /notices/${accepted.id}`).body).toMatchObject({
      status: 'unsent',
      statusText: '발송대기',
      attempts: 0,
      sentAt: null,
    });
  });

  test.each(['log', 'webhook'] as const)('keeps the same in SQLite as in memory (%s)', (channel) => {
    const contexts = [
      putToWork(createNotification({ channel })),
      putToWork(createNotification({ channel }), undefined, createSqliteMemoryDisk()),
    ];
    for (const notification of contexts) notification.deliver(...EVERY_EVENT);
    const [inMemory, inSqlite] = contexts.map(({ read }) => read.select(notices));
    expect(inSqlite).toEqual(inMemory);
    expect(inSqlite).toHaveLength(16);
  });

  test('is listed by customer, order and status', () => {
    const notification = putToWork(createNotification());
    notification.deliver(accepted, eventOf(store.OrderAccepted, { orderId: 'o2', customerId: 'lee', storeId: 's1', status: 'accepted' }));
    const ordersOf = (call: string) => (notification.ask(call).body as { items: { orderId: string }[] }).items.map((item) => item.orderId);
    expect(ordersOf('GET /notices?customerId=lee')).toEqual(['o2']);
    expect(ordersOf('GET /notices?orderId=o1')).toEqual(['o1']);
    expect(ordersOf('GET /notices?status=sent')).toEqual(['o1', 'o2']);
    expect(ordersOf('GET /notices?status=failed')).toEqual([]);
    expect(notification.refusalOf('GET /notices/none').code).toBe('notice-not-found');
  });
});
