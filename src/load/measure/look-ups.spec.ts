import { expect, it } from 'vitest';
import { foldLookUps } from './look-ups.ts';

it('parts what a look-up took into the delay that was drawn and the rest, also where its caller gave up', () => {
  const fold = foldLookUps(50);
  fold.delay(450, 'a');
  fold.delay(580, 'b');
  fold.hear({ change: 'success', atMs: 462, tookMs: 460, correlation: 'a' });
  fold.hear({ change: 'timeout', atMs: 505, tookMs: 501, correlation: 'b' });
  fold.hear({ change: 'released', atMs: 594, tookMs: 590, correlation: 'b' });
  expect(fold.metrics()).toMatchObject({
    'look-up.count': 2,
    'look-up.failed.share': 50,
    'look-up.delay.min': 450,
    'look-up.delay.max': 580,
    'look-up.duration.min': 460,
    'look-up.duration.max': 590,
    'look-up.timeout.wait.min': 501,
  });
  expect(fold.trace().overheads).toEqual([
    { atMs: 2, tookMs: 10 },
    { atMs: 4, tookMs: 10 },
  ]);
});

it('tells when requests reached the breaker, and how many look-ups were waited for', () => {
  const fold = foldLookUps(50);
  fold.hear({ change: 'success', atMs: 50, tookMs: 40 });
  fold.hear({ change: 'rejected', atMs: 25, tookMs: 0 });
  fold.hear({ change: 'short-circuited', atMs: 26, tookMs: 0 });
  fold.hear({ change: 'open', atMs: 30, tookMs: 0 });
  expect(fold.trace()).toMatchObject({ cellMs: 20, reached: [1, 2], waiting: [0.5, 1, 0.5] });
});

it('has no metrics of what was not seen', () => {
  expect(foldLookUps(50).metrics()).toEqual({ 'look-up.count': 0 });
});

it('tells how long a request took over the quickest stretch of refusals, once there were enough', () => {
  const fold = foldLookUps(5);
  const refuse = (count: number, fromMs: number, everyMs: number): void => {
    for (let index = 0; index < count; index += 1) fold.hear({ change: 'short-circuited', atMs: fromMs + index * everyMs, tookMs: 0 });
  };
  refuse(10, 0, 3);
  refuse(9, 100, 1);
  expect(fold.trace().quickestMs).toBeUndefined();
  refuse(1, 300, 3);
  expect(fold.trace().quickestMs).toBe(1);
});
