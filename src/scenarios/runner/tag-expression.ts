import { composed } from '../../kernel/words.ts';

/** Says of a scenario's tags whether they are wanted: `cancel and not slow`. */
export interface TagExpression {
  readonly text: string;
  /** The tags that it names. */
  readonly names: readonly string[];
  readonly matches: (tags: readonly string[]) => boolean;
}

type Matches = TagExpression['matches'];

/** What is wrong with an expression, as the end of a sentence that begins with it. */
class Fault extends Error {}

const TOKEN = /\s*(?:([()])|"([^"]*)"|([^\s()"]+))/uy;

interface Token {
  readonly text: string;
  readonly isName: boolean;
}

const tokensOf = (text: string): readonly Token[] => {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const [, bracket, quoted, word] = TOKEN.exec(trimmed) ?? [];
    if (bracket !== undefined) tokens.push({ text: bracket, isName: false });
    else if (quoted !== undefined) tokens.push({ text: quoted, isName: true });
    else if (word !== undefined) tokens.push({ text: word, isName: !['and', 'or', 'not'].includes(word) });
    else throw new Fault('has a quotation mark that nothing closes');
  }
  return tokens;
};

/** Reads by the usual precedence: `not` before `and` before `or`. */
const createReader = (tokens: readonly Token[]) => {
  const names: string[] = [];
  let at = 0;
  const takes = (text: string): boolean => {
    const token = tokens[at];
    const isThere = token?.isName === false && token.text === text;
    if (isThere) at += 1;
    return isThere;
  };
  const single = (): Matches => {
    if (takes('not')) {
      const inner = single();
      return (tags) => !inner(tags);
    }
    if (takes('(')) {
      const inner = either();
      if (!takes(')')) throw new Fault('has a bracket that nothing closes');
      return inner;
    }
    const token = tokens[at];
    if (token === undefined) throw new Fault('ends where a tag should follow');
    if (!token.isName || token.text === '') throw new Fault(`has ${token.text === '' ? '""' : token.text} where a tag should stand`);
    at += 1;
    const name = composed(token.text);
    names.push(name);
    return (tags) => tags.some((tag) => composed(tag) === name);
  };
  const both = (): Matches => {
    const parts = [single()];
    while (takes('and')) parts.push(single());
    return (tags) => parts.every((part) => part(tags));
  };
  const either = (): Matches => {
    const parts = [both()];
    while (takes('or')) parts.push(both());
    return (tags) => parts.some((part) => part(tags));
  };
  return {
    whole: (): Matches => {
      const matches = either();
      const rest = tokens[at];
      if (rest !== undefined) throw new Fault(`has ${rest.text} where and, or, or its end should stand`);
      return matches;
    },
    names,
  };
};

/** Reads a tag, or several with `and`, `or`, `not` and brackets; what is wrong with it where it can't be read. */
export const readTagExpression = (text: string): TagExpression | { readonly fault: string } => {
  try {
    const reader = createReader(tokensOf(text));
    return { text, matches: reader.whole(), names: reader.names };
  } catch (error) {
    if (error instanceof Fault) return { fault: error.message };
    throw error;
  }
};
