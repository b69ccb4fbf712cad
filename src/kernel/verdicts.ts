import { EXIT, exitCodeOf } from './exit-codes.ts';
import { OUTCOMES, type Counts, type Outcome } from './recording.ts';

/** The worse of the two: the worst one of its parts is a run's outcome. */
export const worse = (a: Outcome, b: Outcome): Outcome => (OUTCOMES.indexOf(b) > OUTCOMES.indexOf(a) ? b : a);

/** Whether this outcome keeps a run from passing, as long as what is flaky may pass. */
export const isBad = (outcome: Outcome): boolean => OUTCOMES.indexOf(outcome) > OUTCOMES.indexOf('flaky');

/** How many of these outcomes there are. */
export const countOutcomes = (outcomes: Iterable<Outcome>): Counts => {
  const counts: { -readonly [Key in keyof Counts]: Counts[Key] } = {
    passed: 0,
    failed: 0,
    errored: 0,
    inconclusive: 0,
    skipped: 0,
    interrupted: 0,
  };
  for (const outcome of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

/** The exit codes that a run may come to, from what says least to what tells the reader first what to look at. */
const EXIT_PRECEDENCE: readonly number[] = [
  EXIT.passed,
  EXIT['threshold-missed'],
  EXIT.inconclusive,
  EXIT.failed,
  EXIT.infrastructure,
  EXIT['invalid-input'],
  EXIT.usage,
  EXIT.bug,
  EXIT.interrupted,
];

/** Whether a run can end with this exit code. */
export const isExitCode = (code: number): boolean => EXIT_PRECEDENCE.includes(code);

/** Of two exit codes, the one that tells the reader what to look at first. */
export const worseExit = (a: number, b: number): number => (EXIT_PRECEDENCE.indexOf(b) > EXIT_PRECEDENCE.indexOf(a) ? b : a);

/** The least that the exit code of a run says where a scenario of it ended so. */
export const EXIT_OF_OUTCOME: Readonly<Record<Outcome, number>> = {
  skipped: EXIT.passed,
  passed: EXIT.passed,
  flaky: EXIT.passed,
  inconclusive: EXIT.inconclusive,
  failed: EXIT.failed,
  errored: EXIT.infrastructure,
  interrupted: EXIT.interrupted,
};

/** The exit code of what ended so; `error` is what broke it. */
export const exitOf = ({ outcome, error }: { readonly outcome: Outcome; readonly error?: unknown }): number =>
  outcome === 'errored' ? exitCodeOf(error) : EXIT_OF_OUTCOME[outcome];
