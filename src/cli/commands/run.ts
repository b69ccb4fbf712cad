import { runScenarios } from '../../scenarios/runner/run.ts';
import type { Run } from '../command.ts';
import { reportBug } from '../output/bug-report.ts';
import { openReports } from '../output/reporting.ts';
import { runOptionsOf } from '../options/run-options.ts';
import { spokenOf } from '../system-module.ts';

/** `food-sim run`: replays scenarios, reports them, and judges them by the exit code. */
export const run: Run = async (invocation) => {
  const { io, log } = invocation;
  const options = { ...runOptionsOf(invocation), system: await spokenOf(invocation) };
  const reports = openReports(invocation);
  let hasStarted = false;
  let summary;
  try {
    summary = await runScenarios(
      options,
      (entry) => {
        hasStarted = true;
        reports.entry(entry);
      },
      log,
    );
  } finally {
    // A run that breaks off has its reports closed all the same, with what was reached.
    if (hasStarted) reports.end();
  }
  if (summary.keptFolder !== undefined) io.stderr.write(`food-sim: kept ${summary.keptFolder}\n`);
  if (summary.bug !== undefined) reportBug(summary.bug, process.argv.slice(2), io);
  return summary.exitCode;
};
