import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';

/** What Linux tells of a process, from its state on; undefined where there is none of this number, or no Linux. */
const statOf = (pid: number): readonly string[] | undefined => {
  try {
    // The name stands in brackets before the state, and may hold any character.
    return /\) ([^)]*)$/
      .exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1]
      ?.trim()
      .split(' ');
  } catch {
    // No such file: no Linux, or gone meanwhile.
    return undefined;
  }
};

/** A process that has ended and only waits for its parent to take note; where a container's first process takes none, it waits for ever. */
const isZombie = (pid: number): boolean => ['Z', 'X'].includes(statOf(pid)?.[0] ?? '');

/** Whether a process of this id runs (one of another user counts). */
export const isProcessAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0) && !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
};

/** Place of the time since boot at which a process began, counted from its state (proc(5): field 22, the state is field 3). */
const BEGAN_AT = 19;

/** Tells a process from a later one of its number, which a container gives again after each start; empty where the system does not tell. */
export const birthOf = (pid: number): string => {
  const beganAt = statOf(pid)?.[BEGAN_AT];
  return beganAt === undefined ? '' : `${bootId()}/${beganAt}`;
};

/**
 * Where numbers of processes mean the same: a machine, since it was started, and a container on it. Undefined where the
 * system does not tell.
 */
const numberingOf = (): string | undefined => {
  try {
    const boot = bootId();
    return boot === '' ? undefined : `${hostname()}/${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // No Linux: other hosts tell nothing that another process could compare.
    return undefined;
  }
};

/** This process, as another one on this machine can look for it. */
export const nameOfThisProcess = (): string => JSON.stringify({ numbering: numberingOf(), pid: process.pid, birth: birthOf(process.pid) });

interface ProcessName {
  readonly numbering?: unknown;
  readonly pid?: unknown;
  readonly birth?: unknown;
}

const readName = (text: string): ProcessName => {
  try {
    return (JSON.parse(text) ?? {}) as ProcessName;
  } catch {
    // Another version of this program names processes otherwise.
    return {};
  }
};

/** Whether the process of this name lives; `unknown` where it is, or was, on another machine, or where systems don't tell. */
export const stateOfProcess = (name: string): 'alive' | 'gone' | 'unknown' => {
  const { numbering, pid, birth } = readName(name);
  if (typeof numbering !== 'string' || typeof pid !== 'number' || numbering !== numberingOf()) return 'unknown';
  return isProcessAlive(pid) && birthOf(pid) === birth ? 'alive' : 'gone';
};
