import { expect, it } from 'vitest';
import type { LoadAnswer } from '../../kernel/load.ts';
import { foldStrip } from './strip.ts';

const answerAt = (endMs: number, kind: string): LoadAnswer => [0, endMs, endMs, endMs, kind === 'success' ? 201 : 500, kind, 0];

it('shows what the breaker told: opened, probed, opened again, probed, closed', () => {
  const strip = foldStrip(20, 12_000);
  const changes = [
    [500, 'open'],
    [5500, 'half-open'],
    [6000, 'open'],
    [11_000, 'half-open'],
    [11_450, 'closed'],
  ] as const;
  strip.hear({ atMs: 500, window: { total: 30, errors: 29 } });
  for (const [atMs, state] of changes) strip.hear({ atMs, state });
  expect(strip.metrics()).toEqual({
    'breaker.opened': 2,
    'breaker.half-opened': 2,
    'breaker.closed': 1,
    'breaker.first-opened': 500,
    'breaker.open.share': (100 * (5000 + 5000)) / 12_000,
  });
  const { columns, columnMs, source } = strip.strip(12_000);
  expect([columnMs, columns.length, source]).toEqual([200, 60, 'breaker']);
  expect(columns.map(({ states }) => states.at(-1)?.[0]).join('')).toBe(`cc${'o'.repeat(25)}hhh${'o'.repeat(25)}hhccc`);
  expect(columns[2]?.window).toEqual({ total: 30, errors: 29 });
});

it('tells the circuit from the answers where no breaker tells anything', () => {
  const strip = foldStrip(20, 2000);
  for (const [ms, kind] of [
    [100, 'timeout'],
    [450, 'timeout'],
    [510, 'short-circuited'],
    [900, 'short-circuited'],
    [1500, 'success'],
  ] as const)
    strip.put(answerAt(ms, kind));
  expect(strip.metrics()).toEqual({
    'breaker.opened': 1,
    'breaker.closed': 1,
    'breaker.first-opened': 500,
    'breaker.open.share': 50,
    'breaker.short-circuited.share': (100 * 2) / 3,
  });
  expect(strip.strip(2000)).toMatchObject({ source: 'answers', columnMs: 100 });
});

it('says of a circuit that never opened when it opened: nothing', () => {
  expect(foldStrip(20, 1000).metrics()).toEqual({ 'breaker.opened': 0, 'breaker.closed': 0, 'breaker.open.share': 0 });
});

it('tells what the open circuit refused of all that began after the opening', () => {
  const strip = foldStrip(20, 2000);
  strip.hear({ atMs: 505, state: 'open' });
  const put = (startMs: number, endMs: number, kind: string): void => strip.put([0, startMs, startMs, endMs, 500, kind, 0]);
  // Begun before the opening: none of them counts, whenever it ends.
  put(10, 510, 'timeout');
  put(504, 506, 'rejected');
  expect(strip.metrics()['breaker.short-circuited.share']).toBeUndefined();
  for (const ms of [520, 530, 540]) put(ms, ms + 1, 'short-circuited');
  put(550, 551, 'success');
  expect(strip.metrics()['breaker.short-circuited.share']).toBe(75);
});

it('tells the most errors that a tick saw and left the circuit closed', () => {
  const strip = foldStrip(20, 3000);
  const tick = (atMs: number, total: number, errors: number): void => strip.hear({ atMs, window: { total, errors } });
  tick(500, 19, 19);
  expect(strip.metrics()['breaker.tolerated.share']).toBeUndefined();
  tick(1000, 25, 10);
  tick(1500, 40, 18);
  tick(2000, 50, 30);
  strip.hear({ atMs: 2000, state: 'open' });
  tick(2500, 50, 40);
  expect(strip.metrics()['breaker.tolerated.share']).toBe(45);
});

it('shows what happens after the planned end, and counts it in nothing', () => {
  const strip = foldStrip(20, 5000);
  strip.hear({ atMs: 5004, window: { total: 20, errors: 9 } });
  strip.hear({ atMs: 5504, window: { total: 22, errors: 12 } });
  strip.hear({ atMs: 5504, state: 'open' });
  expect(strip.metrics()).toEqual({ 'breaker.opened': 0, 'breaker.half-opened': 0, 'breaker.closed': 0, 'breaker.open.share': 0 });
  const { columns, plannedMs } = strip.strip(5600);
  expect(plannedMs).toBe(5000);
  expect(columns.at(-1)?.states).toEqual(['closed', 'open']);
});
