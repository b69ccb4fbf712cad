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

/** What is pasted types its text where a text is being typed, and is not a key anywhere else. */
export const pasted = (text: string): KeyPress => ({ key: 'paste', typed: text });

const CONTROL = { '\r': 'enter', '\n': 'enter', '\t': 'tab' } as const;

/** A character that came together with others: what it would be by itself. */
const nameCharacter = (character: string): KeyPress => {
  if (character === ' ') return { key: 'space', typed: ' ' };
  if (character === '\r' || character === '\n' || character === '\t') return { key: CONTROL[character], typed: '' };
  return character !== '' && character < ' '
    ? { key: `ctrl-${String.fromCharCode(character.charCodeAt(0) + 0x60)}`, typed: '' }
    : { key: character, typed: character };
};

/**
 * Names what Ink heard. Keys that are pressed faster than they are read (one that is held down, a slow connection) come
 * in one piece, and each of them counts.
 */
export const nameKeys = (input: string, key: Key): readonly KeyPress[] => {
  const isOne = [...input].length <= 1 || key.ctrl || key.meta || NAMED.some(([flag]) => key[flag]);
  return isOne ? [nameKey(input, key)] : [...input].map(nameCharacter);
};

const nameKey = (input: string, key: Key): KeyPress => {
  if (key.tab) return { key: key.shift ? 'shift-tab' : 'tab', typed: '' };
  // Most terminals send DEL for the key above Enter, which some parsers call delete.
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return { key: named[1], typed: '' };
  if (key.ctrl) return { key: `ctrl-${input.toLowerCase()}`, typed: '' };
  if (key.meta) return { key: `alt-${input}`, typed: '' };
  return nameCharacter(input);
};
