import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { nameKeys, pasted } from './keys.ts';

const NONE: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

const named = (input: string, key: Partial<Key> = {}): readonly string[] =>
  nameKeys(input, { ...NONE, ...key }).map((pressed) => pressed.key);

describe('keys', () => {
  it.each([
    ['a', {}, ['a']],
    ['G', { shift: true }, ['G']],
    [' ', {}, ['space']],
    ['', { upArrow: true }, ['up']],
    ['', { tab: true, shift: true }, ['shift-tab']],
    ['c', { ctrl: true }, ['ctrl-c']],
    ['x', { meta: true }, ['alt-x']],
    ['\n', {}, ['enter']],
    ['', {}, ['']],
  ] as const)('%j with %j is %j', (input, key, keys) => {
    expect(named(input, key)).toEqual(keys);
  });

  it('count each by itself where they come in one piece: a key that is held down, a slow connection', () => {
    expect(named('jjj')).toEqual(['j', 'j', 'j']);
    expect(named('12\r')).toEqual(['1', '2', 'enter']);
    expect(named('a b\t\u0015')).toEqual(['a', 'space', 'b', 'tab', 'ctrl-u']);
    expect(nameKeys('비빔', NONE).map(({ typed }) => typed)).toEqual(['비', '빔']);
  });

  it('are not what is pasted, whatever is in it', () => {
    expect(pasted('qq\r')).toEqual({ key: 'paste', typed: 'qq\r' });
  });
});
