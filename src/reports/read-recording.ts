import { z } from 'zod';
import { messageOf, OperatingError } from '../kernel/errors.ts';
import { RECORDING_VERSION, type Entry } from '../kernel/recording.ts';
import { createRunJoiner } from './join-runs.ts';
import { entrySchema } from './recording-schema.ts';

const damaged = (file: string, line: number, what: string, cause?: unknown): OperatingError =>
  new OperatingError('invalid-input', `${file}:${line}: ${what}`, {
    mend: 'The recording is damaged or was cut off; make it again with `food-sim run --report ndjson=FILE`.',
    cause,
  });

const parseLine = (text: string, file: string, line: number): Entry => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damaged(file, line, `is not JSON: ${messageOf(error)}`, error);
  }
  const read = entrySchema.safeParse(value);
  // The value itself is returned, not the parsed copy: what a report shows has the bytes of the recording.
  if (read.success) return value as Entry;
  throw damaged(file, line, `is not an entry of a recording: ${z.prettifyError(read.error).replace(/\s+/g, ' ')}`, read.error);
};

const checkVersion = (entry: Entry, file: string, line: number): void => {
  if (entry.kind !== 'run.started' || entry.version <= RECORDING_VERSION) return;
  throw new OperatingError(
    'invalid-input',
    `${file}:${line}: was recorded in version ${entry.version}, and this food-sim reads up to version ${RECORDING_VERSION}`,
    {
      mend: 'Read it with the food-sim that recorded it, or a newer one.',
    },
  );
};

/**
 * Reads a recording line by line. Of several runs in one file it makes one, which ends as the worst of them. Throws an
 * OperatingError (invalid-input) that names the line where it is damaged, cut off, or of a newer version; what came before
 * was yielded already.
 */
export async function* readRecording(lines: AsyncIterable<string>, file: string): AsyncGenerator<Entry> {
  let line = 0;
  const joiner = createRunJoiner((what) => {
    throw damaged(file, line, what);
  });
  for await (const text of lines) {
    line += 1;
    const entry = parseLine(text, file, line);
    checkVersion(entry, file, line);
    const told = joiner.put(entry);
    if (told !== undefined) yield told;
  }
  if (line === 0) throw damaged(file, 1, 'the file is empty');
  yield joiner.end();
}
