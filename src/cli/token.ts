import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Secret } from '../kernel/secret.ts';
import { waitsForWriter } from '../scenarios/language/waits-for-writer.ts';
import type { Invocation } from './command.ts';
import { Unfit, tokenText } from './options/values.ts';

const tokenIn = (path: string, cwd: string): Secret => {
  try {
    const file = resolve(cwd, path);
    if (waitsForWriter(file)) throw new Error('it is a pipe or a socket, which may never end');
    return tokenText(readFileSync(file, 'utf8'));
  } catch (error) {
    const what = error instanceof Unfit ? `holds no token: ${error.message}` : `can't be read: ${messageOf(error)}`;
    throw new OperatingError('invalid-input', `the token file ${path} ${what}`, {
      mend: 'Name a file that holds the token alone with --token-file.',
      cause: error,
    });
  }
};

/**
 * The bearer token of `--token` or of the file of `--token-file`; undefined where none is asked for. Throws an
 * OperatingError for a file that holds none.
 */
export const tokenOf = ({ settings, origins, io }: Pick<Invocation, 'settings' | 'origins' | 'io'>): Secret | undefined => {
  const { token } = settings;
  const file = settings['token-file'];
  if (token !== undefined && file !== undefined) {
    throw new OperatingError('usage', `${origins.token} and ${origins['token-file']} both say what the token is`, {
      mend: 'Leave one of the two out.',
    });
  }
  return file === undefined ? token : tokenIn(file, io.cwd);
};
