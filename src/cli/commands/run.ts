import { OperatingError } from '../../kernel/errors.ts';
import type { RunOptions } from '../../scenarios/runner/options.ts';
import type { Invocation, Run } from '../command.ts';
import { runOptionsOf } from '../options/run-options.ts';
import { spokenOf } from '../system-module.ts';

/** Replays and reports once: the exit code. */
const runOnce = async (invocation: Invocation, options: RunOptions): Promise<number> => {
  const { io, log } = invocation;
  const { runScenarios } = await import('../../scenarios/runner/run.ts');
  const { openReports } = await import('../output/reporting.ts');
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
  if (summary.bug !== undefined) (await import('../output/bug-report.ts')).reportBug(summary.bug, process.argv.slice(2), io);
  return summary.exitCode;
};

/** `food-sim run`: replays scenarios, reports them, and judges them by the exit code; or lists them, or runs what changes. */
export const run: Run = async (invocation) => {
  const { settings } = invocation;
  const isOfFormer = settings.former !== undefined || settings['last-failed'] === true;
  const former = isOfFormer ? await (await import('../former-run.ts')).formerOf(invocation) : undefined;
  const options = { ...runOptionsOf(invocation), system: await spokenOf(invocation), ...(former === undefined ? {} : { former }) };
  if (settings.list === true && settings.watch === true)
    throw new OperatingError('usage', '--list runs nothing, so that there is nothing to --watch', { mend: 'Leave out one of them.' });
  if (settings.list === true) return (await import('../run-list.ts')).listScenarios(invocation, options);
  if (settings.watch === true)
    return (await import('../run-watching.ts')).runWatching(invocation, options, (watched) => runOnce(invocation, watched));
  return runOnce(invocation, options);
};
