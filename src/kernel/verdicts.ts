import type { Outcome } from './recording.ts';

/** How serious an outcome is: the worst one of its parts is a run's outcome. */
const GRAVITY: Readonly<Record<Outcome, number>> = { skipped: 0, passed: 1, inconclusive: 2, failed: 3, errored: 4, interrupted: 5 };

/** The worse of the two. */
export const worse = (a: Outcome, b: Outcome): Outcome => (GRAVITY[b] > GRAVITY[a] ? b : a);

/**
 * The exit codes that a run may come to, from what says least to what tells the reader first what to look at. (What each
 * means stands in `cli/exit-codes.ts`.)
 */
const EXIT_PRECEDENCE: readonly number[] = [0, 6, 4, 1, 5, 3, 2, 70, 130];

/** Whether a run can end with this exit code. */
export const isExitCode = (code: number): boolean => EXIT_PRECEDENCE.includes(code);

/** Of two exit codes, the one that tells the reader what to look at first. */
export const worseExit = (a: number, b: number): number => (EXIT_PRECEDENCE.indexOf(b) > EXIT_PRECEDENCE.indexOf(a) ? b : a);

/** The least that the exit code of a run says where a scenario of it ended so. */
export const EXIT_OF_OUTCOME: Readonly<Record<Outcome, number>> = { skipped: 0, passed: 0, inconclusive: 4, failed: 1, errored: 5, interrupted: 130 };
