import { VOCABULARY } from '../../contexts/vocabulary.ts';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LoadResult } from '../../kernel/load.ts';
import type { Entry, EntryBody, Outcome } from '../../kernel/recording.ts';
import type { Lang } from '../words.ts';
import { createAnswerCounter } from './answers-over-time.ts';
import { createHtmlReporter } from './html.ts';
import { commanded, published, row, step } from './view/entries.fixture.ts';
import type { ScenarioData } from './view/page-data.ts';

const NONE: Readonly<Record<Outcome, number>> = { passed: 0, flaky: 0, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 0 };

/** A page of these scenarios, each a name, an outcome and what happened. */
const pageOf = (scenarios: Iterable<readonly [name: string, outcome: Outcome, bodies: Iterable<EntryBody>]>, lang: Lang = 'en'): string => {
  let text = '';
  const reporter = createHtmlReporter((part) => void (text += part), {
    color: false,
    lang,
    width: 100,
    verbose: false,
    quiet: false,
    vocabulary: VOCABULARY,
  });
  const put = (n: number, body: EntryBody, scenario?: number): void => {
    const entry = { n, atMs: n, ...(scenario === undefined ? {} : { scenario }), ...body } as Entry;
    reporter.entry(entry);
  };
  put(1, {
    kind: 'run.started',
    version: 1,
    program: 'food-sim',
    startedAt: '2026-01-05T03:00:00.000Z',
    seed: '7',
    bus: 'memory',
    time: 'virtual',
    scenarioCount: 1,
  });
  const counts = { ...NONE };
  let id = 0;
  for (const [name, outcome, bodies] of scenarios) {
    id += 1;
    counts[outcome] += 1;
    let n = 1;
    put(
      n,
      { kind: 'scenario.started', name, position: { file: `folder/${name}.yaml`, line: 3, column: 1 }, tags: ['tagged'], stepCount: 1 },
      id,
    );
    for (const body of bodies) put((n += 1), body, id);
    put(n + 1, { kind: 'scenario.finished', outcome, durationMs: n, expectationCount: 1 }, id);
  }
  put(2, {
    kind: 'run.finished',
    outcome: counts.failed > 0 ? 'failed' : 'passed',
    exitCode: counts.failed > 0 ? 1 : 0,
    durationMs: 1234,
    counts,
  });
  reporter.end();
  return text;
};

const dataOf = (page: string, scenario: number): ScenarioData =>
  JSON.parse(
    new RegExp(`<script type="application/json" id="entries-${scenario}">(.*?)</script>`, 's').exec(page)?.[1] ?? '',
  ) as ScenarioData;

const EVIL = `</script><img src=x onerror="alert('1')">`;

describe('the page', () => {
  it('loads nothing, and lets no script run but its own', () => {
    const page = pageOf([['one', 'passed', [step('1', 'x')]]]);
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    const own = /<script>(.*?)<\/script>\n<\/body>/s.exec(page)?.[1] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src 'sha256-${createHash('sha256').update(own).digest('base64')}'`);
    expect(page).not.toMatch(/<link|<iframe|@import|url\(|\s(?:src|href)=/);
    // The name of SVG is not an address that is ever asked.
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\/(?!127\.0\.0\.1)/);
  });

  it('escapes whatever comes from scenarios, bodies and ids', () => {
    const failure = { message: EVIL, expected: EVIL, actual: { deep: EVIL }, mend: EVIL, subject: EVIL };
    const page = pageOf([
      [
        EVIL,
        'failed',
        [
          step('1', EVIL),
          commanded('front', EVIL, EVIL, 201, { subject: EVIL }),
          published('front', EVIL, EVIL, EVIL, { orderId: EVIL }),
          row('front', EVIL, EVIL, { [EVIL]: EVIL, orderId: EVIL }, EVIL),
          { kind: 'step.finished', step: '1', outcome: 'failed', durationMs: 1, failure },
        ],
      ],
    ]);
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(3);
    expect(dataOf(page, 1).entries).toContainEqual(expect.objectContaining({ kind: 'command', operation: EVIL }));
  });

  it('puts first what did not pass, open, with expected beside actual, and the mend', () => {
    const failure = { message: 'is not so', expected: '배송확정', actual: 42, mend: 'Mend it.' };
    const page = pageOf([
      ['good', 'passed', [step('1', 'x')]],
      ['bad', 'failed', [step('1', 'expect: y'), { kind: 'step.finished', step: '1', outcome: 'failed', durationMs: 1, failure }]],
    ]);
    expect(page.indexOf('id="scenario-2"')).toBeLessThan(page.indexOf('id="scenario-1"'));
    expect(page).toMatch(/<details class="scenario failed" id="scenario-2"[^>]* open>/);
    expect(page).not.toMatch(/<details class="scenario passed" id="scenario-1"[^>]* open>/);
    expect(page).toMatch(/<dt>expected<\/dt><dd>배송확정<\/dd>.*<dt>actual<\/dt><dd>42<\/dd>.*Mend it\./s);
    expect(page).toContain('<dt>exit code</dt><dd>1</dd>');
  });

  it('tells notes in words, and has no diagram where nothing happened', () => {
    const page = pageOf([['explored', 'passed', [step('1', 'x'), { kind: 'note', text: '8 <cancellations> beat the kitchen' }]]]);
    expect(page).toContain('<li>8 &lt;cancellations&gt; beat the kitchen</li>');
    expect(page).not.toContain('class="viewer"');
  });

  it('speaks Korean', () => {
    const page = pageOf([['하나', 'failed', [commanded('front', 'C', 'placeOrder')]]], 'ko');
    expect(page).toContain('<html lang="ko">');
    expect(page).toContain('<dt>종료 코드</dt><dd>1</dd>');
    expect(page).toContain('메시지와 상태');
  });
});

describe('what a page has no room for', () => {
  const many = function* (count: number): Generator<EntryBody> {
    for (let index = 0; index < count; index += 2) {
      yield commanded('front', `C${index}`, 'placeOrder', 201, { subject: `O${index}` });
      yield row('front', 'orders', `C${index}`, { orderId: `O${index}`, status: 'placed', address: 'Seoul' }, `O${index}`);
    }
  };

  it('is left out from between the beginning and the end of a long scenario, and said so', () => {
    const page = pageOf([['long', 'passed', many(100_000)]]);
    expect(page).toContain('97000 of 100000 entries were left out');
    expect(page).toContain('--report ndjson=FILE');
    const { entries, gap } = dataOf(page, 1);
    expect(entries).toHaveLength(3000);
    expect(gap).toMatchObject({ count: 97_000, rowsLeftOut: 48_100 });
    expect(page.length).toBeLessThan(2_000_000);
  });

  it('is left out of passing scenarios before failing ones, and said so', () => {
    const page = pageOf([
      ...Array.from({ length: 10 }, (_, index) => [`good ${index}`, 'passed', many(2900)] as const),
      ['bad', 'failed', many(2900)],
    ]);
    expect(dataOf(page, 6).entries).toHaveLength(2900);
    expect(page).not.toContain('id="entries-7"');
    expect(page.match(/The report kept none of the 2900 entries/g)).toHaveLength(4);
    expect(dataOf(page, 11).entries).toHaveLength(2900);
  });

  it('is left out of failing scenarios too once there are very many, with their steps and stories kept', () => {
    const page = pageOf(Array.from({ length: 15 }, (_, index) => [`bad ${index}`, 'failed', many(2900)] as const));
    expect(page.match(/id="entries-\d+"/g)).toHaveLength(13);
    expect(page.match(/<div class="failure failed">/g)).toHaveLength(15);
  });

  it('are charts of more than 100 columns: a long load has longer ones', () => {
    const answers = Array.from({ length: 250 }, (_, index) => [0, 0, 0, index * 100, 201, 'success', 1] as const);
    const columns = createAnswerCounter();
    columns.put(answers);
    expect(columns.columns()).toMatchObject({ columnMs: 300, kinds: ['success'] });
    expect(columns.columns().columns.map(({ counts }) => counts.get('success'))).toEqual([...Array.from({ length: 83 }, () => 3), 1]);
  });

  it('are the steps of a long scenario, but never one that did not pass', () => {
    const finished = (index: number): EntryBody => ({
      kind: 'step.finished',
      step: String(index),
      outcome: index === 500 ? 'failed' : 'passed',
      durationMs: 0,
    });
    const page = pageOf([
      ['steps', 'failed', Array.from({ length: 1000 }, (_, index) => [step(String(index), `step ${index}`), finished(index)]).flat()],
    ]);
    expect(page.match(/<tr class="step /g)).toHaveLength(301);
    expect(page).toContain('<code>step 500</code>');
    expect(page).toContain('699 steps that passed are left out');
  });

  it('are the steps of passing scenarios beyond the first 500', () => {
    const page = pageOf(Array.from({ length: 502 }, (_, index) => [`s${index}`, 'passed', [step('1', 'x')]] as const));
    expect(page.match(/<details class="scenario /g)).toHaveLength(500);
    expect(page.match(/<p class="scenario bare /g)).toHaveLength(2);
    expect(page).toContain('of 2 further scenarios that passed, only the names are kept');
  });
});

describe('a load', () => {
  const latency = { count: 3, minMs: 1, meanMs: 5, p50Ms: 4, p90Ms: 8, p99Ms: 9, maxMs: 1000 };
  const load: LoadResult = {
    name: 'load',
    target: 'http://127.0.0.1:1',
    shape: '2 users for 1 s',
    siege: {
      transactions: 1,
      availabilityPercent: 33.3,
      elapsedSeconds: 1,
      dataMegabytes: 0,
      responseSeconds: 0,
      transactionsPerSecond: 1,
      megabytesPerSecond: 0,
      concurrency: 1,
      successful: 1,
      failed: 2,
      longestSeconds: 1,
      shortestSeconds: 0,
    },
    latencies: [
      { kind: 'all', ...latency },
      { kind: 'timeout', ...latency },
    ],
    strip: {
      columnMs: 500,
      source: 'breaker',
      columns: [
        { states: ['closed'], requests: 1, failed: 0, shortCircuited: 0, window: { total: 2, errors: 1 } },
        { states: ['open'], requests: 2, failed: 2, shortCircuited: 2 },
        { states: ['half-open', 'closed'], requests: 0, failed: 0, shortCircuited: 0, window: { total: 0, errors: 0 } },
      ],
    },
    metrics: { 'http.requests': 3, 'http.failed.share': 66.6 },
    thresholds: [
      { text: 'http.requests > 1', holds: true, actual: 3 },
      { text: 'http.failed.share < 1%', holds: false, actual: 66.6 },
      { text: 'view.lag.p99 < 1ms', holds: false },
    ],
    warnings: [EVIL],
    forecast: {
      runs: 100,
      costs: { overheadMs: 1, requestMs: 1, turnaroundMs: 1 },
      opens: { share: 0.5, low: 0.4, high: 0.6 },
      figures: [{ metric: 'http.failed.share', measured: 66.6, predicted: 1, least: 0, most: 2, isPlausible: false }],
      isPlausible: false,
      falseAlarm: 0.01,
    },
  };
  const page = pageOf([
    [
      'load',
      'failed',
      [
        {
          kind: 'load.answers',
          answers: [
            [0, 0, 0, 50, 201, 'success', 1],
            [0, 0, 0, 60, 500, 'timeout', 1],
            [0, 0, 0, 99.9, 201, 'success', 1],
          ],
        },
        { kind: 'load.answers', answers: [[0, 0, 0, 250, 500, 'short-circuited', 1]] },
        { kind: 'load.finished', result: load },
      ],
    ],
  ]);

  it('has its summary, thresholds, latencies and metrics in words and figures', () => {
    expect(page).toContain('<strong>2 users for 1 s</strong>');
    expect(page).toMatch(/✓ held<\/td><th scope="row"><code>http\.requests &gt; 1<\/code><\/th><td class="number">3</);
    expect(page).toMatch(/✗ missed<\/td><th scope="row"><code>http\.failed\.share &lt; 1%<\/code><\/th><td class="number">66\.6%</);
    expect(page).toMatch(/view\.lag\.p99 &lt; 1ms<\/code><\/th><td class="number">no value</);
    expect(page).toMatch(/Availability<\/th><td class="number">33\.30</);
    expect(page).toContain('✗ implausible under the prediction');
    expect(page).not.toContain('<img');
  });

  it('draws the circuit, the answers of each 100 ms by kind, and the window', () => {
    expect([...page.matchAll(/<g class="circuit ([a-z-]+)"><title>([^<]*)</g)].map(([, state, title]) => `${state} ${title}`)).toEqual([
      'closed closed 0 ms – 500 ms',
      'open open 500 ms – 1 s',
      'half-open half-open 1 s – 1.5 s',
    ]);
    expect([...page.matchAll(/<rect class="kind-[^>]*><title>([^<]*)</g)].map(([, title]) => title)).toEqual([
      '0 ms: success 2',
      '0 ms: timeout 1',
      '200 ms: short-circuited 1',
    ]);
    expect(page).toMatch(/<path class="window errors" d="M140 /);
  });

  it('draws latencies on a logarithmic scale: a tenth is a third of three decades', () => {
    const [, from, to] = /<path class="range" d="M([\d.]+) [\d.]+H([\d.]+)M/.exec(page) ?? [];
    const [, bar] = /<rect class="bar" x="([\d.]+)"/.exec(page) ?? [];
    expect((Number(bar) - Number(from)) / (Number(to) - Number(from))).toBeCloseTo(Math.log10(4) / 3, 2);
  });
});
