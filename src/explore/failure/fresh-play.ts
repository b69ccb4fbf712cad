import { fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../kernel/child-environment.ts';
import type { Store } from '../simulate/rig.ts';
import type { Schedule } from './shrink.ts';

/** What a fresh process is asked: to play this schedule on a rig of its own. */
export interface FreshQuestion {
  /** The module whose default export the system is. */
  readonly url: string;
  readonly mutations: readonly string[];
  readonly store: Store;
  readonly schedule: Schedule;
}

/** What it answers: the invariants that did not hold. */
export interface FreshAnswer {
  readonly broken: readonly string[];
}

/** The process runs from TypeScript in tests, and from JavaScript when built: whichever this file is. */
const PLAYER = fileURLToPath(new URL(`./fresh-player${extname(import.meta.url)}`, import.meta.url));

/**
 * Plays a schedule in a process of its own, which knows nothing of what was played before; the invariants that did not
 * hold there. Throws where the process ends without an answer.
 */
export const playFresh = (question: FreshQuestion): Promise<FreshAnswer> =>
  new Promise((resolve, reject) => {
    const child = fork(PLAYER, {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      env: childEnvironment(process.env),
    });
    child.once('message', (answer) => resolve(answer as FreshAnswer));
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      reject(new Error(`the process that was to play a schedule again ended without an answer, with ${code ?? signal ?? 'nothing'}`)),
    );
    // The process would wait for ever for what can't be sent.
    child.send(question, (error) => {
      if (error === null) return;
      child.kill();
      reject(error);
    });
  });
