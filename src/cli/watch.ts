import process from 'node:process';
import type { Entry } from '../kernel/recording.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { LiveSystem } from '../live/live-system.ts';
import { createLive, type Live, type LiveOptions } from '../live/session.ts';
import { createPlainLines } from '../tui/plain-lines.ts';
import type { TuiSession } from '../tui/session-port.ts';
import { summaryLines } from '../tui/summary.ts';
import { reportBug } from './output/bug-report.ts';
import type { Invocation } from './command.ts';
import { EXIT, exitCodeOf } from '../kernel/exit-codes.ts';
import type { Io } from './io.ts';
import { hasStdoutReport, openReports } from './output/reporting.ts';
import { jobControl } from './terminal/job-control.ts';
import { guardTerminal } from './terminal/terminal-guard.ts';

/** Whether there is a terminal that a screen can be drawn on and keys be heard from. */
export const hasScreen = ({ stdout, stdin, env }: Io): boolean =>
  stdout.isTTY === true && (stdin as { readonly isTTY?: boolean }).isTTY === true && env['TERM'] !== 'dumb';

/** Shows the session on the terminal until it is over. Ink and React are loaded here and nowhere else. */
export const showScreen = async (session: TuiSession, { io, settings, origins }: Invocation): Promise<void> => {
  if (origins['log-level'] !== 'default' && settings['log-file'] === undefined && io.stderr.isTTY === true) {
    throw new OperatingError('usage', 'the log would be written across the screen', {
      mend: 'Write it to a file: --log-file food-sim.log.',
    });
  }
  const { runTui } = await import('../tui/run-tui.ts');
  const guard = await guardTerminal((error) => {
    reportBug(error, process.argv.slice(2), io);
    process.exit(EXIT.bug);
  });
  const jobs = jobControl();
  try {
    await runTui(session, {
      stdin: io.stdin,
      stdout: io.stdout as unknown as NodeJS.WriteStream,
      stderr: io.stderr as unknown as NodeJS.WriteStream,
      lang: settings.lang,
      hasColor: settings.color ?? true,
      ...(jobs === undefined ? {} : { jobs }),
      onImpatience: () => process.exit(EXIT.interrupted),
    });
  } finally {
    guard.release();
  }
};

/** What a run or a load came to. */
interface Driven {
  readonly exitCode: number;
  readonly bug?: unknown;
  readonly keptFolder?: string;
}

/** How a session is driven, beside what the invocation says. */
export interface Watching {
  readonly system: LiveSystem;
  readonly live: Pick<LiveOptions, 'hasScenarios' | 'load'>;
  /** Runs it, tied to the session by its companions, its signal and `entry`. */
  readonly drive: (live: Live, entry: (entry: Entry) => void) => Promise<Driven>;
}

/** Where reports for eyes go while a screen is shown: kept, and written when it is closed. */
const keepFor = (io: Io): { readonly io: Io; readonly kept: () => string } => {
  let kept = '';
  const write = (text: string): boolean => {
    kept += text;
    return true;
  };
  return {
    io: {
      ...io,
      stdout: { write, isTTY: io.stdout.isTTY ?? false, ...(io.stdout.columns === undefined ? {} : { columns: io.stdout.columns }) },
    },
    kept: () => kept,
  };
};

/** Tells each entry to the session, to the reports, and, without a screen, to the reader a line at a time. */
const createTeller = (invocation: Invocation, { screened }: LiveSystem, live: Live, reportsIo: Io, isScreen: boolean) => {
  const { io, settings } = invocation;
  const reports = openReports({ ...invocation, io: reportsIo });
  const plain =
    isScreen || settings.quiet === true || hasStdoutReport(invocation)
      ? undefined
      : createPlainLines(() => live.session.model, screened, settings.lang);
  let hasStarted = false;
  return {
    entry: (entry: Entry): void => {
      hasStarted = true;
      live.entry(entry);
      const line = plain?.line(entry);
      if (line !== undefined) io.stdout.write(`${line}\n`);
      reports.entry(entry);
    },
    end: (): void => {
      if (!hasStarted) return;
      reports.end();
      if (!hasStdoutReport(invocation)) reportsIo.stdout.write(`${summaryLines(live.session.model, screened, settings.lang).join('\n')}\n`);
    },
  };
};

/**
 * Runs something that can be watched: on a terminal on a screen, where people may act and look on until they quit; else
 * line by line, to its end. The exit code is that of what was run.
 */
export const watch = async (invocation: Invocation, watching: Watching): Promise<number> => {
  const { io, settings, signal } = invocation;
  const isScreen = hasScreen(io);
  const { hasScenarios } = watching.live;
  const live = createLive({
    ...watching.live,
    system: watching.system,
    lang: settings.lang,
    isPaused: isScreen && hasScenarios,
    lingers: isScreen,
    signal,
  });
  const keeping = isScreen ? keepFor(io) : { io, kept: () => '' };
  const teller = createTeller(invocation, watching.system, live, keeping.io, isScreen);
  const driving = watching.drive(live, teller.entry).then(
    (driven) => {
      live.end({ exitCode: driven.exitCode, summary: [] });
      return driven;
    },
    (error: unknown) => {
      live.end({ exitCode: exitCodeOf(error), summary: [] });
      throw error;
    },
  );
  // Awaited below, once the screen is closed; until then it has a reader.
  driving.catch(() => undefined);
  try {
    if (isScreen) await showScreen(live.session, invocation);
    const driven = await driving;
    teller.end();
    io.stdout.write(keeping.kept());
    if (driven.keptFolder !== undefined) io.stderr.write(`food-sim: kept ${driven.keptFolder}\n`);
    if (driven.bug !== undefined) reportBug(driven.bug, process.argv.slice(2), io);
    return driven.exitCode;
  } catch (error) {
    // A screen that could not be shown leaves a system behind that must still be stopped.
    await live.session.act({ kind: 'quit', isInterrupt: true });
    await driving.catch(() => undefined);
    teller.end();
    throw error;
  }
};
