import { OUTCOMES, type Entry, type Outcome } from '../kernel/recording.ts';
import { EXIT_OF_OUTCOME, isExitCode, worse, worseExit } from '../kernel/verdicts.ts';
import type { RunFinished } from './fold.ts';

/** Says what is wrong with an entry, where it stands. */
type Refuse = (what: string) => never;

/** Makes one run of all that stand in a recording one behind the other, as `--report ndjson >> all.ndjson` leaves them. */
export interface RunJoiner {
  /**
   * The entry as one of the joined run; undefined for an end, which is told once, at {@link end}. Refuses an entry that
   * can't stand here.
   */
  readonly put: (entry: Entry) => Entry | undefined;
  /** The end of all runs together: as bad as the worst of them. Refuses a recording whose last run has none. */
  readonly end: () => Entry;
}

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

const added = (one: RunFinished['counts'], other: RunFinished['counts']): RunFinished['counts'] =>
  Object.fromEntries(
    OUTCOMES.filter((outcome) => outcome in one || outcome in other).map((outcome) => [
      outcome,
      (one[outcome] ?? 0) + (other[outcome] ?? 0),
    ]),
  ) as unknown as RunFinished['counts'];

/** What the runs so far came to. */
interface Sum {
  runs: number;
  isOpen: boolean;
  /** The scenarios of the runs before this one: by so much its own are counted on. */
  before: number;
  highest: number;
  /** The worst outcome of a scenario of this run. */
  worst: Outcome;
  /** The scenarios of this run that have begun and not ended. */
  readonly running: Set<number>;
  end: Of<'run.finished'> | undefined;
}

/** What a run says of itself; where it says that it passed, not better than what its scenarios show: a verdict trusts no summary. */
const verdictOf = (said: Of<'run.finished'>, worst: Outcome): Pick<RunFinished, 'outcome' | 'exitCode'> => {
  if (said.exitCode !== 0) return said;
  const outcome = worse(said.outcome, worst);
  return { outcome, exitCode: EXIT_OF_OUTCOME[outcome] };
};

const joined = (sum: Sum, said: Of<'run.finished'>): Of<'run.finished'> => {
  const { outcome, exitCode } = verdictOf(said, sum.worst);
  const { end } = sum;
  if (end === undefined) return { ...said, outcome, exitCode };
  return {
    ...said,
    outcome: worse(end.outcome, outcome),
    exitCode: worseExit(end.exitCode, exitCode),
    durationMs: end.durationMs + said.durationMs,
    counts: added(end.counts, said.counts),
  };
};

/** Begins before the first run. */
export const createRunJoiner = (refuse: Refuse): RunJoiner => {
  const sum: Sum = { runs: 0, isOpen: false, before: 0, highest: 0, worst: 'skipped', running: new Set(), end: undefined };
  const begin = (): void => {
    if (sum.isOpen) refuse('a run begins here, and the one before it has not ended');
    sum.runs += 1;
    sum.isOpen = true;
    sum.before = sum.highest;
    sum.worst = 'skipped';
    sum.running.clear();
  };
  const finish = (entry: Of<'run.finished'>): void => {
    if (!isExitCode(entry.exitCode)) refuse(`no run ends with the exit code ${entry.exitCode}`);
    if (sum.running.size > 0) sum.worst = worse(sum.worst, 'interrupted');
    sum.end = joined(sum, entry);
    sum.isOpen = false;
  };
  return {
    put: (entry) => {
      if (entry.kind === 'run.started') {
        begin();
        return entry;
      }
      if (!sum.isOpen)
        return refuse(
          sum.runs === 0
            ? `a recording begins with run.started, and this with ${entry.kind}`
            : `${entry.kind} comes after the end of its run`,
        );
      if (entry.kind === 'run.finished') {
        finish(entry);
        return undefined;
      }
      if (entry.scenario === undefined) return entry;
      if (entry.kind === 'scenario.started') sum.running.add(entry.scenario);
      if (entry.kind === 'scenario.finished') {
        sum.running.delete(entry.scenario);
        sum.worst = worse(sum.worst, entry.outcome);
      }
      const scenario = sum.before + entry.scenario;
      sum.highest = Math.max(sum.highest, scenario);
      return sum.before === 0 ? entry : { ...entry, scenario };
    },
    end: () => {
      if (sum.end === undefined || sum.isOpen) return refuse('the recording ends here, before the run did');
      return sum.end;
    },
  };
};
