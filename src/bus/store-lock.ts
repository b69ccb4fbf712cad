import { readFileSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { OperatingError } from '../kernel/errors.ts';

/**
 * Whether a process has ended and only waits for its parent to take note. Where a container's first process takes
 * none, it waits for ever. Known on Linux only; elsewhere whoever adopts a process takes note at once.
 */
const isZombie = (pid: number): boolean => {
  try {
    // The state follows the name, which stands in brackets and may hold any character.
    return /\) [ZX] [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    // No such file: no Linux, or gone meanwhile.
    return false;
  }
};

/** Whether a process of this id runs (one of another user counts). */
export const isProcessAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** A folder that belongs to this process. */
export interface StoreLock {
  /** Also names the server's process: while that one lives, the folder is in use, whatever became of us. */
  addServer(pid: number): Promise<void>;
  release(): Promise<void>;
}

/** A server whose parent died is ended by its watchdog within this time. */
const PATIENCE_MS = 4_000;
const POLL_MS = 25;

const readPids = async (file: string): Promise<readonly number[] | undefined> => {
  try {
    return (await readFile(file, 'utf8')).split(/\s+/).map(Number).filter((pid) => pid > 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const tryToCreate = async (file: string, content: string): Promise<boolean> => {
  try {
    await writeFile(file, content, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
};

/** The locks that this process holds now. One that it does not hold and that bears its number is from an earlier process of that number. */
const held = new Set<string>();

/** Removes a lock whose owners are dead, unless somebody else took it over in the meantime. */
const removeStale = async (file: string, owners: readonly number[]): Promise<void> => {
  const aside = `${file}.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readPids(aside);
  if (moved?.join() === owners.join()) await rm(aside, { force: true });
  // It is the new owner's: give it back.
  else await rename(aside, file);
};

/**
 * Takes the folder, or a part of it by name, for this process alone. A lock left behind by a dead process is taken over.
 * Throws an OperatingError (infrastructure) that names the process which has it.
 */
export const lockStore = async (folder: string, part = 'food-sim'): Promise<StoreLock> => {
  const file = resolve(folder, `${part}.lock`);
  const deadline = Date.now() + PATIENCE_MS;
  while (!(await tryToCreate(file, `${process.pid}\n`))) {
    const owners = (await readPids(file)) ?? [];
    const [parent, ...servers] = owners;
    // A container gives the same numbers again after each start.
    const isParentAlive = parent !== undefined && (parent === process.pid ? held.has(file) : isProcessAlive(parent));
    const isServerAlive = servers.some(isProcessAlive);
    if (isParentAlive || (isServerAlive && Date.now() > deadline)) {
      throw new OperatingError('infrastructure', `${folder} is in use by process ${isParentAlive ? parent : servers.join()}`, {
        mend: `Stop that process, or use another folder. If no food-sim runs under that number, remove ${file}.`,
      });
    }
    if (isServerAlive) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    else await removeStale(file, owners);
  }
  held.add(file);
  return {
    addServer: (pid) => writeFile(file, `${process.pid}\n${pid}\n`),
    release: async () => {
      held.delete(file);
      await rm(file, { force: true });
    },
  };
};
