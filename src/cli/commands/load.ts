import { FOOD_MODULE } from '../../contexts/explored.ts';
import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { keepHistory } from '../../explore/judge-load.ts';
import { counted } from '../../kernel/counted.ts';
import { OperatingError } from '../../kernel/errors.ts';
import { runLoad } from '../../load/run.ts';
import type { LoadProgress } from '../../load/measure/progress.ts';
import type { LoadOptions } from '../../load/options.ts';
import { reportBug } from '../output/bug-report.ts';
import { busChoiceOf } from '../options/bus-choice.ts';
import type { Invocation, Run } from '../command.ts';
import { widthOf } from '../io.ts';
import { tellNotesOf } from '../output/notes.ts';
import { openReports } from '../output/reporting.ts';
import { seedOf } from '../options/seed.ts';
import { fromCwd } from '../options/from-cwd.ts';
import { tokenOf } from '../token.ts';

/** One line that is written over itself, on a terminal only. */
const createProgressLine = ({
  io,
  settings,
}: Invocation): { readonly show: (progress: LoadProgress) => void; readonly clear: () => void } => {
  if (io.stderr.isTTY !== true || settings.quiet === true) return { show: () => undefined, clear: () => undefined };
  let isShown = false;
  return {
    show: ({ elapsedMs, totalMs, answers, failed, state }) => {
      isShown = true;
      const line = `${(elapsedMs / 1000).toFixed(1)} of ${(totalMs / 1000).toFixed(1)} s · ${counted(answers, 'answer')} · ${failed} failed · circuit ${state}`;
      io.stderr.write(`\r\u001b[K${line.slice(0, widthOf(io.stderr, 80) - 1)}`);
    },
    clear: () => {
      if (isShown) io.stderr.write('\r\u001b[K');
      isShown = false;
    },
  };
};

const optionsOf = (invocation: Invocation, onProgress: LoadOptions['onProgress']): LoadOptions => {
  const { settings, words, signal, io } = invocation;
  const token = tokenOf(invocation);
  if (token !== undefined && settings.target?.authorization !== undefined) {
    throw new OperatingError('usage', `${invocation.origins.target} names a user, and ${invocation.origins.token} a token`, {
      mend: 'Leave one of the two out: a request says only once who sends it.',
    });
  }
  return {
    definition: SPOKEN_FOOD,
    openHistory: () => keepHistory(FOOD_MODULE.system),
    bus: busChoiceOf(settings),
    seed: seedOf(settings),
    vars: Object.fromEntries(settings.var),
    faults: settings.fault,
    mutations: settings.mutation,
    maxDurationMs: settings['max-duration'],
    repeat: settings.repeat,
    onProgress,
    signal,
    ...(words[0] === undefined ? {} : { path: fromCwd(words[0], io) }),
    ...(settings.users === undefined ? {} : { users: settings.users }),
    ...(settings.arrivals === undefined ? {} : { arrivalsPerSecond: settings.arrivals }),
    ...(settings.duration === undefined ? {} : { durationMs: settings.duration }),
    ...(settings.predict === undefined ? {} : { predict: settings.predict }),
    ...(settings.target === undefined ? {} : { target: settings.target }),
    ...(token === undefined ? {} : { token }),
  };
};

/** The load on a screen: what it does to the system can be watched, and people may act on it too. */
const watchLoad = async (invocation: Invocation): Promise<number> => {
  if (invocation.settings.target !== undefined) {
    throw new OperatingError('usage', '--tui shows a system of our own, and --target names another one', {
      mend: 'Leave one of the two out.',
    });
  }
  // Loaded only here: a load without a screen need not wait for what shows one.
  const [{ watch }, { shownSystemOf }] = await Promise.all([import('../watch.ts'), import('../shown-system.ts')]);
  const { shown } = await shownSystemOf(invocation);
  return watch(invocation, {
    system: shown,
    live: { hasScenarios: false, load: undefined },
    drive: (live, entry) => {
      const options = optionsOf(invocation, ({ totalMs }) => live.loadTotal(totalMs));
      return runLoad({ ...options, signal: live.signal, companion: live.loadCompanion }, entry, invocation.log);
    },
  });
};

/** `food-sim load`: drives the system under load, reports what came of it, and judges its thresholds by the exit code. */
export const run: Run = async (invocation) => {
  const { io, log, settings } = invocation;
  if (settings.tui === true) return watchLoad(invocation);
  const progress = createProgressLine(invocation);
  const options = { ...optionsOf(invocation, progress.show), onNote: tellNotesOf(settings, io) };
  const reports = openReports(invocation);
  let hasStarted = false;
  let summary;
  try {
    summary = await runLoad(
      options,
      (entry) => {
        hasStarted = true;
        if (entry.kind === 'load.finished' || entry.kind === 'scenario.finished') progress.clear();
        reports.entry(entry);
      },
      log,
    );
  } finally {
    progress.clear();
    if (hasStarted) reports.end();
  }
  if (summary.bug !== undefined) reportBug(summary.bug, process.argv.slice(2), io);
  return summary.exitCode;
};
