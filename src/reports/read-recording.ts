import { z } from 'zod';
import { messageOf, OperatingError } from '../kernel/errors.ts';
import { RECORDING_VERSION, type Entry } from '../kernel/recording.ts';
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

const checkFirst = (entry: Entry, file: string): void => {
  if (entry.kind !== 'run.started') throw damaged(file, 1, `a recording begins with run.started, and this with ${entry.kind}`);
  if (entry.version > RECORDING_VERSION) {
    throw new OperatingError('invalid-input', `${file}:1: was recorded in version ${entry.version}, and this food-sim reads up to version ${RECORDING_VERSION}`, {
      mend: 'Read it with the food-sim that recorded it, or a newer one.',
    });
  }
};

/**
 * Reads a recording line by line. Throws an OperatingError (invalid-input) that names the line where it is
 * damaged, cut off, or of a newer version; what came before was yielded already.
 */
export async function* readRecording(lines: AsyncIterable<string>, file: string): AsyncGenerator<Entry> {
  let line = 0;
  let isFinished = false;
  for await (const text of lines) {
    line += 1;
    const entry = parseLine(text, file, line);
    if (line === 1) checkFirst(entry, file);
    isFinished ||= entry.kind === 'run.finished';
    yield entry;
  }
  if (line === 0) throw damaged(file, 1, 'the file is empty');
  if (!isFinished) throw damaged(file, line, 'the recording ends here, before the run did');
}
