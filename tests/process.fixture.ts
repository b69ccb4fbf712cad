/** Starts the program as a user's shell would, watches it, and leaves nothing behind. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, expect, vi } from 'vitest';
import { isProcessAlive } from '../src/bus/process-alive.ts';

const root = dirname(import.meta.dirname);
/** The program's entry. */
export const BIN = join(root, 'bin', 'food-sim.js');
/** The limit of tests that start processes, on a busy machine. */
export const SLOW_MS = 120_000;

/** How a program is started. */
export interface StartOptions {
  /** The Node.js to run it with; default: the one that runs the tests. */
  readonly node?: string;
  /** Over the tests' own; undefined takes one away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** A command line that gets the program's own appended: `['bash', '-c', 'ulimit -f 8; exec "$@"', 'bash']`. */
  readonly under?: readonly string[];
}

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A started program. */
export interface Program {
  readonly pid: number;
  /** The folder that it takes for the system's temporary one; empty at the start. */
  readonly temporary: string;
  readonly out: () => string;
  readonly err: () => string;
  /** Waits for a line on stdout, or stderr. Rejects where the program ends before. */
  readonly line: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const children: ChildProcess[] = [];
const folders: string[] = [];
const serverPids = new Set<number>();

/** A new folder that is removed after the test. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'food-sim-test-'));
  folders.push(folder);
  return folder;
};

/** Every process with its parent: from /proc, or where there is none, from ps. */
const parentsByPid = (): readonly (readonly [pid: number, parent: number])[] => {
  if (!existsSync('/proc/self/stat')) {
    return execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // The state and the parent follow the name, which may hold any character.
      return [[Number(name), Number(/\) [A-Z] (\d+) [^)]*$/s.exec(readFileSync(`/proc/${name}/stat`, 'latin1'))?.[1])] as const];
    } catch {
      // It ended in between.
      return [];
    }
  });
};

/** The processes that this one started and that live, by number. Those whose parent died belong to somebody else. */
export const childrenOf = (pid: number): readonly number[] => parentsByPid().flatMap(([child, parent]) => (parent === pid ? [child] : []));

/** Whether none of these processes lives. */
export const areGone = (pids: readonly number[]): boolean => !pids.some(isProcessAlive);

/** Starts the program with these arguments. */
export const start = (args: readonly string[], options: StartOptions = {}): Program => {
  const { node = process.execPath, under = [] } = options;
  const temporary = newFolder();
  const [command = node, ...rest] = [...under, node, BIN, ...args];
  const child = spawn(command, rest, {
    cwd: options.cwd ?? temporary,
    // The compiler's cache would be made in the temporary folder, which is to be empty at the end.
    env: {
      PATH: process.env['PATH'],
      HOME: temporary,
      TMPDIR: temporary,
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  let err = '';
  let hasEnded = false;
  const watchers = new Set<() => void>();
  const look = (): void => {
    for (const watcher of watchers) watcher();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    look();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      hasEnded = true;
      look();
      resolve({ code, signal });
    });
  });
  return {
    pid: child.pid ?? 0,
    temporary,
    out: () => out,
    err: () => err,
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const watcher = (): void => {
          const found = pattern.exec(out) ?? pattern.exec(err);
          if (found !== null) resolve(found);
          else if (hasEnded) reject(new Error(`the program ended without a line like ${String(pattern)}:\n${out}\n${err}`));
          else return;
          watchers.delete(watcher);
        };
        watchers.add(watcher);
        watcher();
      }),
    kill: (signal) => {
      // Before it is too late to find them: those that a killed one leaves behind are looked for after the test.
      for (const pid of childrenOf(child.pid ?? 0)) serverPids.add(pid);
      child.kill(signal);
    },
  };
};

/** Runs the program to its end. */
export const runToEnd = async (
  args: readonly string[],
  options: StartOptions = {},
): Promise<Ended & { readonly out: string; readonly err: string }> => {
  const program = start(args, options);
  const ended = await program.ended;
  return { ...ended, out: program.out(), err: program.err() };
};

/** A served system. */
export interface ServedProgram extends Program {
  readonly gateway: string;
}

/** The arguments of a system on free ports. */
export const SERVE = ['serve', '--port', 'all=0'] as const;

/** Starts a system on free ports, and resolves when it is ready. */
export const startServe = async (args: readonly string[], options: StartOptions = {}): Promise<ServedProgram> => {
  const program = start([...SERVE, ...args], options);
  await program.line(/^ready/m);
  return { ...program, gateway: /^gateway +(\S+)$/m.exec(program.out())?.[1] ?? '' };
};

/** Ends what still runs, waits until what it left behind is gone too, and removes the folders. */
const cleanUp = async (): Promise<void> => {
  const left = children.splice(0).filter((child) => child.exitCode === null && child.signalCode === null);
  for (const child of left) {
    for (const pid of childrenOf(child.pid ?? 0)) serverPids.add(pid);
    child.kill('SIGKILL');
  }
  await vi.waitFor(
    () => {
      expect(areGone([...serverPids])).toBe(true);
    },
    { timeout: 30_000 },
  );
  serverPids.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
};

/** After each test of the file, nothing is left of what it started. */
export const cleanUpAfterEach = (): void => {
  afterEach(cleanUp, SLOW_MS);
};

/** As {@link cleanUpAfterEach}, for tests that share what they started. */
export const cleanUpAfterAll = (): void => {
  afterAll(cleanUp, SLOW_MS);
};
