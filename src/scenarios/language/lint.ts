import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import type { Grammar } from '../definition.ts';
import type { Scenario } from './ast.ts';
import { CONFIG_FILE } from './config-file-name.ts';
import { nearest } from '../../kernel/nearest.ts';
import { LARGEST_FILE, parseScenarios, type ParseOptions } from './parse.ts';
import { ScenarioErrors, type Problem } from './problems.ts';
import { racesIn } from './races.ts';
import { waitsForWriter } from './waits-for-writer.ts';

/** What looking at scenario files gave. */
export interface LintResult {
  /** The scenarios of all files without problems, in the order of the files. */
  readonly scenarios: readonly Scenario[];
  readonly problems: readonly Problem[];
  /** What is worth a word, and no mistake: the first word that is taken for another one. */
  readonly notes: readonly Problem[];
  /** What is expected, and hangs on how fast the machine is. */
  readonly warnings: readonly Problem[];
  /** The text of each file that was read, for showing the lines of its problems. */
  readonly sourceTexts: ReadonlyMap<string, string>;
  readonly fileCount: number;
}

const isScenarioFile = (name: string): boolean => /\.ya?ml$/i.test(name);

const wholeFile = (file: string, message: string, expected?: string): Problem => ({
  position: { file, line: 1, column: 1 },
  length: 1,
  message,
  ...(expected === undefined ? {} : { expected }),
});

/**
 * The scenario files under a directory, at any depth, in the order of their names; hidden ones, node_modules and
 * food-sim's own configuration aside.
 */
export const scenarioFilesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules' && entry.name !== CONFIG_FILE)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      if (entry.isDirectory()) return scenarioFilesUnder(path);
      return isScenarioFile(entry.name) ? [path] : [];
    });

/** The scenario files that a path names: itself, or those under it; none where nothing is there. */
export const scenarioFilesAt = (path: string): readonly string[] => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isDirectory() ? scenarioFilesUnder(path) : [path];
};

const filesOf = (path: string): readonly string[] | Problem => {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const files = scenarioFilesUnder(path);
    return files.length > 0 ? files : wholeFile(path, 'no scenario file is in this directory', 'files called *.yaml or *.yml');
  } catch (error) {
    return wholeFile(path, fileReasonOf(error), 'a scenario file, or a directory of them');
  }
};

type Read = { readonly text: string } | { readonly problem: Problem };

/** The file's bytes, or undefined where there are more. Its size tells nothing of pipes and devices, which may never end. */
const readAtMost = async (file: string, limit: number): Promise<Buffer | undefined> => {
  const handle = await open(file);
  try {
    const pieces: Buffer[] = [];
    let length = 0;
    for await (const piece of handle.createReadStream({ autoClose: false })) {
      pieces.push(piece as Buffer);
      length += (piece as Buffer).length;
      if (length > limit) return undefined;
    }
    return Buffer.concat(pieces);
  } finally {
    await handle.close();
  }
};

const readText = async (file: string): Promise<Read> => {
  try {
    if (waitsForWriter(file))
      return {
        problem: wholeFile(
          file,
          'this is a pipe or a socket, which may never end',
          'a file; /dev/stdin, or <(…) of the shell, for what a command writes',
        ),
      };
    const bytes = await readAtMost(file, 4 * LARGEST_FILE);
    if (bytes === undefined)
      return { problem: wholeFile(file, `this file has more than the ${4 * LARGEST_FILE} bytes that a scenario file may have`) };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof TypeError) return { problem: wholeFile(file, 'this file is not UTF-8 text', 'a YAML file in UTF-8') };
    return { problem: wholeFile(file, fileReasonOf(error)) };
  }
};

const refuseIdleVariables = (given: Iterable<string>, read: ReadonlySet<string>): void => {
  const idle = [...given].find((name) => !read.has(name));
  if (idle === undefined) return;
  const hint = nearest(idle, [...read]);
  throw new OperatingError(
    'usage',
    `--var ${idle}: no scenario reads this variable${hint === undefined ? '' : `; did you mean ${hint}?`}`,
    {
      mend: read.size === 0 ? 'They read none.' : `They read: ${[...read].sort().join(', ')}.`,
    },
  );
};

/**
 * Reads all scenario files that the paths name, as being about the grammar's system, and says all that is wrong with them. Directories are
 * searched for *.yaml and *.yml; a path without any scenario is a problem, never silence. Throws an OperatingError (usage) for
 * a variable from outside that no scenario reads: it is misspelt, or meant for other files.
 */
export const lintFiles = async (paths: readonly string[], grammar: Grammar, options: ParseOptions = {}): Promise<LintResult> => {
  const found = paths.map(filesOf);
  const files = [...new Set(found.flatMap((one) => ('message' in one ? [] : one)))];
  const problems: Problem[] = found.flatMap((one) => ('message' in one ? [one] : []));
  const notes: Problem[] = [];
  const warnings: Problem[] = [];
  const sourceTexts = new Map<string, string>();
  const scenarios: Scenario[] = [];
  const readVariables = new Set<string>();
  for (const file of files) {
    const read = await readText(file);
    if ('problem' in read) {
      problems.push(read.problem);
      continue;
    }
    sourceTexts.set(file, read.text);
    try {
      const parsed = parseScenarios(read.text, file, grammar, options);
      scenarios.push(...parsed.scenarios);
      problems.push(...parsed.idle);
      notes.push(...parsed.notes);
      warnings.push(...parsed.scenarios.flatMap((scenario) => racesIn(scenario, grammar)));
      for (const variable of parsed.readVariables) readVariables.add(variable);
    } catch (error) {
      if (!(error instanceof ScenarioErrors)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length === 0) refuseIdleVariables(options.variables ?? [], readVariables);
  return { scenarios, problems, notes: notes.slice(0, 1), warnings, sourceTexts, fileCount: files.length };
};
