/*
 * A thread that plays slices of an exploration, so that every processor of the machine does its share. Started by
 * worker-pool.ts; it makes its own rig, plays each slice that it is asked for, and answers with the tally.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { OperatingError } from '../../kernel/errors.ts';
import { createRig } from '../simulate/rig.ts';
import { loadSystem } from './load-system.ts';
import { playSlice } from './slice.ts';
import type { WorkerAnswer, WorkerOrder, WorkerQuestion } from './worker-order.ts';

const { drawing, url, mutations, store } = workerData as WorkerOrder;
const rig = createRig(await loadSystem(url), { mutations, store });

parentPort?.on('message', (slice: WorkerQuestion) => {
  const answer = (given: WorkerAnswer): void => parentPort?.postMessage(given);
  // What else goes wrong here is a bug; it ends the thread, and worker-pool.ts hears of it.
  void playSlice(rig, drawing, slice).then(
    (tally) => answer({ tally }),
    (error: unknown) => {
      if (!(error instanceof OperatingError)) throw error;
      const { trouble, message, mend } = error;
      answer({ refusal: { trouble, message, mend } });
    },
  );
});
