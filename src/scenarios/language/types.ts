/**
 * The types of values in scenario files. Each reads a node, saying exactly what is wrong with it, and
 * describes itself for the JSON Schema and the reference, so that the three can't disagree.
 */
import { isMap, isScalar, isSeq, type Node, type Scalar } from 'yaml';
import { composed } from '../../kernel/words.ts';
import type { JsonTemplate, Template, WholeNumber } from './ast.ts';
import { NAME, type NameKind } from './names.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Place, Reading } from './reading.ts';
import { isLiteral } from './template.ts';
import { withArticle, type Spelling } from './speech.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A kind of value: how it is read, and how it is described. */
export interface Type<Value> {
  /** With its article: `a text`. */
  readonly says: string;
  readonly schema: JsonSchema;
  /** The value; undefined after a complaint. `at` is where the value should stand, for a value that is missing. */
  read(node: Node | null, at: Place, reading: Reading): Value | undefined;
}

/** Whether a node stands for a value that was left out; a written `null` does not. */
const isUnwritten = (node: Node): boolean => isScalar(node) && node.value === null && (node.source ?? '') === '';

/** What a node is, for messages. */
export const nodeSays = (node: Node | undefined): string => {
  if (node === undefined || isUnwritten(node)) return 'empty';
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node)) return 'something else';
  const shown = String(node.source ?? node.value);
  return `${typeof node.value === 'string' ? 'the text' : ''} ${shown.length > 40 ? `${shown.slice(0, 40)}…` : shown}`.trim();
};

/** Complains that something else stands here. */
const wrong = (reading: Reading, node: Node | undefined, at: Place, says: string, more = ''): undefined => {
  // An empty value has no width of its own; its key shows better what is meant.
  const place = node === undefined || isUnwritten(node) ? at : node;
  reading.complain(place, `must be ${says}, and is ${nodeSays(node)}${more}`);
  return undefined;
};

/** The text of a scalar: numbers and booleans count as they are written, so that ids like 007 stay what they are. */
const scalarText = (node: Scalar): string => (typeof node.value === 'string' ? node.value : String(node.source ?? node.value));

const TEXT_SCHEMA: JsonSchema = { type: ['string', 'number', 'boolean'] };

const readText =
  (says: string, isEmptyAllowed: boolean) =>
  (node: Node | null, at: Place, reading: Reading): { text: string; node: Scalar } | undefined => {
    const resolved = reading.resolve(node);
    if (!isScalar(resolved) || resolved.value === null) {
      return wrong(reading, resolved, at, says, isScalar(resolved) && !isUnwritten(resolved) ? '; quote it to mean the word' : '');
    }
    const value = scalarText(resolved);
    if (value.trim() === '' && !isEmptyAllowed) return wrong(reading, undefined, resolved, says);
    return { text: value, node: resolved };
  };

/** A text that is compared with others: composed, however its writer's keyboard took it apart. */
const readWord =
  (says: string) =>
  (node: Node | null, at: Place, reading: Reading): { text: string; node: Scalar } | undefined => {
    const found = readText(says, false)(node, at, reading);
    return found && { ...found, text: composed(found.text) };
  };

/** A text in which `${name}` stands for values. */
export const text = (options: { readonly says?: string; readonly isEmptyAllowed?: boolean } = {}): Type<Template> => {
  const says = options.says ?? 'a text';
  const read = readText(says, options.isEmptyAllowed ?? false);
  return {
    says,
    schema: TEXT_SCHEMA,
    read: (node, at, reading) => {
      const found = read(node, at, reading);
      if (found === undefined) return undefined;
      reading.checkTemplate(found.node, found.text);
      return found.text as Template;
    },
  };
};

/** A text without variables, which may have to match something. */
export const literal = (says = 'a text', pattern?: { readonly matches: RegExp; readonly says: string }): Type<string> => ({
  says,
  schema: pattern === undefined ? TEXT_SCHEMA : { ...TEXT_SCHEMA, pattern: pattern.matches.source },
  read: (node, at, reading) => {
    const found = readWord(says)(node, at, reading);
    if (found === undefined || pattern?.matches.test(found.text) !== false) return found?.text;
    reading.complain(found.node, `${found.text} is not ${says}`, { expected: pattern.says });
    return undefined;
  },
});

const NAME_SAYS = 'letters, digits, - _ and . (and ${variables})';
const isName = (name: string): boolean => NAME.test(name.replaceAll(/\$\{[^}]*\}/g, '_'));

const readName =
  (says: string) =>
  (node: Node | null, at: Place, reading: Reading): { text: string; node: Scalar } | undefined => {
    const found = readWord(says)(node, at, reading);
    if (found === undefined) return undefined;
    reading.checkTemplate(found.node, found.text);
    if (isName(found.text)) return found;
    reading.complain(found.node, `${found.text} can't be a name`, { expected: NAME_SAYS });
    return undefined;
  };

/** A name that this step gives. */
export const newName = (kind: NameKind): Type<Template> => ({
  says: `a new name for ${withArticle(kind)}`,
  schema: TEXT_SCHEMA,
  read: (node, at, reading) => {
    const found = readName(`a name for ${withArticle(kind)}`)(node, at, reading);
    if (found !== undefined) reading.introduce(kind, found.text, found.node);
    return found?.text as Template | undefined;
  },
});

/** Whether a text can be a name. */
export const canBeName = (name: string): boolean => name !== '' && isName(name);

/** A name that an earlier step gave to something of this kind, or of one of these; with `anywhere`, some step of the scenario. */
export const name = (kind: NameKind | readonly NameKind[], options: { readonly anywhere?: boolean } = {}): Type<Template> => {
  const kinds = typeof kind === 'string' ? [kind] : kind;
  const says = `the name of ${kinds.map(withArticle).join(' or ')}`;
  return {
    says,
    schema: TEXT_SCHEMA,
    read: (node, at, reading) => {
      const found = readName(says)(node, at, reading);
      if (found !== undefined) reading.refer(kinds, found.text, found.node, options.anywhere);
      return found?.text as Template | undefined;
    },
  };
};

/** The name of a variable, which comes to be by it; the owner of the type says from when. */
export const variableName = (): Type<string> =>
  literal('the name of a variable', { matches: /^[\p{L}\p{N}_.-]+$/u, says: 'letters, digits, - _ and .' });

const boundsSay = (min: number, max: number): string => {
  if (min === Number.MIN_SAFE_INTEGER) return '';
  return max === Number.MAX_SAFE_INTEGER ? ` of at least ${min}` : ` from ${min} to ${max}`;
};

/** A whole number, written without quotes. */
export const whole = (min: number, max: number = Number.MAX_SAFE_INTEGER): Type<number> => {
  const says = `a whole number${boundsSay(min, max)}`;
  return {
    says,
    schema: { type: 'integer', ...(min === Number.MIN_SAFE_INTEGER ? {} : { minimum: min }), maximum: max },
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      if (
        isScalar(resolved) &&
        typeof resolved.value === 'number' &&
        Number.isInteger(resolved.value) &&
        resolved.value >= min &&
        resolved.value <= max
      ) {
        return resolved.value;
      }
      const isQuoted = isScalar(resolved) && typeof resolved.value === 'string' && /^\s*-?\d+\s*$/.test(resolved.value);
      return wrong(reading, resolved, at, says, isQuoted ? '; leave out the quotes' : '');
    },
  };
};

/** A whole number, or a text with a variable that will be one. */
export const wholeOrVariable = (min: number, max: number = Number.MAX_SAFE_INTEGER): Type<WholeNumber> => {
  const number = whole(min, max);
  return {
    says: number.says,
    schema: { anyOf: [number.schema, { type: 'string', pattern: '\\$\\{' }] },
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      if (!isScalar(resolved) || typeof resolved.value !== 'string' || isLiteral(resolved.value)) return number.read(node, at, reading);
      reading.checkTemplate(resolved, resolved.value);
      return resolved.value as Template;
    },
  };
};

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/;
const LONGEST_MS = 24 * 3_600_000;
const DURATION_EXAMPLES = '500ms, 2s, 1.5s, 1m or 1m30s';

/** The milliseconds of `1m30s`, or undefined where the text is not a duration. */
const parseDuration = (written: string): number | undefined => {
  if (!DURATION.test(written)) return undefined;
  const parts = written.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g);
  return Math.round([...parts].reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0), 0));
};

/** A time span with its unit, in milliseconds; a day at most. */
export const duration = (): Type<number> => ({
  says: 'a duration',
  schema: { type: 'string', pattern: DURATION.source },
  read: (node, at, reading) => {
    const resolved = reading.resolve(node);
    if (!isScalar(resolved) || resolved.value === null)
      return wrong(reading, resolved, at, 'a duration', `; write it like ${DURATION_EXAMPLES}`);
    const written = scalarText(resolved);
    const milliseconds = parseDuration(written);
    if (milliseconds !== undefined && milliseconds <= LONGEST_MS) return milliseconds;
    const isBare = /^\d+(\.\d+)?$/.test(written);
    const what =
      milliseconds === undefined ? (isBare ? `${written} has no unit` : `${written} is not a duration`) : `${written} is longer than a day`;
    reading.complain(resolved, what, { suggestion: isBare ? `${written}ms` : undefined, expected: `a duration like ${DURATION_EXAMPLES}` });
    return undefined;
  },
});

/** Yes or no. */
export const flag = (only?: true): Type<boolean> => ({
  says: only === undefined ? 'true or false' : 'true',
  schema: only === undefined ? { type: 'boolean' } : { const: true },
  read: (node, at, reading) => {
    const resolved = reading.resolve(node);
    const value = isScalar(resolved) ? resolved.value : undefined;
    if (typeof value === 'boolean' && (only === undefined || value)) return value;
    return wrong(reading, resolved, at, only === undefined ? 'true or false' : 'true');
  },
});

/** At most this many words are listed where one of them was expected. */
const MOST_WORDS_LISTED = 30;
/** The words that could stand here, as the end of “expected …”; a long list is cut. */
export const listWords = (words: readonly string[]): string =>
  words.length > MOST_WORDS_LISTED
    ? `one of: ${words.slice(0, MOST_WORDS_LISTED).join(', ')}, …`
    : words.length === 1
      ? `${words[0]}`
      : `one of: ${words.join(', ')}`;

/** One of a list of words. */
export const word = <Word extends string>(what: string, words: readonly Word[]): Type<Word> => ({
  says: what,
  schema: { enum: words },
  read: (node, at, reading) => {
    const found = readWord(what)(node, at, reading);
    if (found === undefined) return undefined;
    if ((words as readonly string[]).includes(found.text)) return found.text as Word;
    reading.complain(found.node, `${found.text} is not ${what}`, { suggestion: nearest(found.text, words), expected: listWords(words) });
    return undefined;
  },
});

/** The statuses of something: each literal, and the word that is shown for it. */
export type Statuses = Readonly<Record<string, string>>;

const wordsOf = (statuses: Statuses): readonly string[] => [...new Set(Object.entries(statuses).flat())];

/** The words that are taken for others of the list, as an editor should tell them: accepted, and not proposed first. */
const takenWords = (words: readonly string[], { usual, why }: Spelling): readonly JsonSchema[] => {
  const taken = words.map(usual).filter((spelling) => !words.includes(spelling));
  return taken.length === 0 ? [] : [{ enum: taken, deprecated: true, description: `Taken for what the system says: ${why}.` }];
};

/**
 * A status of the resource: a literal or the word for it, or a text with variables. `all` has the statuses of every
 * resource, for who means another one.
 */
export const status = (resource: string, all: Readonly<Record<string, Statuses>>, spelling: Spelling): Type<Template> => {
  const statuses = all[resource] ?? {};
  const words = wordsOf(statuses);
  return {
    says: `a status of ${resource}`,
    schema: { anyOf: [{ enum: words }, ...takenWords(words, spelling), { type: 'string', pattern: '\\$\\{' }] },
    read: (node, at, reading) => {
      const found = readWord(`a status of ${resource}`)(node, at, reading);
      if (found === undefined) return undefined;
      reading.checkTemplate(found.node, found.text);
      if (!isLiteral(found.text) || words.includes(found.text)) return found.text as Template;
      const spelled = spelling.own(found.text);
      if (words.includes(spelled)) {
        reading.noteSpelling(found.node, found.text);
        return spelled as Template;
      }
      const owners = Object.keys(all).filter((other) => wordsOf(all[other] ?? {}).includes(found.text));
      reading.complain(
        found.node,
        `${found.text} is not a status of ${resource}${owners.length === 0 ? '' : ` (it is one of ${owners.join(' and ')})`}`,
        {
          suggestion: nearest(found.text, words),
          expected: listWords(Object.entries(statuses).map(([own, shown]) => `${shown} (${own})`)),
        },
      );
      return undefined;
    },
  };
};

/** A text that is compared with the system's own words, however those are spelt. */
export const words = (): Type<Template> => {
  const type = text();
  return {
    ...type,
    read: (node, at, reading) => {
      const value = type.read(node, at, reading);
      if (value !== undefined && reading.spelling.own(value) !== composed(value)) reading.noteSpelling(node ?? at, value);
      return value;
    },
  };
};

/** Any JSON value; its texts may hold variables. */
export const json = (): Type<JsonTemplate> => {
  const read = (node: Node | null, at: Place, reading: Reading): JsonTemplate | undefined => {
    const resolved = reading.resolve(node);
    if (resolved === undefined) return node === null ? null : undefined;
    if (isSeq(resolved)) {
      return reading.deeper(resolved, () =>
        resolved.items.flatMap((item) => read(item as Node, resolved, reading) ?? (isNullNode(item) ? [null] : [])),
      );
    }
    if (isMap(resolved)) {
      const entries = reading.deeper(resolved, () =>
        reading.entries(resolved).map(({ key, keyNode, value }) => [key, read(value, keyNode, reading)] as const),
      );
      return entries === undefined ? undefined : Object.fromEntries(entries.map(([key, value]) => [key, value ?? null]));
    }
    if (!isScalar(resolved)) return wrong(reading, resolved, at, 'a JSON value');
    const value = resolved.value;
    if (typeof value === 'string') {
      reading.checkTemplate(resolved, value);
      const isWord = isScalar(at) && reading.spelling.isOwnWord(String(at.value));
      if (isWord && reading.spelling.own(value) !== composed(value)) reading.noteSpelling(resolved, value);
      return value as Template;
    }
    if (value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return value;
    return wrong(reading, resolved, at, 'a JSON value');
  };
  return { says: 'any value', schema: {}, read };
};

const isNullNode = (node: unknown): boolean => node === null || (isScalar(node) && node.value === null);
