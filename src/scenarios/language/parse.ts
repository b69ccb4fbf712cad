import { LineCounter, parseAllDocuments, isMap, type Document, type Node } from 'yaml';
import type { Grammar } from '../definition.ts';
import type { Scenario } from './ast.ts';
import { ScenarioErrors, type Problem } from './problems.ts';
import { createReading, createSource, type Source } from './reading.ts';
import { nodeSays } from './types.ts';

/** A larger file is not a scenario: 1 MiB, in UTF-16 code units. */
export const LARGEST_FILE = 1024 * 1024;
/** Deeper brackets than this would only serve to exhaust the YAML parser's stack. */
const DEEPEST_BRACKETS = 200;

/** Options of {@link parseScenarios}. */
export interface ParseOptions {
  /** The names of variables that are given from outside (`--var`), beside those of `vars`. */
  readonly variables?: Iterable<string>;
}

/** The first place where flow brackets or block indentation are nested too deeply to be parsed safely; undefined where there is none. */
const tooDeep = (text: string): number | undefined => {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (character === '[' || character === '{') depth += 1;
    else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
    // Nested lists on one line: "- - - - …" needs no brackets.
    else if (character === '\n') depth = 0;
    if (depth > DEEPEST_BRACKETS) return index;
  }
  return undefined;
};

const parseDocuments = (source: Source, lines: LineCounter): readonly Document.Parsed[] | undefined => {
  try {
    const documents = parseAllDocuments(source.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'error' });
    return Array.isArray(documents) ? documents : [];
  } catch (error) {
    // The parser recurses with the nesting of the file; nothing else of what it throws is the file's fault.
    if (!(error instanceof RangeError)) throw error;
    source.complain({ from: 0, to: 0 }, 'this file is nested too deeply to be read');
    return undefined;
  }
};

/** Tells what the YAML parser found wrong; only its first word counts, since the rest follows from it. */
const complainOfSyntax = (source: Source, document: Document.Parsed): void => {
  const [trouble] = [...document.errors, ...document.warnings].sort((one, other) => one.pos[0] - other.pos[0]);
  if (trouble === undefined) return;
  const [from, to] = trouble.pos;
  if (source.text.slice(from - 1, from + 1) === '${') {
    const end = source.text.indexOf('}', from);
    const written = source.text.slice(from - 1, end + 1);
    source.complain({ from: from - 1, to: end + 1 }, `not valid YAML: within { } a variable needs quotes`, { suggestion: `"${written}"` });
    return;
  }
  const [first = ''] = trouble.message.split('\n', 1);
  source.complain({ from, to }, `not valid YAML: ${first.slice(0, 1).toLowerCase()}${first.slice(1)}`);
};

/** What the scenarios of a file hold. */
export interface Parsed {
  readonly scenarios: readonly Scenario[];
  /** The variables that they read. */
  readonly readVariables: ReadonlySet<string>;
  /** A problem for each variable that one of them gives and does not read. */
  readonly idle: readonly Problem[];
  /** Words that are taken for others, each at its place. */
  readonly notes: readonly Problem[];
}

/** What is found beside scenarios. */
interface Found {
  readonly readVariables: Set<string>;
  /** Hears of variables that nothing reads. */
  readonly idle: Source;
  /** Hears of words that are taken for others. */
  readonly notes: Source;
}

const readDocument = (
  source: Source,
  document: Document.Parsed,
  grammar: Grammar,
  options: ParseOptions,
  found: Found,
): Scenario | undefined => {
  const contents = document.contents as Node | null;
  const reading = createReading(source, document, grammar.speech, options.variables ?? [], found.notes);
  if (!isMap(contents)) {
    source.complain(
      contents ?? { from: 0, to: 0 },
      `a scenario must be a mapping with a name and steps, and is ${nodeSays(contents ?? undefined)}`,
    );
    return undefined;
  }
  const scenario = grammar.scenario.read(contents, contents, reading);
  reading.finish();
  for (const variable of reading.readVariables) found.readVariables.add(variable);
  reading.complainOfIdleVariables(found.idle.complain);
  if (scenario === undefined) return undefined;
  if (reading.expectationCount === 0) {
    source.complain(contents, `${scenario.name} expects nothing, so it could never fail`, {
      expected: 'an expect, eventually, refused, a request with expect, or a load with thresholds',
    });
    return undefined;
  }
  return { ...scenario, position: source.position(contents) };
};

const isEmpty = (document: Document.Parsed): boolean =>
  document.contents === null || (document.contents.range[0] === document.contents.range[1] && document.errors.length === 0);

/**
 * Reads the scenarios of one file.
 * @param text the file's text; a byte order mark is skipped.
 * @param file its name, for positions.
 * @param grammar what can be said about the system that they are about.
 * @throws ScenarioErrors with all problems, in the order of their places.
 */
export const parseScenarios = (text: string, file: string, grammar: Grammar, options: ParseOptions = {}): Parsed => {
  const problems: Problem[] = [];
  const lines = new LineCounter();
  const source = createSource(file, text.replace(/^\ufeff/, ''), lines, problems);
  const idle: Problem[] = [];
  const notes: Problem[] = [];
  const found: Found = {
    readVariables: new Set(),
    idle: createSource(file, source.text, lines, idle),
    notes: createSource(file, source.text, lines, notes),
  };
  const scenarios = readAll(source, lines, grammar, options, found);
  const [first, second] = scenarios.length < 2 ? [] : sameNames(scenarios);
  if (first !== undefined && second !== undefined) {
    source.complain(
      { from: 0, to: 0 },
      `two scenarios of this file are called ${second.name}, on lines ${first.position.line} and ${second.position.line}`,
    );
  }
  if (problems.length === 0) return { scenarios, readVariables: found.readVariables, idle, notes };
  problems.sort((one, other) => one.position.line - other.position.line || one.position.column - other.position.column);
  throw new ScenarioErrors(problems, source.text);
};

const sameNames = (scenarios: readonly Scenario[]): readonly Scenario[] => {
  const byName = new Map<string, Scenario>();
  for (const scenario of scenarios) {
    const first = byName.get(scenario.name);
    if (first !== undefined) return [first, scenario];
    byName.set(scenario.name, scenario);
  }
  return [];
};

const readAll = (source: Source, lines: LineCounter, grammar: Grammar, options: ParseOptions, found: Found): readonly Scenario[] => {
  if (source.text.length > LARGEST_FILE) {
    source.complain(
      { from: 0, to: 0 },
      `this file has ${source.text.length} characters, more than the ${LARGEST_FILE} that a scenario file may have`,
    );
    return [];
  }
  const deep = tooDeep(source.text);
  if (deep !== undefined) {
    // The lines are counted by the parser, which must not see this text.
    for (let index = -1; index === -1 || index < deep; index = source.text.indexOf('\n', index + 1)) {
      lines.addNewLine(index + 1);
      if (!source.text.includes('\n', index + 1)) break;
    }
    source.complain({ from: deep, to: deep }, `brackets are nested deeper than ${DEEPEST_BRACKETS} levels`);
    return [];
  }
  const documents = parseDocuments(source, lines);
  if (documents === undefined) return [];
  const full = documents.filter((document) => !isEmpty(document));
  if (full.length === 0 && documents.every((document) => document.errors.length === 0)) {
    source.complain({ from: 0, to: 0 }, 'there is no scenario in this file', { expected: 'a mapping with a name and steps' });
  }
  return full.flatMap((document) => {
    complainOfSyntax(source, document);
    // A tree that came of a syntax error would only bring problems that are none.
    const scenario = document.errors.length > 0 ? undefined : readDocument(source, document, grammar, options, found);
    return scenario === undefined ? [] : [scenario];
  });
};
