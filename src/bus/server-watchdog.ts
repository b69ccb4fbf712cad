/*
 * Started beside the embedded server with the server's process id and the folders that go with it (its
 * configuration's, and the run's where that is temporary) as arguments. Its standard input is a pipe whose other end only
 * the parent holds, so the end of input means
 * that the parent is gone, whatever happened to it. Then the server is ended and the folders removed. A parent
 * that has done so itself says `done` first.
 */
import { rmSync } from 'node:fs';
import { isProcessAlive } from './process-alive.ts';

const [, , pidText = '', ...folders] = process.argv;
const pid = Number(pidText);
const LAST_PATIENCE_MS = 2_000;
const POLL_MS = 20;
let isDone = false;

const send = (signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It may have ended in between, which is what the signal is for.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const endServer = (): void => {
  send('SIGTERM');
  const deadline = Date.now() + LAST_PATIENCE_MS;
  const poll = setInterval(() => {
    const isLate = Date.now() > deadline;
    if (isProcessAlive(pid) && !isLate) return;
    clearInterval(poll);
    if (isLate) send('SIGKILL');
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }, POLL_MS);
};

// It lives in a process group of its own; a terminal that hangs up must not end it before its work is done.
process.on('SIGHUP', () => undefined);
process.stdin.on('data', (data) => {
  isDone ||= data.includes('done');
});
process.stdin.on('error', () => undefined);
process.stdin.on('close', () => {
  if (!isDone) endServer();
});
