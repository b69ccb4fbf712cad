import { expect, it } from 'vitest';
import type { LoadAnswer } from '../kernel/load.ts';
import { foldStrip } from './strip.ts';

const answerAt = (endMs: number, kind: string): LoadAnswer => [0, endMs, endMs, endMs, kind === 'success' ? 201 : 500, kind, 0];

it('shows what the breaker told: opened, probed, opened again, probed, closed', () => {
  const strip = foldStrip();
  const changes = [[500, 'open'], [5500, 'half-open'], [6000, 'open'], [11_000, 'half-open'], [11_450, 'closed']] as const;
  for (const [atMs, state] of changes) strip.hear({ atMs, state });
  strip.hear({ atMs: 500, window: { total: 30, errors: 29 } });
  expect(strip.metrics(12_000)).toEqual({ 'breaker.opened': 2, 'breaker.half-opened': 2, 'breaker.closed': 1, 'breaker.first-opened': 500, 'breaker.open.share': 100 * (5000 + 5000) / 12_000 });
  const { columns, columnMs, source } = strip.strip(12_000);
  expect([columnMs, columns.length, source]).toEqual([200, 60, 'breaker']);
  expect(columns.map(({ states }) => states.at(-1)?.[0]).join('')).toBe(`cc${'o'.repeat(25)}hhh${'o'.repeat(25)}hhccc`);
  expect(columns[2]?.window).toEqual({ total: 30, errors: 29 });
});

it('tells the circuit from the answers where no breaker tells anything', () => {
  const strip = foldStrip();
  for (const [ms, kind] of [[100, 'timeout'], [450, 'timeout'], [510, 'short-circuited'], [900, 'short-circuited'], [1500, 'success']] as const) strip.put(answerAt(ms, kind));
  expect(strip.metrics(2000)).toEqual({ 'breaker.opened': 1, 'breaker.closed': 1, 'breaker.first-opened': 500, 'breaker.open.share': 50 });
  expect(strip.strip(2000)).toMatchObject({ source: 'answers', columnMs: 100 });
});

it('says of a circuit that never opened when it opened: nothing', () => {
  expect(foldStrip().metrics(1000)).toEqual({ 'breaker.opened': 0, 'breaker.closed': 0, 'breaker.open.share': 0 });
});
