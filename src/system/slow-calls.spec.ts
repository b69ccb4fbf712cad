import { expect, it } from 'vitest';
import { FOOD } from '../contexts/index.ts';
import { createRandom } from '../kernel/random.ts';
import type { EntryBody } from '../kernel/recording.ts';
import type { Dispatch, HttpResponse } from '../runtime/http/route.ts';
import { createSlowCalls } from './slow-calls.ts';

const NAME = 'order-lookup';
const FOUND: HttpResponse = { status: 200, headers: {} };

const start = () => {
  const recorded: EntryBody[] = [];
  const calls = createSlowCalls({ definition: FOOD, random: createRandom('slow'), recorder: { record: (body) => recorded.push(body) } });
  return { ...calls, recorded };
};
const request = { method: 'GET', url: '/orders/o1', headers: {} } as const;

it('holds back the answers of the operation that is asked, and counts them', async () => {
  const { set, delayFor, around, recorded } = start();
  expect(delayFor('front')('getOrder', 'c1')).toBeUndefined();
  const fault = set(NAME, { fromMs: 10, toMs: 20 });
  const asked = around(NAME, async () => {
    expect(delayFor('front')('getOrder', 'c1')).toBeGreaterThanOrEqual(10);
    return FOUND;
  });
  await asked({ ...request, signal: AbortSignal.abort() });
  expect(fault.struck()).toBe(1);
  expect([delayFor('front')('listOrders', 'c1'), delayFor('store')('getOrder', 'c1')]).toEqual([undefined, undefined]);
  fault.end();
  expect(delayFor('front')('getOrder', 'c1')).toBeUndefined();
  expect(recorded.map((body) => body.kind === 'fault' && body.fault)).toEqual(Array(3).fill('slow-order-lookup'));
});

it('counts whoever gave up before the question arrived, and nobody who was answered at once', async () => {
  const { set, around } = start();
  const never: Dispatch = ({ signal }) =>
    new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
  const giveUp = async (): Promise<void> => {
    const abort = new AbortController();
    const answer = around(NAME, never)({ ...request, signal: abort.signal });
    abort.abort(new Error('too late'));
    await expect(answer).rejects.toThrow('too late');
  };
  await giveUp();
  const fault = set(NAME, { fromMs: 10, toMs: 20 });
  expect(fault.struck()).toBe(0);
  await around(NAME, async () => FOUND)(request);
  expect(fault.struck()).toBe(0);
  await giveUp();
  expect(fault.struck()).toBe(1);
});
