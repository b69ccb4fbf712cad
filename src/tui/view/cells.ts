import { columnsOf, fill, fit, visible } from '../../reports/width.ts';

/** How a cell's text stands in it. */
export type Side = 'left' | 'right';

/** What glues emoji together or picks their look: terminals disagree on how wide the result is. */
const GLUE = /[\u200d\ufe0e\ufe0f\u{1f3fb}-\u{1f3ff}]/gu;
const FLAG_LETTER = /[\u{1f1e6}-\u{1f1ff}]/gu;
const REGIONAL_A = 0x1f1e6;

/** A text on one line in which nothing drives the terminal, and whose width every terminal agrees on. */
export const plain = (text: string): string =>
  visible(text.replace(/[\t\n\r]+/g, ' '))
    .replace(GLUE, '')
    .replace(FLAG_LETTER, (letter) => String.fromCharCode('A'.charCodeAt(0) + (letter.codePointAt(0) as number) - REGIONAL_A));

/** A text of exactly `columns` columns: cut with `…`, or filled with spaces. */
export const cell = (text: string, columns: number, side: Side = 'left'): string => {
  if (columns <= 0) return '';
  // A wide character that would stand half outside gives way to a space.
  const kept = fit(plain(text), columns);
  return side === 'left' ? fill(kept, columns) : ' '.repeat(Math.max(0, columns - columnsOf(kept))) + kept;
};

/** A text in lines of at most so many columns, broken at spaces where there are some. */
export const wrap = (text: string, columns: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<= )/)) {
    if (line !== '' && columnsOf(line) + columnsOf(word.trimEnd()) > columns) {
      lines.push(line);
      line = '';
    }
    for (const character of word) {
      if (columnsOf(line) + columnsOf(character) > columns && character !== ' ') {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return [...lines, line];
};
