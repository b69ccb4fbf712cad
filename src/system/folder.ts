import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { lockStore, type StoreLock } from '../bus/store-lock.ts';
import { OperatingError, messageOf } from '../kernel/errors.ts';

/** Where a system keeps its state. */
export interface Folder {
  readonly path: string;
  /** Whether it goes with the process, however that ends. */
  readonly isTemporary: boolean;
  /** Lets go of it, and removes it where it is temporary. */
  close(): Promise<void>;
}

/** What is asked of a folder. */
export interface FolderOptions {
  /** To go on from; made where it is not there. A temporary folder where absent. */
  readonly dataDir?: string | undefined;
  /** What of a data folder must belong to this process alone: contexts that run in different processes may share one. */
  readonly parts: readonly string[];
  /** Keeps a temporary folder too. */
  readonly keep?: boolean;
}

const isFolder = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
};

/** One folder at a time: Node's own recursion never ends where a folder can't be made, as in /proc. */
const makeFolders = async (path: string, isLast = true): Promise<void> => {
  if (await isFolder(path)) return;
  if (dirname(path) !== path) await makeFolders(dirname(path), false);
  try {
    // Addresses of customers stand in it: nobody else on this machine is to read them.
    await mkdir(path, { mode: isLast ? 0o700 : 0o777 });
  } catch (error) {
    // Somebody else made it in between.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isFolder(path))) throw error;
  }
};

const unusable = (what: string, error: unknown): OperatingError =>
  new OperatingError('infrastructure', `the data folder ${what}: ${messageOf(error)}`, {
    mend: 'Name a folder that you may write to, on a disk with room, with --data-dir.',
    cause: error,
  });

const lockParts = async (path: string, parts: readonly string[]): Promise<readonly StoreLock[]> => {
  const locks: StoreLock[] = [];
  try {
    for (const part of parts) locks.push(await lockStore(path, part));
    return locks;
  } catch (error) {
    for (const lock of locks) await lock.release();
    throw error instanceof OperatingError ? error : unusable(`${path} can't be used`, error);
  }
};

const openKept = async (path: string, parts: readonly string[]): Promise<Folder> => {
  try {
    await makeFolders(path);
  } catch (error) {
    throw unusable(`${path} can't be made`, error);
  }
  const locks = await lockParts(path, parts);
  return {
    path,
    isTemporary: false,
    close: async () => {
      for (const lock of locks) await lock.release();
    },
  };
};

const openTemporary = async (keep: boolean): Promise<Folder> => {
  let path: string;
  try {
    path = await mkdtemp(join(tmpdir(), 'food-sim-'));
  } catch (error) {
    throw new OperatingError('infrastructure', `no temporary folder can be made: ${messageOf(error)}`, {
      mend: "Free space there, or name a folder with --data-dir (or the system's with TMPDIR).",
      cause: error,
    });
  }
  if (keep) return { path, isTemporary: false, close: () => Promise.resolve() };
  // Who ends the process at once (a second Ctrl-C) does not wait for us.
  const removeAtExit = (): void => {
    rmSync(path, { recursive: true, force: true });
  };
  process.once('exit', removeAtExit);
  return {
    path,
    isTemporary: true,
    close: async () => {
      await rm(path, { recursive: true, force: true });
      process.off('exit', removeAtExit);
    },
  };
};

/**
 * Opens the folder of a system. Throws an OperatingError (infrastructure) where it can't be made or written to,
 * or another process has it.
 */
export const openFolder = ({ dataDir, parts, keep = false }: FolderOptions): Promise<Folder> =>
  dataDir === undefined ? openTemporary(keep) : openKept(dataDir, parts);
