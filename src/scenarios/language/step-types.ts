/** How step types are declared, and how lists of steps are read. */
import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Step } from './ast.ts';
import { nearest } from '../../kernel/nearest.ts';
import { oneLine } from './one-line.ts';
import { DEEPEST, type Place, type Reading } from './reading.ts';
import { canonicalKey, spellings } from './structures.ts';
import { listWords, nodeSays, type JsonSchema, type Type } from './types.ts';

/** What every step has, whatever its kind. */
export type StepBase = Pick<Step, 'position' | 'text' | 'path'>;

/** A kind of step: the key that tells it, its value's type, and the step made of it. */
export interface StepType<Made extends Step = Step> {
  readonly key: string;
  /** Other spellings of the key. */
  readonly aliases: readonly string[];
  readonly group: 'commands' | 'judging' | 'flow' | 'faults';
  readonly doc: string;
  readonly examples: readonly string[];
  readonly value: Type<unknown>;
  /** Whether the bare word is a step: `- settle`. */
  readonly isBareAllowed: boolean;
  /** Makes the step of what `value` has read. */
  make(value: unknown, base: StepBase, reading: Reading): Made;
}

/** Declares a kind of step. */
export const defineStep = <Value, Made extends Step>(step: {
  readonly key: string;
  readonly aliases?: readonly string[];
  readonly group: StepType['group'];
  readonly doc: string;
  readonly examples: readonly string[];
  readonly value: Type<Value>;
  readonly isBareAllowed?: boolean;
  /** Makes the step; `reading` is for counting judgements. */
  readonly build: (value: Value, base: StepBase, reading: Reading) => Made;
}): StepType<Made> => ({
  key: step.key,
  aliases: step.aliases ?? [],
  group: step.group,
  doc: step.doc,
  examples: step.examples,
  value: step.value,
  isBareAllowed: step.isBareAllowed ?? false,
  make: (value, base, reading) => step.build(value as Value, base, reading),
});

/** The step type that a key tells, whatever its spelling. */
const stepTypeOf = <Made extends Step>(key: string, types: readonly StepType<Made>[]): StepType<Made> | undefined =>
  types.find((type) => type.key === canonicalKey(key) || type.aliases.includes(canonicalKey(key)));

const keysOf = (types: readonly StepType[]): readonly string[] => types.flatMap((type) => [type.key, ...type.aliases]);

const unknownStep = (written: string, at: Place, types: readonly StepType[], reading: Reading): undefined => {
  reading.complain(at, `there is no step ${written}`, {
    suggestion: nearest(written, keysOf(types)),
    expected: listWords(types.map((type) => type.key)),
  });
};

const readValue = (type: StepType, node: Node | null, at: Place, reading: Reading, base: StepBase): Step | undefined => {
  const value = type.value.read(node, at, reading);
  return value === undefined ? undefined : type.make(value, base, reading);
};

const readStep = (node: Node | null, at: Place, reading: Reading, types: readonly StepType[]): Step | undefined => {
  const resolved = reading.resolve(node);
  const place = resolved ?? at;
  const base: StepBase = { position: reading.position(place), text: oneLine(resolved, reading.text), path: reading.path.join('.') };
  if (isScalar(resolved) && typeof resolved.value === 'string') {
    const type = stepTypeOf(resolved.value, types);
    if (type === undefined) return unknownStep(resolved.value, resolved, types, reading);
    if (type.isBareAllowed) return readValue(type, null, resolved, reading, base);
    reading.complain(resolved, `${type.key} needs a value: ${type.value.says}`, { expected: `for example: ${type.examples[0]}` });
    return undefined;
  }
  if (!isMap(resolved)) {
    if (resolved !== undefined || node === null)
      reading.complain(place, `a step must be a mapping with one key, or a word, and is ${nodeSays(resolved)}`);
    return undefined;
  }
  const entries = reading.entries(resolved);
  const found = entries.flatMap((entry) => {
    const type = stepTypeOf(entry.key, types);
    return type === undefined ? [] : [{ entry, type }];
  });
  const [first, second] = found;
  // A loop may be written with its fields beside `times`, where all of them are the step's mapping.
  const loop = entries.some((entry) => canonicalKey(entry.key) === 'times') ? types.find((type) => type.key === 'repeat') : undefined;
  if (loop !== undefined && first === undefined) return readValue(loop, resolved, resolved, reading, base);
  for (const entry of entries) {
    if (stepTypeOf(entry.key, types) !== undefined) continue;
    if (first === undefined) unknownStep(entry.key, entry.keyNode, types, reading);
    else
      reading.complain(entry.keyNode, `the step ${first.type.key} takes no ${entry.key} beside it`, {
        expected: 'one key in each step; what belongs to it goes into its { … }',
      });
  }
  if (entries.length === 0) reading.complain(place, 'a step must not be empty', { expected: listWords(types.map((type) => type.key)) });
  if (second !== undefined)
    reading.complain(second.entry.keyNode, `${second.entry.key} is a step of its own`, {
      expected: 'one key in each step: begin a new line with "- "',
    });
  if (first === undefined || entries.length > 1) return undefined;
  return readValue(first.type, first.entry.value, first.entry.keyNode, reading, base);
};

/** A list of steps, each read with its path below the step that is being read. */
export const stepList = (types: () => readonly StepType[]): Type<readonly Step[]> => ({
  says: 'a list of steps',
  schema: { type: 'array', minItems: 1, items: { $ref: '#/$defs/step' } },
  read: (node, at, reading) => {
    const resolved = reading.resolve(node);
    if (!isSeq(resolved) || resolved.items.length === 0) {
      if (resolved === undefined && node !== null) return undefined;
      const is = isSeq(resolved) ? 'an empty one' : nodeSays(resolved);
      const isEmpty = resolved === undefined || (isScalar(resolved) && resolved.value === null);
      reading.complain(isEmpty ? at : resolved, `must be a list of steps, and is ${is}`);
      return undefined;
    }
    const outer = reading.path;
    if (outer.length >= DEEPEST) {
      reading.complain(resolved, `steps are nested deeper than ${DEEPEST} levels`);
      return undefined;
    }
    const steps = resolved.items.map((item, index) => {
      reading.path = [...outer, index + 1];
      return readStep(item as Node | null, resolved, reading, types());
    });
    reading.path = outer;
    return steps.includes(undefined) ? undefined : (steps as Step[]);
  },
});

/** The JSON Schema of one step: a mapping with one key, or a bare word. */
export const stepSchema = (types: readonly StepType[]): JsonSchema => {
  const properties = types.flatMap((type) =>
    [type.key, ...type.aliases]
      .flatMap(spellings)
      .map(
        (key) =>
          [
            key,
            { description: type.doc, ...(type.isBareAllowed ? { anyOf: [type.value.schema, { type: 'null' }] } : type.value.schema) },
          ] as const,
      ),
  );
  const repeat = types.find((type) => type.key === 'repeat');
  const bare = types.filter((type) => type.isBareAllowed).flatMap((type) => [type.key, ...type.aliases].flatMap(spellings));
  return {
    anyOf: [
      { type: 'object', minProperties: 1, maxProperties: 1, additionalProperties: false, properties: Object.fromEntries(properties) },
      ...(bare.length === 0 ? [] : [{ enum: bare }]),
      ...(repeat === undefined ? [] : [repeat.value.schema]),
    ],
  };
};
