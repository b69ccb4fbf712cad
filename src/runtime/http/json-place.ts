/** Where a text stops being JSON, and what would have been right there. */
export interface JsonPlace {
  /** In UTF-16 code units, from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What could have stood there: `a value`. */
  readonly expected: string;
}

type Wanted =
  'a value' | "a value or ']'" | 'a property name in double quotes' | "a property name or '}'" | "':'" | "',' or the end" | 'the end';

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
/** As much of a text in quotes as is right, without its closing quote. */
const TEXT_BEGUN = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;

const endOf = (pattern: RegExp, text: string, at: number): number => {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
};

interface Scan {
  readonly text: string;
  /** The brackets that are open, by what closes them. */
  readonly open: ('}' | ']')[];
  at: number;
  wanted: Wanted;
}

const afterValue = (scan: Scan): void => {
  scan.wanted = scan.open.length === 0 ? 'the end' : "',' or the end";
};

const advance = (scan: Scan, wanted: Wanted): true => {
  scan.at += 1;
  scan.wanted = wanted;
  return true;
};

const close = (scan: Scan): true => {
  scan.at += 1;
  scan.open.pop();
  afterValue(scan);
  return true;
};

const takeValue = (scan: Scan, character: string | undefined): boolean => {
  if (character === '{' || character === '[') {
    scan.open.push(character === '{' ? '}' : ']');
    return advance(scan, character === '{' ? "a property name or '}'" : "a value or ']'");
  }
  const end = endOf(SCALAR, scan.text, scan.at);
  if (end === scan.at) return false;
  scan.at = end;
  afterValue(scan);
  return true;
};

const takeName = (scan: Scan, character: string | undefined): boolean => {
  const end = character === '"' ? endOf(SCALAR, scan.text, scan.at) : scan.at;
  if (end === scan.at) return false;
  scan.at = end;
  scan.wanted = "':'";
  return true;
};

/** Takes one token; false where it is not the one wanted. */
const take = (scan: Scan): boolean => {
  const character = scan.text[scan.at];
  switch (scan.wanted) {
    case "a value or ']'":
      return character === ']' ? close(scan) : takeValue(scan, character);
    case 'a value':
      return takeValue(scan, character);
    case "a property name or '}'":
      return character === '}' ? close(scan) : takeName(scan, character);
    case 'a property name in double quotes':
      return takeName(scan, character);
    case "':'":
      return character === ':' && advance(scan, 'a value');
    case "',' or the end":
      if (character === ',') return advance(scan, scan.open.at(-1) === '}' ? 'a property name in double quotes' : 'a value');
      return character !== undefined && character === scan.open.at(-1) && close(scan);
    case 'the end':
      return false;
  }
};

/** Finds where a text that JSON.parse refuses stops being JSON; JSON.parse itself often keeps that to itself. */
export const findJsonTrouble = (text: string): JsonPlace => {
  const scan: Scan = { text, open: [], at: 0, wanted: 'a value' };
  do {
    scan.at = endOf(SPACE, text, scan.at);
  } while (take(scan));
  const isInText = text[scan.at] === '"' && scan.wanted !== 'the end' && scan.wanted !== "':'" && scan.wanted !== "',' or the end";
  const offset = isInText ? endOf(TEXT_BEGUN, text, scan.at) : scan.at;
  const lines = text.slice(0, offset).split('\n');
  const closing = scan.open.at(-1);
  const wanted = scan.wanted === "',' or the end" && closing !== undefined ? `',' or '${closing}'` : scan.wanted;
  const expected = isInText ? 'the rest of a text in double quotes, without raw control characters or unknown escapes' : wanted;
  return { offset, line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, expected };
};
