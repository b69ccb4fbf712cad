import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { OperatingError, messageOf } from '../kernel/errors.ts';
import { createLineReader } from '../kernel/lines.ts';
import type { Logger } from '../kernel/log.ts';

/** What the files end with that running systems listen on, in their data folder. */
export const CONTROL_SUFFIX = '.control';

/** The longest path that every system takes for a socket, in bytes (macOS: 104, with the last 0). */
const LONGEST_SOCKET_PATH = 103;

/** Where a process listens that runs this part of a data folder. */
export const controlPathOf = (dataDir: string, part: string): string => join(dataDir, part + CONTROL_SUFFIX);

/** Why there can be no socket at this path; undefined where there can. */
export const whyNoControl = (path: string): string | undefined => {
  if (process.platform === 'win32') return 'Windows has no sockets in folders';
  return Buffer.byteLength(path) > LONGEST_SOCKET_PATH
    ? `the path ${path} is longer than a socket's may be (${LONGEST_SOCKET_PATH} bytes)`
    : undefined;
};

/** Answers what was asked, item by item. Throws an OperatingError for what its user can mend. */
export type ControlDesk = (request: unknown) => AsyncIterable<unknown>;

/** A line of an answer: some items, and a last line that says how it ended. */
export type ControlLine =
  | { readonly item: unknown }
  | { readonly done: true }
  | { readonly error: { readonly trouble: OperatingError['trouble']; readonly message: string; readonly mend?: string | undefined } };

/** A process that listens to those who may use its folder. */
export interface Control {
  close(): Promise<void>;
}

const LONGEST_REQUEST_BYTES = 65_536;

/** Writes a line, and waits where the other side is slow to read. */
const write = async (socket: Socket, line: ControlLine): Promise<void> => {
  if (socket.destroyed || socket.write(`${JSON.stringify(line)}\n`)) return;
  await new Promise<void>((resolve) => {
    const over = (): void => {
      socket.off('drain', over).off('close', over);
      resolve();
    };
    socket.on('drain', over).on('close', over);
  });
};

const readRequest = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new OperatingError('invalid-input', `the request is not JSON: ${messageOf(error)}`, {
      mend: 'Use the food-sim that serves this folder.',
      cause: error,
    });
  }
};

const answer = async (socket: Socket, line: string, desk: ControlDesk, onBug: (error: unknown) => void): Promise<void> => {
  try {
    for await (const item of desk(readRequest(line))) await write(socket, { item });
    await write(socket, { done: true });
  } catch (error) {
    if (!(error instanceof OperatingError)) onBug(error);
    const { trouble, mend } = error instanceof OperatingError ? error : ({ trouble: 'infrastructure', mend: 'See its log.' } as const);
    await write(socket, { error: { trouble, message: messageOf(error), mend } });
  }
};

/** One request a connection: its first line. */
const serveOne = (socket: Socket, desk: ControlDesk, onBug: (error: unknown) => void): void => {
  let isAsked = false;
  let bytes = 0;
  const read = createLineReader((line) => {
    if (isAsked) return;
    isAsked = true;
    void answer(socket, line, desk, onBug).finally(() => socket.end());
  });
  // Who hangs up wants no answer.
  socket.on('error', () => socket.destroy());
  socket.setEncoding('utf8').on('data', (text: string) => {
    bytes += Buffer.byteLength(text);
    if (bytes > LONGEST_REQUEST_BYTES) socket.destroy();
    else read(text);
  });
};

const listen = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });

/**
 * Listens at a path of a folder that is this process's own, for its user alone. A socket that a killed process left there is replaced.
 * Throws an OperatingError (infrastructure) where the system allows none there.
 */
export const openControl = async (path: string, desk: ControlDesk, log: Logger, onBug: (error: unknown) => void): Promise<Control> => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveOne(socket, desk, onBug);
  });
  try {
    await rm(path, { force: true });
    await listen(server, path);
    await chmod(path, 0o600);
  } catch (error) {
    server.close();
    throw new OperatingError('infrastructure', `no socket can be made at ${path}: ${messageOf(error)}`, {
      mend: 'Use a data folder on a disk that takes sockets.',
      cause: error,
    });
  }
  server.on('error', (error) => log.warn({ err: error }, `the socket ${path} has trouble: ${messageOf(error)}`));
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
