import { expect, test } from 'vitest';
import { isSame } from './same.ts';

test.each([
  ['equal texts', 'a', 'a', true],
  ['other texts', 'a', 'b', false],
  ['a text and nothing', 'a', undefined, false],
  ['null and nothing', null, undefined, false],
  ['null and an object', null, {}, false],
  ['empty lists', [], [], true],
  ['an empty list and one that is not', [], ['a'], false],
  ['a list that is not and an empty one', ['a'], [], false],
  ['an empty list and an empty object', [], {}, false],
  ['lists of the same', ['a', 'b'], ['a', 'b'], true],
  ['lists in another order', ['a', 'b'], ['b', 'a'], false],
  ['a list and its beginning', ['a', 'b'], ['a'], false],
  ['a list and what it is the beginning of', ['a'], ['a', 'b'], false],
  ['lists of the same objects', [{ a: ['b'] }], [{ a: ['b'] }], true],
  ['lists of other objects', [{ a: ['b'] }], [{ a: ['c'] }], false],
  ['a list and an object with its members', ['a'], { 0: 'a' }, false],
  ['objects with the same members', { a: [1] }, { a: [1] }, true],
  ['objects with other members', { a: 1 }, { a: 2 }, false],
])('%s', (_what, one, other, expected) => {
  expect(isSame(one, other)).toBe(expected);
});
