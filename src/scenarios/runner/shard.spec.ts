import { describe, expect, it } from 'vitest';
import { OperatingError } from '../../kernel/errors.ts';
import { shardOf } from './shard.ts';

const DURATIONS: Readonly<Record<string, number>> = { a: 10, b: 1, c: 2, d: 3, e: 4, f: 0 };
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const parts = (names: readonly string[], of: number, durationOf: (name: string) => number | undefined): readonly (readonly string[])[] =>
  Array.from({ length: of }, (_, index) => shardOf(names, { part: index + 1, of }, durationOf));

describe('the parts of a run', () => {
  it('are alike by count where nothing is recorded, each in the order of the run', () => {
    expect(parts(NAMES, 4, () => undefined)).toEqual([['a', 'e'], ['b', 'f'], ['c'], ['d']]);
  });

  it('take about as long where durations are recorded', () => {
    expect(parts(NAMES, 2, (name) => DURATIONS[name])).toEqual([
      ['a', 'f'],
      ['b', 'c', 'd', 'e'],
    ]);
  });

  it('give to what has no recorded duration the mean of the others', () => {
    expect(parts(['a', 'new', 'b'], 2, (name) => DURATIONS[name])).toEqual([['a'], ['new', 'b']]);
  });

  it.each([1, 2, 3, 6])('are the whole together, of %i, and nothing twice', (of) => {
    for (const durationOf of [(name: string) => DURATIONS[name], () => undefined, () => 0]) {
      const all = parts(NAMES, of, durationOf);
      expect(all.flat().sort()).toEqual(NAMES);
      expect(all.every((part) => part.length > 0)).toBe(true);
    }
  });

  it('are none empty: more parts than there is to deal are refused', () => {
    expect(() => shardOf(['a'], { part: 1, of: 2 }, () => 1)).toThrow(OperatingError);
    expect(() => shardOf(['a'], { part: 2, of: 2 }, () => 1)).toThrow("--shard 2/2: 1 scenario can't be dealt to 2 parts");
  });
});
