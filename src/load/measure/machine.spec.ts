import { describe, expect, it } from 'vitest';
import { machineOf, overheadAt } from './machine.ts';
import { evenPace, measuredPace } from '../fire/pace.ts';
import type { LoadPlan } from '../plan.ts';

const plan = (loop: LoadPlan['loop'], level: number, totalMs: number): LoadPlan => ({
  loop,
  segments: [{ fromMs: 0, toMs: totalMs, from: level, to: level }],
  warmUpMs: 0,
  totalMs,
  peak: level,
});

describe('a pace', () => {
  it.each([
    ['within a cell', 0, 5],
    ['from the middle of a cell', 12, 17],
    ['across a standstill', 18, 43],
    ['over the end of what was measured', 60, 61],
  ])('serves a request %s', (_what, beginsMs, servedMs) => {
    // Four requests in 20 ms, none in the next 20, four again; one a millisecond after that.
    expect(measuredPace(20, [4, 0, 4], 1).servedAt(beginsMs)).toBeCloseTo(servedMs);
  });

  it('may be even', () => {
    expect(evenPace(2).servedAt(7)).toBe(9);
  });
});

describe('the machine while a load was measured', () => {
  const trace = {
    cellMs: 20,
    reached: [0, 3, 40, 2],
    waiting: [0, 5, 10, 25],
    quickestMs: 0.5,
    overheads: [
      { atMs: 40, tookMs: 2 },
      { atMs: 5, tookMs: 9 },
    ],
  };

  it('was as fast as it served where users waited to be served, and as said where none did', () => {
    expect(machineOf(plan('closed', 25, 80), trace, 0.5).capacities).toEqual([0, 3, 40, 40]);
    expect(machineOf(plan('open', 25, 80), trace, 0.5).capacities).toEqual([40, 40, 40, 40]);
  });

  it('gives each look-up what the last one before it took beside its delay', () => {
    const at = overheadAt(machineOf(plan('closed', 25, 80), trace, 0.5).overheads);
    expect([0, 5, 39, 40, 100, 6].map(at)).toEqual([9, 9, 9, 2, 2, 9]);
    expect(overheadAt([])(1)).toBeUndefined();
  });
});
