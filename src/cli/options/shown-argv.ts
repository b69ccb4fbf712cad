import { maskUrl } from '../../kernel/secret.ts';
import { OPTION_NAMES, optionOf } from './options.ts';

/** Options whose values are never shown, as they are written. */
const SECRET_FLAGS: ReadonlySet<string> = new Set(
  OPTION_NAMES.filter((name) => optionOf(name).isSecret === true).map((name) => `--${name}`),
);

/** A word of the command line, or its value, with what may be secret in a URL masked. */
const maskWord = (word: string): string => {
  const [, name, value] = /^(--[a-z-]+=)(.*)$/s.exec(word) ?? [];
  if (name !== undefined && value !== undefined) return name + (SECRET_FLAGS.has(name.slice(0, -1)) ? '***' : maskWord(value));
  return word.includes('://') || word.includes('@') ? maskUrl(word) : word;
};

/** The command line as it may be shown to others, in a report of a bug and to `ps`: without passwords and tokens. */
export const shownArgv = (argv: readonly string[]): readonly string[] =>
  argv.map((word, index) => (SECRET_FLAGS.has(argv[index - 1] ?? '') ? '***' : maskWord(word)));
