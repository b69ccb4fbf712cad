import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { OperatingError } from '../../kernel/errors.ts';
import type { Configured, ConfigFile } from './config-file.ts';
import { CONFIG_FILE } from '../../scenarios/language/config-file-name.ts';
import { OPTION_NAMES, optionOf, variableOf, type OptionName, type Settings } from './options.ts';
import { Unfit } from './values.ts';

/** Where a value came from: `--jobs`, `FOOD_SIM_JOBS`, `food-sim.config.yaml:3:7` or `default`. */
export type Origin = string;

/** The options' values, and where each came from. */
export interface Resolved {
  readonly settings: Settings;
  readonly origins: Readonly<Record<OptionName, Origin>>;
  /** What was left out of account, for the user to know. */
  readonly notes: readonly string[];
}

/** What the command line says: an option's text, its texts, or that it is there. By the option's name. */
export type Flags = Readonly<Partial<Record<OptionName, string | boolean | readonly string[]>>>;

interface Said {
  readonly texts: readonly string[];
  readonly origin: Origin;
  readonly trouble: 'usage' | 'invalid-input';
}

const saidByFlag = (name: OptionName, value: string | boolean | readonly string[]): Said => ({
  texts: typeof value === 'object' ? value : [String(value)],
  origin: `--${value === false ? 'no-' : ''}${optionOf(name).flag ?? name}`,
  trouble: 'usage',
});

const saidByVariable = (name: OptionName, text: string): Said => ({
  texts: optionOf(name).kind === 'many' ? text.split(',').filter((part) => part !== '') : [text],
  origin: variableOf(name),
  trouble: 'usage',
});

const saidByFile = ({ texts, place }: Configured): Said => ({ texts, origin: place, trouble: 'invalid-input' });

const example = (name: OptionName, origin: Origin): string => {
  const option = optionOf(name);
  const value = option.kind === 'flag' ? 'true' : option.example;
  if (origin.startsWith('--')) return `For example: --${option.flag ?? name} ${value}`;
  return origin === variableOf(name) ? `For example: ${origin}=${value}` : `For example: ${name}: ${value}`;
};

const read = (name: OptionName, said: Said): unknown => {
  const option = optionOf(name);
  try {
    const values = said.texts.map((text) => option.read(text));
    return option.kind === 'many' ? values : values[0];
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    throw new OperatingError(said.trouble, `${said.origin}: ${error.message}`, { mend: example(name, said.origin) });
  }
};

const defaultOf = (name: OptionName, env: Readonly<Record<string, string | undefined>>): unknown => {
  const option = optionOf(name);
  return option.kind === 'many' ? [] : option.fallback(env);
};

/** The variable that decides on colours, where no option says anything. */
const colourSaidBy = (env: Readonly<Record<string, string | undefined>>): Origin =>
  ['FORCE_COLOR', 'NO_COLOR'].find((name) => (env[name] ?? '') !== '') ?? 'TERM';

const resolveSettings = (flags: Flags, env: Readonly<Record<string, string | undefined>>, file: ConfigFile | undefined): Resolved => {
  const settings: Partial<Record<OptionName, unknown>> = {};
  const origins: Partial<Record<OptionName, Origin>> = {};
  for (const name of OPTION_NAMES) {
    const flag = flags[name];
    const variable = env[variableOf(name)];
    const configured = file?.values.get(name);
    const said = [
      ...(flag === undefined ? [] : [saidByFlag(name, flag)]),
      ...(variable === undefined ? [] : [saidByVariable(name, variable)]),
      ...(configured === undefined ? [] : [saidByFile(configured)]),
    ];
    // What is overruled is read as well: a wrong value is a mistake wherever it stands.
    const values = said.map((one) => read(name, one));
    settings[name] = values.length > 0 ? values[0] : defaultOf(name, env);
    origins[name] = said[0]?.origin ?? (name === 'color' && settings.color !== undefined ? colourSaidBy(env) : 'default');
  }
  return { settings: settings as Settings, origins: origins as Record<OptionName, Origin>, notes: noteOfServices(env) };
};

const PREFIX = 'FOOD_SIM_';

/** What Kubernetes puts into a pod beside a Service whose name begins with `food-sim`, and Docker beside a linked container. */
const OF_A_SERVICE: readonly { readonly name: RegExp; readonly value?: RegExp }[] = [
  { name: /_SERVICE_(?:HOST|PORT(?:_[A-Z0-9_]+)?)$/ },
  { name: /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/ },
  { name: /_PORT$/, value: /^(?:tcp|udp|sctp):\/\// },
];

const isOfService = (variable: string, value: string | undefined): boolean =>
  OF_A_SERVICE.some((one) => one.name.test(variable) && (one.value?.test(value ?? '') ?? true));

/** Variables that are there because of a Service of our name, and mean nothing to us: one note for all of them. */
const noteOfServices = (env: Readonly<Record<string, string | undefined>>): readonly string[] => {
  const found = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && isOfService(name, env[name]))
    .sort();
  return found.length === 0 ? [] : [`${found.join(', ')}: ignored, since Kubernetes sets such variables for a Service; none is an option`];
};

/** A variable that is meant for us and that nobody reads would be ignored in silence, like an option that is misspelt. */
const refuseUnknownVariables = async (env: Readonly<Record<string, string | undefined>>): Promise<void> => {
  const known = OPTION_NAMES.map(variableOf);
  const unknown = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && env[name] !== undefined && !known.includes(name) && !isOfService(name, env[name]))
    .sort();
  if (unknown.length === 0) return;
  const { nearest } = await import('../../kernel/nearest.ts');
  // What follows the prefix decides: with it, every name would be near to every other.
  const hintOf = (name: string): string | undefined =>
    nearest(
      name.slice(PREFIX.length),
      known.map((variable) => variable.slice(PREFIX.length)),
    );
  const said = unknown.map((name) =>
    name === 'FOOD_SIM_PORT'
      ? `${name}: is called ${variableOf('port')} now, since Kubernetes sets the old name too`
      : `${name}: there is no such variable${hintOf(name) === undefined ? '' : `; did you mean ${PREFIX}${hintOf(name) ?? ''}?`}`,
  );
  throw new OperatingError('usage', said.join('\n'), {
    mend: `Unset it, or rename it: \`food-sim config\` shows every option, and --data-dir is ${variableOf('data-dir')}.`,
  });
};

/**
 * Settles every option: the command line is stronger than the environment, that than the configuration file, that
 * than the default. Throws an OperatingError that names the option, variable or place of a value that is wrong, and a
 * variable that begins like ours and is none of them.
 */
export const loadSettings = async (flags: Flags, env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<Resolved> => {
  await refuseUnknownVariables(env);
  const named = typeof flags.config === 'string' ? flags.config : env[variableOf('config')];
  const name = named ?? (existsSync(join(cwd, CONFIG_FILE)) ? CONFIG_FILE : undefined);
  // Its reader, and with it the YAML parser, is loaded only where there is a file to read.
  const file = name === undefined ? undefined : (await import('./config-file.ts')).readConfigFile(name, cwd);
  return resolveSettings(flags, env, file);
};
