import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OperatingError } from '../../kernel/errors.ts';
import { scenarioFilesUnder } from '../../scenarios/language/lint.ts';
import { CONFIG_FILE } from '../../scenarios/language/config-file-name.ts';
import type { Invocation } from '../command.ts';
import { OPTION_NAMES, optionOf, type OptionName } from '../options/options.ts';
import { foundAt } from './found-at.ts';
import { withoutLinks } from './output-file.ts';
import { wantedReports } from '../options/wanted-reports.ts';

/** A file that a command will write, by what the user calls it. */
interface Output {
  /** The option that names it, as the user wrote it. */
  readonly origin: string;
  readonly what: string;
  readonly path: string;
}

type Asked = Pick<Invocation, 'io' | 'words' | 'settings' | 'origins'> & { readonly options: readonly OptionName[] };

/** What comes with food-sim and is played where nobody names anything else. */
const BUNDLED = ['../../../scenarios', '../../../loads'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));

/** What tells a file from all others however its path is written; undefined where there is none, or it holds nothing to be lost. */
const identityOf = (path: string): string | undefined => {
  const found = foundAt(path);
  return found?.isFile() === true ? `${found.dev}:${found.ino}` : undefined;
};

const isFolder = (path: string): boolean => foundAt(path)?.isDirectory() === true;

/** The files that a path stands for when it is read: a file itself; of a folder, its scenarios and recordings. */
const filesOf = (path: string): readonly string[] => {
  if (!isFolder(path)) return [path];
  const recordings = readdirSync(path).filter((name) => name.endsWith('.ndjson'));
  return [...scenarioFilesUnder(path), ...recordings.map((name) => join(path, name))];
};

const textOf = (value: unknown): readonly string[] => (typeof value === 'string' ? [value] : []);

const inputsOf = ({ io, words, settings, options }: Asked): readonly string[] => {
  const named = OPTION_NAMES.filter(
    (name) => options.includes(name) && optionOf(name).completes === 'files' && optionOf(name).isOutput !== true,
  );
  const paths = [...words, CONFIG_FILE, ...named.flatMap((name) => textOf(settings[name]))].map((path) => resolve(io.cwd, path));
  return [...paths, ...BUNDLED.filter((folder) => existsSync(folder))].flatMap(filesOf);
};

const outputsOf = ({ settings, origins, options }: Asked): readonly Output[] => {
  const reports = options.includes('report') ? wantedReports({ settings, origins }) : [];
  const named = OPTION_NAMES.filter((name) => options.includes(name) && optionOf(name).isOutput === true);
  return [
    ...reports.flatMap(({ kind, path }) => (path === undefined ? [] : [{ origin: origins.report, what: kind, path }])),
    ...named.flatMap((name) =>
      textOf(settings[name]).map((path) => ({ origin: origins[name] === 'default' ? `--${name}` : origins[name], what: name, path })),
    ),
  ];
};

/**
 * Throws an OperatingError (usage) where what a command writes would replace what it reads, or two outputs would each spoil
 * what the other wrote. Links and other spellings of a path lead to the same file.
 */
export const refuseOverwriting = (asked: Asked): void => {
  const outputs = outputsOf(asked);
  if (outputs.length === 0) return;
  const written = new Map<string, Output>();
  let inputs: ReadonlyMap<string | undefined, string> | undefined;
  for (const output of outputs) {
    const file = withoutLinks(resolve(asked.io.cwd, output.path));
    const identity = identityOf(file);
    // A device holds nothing that could be spoilt.
    if (identity === undefined && existsSync(file)) continue;
    const other = written.get(identity ?? file);
    if (other !== undefined) {
      throw new OperatingError('usage', `${output.origin}: ${other.what} and ${output.what} can't both go to ${output.path}`, {
        mend: `Give one of them another file. For example: --report ${output.what}=OTHER`,
      });
    }
    written.set(identity ?? file, output);
    if (identity === undefined) continue;
    inputs ??= new Map(inputsOf(asked).map((path) => [identityOf(path), path]));
    const input = inputs.get(identity);
    if (input === undefined) continue;
    throw new OperatingError('usage', `${output.origin}: ${output.path} is read by this command (${input}), and would be written over`, {
      mend: 'Give the output another file.',
    });
  }
};
