import { readRecording } from '../../reports/read-recording.ts';
import type { Run } from '../command.ts';
import { EXIT } from '../../kernel/exit-codes.ts';
import { findRecordings, linesOf } from '../output/recording-file.ts';
import { openReports } from '../output/reporting.ts';

/**
 * `food-sim report`: renders a recorded run as it would have been live, and ends as it did: a run that failed does not pass
 * by being told again. A damaged recording is rendered up to its damage. Several in a folder are told as one history.
 */
export const run: Run = async (invocation) => {
  const { io, words } = invocation;
  const [path = '', ...others] = await findRecordings(words[0] as string, io.cwd);
  if (others.length > 0) return (await import('../run-history.ts')).tellHistory(invocation, [path, ...others]);
  const reports = openReports(invocation);
  let hasStarted = false;
  let exitCode: number = EXIT.passed;
  try {
    for await (const entry of readRecording(linesOf(path, io.cwd), path)) {
      hasStarted = true;
      if (entry.kind === 'run.finished') exitCode = entry.exitCode;
      reports.entry(entry);
    }
  } finally {
    if (hasStarted) reports.end();
  }
  return exitCode;
};
