/** One line of text being typed, and where the cursor stands in it: counted in characters as people see them. */
export interface Line {
  readonly text: string;
  readonly at: number;
}

const segmenter = new Intl.Segmenter('ko', { granularity: 'grapheme' });
const charactersOf = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);

/** A line with its cursor at the end. */
export const lineOf = (text: string): Line => ({ text, at: charactersOf(text).length });

/** What stands before the cursor, under it (a space at the end) and behind it. */
export const splitAtCursor = ({ text, at }: Line): { readonly before: string; readonly under: string; readonly after: string } => {
  const characters = charactersOf(text);
  return { before: characters.slice(0, at).join(''), under: characters[at] ?? ' ', after: characters.slice(at + 1).join('') };
};

const MOST_CHARACTERS = 500;

/** The line after a key (as {@link ./keys.ts} names them); undefined where the key edits nothing. */
export const editLine = (line: Line, key: string, typed: string): Line | undefined => {
  const characters = charactersOf(line.text);
  const cut = (from: number, to: number): Line => ({ text: [...characters.slice(0, from), ...characters.slice(to)].join(''), at: from });
  switch (key) {
    case 'backspace':
      return line.at === 0 ? line : cut(line.at - 1, line.at);
    case 'delete':
      return { ...cut(line.at, line.at + 1), at: line.at };
    case 'left':
      return { ...line, at: Math.max(0, line.at - 1) };
    case 'right':
      return { ...line, at: Math.min(characters.length, line.at + 1) };
    case 'home':
    case 'ctrl-a':
      return { ...line, at: 0 };
    case 'end':
    case 'ctrl-e':
      return { ...line, at: characters.length };
    case 'ctrl-u':
      return cut(0, line.at);
    case 'ctrl-k':
      return { ...cut(line.at, characters.length), at: line.at };
    case 'ctrl-w': {
      const before = characters.slice(0, line.at).join('');
      const kept = charactersOf(before.replace(/\S+\s*$/u, '')).length;
      return cut(kept, line.at);
    }
  }
  const added = charactersOf(typed.replace(/[\r\n\t]+/g, ' ').replace(/\p{Cc}/gu, ''));
  if (added.length === 0 || characters.length + added.length > MOST_CHARACTERS) return undefined;
  const text = [...characters.slice(0, line.at), ...added, ...characters.slice(line.at)].join('');
  // What was typed may join what stood there (a Hangul vowel its initial): count again.
  return { text, at: charactersOf([...characters.slice(0, line.at), ...added].join('')).length };
};
