import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadResult } from '../../kernel/load.ts';
import { runMain } from '../main.fixture.ts';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-compare-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const SIEGE = {
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
};

const loadOf = (latencyMs: number, name = 'a load'): LoadResult => ({
  name,
  target: 'http://127.0.0.1:8088',
  shape: '2 users for 1 s',
  siege: SIEGE,
  latencies: [],
  strip: { columnMs: 100, source: 'answers', columns: [] },
  metrics: { 'http.requests': 100, 'http.rate': 100, 'http.latency.mean': latencyMs },
  thresholds: [],
  warnings: [],
});

/** A run of so many loads, which all passed but where it is said that the run did not. */
const runOf = (loads: readonly LoadResult[], outcome: 'passed' | 'failed' = 'passed'): string => {
  const position = { file: 'a.yaml', line: 1, column: 1 };
  const counts = { passed: 0, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 0, [outcome]: loads.length };
  return [
    {
      n: 1,
      atMs: 0,
      kind: 'run.started',
      version: 1,
      program: 'food-sim',
      startedAt: '2026-01-01T00:00:00.000Z',
      seed: '7',
      bus: 'memory',
      time: 'real',
      scenarioCount: loads.length,
    },
    ...loads.flatMap((result, index) => [
      { n: 1, atMs: 0, scenario: index + 1, kind: 'scenario.started', name: result.name, position, tags: [], stepCount: 0 },
      { n: 2, atMs: 1, scenario: index + 1, kind: 'load.finished', result },
      { n: 3, atMs: 1, scenario: index + 1, kind: 'scenario.finished', outcome, durationMs: 1, expectationCount: 1 },
    ]),
    { n: 2, atMs: 1, kind: 'run.finished', outcome, exitCode: outcome === 'passed' ? 0 : 6, durationMs: 1, counts },
  ]
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
};

const compare = async (before: string, after: string) => {
  writeFileSync(join(cwd, 'before.ndjson'), before);
  writeFileSync(join(cwd, 'after.ndjson'), after);
  return runMain(['compare', 'before.ndjson', 'after.ndjson'], cwd);
};
const meanLine = (out: string): string | undefined => out.split('\n').find((line) => line.includes('http.latency.mean'));

describe('compare takes every run of a recording that several were appended to', () => {
  const slowly = [40, 42, 44, 46].map((latencyMs) => loadOf(latencyMs));
  const fast = [20, 21, 22, 23].map((latencyMs) => loadOf(latencyMs));

  it('for the repeats of one load, as if one run had repeated it', async () => {
    const appended = await compare(fast.map((load) => runOf([load])).join(''), slowly.map((load) => runOf([load])).join(''));
    const repeated = await compare(runOf(fast), runOf(slowly));
    expect(appended).toEqual(repeated);
    expect(appended.out).toMatch(/noise: 99 % of the differences between repeats \(4 and 4\)\nregression: http\.latency\.mean\n/);
    expect(appended.code).toBe(6);
    expect(meanLine(appended.out)).toMatch(/ 22 ms +43 ms .* worse$/);
  });

  it('also those that failed, wherever they stand: a slow run is not less slow for having missed its thresholds', async () => {
    const { out, code } = await compare(
      runOf(fast),
      `${runOf(slowly.slice(0, 1))}${runOf(slowly.slice(1, 3), 'failed')}${runOf(slowly.slice(3))}`,
    );
    expect([meanLine(out), code]).toEqual([expect.stringMatching(/ 22 ms +43 ms .* worse$/), 6]);
  });

  it('and not only the last or the first one', async () => {
    const mixed = [runOf([loadOf(20)]), runOf([loadOf(40)]), runOf([loadOf(60)])].join('');
    expect(meanLine((await compare(mixed, mixed)).out)).toMatch(/ 40 ms +40 ms /);
  });

  it('but of one load alone: another one among them is told', async () => {
    const { err, code } = await compare(runOf(fast), `${runOf(fast)}${runOf([loadOf(20, 'another load')])}`);
    expect(err).toContain(
      'these are two different loads: a load: 2 users for 1 s, and a load: 2 users for 1 s; another load: 2 users for 1 s',
    );
    expect(code).toBe(3);
  });

  it('and refuses a file of which a run breaks off', async () => {
    const { err, code } = await compare(runOf(fast), `${runOf(slowly).trimEnd().split('\n').slice(0, -1).join('\n')}\n${runOf(slowly)}`);
    expect(err).toMatch(/after\.ndjson:14: a run begins here, and the one before it has not ended/);
    expect(code).toBe(3);
  });

  it('and reads names with line ends of Unicode, as they stand', async () => {
    const odd = runOf([loadOf(20, 'a\u2028load\u2029of\u0085ours')]);
    expect(readFileSync(join(cwd, 'before.ndjson'), 'utf8')).not.toContain('\u2028');
    expect(odd).toContain('\u2028');
    expect(await compare(odd, `${odd}${odd}`)).toMatchObject({ code: 0, err: '' });
  });
});

describe('compare tells two runs, scenario by scenario', () => {
  /** A run of these scenarios, each by its name with its outcome. */
  const runWith = (outcomes: Readonly<Record<string, string>>): string =>
    [
      {
        n: 1,
        atMs: 0,
        kind: 'run.started',
        version: 1,
        program: 'food-sim',
        startedAt: '2026-01-01T00:00:00.000Z',
        seed: '7',
        bus: 'memory',
        time: 'real',
        scenarioCount: 1,
      },
      ...Object.entries(outcomes).flatMap(([name, outcome], index) => [
        {
          n: 1,
          atMs: 0,
          scenario: index + 1,
          kind: 'scenario.started',
          name,
          position: { file: 'a.yaml', line: 1, column: 1 },
          tags: [],
          stepCount: 0,
        },
        { n: 2, atMs: 1, scenario: index + 1, kind: 'scenario.finished', outcome, durationMs: 1500, expectationCount: 1 },
      ]),
      {
        n: 2,
        atMs: 1,
        kind: 'run.finished',
        outcome: 'passed',
        exitCode: 0,
        durationMs: 1,
        counts: { passed: 1, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 0 },
      },
    ]
      .map((entry) => `${JSON.stringify(entry)}\n`)
      .join('');
  const before = runWith({ alpha: 'passed', beta: 'passed', gamma: 'failed', delta: 'passed', old: 'passed', idle: 'skipped' });
  const after = runWith({ alpha: 'passed', beta: 'flaky', gamma: 'passed', delta: 'skipped', fresh: 'failed', idle: 'failed' });
  const verdicts = { alpha: 'same', beta: 'worse', gamma: 'better', delta: 'same', fresh: 'new', idle: 'same', old: 'gone' };

  it('as lines, JSON and Markdown; exit 1 where one went worse, flaky among that', async () => {
    const { code, out } = await compare(before, after);
    expect(code).toBe(1);
    expect(out).toMatch(/^same +✓ passed +✓ passed +1\.5 s +1\.5 s +alpha\nworse +✓ passed +~ flaky +1\.5 s +1\.5 s +beta\n/);
    expect(out).toMatch(/new +– +✗ failed +1\.5 s +fresh\n/);
    expect(out).toMatch(/\nworse: beta, delta\n$/);
    const json = await runMain(['compare', 'before.ndjson', 'after.ndjson', '--report', 'json', '--report', 'markdown=c.md'], cwd);
    const told = JSON.parse(json.out) as { version: number; regressions: number; scenarios: { name: string; verdict: string }[] };
    expect([json.code, told.version, told.regressions]).toEqual([1, 1, 2]);
    expect(Object.fromEntries(told.scenarios.map(({ name, verdict }) => [name, verdict]))).toEqual({ ...verdicts, delta: 'worse' });
    expect(readFileSync(join(cwd, 'c.md'), 'utf8')).toContain('| beta | ✓ passed | ~ flaky | 1.5 s | 1.5 s | **worse** |');
    expect(await compare(before, before)).toMatchObject({ code: 0, out: expect.stringContaining('no scenario went worse') as string });
  });

  it('and loads as JSON and Markdown too, but not one beside the other', async () => {
    await compare(runOf([loadOf(20)]), runOf([loadOf(60)]));
    const { out, code } = await runMain(['compare', 'before.ndjson', 'after.ndjson', '--report', 'json'], cwd);
    expect(code).toBe(6);
    expect(JSON.parse(out)).toMatchObject({ load: 'a load: 2 users for 1 s', regressions: 1, repeats: { before: 1, after: 1 } });
    expect((await runMain(['compare', 'before.ndjson', 'after.ndjson', '--report', 'markdown'], cwd)).out).toContain(
      '| http.latency.mean | 20 ms | 60 ms | +40 ms | 10 ms | **worse** |',
    );
    expect(await compare(before, runOf([loadOf(20)]))).toMatchObject({
      code: 3,
      err: expect.stringContaining('before.ndjson holds no load that was finished') as string,
    });
  });

  it('and is told as nothing else', async () => {
    expect(await runMain(['compare', 'before.ndjson', 'after.ndjson', '--report', 'junit'], cwd)).toMatchObject({
      code: 2,
      err: expect.stringContaining("--report: a comparison can't be told as junit") as string,
    });
  });
});
