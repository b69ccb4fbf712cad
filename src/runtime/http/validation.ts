import { assert } from '../../kernel/errors.ts';
import { composed } from '../../kernel/words.ts';
import { nearest } from '../../kernel/nearest.ts';
import { z } from 'zod';
import type { FieldError } from './problems.ts';

/** What a request's part is read with: the schema, and the names that it knows, made once for each route. */
export interface PartReader {
  /** Reads the part; what is wrong is added to `errors`, and then the result means nothing. */
  read(value: unknown, errors: FieldError[]): unknown;
}

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Follows wrappers (optional, default, transform) down to the object that names the fields, if it is one. */
const objectWithin = (schema: unknown): z.ZodObject | undefined => {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodPipe) return objectWithin(schema.in);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault)
    return objectWithin(schema.unwrap());
  return undefined;
};

const namesAt = (schema: unknown, path: readonly PropertyKey[]): readonly string[] => {
  let object = objectWithin(schema);
  for (const key of path) object = objectWithin(object?.shape[String(key)]);
  return object === undefined ? [] : Object.keys(object.shape);
};

/** Adds the nearest known word where it is near enough to be meant. */
const unknownName = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known);
  if (near !== undefined) return `is not known; did you mean ${near}?`;
  return known.length === 0 ? 'is not known; none is taken here' : `is not known; known are ${known.join(', ')}`;
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (within, key) => (typeof within === 'object' && within !== null ? (within as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  );

const sentenceOf = (issue: z.core.$ZodIssue, value: unknown): string => {
  if (issue.code === 'invalid_type' && valueAt(value, issue.path) === undefined && issue.message.startsWith('Invalid input')) {
    return `is missing; expected ${issue.expected}`;
  }
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
};

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a body or a query with a route's schema; unknown names are errors, whatever the schema does with them. */
export const createPartReader = (schema: z.ZodType, where: 'body' | 'query'): PartReader => {
  const known = namesAt(schema, []);
  const object = objectWithin(schema);
  // A loose object takes any name on purpose.
  const takesAnyName = object === undefined || (object.def.catchall !== undefined && !(object.def.catchall instanceof z.ZodNever));
  const knownSet = new Set(known);
  return {
    read: (value, errors) => {
      if (!takesAnyName && isPlainObject(value)) {
        for (const name in value) {
          if (!knownSet.has(name)) errors.push({ field: pointer([name]), in: where, message: unknownName(name, known) });
        }
      }
      const result = schema.safeParse(value);
      if (result.success) return result.data;
      for (const issue of result.error.issues) {
        if (issue.code !== 'unrecognized_keys') {
          errors.push({ field: pointer(issue.path), in: where, message: sentenceOf(issue, value) });
        } else if (issue.path.length > 0) {
          for (const key of issue.keys) {
            errors.push({ field: pointer([...issue.path, key]), in: where, message: unknownName(key, namesAt(schema, issue.path)) });
          }
        }
      }
      return undefined;
    },
  };
};

/** Says what is wrong with a value, each with its path within it. */
export type MemberCheck = (value: unknown) => readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];

/** What one member of a body must be, by the schema of the whole and in the words of its refusal, for those who know that member alone. */
export const createMemberCheck = (schema: z.ZodType, member: string): MemberCheck => {
  const own: unknown = objectWithin(schema)?.shape[member];
  assert(own instanceof z.ZodType, `the body has a member ${member}`);
  return (value) => {
    const result = own.safeParse(value);
    return result.success ? [] : result.error.issues.map((issue) => ({ path: issue.path, message: sentenceOf(issue, value) }));
  };
};

const decode = (text: string): string | undefined => {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return composed(spaced);
  try {
    return composed(decodeURIComponent(spaced));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
};

/** Reads `a=1&b=2`. A name given twice and a broken percent-encoding are errors; there are no lists in our queries. */
export const parseQuery = (text: string, errors: FieldError[]): Record<string, string> => {
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decode(at === -1 ? pair : pair.slice(0, at));
    const value = at === -1 ? '' : decode(pair.slice(at + 1));
    if (name === undefined || value === undefined) {
      errors.push({ field: pointer([name ?? pair]), in: 'query', message: 'is not percent-encoded UTF-8' });
    } else if (name in query) {
      errors.push({ field: pointer([name]), in: 'query', message: 'is given more than once' });
    } else {
      query[name] = value;
    }
  }
  return query;
};

/** Names every query parameter of a route that takes none. */
export const refuseAllOf = (query: Readonly<Record<string, string>>, errors: FieldError[]): void => {
  for (const name in query) errors.push({ field: pointer([name]), in: 'query', message: unknownName(name, []) });
};
