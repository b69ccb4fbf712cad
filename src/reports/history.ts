import type { LoadResult } from '../kernel/load.ts';
import { OUTCOMES, type Entry, type Outcome } from '../kernel/recording.ts';
import { worse } from '../kernel/verdicts.ts';
import { createFold, type RunFinished, type RunStarted, type ScenarioResult } from './fold.ts';
import { fill, visible } from './width.ts';
import { sayDuration, wordsOf, type Lang } from './words.ts';

/** What is kept of a scenario of a recorded run. */
export type PastScenario = Pick<ScenarioResult, 'name' | 'outcome' | 'durationMs'>;

/** A recorded run among others. */
export interface PastRun {
  readonly file: string;
  readonly started: RunStarted | undefined;
  readonly finished: RunFinished | undefined;
  readonly scenarios: readonly PastScenario[];
  readonly loads: readonly LoadResult[];
}

/** Folds one recording into what is kept of it. */
export const createPastFold = (file: string): { readonly entry: (entry: Entry) => void; readonly end: () => PastRun } => {
  let started: RunStarted | undefined;
  let finished: RunFinished | undefined;
  const scenarios: PastScenario[] = [];
  const loads: LoadResult[] = [];
  const fold = createFold({
    started: (run) => {
      started = run;
    },
    scenario: ({ name, outcome, durationMs, load }) => {
      scenarios.push({ name, outcome, durationMs });
      if (load !== undefined) loads.push(load);
    },
    finished: (run) => {
      finished = run;
    },
  });
  return {
    entry: fold.entry,
    end: () => {
      fold.end();
      return { file, started, finished, scenarios, loads };
    },
  };
};

/** In the order in which they began. */
export const inOrder = (runs: readonly PastRun[]): readonly PastRun[] =>
  runs.toSorted(
    (one, other) => (one.started?.startedAt ?? '').localeCompare(other.started?.startedAt ?? '') || (one.file < other.file ? -1 : 1),
  );

/** How a run ended, as far as its recording tells. */
export const outcomeOf = ({ finished, scenarios }: PastRun): Outcome =>
  finished?.outcome ?? scenarios.reduce<Outcome>((sum, { outcome }) => worse(sum, outcome), 'interrupted');

/** How many scenarios ended how, the worst first: `1 failed, 12 passed`. */
export const countsText = ({ finished, scenarios }: PastRun, lang: Lang): string => {
  const words = wordsOf(lang);
  const countOf = (outcome: Outcome): number =>
    finished?.counts[outcome] ?? (finished === undefined ? scenarios.filter((one) => one.outcome === outcome).length : 0);
  return [...OUTCOMES]
    .reverse()
    .flatMap((outcome) => (countOf(outcome) === 0 ? [] : [`${countOf(outcome)} ${words.outcome[outcome]}`]))
    .join(', ');
};

/** When a run began, for people, to the second. */
export const startText = ({ started }: PastRun): string => (started?.startedAt ?? '').replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** Several runs for eyes, a line each. */
export const historyLines = (runs: readonly PastRun[], lang: Lang): readonly string[] =>
  inOrder(runs).map(
    (run) =>
      `${fill(startText(run), 25)}${fill(wordsOf(lang).outcome[outcomeOf(run)], 14)}${fill(run.finished === undefined ? '' : sayDuration(run.finished.durationMs), 11)}${visible(run.file)}: ${countsText(run, lang)}`,
  );

/** The version of the history as JSON; raised when a member changes its meaning or goes. */
const HISTORY_VERSION = 1;

/** Several runs as one JSON document. */
export const historyJson = (runs: readonly PastRun[]): string =>
  `${JSON.stringify(
    {
      version: HISTORY_VERSION,
      runs: inOrder(runs).map(({ file, started, finished, scenarios, loads }) => ({
        file,
        startedAt: started?.startedAt,
        seed: started?.seed,
        bus: started?.bus,
        outcome: finished?.outcome,
        exitCode: finished?.exitCode,
        durationMs: finished?.durationMs,
        counts: finished?.counts,
        scenarios,
        loads: loads.map(({ name, shape, metrics }) => ({ name, shape, metrics })),
      })),
    },
    null,
    2,
  )}\n`;
