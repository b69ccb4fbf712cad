/** What the summary of a load says in words, beside its figures. */
import { describe, expect, it } from 'vitest';
import type { LoadResult } from '../kernel/load.ts';
import { UNPAINTED } from './failure-text.ts';
import { loadLines } from './load-text.ts';

const line = { kind: 'all', count: 4, minMs: 1, meanMs: 1, p50Ms: 1, p90Ms: 1, p99Ms: 1, maxMs: 1 };
const result = (given: Partial<LoadResult>): LoadResult => ({
  name: 'x',
  target: 'http://x',
  shape: '1 user for 1 s',
  siege: {
    transactions: 1,
    availabilityPercent: 100,
    elapsedSeconds: 1,
    dataMegabytes: 0,
    responseSeconds: 0,
    transactionsPerSecond: 1,
    megabytesPerSecond: 0,
    concurrency: 1,
    successful: 1,
    failed: 0,
    longestSeconds: 0,
    shortestSeconds: 0,
  },
  latencies: [line],
  strip: { columnMs: 100, source: 'answers', columns: [] },
  metrics: {},
  thresholds: [],
  warnings: [],
  ...given,
});
const said = (given: Partial<LoadResult>): string =>
  loadLines(result(given), {
    paint: UNPAINTED,
    vocabulary: { contexts: [], noun: { one: 'order', many: 'orders', ko: '주문' }, statuses: {} },
  })
    .join('\n')
    .replaceAll(/\n {4}(?=\S)/g, ' ');

describe('the summary of a load', () => {
  it('tells what the breaker did besides opening, as far as it did', () => {
    const text = said({ metrics: { 'http.rejected.count': 3, 'http.timeout.count': 1, 'http.unreachable.count': 0 } });
    expect(text).toContain('3 requests rejected: more look-ups at once than the breaker lets through');
    expect(text).toContain('1 request gave up: the look-up took longer than its timeout');
    expect(text).not.toContain('nobody answered the look-up');
  });

  it('tells requests by name where there are several, and where journeys stopped', () => {
    expect(said({ requests: [{ ...line, kind: 'place', failed: 0 }] })).not.toContain('place');
    const journey = { name: 'order', started: 5, finished: 3, failed: 2, unfinished: 0, meanMs: 1, p50Ms: 1, p99Ms: 1, maxMs: 1 };
    const failures = [{ step: 'accept: lunch', place: 'x.yaml:7:9', count: 2, message: 'accept was refused' }];
    const text = said({
      requests: [
        { ...line, kind: 'place', failed: 7 },
        { ...line, kind: 'accept', failed: 0 },
      ],
      journeys: [{ ...journey, failures }],
    });
    expect(text).toMatch(/ {2}place +4 +7 /);
    expect(text).toMatch(/ {2}order +5 +3 +2 +0 /);
    expect(text).toContain('2 times at x.yaml:7:9 (accept: lunch): accept was refused');
  });

  it('tells what was not right, once for each rule, and shortens what is long', () => {
    const findings = [{ of: 'saga' as const, rule: 'Coupons are right.', found: `kim has ${'x'.repeat(400)}`, subject: '', count: 4 }];
    const text = said({ findings });
    expect(text).toContain('✗ Coupons are right. kim has');
    expect(text).toContain('… (one of 4)');
    expect(text).not.toContain('x'.repeat(301));
  });
});
