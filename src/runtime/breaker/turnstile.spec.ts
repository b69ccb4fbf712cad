import { expect, it } from 'vitest';
import { sleep } from '../../kernel/clock.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { createBreaker } from './breaker.ts';
import { createTurnstile } from './turnstile.ts';

/** Turns that come when the test says so. */
const createTurns = () => {
  let waiting: (() => void)[] = [];
  const next = (): Promise<void> => new Promise((resolve) => void waiting.push(resolve));
  const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
  const come = async (): Promise<void> => {
    await settle();
    const due = waiting;
    waiting = [];
    for (const wake of due) wake();
    await settle();
  };
  return { next, come };
};

it('lets one call begin in each turn, in the order of asking', async () => {
  const turns = createTurns();
  const turnstile = createTurnstile(turns.next);
  const begun: number[] = [];
  turnstile.begin();
  expect(turnstile.isFree()).toBe(false);
  for (const number of [1, 2]) void turnstile.wait().then(() => (begun.push(number), turnstile.begin()));
  await turns.come();
  expect(begun).toEqual([1]);
  await turns.come();
  expect(begun).toEqual([1, 2]);
  await turns.come();
  expect(turnstile.isFree()).toBe(true);
});

it('is free again in the same turn when the call has ended', () => {
  const turnstile = createTurnstile(createTurns().next);
  const ended = turnstile.begin();
  ended();
  expect(turnstile.isFree()).toBe(true);
});

it('keeps many quick calls that arrive together from being rejected, and few slow ones from nothing', async () => {
  const time = createVirtualTime(() => new Promise((resolve) => void setImmediate(resolve)));
  const outcomes = async (nextTurn: (() => Promise<void>) | undefined, lastsMs: number): Promise<string[]> => {
    const changes: string[] = [];
    const breaker = createBreaker(
      {},
      { timers: time, onEvent: ({ change }) => void changes.push(change), ...(nextTurn === undefined ? {} : { nextTurn }) },
    );
    const call = (): Promise<void> => sleep(time, lastsMs);
    await time.run(() => Promise.allSettled(Array.from({ length: 25 }, () => breaker.guard(call))));
    return changes.filter((change) => change === 'success' || change === 'rejected').sort();
  };
  const turn = (): Promise<void> => sleep(time, 1);
  expect((await outcomes(undefined, 5)).filter((outcome) => outcome === 'rejected')).toHaveLength(15);
  expect((await outcomes(turn, 5)).filter((outcome) => outcome === 'rejected')).toHaveLength(0);
  // Ten threads hold ten slow calls, however they arrive.
  expect((await outcomes(turn, 100)).filter((outcome) => outcome === 'rejected')).toHaveLength(15);
});
