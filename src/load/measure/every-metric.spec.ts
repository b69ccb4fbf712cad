/** Every metric is held to what it says of a load that it must fail, and of one that it must not. */
import { UNDER_LOAD } from '../../contexts/under-load.ts';
import { describe, expect, it } from 'vitest';
import { OUTCOME_KINDS, type LoadAnswer } from '../../kernel/load.ts';
import type { EntryBody } from '../../kernel/recording.ts';
import type { LoadPlan } from '../plan.ts';
import { createMeasure, type Measure } from './measure.ts';
import { METRICS } from './metrics.ts';
import { kindOf } from './outcome.ts';
import { readThresholds } from './thresholds.ts';

const BEGAN = 1_000_000;
const TOTAL = 10_000;
const plan: LoadPlan = { loop: 'closed', segments: [{ fromMs: 0, toMs: TOTAL, from: 5, to: 5 }], warmUpMs: 0, totalMs: TOTAL, peak: 5 };
const FINDINGS = (['saga', 'saga', 'history'] as const).map((of) => ({ of, rule: 'It holds.', found: 'It does not.', subject: '' }));
const NOTHING_NAMED = { labels: [], journeys: [] };
const position = { file: 'load.yaml', line: 1, column: 1 };

let ids = 0;
const measured = (feed: (measure: Measure) => void): Measure => {
  const measure = createMeasure(plan, 20, UNDER_LOAD, NOTHING_NAMED);
  measure.begin(BEGAN);
  feed(measure);
  return measure;
};
const resultOf = (measure: Measure, ...texts: readonly string[]) => {
  const thresholds = readThresholds({
    thresholds: texts.map((text) => ({ text, position })),
    stages: [],
    requests: [],
    journeys: [],
    feeders: {},
    position,
  });
  const findings = measure === quiet ? undefined : FINDINGS;
  return measure.result({ name: 'x', target: 'x', thresholds, warnings: [], isInside: true, findings });
};

interface Times {
  readonly intendedMs?: number;
  readonly startMs?: number;
  readonly endMs: number;
}
const BODIES: Readonly<Record<(typeof OUTCOME_KINDS)[number], readonly [status: number, body: string]>> = {
  success: [201, '{}'],
  refused: [404, '{}'],
  timeout: [500, '{"kind":"timeout"}'],
  'short-circuited': [500, '{"kind":"short-circuited"}'],
  rejected: [500, '{"kind":"rejected"}'],
  'upstream-error': [500, '{"kind":"upstream-error"}'],
  unreachable: [500, '{"kind":"unreachable"}'],
  'other-failure': [503, '{}'],
  'no-answer': [0, ''],
};
const answer = ([status, body]: readonly [number, string], { endMs, startMs = endMs - 100, intendedMs = startMs }: Times): LoadAnswer => [
  0,
  intendedMs,
  startMs,
  endMs,
  status,
  kindOf(status, body),
  10,
];
const breaker = (measure: Measure, change: string, atMs: number, detail: object = {}): void =>
  measure.record(
    { kind: 'breaker', context: 'front', change, detail: { at: BEGAN + atMs, ...detail } } as unknown as EntryBody,
    BEGAN + atMs,
  );
const drawn = (measure: Measure, delayMs: number): void =>
  measure.record({ kind: 'fault', fault: 'slow-order-lookup', detail: { delayMs } } as unknown as EntryBody, BEGAN);
const publish = (measure: Measure, type: string, orderId: string, atMs = 0): string => {
  const id = String((ids += 1));
  measure.record(
    { kind: 'message.published', context: 'front', event: { id, type, subject: 'x', data: { orderId } } } as unknown as EntryBody,
    BEGAN + atMs,
  );
  return id;
};
const handle = (measure: Measure, context: string, id: string, atMs: number, handling = 'handled'): void =>
  measure.record({ kind: 'message.handled', context, seq: 1, id, type: 'x', subject: 'x', handling } as unknown as EntryBody, BEGAN + atMs);

/** A load of which nearly everything can be said: 20 requests in 10 s, a circuit that opened twice, and sagas of every end. */
const busy = measured((measure) => {
  const put = (kind: keyof typeof BODIES, ...ends: readonly number[]): void =>
    measure.answers(ends.map((endMs) => answer(BODIES[kind], { endMs })));
  put('success', 200, 400, 600, 7000, 10_000);
  put('refused', 500);
  put('timeout', 1100, 1200, 1300);
  // Of ten that began after the opening, five were refused at once.
  put('short-circuited', 2500, 2600, 2700, 2800, 2900);
  put('rejected', 3000);
  put('upstream-error', 3100);
  put('unreachable', 1500);
  put('other-failure', 3200);
  put('no-answer', 1600);
  measure.answers([answer([500, 'not even JSON'], { endMs: 1700 })]);
  breaker(measure, 'success', 100, { latencyMs: 50 });
  breaker(measure, 'success', 200, { latencyMs: 50 });
  breaker(measure, 'success', 300, { latencyMs: 50 });
  breaker(measure, 'timeout', 700, { latencyMs: 500 });
  breaker(measure, 'error', 800, { latencyMs: 50 });
  breaker(measure, 'short-circuited', 2500, { latencyMs: 0 });
  breaker(measure, 'rejected', 2600, { latencyMs: 0 });
  breaker(measure, 'health', 500, { requests: 19, errors: 19 });
  breaker(measure, 'health', 1000, { requests: 25, errors: 10 });
  breaker(measure, 'health', 1500, { requests: 25, errors: 5 });
  for (const [change, atMs] of [
    ['open', 2000],
    ['half-open', 4000],
    ['open', 4500],
    ['half-open', 6500],
    ['open', 6600],
    ['half-open', 7600],
    ['half-open', 7700],
    ['closed', 8000],
  ] as const)
    breaker(measure, change, atMs);
  const story = (orderId: string, ...types: readonly string[]): void => types.forEach((type) => publish(measure, type, orderId));
  story('delivered', 'OrderPlaced', 'Paid', 'Delivered');
  story('declined', 'OrderPlaced', 'PaymentDeclined');
  story('rejected', 'OrderPlaced', 'Paid', 'OrderRejected', 'PaymentRefunded');
  story(
    'cancelled',
    'OrderPlaced',
    'Paid',
    'OrderCancelRequested',
    'CookingCanceled',
    'OrderCanceled',
    'DeliveryCanceled',
    'PaymentRefunded',
  );
  for (const id of ['w1', 'w2', 'w3']) story(id, 'OrderPlaced', 'Paid');
  story('unpaid', 'OrderPlaced');
  for (let count = 0; count < 5; count += 1) handle(measure, 'store', publish(measure, 'Paid', 'w1'), 1, 'dead-lettered');
});

/** A load of which there is little to say: two requests, both well. */
const quiet = measured((measure) => measure.answers([answer(BODIES.success, { endMs: 500 }), answer(BODIES.success, { endMs: 2500 })]));

/** What is counted, of the busy load and of the quiet one; undefined: no value. */
const COUNTED: Readonly<Record<string, readonly [busy: string, quiet: string | undefined]>> = {
  'http.requests': ['20', '2'],
  'http.rate': ['2/s', '0.8/s'],
  'http.availability': ['30%', '100%'],
  'http.failed-with-500.share': ['80%', undefined],
  'http.failed.count': ['15', '0'],
  'http.failed.share': ['75%', '0%'],
  'http.success.count': ['5', '2'],
  'http.success.share': ['25%', '100%'],
  'http.refused.count': ['1', '0'],
  'http.refused.share': ['5%', '0%'],
  'http.timeout.count': ['3', '0'],
  'http.timeout.share': ['15%', '0%'],
  'http.short-circuited.count': ['5', '0'],
  'http.short-circuited.share': ['25%', '0%'],
  'http.rejected.count': ['1', '0'],
  'http.rejected.share': ['5%', '0%'],
  'http.upstream-error.count': ['1', '0'],
  'http.upstream-error.share': ['5%', '0%'],
  'http.unreachable.count': ['1', '0'],
  'http.unreachable.share': ['5%', '0%'],
  'http.other-failure.count': ['2', '0'],
  'http.other-failure.share': ['10%', '0%'],
  'http.no-answer.count': ['1', '0'],
  'http.no-answer.share': ['5%', '0%'],
  'http.status.500.count': ['12', '0'],
  'http.status.500.share': ['60%', '0%'],
  'breaker.opened': ['3', '0'],
  'breaker.half-opened': ['4', undefined],
  'breaker.closed': ['1', '0'],
  'breaker.first-opened': ['2000ms', undefined],
  'breaker.open.share': ['50%', '0%'],
  'breaker.short-circuited.share': ['50%', undefined],
  'breaker.tolerated.share': ['40%', undefined],
  'look-up.count': ['5', '0'],
  'look-up.failed.share': ['40%', undefined],
  'saga.started': ['8', '0'],
  'saga.finished': ['4', '0'],
  'saga.compensated': ['2', '0'],
  'saga.waiting': ['3', '0'],
  'saga.stuck': ['1', '0'],
  'saga.dead-letters': ['5', '0'],
  'saga.violations': ['2', undefined],
  'history.violations': ['1', undefined],
};

/** How one duration comes into each family of metrics; beside it another that does not belong there. */
const PUT: Readonly<Record<string, (measure: Measure, ms: number) => void>> = {
  'http.latency': (measure, ms) => measure.answers([answer(BODIES.success, { intendedMs: 10, startMs: 10 + ms / 2, endMs: 10 + ms })]),
  'http.service': (measure, ms) => measure.answers([answer(BODIES.success, { intendedMs: 0, startMs: 5000, endMs: 5000 + ms })]),
  'http.start-delay': (measure, ms) => measure.answers([answer(BODIES.success, { intendedMs: 10, startMs: 10 + ms, endMs: 9000 })]),
  ...Object.fromEntries(
    OUTCOME_KINDS.map((kind) => [
      `http.${kind}.latency`,
      (measure: Measure, ms: number): void =>
        measure.answers([
          answer(BODIES[kind], { intendedMs: 10, startMs: 10 + ms / 2, endMs: 10 + ms }),
          answer(BODIES[kind === 'success' ? 'refused' : 'success'], { endMs: 5000, startMs: 0 }),
        ]),
    ]),
  ),
  'look-up.duration': (measure, ms) => {
    breaker(measure, 'success', ms, { latencyMs: ms });
    breaker(measure, 'timeout', 7000, { latencyMs: 6000 });
    breaker(measure, 'short-circuited', 7000, { latencyMs: 0 });
  },
  'look-up.delay': (measure, ms) => {
    drawn(measure, ms);
    breaker(measure, 'success', 7000, { latencyMs: 6000 });
  },
  'look-up.timeout.wait': (measure, ms) => {
    breaker(measure, 'timeout', ms, { latencyMs: ms });
    breaker(measure, 'released', 7000, { lastedMs: 6000 });
    breaker(measure, 'error', 7000, { latencyMs: 6000 });
  },
  'view.lag': (measure, ms) => {
    const id = publish(measure, 'Paid', 'a', 1000);
    handle(measure, 'store', id, 1000 + ms / 2);
    handle(measure, 'customer', id, 1000 + ms / 3, 'parked');
    handle(measure, 'customer', id, 1000 + ms);
    handle(measure, 'customer', id, 9000);
  },
};

/** Of the durations 1, 2, … 1,000 ms. */
const STATISTICS: Readonly<Record<string, number>> = {
  min: 1,
  mean: 500.5,
  max: 1000,
  p50: 500,
  p75: 750,
  p90: 900,
  p95: 950,
  p99: 990,
  'p99.9': 999,
};

describe('a metric', () => {
  const durations = Object.keys(PUT).flatMap((family) => Object.keys(STATISTICS).map((statistic) => `${family}.${statistic}`));

  it('is none without a load that it fails and one that it does not', () => {
    expect([...Object.keys(COUNTED).filter((name) => !name.startsWith('http.status.')), ...durations].sort()).toEqual([...METRICS].sort());
  });

  it.each(Object.entries(COUNTED))('%s', (metric, [most, least]) => {
    const [ofBusy, ofQuiet] = [busy, quiet].map((measure) => resultOf(measure, `${metric} == ${most}`));
    expect(ofBusy?.thresholds[0]).toMatchObject({ holds: true, actual: Number.parseFloat(most) });
    expect(ofQuiet?.thresholds[0]).toEqual({
      text: `${metric} == ${most}`,
      holds: false,
      ...(least === undefined ? {} : { actual: Number.parseFloat(least) }),
    });
  });

  it.each(Object.entries(PUT))('%s, with every statistic', (family, put) => {
    const { metrics } = resultOf(
      measured((measure) => {
        // In no order: 7 and 1,000 have no common divisor.
        for (let index = 0; index < 1000; index += 1) put(measure, 1 + ((index * 7) % 1000));
      }),
    );
    for (const [statistic, value] of Object.entries(STATISTICS)) {
      // A histogram of three digits.
      expect(Math.abs((metrics[`${family}.${statistic}`] ?? NaN) - value), statistic).toBeLessThanOrEqual(value / 1000);
    }
    expect(resultOf(measured(() => undefined)).metrics[`${family}.p99`]).toBeUndefined();
  });
});

it('tells as it goes how much was answered, and how much of it failed', () => {
  expect(busy.progress()).toMatchObject({ elapsedMs: 10_000, totalMs: TOTAL, answers: 20, failed: 15, state: 'closed' });
  expect(quiet.progress()).toMatchObject({ elapsedMs: 2500, answers: 2, failed: 0 });
});

it('says nothing of what only a system of our own can tell, where it is another', () => {
  const { metrics } = busy.result({ name: 'x', target: 'x', thresholds: [], warnings: [], isInside: false });
  expect(Object.keys(metrics).filter((name) => /^(?:saga|history|view|look-up)\./.test(name))).toEqual([]);
  expect(metrics['http.requests']).toBe(20);
});

it('hears nothing before the load begins', () => {
  const measure = createMeasure(plan, 20, UNDER_LOAD, NOTHING_NAMED);
  publish(measure, 'OrderPlaced', 'a');
  breaker(measure, 'open', 10);
  measure.begin(BEGAN);
  expect(resultOf(measure).metrics).toMatchObject({ 'saga.started': 0, 'breaker.opened': 0 });
});

describe('the kind of an outcome', () => {
  it.each<readonly [status: number, body: string, kind: string]>([
    ...Object.entries(BODIES).map(([kind, [status, body]]) => [status, body, kind] as const),
    [200, '', 'success'],
    [399, '', 'success'],
    [201, '{"kind":"timeout"}', 'success'],
    [400, '', 'refused'],
    [408, '', 'refused'],
    [499, '{"kind":"timeout"}', 'refused'],
    [500, '', 'other-failure'],
    [599, '{"kind":"timeout"}', 'timeout'],
    [500, '{"kind":"unheard-of"}', 'other-failure'],
    // A body can't talk its status away.
    [500, '{"kind":"success"}', 'other-failure'],
    [500, '{"kind":"refused"}', 'other-failure'],
    [500, '{"kind":"no-answer"}', 'other-failure'],
  ])('%d %s is %s', (status, body, kind) => {
    expect(kindOf(status, body)).toBe(kind);
  });
});
