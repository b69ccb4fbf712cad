import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { PlaySlice } from './slice.ts';
import type { WorkerAnswer, WorkerOrder, WorkerQuestion } from './worker-order.ts';

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

const startThread = (order: WorkerOrder): Thread => {
  const worker = new Worker(WORKER, { workerData: order });
  let answer: ((tally: WorkerAnswer) => void) | undefined;
  let isClosing = false;
  const broken = new Promise<never>((_resolve, reject) => {
    worker.on('error', (error) => reject(new Error('a thread of the exploration broke', { cause: error })));
    worker.on('exit', (code) => {
      if (!isClosing) reject(new Error(`a thread of the exploration ended by itself, with ${code}`));
    });
  });
  // It may break while nobody waits for it; who asks next is told.
  broken.catch(() => undefined);
  worker.on('message', (tally: WorkerAnswer) => answer?.(tally));
  return {
    play: (slice) => {
      const answered = new Promise<WorkerAnswer>((resolve) => {
        answer = resolve;
      });
      const question: WorkerQuestion = slice;
      worker.postMessage(question);
      return Promise.race([answered, broken]);
    },
    close: async () => {
      isClosing = true;
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
