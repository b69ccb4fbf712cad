import type { LoadAnswer, LoadJourneyEnd } from '../../kernel/load.ts';
import type { Entry } from '../../kernel/recording.ts';
import type { LoadView } from './model.ts';

/** The load that runs, or the last one. */
export interface LoadFold {
  started(entry: Extract<Entry, { kind: 'load.started' }>, atMs: number): void;
  answers(answers: readonly LoadAnswer[]): void;
  journeys(ends: readonly LoadJourneyEnd[]): void;
  finished(entry: Extract<Entry, { kind: 'load.finished' }>): void;
  /** It will not go on: its scenario ended. */
  ended(): void;
  readonly view: () => LoadView | undefined;
  copy(): LoadFold;
}

const build = (given: LoadView | undefined): LoadFold => {
  let load = given;
  return {
    started: ({ target, shape, warnings }, atMs) => {
      load = {
        isRunning: true,
        target,
        shape,
        warnings,
        startedAtMs: atMs,
        elapsedMs: 0,
        totalMs: undefined,
        answers: 0,
        failed: 0,
        outcomes: {},
        journeys: undefined,
        result: undefined,
      };
    },
    answers: (answers) => {
      if (load === undefined) return;
      let { elapsedMs, failed } = load;
      const outcomes: Record<string, number> = { ...load.outcomes };
      for (const [, , , endMs, status, kind] of answers) {
        elapsedMs = Math.max(elapsedMs, endMs);
        if (status === 0 || status >= 400) failed += 1;
        outcomes[kind] = (outcomes[kind] ?? 0) + 1;
      }
      load = { ...load, elapsedMs, failed, outcomes, answers: load.answers + answers.length };
    },
    journeys: (ends) => {
      if (load === undefined) return;
      const { ended, finished } = load.journeys ?? { ended: 0, finished: 0 };
      const through = ends.filter(({ outcome }) => outcome === 'finished').length;
      load = { ...load, journeys: { ended: ended + ends.length, finished: finished + through } };
    },
    finished: ({ result }) => {
      if (load !== undefined) load = { ...load, isRunning: false, result, warnings: result.warnings };
    },
    ended: () => {
      if (load?.isRunning === true) load = { ...load, isRunning: false };
    },
    view: () => load,
    copy: () => build(load),
  };
};

/** No load yet. */
export const createLoadFold = (): LoadFold => build(undefined);
