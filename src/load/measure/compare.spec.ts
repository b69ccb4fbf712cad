import { expect, it } from 'vitest';
import type { LoadResult } from '../../kernel/load.ts';
import { compareLoads } from './compare.ts';

const runs = (metric: string, ...values: readonly number[]): readonly LoadResult[] =>
  values.map((value) => ({ metrics: { [metric]: value } }) as unknown as LoadResult);
const verdict = (metric: string, before: readonly number[], after: readonly number[]) =>
  compareLoads(runs(metric, ...before), runs(metric, ...after))[0]?.verdict;

it('passes equal runs', () => {
  expect(compareLoads(runs('http.latency.p99', 50, 52, 51), runs('http.latency.p99', 50, 52, 51))).toMatchObject([
    { verdict: 'same', source: 'repeats' },
  ]);
});

it('takes for a regression only what is beyond the noise of the repeats', () => {
  expect(verdict('http.latency.p99', [100, 102, 98], [150, 151, 149])).toBe('worse');
  expect(verdict('http.latency.p99', [100, 180, 60], [150, 151, 149])).toBe('same');
  expect(verdict('http.latency.p99', [150, 151, 149], [100, 102, 98])).toBe('better');
});

it('knows which way is worse', () => {
  expect(verdict('http.availability', [100, 100, 100], [90, 90, 90])).toBe('worse');
  expect(verdict('http.failed.share', [0, 0, 0], [10, 10, 10])).toBe('worse');
  expect(verdict('saga.stuck', [0], [1])).toBe('worse');
  expect(verdict('http.requests', [1000], [100])).toBe('changed');
});

it('takes half of the value where there are too few repeats, and as much as it is of a tail', () => {
  expect(compareLoads(runs('http.latency.mean', 100), runs('http.latency.mean', 149))).toMatchObject([
    { band: 50, source: 'default', verdict: 'same' },
  ]);
  expect(verdict('http.latency.mean', [100], [151])).toBe('worse');
  expect([verdict('http.latency.p99', [100], [199]), verdict('http.latency.p99', [100], [201])]).toEqual(['same', 'worse']);
  expect([verdict('view.lag.p50', [1], [20.9]), verdict('view.lag.p50', [1], [21.1])]).toEqual(['same', 'worse']);
  expect([verdict('http.availability', [100], [97.5]), verdict('http.availability', [100], [96.5])]).toEqual(['same', 'worse']);
});

it('leaves out what only one side has', () => {
  expect(compareLoads(runs('view.lag.p99', 5), runs('http.latency.p99', 5))).toEqual([]);
});

const lookUps = (mean: number, count: number): LoadResult =>
  ({
    metrics: {
      'look-up.duration.mean': mean,
      'look-up.duration.min': mean - 100,
      'look-up.duration.max': mean + 100,
      'look-up.count': count,
    },
  }) as unknown as LoadResult;

it('sees a slower look-up behind an open circuit, by the few look-ups that there were', () => {
  const compared = (before: LoadResult, after: LoadResult) => compareLoads([before], [after])[0];
  // 15 of an even 400 to 600 ms: their mean moves by 57.7 / √15 ms, a difference of two by √2 of that.
  expect(compared(lookUps(500, 15), lookUps(700, 15))).toMatchObject({ verdict: 'worse', source: 'default' });
  expect(compared(lookUps(500, 15), lookUps(700, 15))?.band).toBeCloseTo((2.576 * 200 * Math.SQRT2) / Math.sqrt(12 * 15), 1);
  expect(compared(lookUps(500, 15), lookUps(540, 15))?.verdict).toBe('same');
  // Of three look-ups, a mean says less.
  expect(compared(lookUps(500, 3), lookUps(600, 3))?.verdict).toBe('same');
  // However many: a tenth is nothing.
  expect(compared(lookUps(500, 10_000), lookUps(545, 10_000))?.verdict).toBe('same');
});
