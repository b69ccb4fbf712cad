import { describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';
import { normalTime, rfc3339 } from './time-text.ts';

describe('the text of a time', () => {
  it('is what Date writes, whatever was asked before', () => {
    const random = createRandom('times');
    const near = Date.UTC(2026, 11, 31, 23, 59, 58);
    const times = Array.from({ length: 2_000 }, () =>
      random.below(3) === 0 ? Math.floor((random.next() - 0.3) * 3e14) : near + random.below(4_000),
    );
    for (const at of [...times, near + 0.5, near + 999.999, 0, -1, 253_402_300_799_999, 253_402_300_800_000]) {
      expect(rfc3339(at)).toBe(new Date(at).toISOString());
    }
  });

  it('refuses what is not a time, as Date does', () => {
    expect(() => rfc3339(Number.NaN)).toThrow(RangeError);
    expect(() => normalTime('yesterday')).toThrow(RangeError);
  });

  it('is made normal, and stays as it is where it is', () => {
    for (const text of [
      '2026-01-01T00:00:00.000Z',
      '2026-02-28T23:59:59.999Z',
      '2026-01-31T00:00:00.000Z',
      '2026-01-01T09:00:00+09:00',
      '2026-01-01t00:00:00z',
      '2026-01-01T24:00:00.000Z',
      '2026-01-01T00:00:00.1234Z',
      '0001-01-01T00:00:00.000Z',
    ]) {
      expect(normalTime(text)).toBe(new Date(text).toISOString());
    }
  });
});
