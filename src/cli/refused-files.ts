import { RECORDING_VERSION, type Entry, type EntryBody, type Failure } from '../kernel/recording.ts';
import { RefusedFiles, type Problem } from '../scenarios/language/problems.ts';
import type { Invocation } from './command.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { openReports } from './output/reporting.ts';
import { seedOf } from './options/seed.ts';

const failureOf = ({ message, suggestion, expected }: Problem): Failure => ({
  message: suggestion === undefined ? message : `${message}; did you mean ${suggestion}?`,
  ...(expected === undefined ? {} : { mend: `expected ${expected}` }),
});

/** A run of which nothing could be played, as a recording: a case for each problem, named by its place. */
const recordingOf = (problems: readonly Problem[], seed: string): readonly Entry[] => {
  const ofRun = (n: number, body: EntryBody): Entry => ({ n, atMs: 0, ...body });
  const counts = { passed: 0, failed: 0, errored: problems.length, inconclusive: 0, skipped: 0, interrupted: 0 };
  return [
    ofRun(1, {
      kind: 'run.started',
      version: RECORDING_VERSION,
      program: 'food-sim',
      startedAt: new Date().toISOString(),
      seed,
      bus: 'none',
      time: 'real',
      scenarioCount: problems.length,
    }),
    ...problems.flatMap((problem, index): Entry[] => {
      const { position } = problem;
      const name = `${position.file}:${position.line}:${position.column}`;
      return [
        { n: 1, atMs: 0, scenario: index + 1, kind: 'scenario.started', name, position, tags: [], stepCount: 0 },
        {
          n: 2,
          atMs: 0,
          scenario: index + 1,
          kind: 'scenario.finished',
          outcome: 'errored',
          durationMs: 0,
          expectationCount: 0,
          failure: failureOf(problem),
        },
      ];
    }),
    ofRun(2, { kind: 'run.finished', outcome: 'errored', exitCode: EXIT['invalid-input'], durationMs: 0, counts }),
  ];
};

/**
 * Where files were refused, tells it in the reports that were asked for too: whoever reads only those (a CI server) must
 * not take the reports of an earlier run, or none at all, for the answer. Other errors are left to whoever tells them.
 */
export const reportRefusedFiles = (error: unknown, invocation: Invocation): void => {
  if (!(error instanceof RefusedFiles)) return;
  const reports = openReports(invocation, { isDefaultWanted: false });
  for (const entry of recordingOf(error.problems, seedOf(invocation.settings))) reports.entry(entry);
  reports.end();
};
