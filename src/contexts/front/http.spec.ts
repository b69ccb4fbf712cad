import { describe, expect, test } from 'vitest';
import { Refusal } from '../../kernel/errors.ts';
import { createIds } from '../../kernel/ids.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createRandom } from '../../kernel/random.ts';
import { SILENT_RECORDER } from '../../kernel/recording.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import { createDispatch } from '../../runtime/http/dispatch.ts';
import { createMemoryDisk } from '../../runtime/tables/memory-tables.ts';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import { createFront, type LookUpOrder } from './index.ts';
import { orders } from './store.ts';

const clock = { now: () => Date.UTC(2026, 0, 1), after: () => () => undefined };

/** Front over HTTP, without a bus. */
const createFace = (lookUpOrder: LookUpOrder) => {
  const definition = createFront({ lookUpOrder });
  const database = createMemoryDisk().open('front', [definition.schema]);
  const ids = createIds(clock, createRandom('front'));
  const emitted: { type: string; subject: string; data: unknown }[] = [];
  const actor = {
    name: 'front',
    read: database.read,
    execute: <Result>(_cause: unknown, command: (scope: Scope) => Result): Result =>
      database.transact((tables) =>
        command({
          tables,
          now: clock.now(),
          newId: () => ids.next(),
          emit: (event, subject, data) => void emitted.push({ type: event.type, subject, data }),
          setDeadline: () => undefined,
          cancelDeadline: () => false,
        }),
      ),
  };
  const dispatch = createDispatch({
    actor,
    routes: definition.routes,
    refusals: definition.refusals,
    ids,
    recorder: SILENT_RECORDER,
    log: SILENT_LOG,
    timers: clock,
  });
  const ask = (method: string, url: string, body?: unknown) =>
    dispatch({ method, url, headers: {}, ...(body === undefined ? {} : { body }) });
  return { ask, emitted, database };
};

const delivered: LookUpOrder = async (orderId) => ({ orderId, customerId: 'kim', status: 'delivered' });
const lunch = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul' };

describe('/orders', () => {
  test('answers a new order with all that it is, and where', async () => {
    const { ask } = createFace(delivered);
    const { status, headers, body } = await ask('POST', '/orders', { ...lunch, customerId: ' kim ' });
    const { orderId } = body as { orderId: string };
    expect({ status, location: headers['location'] }).toEqual({ status: 201, location: `/orders/${orderId}` });
    const order = { id: orderId, orderId, ...lunch, options: [], status: 'placed', statusText: '주문등록' };
    expect(body).toStrictEqual({ ...order, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' });
    expect((await ask('GET', `/orders/${orderId}`)).body).toStrictEqual(body);
    const payment = { id: orderId, amount: 12_000, status: 'pending', statusText: '결재대기' };
    expect(await ask('GET', `/payments/${orderId}`)).toMatchObject({ status: 200, body: payment });
  });

  test('names each field that breaks its rule', async () => {
    const { ask, database } = createFace(delivered);
    const names = { storeId: '  ', foodId: 'x'.repeat(201), address: 7 };
    const wrong = { ...names, price: '12000', options: 'spicy', payment: { decline: true }, tip: 1 };
    const { status, body } = await ask('POST', '/orders', wrong);
    expect(status).toBe(400);
    const { errors } = body as { errors: { field: string; message: string }[] };
    expect(Object.fromEntries(errors.map(({ field, message }) => [field, message]))).toStrictEqual({
      '/tip': expect.stringContaining('is not known') as string,
      '/customerId': 'must be a text of 1 to 200 characters, and is missing',
      '/storeId': 'must be a text of 1 to 200 characters, and is ""',
      '/foodId': expect.stringMatching(/^must be a text of 1 to 200 characters, and is "x+…$/) as string,
      '/price': 'must be a whole number of won from 0 to 100,000,000, and is "12000"',
      '/address': 'must be a text of 1 to 500 characters, and is 7',
      '/options': 'must be a list of at most 20 texts, and is "spicy"',
      '/payment': 'must be approve or decline, and is {"decline":true}',
    });
    expect(database.read.count(orders)).toBe(0);
  });

  test.each(['k\u0000x', 'k\nx', '.', '..', 'k\ud800'])(
    'takes no customer %j, whom nobody could ask for by that name',
    async (customerId) => {
      const { ask } = createFace(delivered);
      expect(await ask('POST', '/orders', { ...lunch, customerId })).toMatchObject({
        status: 400,
        body: { errors: [{ field: '/customerId' }] },
      });
      expect(await ask('POST', '/orders', { ...lunch, customerId: '김 ../%' })).toMatchObject({ status: 201 });
    },
  );

  test.each([-1, 1.5, 100_000_001, null])('takes no price of %s', async (price) => {
    const { ask } = createFace(delivered);
    expect(await ask('POST', '/orders', { ...lunch, price })).toMatchObject({ status: 400, body: { errors: [{ field: '/price' }] } });
  });

  test('lists by pages and filters, and takes a status in both words', async () => {
    const { ask } = createFace(delivered);
    for (const customerId of ['kim', 'lee', 'kim', 'kim']) await ask('POST', '/orders', { ...lunch, customerId });
    const second = (await ask('GET', '/orders?customerId=kim&size=2&page=1&status=placed')).body as { items: unknown[]; page: unknown };
    expect(second.items).toHaveLength(1);
    expect(second.page).toStrictEqual({ number: 1, size: 2, totalItems: 3, totalPages: 2 });
    const words = `/orders?status=${encodeURIComponent('주문등록')}&storeId=s1`;
    expect((await ask('GET', words)).body).toMatchObject({ page: { number: 0, size: 20, totalItems: 4, totalPages: 1 } });
    const nothing = { items: [], page: { number: 0, size: 20, totalItems: 0, totalPages: 0 } };
    expect((await ask('GET', '/orders?status=paid')).body).toStrictEqual(nothing);
    expect((await ask('GET', '/payments?customerId=lee')).body).toMatchObject({ page: { totalItems: 1 } });
  });

  test.each(['pending', '결재대기', '결제대기', '결제대기'.normalize('NFD')])(
    'takes the status %s of a payment, as the seed or a dictionary spells it',
    async (status) => {
      const { ask } = createFace(delivered);
      await ask('POST', '/orders', lunch);
      const totalOf = async (word: string): Promise<unknown> => (await ask('GET', `/payments?status=${encodeURIComponent(word)}`)).body;
      expect(await totalOf(status)).toMatchObject({ page: { totalItems: 1 } });
      for (const other of ['결재됨', '결제됨', 'paid']) expect(await totalOf(other)).toMatchObject({ page: { totalItems: 0 } });
    },
  );

  test.each(['size=0', 'size=101', 'size=ten', 'page=-1', 'status=eaten', 'custmerId=kim'])('refuses the query %s', async (query) => {
    const { ask } = createFace(delivered);
    const field = `/${query.split('=')[0]!}`;
    expect(await ask('GET', `/orders?${query}`)).toMatchObject({ status: 400, body: { errors: [{ field, in: 'query' }] } });
  });

  test('says so where there is none', async () => {
    const { ask } = createFace(delivered);
    expect(await ask('GET', '/orders/none')).toMatchObject({ status: 404, body: { code: 'order-not-found', orderId: 'none' } });
    expect(await ask('DELETE', '/orders/none')).toMatchObject({ status: 404, body: { code: 'order-not-found' } });
    expect(await ask('GET', '/payments/none')).toMatchObject({ status: 404, body: { code: 'payment-not-found' } });
  });
});

describe('/reviews', () => {
  test('are written of a looked-up order, listed, and deleted once', async () => {
    const { ask, emitted } = createFace(delivered);
    const written = await ask('POST', '/reviews', { orderId: 'o1', content: '맛있어요' });
    const { reviewId } = written.body as { reviewId: string };
    expect(written).toMatchObject({ status: 201, headers: { location: `/reviews/${reviewId}` } });
    const review = {
      id: reviewId,
      reviewId,
      orderId: 'o1',
      customerId: 'kim',
      content: '맛있어요',
      status: 'written',
      statusText: '등록됨',
    };
    expect((await ask('GET', `/reviews/${reviewId}`)).body).toMatchObject(review);
    expect((await ask('GET', '/reviews?orderId=o1&customerId=kim')).body).toMatchObject({ items: [review] });

    expect(await ask('DELETE', `/reviews/${reviewId}`)).toMatchObject({ status: 204 });
    expect(await ask('DELETE', `/reviews/${reviewId}`)).toMatchObject({ status: 404, body: { code: 'review-not-found' } });
    expect(await ask('GET', `/reviews/${reviewId}`)).toMatchObject({ status: 404 });
    expect(emitted).toStrictEqual([
      { type: 'ReviewWritten', subject: 'o1', data: { reviewId, orderId: 'o1', customerId: 'kim', content: '맛있어요' } },
      { type: 'ReviewDeleted', subject: 'o1', data: { reviewId, orderId: 'o1', customerId: 'kim' } },
    ]);
  });

  test('may be several for one order', async () => {
    const { ask } = createFace(delivered);
    await ask('POST', '/reviews', { orderId: 'o1', content: 'good' });
    await ask('POST', '/reviews', { orderId: 'o1', content: 'good' });
    expect((await ask('GET', '/reviews?orderId=o1')).body).toMatchObject({ page: { totalItems: 2 } });
  });

  test('are refused for an order on its way, and where the look-up is refused', async () => {
    const underway = createFace(async (orderId) => ({ orderId, customerId: 'kim', status: 'delivering' }));
    expect(await underway.ask('POST', '/reviews', { orderId: 'o1', content: 'good' })).toMatchObject({
      status: 409,
      body: {
        code: 'order-not-delivered',
        detail: '배송이 확정된 후에만 리뷰등록이 가능합니다.',
        current: 'delivering',
        currentText: '배송중',
      },
    });
    const slow = createFace(() => Promise.reject(new Refusal('order-lookup-failed', 'too slow', { kind: 'timeout' })));
    const failed = { status: 500, body: { code: 'order-lookup-failed', kind: 'timeout' } };
    expect(await slow.ask('POST', '/reviews', { orderId: 'o1', content: 'good' })).toMatchObject(failed);
    expect([...underway.emitted, ...slow.emitted]).toEqual([]);
  });

  test('look nothing up where the body is invalid', async () => {
    const { ask } = createFace(() => Promise.reject(new Error('looked up')));
    const refused = { status: 400, body: { errors: [{ field: '/content' }] } };
    expect(await ask('POST', '/reviews', { orderId: 'o1', content: '' })).toMatchObject(refused);
  });
});

test('the migrations make the tables that are declared', () => {
  const { schema } = createFront({ lookUpOrder: delivered });
  expect(createSqliteMemoryDisk().open('front', [schema]).read.count(orders)).toBe(0);
});
