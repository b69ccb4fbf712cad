import { yesOrNo } from './values.ts';

/** The variables of an environment. */
export type Env = Readonly<Record<string, string | undefined>>;

/** What every option says of itself. */
export interface Description {
  readonly summary: string;
  /** A value as it may be written; shown where one is wrong. */
  readonly example: string;
  /** Words to offer when completing. */
  readonly choices?: readonly string[];
  /** `files` or `folders`: what to offer when completing. */
  readonly completes?: 'files' | 'folders';
  /** True where the file that it names is written, and not read. */
  readonly isOutput?: true;
  /** Never shown. */
  readonly isSecret?: true;
  /** How the default is described, where it is not a plain value. */
  readonly defaultSays?: string;
  /** How it is written on the command line of commands that have no other option of that name; its own name by default. */
  readonly flag?: string;
}

/** An option with one value. */
export interface One<Value, Default> extends Description {
  readonly kind: 'one';
  readonly placeholder: string;
  readonly read: (text: string) => Value;
  readonly fallback: (env: Env) => Default;
}

/** An option that may be given several times. */
export interface Many<Value> extends Description {
  readonly kind: 'many';
  readonly placeholder: string;
  readonly read: (text: string) => Value;
}

/** An option that is there or not. */
export interface Flag extends Description {
  readonly kind: 'flag';
  readonly read: (text: string) => boolean;
  /** True where it is written `--no-…`, and may also be given as `--…`. */
  readonly isNegated?: true;
  readonly fallback: (env: Env) => boolean | undefined;
}

/** An option with one value, and what it is where it is not given. */
export const one = <Value, Default>(
  placeholder: string,
  read: (text: string) => Value,
  description: Description,
  fallback: (env: Env) => Default,
): One<Value, Default> => ({ kind: 'one', placeholder, read, fallback, ...description });

/** An option with one value, or none. */
export const optional = <Value>(placeholder: string, read: (text: string) => Value, description: Description): One<Value, undefined> => ({
  kind: 'one',
  placeholder,
  read,
  fallback: () => undefined,
  ...description,
});

/** An option that may be given several times. */
export const many = <Value>(placeholder: string, read: (text: string) => Value, description: Description): Many<Value> => ({
  kind: 'many',
  placeholder,
  read,
  ...description,
});

/** An option that is there or not. */
export const flag = (summary: string): Flag => ({ kind: 'flag', read: yesOrNo, fallback: () => false, summary, example: '' });
