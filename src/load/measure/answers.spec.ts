import { expect, it } from 'vitest';
import type { LoadAnswer } from '../../kernel/load.ts';
import { foldAnswers } from './answers.ts';

const answer = (
  status: number,
  kind: string,
  more: Partial<{ intendedMs: number; startMs: number; endMs: number; bytes: number }> = {},
): LoadAnswer => {
  const { intendedMs = 0, startMs = intendedMs, endMs = startMs + 100, bytes = 0 } = more;
  return [0, intendedMs, startMs, endMs, status, kind, bytes];
};
const fold = (answers: readonly LoadAnswer[], warmUpMs = 0) => {
  const folded = foldAnswers(warmUpMs);
  for (const one of answers) folded.put(one);
  return folded;
};

it('counts as siege 4 does: 408 and 500 to 509 fail, and so does no answer; 404 and 510 count, and are no success', () => {
  const folded = fold([
    answer(200, 'success'),
    answer(404, 'refused'),
    answer(510, 'other-failure'),
    answer(408, 'refused'),
    answer(500, 'timeout'),
    answer(509, 'other-failure'),
    answer(0, 'no-answer'),
  ]);
  expect(folded.siege()).toMatchObject({ transactions: 3, successful: 1, failed: 4 });
  expect(folded.siege().availabilityPercent).toBeCloseTo((100 * 3) / 7, 9);
});

it("sums up in siege's units", () => {
  const folded = fold([
    answer(200, 'success', { endMs: 500, bytes: 1024 * 1024 }),
    answer(200, 'success', { startMs: 500, intendedMs: 500, endMs: 2000 }),
    answer(500, 'timeout', { endMs: 1900 }),
    answer(0, 'no-answer', { endMs: 2000 }),
  ]);
  expect(folded.siege()).toEqual({
    transactions: 2,
    availabilityPercent: 50,
    elapsedSeconds: 2,
    dataMegabytes: 1,
    // The failed one's 1.9 s are counted, and it is not among the two that they are divided by. What was never answered took none.
    responseSeconds: 1.95,
    transactionsPerSecond: 1,
    megabytesPerSecond: 0.5,
    concurrency: 1.95,
    successful: 2,
    failed: 2,
    longestSeconds: 1.9,
    shortestSeconds: 0.5,
  });
});

it('tells no shortest transaction where nothing succeeded, and takes 401 and 407 for successful, as siege does', () => {
  expect(fold([answer(500, 'timeout'), answer(404, 'refused')]).siege()).toMatchObject({
    successful: 0,
    shortestSeconds: 0,
    longestSeconds: 0.1,
    responseSeconds: 0.2,
  });
  expect(fold([answer(401, 'refused'), answer(407, 'refused'), answer(403, 'refused')]).siege()).toMatchObject({
    transactions: 3,
    successful: 2,
    shortestSeconds: 0.1,
  });
  expect(fold([answer(500, 'timeout')]).siege()).toMatchObject({ transactions: 0, responseSeconds: 0 });
});

it('counts latencies from the intended start, and service from the actual one', () => {
  const metrics = fold([answer(200, 'success', { intendedMs: 0, startMs: 300, endMs: 400 })]).metrics();
  expect([metrics['http.latency.max'], metrics['http.service.max'], metrics['http.start-delay.max']]).toEqual([400, 100, 300]);
});

it('tells shares by kind and by status, and those of failures only where there were some', () => {
  const metrics = fold([
    answer(201, 'success'),
    answer(500, 'timeout'),
    answer(500, 'short-circuited'),
    answer(503, 'other-failure'),
  ]).metrics();
  expect(metrics).toMatchObject({
    'http.requests': 4,
    'http.failed.share': 75,
    'http.short-circuited.share': 25,
    'http.status.500.count': 2,
  });
  expect(metrics['http.failed-with-500.share']).toBeCloseTo(200 / 3, 9);
  expect(fold([answer(201, 'success')]).metrics()).not.toHaveProperty('http.failed-with-500.share');
});

it('leaves out what was meant to start in the warm-up', () => {
  const folded = fold(
    [answer(500, 'timeout', { intendedMs: 499, endMs: 900 }), answer(200, 'success', { intendedMs: 500, endMs: 700 })],
    500,
  );
  expect(folded.count()).toBe(1);
  expect(folded.siege()).toMatchObject({ failed: 0, elapsedSeconds: 0.2 });
});

it('takes by when it was meant to start whether it is of the warm-up', () => {
  expect(fold([answer(200, 'success', { intendedMs: 499, startMs: 700, endMs: 900 })], 500).count()).toBe(0);
});

it('tells the lines of the table: of all, and of each kind that there was', () => {
  // Meant to start at 10, so that what kept them from starting is counted.
  const quick = Array.from({ length: 1000 }, (_, index) => answer(200, 'success', { intendedMs: 10, startMs: 10.5, endMs: 11 + index }));
  const [all, success, timeout, ...others] = fold([...quick, answer(500, 'timeout', { endMs: 5000 })]).latencies();
  expect(others).toEqual([]);
  expect(success).toMatchObject({ kind: 'success', count: 1000, minMs: 1, maxMs: 1000 });
  for (const [value, expected] of [
    [success?.meanMs, 500.5],
    [success?.p50Ms, 500],
    [success?.p90Ms, 900],
    [success?.p99Ms, 990],
  ] as const)
    expect(Math.abs((value ?? NaN) - expected)).toBeLessThan(expected / 1000);
  expect(timeout).toMatchObject({ kind: 'timeout', count: 1, minMs: 5000, maxMs: 5000 });
  expect(all).toMatchObject({ kind: 'all', count: 1001, minMs: 1, maxMs: 5000 });
});

it('tells percentiles to three digits', () => {
  const metrics = fold(Array.from({ length: 1000 }, (_, index) => answer(200, 'success', { endMs: index + 1 }))).metrics();
  for (const [name, value] of [
    ['p50', 500],
    ['p90', 900],
    ['p99', 990],
    ['max', 1000],
  ] as const) {
    expect(Math.abs((metrics[`http.latency.${name}`] ?? 0) - value)).toBeLessThanOrEqual(value / 1000);
  }
});
