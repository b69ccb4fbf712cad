/** A real terminal: tmux on a server of its own, with a shell in it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, vi } from 'vitest';
import { BIN, childrenOf, newFolder } from './process.fixture.ts';
import { need } from './tools.fixture.ts';

/** How a terminal is opened. */
export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** The shell in it; default: bash without anybody's settings. */
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A terminal with a shell. */
export interface Terminal {
  /** Types text, and Enter. */
  readonly enter: (text: string) => void;
  /** Presses keys by tmux's names: `n`, `Enter`, `Escape`, `C-c`. */
  readonly press: (...keys: string[]) => void;
  /** Starts the program with these arguments; its exit code is printed after it as `code N`. */
  readonly startProgram: (args: string, node?: string) => void;
  /** What is on the screen, line by line, without spaces at the ends. */
  readonly lines: () => readonly string[];
  readonly text: () => string;
  /** Waits until the screen shows it. */
  readonly shows: (pattern: RegExp, timeoutMs?: number) => Promise<void>;
  readonly resize: (columns: number, rows: number) => void;
  /** A variable of tmux: `alternate_on`, `cursor_flag`. */
  readonly ask: (variable: string) => string;
  /** The programs of ours in it, the outermost first: a supervisor, and what it supervises. */
  readonly programs: () => readonly number[];
}

/** The command line of a process; from /proc, or where there is none, from ps. */
const commandOf = (pid: number): string =>
  existsSync('/proc/self/cmdline')
    ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

// By their ids: the folder with tmux's socket may be gone by now.
const servers: number[] = [];
afterEach(async () => {
  for (const pid of servers.splice(0)) {
    // Where the test closed the last window, the server went with it.
    if (isRunning(pid)) process.kill(pid, 'SIGTERM');
    await vi.waitFor(() => expect(isRunning(pid), `tmux ${pid} has ended`).toBe(false), { timeout: 30_000 });
  }
});

/** Opens a terminal; it is closed after the test, with all that runs in it. */
export const openTerminal = async ({
  columns = 100,
  rows = 30,
  shell = 'bash --norc --noprofile',
  env = {},
}: TerminalOptions = {}): Promise<Terminal> => {
  need('tmux');
  const folder = newFolder();
  const socket = join(folder, 'tmux');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-u', '-S', socket, ...args], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', TERM: 'xterm-256color', ...env },
    });
  tmux('-f', '/dev/null', 'new-session', '-d', '-x', String(columns), '-y', String(rows), `PS1='ready> ' ${shell}`);
  tmux('set-option', '-g', 'escape-time', '10');
  servers.push(Number(tmux('display-message', '-p', '#{pid}')));
  const pane = Number(tmux('display-message', '-p', '#{pane_pid}'));
  const lines = (): readonly string[] =>
    tmux('capture-pane', '-p')
      .split('\n')
      .map((line) => line.trimEnd());
  const text = (): string => lines().join('\n');
  const press = (...keys: string[]): void => void tmux('send-keys', ...keys);
  const enter = (typed: string): void => {
    tmux('send-keys', '-l', typed);
    press('Enter');
  };
  const shows = (pattern: RegExp, timeoutMs = 30_000): Promise<void> =>
    vi.waitFor(
      () => {
        if (!pattern.test(text())) throw new Error(`the screen does not show ${String(pattern)}:\n${text()}`);
      },
      { timeout: timeoutMs, interval: 50 },
    );
  const programs = (): readonly number[] => {
    const found: number[] = [];
    const descend = (pid: number): void => {
      for (const child of childrenOf(pid)) {
        const command = commandOf(child);
        // A supervisor hides its command line, which may hold secrets, behind its name.
        if (command.includes(BIN) || /^food-sim\b/.test(command)) found.push(child);
        descend(child);
      }
    };
    descend(pane);
    return found;
  };
  await shows(/ready>/);
  // A login shell's own prompt, and what it says first, are none of the test's business.
  enter('PS1="ready> "; clear');
  return {
    enter,
    press,
    startProgram: (args, node = process.execPath) => enter(`${node} ${BIN} ${args}; echo "code $?"`),
    lines,
    text,
    shows,
    resize: (wide, high) => void tmux('resize-window', '-x', String(wide), '-y', String(high)),
    ask: (variable) => tmux('display-message', '-p', `#{${variable}}`).trim(),
    programs,
  };
};
