import { VOCABULARY } from '../../contexts/vocabulary.ts';
import { appendFileSync } from 'node:fs';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import type { Entry } from '../../kernel/recording.ts';
import { createReporter } from '../../reports/create-reporter.ts';
import type { ReportKind } from '../../reports/kinds.ts';
import type { SystemDefinition } from '../../system/definition.ts';
import type { Reporter, ReportOptions } from '../../reports/report.ts';
import type { Invocation } from '../command.ts';
import { widthOf, type Io } from '../io.ts';
import { openOutput, type Sink } from './output-file.ts';
import type { Settings } from '../options/options.ts';
import { wantedReports, type Wanted } from '../options/wanted-reports.ts';

const FOR_PEOPLE: readonly ReportKind[] = ['pretty', 'plain', 'github'];

/** Whether a report that was asked for goes to stdout, so that nothing else may. */
export const hasStdoutReport = (invocation: Invocation): boolean => wantedReports(invocation).some(({ path }) => path === undefined);

/** A report that is made; `isAppended` where its file is shared with others, as the summary of a step on GitHub is. */
interface Chosen extends Wanted {
  readonly isAppended?: true;
}

/** The reports that are to be made: those asked for, one for eyes on stdout if nothing else goes there, and GitHub's where it reads. */
const choose = ({ settings, origins, io }: Invocation, isDefaultWanted: boolean): readonly Chosen[] => {
  const wanted = wantedReports({ settings, origins });
  // What GitHub reads are lines of their own, which stand among others for eyes, and on stderr beside a document for programs.
  const toStdout = wanted.filter(({ kind, path }) => path === undefined && kind !== 'github');
  const isStdoutWanted = wanted.some(({ path }) => path === undefined);
  if (toStdout.length > 1) {
    throw new OperatingError('usage', `--report: ${toStdout.map(({ kind }) => kind).join(' and ')} can't both go to stdout`, {
      mend: `Give one of them a file. For example: --report ${toStdout[1]?.kind ?? 'junit'}=FILE`,
    });
  }
  const isForTerminal = io.stdout.isTTY === true || settings.color === true;
  const all = isStdoutWanted || !isDefaultWanted ? wanted : [{ kind: isForTerminal ? 'pretty' : 'plain' } as const, ...wanted];
  if (io.env['GITHUB_ACTIONS'] !== 'true') return all;
  const summary = io.env['GITHUB_STEP_SUMMARY'] ?? '';
  return [
    ...all,
    ...(all.some(({ kind }) => kind === 'github') ? [] : [{ kind: 'github' } as const]),
    ...(summary === '' ? [] : [{ kind: 'markdown', path: summary, isAppended: true } as const]),
  ];
};

/** How reports on this output are to look. */
const looksOn = (io: Io, settings: Settings): ReportOptions => ({
  vocabulary: VOCABULARY,
  color: settings.color ?? io.stdout.isTTY === true,
  lang: settings.lang,
  width: widthOf(io.stdout, 100),
  verbose: settings.verbose === true,
  quiet: settings.quiet === true,
});

/** Reports that say something while the run is under way. */
const FOLLOWED: readonly ReportKind[] = ['ndjson', 'tap', 'plain', 'pretty', 'github'];

const openFile = (kind: ReportKind, path: string, cwd: string): Sink =>
  openOutput(path, cwd, {
    what: `the report ${path}`,
    mend: 'Name a file that you may write to, on a disk with room.',
    isFollowed: FOLLOWED.includes(kind),
  });

/** Goes behind what others wrote to a file. */
const toEndOf = (path: string): Sink => {
  let text = '';
  return {
    write: (more) => {
      text += more;
    },
    flush: () => undefined,
    close: () => {
      try {
        appendFileSync(path, text);
      } catch (error) {
        throw new OperatingError('infrastructure', `the summary ${path} can't be written: ${fileReasonOf(error)}`, {
          mend: 'GITHUB_STEP_SUMMARY names it; unset it, or let it name a file that can be written.',
          cause: error,
        });
      }
    },
  };
};

const toStream = (write: (text: string) => void): Sink => ({ write, flush: () => undefined, close: () => undefined });

/** All reports of a run: fed together, ended together. */
export interface Reporting extends Reporter {
  /** Whether a report for eyes is on stdout, so that more words for eyes may follow there. */
  readonly isStdoutForPeople: boolean;
}

/**
 * Opens the reports that were asked for. Throws an OperatingError: usage for a kind that is not there or two
 * that fight for stdout or a file, infrastructure for a file that can't be written, which may show only at the end.
 * Where no default is wanted, there is no report for eyes but those asked for: the command says itself what it found.
 * What a system of one's own calls things becomes part of the recording, so that whoever reads it later knows it too.
 */
export const openReports = (
  invocation: Invocation,
  { isDefaultWanted = true, system }: { readonly isDefaultWanted?: boolean; readonly system?: SystemDefinition } = {},
): Reporting => {
  const { io, settings } = invocation;
  const vocabulary = settings.system === undefined ? undefined : system?.vocabulary;
  const asTold = (entry: Entry): Entry => (entry.kind === 'run.started' && vocabulary !== undefined ? { ...entry, vocabulary } : entry);
  const wanted = choose(invocation, isDefaultWanted);
  const isStdoutForPeople =
    wanted.some(({ kind, path }) => path === undefined && FOR_PEOPLE.includes(kind)) &&
    wanted.every(({ kind, path }) => path !== undefined || FOR_PEOPLE.includes(kind));
  const open: { readonly reporter: Reporter; readonly sink: Sink }[] = [];
  for (const { kind, path, isAppended } of wanted) {
    // What GitHub reads must not get between the lines of a document for programs.
    const stream = kind === 'github' && !isStdoutForPeople ? io.stderr : io.stdout;
    const sink =
      path === undefined ? toStream((text) => void stream.write(text)) : isAppended === true ? toEndOf(path) : openFile(kind, path, io.cwd);
    const looks = looksOn(io, settings);
    open.push({ reporter: createReporter(kind, sink.write, path === undefined ? looks : { ...looks, color: false, width: 100 }), sink });
  }
  return {
    isStdoutForPeople,
    entry: (made: Entry) => {
      const entry = asTold(made);
      for (const { reporter, sink } of open) {
        reporter.entry(entry);
        if (entry.kind === 'step.finished' || entry.kind === 'scenario.finished') sink.flush();
      }
    },
    end: () => {
      const troubles: unknown[] = [];
      for (const { reporter, sink } of open) {
        reporter.end();
        try {
          sink.close();
        } catch (error) {
          // The others are ended first.
          troubles.push(error);
        }
      }
      if (troubles.length > 0) throw troubles[0];
    },
  };
};
