/** What the HTTP faces of contexts have in common: paging, filters, times, and texts with a rule. */
import { z } from 'zod';
import type { Reply } from './route.ts';
import type { Reads, Table, Where } from '../tables/tables.ts';

/** A value as an error message shows it: JSON, cut short. */
const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
};

/** A zod error that says the rule and what was found: `must be …, and is …`. */
export const must = (rule: string) => ({
  error: (issue: { readonly input?: unknown }): string => `must be ${rule}, and is ${shown(issue.input)}`,
});

const ruleOf = (maxLength: number) => must(`a text of 1 to ${maxLength} characters`);

/** Half a surrogate pair is not a character: it would be kept as another. */
const bounded = (text: z.ZodString, maxLength: number): z.ZodString => {
  const rule = ruleOf(maxLength);
  const wellFormed = must(`a text of 1 to ${maxLength} characters, without halves of surrogate pairs`);
  return text
    .min(1, rule)
    .max(maxLength, rule)
    .refine((one) => one.isWellFormed(), wellFormed)
    .meta({ pattern: '\\S' });
};

/** A text of 1 to `maxLength` characters, without the spaces around it. */
export const trimmedText = (maxLength: number): z.ZodString => bounded(z.string(ruleOf(maxLength)).trim(), maxLength);

/** The same in its one composition, of which the characters are counted: taken apart, a text may have more of them, or fewer. */
const composedText = (maxLength: number): z.ZodString => bounded(z.string(ruleOf(maxLength)).trim().normalize('NFC'), maxLength);

const CONTROL = /[\u0000-\u001f\u007f]/;
/** The rule of an id as a pattern, for descriptions: what is around it is cut off. */
const ID_PATTERN = String.raw`^\s*(?!\.\.?\s*$)[^\s\u0000-\u001f\u007f]([^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f])?\s*$`;

/** An id that somebody else gives, of 1 to `maxLength` characters. It must be possible to ask for it by its path. */
export const idText = (maxLength: number): z.ZodString => {
  const rule = must(`an id of 1 to ${maxLength} characters, none of them a control character, and not . or ..`);
  // One id must not be two for looking the same: it is kept as it is asked for, by its path.
  return composedText(maxLength)
    .refine((id) => !CONTROL.test(id) && id !== '.' && id !== '..', rule)
    .meta({ pattern: ID_PATTERN });
};

/** A whole number from a query, where everything is text. */
const wholeNumber = (minimum: number, maximum: number) => {
  const rule = must(`a whole number from ${minimum} to ${maximum}`);
  return z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value),
    z.int(rule).min(minimum, rule).max(maximum, rule),
  );
};

/** Which page of a collection: `number` counts from 0, `size` is the most items on it. */
export interface Paging {
  readonly page: number;
  readonly size: number;
}

/** The query of a collection: its filters, `page` (from 0) and `size` (1 to 100, default 20); other names are refused. */
export const pagedQuery = <Filters extends z.ZodRawShape>(filters: Filters) =>
  z.strictObject({
    ...filters,
    page: wholeNumber(0, 1_000_000).default(0),
    size: wholeNumber(1, 100).default(20),
  });

/** A filter by an id or the like: a non-empty text. */
export const textFilter = composedText(200).optional();

/** The two times that every resource carries, as a schema: RFC 3339, UTC, milliseconds. */
export const timesShape = { createdAt: z.iso.datetime(), updatedAt: z.iso.datetime() };

/** The schema of a page of a collection. */
export const pageSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    page: z.object({ number: z.int(), size: z.int(), totalItems: z.int(), totalPages: z.int() }),
  });

/** The filters that were given: a filter left out must not become a condition. */
const given = <Row extends object>(filters: { readonly [Name in keyof Row]?: Row[Name] | undefined }): Where<Row> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined)) as Where<Row>;

/**
 * Answers one page of a collection. Sorted by the key, oldest first where ids are ours; a page beyond the
 * last one is empty.
 *
 * @param query what {@link pagedQuery} returned: every name beside `page` and `size` is a column that must be equal.
 */
export const pageOf = <Row extends object>(
  read: Reads,
  table: Table<Row>,
  query: Readonly<Record<string, unknown>>,
  toResource: (row: Row) => object,
): Reply => {
  const { page, size, ...filters } = query as unknown as Paging & { readonly [Name in keyof Row]?: Row[Name] | undefined };
  const where = given<Row>(filters as { readonly [Name in keyof Row]?: Row[Name] | undefined });
  const totalItems = read.count(table, where);
  const items = read.select(table, { where, limit: size, offset: page * size }).map(toResource);
  return { status: 200, body: { items, page: { number: page, size, totalItems, totalPages: Math.ceil(totalItems / size) } } };
};
