import { expect, it } from 'vitest';
import { findJsonTrouble } from './json-place.ts';

it.each([
  ['nonsense', 1, 1, 'a value'],
  ['{"a":1', 1, 7, "',' or '}'"],
  ['{"a":1,}', 1, 8, 'a property name in double quotes'],
  ["{'a':1}", 1, 2, "a property name or '}'"],
  ['{"a" 1}', 1, 6, "':'"],
  ['{"a":\n  }', 2, 3, 'a value'],
  ['[1 2]', 1, 4, "',' or ']'"],
  ['[1,]', 1, 4, 'a value'],
  ['[', 1, 2, "a value or ']'"],
  ['{"a":[{},{"b":null}]} x', 1, 23, 'the end'],
  ['{"a":01}', 1, 7, "',' or '}'"],
  ['"ab\\x"', 1, 4, 'the rest of a text in double quotes, without raw control characters or unknown escapes'],
  ['["a\nb"]', 1, 4, 'the rest of a text in double quotes, without raw control characters or unknown escapes'],
])('finds where %j breaks', (text, line, column, expected) => {
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(findJsonTrouble(text)).toMatchObject({ line, column, expected });
});

it('survives deep nesting', () => {
  expect(findJsonTrouble('['.repeat(65_000))).toMatchObject({ line: 1, column: 65_001 });
});
