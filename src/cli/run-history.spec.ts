import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runMain } from './main.fixture.ts';

let cwd: string;

interface Past {
  readonly day: number;
  readonly outcome: 'passed' | 'failed' | 'flaky';
  readonly exitCode: number;
  readonly latencyMs?: number;
}

/** A run of one scenario, and of one load where a latency is given. */
const recording = ({ day, outcome, exitCode, latencyMs }: Past): string => {
  const position = { file: 'a.yaml', line: 1, column: 1 };
  const siege = {
    transactions: 1,
    availabilityPercent: 100,
    elapsedSeconds: 1,
    dataMegabytes: 0,
    responseSeconds: 0,
    transactionsPerSecond: 1,
  };
  const rest = { megabytesPerSecond: 0, concurrency: 1, successful: 1, failed: 0, longestSeconds: 0, shortestSeconds: 0 };
  const result = {
    name: 'a load',
    target: 'http://127.0.0.1:8088',
    shape: '2 users for 1 s',
    siege: { ...siege, ...rest },
    latencies: [],
    strip: { columnMs: 100, source: 'answers', columns: [] },
    metrics: { 'http.latency.p99': latencyMs ?? 0 },
    thresholds: [],
    warnings: [],
  };
  const counts = { passed: 0, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 0, [outcome]: 1 };
  const startedAt = `2026-01-0${day}T00:00:00.000Z`;
  const run = { version: 1, program: 'food-sim', startedAt, seed: `s${day}`, bus: 'memory', time: 'real', scenarioCount: 1 };
  return [
    { n: 1, atMs: 0, kind: 'run.started', ...run },
    { n: 1, atMs: 0, scenario: 1, kind: 'scenario.started', name: 'Cancels <early>', position, tags: [], stepCount: 0 },
    ...(latencyMs === undefined ? [] : [{ n: 2, atMs: 1, scenario: 1, kind: 'load.finished', result }]),
    { n: 3, atMs: 9, scenario: 1, kind: 'scenario.finished', outcome, durationMs: 100 * day, expectationCount: 1 },
    { n: 2, atMs: 9, kind: 'run.finished', outcome, exitCode, durationMs: 9, counts },
  ]
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
};

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-history-'));
  mkdirSync(join(cwd, 'runs'));
  // Their names do not tell which was first.
  writeFileSync(join(cwd, 'runs/a.ndjson'), recording({ day: 3, outcome: 'passed', exitCode: 0, latencyMs: 30 }));
  writeFileSync(join(cwd, 'runs/b.ndjson'), recording({ day: 1, outcome: 'failed', exitCode: 1, latencyMs: 10 }));
  writeFileSync(join(cwd, 'runs/c.ndjson'), recording({ day: 2, outcome: 'flaky', exitCode: 0 }));
});
afterAll(() => rmSync(cwd, { recursive: true }));

it('tells the recordings of a folder in the order of their beginnings, and ends as the worst did', async () => {
  const { code, out } = await runMain(['report', 'runs'], cwd);
  expect(code).toBe(1);
  expect(out).toBe(
    '2026-01-01 00:00:00 UTC  failed        9 ms       runs/b.ndjson: 1 failed\n' +
      '2026-01-02 00:00:00 UTC  flaky         9 ms       runs/c.ndjson: 1 flaky\n' +
      '2026-01-03 00:00:00 UTC  passed        9 ms       runs/a.ndjson: 1 passed\n',
  );
});

it('makes one page of them, without script: outcomes of each scenario, and lines of the loads', async () => {
  const { code, out } = await runMain(['report', 'runs', '--report', 'html=history.html', '--report', 'json'], cwd);
  expect(code).toBe(1);
  const told = JSON.parse(out) as { readonly version: number; readonly runs: readonly { readonly file: string }[] };
  expect([told.version, told.runs.map(({ file }) => file)]).toEqual([1, ['runs/b.ndjson', 'runs/c.ndjson', 'runs/a.ndjson']]);
  const page = readFileSync(join(cwd, 'history.html'), 'utf8');
  expect(page).not.toContain('<script');
  expect(page).toContain('Cancels &lt;early&gt;');
  const dots = [...page.matchAll(/<rect class="dot (\w+)" x="(\d+)"[^>]*><title>([^<]*)/g)].map(([, outcome, x, title]) => [
    outcome,
    x,
    title,
  ]);
  expect(dots).toEqual([
    ['failed', '1', '2026-01-01 00:00:00 UTC: failed, 100 ms'],
    ['flaky', '13', '2026-01-02 00:00:00 UTC: flaky, 200 ms'],
    ['passed', '25', '2026-01-03 00:00:00 UTC: passed, 300 ms'],
  ]);
  // The second run drove no load: the line is broken there, and does not pretend.
  expect(page).toMatch(/<code>http\.latency\.p99<\/code><span>30 ms<\/span>[^]*?class="line" d="M8 61\.3M412 8"/);
  expect([...page.matchAll(/<circle /g)]).toHaveLength(2);
  expect((await runMain(['report', 'runs', '--report', 'html', '--lang', 'ko'], cwd)).out).toContain('기록된 실행 3회');
});

it('refuses what tells of one run alone, and a recording that is damaged, by name', async () => {
  expect(await runMain(['report', 'runs', '--report', 'junit=x.xml'], cwd)).toMatchObject({
    code: 2,
    err: expect.stringContaining('--report: junit tells of one run, and there are 3 recordings') as string,
  });
  mkdirSync(join(cwd, 'bad'));
  writeFileSync(join(cwd, 'bad/a.ndjson'), recording({ day: 1, outcome: 'passed', exitCode: 0 }));
  writeFileSync(join(cwd, 'bad/b.ndjson'), '{}\n');
  expect(await runMain(['report', 'bad'], cwd)).toMatchObject({
    code: 3,
    err: expect.stringContaining('bad/b.ndjson:1: is not an entry of a recording') as string,
  });
});
