import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { messageOf, OperatingError } from '../../kernel/errors.ts';
import type { PlaySlice, Tally } from './slice.ts';
import type { WorkerAnswer, WorkerOrder, WorkerQuestion, WorkerRefusal } from './worker-order.ts';

/** Threads that play slices. */
export interface WorkerPool {
  /** One for each thread; throws what broke the thread. */
  readonly players: readonly PlaySlice[];
  /** Ends the threads, whatever they are at. */
  close(): Promise<void>;
}

/** The thread runs from TypeScript in tests, and from JavaScript when built: whichever this file is. */
const WORKER = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url));

interface Thread {
  readonly play: PlaySlice;
  close(): Promise<void>;
}

const refused = ({ trouble, message, mend }: WorkerRefusal): OperatingError =>
  new OperatingError(trouble, message, mend === undefined ? {} : { mend });

const startThread = (order: WorkerOrder): Thread => {
  const worker = new Worker(WORKER, { workerData: order });
  let waiting: { readonly resolve: (tally: Tally) => void; readonly reject: (error: Error) => void } | undefined;
  let broken: Error | undefined;
  const breakWith = (error: Error): void => {
    broken ??= error;
    waiting?.reject(broken);
  };
  worker.on('error', (error) => breakWith(new Error(`a thread of the exploration broke: ${messageOf(error)}`, { cause: error })));
  worker.on('exit', (code) => breakWith(new Error(`a thread of the exploration ended by itself, with ${code}`)));
  worker.on('message', (answer: WorkerAnswer) => {
    if ('tally' in answer) waiting?.resolve(answer.tally);
    else waiting?.reject(refused(answer.refusal));
  });
  return {
    play: (slice) =>
      new Promise((resolve, reject) => {
        if (broken !== undefined) {
          reject(broken);
          return;
        }
        waiting = { resolve, reject };
        const question: WorkerQuestion = slice;
        worker.postMessage(question);
      }),
    close: async () => {
      await worker.terminate();
    },
  };
};

/** Starts threads that play the same exploration. */
export const startWorkers = (count: number, order: WorkerOrder): WorkerPool => {
  const threads = Array.from({ length: count }, () => startThread(order));
  return {
    players: threads.map(({ play }) => play),
    close: async () => {
      await Promise.all(threads.map((thread) => thread.close()));
    },
  };
};
