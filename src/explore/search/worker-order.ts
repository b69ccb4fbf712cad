import type { Drawing } from '../schedule/draw-schedule.ts';
import type { Store } from '../simulate/rig.ts';
import type { Slice, Tally } from './slice.ts';

/** What a worker needs to know once; plain data. */
export interface WorkerOrder {
  readonly drawing: Drawing;
  /** The module whose default export the system is. */
  readonly url: string;
  readonly mutations: readonly string[];
  readonly store: Store;
}

/** What a worker is asked. */
export type WorkerQuestion = Slice;
/** What a worker answers, one answer for each question. */
export type WorkerAnswer = Tally;
