import { describe, expect, it } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { CallFailure, type Guard } from '../../runtime/breaker/guard.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import { createOrderLookup } from './order-lookup.ts';

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
    const { lookup, asked } = setUp(
      () => Promise.resolve(FOUND),
      () => Promise.reject(new CallFailure('short-circuited', 'It is open.')),
    );
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-lookup-failed', detail: { kind: 'short-circuited' } });
    expect(asked).toEqual([]);
  });

  const ORDER = { orderId: '1', customerId: 'kim', status: 'delivered' };
  it.each<readonly [string, HttpResponse]>([
    ...(['orderId', 'customerId', 'status'] as const).flatMap((field) =>
      [undefined, null, '', 7, ['x'], { x: 1 }].map(
        (value) => [`${field} ${JSON.stringify(value)}`, { status: 200, headers: {}, body: { ...ORDER, [field]: value } }] as const,
      ),
    ),
    ['another order', { status: 200, headers: {}, body: { ...ORDER, orderId: '2' } }],
    ['no body', { status: 200, headers: {} }],
    ['a text', { status: 200, headers: {}, body: 'delivered' }],
    ['null', { status: 200, headers: {}, body: null }],
    ['another 2xx', { status: 202, headers: {}, body: ORDER }],
    ['a redirection', { status: 302, headers: {}, body: ORDER }],
    ['a 404 of somebody who knows no orders', { status: 404, headers: {}, body: { code: 'not-found' } }],
    ['a 404 without a word', { status: 404, headers: {} }],
    ['a 400', { status: 400, headers: {}, body: { code: 'invalid-request' } }],
  ])('takes no answer for an order that is none, and lets the guard count it: %s', async (_what, answer) => {
    const outcomes: string[] = [];
    const counting: Guard = async (call) => {
      try {
        return await call(abort.signal);
      } catch (error) {
        outcomes.push('failed');
        throw error;
      }
    };
    const { lookup } = setUp(() => Promise.resolve(answer), counting);
    await expect(lookup('1', {})).rejects.toMatchObject({
      code: 'order-lookup-failed',
      detail: { kind: 'upstream-error', upstreamStatus: answer.status },
    });
    expect(outcomes).toEqual(['failed']);
  });

  it.each([
    ['a 5xx', () => Promise.resolve<HttpResponse>({ status: 503, headers: {} }), 'upstream-error'],
    ['a body that is not an order', () => Promise.resolve<HttpResponse>({ status: 200, headers: {}, body: [] }), 'upstream-error'],
    ['no connection', () => Promise.reject(new OperatingError('infrastructure', 'refused')), 'unreachable'],
  ])('fails for %s', async (_what, answer, kind) => {
    const { lookup } = setUp(answer);
    await expect(lookup('1', {})).rejects.toMatchObject({ code: 'order-lookup-failed', detail: { kind } });
  });

  it.each<[CallFailure, string]>([
    [new CallFailure('short-circuited', 'It is open.'), 'The circuit breaker of the order look-up is open.'],
    [new CallFailure('rejected', 'One too many.', { concurrency: 10 }), '10 look-ups are under way already; one more is rejected.'],
    [new CallFailure('timeout', 'Too slow.', { timeoutMs: 500 }), 'The order could not be looked up within 500 ms.'],
    [new CallFailure('unreachable', 'It is away.'), 'It is away.'],
  ])('says to who writes the review what came to nothing: %s', async (failure, message) => {
    const { lookup } = setUp(
      () => Promise.resolve(FOUND),
      () => Promise.reject(failure),
    );
    await expect(lookup('1', {})).rejects.toMatchObject({ message, detail: { ...failure.detail, kind: failure.kind } });
  });

  it.each<[Partial<HttpResponse>, string]>([
    [{ status: 418 }, "The order's context answered 418."],
    [{ body: { ...ORDER, orderId: '2' } }, "The order's context answered 200 with another order."],
    [{ body: 'delivered' }, "The order's context answered 200, and not with an order."],
  ])('says what came instead of an order: %j', async (answer, message) => {
    const { lookup } = setUp(() => Promise.resolve({ status: 200, headers: {}, ...answer }));
    await expect(lookup('1', {})).rejects.toMatchObject({ message });
  });

  it('lets a bug through', async () => {
    const { lookup } = setUp(() => Promise.reject(new TypeError('a bug')));
    await expect(lookup('1', {})).rejects.toBeInstanceOf(TypeError);
  });
});
