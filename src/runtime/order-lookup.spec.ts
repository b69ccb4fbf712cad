import { describe, expect, it } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import type { HttpRequest, HttpResponse } from './http/route.ts';
import { createOrderLookup, orderLookupFailed, type Guard } from './order-lookup.ts';

const abort = new AbortController();
const FOUND: HttpResponse = { status: 200, headers: {}, body: { orderId: 'o/1', customerId: 'kim', status: 'delivered', price: 1 } };

const setUp = (answer: (request: HttpRequest) => Promise<HttpResponse>, guard: Guard = (call) => call(abort.signal)) => {
  const asked: HttpRequest[] = [];
  const dispatch = (request: HttpRequest): Promise<HttpResponse> => (asked.push(request), answer(request));
  return { lookup: createOrderLookup({ dispatch, guard }), asked };
};

describe('the look-up of an order', () => {
  it('asks for the order within the story, and within the guard', async () => {
    const { lookup, asked } = setUp(() => Promise.resolve(FOUND));
    expect(await lookup('o/1', { 'x-correlation-id': 'c' })).toEqual({ orderId: 'o/1', customerId: 'kim', status: 'delivered' });
    expect(asked).toMatchObject([{ method: 'GET', url: '/orders/o%2F1', headers: { 'x-correlation-id': 'c' } }]);
    expect(asked[0]?.signal).toBe(abort.signal);
  });

  it('passes on that there is no such order', async () => {
    const { lookup } = setUp(() => Promise.resolve({ status: 404, headers: {}, body: { code: 'order-not-found' } }));
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-not-found' });
  });

  it('fails as the guard does, without asking where the guard does not', async () => {
    const { lookup, asked } = setUp(() => Promise.resolve(FOUND), () => Promise.reject(orderLookupFailed('short-circuited', 'It is open.')));
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-lookup-failed', detail: { kind: 'short-circuited' } });
    expect(asked).toEqual([]);
  });

  it.each([
    ['a 5xx', () => Promise.resolve<HttpResponse>({ status: 503, headers: {} }), 'upstream-error'],
    ['a body that is not an order', () => Promise.resolve<HttpResponse>({ status: 200, headers: {}, body: [] }), 'upstream-error'],
    ['no connection', () => Promise.reject(new OperatingError('infrastructure', 'refused')), 'unreachable'],
  ])('fails for %s', async (_what, answer, kind) => {
    const { lookup } = setUp(answer);
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-lookup-failed', detail: { kind } });
  });

  it('lets a bug through', async () => {
    const { lookup } = setUp(() => Promise.reject(new TypeError('a bug')));
    await expect(lookup('1', {})).rejects.toBeInstanceOf(TypeError);
  });
});
