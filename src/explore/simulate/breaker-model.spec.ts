import { describe, expect, it } from 'vitest';
import { createBreakerModel } from './breaker-model.ts';

/** Calls that all end at once, so many a pause apart, and what becomes of the last. */
const after = (count: number, pauseMs: number, isError: (index: number) => boolean) => {
  const model = createBreakerModel();
  let now = 0;
  for (let index = 0; index < count; index += 1) {
    const { admission, isProbe } = model.called(now);
    if (admission !== 'refused') model.ended(now, isError(index), isProbe);
    now += pauseMs;
  }
  return { model, now };
};

describe('the second model of the breaker', () => {
  it.each([
    ['19 errors are too few', 19, 10, () => true, 'let in'],
    ['20 errors open it at the next tick', 20, 10, () => true, 'refused'],
    ['half of them suffice', 20, 10, (index: number) => index % 2 === 0, 'refused'],
    ['less than half do not', 21, 10, (index: number) => index > 10, 'let in'],
    ['20 in more than the window do not', 30, 600, () => true, 'let in'],
  ] as const)('%s', (_what, count, pauseMs, isError, admission) => {
    const { model, now } = after(count, pauseMs, isError);
    expect(model.called(Math.max(now, 500)).admission).toBe(admission);
  });

  it('looks only at its ticks, sleeps for five seconds, lets one probe in, and goes by its end', () => {
    const { model } = after(20, 10, () => true);
    expect(model.called(499).admission).toBe('let in');
    expect(model.called(500).admission).toBe('refused');
    expect(model.called(5_500).admission).toBe('refused');
    expect(model.called(5_501)).toEqual({ admission: 'let in', isProbe: true });
    expect(model.called(5_502).admission).toBe('refused');
    model.ended(5_510, true, true);
    expect(model.called(5_510).admission).toBe('either');
    expect(model.called(10_510).admission).toBe('refused');
    expect(model.called(10_511)).toEqual({ admission: 'let in', isProbe: true });
    model.ended(10_520, false, true);
    expect(model.called(10_521)).toEqual({ admission: 'let in', isProbe: false });
  });
});
