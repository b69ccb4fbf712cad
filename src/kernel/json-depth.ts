/**
 * The most levels of objects and lists that a JSON text from outside may have: far more than any body or event of ours, and
 * far from where writing a value as JSON again overflows the stack.
 */
export const DEEPEST_JSON = 32;

/** Whether a JSON value has more levels of objects and lists than these. Looks no further than so many, so it never overflows the stack. */
export const isDeeperThan = (value: unknown, levels: number): boolean => {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const name in value) if (isDeeperThan((value as Record<string, unknown>)[name], levels - 1)) return true;
  return false;
};

/** Where in a JSON text the first object or list begins that is deeper than so many levels, as people count: `line 1, column 33`. */
export const placeDeeperThan = (text: string, levels: number): string => {
  let depth = 0;
  let line = 1;
  let lineStart = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!;
    if (isInText) {
      if (character === '\\') at += 1;
      else if (character === '"') isInText = false;
    } else if (character === '"') {
      isInText = true;
    } else if (character === '\n') {
      line += 1;
      lineStart = at + 1;
    } else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > levels) return `line ${line}, column ${at - lineStart + 1}`;
    } else if (character === ']' || character === '}') {
      depth -= 1;
    }
  }
  return 'no place';
};
