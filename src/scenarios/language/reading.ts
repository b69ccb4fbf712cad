import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node, type Scalar } from 'yaml';
import type { SourcePosition } from '../../kernel/recording.ts';
import { createNames, type NameKind } from './names.ts';
import { nearest } from '../../kernel/nearest.ts';
import type { Problem } from './problems.ts';
import { referencesIn } from './template.ts';
import { comingOf, idsOf, type Speech, type Spelling } from './speech.ts';

/** The most nodes read by way of aliases, so that a small file can't become a huge one. */
const MOST_ALIASED_NODES = 10_000;
/** The deepest that steps, lists and mappings may be nested. */
export const DEEPEST = 20;
/** A file with more problems than this is not a scenario file; the rest is not worth reading. */
const MOST_PROBLEMS = 1000;

/** Something in the file that a problem can be about: a node, or a range of offsets. */
export type Place = { readonly range?: readonly number[] | null | undefined } | { readonly from: number; readonly to: number };

/** An entry of a mapping, merged ones included. */
export interface MapEntry {
  readonly key: string;
  readonly keyNode: Scalar;
  readonly value: Node | null;
}

/** The text being read, and how its problems are told. */
export interface Source {
  readonly file: string;
  /** The whole file's text, all documents of it. */
  readonly text: string;
  /** Says that something is wrong. */
  complain(at: Place, message: string, more?: { readonly suggestion?: string | undefined; readonly expected?: string }): void;
  position(at: Place): SourcePosition;
}

/** What is known while one document is being read. */
export interface Reading extends Source {
  /** The node itself, or what the alias stands for; undefined after a complaint, or where nothing is written. */
  resolve(node: Node | null | undefined): Node | undefined;
  /** The entries of a mapping, with merge keys resolved; complains about keys written twice or that are not words. */
  entries(node: Node): readonly MapEntry[];
  /** Runs `read` one level deeper; complains and gives undefined where that is too deep. */
  deeper<Value>(at: Place, read: () => Value): Value | undefined;
  /** Complains about variables that nothing has given a value, and about broken ones. */
  checkTemplate(node: Scalar, text: string): void;
  /** With `isAgainRight`, the name may have been introduced before: who gives an id of their own may give it twice. */
  introduce(kind: NameKind, name: string, at: Place, isAgainRight?: boolean): void;
  /** Whether a name of this kind was introduced before. */
  isIntroduced(kind: NameKind, name: string): boolean;
  /** Complains unless the name was introduced before as one of these kinds (or, with `anywhere`, is introduced in this document at all). */
  refer(kinds: readonly NameKind[], name: string, at: Place, anywhere?: boolean): void;
  /** A variable that has a value; `at` where the document itself gives it, so that something of it must read it. */
  introduceVariable(name: string, at?: Place): void;
  /** The variables that the document reads. */
  readonly readVariables: ReadonlySet<string>;
  /** Says of each variable that the document gives and does not read where it is given. */
  complainOfIdleVariables(complain: Source['complain']): void;
  /** Runs `read` with a variable of its own, in a loop: a name may be given again each time round. */
  inLoop<Value>(variable: string | undefined, read: () => Value): Value;
  /** Runs `read` with names of its own: what it introduces is unknown again afterwards. */
  scoped<Value>(read: () => Value): Value;
  /** Runs `read` as a command that must be refused: what it names does not come to be. */
  withoutIntroducing<Value>(read: () => Value): Value;
  /** Whether what is read now must be refused by the domain. */
  isToBeRefused(): boolean;
  /** How the words of the system are spelt. */
  readonly spelling: Spelling;
  /** Says of a word that it is taken for the system's own spelling of it. */
  noteSpelling(at: Place, written: string): void;
  /** Runs the checks that had to wait for the end of the document. */
  finish(): void;
  /** Judgements found so far. */
  expectationCount: number;
  /** The path of the step being read. */
  path: readonly number[];
  /** The variable of a loop whose steps are to be read next. */
  pendingVariable: string | undefined;
  /** The event types that some hold keeps back. */
  readonly heldTypes: Set<string>;
}

const rangeOf = (at: Place): { readonly from: number; readonly to: number } => {
  if ('from' in at) return at;
  const [from = 0, to = from] = at.range ?? [];
  return { from, to };
};

/** Collects problems about one file, each with its place. */
export const createSource = (file: string, text: string, lines: LineCounter, problems: Problem[]): Source => {
  const position = (at: Place): SourcePosition => {
    // The parser may point just behind the last character; a problem always stands inside the file.
    const { line, col } = lines.linePos(Math.max(0, Math.min(rangeOf(at).from, text.length)));
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  return {
    file,
    text,
    position,
    complain: (at, message, more = {}) => {
      if (problems.length >= MOST_PROBLEMS) return;
      const { from, to } = rangeOf(at);
      const firstLine = text.slice(from, Math.min(to, from + 200)).split(/[\r\n]/, 1)[0] ?? '';
      problems.push({
        position: position(at),
        length: Math.max(1, firstLine.trimEnd().length),
        message,
        ...(more.suggestion === undefined ? {} : { suggestion: more.suggestion }),
        ...(more.expected === undefined ? {} : { expected: more.expected }),
      });
    },
  };
};

/** How many nodes stand under this one, itself included; aliases count as one, and are counted when followed. */
const sizeOf = (node: unknown): number => {
  if (isMap(node)) return node.items.reduce((sum, pair) => sum + 1 + sizeOf(pair.value), 1);
  if (isSeq(node)) return node.items.reduce<number>((sum, item) => sum + sizeOf(item), 1);
  return 1;
};

/** Follows aliases of one document, within bounds. */
const createResolve = (source: Source, document: Document): Reading['resolve'] => {
  let aliasedNodes = 0;
  const resolve: Reading['resolve'] = (node) => {
    if (node === null || node === undefined) return undefined;
    if (!isAlias(node)) return node;
    const target = node.resolve(document);
    if (target === undefined) {
      source.complain(node, `there is no anchor &${node.source} before this alias`);
      return undefined;
    }
    const before = aliasedNodes;
    aliasedNodes += sizeOf(target);
    if (aliasedNodes <= MOST_ALIASED_NODES) return resolve(target);
    if (before <= MOST_ALIASED_NODES) {
      source.complain(node, `aliases make this file too large: more than ${MOST_ALIASED_NODES} values are read by way of them`);
    }
    return undefined;
  };
  return resolve;
};

type Deeper = Reading['deeper'];

const createDeeper = (source: Source): Deeper => {
  let depth = 0;
  return (at, read) => {
    if (depth >= DEEPEST) {
      source.complain(at, `this is nested deeper than ${DEEPEST} levels`);
      return undefined;
    }
    depth += 1;
    const value = read();
    depth -= 1;
    return value;
  };
};

const createEntries = (source: Source, resolve: Reading['resolve'], deeper: Deeper): Reading['entries'] => {
  const mergedEntries = (keyNode: Scalar, value: Node | null): readonly MapEntry[] => {
    const target = resolve(value);
    const sources = isSeq(target) ? target.items.map((item) => resolve(item as Node)) : [target];
    return sources.flatMap((from) => {
      if (isMap(from)) return deeper(keyNode, () => entries(from)) ?? [];
      if (from !== undefined) source.complain(from, '<< merges mappings, and this is none');
      return [];
    });
  };
  const entries: Reading['entries'] = (node) => {
    if (!isMap(node)) return [];
    const own: MapEntry[] = [];
    const merged: MapEntry[] = [];
    const seen = new Map<string, Scalar>();
    for (const pair of node.items) {
      const keyNode = resolve(pair.key as Node | null);
      const value = pair.value as Node | null;
      if (keyNode === undefined || !isScalar(keyNode) || keyNode.value === null) {
        source.complain(keyNode ?? value ?? node, 'a key must be a word');
        continue;
      }
      const key = typeof keyNode.value === 'string' ? keyNode.value : String(keyNode.source ?? keyNode.value);
      if (key === '<<' && keyNode.type === 'PLAIN') {
        merged.push(...mergedEntries(keyNode, value));
        continue;
      }
      const first = seen.get(key);
      if (first === undefined) {
        own.push({ key, keyNode, value });
        seen.set(key, keyNode);
      } else {
        source.complain(keyNode, `${key} is written twice here, first on line ${source.position(first).line}`);
      }
    }
    for (const entry of merged) {
      if (!seen.has(entry.key)) own.push(entry);
      seen.set(entry.key, entry.keyNode);
    }
    return own;
  };
  return entries;
};

type NameReading = Pick<
  Reading,
  | 'introduce'
  | 'isIntroduced'
  | 'refer'
  | 'introduceVariable'
  | 'inLoop'
  | 'scoped'
  | 'withoutIntroducing'
  | 'isToBeRefused'
  | 'readVariables'
  | 'complainOfIdleVariables'
  | 'checkTemplate'
  | 'finish'
>;

const idleComplaints =
  (given: ReadonlyMap<string, Place>, read: ReadonlySet<string>): Reading['complainOfIdleVariables'] =>
  (complain) => {
    for (const [name, at] of given) {
      if (!read.has(name)) complain(at, `nothing reads the variable ${name}`, { expected: `\${${name}} somewhere in the scenario` });
    }
  };

const complainOfValueless = (source: Source, name: string, known: readonly string[], at: Place): void =>
  source.complain(at, `\${${name}} has no value here`, {
    suggestion: nearest(name, known),
    expected: `a variable of vars, of a loop around this step or captured before it, or \${${name}:-default}`,
  });

/** A variable that a text refers to. */
type VariableReference = { readonly name: string; readonly fallback: string | undefined };

/** Checks every variable in a text, each at its place. */
const createTemplateCheck =
  (source: Source, checkReference: (reference: VariableReference, at: Place) => void): Reading['checkTemplate'] =>
  (node, text) => {
    if (!text.includes('${')) return;
    const [from = 0, to = from] = node.range ?? [];
    const inSource = referencesIn(source.text.slice(from, to));
    const inText = referencesIn(text);
    inText.forEach((reference, index) => {
      // Escapes and folded lines can make the written text differ from the value; then the whole text is pointed at.
      const place = inSource.length === inText.length ? inSource[index] : undefined;
      checkReference(reference, place === undefined ? node : { from: from + place.index, to: from + place.index + place.length });
    });
    if (text.replaceAll('$${', '').split('${').length - 1 > inText.length) {
      source.complain(node, '${ begins a variable that is not well formed', {
        expected: '${name} or ${name:-default}; $${ for the two characters themselves',
      });
    }
  };

const createNameReading = (source: Source, speech: Speech, outside: Iterable<string>): NameReading => {
  const names = createNames(outside);
  const late: (() => void)[] = [];
  const readVariables = new Set<string>();
  const given = new Map<string, Place>();
  let isLoop = false;
  let isIntroducing = true;

  const refer = (kinds: readonly NameKind[], name: string, at: Place): void => {
    if (kinds.some((kind) => names.isIntroduced(kind, name))) return;
    const known = kinds.flatMap(names.all);
    source.complain(at, `${name} is not ${kinds.map((kind) => comingOf(speech, kind)).join(' or ')} before this step`, {
      suggestion: nearest(name, known),
      expected:
        known.length === 0
          ? `a name that an earlier step gives; there is none`
          : `one of: ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`,
    });
  };
  const checkReference = (reference: VariableReference, at: Place): void => {
    const [kind = '', name] = reference.name.split(':');
    if (name === undefined) readVariables.add(kind);
    if (name !== undefined) {
      const kinds = speech.things.map(({ what }) => what);
      if (kinds.includes(kind)) return refer([kind], name, at);
      source.complain(at, `\${${reference.name}} is of no kind that is known`, {
        suggestion: nearest(kind, kinds),
        expected: kinds.length === 0 ? 'a variable, without a colon' : idsOf(speech, ' or '),
      });
    } else if (!names.isVariable(kind) && reference.fallback === undefined) complainOfValueless(source, kind, names.variables(), at);
  };
  return {
    refer: (kinds, name, at, anywhere = false) => {
      if (anywhere) late.push(() => refer(kinds, name, at));
      else refer(kinds, name, at);
    },
    isIntroduced: names.isIntroduced,
    introduce: (kind, name, at, isAgainRight = false) => {
      if (!isIntroducing) return;
      const first = names.introduce(kind, name, rangeOf(at).from);
      // In a loop the same name may be given each time round; the last one counts.
      if (first === undefined || isLoop || isAgainRight) return;
      const { line } = source.position({ from: first, to: first });
      source.complain(at, `${name} is ${comingOf(speech, kind)} already, on line ${line}`, { expected: 'a name of its own' });
    },
    introduceVariable: (name, at) => {
      names.introduceVariable(name);
      if (at !== undefined) given.set(name, at);
    },
    readVariables,
    complainOfIdleVariables: idleComplaints(given, readVariables),
    isToBeRefused: () => !isIntroducing,
    inLoop: (variable, read) => {
      const wasLoop = isLoop;
      isLoop = true;
      const value = names.withVariable(variable, read);
      isLoop = wasLoop;
      return value;
    },
    scoped: names.scoped,
    withoutIntroducing: (read) => {
      isIntroducing = false;
      const value = read();
      isIntroducing = true;
      return value;
    },
    checkTemplate: createTemplateCheck(source, checkReference),
    finish: () => {
      for (const check of late) check();
    },
  };
};

/**
 * Begins the reading of one document.
 * @param speech what the words of the document stand for.
 * @param variables the names that are known from outside (`--var`).
 * @param notes hears what is worth a word, and no mistake.
 */
export const createReading = (source: Source, document: Document, speech: Speech, variables: Iterable<string>, notes: Source): Reading => {
  const resolve = createResolve(source, document);
  const deeper = createDeeper(source);
  const { spelling } = speech;
  return {
    ...source,
    ...createNameReading(source, speech, variables),
    resolve,
    deeper,
    entries: createEntries(source, resolve, deeper),
    spelling,
    noteSpelling: (at, written) => notes.complain(at, `${written} is taken for ${spelling.own(written)}: ${spelling.why}`),
    expectationCount: 0,
    path: [],
    pendingVariable: undefined,
    heldTypes: new Set(),
  };
};
