import { open } from 'node:fs/promises';
import { OperatingError } from '../../kernel/errors.ts';
import { linesIn } from '../../kernel/lines.ts';

/** Encodings that a recording may be written in; Windows shells write what they redirect as UTF-16. */
type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

const NAMES: Readonly<Record<Encoding, string>> = { 'utf-8': 'UTF-8', 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16' };

/** By its first bytes: a byte order mark, or the half of an ASCII character that is zero. */
const encodingOf = ([first, second]: Uint8Array): Encoding => {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return 'utf-8';
};

/** No line of a recording is longer than this, in UTF-16 code units: what has no line feed for so long is none. */
const LONGEST_LINE = 64 * 1024 * 1024;

const refuse = (file: string, lineFeeds: number, what: string, cause?: unknown): never => {
  throw new OperatingError('invalid-input', `${file}:${lineFeeds + 1}: ${what}`, {
    mend: 'Recordings are UTF-8, or UTF-16 as a whole: name one that food-sim run --report ndjson=FILE made.',
    cause,
  });
};

/** The file's text, in pieces as they are read. */
async function* textOf(path: string, file: string): AsyncGenerator<string> {
  const handle = await open(path);
  let [lineFeeds, lineLength] = [0, 0];
  const count = (text: string): string => {
    const lines = text.split('\n');
    lineFeeds += lines.length - 1;
    lineLength = (lines.length === 1 ? lineLength : 0) + (lines.at(-1) ?? '').length;
    return lineLength > LONGEST_LINE ? refuse(file, lineFeeds, 'this line is longer than any of a recording') : text;
  };
  try {
    let encoding: Encoding | undefined;
    let decoder = new TextDecoder();
    const decode = (bytes: Uint8Array, options?: { readonly stream: boolean }): string => {
      try {
        return count(decoder.decode(bytes, options));
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        return refuse(file, lineFeeds, `this file is not ${NAMES[encoding ?? 'utf-8']} text`, error);
      }
    };
    for await (const piece of handle.createReadStream({ autoClose: false })) {
      const bytes = piece as Buffer;
      if (encoding === undefined) {
        encoding = encodingOf(bytes);
        decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
      }
      yield decode(bytes, { stream: true });
    }
    yield decode(new Uint8Array());
  } finally {
    await handle.close();
  }
}

/**
 * The lines of a text file in UTF-8 or UTF-16, without byte order marks, which stand before each text that was appended too.
 * Throws an OperatingError (invalid-input) for bytes that are no such text, and the system's error where it can't be read.
 */
export async function* textLines(path: string, file: string): AsyncGenerator<string> {
  for await (const line of linesIn(textOf(path, file))) yield line.replace(/^\ufeff/, '');
}
