import type { Trouble } from '../../kernel/errors.ts';
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
/** Why a system can't be explored: the members of an OperatingError, which no thread can be sent. */
export interface WorkerRefusal {
  readonly trouble: Trouble;
  readonly message: string;
  readonly mend: string | undefined;
}

/** What a worker answers, one answer for each question. */
export type WorkerAnswer = { readonly tally: Tally } | { readonly refusal: WorkerRefusal };
