import { OperatingError } from '../../kernel/errors.ts';
import { composed } from '../../kernel/words.ts';
import type { JsonTemplate, Template, WholeNumber } from './ast.ts';

/** What a template's names stand for; the values come from `vars`, `--var`, loops and captures. */
export type LookUp = (name: string) => unknown;

/** One `${name}` or `${name:-default}` in a template. */
export interface Reference {
  readonly name: string;
  readonly fallback: string | undefined;
  /** Where its `$` stands in the text, from 0. */
  readonly index: number;
  readonly length: number;
}

/**
 * `$${` is a literal `${`. A name is letters, digits, `_`, `-`, `.`, with an optional kind before a colon: `order:lunch`;
 * `:-` begins a default.
 */
const REFERENCE = /\$\$\{|\$\{\s*([\p{L}\p{M}\p{N}_.-]+(?::(?!-)[\p{L}\p{M}\p{N}_.-]+)?)\s*(?::-([^}]*))?\}/gu;

/** The references in a text, in order. */
export const referencesIn = (text: string): readonly Reference[] =>
  [...text.matchAll(REFERENCE)].flatMap((match) =>
    match[1] === undefined ? [] : [{ name: composed(match[1]), fallback: match[2], index: match.index, length: match[0].length }],
  );

/** Whether a text has nothing to expand. */
export const isLiteral = (text: string): boolean => referencesIn(text).length === 0;

const valueOf = (name: string, fallback: string | undefined, lookUp: LookUp): unknown => {
  const value = lookUp(composed(name));
  if (value !== undefined && value !== null) return value;
  if (fallback !== undefined) return fallback;
  throw new OperatingError('invalid-input', `\${${name}} has no value here`, {
    mend: `Declare it under vars:, give it with --var ${name}=…, or write \${${name}:-default}.`,
  });
};

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** The template with each name replaced by its value. Throws an OperatingError (invalid-input) for a name without value. */
export const expandText = (template: Template, lookUp: LookUp): string =>
  template.replace(REFERENCE, (whole: string, name: string | undefined, fallback: string | undefined) =>
    name === undefined ? whole.slice(1) : asText(valueOf(name, fallback, lookUp)),
  );

/** The whole number that it stands for. Throws an OperatingError (invalid-input) where it expands to something else. */
export const expandWhole = (value: WholeNumber, lookUp: LookUp): number => {
  if (typeof value === 'number') return value;
  const text = expandText(value, lookUp).trim();
  if (!/^-?\d{1,15}$/.test(text)) {
    throw new OperatingError('invalid-input', `${value} must be a whole number, and is ${JSON.stringify(text)}`);
  }
  return Number(text);
};

/** The JSON value with its texts expanded; a text that is one `${name}` alone takes that value with its type. */
export const expandJson = (value: JsonTemplate, lookUp: LookUp): unknown => {
  if (typeof value === 'string') {
    const [only, ...others] = referencesIn(value);
    if (only !== undefined && others.length === 0 && only.length === value.length) return valueOf(only.name, only.fallback, lookUp);
    return expandText(value, lookUp);
  }
  if (Array.isArray(value)) return (value as readonly JsonTemplate[]).map((item) => expandJson(item, lookUp));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, expandJson(member, lookUp)]));
  }
  return value;
};
