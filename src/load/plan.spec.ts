import { describe, expect, it } from 'vitest';
import type { LoadSection } from '../scenarios/language/ast.ts';
import { arrivalAt, levelAt, planOf, sayPlan } from './plan.ts';

const section = (more: Partial<LoadSection>): LoadSection => ({
  stages: [],
  requests: [],
  journeys: [],
  feeders: {},
  thresholds: [],
  position: { file: 'load.yaml', line: 3, column: 1 },
  ...more,
});
const plan = (more: Partial<LoadSection>, maxDurationMs = 60_000) => planOf(section(more), { maxDurationMs });
/** A ramp from 0 to 20 users in 2 s, 1 s of holding, a spike. */
const STAGES = [
  { durationMs: 2000, users: 20, ramp: true },
  { durationMs: 1000, users: 20, ramp: false },
  { durationMs: 500, users: 100, ramp: false },
];

describe('the level of a load over time', () => {
  it.each([
    [-1, 0],
    [0, 0],
    [500, 5],
    [1999, 19.99],
    [2000, 20],
    [2999, 20],
    [3000, 100],
    [3499, 100],
    [3500, 0],
  ])('at %i ms of a ramp, a hold and a spike it is %d', (ms, level) => {
    expect(levelAt(plan({ stages: STAGES }), ms)).toBeCloseTo(level, 9);
  });
});

describe('arrivals of an open loop', () => {
  it('come evenly at a constant rate, from the first moment on, and end before the end', () => {
    const even = plan({ arrivalsPerSecond: 20, durationMs: 200 });
    expect([0, 1, 2, 3, 4].map((index) => arrivalAt(even, index))).toEqual([0, 50, 100, 150, undefined]);
  });

  it('come by the integral of a ramp', () => {
    // 0 to 10/s in 2 s makes 5·t²/2 arrivals in t seconds: the n-th (from 0) at √(2n/5) s.
    const ramp = plan({ stages: [{ durationMs: 2000, arrivalsPerSecond: 10, ramp: true }] });
    for (const index of [0, 1, 4, 9]) expect(arrivalAt(ramp, index)).toBeCloseTo(1000 * Math.sqrt((2 * index) / 5), 6);
    expect(arrivalAt(ramp, 10)).toBeUndefined();
  });

  it('go on over the border of two stages without a gap or a double', () => {
    const stages = plan({
      stages: [
        { durationMs: 1000, arrivalsPerSecond: 10, ramp: false },
        { durationMs: 1000, arrivalsPerSecond: 20, ramp: false },
      ],
    });
    const starts = Array.from({ length: 30 }, (_, index) => arrivalAt(stages, index) as number);
    expect(starts.slice(8, 13).map((ms) => Math.round(ms))).toEqual([800, 900, 1000, 1050, 1100]);
    expect(arrivalAt(stages, 30)).toBeUndefined();
  });
});

describe('a plan', () => {
  it('puts the warm-up before what is measured', () => {
    const warm = plan({ users: 3, durationMs: 2000, warmUpMs: 500 });
    expect([warm.totalMs, warm.warmUpMs]).toEqual([2500, 500]);
    expect(sayPlan(warm)).toBe('3 users for 2 s after 0.5 s of warm-up');
  });

  it('lets the command line say arrivals, over users and stages, and not both', () => {
    const limit = { maxDurationMs: 60_000 };
    expect(sayPlan(planOf(section({ users: 3, durationMs: 2000 }), { arrivalsPerSecond: 20, ...limit }))).toBe('20 arrivals/s for 2 s');
    expect(sayPlan(planOf(section({ stages: STAGES }), { arrivalsPerSecond: 20, durationMs: 1000, ...limit }))).toBe(
      '20 arrivals/s for 1 s',
    );
    expect(sayPlan(planOf(section({ arrivalsPerSecond: 5, durationMs: 2000 }), { users: 1, ...limit }))).toBe('1 user for 2 s');
    expect(() => planOf(section({ users: 3, durationMs: 2000 }), { users: 1, arrivalsPerSecond: 20, ...limit })).toThrow(
      '--users is a closed loop, and --arrivals an open one',
    );
  });

  it('lets the command line say users and duration, over stages too', () => {
    expect(sayPlan(planOf(section({ stages: STAGES }), { users: 2, durationMs: 1000, maxDurationMs: 60_000 }))).toBe('2 users for 1 s');
    expect(() => planOf(section({ stages: STAGES }), { durationMs: 1000, maxDurationMs: 60_000 })).toThrow(
      expect.objectContaining({
        trouble: 'usage',
        message: '--duration: the stages of load.yaml:3:1 have durations of their own',
        mend: 'Leave out --duration, or give --users or --arrivals too: then the stages do not count.',
      }) as Error,
    );
  });

  it.each<[trouble: string, message: string, mend: string, make: () => unknown]>([
    [
      'usage',
      'this load takes 61000 ms, and --max-duration allows 60000 ms',
      'Shorten it, or allow it with --max-duration 61s.',
      () => plan({ users: 1, durationMs: 61_000 }),
    ],
    [
      'usage',
      'this load would send 2000000 requests, and 1000000 is the most',
      'Lower its rate or its duration.',
      () => plan({ arrivalsPerSecond: 100_000, durationMs: 20_000 }),
    ],
    [
      'invalid-input',
      'the stages mix users and arrivals',
      'Give all stages users (closed loop), or all of them arrivals (open loop).',
      () => plan({ stages: [...STAGES, { durationMs: 1, arrivalsPerSecond: 1, ramp: false }] }),
    ],
    [
      'invalid-input',
      'this load takes no time, so nothing would be measured',
      'Give it a duration, for example 5s.',
      () => plan({ users: 1, durationMs: 0, warmUpMs: 100 }),
    ],
  ])('is refused (%s): %s', (trouble, message, mend, make) => {
    expect(make).toThrow(expect.objectContaining({ trouble, message: `load.yaml:3:1: ${message}`, mend }) as Error);
  });
});
