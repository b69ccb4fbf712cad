/** What a field must be: a value, or something that is compared with it. */
import { isMap, type Node } from 'yaml';
import type { Comparison, Wanted } from './ast.ts';
import type { Place, Reading } from './reading.ts';
import { canonicalKey, schemaOfFields, spellings, type FieldTable } from './structures.ts';
import { json, listWords, type Type } from './types.ts';

const optionalValue = (doc: string): FieldTable[string] => ({ type: json(), isRequired: false, doc });

/** How a field may be compared, by the words for it. */
const COMPARISONS = {
  'at least': optionalValue('It, or more; texts by the alphabet, so that instants compare.'),
  'at most': optionalValue('It, or less.'),
  'more than': optionalValue('More than it.'),
  'less than': optionalValue('Less than it.'),
  not: optionalValue('Anything that is there, but this.'),
  'one of': { type: json(), isRequired: false, doc: 'One of the values of a list.' },
} as const satisfies Readonly<Record<Comparison['by'], FieldTable[string]>>;

const WORDS = Object.keys(COMPARISONS) as readonly Comparison['by'][];

const readComparisons = (node: Node, reading: Reading): Wanted | undefined => {
  const read = reading.entries(node).map(({ key, keyNode, value }): Comparison | undefined => {
    const by = WORDS.find((word) => word === canonicalKey(key));
    if (by === undefined) {
      reading.complain(keyNode, `${key} is not a comparison, and stands beside one`, { expected: listWords(WORDS) });
      return undefined;
    }
    const to = COMPARISONS[by].type.read(value, keyNode, reading) as Comparison['to'] | undefined;
    if (by === 'one of' && to !== undefined && (!Array.isArray(to) || to.length === 0)) {
      reading.complain(keyNode, 'one of needs a list of values', { expected: 'for example: { one of: [1, 2] }' });
      return undefined;
    }
    return to === undefined ? undefined : { by, to };
  });
  return read.includes(undefined) ? undefined : { compares: read as readonly Comparison[] };
};

/** A value that a field must equal; or a mapping of comparisons that must all hold: `{ at least: 1, less than: 10 }`. */
export const wanted = (): Type<Wanted> => {
  const value = json();
  return {
    says: 'a value, or comparisons',
    schema: { anyOf: [{ ...schemaOfFields(COMPARISONS), minProperties: 1 }, {}] },
    read: (node: Node | null, at: Place, reading: Reading) => {
      const resolved = reading.resolve(node);
      const isComparing =
        isMap(resolved) && reading.entries(resolved).some(({ key }) => WORDS.some((word) => spellings(word).includes(key)));
      if (isComparing) return readComparisons(resolved, reading);
      const equals = value.read(node, at, reading);
      return equals === undefined ? undefined : { equals };
    },
  };
};
