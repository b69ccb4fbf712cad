import { EXIT, exitCodeOf } from './exit-codes.ts';
import type { Outcome } from './recording.ts';

/** How serious an outcome is: the worst one of its parts is a run's outcome. */
const GRAVITY: Readonly<Record<Outcome, number>> = { skipped: 0, passed: 1, inconclusive: 2, failed: 3, errored: 4, interrupted: 5 };

/** The worse of the two. */
export const worse = (a: Outcome, b: Outcome): Outcome => (GRAVITY[b] > GRAVITY[a] ? b : a);

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
  inconclusive: EXIT.inconclusive,
  failed: EXIT.failed,
  errored: EXIT.infrastructure,
  interrupted: EXIT.interrupted,
};

/** The exit code of what ended so; `error` is what broke it. */
export const exitOf = ({ outcome, error }: { readonly outcome: Outcome; readonly error?: unknown }): number =>
  outcome === 'errored' ? exitCodeOf(error) : EXIT_OF_OUTCOME[outcome];
