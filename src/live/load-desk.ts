import { driveLoadOn } from '../load/one-load.ts';
import type { LoadJournal } from '../load/load-journal.ts';
import type { LoadOptions } from '../load/options.ts';
import { sayPlan } from '../load/plan.ts';
import { grammarOf } from '../scenarios/grammar.ts';
import { readLoad } from '../load/read-load.ts';
import { taskOf } from '../load/run.ts';
import type { System } from '../system/system.ts';
import type { ActResult, TuiAction } from '../tui/session-port.ts';
import type { LiveWords } from './words.ts';

/** What a load of a session is started with. */
export type LoadDefaults = Pick<LoadOptions, 'definition' | 'path' | 'seed' | 'vars' | 'maxDurationMs' | 'token'>;

/** Starts and stops loads on the system of a session; one at a time. */
export interface LoadDesk {
  act(system: System, journal: LoadJournal, action: Extract<TuiAction, { kind: 'load' }>, isSlow: boolean): Promise<ActResult>;
  /** Stops the load, if one runs, and waits for its end. */
  readonly stop: () => Promise<void>;
  /** How long the load that runs takes; undefined where none does. */
  readonly totalMs: () => number | undefined;
}

/** A desk for one session; `onFailure` hears what broke a load. */
export const createLoadDesk = (
  defaults: LoadDefaults,
  words: LiveWords,
  signal: AbortSignal,
  onFailure: (error: unknown) => void,
): LoadDesk => {
  let running: { readonly abort: AbortController; readonly ended: Promise<void>; readonly totalMs: number } | undefined;

  const start = async (
    system: System,
    journal: LoadJournal,
    { users, durationMs }: Extract<TuiAction, { kind: 'load' }>,
    isSlow: boolean,
  ): Promise<ActResult> => {
    const abort = new AbortController();
    const options: LoadOptions = {
      ...defaults,
      bus: { kind: 'memory' },
      faults: [],
      repeat: 1,
      onProgress: () => undefined,
      signal: AbortSignal.any([signal, abort.signal]),
      ...(users === undefined ? {} : { users }),
      ...(durationMs === undefined ? {} : { durationMs }),
    };
    const task = await taskOf(await readLoad(defaults.path, grammarOf(options.definition), defaults.vars), options, () => undefined);
    const ended = driveLoadOn(system, journal, task)
      .catch(onFailure)
      .then(() => {
        running = undefined;
        // The load's file slows look-ups down; afterwards they are as they were wanted before.
        for (const { name, slow } of system.calls) system.slowCall(name, isSlow ? slow : undefined);
      });
    running = { abort, ended, totalMs: task.plan.totalMs };
    return { outcome: 'done', text: words.loadStarted(sayPlan(task.plan)), made: [] };
  };

  const stop = async (): Promise<void> => {
    running?.abort.abort();
    await running?.ended;
  };

  return {
    act: async (system, journal, action, isSlow) => {
      if (action.change === 'start')
        return running === undefined ? start(system, journal, action, isSlow) : { outcome: 'impossible', text: words.loadRunning };
      if (running === undefined) return { outcome: 'impossible', text: words.noLoad };
      await stop();
      return { outcome: 'done', text: words.loadStopped, made: [] };
    },
    stop,
    totalMs: () => running?.totalMs,
  };
};
