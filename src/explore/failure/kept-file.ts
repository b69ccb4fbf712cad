import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readKeptFailure, type KeptFailure } from './replay-file.ts';
import type { SystemModule } from '../definition.ts';
import { createRig, type Rig } from '../simulate/rig.ts';
import { OperatingError, fileReasonOf } from '../../kernel/errors.ts';
import { waitsForWriter } from '../../scenarios/language/waits-for-writer.ts';

const readable = <Result>(path: string, read: () => Result): Result => {
  try {
    return read();
  } catch (error) {
    throw new OperatingError('invalid-input', `${path} can not be read: ${fileReasonOf(error)}`, {
      mend: 'Give a file that `food-sim explore` wrote.',
      cause: error,
    });
  }
};

/** The rig that the file asks for. Throws an OperatingError (invalid-input) where the file names a mutation that there is not. */
const rigOf = (module: SystemModule, kept: KeptFailure, path: string): Rig => {
  try {
    return createRig(module, { mutations: kept.mutations });
  } catch (error) {
    if (!(error instanceof OperatingError) || error.trouble !== 'usage') throw error;
    throw new OperatingError('invalid-input', `${path} is not a schedule: mutations: ${error.message}`, {
      cause: error,
      ...(error.mend === undefined ? {} : { mend: error.mend }),
    });
  }
};

const readWhole = (file: string): string => {
  if (waitsForWriter(file)) throw new Error('it is a pipe or a socket, which may never end');
  return readFileSync(file, 'utf8');
};

/** As much of a file as its first line may need to show what it is. */
const HEAD = 256;
const beginsRun = (head: string): boolean => head.includes('"run.started"');

/** A failure that `explore` kept, and the rig that plays it. Throws an OperatingError (invalid-input) where the file is none. */
export const openKeptFailure = (module: SystemModule, path: string, cwd: string): { readonly kept: KeptFailure; readonly rig: Rig } => {
  const text = readable(path, () => readWhole(resolve(cwd, path)));
  if (beginsRun(text.slice(0, HEAD))) {
    throw new OperatingError('invalid-input', `${path} is a recording, and no failure that food-sim explore kept`, {
      mend: `Render it with food-sim report ${path}, or look at it with food-sim tui --open ${path}.`,
    });
  }
  const kept = readKeptFailure(text, path, module.system);
  return { kept, rig: rigOf(module, kept, path) };
};

/**
 * Whether a file is one that `explore` kept, and not a recording (which may be in a folder, and begins with its run).
 * Throws as {@link openKeptFailure}.
 */
export const isKeptFailure = (path: string, cwd: string): boolean => {
  const file = resolve(cwd, path);
  if (path.endsWith('.ndjson') || !readable(path, () => statSync(file)).isFile()) return false;
  const head = Buffer.alloc(HEAD);
  const handle = readable(path, () => openSync(file, 'r'));
  const length = readSync(handle, head, 0, HEAD, 0);
  closeSync(handle);
  return !beginsRun(head.toString('utf8', 0, length));
};
