import { describe, expect, it } from 'vitest';
import { createLineReader, linesIn } from './lines.ts';

const inPieces = async function* (text: string, length: number): AsyncGenerator<string> {
  for (let from = 0; from < text.length; from += length) yield text.slice(from, from + length);
};

/** Texts and their lines. */
const CASES: readonly (readonly [text: string, lines: readonly string[]])[] = [
  ['', []],
  ['a', ['a']],
  ['a\n', ['a']],
  ['a\r\nb\r\n', ['a', 'b']],
  ['\n\na\n', ['', '', 'a']],
  ['a\u2028b\u2029c\u0085d\u000be\u000cf\n', ['a\u2028b\u2029c\u0085d\u000be\u000cf']],
  ['a\rb\n', ['a\rb']],
  ['서울 \u2028 중구\n{"n":1}\n', ['서울 \u2028 중구', '{"n":1}']],
];

describe('lines', () => {
  it.each(CASES)('of %j end at line feeds alone, however it arrives', async (text, lines) => {
    for (const length of [1, 2, 3, 1000]) {
      const read: string[] = [];
      for await (const line of linesIn(inPieces(text, length))) read.push(line);
      expect(read).toEqual(lines);
      const heard: string[] = [];
      const hear = createLineReader((line) => heard.push(line));
      for await (const piece of inPieces(`${text}\n`, length)) hear(piece);
      // A line that nobody ended yet is not heard of.
      expect(heard).toEqual(text.endsWith('\n') || text === '' ? [...lines, ''] : lines);
    }
  });
});
