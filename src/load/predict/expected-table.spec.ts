import { describe, expect, it } from 'vitest';
import { DEFAULT_COSTS, type PredictedTest } from './predicted-test.ts';
import { createRandom } from '../../kernel/random.ts';
import { figuresOf, predict, type Prediction } from './predict.ts';
import { simulateTest } from './predict-run.ts';
import { judgeSpeed, plausible } from './predict-verdict.ts';
import type { LoadPlan } from '../plan.ts';

const plan = (loop: LoadPlan['loop'], level: number, totalMs = 5000): LoadPlan => ({
  loop,
  segments: [{ fromMs: 0, toMs: totalMs, from: level, to: level }],
  warmUpMs: 0,
  totalMs,
  peak: level,
});

/** The seed's test: 5 s against look-ups of 400 to under 600 ms, with a timeout of 500 ms. */
const seedTest = (loadPlan: LoadPlan, more: Partial<PredictedTest> = {}): PredictedTest => ({
  plan: loadPlan,
  lookupDelay: { fromMs: 400, toMs: 600 },
  ...DEFAULT_COSTS,
  breaker: {},
  ...more,
});

const share = (prediction: Prediction, kind: string): number => prediction.bands[`http.${kind}.share`]?.mean ?? NaN;

/** Whether the prediction's 95 % interval for "it opens" meets these bounds. */
const expectOpens = ({ opens }: Prediction, least: number, most: number): void => {
  expect(opens.high).toBeGreaterThanOrEqual(least);
  expect(opens.low).toBeLessThanOrEqual(most);
  expect(opens.share).toBeGreaterThan(least - 0.02);
  expect(opens.share).toBeLessThan(most + 0.02);
};

// The figures come from an independent simulation. 2,000 runs know a probability to ±2.2 points (95 %) at worst.
const RUNS = 2000;
const SEED = 'expected table';

// Thousands of simulated tests take their seconds on a machine that is busy otherwise.
const PATIENCE = { timeout: 120_000 };

describe('the expected table, by simulation', PATIENCE, () => {
  it.each([1, 2])('%i users never open the circuit, and a warning says why', async (users) => {
    const prediction = await predict(seedTest(plan('closed', users)), RUNS, SEED);
    expect(prediction.opens).toMatchObject({ share: 0, low: 0 });
    expect(prediction.opens.high).toBeLessThan(0.002);
    expect(prediction.firstOpenMs).toBeUndefined();
    expect(prediction.warning).toMatch(/can't reach the breaker's volume threshold/);
  });

  // The table gives 0.72 to 0.81: that is the range of overheads from 0 to 5 ms, since p(fail) = 0.5 + overhead/200.
  it.each([
    [0, 0.72],
    [5, 0.81],
  ])('5 users with an overhead of %d ms open it in %d of all runs, at about 2.5 s', async (overheadMs, expected) => {
    const prediction = await predict(seedTest(plan('closed', 5), { overheadMs }), RUNS, SEED);
    expectOpens(prediction, expected, expected);
    expect(prediction.firstOpenMs?.median).toBeCloseTo(2500, -1);
    expect(prediction.warning).toBeUndefined();
  });

  it('10 users open it at 1.0 s: late calls hold their threads, so others are rejected', async () => {
    const prediction = await predict(seedTest(plan('closed', 10)), 500, SEED);
    expect(prediction.opens.share).toBe(1);
    expect(prediction.firstOpenMs?.median).toBeCloseTo(1000, -1);
    expect(prediction.firstOpenMs?.p90).toBeCloseTo(1000, -1);
    expect(prediction.bands['http.rejected.share']?.least).toBeGreaterThan(0);
  });

  it.each([25, 100])('%i users open it at the first tick, and from then on everything is short-circuited', async (users) => {
    const prediction = await predict(seedTest(plan('closed', users)), 500, SEED);
    expect(prediction.opens.share).toBe(1);
    expect([prediction.firstOpenMs?.min, prediction.firstOpenMs?.max].map((ms) => Math.round((ms ?? 0) / 10))).toEqual([50, 50]);
    // 4.5 s of 5 are spent open; the share is just below or above 90 % of all, as the server is as fast before as after.
    expect(share(prediction, 'short-circuited')).toBeGreaterThan(89);
    expect(share(prediction, 'short-circuited') + share(prediction, 'rejected')).toBeGreaterThan(99);
  });

  it.each([
    [10, 0.71, 2500],
    [20, 0.95, 1500],
    [30, 1.0, 1000],
  ])('%d arrivals a second open it in %d of all runs, at about %d ms', async (perSecond, expected, atMs) => {
    const prediction = await predict(seedTest(plan('open', perSecond)), RUNS, SEED);
    expectOpens(prediction, expected, expected);
    expect(prediction.firstOpenMs?.median).toBeCloseTo(atMs, -1);
  });
});

describe('a prediction', PATIENCE, () => {
  it('is the same for the same seed, and another for another', async () => {
    const test = seedTest(plan('closed', 5));
    const [one, two, other] = [await predict(test, 50, 1), await predict(test, 50, 1), await predict(test, 50, 2)];
    expect(JSON.stringify(one)).toBe(JSON.stringify(two));
    expect(one.bands).not.toEqual(other.bands);
  });

  it('without the fault succeeds always', async () => {
    const { lookupDelay: _, ...test } = seedTest(plan('closed', 25));
    const prediction = await predict(test, 20, SEED);
    expect([share(prediction, 'success'), prediction.opens.share, prediction.bands['http.availability']?.least]).toEqual([100, 0, 100]);
  });

  it('shows probes that fail and probes that close, in a longer test', async () => {
    const { bands } = await predict(seedTest(plan('closed', 25, 30_000)), 100, SEED);
    // 30 s hold about five sleeps; with p(fail) near a half, about half of the probes close the circuit.
    expect(bands['breaker.half-opened']?.mean).toBeGreaterThan(4);
    expect(bands['breaker.closed']?.mean).toBeGreaterThan(1.5);
    expect(bands['breaker.closed']?.mean).toBeLessThan(3.5);
  });

  it('counts only what began after the warm-up', async () => {
    const all = await predict(seedTest(plan('open', 10, 4000)), 5, SEED);
    const later = await predict(seedTest({ ...plan('open', 10, 4000), warmUpMs: 1000 }), 5, SEED);
    expect([all.bands['http.requests']?.mean, later.bands['http.requests']?.mean]).toEqual([40, 30]);
  });

  it.each([
    ['more', 0, 4],
    ['fewer', 4, 0],
  ])('follows users who become %s', async (_word, from, to) => {
    const ramp: LoadPlan = { loop: 'closed', segments: [{ fromMs: 0, toMs: 5000, from, to }], warmUpMs: 0, totalMs: 5000, peak: 4 };
    // The circuit stays closed: refusing at once would make more requests of the same users.
    const { bands } = await predict(seedTest(ramp, { breaker: { volumeThreshold: 1000 } }), 50, SEED);
    // Two users on average, at a call each 0.475 s.
    expect(bands['http.requests']?.mean).toBeGreaterThan(19);
    expect(bands['http.requests']?.mean).toBeLessThan(25);
  });

  it('runs the profile cockatiel through the live breaker', async () => {
    const prediction = await predict(seedTest(plan('closed', 25), { breaker: { profile: 'cockatiel' }, requestMs: 5 }), 5, SEED);
    expect(prediction.opens.share).toBe(1);
    // cockatiel judges at each failure and not at a tick: the twentieth rejection opens it.
    expect(prediction.firstOpenMs?.max).toBeLessThan(499);
  });

  it.each([
    [{ requestMs: 0 }, 1, 'requestMs 0'],
    [{ overheadMs: Number.NaN }, 1, 'overheadMs NaN'],
    [{ lookupDelay: { fromMs: 5, toMs: 4 } }, 1, 'a look-up delay of 5 to 4 ms'],
    [{}, 0, '0 runs'],
    [{ breaker: { concurrency: 0 } }, 1, 'concurrency can not be 0'],
  ])('refuses %j with %d runs', async (more, runs, message) => {
    await expect(predict(seedTest(plan('closed', 1), more), runs, 1)).rejects.toThrow(message);
  });
});

describe('the verdict on a measured load', PATIENCE, () => {
  const RUNS_JUDGED = 200;
  const judged = predict(seedTest(plan('closed', 25)), RUNS_JUDGED, SEED);
  const measured = {
    ...{ 'http.availability': 0.2, 'http.success.share': 0.2, 'http.short-circuited.share': 91, 'http.rejected.share': 8.6 },
    ...{ 'breaker.opened': 1, 'breaker.first-opened': 520 },
    ...{
      'look-up.count': 12,
      'look-up.failed.share': 50,
      'look-up.delay.min': 410,
      'look-up.delay.mean': 505,
      'look-up.delay.max': 590,
      'look-up.timeout.wait.min': 502,
    },
  };

  it('takes a load for plausible that went as predicted, and says how often it would be wrong', async () => {
    const verdict = plausible(await judged, measured);
    expect(verdict).toMatchObject({ isPlausible: true, falseAlarm: (Object.keys(measured).length * 2) / (RUNS_JUDGED + 1) });
  });

  it.each([
    ['http.availability', 40],
    ['http.short-circuited.share', 60],
    ['breaker.opened', 0],
    ['breaker.first-opened', 1010],
    ['look-up.count', 40],
    // A timeout of 450 ms, and delays of 450 to 650 ms.
    ['look-up.timeout.wait.min', 450],
    ['look-up.delay.max', 648],
    ['look-up.delay.mean', 570],
  ])('finds %s of %d implausible', async (metric, value) => {
    const verdict = plausible(await judged, { ...measured, [metric]: value });
    expect(verdict.isPlausible).toBe(false);
    expect(verdict.figures.filter((figure) => !figure.isPlausible).map((figure) => figure.metric)).toEqual([metric]);
  });

  it('finds a circuit implausible that stays closed at 55 % of errors', async () => {
    const five = await predict(seedTest(plan('closed', 5, 10_000)), 100, SEED);
    const tolerating = (share: number) => plausible(five, { 'breaker.tolerated.share': share }).isPlausible;
    expect([tolerating(20), tolerating(49), tolerating(55)]).toEqual([true, true, false]);
  });

  /** How often the verdict on a test is "implausible", of 100 that go as `actual` says, where `expected` is what is predicted. */
  const foundIn100 = async (expected: PredictedTest, actual: PredictedTest): Promise<number> => {
    const prediction = await predict(expected, RUNS_JUDGED, SEED);
    let found = 0;
    for (let run = 0; run < 100; run += 1) {
      const measured = figuresOf(await simulateTest(actual, createRandom(`measured ${run}`), () => Promise.resolve()));
      if (!plausible(prediction, measured).isPlausible) found += 1;
    }
    return found;
  };

  it.each([
    ['25 users', plan('closed', 25), [99, 80, 0]],
    ['12 arrivals a second, for 12 s', plan('open', 12, 12_000), [100, 95, 55]],
  ] as const)(
    'hardly ever finds a load of %s implausible that goes as predicted, and as often as can be one that does not',
    async (_what, loadPlan, [timeout, delay, percent]) => {
      const expected = seedTest(loadPlan);
      expect(await foundIn100(expected, expected)).toBeLessThanOrEqual(3);
      expect(await foundIn100(expected, { ...expected, breaker: { timeoutMs: 450 } })).toBeGreaterThanOrEqual(timeout);
      expect(await foundIn100(expected, { ...expected, lookupDelay: { fromMs: 450, toMs: 650 } })).toBeGreaterThanOrEqual(delay);
      // With 25 users nearly all fail, so that no threshold is too high; by arrivals it shows wherever it has a say.
      expect(await foundIn100(expected, { ...expected, breaker: { errorPercent: 60 } })).toBeGreaterThanOrEqual(percent);
    },
  );

  it('judges nothing where nothing was measured', async () => {
    expect(plausible(await predict(seedTest(plan('closed', 1)), 5, SEED), {}).isPlausible).toBe(false);
  });

  it('holds the system’s speed against the machine’s, on a fast one and on a slow one', () => {
    const found = (unslowedMs: number, lookUpMs: number, requestMs: number) =>
      judgeSpeed({ unslowedMs, lookUpMs, requestMs }).map(({ isPlausible }) => isPlausible);
    expect(found(0.3, 0.3, 0.2)).toEqual([true, true]);
    expect(found(6, 6.5, 4)).toEqual([true, true]);
    // A handler that blocks for 5 ms.
    expect(found(0.3, 5.3, 5.2)).toEqual([false, false]);
    expect(found(6, 11, 4)).toEqual([false, true]);
    expect(found(6, 17, 16)).toEqual([false, false]);
    expect(judgeSpeed({ unslowedMs: 1, lookUpMs: undefined, requestMs: undefined })).toEqual([]);
  });
});
