import { describe, expect, it } from 'vitest';
import { isDeeperThan, placeDeeperThan } from './json-depth.ts';

const nested = (levels: number, open = '[', close = ']'): string => open.repeat(levels) + close.repeat(levels);

describe('the depth of a JSON value', () => {
  it('is counted in objects and lists, and not beyond what is asked', () => {
    expect(isDeeperThan('text', 0)).toBe(false);
    expect(isDeeperThan(null, 0)).toBe(false);
    expect(isDeeperThan([], 0)).toBe(true);
    expect(isDeeperThan(JSON.parse(nested(32)), 32)).toBe(false);
    expect(isDeeperThan(JSON.parse(nested(33)), 32)).toBe(true);
    expect(isDeeperThan({ a: 1, b: [{ c: [] }] }, 3)).toBe(true);
    expect(isDeeperThan({ a: 1, b: [{ c: [] }] }, 4)).toBe(false);
    expect(isDeeperThan(JSON.parse(nested(500_000)), 32)).toBe(true);
  });

  it('has a place in its text, past what only looks like a level', () => {
    expect(placeDeeperThan(nested(33), 32)).toBe('line 1, column 33');
    expect(placeDeeperThan('{"a":"[[\\"[[","b":[],\n "c": [[1]]}', 2)).toBe('line 2, column 8');
  });
});
