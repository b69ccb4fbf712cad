import { access, constants, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import process from 'node:process';
import Sqlite from 'better-sqlite3';
import { OperatingError } from '../kernel/errors.ts';
import { birthOf, isProcessAlive } from './process-alive.ts';

/** A folder, or a part of it, that belongs to this process. */
export interface StoreLock {
  /** Also names the server's process: while that one lives, the folder is in use, whatever became of us. */
  addServer(pid: number): Promise<void>;
  release(): Promise<void>;
}

/** Who has, or had, a lock: a word for people, and for the server that may outlive its parent. The lock itself is the kernel's. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly server?: { readonly pid: number; readonly birth: string };
}

/** A server whose parent died is ended by its watchdog within this time. */
const PATIENCE_MS = 4_000;
const POLL_MS = 25;
/** Two that come at once wait for each other this long; then one of them has it. */
const BUSY_MS = 250;

/** The locks that this process holds. A database that nobody refers to is closed when it is collected, and its lock is gone. */
const held = new Set<Sqlite.Database>();

const isBusy = (error: unknown): boolean => error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code);

/** Takes SQLite's exclusive lock on an empty database, for as long as it is open; undefined where somebody else has it. */
const tryToLock = (file: string): Sqlite.Database | undefined => {
  const database = new Sqlite(file, { timeout: BUSY_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
};

const readOwner = async (file: string): Promise<Owner | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Owner;
  } catch (error) {
    // None, or half written by one that was killed.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

const inUse = (folder: string, owner: Owner | undefined): OperatingError => {
  const elsewhere = owner === undefined || owner.host === hostname() ? '' : ` on ${owner.host}`;
  return new OperatingError(
    'infrastructure',
    `${folder} is in use by ${owner === undefined ? 'another process' : `process ${owner.pid}${elsewhere}`}`,
    {
      mend: 'Stop that process, or use another folder.',
    },
  );
};

const isServerAlive = ({ server }: Owner): boolean =>
  server !== undefined && isProcessAlive(server.pid) && birthOf(server.pid) === server.birth;

/** The server of an owner that was killed is ended by its watchdog; until then the store is not ours. */
const untilServerEnded = async (folder: string, owner: Owner): Promise<void> => {
  for (const deadline = Date.now() + PATIENCE_MS; isServerAlive(owner);) {
    if (Date.now() > deadline) throw inUse(folder, { pid: owner.server!.pid, host: owner.host });
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
};

/**
 * Takes the folder, or a part of it by name, for this process alone. The kernel keeps the lock, and lets go of it when the process
 * ends, however it ends: process numbers prove nothing, since two containers on one volume are both process 1. The file that is
 * locked is never removed. Throws an OperatingError (infrastructure) that names the process which has it.
 */
export const lockStore = async (folder: string, part = 'food-sim'): Promise<StoreLock> => {
  // SQLite tells less of what is wrong with a folder.
  await access(folder, constants.W_OK | constants.X_OK);
  const ownerFile = resolve(folder, `${part}.owner`);
  const database = tryToLock(resolve(folder, `${part}.lock`));
  if (database === undefined) throw inUse(folder, await readOwner(ownerFile));
  const letGo = (): void => {
    held.delete(database);
    database.close();
  };
  held.add(database);
  const owner: Owner = { pid: process.pid, host: hostname() };
  try {
    const former = await readOwner(ownerFile);
    if (former !== undefined) await untilServerEnded(folder, former);
    await writeFile(ownerFile, JSON.stringify(owner));
  } catch (error) {
    letGo();
    throw error;
  }
  return {
    addServer: (pid) => writeFile(ownerFile, JSON.stringify({ ...owner, server: { pid, birth: birthOf(pid) } })),
    release: async () => {
      if (!held.has(database)) return;
      await rm(ownerFile, { force: true });
      letGo();
    },
  };
};
