import { describe, expect, it } from 'vitest';
import { editLine, lineOf, splitAtCursor, type Line } from './line-editor.ts';

/** A line with `|` for the cursor. */
const read = (marked: string): Line => {
  const [before = '', after = ''] = marked.split('|');
  return { text: before + after, at: lineOf(before).at };
};
const show = (line: Line | undefined): string | undefined => {
  if (line === undefined) return undefined;
  const { before } = splitAtCursor(line);
  return `${before}|${line.text.slice(before.length)}`;
};

describe('a line being typed', () => {
  it.each([
    ['|', 'a', 'a', 'a|'],
    ['맛|요', '있', '있', '맛있|요'],
    ['맛있|', 'backspace', '', '맛|'],
    ['|맛', 'backspace', '', '|맛'],
    ['맛|있어', 'delete', '', '맛|어'],
    ['👨‍👩‍👧|', 'backspace', '', '|'],
    ['ab|c', 'left', '', 'a|bc'],
    ['|abc', 'left', '', '|abc'],
    ['ab|c', 'right', '', 'abc|'],
    ['abc|', 'right', '', 'abc|'],
    ['ab|c', 'home', '', '|abc'],
    ['ab|c', 'ctrl-a', '', '|abc'],
    ['ab|c', 'end', '', 'abc|'],
    ['ab|c', 'ctrl-e', '', 'abc|'],
    ['ab|c', 'ctrl-u', '', '|c'],
    ['ab|c', 'ctrl-k', '', 'ab|'],
    ['one two |x', 'ctrl-w', '', 'one |x'],
    ['a|', 'pasted', 'line\nbreak\u0007', 'aline break|'],
  ])('%s after %s is %4$s', (before, key, typed, after) => {
    expect(show(editLine(read(before), key, typed))).toBe(after);
  });

  it('is left alone by keys that edit nothing', () => {
    expect(editLine(read('a|'), 'up', '')).toBeUndefined();
    expect(editLine(read('a|'), 'ctrl-z', '')).toBeUndefined();
  });

  it('has an end', () => {
    expect(editLine(lineOf('x'.repeat(500)), 'y', 'y')).toBeUndefined();
    expect(editLine(lineOf('x'.repeat(499)), 'y', 'y')?.text).toHaveLength(500);
  });
});
