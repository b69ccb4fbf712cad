import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SystemModule } from '../explore/definition.ts';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { SystemDefinition } from '../system/definition.ts';
import type { Invocation } from './command.ts';

const EXAMPLE = 'It must be a module that ends in `export default defineSystem({ … })`; docs/your-own-system.md shows one.';

/** What Node says of a module that it can not load, as what is wrong and what mends it. */
const WHY: Readonly<Record<string, readonly [problem: string, mend: string]>> = {
  ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX: [
    'has TypeScript that Node can not strip, such as an enum or a parameter property',
    'Write it without, or compile it and name the JavaScript.',
  ],
  ERR_UNKNOWN_FILE_EXTENSION: [
    'is not a file that Node can load',
    'Name a .ts, .mts, .js or .mjs file; TypeScript needs Node 22.18 or newer.',
  ],
  ERR_MODULE_NOT_FOUND: [
    'imports what is not there',
    'Install what it imports beside it, food-sim among that, or mend the path; relative imports need their ending: ./accounts.ts.',
  ],
};

/** The first line of a stack that is in the user's own file, as ` at FILE:LINE:COLUMN`; nothing where there is none. */
const placeIn = (error: unknown, file: string): string => {
  if (!(error instanceof Error)) return '';
  const line = (error.stack ?? '').split('\n').find((one) => one.includes(file));
  return /(?<place>:\d+(?::\d+)?)\)?$/.exec(line ?? '')?.groups?.['place'] ?? '';
};

const refuse = (path: string, file: string, error: unknown): OperatingError => {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const [problem, mend] = WHY[code] ?? [
    error instanceof SyntaxError ? 'is not a module that can be read' : 'threw while it was loaded',
    EXAMPLE,
  ];
  const own = error instanceof OperatingError ? error.mend : undefined;
  return new OperatingError('invalid-input', `${path}${placeIn(error, file)} ${problem}: ${messageOf(error)}`, {
    mend: own ?? mend,
    cause: error,
  });
};

const load = async (path: string, cwd: string): Promise<SystemModule> => {
  const file = resolve(cwd, path);
  if (!existsSync(file) || !statSync(file).isFile())
    throw new OperatingError('invalid-input', `${path}: there is no such file (${file})`, {
      mend: 'Name the file that defines the system: --system FILE.',
    });
  const url = pathToFileURL(file).href;
  let found: { readonly default?: unknown };
  try {
    found = (await import(url)) as { readonly default?: unknown };
  } catch (error) {
    throw refuse(path, file, error);
  }
  const { isSystem } = await import('../explore/define-system.ts');
  if (!('default' in found)) throw new OperatingError('invalid-input', `${path} has no default export`, { mend: EXAMPLE });
  if (!isSystem(found.default))
    throw new OperatingError('invalid-input', `what ${path} exports by default was not made by defineSystem`, { mend: EXAMPLE });
  return { system: found.default, url };
};

/**
 * The system that an invocation is about, with all that exploring needs: the bundled one, or that of `--system FILE`.
 * Throws an OperatingError (invalid-input) where the file is none.
 */
export const systemOf = async ({ settings, io }: Pick<Invocation, 'settings' | 'io'>): Promise<SystemModule> =>
  settings.system === undefined ? (await import('../contexts/explored.ts')).FOOD_MODULE : load(settings.system, io.cwd);

/** The same, for who only runs it or reads its documents. Throws as {@link systemOf}. */
export const definitionOf = async ({ settings, io }: Pick<Invocation, 'settings' | 'io'>): Promise<SystemDefinition> =>
  settings.system === undefined ? (await import('../contexts/index.ts')).FOOD : (await load(settings.system, io.cwd)).system;

/** The same, for who plays scenarios about it. Throws as {@link systemOf}. */
export const spokenOf = async ({ settings, io }: Pick<Invocation, 'settings' | 'io'>): Promise<SpokenSystem> =>
  settings.system === undefined ? (await import('../contexts/spoken.ts')).SPOKEN_FOOD : (await load(settings.system, io.cwd)).system;

/** The world on the bus: as it is said, or called like the system, so that two systems on one server do not meet. */
export const worldOf = ({ settings, origins }: Pick<Invocation, 'settings' | 'origins'>, { name }: SystemDefinition): string =>
  origins.world === 'default' ? name : settings.world;
