import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import { waitsForWriter } from '../../scenarios/language/waits-for-writer.ts';
import { nearest } from '../../kernel/nearest.ts';
import { OPTION_NAMES, optionOf, type OptionName } from './options.ts';

/** What a configuration file says of an option, as texts, and where. */
export interface Configured {
  readonly texts: readonly string[];
  /** `file:line:column`. */
  readonly place: string;
}

/** A configuration file that was read: its path as shown, and what it says. */
export interface ConfigFile {
  readonly path: string;
  readonly values: ReadonlyMap<OptionName, Configured>;
}

/** Thrown for a path that begins with the home folder of another user. */
class HomeOfOthers extends Error {}

const isOptionName = (name: string): name is OptionName => (OPTION_NAMES as readonly string[]).includes(name);

/** A scalar as it is written, so that a seed of 007 stays one. */
const scalarText = (node: unknown): string | undefined => {
  if (!isScalar(node) || node.value === null || typeof node.value === 'object') return undefined;
  return typeof node.value === 'string' ? node.value : (node.source ?? JSON.stringify(node.value));
};

/**
 * A path of the configuration with the home folder for `~`, which no shell replaces here. Throws where it names the home
 * of somebody else, which only a shell can find.
 */
const fromHome = (name: OptionName, text: string): string => {
  const { completes, kind } = optionOf(name) as { readonly completes?: string; readonly kind: string };
  const [, before = '', path = ''] = /^([a-z]+=)?(~.*)$/s.exec(text) ?? [];
  const isPath = path !== '' && (before === '' ? completes !== undefined && kind !== 'many' : name === 'report');
  if (!isPath) return text;
  if (!/^~(?:[/\\]|$)/.test(path))
    throw new HomeOfOthers(`${JSON.stringify(path)} begins with the home folder of another user; write its whole path`);
  return `${before}${join(homedir(), path.slice(1))}`;
};

/** The texts that a value stands for: one, or those of a list; NAME=VALUE for those of a map. Undefined where it is of another shape. */
const textsOf = (name: OptionName, value: unknown): readonly string[] | undefined => {
  const scalar = scalarText(value);
  if (scalar !== undefined) return [scalar];
  if (optionOf(name).kind !== 'many') return undefined;
  if (isSeq(value)) {
    const texts = value.items.map(scalarText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
  if (isMap(value)) {
    const texts = value.items.map((item) => [scalarText(item.key), scalarText(item.value)] as const);
    return texts.every(([key, text]) => key !== undefined && text !== undefined)
      ? texts.map(([key, text]) => `${key ?? ''}=${text ?? ''}`)
      : undefined;
  }
  return undefined;
};

const wantedShape = (name: OptionName): string =>
  optionOf(name).kind === 'many' ? 'a value, a list, or a map of names and values' : 'one value';

interface Reading {
  readonly problems: string[];
  readonly values: Map<OptionName, Configured>;
  readonly placeOf: (node: unknown) => string;
}

const readKey = (key: unknown, value: unknown, reading: Reading): void => {
  const { problems, values, placeOf } = reading;
  const name = scalarText(key) ?? '';
  if (!isOptionName(name) || name === 'config') {
    const hint = nearest(
      name,
      OPTION_NAMES.filter((option) => option !== 'config'),
    );
    problems.push(`${placeOf(key)}: unknown key ${JSON.stringify(name)}${hint === undefined ? '' : `; did you mean ${hint}?`}`);
    return;
  }
  const texts = isAlias(value) ? undefined : textsOf(name, value);
  const place = placeOf((value as Node | null)?.range === undefined ? key : value);
  if (texts === undefined) problems.push(`${place}: ${name} must be ${wantedShape(name)}, for example ${optionOf(name).example || 'true'}`);
  else {
    try {
      values.set(name, { texts: texts.map((text) => fromHome(name, text)), place });
    } catch (error) {
      if (!(error instanceof HomeOfOthers)) throw error;
      problems.push(`${place}: ${name}: ${error.message}`);
    }
  }
};

const invalid = (problems: readonly string[]): OperatingError =>
  new OperatingError('invalid-input', problems.join('\n'), {
    mend: 'The keys are the names of the options: `food-sim config` shows them all.',
  });

const parseConfig = (text: string, path: string): ConfigFile => {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
  const placeAt = (offset: number): string => {
    const { line, col } = lineCounter.linePos(offset);
    return `${path}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  if (document.errors.length > 0)
    throw invalid(document.errors.map((error) => `${placeAt(error.pos[0])}: is not valid YAML: ${error.message}`));
  const reading: Reading = { problems: [], values: new Map(), placeOf: (node) => placeAt((node as Node | null)?.range?.[0] ?? 0) };
  const { contents } = document;
  if (contents !== null && !isMap(contents))
    throw invalid([`${reading.placeOf(contents)}: must be a map of options and their values, for example jobs: 4`]);
  for (const item of contents?.items ?? []) if (isPair(item)) readKey(item.key, item.value, reading);
  if (reading.problems.length > 0) throw invalid(reading.problems);
  return { path, values: reading.values };
};

/** The file's text. Bytes of another encoding would silently become names of folders that nobody meant. */
const textOf = (bytes: Buffer, name: string): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new OperatingError('invalid-input', `${name}:1:1: this file is not UTF-8 text`, {
      mend: 'Save the configuration in UTF-8.',
      cause: error,
    });
  }
};

/** Reads a configuration file. Throws an OperatingError (invalid-input) where it can't be read, or is wrong. */
export const readConfigFile = (name: string, cwd: string): ConfigFile => {
  const path = resolve(cwd, name);
  let text: string;
  try {
    if (waitsForWriter(path)) throw new Error('it is a pipe or a socket, which may never end');
    text = textOf(readFileSync(path), name);
  } catch (error) {
    if (error instanceof OperatingError) throw error;
    throw new OperatingError('invalid-input', `${name}: the configuration file can't be read: ${fileReasonOf(error)}`, {
      mend: 'Name one that can be read with --config, or leave the option out.',
      cause: error,
    });
  }
  return parseConfig(text, relative(cwd, path) || path);
};
