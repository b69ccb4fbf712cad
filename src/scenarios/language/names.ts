import { referencesIn } from './template.ts';

/** What steps can give names to: an `answer`, a `hold`, and each thing that the system's verbs make. */
export type NameKind = string;

/** Names are words, so that `${order:NAME}` can hold them. */
export const NAME = /^[\p{L}\p{N}_.-]+$/u;

const ANYTHING = '*any*';

/** The characters of a name, each `${…}` in it being one piece that stands for anything. */
const pieces = (name: string): readonly string[] => {
  const found: string[] = [];
  let from = 0;
  for (const reference of referencesIn(name)) {
    found.push(...name.slice(from, reference.index), ANYTHING);
    from = reference.index + reference.length;
  }
  return [...found, ...name.slice(from)];
};

/** Whether two names, in which `${…}` stands for anything, can be the same. */
export const canBeEqual = (one: string, other: string): boolean => {
  const right = pieces(other);
  // The classic table of two wildcard patterns, one row at a time.
  let row = Array.from({ length: right.length + 1 }, (_, index) => right.slice(0, index).every((piece) => piece === ANYTHING));
  for (const piece of pieces(one)) {
    const next = [piece === ANYTHING && (row[0] ?? false)];
    right.forEach((against, index) => {
      const [diagonal, above, beside] = [row[index] ?? false, row[index + 1] ?? false, next[index] ?? false];
      next.push(piece === ANYTHING || against === ANYTHING ? diagonal || above || beside : piece === against && diagonal);
    });
    row = next;
  }
  return row[right.length] ?? false;
};

/** The names that steps have introduced so far, and the variables that have a value. */
export interface Names {
  /** Where the name was introduced first, as an offset; undefined where it is new. Keeps the name. */
  introduce(kind: NameKind, name: string, offset: number): number | undefined;
  isIntroduced(kind: NameKind, name: string): boolean;
  all(kind: NameKind): readonly string[];
  isVariable(name: string): boolean;
  variables(): readonly string[];
  introduceVariable(name: string): void;
  /** Runs `read`; what it introduces is unknown again afterwards. */
  scoped<Value>(read: () => Value): Value;
  /** Runs `read` with a variable that exists only within. */
  withVariable<Value>(name: string | undefined, read: () => Value): Value;
}

/** No names yet, but the variables given from outside. */
export const createNames = (outside: Iterable<string>): Names => {
  let variables = new Set(outside);
  let introduced = new Map<NameKind, { readonly literal: Map<string, number>; readonly patterns: Map<string, number> }>();
  const ofKind = (kind: NameKind): { readonly literal: Map<string, number>; readonly patterns: Map<string, number> } => {
    const known = introduced.get(kind) ?? { literal: new Map<string, number>(), patterns: new Map<string, number>() };
    introduced.set(kind, known);
    return known;
  };
  const isPattern = (name: string): boolean => referencesIn(name).length > 0;
  const all = (kind: NameKind): readonly string[] => [...ofKind(kind).literal.keys(), ...ofKind(kind).patterns.keys()];
  return {
    introduce: (kind, name, offset) => {
      const kept = isPattern(name) ? ofKind(kind).patterns : ofKind(kind).literal;
      const first = kept.get(name);
      if (first === undefined) kept.set(name, offset);
      return first;
    },
    isIntroduced: (kind, name) => {
      // Names without a variable, that is nearly all of them, need no search.
      const { literal, patterns } = ofKind(kind);
      if (literal.has(name) || patterns.has(name)) return true;
      const candidates = isPattern(name) ? all(kind) : [...patterns.keys()];
      return candidates.some((candidate) => canBeEqual(candidate, name));
    },
    all,
    isVariable: (name) => variables.has(name),
    variables: () => [...variables],
    introduceVariable: (name) => {
      variables.add(name);
    },
    scoped: (read) => {
      const [outerVariables, outerIntroduced] = [variables, introduced];
      variables = new Set(outerVariables);
      introduced = new Map(
        [...outerIntroduced].map(([kind, { literal, patterns }]) => [kind, { literal: new Map(literal), patterns: new Map(patterns) }]),
      );
      const value = read();
      [variables, introduced] = [outerVariables, outerIntroduced];
      return value;
    },
    withVariable: (name, read) => {
      const isNew = name !== undefined && !variables.has(name);
      if (isNew) variables.add(name);
      const value = read();
      if (isNew) variables.delete(name);
      return value;
    },
  };
};
