/** Every field of every resource, every filter and every page, held to what was commanded and told. */
import { describe, expect, test } from 'vitest';
import { CONTEXT_NAMES, FOOD } from './index.ts';
import { eventOf, putToWork, type ContextAtWork } from './context.fixture.ts';
import { createCustomer } from './customer/index.ts';
import { MYPAGE_STATUS_TEXT } from './customer/contract.ts';
import { OrderCanceled, OrderPlaced, Paid, PaymentDeclined, ReviewDeleted, ReviewWritten } from './front/contract.ts';
import { createFront } from './front/index.ts';
import { reviewRoutes } from './front/http-reviews.ts';
import { saveReview } from './front/store.ts';
import { createNotification } from './notification/index.ts';
import { createRider } from './rider/index.ts';
import { CookFinished, CookStarted, OrderAccepted } from './store/contract.ts';
import { createStore } from './store/index.ts';

/** What people write, at the lengths that the routes take, with figures that no rounding leaves alone. */
const ID = (letter: string): string => `${letter}${'-'.repeat(198)}${letter}`;
const ORDER = {
  customerId: ID('k'),
  storeId: ID('s'),
  foodId: ID('f'),
  price: 99_999_999,
  address: `서울${'길'.repeat(496)}-1`,
  options: Array.from({ length: 20 }, (_, index) => `${'매'.repeat(198)}${String(index).padStart(2, '0')}`),
};
const placedOf = (orderId: string, customerId = ORDER.customerId, second = 1) =>
  eventOf(OrderPlaced, { ...ORDER, orderId, customerId }, second);
const ofTicket = (orderId: string) => ({ orderId, customerId: ORDER.customerId, storeId: ORDER.storeId });

/** A clock that stands where it is put: no two moments of a test are alike, and all have milliseconds. */
const createHands = () => {
  let nowMs = 0;
  const clock = { now: () => nowMs, after: () => () => undefined };
  const at = (ms: number): string => {
    nowMs = Date.UTC(2026, 2, 29, 0, 59, 59, 0) + ms;
    return new Date(nowMs).toISOString();
  };
  return { clock, at };
};
const frontOn = (hands = createHands()) => ({
  ...hands,
  front: putToWork(createFront({ lookUpOrder: () => Promise.reject(new Error('not asked here')) }), hands.clock),
});

describe('every field of', () => {
  test('an order and its payment', () => {
    const { front, at } = frontOn();
    const placedAt = at(123);
    const reply = front.ask('POST /orders', { ...ORDER, payment: 'approve' });
    const order = {
      id: 'id-1',
      orderId: 'id-1',
      ...ORDER,
      status: 'placed',
      statusText: '주문등록',
      createdAt: placedAt,
      updatedAt: placedAt,
    };
    expect(reply).toStrictEqual({ status: 201, body: order, headers: { location: '/orders/id-1' } });
    const payment = {
      id: 'id-1',
      orderId: 'id-1',
      customerId: ORDER.customerId,
      amount: ORDER.price,
      status: 'pending',
      statusText: '결재대기',
      createdAt: placedAt,
      updatedAt: placedAt,
    };
    expect(front.ask('GET /payments/id-1').body).toStrictEqual(payment);

    const paidAt = at(1_456);
    front.deliver(placedOf('id-1'));
    expect(front.ask('GET /payments/id-1').body).toStrictEqual({ ...payment, status: 'paid', statusText: '결재됨', updatedAt: paidAt });
    const heardAt = at(2_789);
    front.deliver(eventOf(Paid, { orderId: 'id-1', customerId: ORDER.customerId, amount: ORDER.price }));
    expect(front.ask('GET /orders/id-1').body).toStrictEqual({ ...order, status: 'paid', statusText: '결재됨', updatedAt: heardAt });
    expect(front.emitted).toStrictEqual([
      { type: 'OrderPlaced', subject: 'id-1', data: { orderId: 'id-1', ...ORDER } },
      { type: 'Paid', subject: 'id-1', data: { orderId: 'id-1', customerId: ORDER.customerId, amount: ORDER.price } },
    ]);
  });

  test('a review', () => {
    const { front, at } = frontOn();
    const writtenAt = at(321);
    const content = `ﬁ㈜ ${'평'.repeat(1_994)} ½`;
    const route = reviewRoutes(() => Promise.reject(new Error('not asked here'))).find(({ operation }) => operation === 'writeReview');
    if (route === undefined || route.method === 'GET') throw new Error('reviews are written by a route');
    const body = route.body?.parse({ orderId: ORDER.storeId, content });
    const prepared = { orderId: ORDER.storeId, customerId: ORDER.customerId, status: 'delivered' };
    const reply = front.execute({ causationId: 'c', correlationId: 'c', traceId: '' }, (scope) =>
      route.execute({ params: {}, query: {}, body, prepared }, scope),
    );
    const review = {
      id: 'id-1',
      reviewId: 'id-1',
      orderId: ORDER.storeId,
      customerId: ORDER.customerId,
      content,
      status: 'written',
      statusText: '등록됨',
      createdAt: writtenAt,
      updatedAt: writtenAt,
    };
    expect(reply).toStrictEqual({ status: 201, body: review, headers: { location: '/reviews/id-1' } });
    expect(front.emitted).toStrictEqual([
      {
        type: 'ReviewWritten',
        subject: ORDER.storeId,
        data: { reviewId: 'id-1', orderId: ORDER.storeId, customerId: ORDER.customerId, content },
      },
    ]);
  });

  test('a ticket', () => {
    const { clock, at } = createHands();
    const store = putToWork(createStore(), clock);
    const copiedAt = at(123);
    store.deliver(placedOf('o1'));
    const { price: _, ...details } = ORDER;
    const ticket = {
      id: 'o1',
      orderId: 'o1',
      ...details,
      status: 'unpaid',
      statusText: '미결재',
      createdAt: copiedAt,
      updatedAt: copiedAt,
    };
    expect(store.ask('GET /foodCookings/o1').body).toStrictEqual(ticket);
    const paidAt = at(1_456);
    store.deliver(eventOf(Paid, { orderId: 'o1', customerId: ORDER.customerId, amount: 1 }));
    expect(store.ask('GET /foodCookings/o1').body).toStrictEqual({ ...ticket, status: 'paid', statusText: '결재완료', updatedAt: paidAt });
    const acceptedAt = at(2_789);
    expect(store.ask('PUT /foodCookings/o1/accept')).toStrictEqual({
      status: 200,
      body: { ...ticket, status: 'accepted', statusText: '접수됨', updatedAt: acceptedAt },
    });
    expect(store.refusalOf('PUT /foodCookings/o1/finish').detail).toStrictEqual({
      orderId: 'o1',
      current: 'accepted',
      currentText: '접수됨',
      required: 'cooking',
      requiredText: '요리시작',
    });
  });

  test('a delivery and its row on the board', () => {
    const { clock, at } = createHands();
    const rider = putToWork(createRider(), clock);
    const plannedAt = at(123);
    rider.deliver(placedOf('o1'));
    const { price: _, options: __, ...parcel } = ORDER;
    const delivery = {
      id: 'o1',
      orderId: 'o1',
      ...parcel,
      status: 'waiting',
      statusText: '배송대기',
      riderId: null,
      createdAt: plannedAt,
      updatedAt: plannedAt,
    };
    expect(rider.ask('GET /deliveries/o1').body).toStrictEqual(delivery);
    const readyAt = at(1_456);
    rider.deliver(eventOf(CookFinished, { ...ofTicket('o1'), status: 'cooked' }));
    expect(rider.ask('GET /deliveries/o1').body).toStrictEqual({
      ...delivery,
      status: 'ready',
      statusText: '배송가능',
      updatedAt: readyAt,
    });
    // The row dates from when the food was ready, not from the order.
    expect(rider.ask('GET /deliveryLists/o1').body).toStrictEqual({
      id: 'o1',
      orderId: 'o1',
      ...parcel,
      status: 'ready',
      statusText: '배송가능',
      createdAt: readyAt,
      updatedAt: readyAt,
    });
    const riderId = `r${'-'.repeat(98)}r`;
    const pickedAt = at(2_789);
    expect(rider.ask('PUT /deliveries/o1/pick', { riderId }).body).toStrictEqual({
      ...delivery,
      status: 'delivering',
      statusText: '배송중',
      riderId,
      updatedAt: pickedAt,
    });
    const broughtAt = at(3_012);
    expect(rider.ask('PUT /deliveries/o1/confirmdelivered').body).toStrictEqual({
      ...delivery,
      status: 'delivered',
      statusText: '배송확정',
      riderId,
      updatedAt: broughtAt,
    });
    expect(rider.emitted.map(({ data }) => data)).toStrictEqual(Array(2).fill({ orderId: 'o1', customerId: ORDER.customerId, riderId }));
    expect(rider.refusalOf('GET /deliveryLists/o1').detail).toStrictEqual({ orderId: 'o1' });
  });

  test('a customer and what is told of the coupons', () => {
    const { clock, at } = createHands();
    const customer = putToWork(createCustomer(), clock);
    const welcomedAt = at(123);
    customer.deliver(placedOf('o1'));
    const kim = {
      id: ORDER.customerId,
      customerId: ORDER.customerId,
      couponCount: 1,
      welcomeOrderId: 'o1',
      createdAt: welcomedAt,
      updatedAt: welcomedAt,
    };
    const read = (): unknown => customer.ask(`GET /customers/${ORDER.customerId}`).body;
    expect(read()).toStrictEqual(kim);
    at(1_000);
    customer.deliver(placedOf('o2'));
    expect(read()).toStrictEqual(kim);
    const review = { orderId: 'o2', customerId: ORDER.customerId, reviewId: 'r1' };
    const rewardedAt = at(1_456);
    customer.deliver(eventOf(ReviewWritten, { ...review, content: 'good' }));
    expect(read()).toStrictEqual({ ...kim, couponCount: 2, updatedAt: rewardedAt });
    const takenAt = at(2_789);
    customer.deliver(eventOf(ReviewDeleted, review));
    expect(read()).toStrictEqual({ ...kim, updatedAt: takenAt });
    const ofCoupon = { ...review, reason: 'review' };
    expect(customer.emitted.map(({ data }) => data)).toStrictEqual([
      { ...ofCoupon, orderId: 'o1', reason: 'welcome', reviewId: null, couponCount: 1 },
      { ...ofCoupon, couponCount: 2 },
      { ...ofCoupon, couponCount: 1 },
    ]);
  });

  test('a row of Mypage, which dates from the events and not from their arrival', () => {
    const customer = putToWork(createCustomer());
    const [placed, accepted, declined] = [
      placedOf('o1'),
      eventOf(OrderAccepted, { ...ofTicket('o1'), status: 'accepted' }, 3),
      eventOf(PaymentDeclined, { orderId: 'o1', customerId: ORDER.customerId, amount: 1 }, 2),
    ];
    // Other publishers may write a moment in another way: it is the same moment.
    customer.deliver({ ...placed, time: '2024-01-01T09:00:01.5+09:00' });
    const page = {
      id: 'o1',
      orderId: 'o1',
      ...ORDER,
      status: 'unpaid',
      statusText: MYPAGE_STATUS_TEXT.unpaid,
      lastEventId: placed.id,
      createdAt: '2024-01-01T00:00:01.500Z',
      updatedAt: '2024-01-01T00:00:01.500Z',
    };
    expect(customer.ask('GET /mypages/o1').body).toStrictEqual(page);
    customer.deliver(accepted);
    const further = { ...page, status: 'accepted', statusText: '접수됨', lastEventId: accepted.id, updatedAt: accepted.time };
    expect(customer.ask('GET /mypages/o1').body).toStrictEqual(further);
    customer.deliver(declined);
    expect(customer.ask('GET /mypages/o1').body).toStrictEqual({ ...further, status: 'payment-failed', statusText: '결재실패' });
    expect(customer.refusalOf('GET /mypages/o9').detail).toStrictEqual({ orderId: 'o9' });
  });

  test('a notice that the log has taken', () => {
    const { clock, at } = createHands();
    const notification = putToWork(createNotification(), clock);
    const started = eventOf(CookStarted, { ...ofTicket('o1'), status: 'cooking' }, 4);
    const writtenAt = at(123);
    notification.deliver(started);
    at(5_000);
    notification.deliverAgain(started);
    expect(notification.ask(`GET /notices/${started.id}`).body).toStrictEqual({
      ...{
        id: started.id,
        type: 'CookStarted',
        orderId: 'o1',
        customerId: ORDER.customerId,
        text: '고객님의 주문이 요리를 시작하였습니다.',
      },
      ...{
        status: 'sent',
        statusText: '발송됨',
        attempts: 1,
        error: null,
        sentAt: writtenAt,
        correlationId: 'correlation',
        createdAt: writtenAt,
        updatedAt: writtenAt,
      },
    });
  });
});

/** Contexts with five orders of two customers, so that every collection has rows that a filter leaves out. */
const filled = (): Readonly<Record<string, ContextAtWork>> => {
  const { front } = frontOn();
  const [store, rider, notification, customer] = [createStore(), createRider(), createNotification(), createCustomer()].map((definition) =>
    putToWork(definition),
  ) as [ContextAtWork, ContextAtWork, ContextAtWork, ContextAtWork];
  for (const [index, customerId] of ['kim', 'lee', 'kim', 'lee', 'kim'].entries()) {
    const orderId = `id-${index + 1}`;
    const storeId = index < 2 ? 'near' : 'far';
    front.ask('POST /orders', { ...ORDER, customerId, storeId, payment: index === 4 ? 'decline' : 'approve' });
    const placed = eventOf(OrderPlaced, { ...ORDER, orderId, customerId, storeId }, index);
    const events = [placed, ...(index % 4 !== 1 ? [eventOf(CookFinished, { orderId, customerId, storeId, status: 'cooked' }, index)] : [])];
    const ended =
      index === 1
        ? [eventOf(OrderCanceled, { orderId, customerId }, 9), eventOf(PaymentDeclined, { orderId, customerId, amount: 1 }, 9)]
        : [];
    for (const context of [store, rider, notification, customer]) context.deliver(...events, ...ended);
    front.deliver(placed, ...ended);
    front.transact((tables) => saveReview(tables, { reviewId: `r-${5 - index}`, orderId, customerId, content: 'good' }, placed.time));
  }
  return { front, store, rider, notification, customer };
};
type Item = Readonly<Record<string, unknown>>;
interface Page {
  readonly items: readonly Item[];
  readonly page: { readonly number: number; readonly size: number; readonly totalItems: number; readonly totalPages: number };
}

describe('every collection', () => {
  const contexts = filled();
  const definitions = {
    front: createFront({ lookUpOrder: () => Promise.reject(new Error('not asked here')) }),
    store: createStore(),
    rider: createRider(),
    notification: createNotification(),
    customer: createCustomer(),
  };
  const collections = Object.entries(definitions).flatMap(([name, { routes }]) =>
    routes.flatMap((route) =>
      route.method === 'GET' && !route.path.includes(':')
        ? [
            {
              path: route.path,
              context: name,
              filters: Object.keys((route.query as unknown as { shape: object }).shape).filter((key) => key !== 'page' && key !== 'size'),
            },
          ]
        : [],
    ),
  );
  const read = (context: string, url: string): Page => (contexts[context] as ContextAtWork).ask(`GET ${url}`).body as Page;

  test('is among these', () => {
    expect(Object.keys(definitions)).toEqual(CONTEXT_NAMES);
    expect(FOOD.contexts.map(({ name }) => name)).toEqual(CONTEXT_NAMES);
    expect(collections.map(({ path, filters }) => `${path} ${filters.join(' ')}`)).toEqual([
      '/orders customerId orderId storeId status',
      '/payments customerId orderId status',
      '/reviews customerId orderId',
      '/foodCookings customerId orderId storeId status',
      '/deliveries customerId orderId status',
      '/deliveryLists customerId orderId',
      '/notices customerId orderId type status',
      '/customers customerId',
      '/mypages customerId orderId status',
    ]);
  });

  test.each(collections)('$path comes whole, in the order of its keys, page by page', ({ path, context }) => {
    const all = read(context, `${path}?size=100`);
    const ids = all.items.map(({ id }) => String(id));
    expect(ids).toEqual([...ids].sort());
    expect(all.page).toStrictEqual({ number: 0, size: 100, totalItems: ids.length, totalPages: ids.length === 0 ? 0 : 1 });
    expect(read(context, path).page).toStrictEqual({ number: 0, size: 20, totalItems: ids.length, totalPages: ids.length === 0 ? 0 : 1 });
    for (const size of [1, 2, 3]) {
      const totalPages = Math.ceil(ids.length / size);
      const pages = Array.from({ length: totalPages + 2 }, (_, number) => read(context, `${path}?size=${size}&page=${number}`));
      expect(pages.flatMap(({ items }) => items)).toStrictEqual(all.items);
      expect(pages.map(({ page }) => page)).toStrictEqual(pages.map((_, number) => ({ number, size, totalItems: ids.length, totalPages })));
    }
    expect(read(context, `${path}?page=1000000`).items).toEqual([]);
  });

  test.each(collections.flatMap(({ path, context, filters }) => filters.map((filter) => ({ path, context, filter }))))(
    '$path is filtered by $filter',
    ({ path, context, filter }) => {
      const all = read(context, `${path}?size=100`).items;
      const values = [...new Set(all.map((item) => String(item[filter])))];
      // Without a webhook, every notice is sent.
      expect(values.length).toBeGreaterThan(path === '/notices' && filter === 'status' ? 0 : 1);
      for (const value of values) {
        const { items, page } = read(context, `${path}?size=100&${filter}=${encodeURIComponent(value)}`);
        expect(items).toStrictEqual(all.filter((item) => item[filter] === value));
        expect(page.totalItems).toBe(items.length);
        const word = filter === 'status' ? String(items[0]?.['statusText']) : value;
        expect(read(context, `${path}?size=100&${filter}=${encodeURIComponent(word)}`).items).toStrictEqual(items);
      }
      if (filter.endsWith('Id'))
        expect(read(context, `${path}?${filter}=${'x'.repeat(200)}`)).toMatchObject({ items: [], page: { totalItems: 0, totalPages: 0 } });
    },
  );
});
