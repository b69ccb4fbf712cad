import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import process from 'node:process';
import { childEnvironment } from '../../kernel/child-environment.ts';

/** Watches over a terminal that a screen is drawn on. */
export interface TerminalGuard {
  /** The screen is closed properly: there is nothing left to restore. */
  readonly release: () => void;
}

/** Leaves the alternate screen, shows the cursor, ends bracketed paste, and resets colours. */
const RESTORE = '\u001b[?1049l\u001b[?25h\u001b[?2004l\u001b[0m';

/**
 * What a small shell does that waits for this process to die. SIGKILL gives a process no time, so another one must
 * restore the terminal. Keys that send no signals are what raw mode leaves behind, and what a shell that edits its own
 * line never sets; only then are the modes put back, since that shell may have been faster. A change of the number of
 * rows makes the shell in front draw its prompt anew, which it may have drawn on the screen that is gone.
 */
const WATCH = `trap '' TTOU TTIN INT TERM HUP QUIT TSTP
saved=$(stty -g </dev/tty) || exit 0
echo ready
read -r word
[ "$word" = released ] && exit 0
sleep 0.1
case "$(stty -a </dev/tty)" in *-isig*) stty "$saved" </dev/tty ;; esac
printf '\\033[?1049l\\033[?25h\\033[?2004l\\033[0m' >/dev/tty
size=$(stty size </dev/tty); rows=\${size%% *}
[ "$rows" -gt 1 ] && stty rows $((rows - 1)) </dev/tty && stty rows "$rows" </dev/tty`;

/** The longest that the small shell may take to be ready, in milliseconds. */
const PATIENCE_MS = 2_000;

const isReady = async (child: ReturnType<typeof spawn>): Promise<boolean> => {
  const timeout = AbortSignal.timeout(PATIENCE_MS);
  try {
    await Promise.race([
      once(child.stdout!, 'data', { signal: timeout }),
      once(child, 'exit', { signal: timeout }).then(() => Promise.reject(new Error('it ended'))),
    ]);
    return true;
  } catch {
    // No shell, no stty, no terminal of its own: what can be restored by this process itself still is.
    return false;
  }
};

/**
 * Sees to it that the terminal is usable however this process ends. `onCrash` is told what was thrown and caught by
 * nobody, once the terminal is restored; it is to say so and to end the process.
 */
export const guardTerminal = async (onCrash: (error: unknown) => void): Promise<TerminalGuard> => {
  const crash = (error: unknown): void => {
    restore();
    onCrash(error);
  };
  const restore = (): void => {
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
    if (process.stdout.isTTY) writeSync(process.stdout.fd, RESTORE);
  };
  process.on('uncaughtException', crash);
  process.on('exit', restore);
  const child =
    process.platform === 'win32'
      ? undefined
      : spawn('sh', ['-c', WATCH], { stdio: ['pipe', 'pipe', 'ignore'], env: childEnvironment(process.env) });
  child?.on('error', () => undefined);
  child?.stdin?.on('error', () => undefined);
  const isWatched = child !== undefined && (await isReady(child));
  if (child !== undefined && !isWatched) child.kill('SIGKILL');
  child?.unref();
  for (const stream of [child?.stdin, child?.stdout]) (stream as { unref?: () => void } | null | undefined)?.unref?.();
  return {
    release: () => {
      process.off('uncaughtException', crash);
      process.off('exit', restore);
      child?.stdin?.end('released\n');
    },
  };
};
