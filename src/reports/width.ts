import { eastAsianWidth } from 'get-east-asian-width';

/** Marks, formats, and the vowels and finals of decomposed Hangul, which stand in the square of their initial. */
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff\ud7b0-\ud7fb]/u;
const PRINTABLE_ASCII = /^[ -~]*$/;
/** Before it (the soft hyphen, which is not shown), every character takes one column. */
const FIRST_MARK = 0xad;

const widthOfCharacter = (character: string): number => {
  const point = character.codePointAt(0) as number;
  if (point < FIRST_MARK) return 1;
  return WITHOUT_WIDTH.test(character) ? 0 : eastAsianWidth(point);
};

/** How many columns of a terminal the text takes: Korean characters take two, combining marks none. */
export const columnsOf = (text: string): number => {
  if (PRINTABLE_ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOfCharacter(character);
  return columns;
};

/** The text in at most `columns` columns; what was cut shows as `…`. */
export const fit = (text: string, columns: number): string => {
  if (columnsOf(text) <= columns) return text;
  let taken = 0;
  let kept = '';
  for (const character of text) {
    taken += widthOfCharacter(character);
    if (taken > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
};

/** The text filled with spaces up to `columns` columns. */
export const fill = (text: string, columns: number): string => text + ' '.repeat(Math.max(0, columns - columnsOf(text)));

/**
 * Control characters made visible (U+2400 …), except line breaks and tabs: what a test holds must not drive the terminal. Nor may it
 * turn the direction of what follows, or end a line where only some see it.
 */
export const visible = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
