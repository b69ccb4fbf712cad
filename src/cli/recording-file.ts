import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { messageOf, OperatingError } from '../kernel/errors.ts';
import { linesIn } from '../kernel/lines.ts';
import { waitsForWriter } from '../scenarios/language/index.ts';

const cannotRead = (path: string, error: unknown): OperatingError =>
  new OperatingError('invalid-input', `${path}: can't be read: ${messageOf(error)}`, { mend: 'Name a recording: one is made by food-sim run --report ndjson=FILE.', cause: error });

/** The recording itself, or the one recording in a folder. */
export const findRecording = async (path: string, cwd: string): Promise<string> => {
  let names: readonly string[];
  try {
    if (waitsForWriter(resolve(cwd, path))) throw new Error('it is a pipe or a socket, which may never end');
    if (!(await stat(resolve(cwd, path))).isDirectory()) return path;
    names = (await readdir(resolve(cwd, path))).filter((name) => name.endsWith('.ndjson')).sort();
  } catch (error) {
    throw cannotRead(path, error);
  }
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return join(path, name);
  const what = name === undefined ? 'holds no recording (*.ndjson)' : `holds several recordings: ${names.join(', ')}`;
  throw new OperatingError('invalid-input', `${path} ${what}`, { mend: 'Name the file.' });
};

/** The lines of a recording. Throws an OperatingError (invalid-input) for a file that can't be read. */
export async function* linesOf(path: string, cwd: string): AsyncGenerator<string> {
  const stream = createReadStream(resolve(cwd, path), { encoding: 'utf8' });
  try {
    yield* linesIn(stream as AsyncIterable<string>);
  } catch (error) {
    throw cannotRead(path, error);
  } finally {
    stream.destroy();
  }
}
