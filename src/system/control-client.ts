import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { OperatingError, fileReasonOf, messageOf } from '../kernel/errors.ts';
import { linesIn } from '../kernel/lines.ts';
import { CONTROL_SUFFIX, type ControlLine } from './control.ts';

/** A process that runs on a data folder, and answers. */
export interface ControlledProcess {
  /** The contexts that it runs. */
  readonly contexts: readonly string[];
  /** The items of its answer. Throws what it says is wrong, and an OperatingError (infrastructure) where it does not answer to the end. */
  ask(request: unknown): AsyncIterable<unknown>;
}

const PATIENCE_MS = 10_000;

/** Undefined where nobody listens there any more. */
const connectTo = (path: string): Promise<Socket | undefined> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined);
      else
        reject(
          new OperatingError('infrastructure', `${path} can't be asked: ${fileReasonOf(error)}`, {
            mend: 'Ask as the user who started food-sim serve.',
            cause: error,
          }),
        );
    });
  });

const silent = (path: string, why: string): OperatingError =>
  new OperatingError('infrastructure', `the process that listens at ${path} ${why}`, {
    mend: 'Look at its log; a process that hangs is ended by its number.',
  });

const readLine = (path: string, line: string): ControlLine => {
  try {
    return JSON.parse(line) as ControlLine;
  } catch (error) {
    throw silent(path, `answers in words that can't be read (${messageOf(error)})`);
  }
};

async function* askOn(socket: Socket, path: string, request: unknown): AsyncGenerator {
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error(`it did not answer within ${PATIENCE_MS} ms`)));
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    for await (const text of linesIn(socket.setEncoding('utf8') as AsyncIterable<string>)) {
      const line = readLine(path, text);
      if ('item' in line) yield line.item;
      else if ('error' in line)
        throw new OperatingError(line.error.trouble, line.error.message, line.error.mend === undefined ? {} : { mend: line.error.mend });
      else return;
    }
    throw silent(path, 'hung up before it had answered');
  } catch (error) {
    throw error instanceof OperatingError ? error : silent(path, `can't be heard: ${messageOf(error)}`);
  } finally {
    socket.destroy();
  }
}

const askAt = (path: string) =>
  async function* (request: unknown): AsyncGenerator {
    const socket = await connectTo(path);
    if (socket === undefined) throw silent(path, 'is gone');
    yield* askOn(socket, path, request);
  };

const introduce = async (path: string): Promise<ControlledProcess | undefined> => {
  const socket = await connectTo(path);
  if (socket === undefined) return undefined;
  const contexts: string[] = [];
  for await (const name of askOn(socket, path, { ask: 'contexts' })) contexts.push(String(name));
  return { contexts, ask: askAt(path) };
};

const socketsIn = (dataDir: string): readonly string[] => {
  try {
    return readdirSync(dataDir)
      .filter((name) => name.endsWith(CONTROL_SUFFIX))
      .sort();
  } catch (error) {
    throw new OperatingError('infrastructure', `the data folder ${dataDir} can't be read: ${fileReasonOf(error)}`, {
      mend: 'Name the folder that food-sim serve --data-dir was given.',
      cause: error,
    });
  }
};

/**
 * The processes that run on this folder and answer. Throws an OperatingError (infrastructure) for a folder that can't be
 * read, or is another user's.
 */
export const processesOn = async (dataDir: string): Promise<readonly ControlledProcess[]> => {
  const found: ControlledProcess[] = [];
  for (const name of socketsIn(dataDir)) {
    const process = await introduce(join(dataDir, name));
    if (process !== undefined) found.push(process);
  }
  return found;
};
