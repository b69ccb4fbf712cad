/** Types made of other types: lists, mappings with known fields, and mappings whose first word decides the fields. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { SourcePosition } from '../../kernel/recording.ts';
import { nearest } from '../../kernel/nearest.ts';
import { oneLine } from './one-line.ts';
import type { MapEntry, Place, Reading } from './reading.ts';
import { listWords, nodeSays, type JsonSchema, type Type } from './types.ts';

/** A field of a mapping. */
export interface Field<Value = unknown, IsRequired extends boolean = boolean> {
  readonly type: Type<Value>;
  readonly isRequired: IsRequired;
  /** What it means: a sentence for the reference and the editor. */
  readonly doc: string;
}
/** The fields of a mapping by their names; a space in a name may be written as a hyphen. */
export type FieldTable = Readonly<Record<string, Field>>;
type ValueOf<F> = F extends Field<infer Value> ? Value : never;
/** What reading such a mapping gives. */
export type ValuesOf<Table extends FieldTable> = {
  readonly [Key in keyof Table as Table[Key]['isRequired'] extends true ? Key : never]: ValueOf<Table[Key]>;
} & { readonly [Key in keyof Table as Table[Key]['isRequired'] extends true ? never : Key]?: ValueOf<Table[Key]> };

/** A mapping's type, which the reference can look into. */
export interface FieldsType<Value> extends Type<Value> {
  readonly fields: FieldTable;
}

/** A field that must be there. */
export const required = <Value>(type: Type<Value>, doc: string): Field<Value, true> => ({ type, isRequired: true, doc });
/** A field that may be left out. */
export const optional = <Value>(type: Type<Value>, doc: string): Field<Value, false> => ({ type, isRequired: false, doc });

/** Keys are compared with spaces and hyphens being the same. */
export const canonicalKey = (key: string): string => key.trim().replaceAll(/[-\s]+/g, ' ');

/** How a key may be spelt. */
export const spellings = (key: string): readonly string[] => [...new Set([key, key.replaceAll(' ', '-')])];

/** The JSON Schema of a mapping with these fields. */
export const schemaOfFields = (fields: FieldTable): JsonSchema => {
  const names = Object.keys(fields);
  const mustHave = names.filter((key) => fields[key]?.isRequired === true);
  const twice = mustHave.filter((key) => spellings(key).length > 1);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(
      names.flatMap((key) => spellings(key).map((spelling) => [spelling, { description: fields[key]?.doc, ...fields[key]?.type.schema }])),
    ),
    required: mustHave.filter((key) => spellings(key).length === 1),
    ...(twice.length === 0 ? {} : { allOf: twice.map((key) => ({ anyOf: spellings(key).map((spelling) => ({ required: [spelling] })) })) }),
  };
};

/** Whether nothing is written there. */
export const isEmptyNode = (node: Node | undefined): boolean => node === undefined || (isScalar(node) && node.value === null);

/** Complains where the node is not a mapping; a mapping's entries otherwise. */
const mappingEntries = (what: string, node: Node | null, at: Place, reading: Reading): readonly MapEntry[] | undefined => {
  const resolved = reading.resolve(node);
  if (isMap(resolved)) return reading.entries(resolved);
  if (resolved === undefined && node !== null) return undefined;
  reading.complain(isEmptyNode(resolved) ? at : (resolved ?? at), `${what} must be a mapping, and is ${nodeSays(resolved)}`);
  return undefined;
};

const readFields = (
  what: string,
  fields: FieldTable,
  entries: readonly MapEntry[],
  at: Place,
  reading: Reading,
): Record<string, unknown> | undefined => {
  const byKey = new Map<string, MapEntry>();
  let isGood = true;
  for (const entry of entries) {
    const key = canonicalKey(entry.key);
    const earlier = byKey.get(key);
    if (fields[key] === undefined) {
      const free = Object.keys(fields).filter((known) => !entries.some((other) => canonicalKey(other.key) === known));
      reading.complain(entry.keyNode, `${what} has no field ${entry.key}`, {
        suggestion: nearest(entry.key, free),
        expected: listWords(Object.keys(fields)),
      });
      isGood = false;
    } else if (earlier !== undefined) {
      reading.complain(entry.keyNode, `${entry.key} is written twice here, first on line ${reading.position(earlier.keyNode).line}`);
      isGood = false;
    } else {
      byKey.set(key, entry);
    }
  }
  const values: Record<string, unknown> = {};
  // In the order of the table, not of the file: a name is introduced before it can be referred to.
  for (const [key, field] of Object.entries(fields)) {
    const entry = byKey.get(key);
    if (entry !== undefined) {
      const value = field.type.read(entry.value, entry.keyNode, reading);
      if (value === undefined) isGood = false;
      else values[key] = value;
    } else if (field.isRequired) {
      reading.complain(at, `${what} needs ${key}: ${field.type.says}`);
      isGood = false;
    }
  }
  return isGood ? values : undefined;
};

/** A mapping with these fields and no others. `what` names it in messages. */
export const fields = <Table extends FieldTable>(what: string, table: Table): FieldsType<ValuesOf<Table>> => ({
  says: 'a mapping',
  schema: schemaOfFields(table),
  fields: table,
  read: (node, at, reading) => {
    const entries = mappingEntries(what, node, at, reading);
    return entries === undefined ? undefined : (readFields(what, table, entries, at, reading) as ValuesOf<Table> | undefined);
  },
});

/** A mapping with these fields, for which one scalar (or list) may stand that is the field `short`. */
export const shorthand = <Table extends FieldTable>(
  what: string,
  short: keyof Table & string,
  table: Table,
): FieldsType<ValuesOf<Table>> => {
  const full = fields(what, table);
  const field = table[short];
  const othersRequired = Object.entries(table).filter(([key, other]) => other.isRequired && key !== short);
  return {
    ...full,
    says: `${field?.type.says}, or a mapping`,
    schema: othersRequired.length === 0 ? { anyOf: [{ ...field?.type.schema }, full.schema] } : full.schema,
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      if (isMap(resolved) || othersRequired.length > 0) return full.read(resolved ?? node, at, reading);
      if (isEmptyNode(resolved) && field?.isRequired === false) return {} as ValuesOf<Table>;
      const value = field?.type.read(resolved ?? null, at, reading);
      return value === undefined ? undefined : ({ [short]: value } as ValuesOf<Table>);
    },
  };
};

/** One form of a mapping: the key that tells it, and its fields, that key among them. */
export interface Form<Value> {
  readonly key: string;
  readonly doc: string;
  readonly examples: readonly string[];
  readonly fields: FieldTable;
  read(entries: readonly MapEntry[], at: Place, reading: Reading): Value | undefined;
}

/** Declares a form; `build` makes the value of its fields, or complains and gives undefined. */
export const defineForm = <Table extends FieldTable, Value>(form: {
  readonly key: keyof Table & string;
  readonly what: string;
  readonly doc: string;
  readonly examples: readonly string[];
  readonly fields: Table;
  readonly build: (
    values: ValuesOf<Table>,
    complain: (message: string, expected?: string) => undefined,
    reading: Reading,
  ) => Value | undefined;
}): Form<Value> => ({
  key: form.key,
  doc: form.doc,
  examples: form.examples,
  fields: form.fields,
  read: (entries, at, reading) => {
    const values = readFields(form.what, form.fields, entries, at, reading);
    if (values === undefined) return undefined;
    const keyNode = entries.find((entry) => canonicalKey(entry.key) === form.key)?.keyNode ?? at;
    const complain = (message: string, expected?: string): undefined => {
      reading.complain(keyNode, message, expected === undefined ? {} : { expected });
    };
    return form.build(values as ValuesOf<Table>, complain, reading);
  },
});

/** A mapping whose form is told by the one of its keys that names a form. `what` names it in messages. */
export const oneOfForms = <Value>(
  what: string,
  forms: () => readonly Form<Value>[],
): Type<Value> & { readonly forms: () => readonly Form<Value>[] } => ({
  says: 'a mapping',
  forms,
  get schema() {
    return { anyOf: forms().map((form) => schemaOfFields(form.fields)) };
  },
  read: (node, at, reading) => {
    const entries = mappingEntries(what, node, at, reading);
    if (entries === undefined) return undefined;
    const present = forms().filter((form) => entries.some((entry) => canonicalKey(entry.key) === form.key));
    // A form's key can be a field of another form; the form that knows the most of the keys is meant.
    const known = (form: Form<Value>): number => entries.filter((entry) => form.fields[canonicalKey(entry.key)] !== undefined).length;
    const best = Math.max(0, ...present.map(known));
    const [form, other] = present.filter((candidate) => known(candidate) === best);
    const keys = forms().map((candidate) => candidate.key);
    if (form !== undefined && other === undefined) {
      // A misspelt form key can hide behind a field that is another form's key.
      const strange = entries.find((entry) => form.fields[canonicalKey(entry.key)] === undefined);
      const meant =
        strange === undefined || nearest(strange.key, Object.keys(form.fields)) !== undefined ? undefined : nearest(strange.key, keys);
      if (strange === undefined || meant === undefined) return form.read(entries, at, reading);
      reading.complain(strange.keyNode, `${what} knows no ${strange.key}`, { suggestion: meant, expected: listWords(keys) });
      return undefined;
    }
    if (form !== undefined && other !== undefined) {
      const second = entries.filter((entry) => present.some((candidate) => candidate.key === canonicalKey(entry.key)))[1];
      reading.complain(second?.keyNode ?? at, `${what} is about one thing, and names ${form.key} and ${other.key}`, {
        expected: 'a step for each',
      });
      return undefined;
    }
    // Keys that are fields of some form are no mistake; the one that should tell the form is missing or misspelt.
    const strange = entries.filter((entry) => !forms().some((candidate) => candidate.fields[canonicalKey(entry.key)] !== undefined));
    for (const entry of strange) {
      reading.complain(entry.keyNode, `${what} knows no ${entry.key}`, { suggestion: nearest(entry.key, keys), expected: listWords(keys) });
    }
    if (strange.length === 0) reading.complain(at, `${what} does not say what it is about`, { expected: listWords(keys) });
    return undefined;
  },
});

/** A list of values of one type. */
export const list = <Value>(
  item: Type<Value>,
  options: { readonly isEmptyAllowed?: boolean; readonly orOne?: boolean } = {},
): Type<readonly Value[]> => {
  const says = `a list (${item.says} each)`;
  const isEmptyAllowed = options.isEmptyAllowed ?? false;
  const schema = { type: 'array', items: item.schema, ...(isEmptyAllowed ? {} : { minItems: 1 }) };
  return {
    says,
    schema: options.orOne === true ? { anyOf: [schema, item.schema] } : schema,
    read: (node, at, reading) => {
      const resolved = reading.resolve(node);
      if (!isSeq(resolved)) {
        if (options.orOne === true && !isEmptyNode(resolved)) {
          const one = item.read(resolved ?? null, at, reading);
          return one === undefined ? undefined : [one];
        }
        if (resolved !== undefined || node === null)
          reading.complain(isEmptyNode(resolved) ? at : (resolved ?? at), `must be ${says}, and is ${nodeSays(resolved)}`);
        return undefined;
      }
      if (resolved.items.length === 0 && !isEmptyAllowed) {
        reading.complain(resolved, 'must not be an empty list');
        return undefined;
      }
      const values = reading.deeper(resolved, () => resolved.items.map((element) => item.read(element as Node | null, resolved, reading)));
      return values === undefined || values.includes(undefined) ? undefined : (values as Value[]);
    },
  };
};

/** A mapping from keys of one type to values of another. */
export const mapOf = <Value>(what: string, key: Type<string>, value: Type<Value>): Type<Readonly<Record<string, Value>>> => ({
  says: 'a mapping',
  schema: {
    type: 'object',
    additionalProperties: value.schema,
    minProperties: 1,
    ...(Array.isArray(key.schema['enum']) ? { propertyNames: key.schema } : {}),
  },
  read: (node, at, reading) => {
    const entries = mappingEntries(what, node, at, reading);
    if (entries === undefined) return undefined;
    if (entries.length === 0) {
      reading.complain(at, `${what} is empty`);
      return undefined;
    }
    const read = entries.map(
      (entry) => [key.read(entry.keyNode, entry.keyNode, reading), value.read(entry.value, entry.keyNode, reading)] as const,
    );
    if (read.some(([name, member]) => name === undefined || member === undefined)) return undefined;
    return Object.fromEntries(read) as Record<string, Value>;
  },
});

/** A type whose values are checked, or changed, further. `check` complains and gives undefined, or gives the value. */
export const refined = <Value, Result>(
  type: Type<Value>,
  check: (value: Value, complain: (message: string, expected?: string) => undefined, reading: Reading) => Result | undefined,
): Type<Result> => ({
  ...type,
  get schema() {
    return type.schema;
  },
  read: (node, at, reading) => {
    const value = type.read(node, at, reading);
    if (value === undefined) return undefined;
    return check(
      value,
      (message, expected) => {
        reading.complain(at, message, expected === undefined ? {} : { expected });
        return undefined;
      },
      reading,
    );
  },
});

/** A type whose values know their position, and how they are written. */
export const placed = <Value extends object>(
  type: Type<Value>,
): Type<Value & { readonly position: SourcePosition; readonly text: string }> => ({
  ...type,
  get schema() {
    return type.schema;
  },
  read: (node, at, reading) => {
    const value = type.read(node, at, reading);
    const resolved = reading.resolve(node);
    return value === undefined
      ? undefined
      : { position: reading.position(resolved ?? at), text: oneLine(resolved, reading.text), ...value };
  },
});
