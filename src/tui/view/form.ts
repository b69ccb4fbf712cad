/** What is filled in for a verb: texts on a form, and the body that they make. */
import type { Field } from '../definition.ts';
import type { Row } from '../model/model.ts';
import { lineOf, type Line } from './line-editor.ts';

/** The values of a field that one chooses from; undefined for one that is typed. */
export const choicesOf = ({ kind, choices }: Field): readonly string[] | undefined => (kind === 'boolean' ? ['true', 'false'] : choices);

const textOf = (value: unknown): string => (typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value));

/** The fields as lines to be typed in, with what is usually written. */
export const linesOf = (fields: readonly Field[], usual: Row): Readonly<Record<string, Line>> =>
  Object.fromEntries(fields.map((field) => [field.name, lineOf(textOf(usual[field.name] ?? choicesOf(field)?.[0]))]));

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const isRight = (field: Field, text: string): boolean => {
  if (text === '') return field.isOptional === true;
  if (field.pattern !== undefined) return field.pattern.test(text);
  if (field.kind === 'number') return Number.isFinite(Number(text));
  return field.kind === 'json' ? isJson(text) : (choicesOf(field)?.includes(text) ?? true);
};

/** The first field that can't be sent as it is; the system would say so too, but of each at a time. */
export const wrongField = (fields: readonly Field[], texts: Readonly<Record<string, string>>): Field | undefined =>
  fields.find((field) => !isRight(field, texts[field.name] ?? ''));

const valueOf = ({ kind }: Field, text: string): unknown => {
  switch (kind) {
    case 'number':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'json':
      return JSON.parse(text);
    case 'text':
    case 'choice':
      return text;
  }
};

/** What these texts say, as a request has it. */
export const bodyOf = (fields: readonly Field[], texts: Readonly<Record<string, string>>): Row =>
  Object.fromEntries(
    fields.flatMap((field) => {
      const text = texts[field.name] ?? '';
      return text === '' || text === field.usual ? [] : [[field.name, valueOf(field, text)]];
    }),
  );

/** What is usually written, as a request has it; undefined where nothing is. */
export const usualBody = (fields: readonly Field[], usual: Row | undefined): Row | undefined => {
  if (usual === undefined || fields.length === 0) return usual;
  return bodyOf(fields, Object.fromEntries(fields.map(({ name }) => [name, textOf(usual[name])])));
};
