import { describe, expect, it } from 'vitest';
import { readTagExpression } from './tag-expression.ts';

const matches = (text: string, ...tags: readonly string[]): boolean => {
  const read = readTagExpression(text);
  if ('fault' in read) throw new Error(read.fault);
  return read.matches(tags);
};

describe('a tag expression', () => {
  it.each([
    ['cancel', ['cancel', 'slow'], true],
    ['cancel', ['slow'], false],
    ['not slow', [], true],
    ['not slow', ['slow'], false],
    ['not not slow', ['slow'], true],
    ['cancel and not slow', ['cancel'], true],
    ['cancel and not slow', ['cancel', 'slow'], false],
    ['a or b and c', ['a'], true],
    ['a or b and c', ['b'], false],
    ['(a or b) and c', ['a'], false],
    ['(a or b) and c', ['b', 'c'], true],
    ['not a or b', ['a', 'b'], true],
    ['not (a or b)', ['b'], false],
    ['"and" and a', ['and', 'a'], true],
    ['  취소  and\tsaga:x.1 ', ['취소'.normalize('NFD'), 'saga:x.1'], true],
  ])('%s of %j is %s', (text, tags, expected) => {
    expect(matches(text, ...tags)).toBe(expected);
  });

  it('knows the tags that it names', () => {
    expect(readTagExpression('a and not (b or a)')).toMatchObject({ names: ['a', 'b', 'a'] });
  });

  it.each([
    ['a b', 'has b where and, or, or its end should stand'],
    ['a and', 'ends where a tag should follow'],
    ['not', 'ends where a tag should follow'],
    ['or a', 'has or where a tag should stand'],
    ['a and or b', 'has or where a tag should stand'],
    ['(a or b', 'has a bracket that nothing closes'],
    ['a)', 'has ) where and, or, or its end should stand'],
    ['()', 'has ) where a tag should stand'],
    ['"a', 'has a quotation mark that nothing closes'],
    ['""', 'has "" where a tag should stand'],
  ])('%s %s', (text, fault) => {
    expect(readTagExpression(text)).toEqual({ fault });
  });
});
