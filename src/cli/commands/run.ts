import { isAbsolute, relative, resolve } from 'node:path';
import type { RunOptions } from '../../scenarios/runner/options.ts';
import { runScenarios } from '../../scenarios/runner/run.ts';
import { busChoiceOf } from '../bus-choice.ts';
import type { Invocation, Run } from '../command.ts';
import type { Io } from '../io.ts';
import { reportBug } from '../bug-report.ts';
import { openReports } from '../reporting.ts';
import { seedOf } from '../seed.ts';

/** Paths as the user wrote them, from the folder that the user is in. */
const fromCwd = (path: string, io: Io): string => (isAbsolute(path) || io.cwd === process.cwd() ? path : relative(process.cwd(), resolve(io.cwd, path)));

const optionsOf = ({ settings, words, signal, io }: Invocation): RunOptions => ({
  paths: words.map((path) => fromCwd(path, io)),
  bus: busChoiceOf(settings),
  time: settings.time,
  seed: seedOf(settings),
  isSeedGiven: settings.seed !== undefined,
  jobs: settings.jobs,
  bail: settings.bail === true,
  tags: settings.tag,
  vars: Object.fromEntries(settings.var),
  keep: settings.keep === true,
  faults: settings.fault,
  mutations: settings.mutation,
  signal,
  ...(settings.grep === undefined ? {} : { grep: settings.grep }),
  ...(settings.timeout === undefined ? {} : { timeoutMs: settings.timeout }),
  ...(settings['data-dir'] === undefined ? {} : { dataDir: resolve(io.cwd, settings['data-dir']) }),
  ...(settings['notify-url'] === undefined ? {} : { notifyUrl: settings['notify-url'] }),
});

/** `food-sim run`: replays scenarios, reports them, and judges them by the exit code. */
export const run: Run = async (invocation) => {
  const { io, log } = invocation;
  const options = optionsOf(invocation);
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
