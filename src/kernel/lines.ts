/**
 * The lines of a text that arrives in pieces: only a line feed ends one, with the carriage return before it where there is one.
 * Readers that follow Unicode end lines at U+2028, U+2029 and U+0085 too, which a JSON text may hold as they stand.
 */
export async function* linesIn(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  // A long line comes in many pieces; joined as they come, each would be copied for each that follows.
  let begun: string[] = [];
  for await (const piece of pieces) {
    const parts = piece.split('\n');
    for (const [index, part] of parts.entries()) {
      begun.push(part);
      if (index === parts.length - 1) continue;
      yield withoutReturn(begun.join(''));
      begun = [];
    }
  }
  const last = begun.join('');
  if (last !== '') yield withoutReturn(last);
}

const withoutReturn = (line: string): string => (line.endsWith('\r') ? line.slice(0, -1) : line);

/** Like {@link linesIn}, for whoever is told pieces: hears of each line once it has ended. */
export const createLineReader = (onLine: (line: string) => void): ((piece: string) => void) => {
  let begun = '';
  return (piece) => {
    const parts = (begun + piece).split('\n');
    begun = parts.pop() ?? '';
    for (const line of parts) onLine(withoutReturn(line));
  };
};
