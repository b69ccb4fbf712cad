/** Reading and comparing the JSON of answers. */

import { isSameText } from '../../kernel/words.ts';
import type { Spelling } from '../language/speech.ts';

/** The value of a field, by its name or by a JSON pointer (RFC 6901); undefined where there is none. */
export const fieldOf = (value: unknown, field: string): unknown => {
  const path = field.startsWith('/')
    ? field
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    : [field];
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null) return undefined;
    return Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
  }, value);
};

/** Whether two JSON values are equal, whatever the order of members. */
export const isEqual = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (typeof a === 'string' && typeof b === 'string') return isSameText(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
};

/** Whether `actual` has every member of `expected`, recursively; lists must be of equal length and contain element by element. */
export const contains = (actual: unknown, expected: unknown): boolean => {
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length && expected.every((item, index) => contains(actual[index], item));
  }
  if (typeof expected !== 'object' || expected === null) return isEqual(actual, expected);
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
  return Object.entries(expected).every(
    ([key, value]) => Object.hasOwn(actual, key) && contains((actual as Record<string, unknown>)[key], value),
  );
};

/** A JSON value that is expected, with the system's own words in it as the system spells them; `field` is where it stands. */
export const spelled = (spelling: Spelling, value: unknown, field = ''): unknown => {
  if (typeof value === 'string') return spelling.isOwnWord(field) ? spelling.own(value) : value;
  if (Array.isArray(value)) return (value as readonly unknown[]).map((item) => spelled(spelling, item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, spelled(spelling, member, key)]));
};

/** A value on one line, for messages. */
export const show = (value: unknown): string => (value === undefined ? 'nothing' : JSON.stringify(value));
