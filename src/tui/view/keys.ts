import type { Key } from 'ink';

const NAMED = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
] as const;

/** A key by one name: `a`, `G`, `up`, `enter`, `shift-tab`, `ctrl-c`, `space`; and the text that it types, if any. */
export interface KeyPress {
  readonly key: string;
  readonly typed: string;
}

/** Names what Ink heard. A paste is a key press that types a long text. */
export const nameKey = (input: string, key: Key): KeyPress => {
  if (key.tab) return { key: key.shift ? 'shift-tab' : 'tab', typed: '' };
  // Most terminals send DEL for the key above Enter, which some parsers call delete.
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return { key: named[1], typed: '' };
  if (key.ctrl) return { key: `ctrl-${input.toLowerCase()}`, typed: '' };
  if (key.meta) return { key: `alt-${input}`, typed: '' };
  if (input === ' ') return { key: 'space', typed: ' ' };
  return { key: input, typed: input };
};
