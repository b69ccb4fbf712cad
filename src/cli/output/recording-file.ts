import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import { waitsForWriter } from '../../scenarios/language/waits-for-writer.ts';
import { textLines } from '../terminal/text-lines.ts';

const cannotRead = (path: string, error: unknown): OperatingError =>
  new OperatingError('invalid-input', `${path}: can't be read: ${fileReasonOf(error)}`, {
    mend: 'Name a recording: one is made by food-sim run --report ndjson=FILE.',
    cause: error,
  });

/** The recording itself, or all in a folder. Throws an OperatingError (invalid-input) where there is none. */
export const findRecordings = async (path: string, cwd: string): Promise<readonly string[]> => {
  let names: readonly string[];
  try {
    if (waitsForWriter(resolve(cwd, path))) throw new Error('it is a pipe or a socket, which may never end');
    if (!(await stat(resolve(cwd, path))).isDirectory()) return [path];
    names = (await readdir(resolve(cwd, path))).filter((name) => name.endsWith('.ndjson')).sort();
  } catch (error) {
    throw cannotRead(path, error);
  }
  if (names.length === 0) throw new OperatingError('invalid-input', `${path} holds no recording (*.ndjson)`, { mend: 'Name the file.' });
  return names.map((name) => join(path, name));
};

/** The recording itself, or the one recording in a folder. Throws an OperatingError (invalid-input) where there is none, or several. */
export const findRecording = async (path: string, cwd: string): Promise<string> => {
  const [found = path, ...others] = await findRecordings(path, cwd);
  if (others.length === 0) return found;
  const names = [found, ...others].map((name) => basename(name));
  throw new OperatingError('invalid-input', `${path} holds several recordings: ${names.join(', ')}`, { mend: 'Name the file.' });
};

/** The lines of a recording. Throws an OperatingError (invalid-input) for a file that can't be read, or is no text. */
export async function* linesOf(path: string, cwd: string): AsyncGenerator<string> {
  try {
    yield* textLines(resolve(cwd, path), path);
  } catch (error) {
    throw error instanceof OperatingError ? error : cannotRead(path, error);
  }
}
