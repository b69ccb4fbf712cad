import { expect, it } from 'vitest';
import { contains, fieldOf, isEqual, show } from './json.ts';

it('finds a field by its name or by a JSON pointer', () => {
  const value = { a: { b: [1, { c: 2 }] }, 'x/y': 3, 'm~n': 4, '': 5, null: null };
  expect(['a', '/a/b/0', '/a/b/1/c', '/x~1y', '/m~0n', 'x/y', '/', '/null'].map((field) => fieldOf(value, field))).toEqual([
    value.a,
    1,
    2,
    3,
    4,
    3,
    5,
    null,
  ]);
  expect(['b', '/a/c', '/a/b/2', '/a/b/1/c/d', 'toString', '/null/x'].map((field) => fieldOf(value, field))).toEqual(
    Array(6).fill(undefined),
  );
  expect(fieldOf(undefined, 'a')).toBeUndefined();
});

it('compares whatever the order of members, and types strictly', () => {
  expect(isEqual({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  // As macOS writes Korean, and as everybody else does.
  expect(isEqual({ name: '결재'.normalize('NFD') }, { name: '결재' })).toBe(true);
  for (const [a, b] of [
    [1, '1'],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: undefined }, { b: undefined }],
    [
      [1, 2],
      [2, 1],
    ],
    [[], {}],
    [null, {}],
    [0, null],
  ])
    expect(isEqual(a, b)).toBe(false);
});

it('contains what is named, lists element by element', () => {
  const actual = { a: 1, list: [{ x: 1, y: 2 }, { x: 3 }], deep: { b: { c: 1, d: 2 } } };
  for (const expected of [{}, { a: 1 }, { list: [{ x: 1 }, {}] }, { deep: { b: { c: 1 } } }]) expect(contains(actual, expected)).toBe(true);
  for (const expected of [{ a: 2 }, { z: 1 }, { list: [{ x: 1 }] }, { list: [{ x: 3 }, { x: 1 }] }, { deep: { b: [] } }, [], null])
    expect(contains(actual, expected)).toBe(false);
  expect(show(undefined)).toBe('nothing');
});
