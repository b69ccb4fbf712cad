/** The members of a command's body as fields of a step: what each takes, its own schema says. */
import { z } from 'zod';
import type { JsonTemplate, Sent, Template, WholeNumber } from './ast.ts';
import { canonicalKey, list, optional, required, type Field } from './structures.ts';
import { takenAs, type RouteWithBody } from './taken.ts';
import { flag, json, text, wholeOrVariable, word, type Type } from './types.ts';
import type { FieldWording, Wording } from './wording.ts';

/** A JSON Schema, as far as a step's fields are made from it. */
interface MemberSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly items?: MemberSchema;
  readonly description?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly properties?: Readonly<Record<string, MemberSchema>>;
  readonly required?: readonly string[];
}

/** A field that is sent as a member of the body. */
export interface MemberField {
  /** As files call it. */
  readonly name: string;
  readonly member: string;
  readonly field: Field;
  readonly as: Exclude<Sent['as'], 'id'>;
  /** What is sent where the file says nothing. */
  readonly fallback: Sent | undefined;
  /** A value that it may have, as it is written in an example. */
  readonly sample: string;
}

/** The member of a body that is no mapping: all of it. */
export const WHOLE = '';

type Kind = readonly [as: MemberField['as'], type: Type<unknown>];

const isWords = (values: readonly unknown[] | undefined): values is readonly string[] =>
  values?.every((value) => typeof value === 'string') === true;

const kindOf = (schema: MemberSchema, says: string | undefined): Kind => {
  if (isWords(schema.enum)) return ['text', word(says ?? 'a word that is known here', schema.enum)];
  // Whether it may be empty, too, the route says.
  if (schema.type === 'string') return ['text', text({ says: says ?? 'a text', isEmptyAllowed: true })];
  if (schema.type === 'integer') return ['whole', wholeOrVariable(Number.MIN_SAFE_INTEGER)];
  if (schema.type === 'boolean') return ['json', flag()];
  if (schema.type === 'array' && schema.items?.type === 'string' && schema.items.enum === undefined)
    return ['texts', list(text({ says: says ?? 'a text', isEmptyAllowed: true }), { isEmptyAllowed: true })];
  return ['json', json()];
};

const sampleOf = ({ enum: words, type, minimum, minLength = 0 }: MemberSchema, member: string): string => {
  if (words?.[0] !== undefined) return JSON.stringify(words[0]);
  if (type === 'integer' || type === 'number') return String(minimum ?? 1);
  if (type === 'boolean') return 'true';
  if (type === 'array') return '[]';
  return type === 'string'
    ? canonicalKey(member)
        .replaceAll(/[^A-Za-z0-9]/g, '')
        .padEnd(Math.max(1, minLength), 'x')
    : '{}';
};

const sentAs = (as: MemberField['as'], value: unknown): Sent => {
  switch (as) {
    case 'text':
      return { as, value: value as Template };
    case 'texts':
      return { as, value: value as readonly Template[] };
    case 'whole':
      return { as, value: value as WholeNumber };
    case 'json':
      return { as, value: value as JsonTemplate };
  }
};

const fieldOf = (
  route: RouteWithBody,
  name: string,
  { member, says, doc, default: fallback }: Partial<FieldWording> & { readonly member: string },
  schema: MemberSchema,
  isNeeded: boolean,
): MemberField => {
  const [as, plain] = kindOf(schema, says);
  // A word of a list needs no second opinion.
  const type = isWords(schema.enum) ? plain : takenAs(route, member, plain, as === 'json');
  const meaning = doc ?? schema.description ?? `The body's ${member}.`;
  const field = isNeeded && fallback === undefined ? required(type, meaning) : optional(type, meaning);
  return { name, member, field, as, fallback: fallback === undefined ? undefined : sentAs(as, fallback), sample: sampleOf(schema, member) };
};

/**
 * The members of the body of a route that a step has to tell: all but `copies`. Names that are `taken` by others are
 * written with `body ` before them.
 */
export const memberFields = (
  route: RouteWithBody,
  wording: Wording | undefined,
  copies: readonly string[],
  taken: ReadonlySet<string>,
): readonly MemberField[] => {
  const schema = z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as MemberSchema;
  const { properties, required: needed = [] } = schema;
  if (properties === undefined)
    return [{ name: 'body', member: WHOLE, field: required(json(), 'The whole body.'), as: 'json', fallback: undefined, sample: '{}' }];
  const worded = Object.entries(wording?.fields ?? {});
  const others = Object.keys(properties).filter(
    (member) => !copies.includes(member) && !worded.some(([, field]) => field.member === member),
  );
  const nameOf = (member: string): string => (taken.has(canonicalKey(member)) ? `body ${canonicalKey(member)}` : canonicalKey(member));
  return [
    ...worded.map(([name, field]) => fieldOf(route, name, field, properties[field.member] ?? {}, needed.includes(field.member))),
    ...others.map((member) => fieldOf(route, nameOf(member), { member }, properties[member] ?? {}, needed.includes(member))),
  ];
};

/** What the values of a step's fields are sent as, in the order of the body; what is left out is not sent. */
export const sentBody = (fields: readonly MemberField[], values: Readonly<Record<string, unknown>>): Readonly<Record<string, Sent>> =>
  Object.fromEntries(
    fields.flatMap(({ name, member, as, fallback }) => {
      const sent = values[name] === undefined ? fallback : sentAs(as, values[name]);
      return sent === undefined ? [] : [[member, sent] as const];
    }),
  );
