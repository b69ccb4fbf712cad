import { describe, expect, it } from 'vitest';
import type { Timers } from '../kernel/clock.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { HttpRequest, HttpResponse } from './http/route.ts';
import { createOrderLookup, createTimeoutGuard } from './order-lookup.ts';

const FOUND: HttpResponse = { status: 200, headers: {}, body: { orderId: 'o/1', customerId: 'kim', status: 'delivered', price: 1 } };

const setUp = (answer: (request: HttpRequest) => Promise<HttpResponse>) => {
  const waiting: { delayMs: number; wake: () => void; isCanceled: boolean }[] = [];
  const timers: Timers = {
    now: () => 0,
    after: (delayMs, wake) => {
      const one = { delayMs, wake, isCanceled: false };
      waiting.push(one);
      return () => void (one.isCanceled = true);
    },
  };
  const asked: HttpRequest[] = [];
  const dispatch = (request: HttpRequest): Promise<HttpResponse> => (asked.push(request), answer(request));
  return { lookup: createOrderLookup({ dispatch, guard: createTimeoutGuard(timers, 500) }), waiting, asked };
};

describe('the look-up of an order', () => {
  it('asks for the order within the story, and stops the clock', async () => {
    const { lookup, asked, waiting } = setUp(() => Promise.resolve(FOUND));
    expect(await lookup('o/1', { 'x-correlation-id': 'c' })).toEqual({ orderId: 'o/1', customerId: 'kim', status: 'delivered' });
    expect(asked).toMatchObject([{ method: 'GET', url: '/orders/o%2F1', headers: { 'x-correlation-id': 'c' } }]);
    expect(waiting).toMatchObject([{ delayMs: 500, isCanceled: true }]);
  });

  it('passes on that there is no such order', async () => {
    const { lookup } = setUp(() => Promise.resolve({ status: 404, headers: {}, body: { code: 'order-not-found' } }));
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-not-found' });
  });

  it('fails as a timeout once the time is over, and aborts the call', async () => {
    const { lookup, waiting, asked } = setUp(() => new Promise(() => undefined));
    const looking = lookup('1', {});
    waiting[0]?.wake();
    await expect(looking).rejects.toMatchObject({ code: 'order-lookup-failed', detail: { kind: 'timeout', timeoutMs: 500 } });
    expect(asked[0]?.signal?.aborted).toBe(true);
  });

  it.each([
    ['a 5xx', () => Promise.resolve<HttpResponse>({ status: 503, headers: {} }), 'upstream-error'],
    ['a body that is no order', () => Promise.resolve<HttpResponse>({ status: 200, headers: {}, body: [] }), 'upstream-error'],
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
