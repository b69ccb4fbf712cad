import { describe, expect, it } from 'vitest';
import { createIds } from './ids.ts';
import { createRandom } from './random.ts';

const sourceAt = (times: readonly number[]) => {
  let index = 0;
  return createIds({ now: () => times[Math.min(index++, times.length - 1)] as number }, createRandom('ids'));
};
const take = (ids: { next(): string }, count: number): string[] => Array.from({ length: count }, () => ids.next());

describe('ids', () => {
  it('have the form of a ULID', () => {
    expect(sourceAt([Date.UTC(2026, 0, 1)]).next()).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('are unique and sort in the order of making: within a millisecond, over time, and when the clock goes back', () => {
    for (const times of [[1_000], [1_000, 1_001, 1_005], [5_000, 4_000, 4_500, 10, 5_000, 5_001]]) {
      const ids = take(sourceAt(times), 200);
      expect(new Set(ids).size).toBe(200);
      expect([...ids].sort()).toEqual(ids);
    }
  });

  it('stay in order beyond what counts within one millisecond', () => {
    const ids = sourceAt([1_000]);
    const first = ids.next();
    let former = first;
    for (let round = 0; round < 32 ** 4 + 10; round += 1) {
      const id = ids.next();
      if (id <= former) throw new Error(`${id} came after ${former}`);
      former = id;
    }
    expect(former.slice(0, 10) > first.slice(0, 10)).toBe(true);
  });

  it('are made of whole milliseconds, as virtual time may stand between two', () => {
    const ids = take(sourceAt([1_000.25, 1_000.75, 1_001.5]), 3);
    for (const id of ids) expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect([...ids].sort()).toEqual(ids);
  });

  it('name traces and spans as W3C wants them', () => {
    const ids = sourceAt([1_000]);
    for (let round = 0; round < 100; round += 1) {
      expect(ids.traceId()).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
      expect(ids.spanId()).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    }
  });
});
