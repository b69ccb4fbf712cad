import type { Clock } from '../../kernel/clock.ts';
import { OperatingError } from '../../kernel/errors.ts';
import type { Entry } from '../../kernel/recording.ts';
import { isBad } from '../../kernel/verdicts.ts';
import type { ScenarioResult } from './scenario-run.ts';

/** How often, and by what clock, a scenario is tried. */
export interface Trying {
  /** How many more attempts one that does not pass is given. */
  readonly retries: number;
  readonly clock: Clock;
  /** Whether the run goes on: nobody asked it to stop, and its bus is whole. */
  readonly mayGoOn: () => boolean;
}

/** Plays a scenario once, and passes on what is recorded of that; `attempt` counts from 1. */
export type Play = (attempt: number, emit: (entry: Entry) => void) => Promise<ScenarioResult>;

/** A bug of our own, or a run that ends, is not tried away. */
const isWorthAnother = ({ outcome, error }: ScenarioResult): boolean =>
  isBad(outcome) && outcome !== 'interrupted' && (outcome !== 'errored' || error instanceof OperatingError);

/**
 * Plays a scenario until it passes, each attempt on a system of its own; one that passes at a later attempt is flaky. All of
 * it is recorded as one scenario.
 */
export const playUntilPassed = async (
  { retries, clock, mayGoOn }: Trying,
  emit: (entry: Entry) => void,
  play: Play,
): Promise<ScenarioResult> => {
  if (retries === 0) return play(1, emit);
  const startedAt = clock.now();
  let n = 0;
  let spentMs = 0;
  for (let attempt = 1; ; attempt += 1) {
    const beginsMs = clock.now() - startedAt;
    const put = (entry: Entry): void => emit({ ...entry, n: (n += 1), atMs: beginsMs + entry.atMs });
    let end: Extract<Entry, { kind: 'scenario.finished' }> | undefined;
    const result = await play(attempt, (entry) => {
      // How it ended is told once it is known whether another attempt follows.
      if (entry.kind === 'scenario.finished') end = entry;
      else if (entry.kind !== 'scenario.started' || attempt === 1) put(entry);
    });
    if (end === undefined) return result;
    spentMs += end.durationMs;
    if (attempt <= retries && isWorthAnother(result) && mayGoOn()) {
      const { outcome, durationMs, failure } = end;
      put({ ...end, kind: 'scenario.retried', attempt, outcome, durationMs, ...(failure === undefined ? {} : { failure }) });
      continue;
    }
    const outcome = attempt > 1 && result.outcome === 'passed' ? 'flaky' : result.outcome;
    put({ ...end, outcome, durationMs: spentMs });
    return { ...result, outcome };
  }
};
