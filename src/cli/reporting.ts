import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { messageOf, OperatingError } from '../kernel/errors.ts';
import type { Entry } from '../kernel/recording.ts';
import { createReporter } from '../reports/create-reporter.ts';
import { REPORT_KINDS, type ReportKind } from '../reports/kinds.ts';
import type { Reporter, ReportOptions } from '../reports/report.ts';
import { nearest } from '../scenarios/language/nearest.ts';
import type { Invocation } from './command.ts';
import { widthOf, type Io } from './io.ts';
import { makeFolder } from './make-folder.ts';
import type { Settings } from './options.ts';

/** A report that was asked for; without a path it goes to stdout. */
interface Wanted {
  readonly kind: ReportKind;
  readonly path?: string;
}

const FOR_PEOPLE: readonly ReportKind[] = ['pretty', 'plain', 'github'];

const parse = (text: string, origin: string): Wanted => {
  const [word = '', path] = text.split(/=(.*)/s);
  const kind = REPORT_KINDS.find((known) => known === word);
  if (kind === undefined) {
    const hint = nearest(word, REPORT_KINDS);
    throw new OperatingError('usage', `${origin}: ${JSON.stringify(word)} is not a kind of report${hint === undefined ? '' : `; did you mean ${hint}?`}`, {
      mend: `There are ${REPORT_KINDS.join(', ')}. For example: --report junit=report.xml`,
    });
  }
  if (path === '') throw new OperatingError('usage', `${origin}: ${text} names no file`, { mend: `Write --report ${kind}=FILE, or --report ${kind} for stdout.` });
  return path === undefined ? { kind } : { kind, path };
};

/** Whether a report that was asked for goes to stdout, so that nothing else may. */
export const hasStdoutReport = ({ settings, origins }: Invocation): boolean => settings.report.map((text) => parse(text, origins.report)).some(({ path }) => path === undefined);

/** The reports that are to be made: those asked for, one for eyes on stdout if nothing else goes there, and GitHub's where it reads. */
const choose = ({ settings, origins, io }: Invocation, isDefaultWanted: boolean): readonly Wanted[] => {
  const wanted = settings.report.map((text) => parse(text, origins.report));
  const toStdout = wanted.filter(({ path }) => path === undefined);
  if (toStdout.length > 1) {
    throw new OperatingError('usage', `--report: ${toStdout.map(({ kind }) => kind).join(' and ')} can't both go to stdout`, {
      mend: `Give one of them a file. For example: --report ${toStdout[1]?.kind ?? 'junit'}=FILE`,
    });
  }
  const all = toStdout.length > 0 || !isDefaultWanted ? wanted : [{ kind: io.stdout.isTTY === true ? 'pretty' : 'plain' } as const, ...wanted];
  const isOnGithub = io.env['GITHUB_ACTIONS'] === 'true' && !all.some(({ kind }) => kind === 'github');
  return isOnGithub ? [...all, { kind: 'github' }] : all;
};

/** How reports on this output are to look. */
const looksOn = (io: Io, settings: Settings): ReportOptions => ({
  color: settings.color ?? io.stdout.isTTY === true,
  lang: settings.lang,
  width: widthOf(io.stdout, 100),
  verbose: settings.verbose === true,
  quiet: settings.quiet === true,
});

/** Two writers of one file would each spoil what the other wrote. Devices (/dev/null) hold nothing that could be spoilt. */
const refuseSharedFiles = (wanted: readonly Wanted[], cwd: string): void => {
  const kinds = new Map<string, ReportKind>();
  for (const { kind, path } of wanted) {
    if (path === undefined || path.startsWith('/dev/')) continue;
    const file = resolve(cwd, path);
    const other = kinds.get(file);
    if (other !== undefined) throw new OperatingError('usage', `--report: ${other} and ${kind} can't both go to ${path}`, { mend: `Give one of them another file. For example: --report ${kind}=OTHER` });
    kinds.set(file, kind);
  }
};

/**
 * A file being written: in pieces, since a recording has many small lines, and whole after each step. One that can't be
 * written any more takes nothing more, and says so when it is closed: the run and the other reports go on.
 */
interface Sink {
  readonly write: (text: string) => void;
  readonly flush: () => void;
  readonly close: () => void;
}

const PIECE = 64 * 1024;

const cannotWrite = (path: string, error: unknown): OperatingError =>
  new OperatingError('infrastructure', `the report ${path} can't be written: ${messageOf(error)}`, { mend: 'Name a file that you may write to, on a disk with room.', cause: error });

/** Throws where a file can't be written; changes nothing but that its folder is there. */
const touch = (file: string): void => {
  makeFolder(dirname(file));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) accessSync(dirname(file), constants.W_OK);
  else if (found.isFile() || found.isDirectory()) closeSync(openSync(file, 'r+'));
};

/**
 * A report's file. Whether it can be written is known at once; but what stands in it goes only when there is something to
 * write: a run that is refused for another flag leaves the last report as it is.
 */
const openFile = (path: string, cwd: string): Sink => {
  const file = resolve(cwd, path);
  let held = '';
  let handle: number | undefined;
  let trouble: OperatingError | undefined;
  try {
    touch(file);
  } catch (error) {
    throw cannotWrite(path, error);
  }
  const flush = (): void => {
    const bytes = Buffer.from(held);
    held = '';
    if (trouble !== undefined) return;
    try {
      const open = (handle ??= openSync(file, 'w'));
      for (let written = 0; written < bytes.length; ) written += writeSync(open, bytes, written);
    } catch (error) {
      trouble = cannotWrite(path, error);
    }
  };
  return {
    write: (text) => {
      held += text;
      if (held.length >= PIECE) flush();
    },
    flush,
    close: () => {
      flush();
      if (handle !== undefined) closeSync(handle);
      if (trouble !== undefined) throw trouble;
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
 */
export const openReports = (invocation: Invocation, isDefaultWanted = true): Reporting => {
  const { io, settings } = invocation;
  const wanted = choose(invocation, isDefaultWanted);
  const isStdoutForPeople = wanted.some(({ kind, path }) => path === undefined && FOR_PEOPLE.includes(kind)) && wanted.every(({ kind, path }) => path !== undefined || FOR_PEOPLE.includes(kind));
  refuseSharedFiles(wanted, io.cwd);
  const open: { readonly reporter: Reporter; readonly sink: Sink }[] = [];
  for (const { kind, path } of wanted) {
    // What GitHub reads must not get between the lines of a document for programs.
    const stream = kind === 'github' && !isStdoutForPeople ? io.stderr : io.stdout;
    const sink = path === undefined ? toStream((text) => void stream.write(text)) : openFile(path, io.cwd);
    const looks = looksOn(io, settings);
    open.push({ reporter: createReporter(kind, sink.write, path === undefined ? looks : { ...looks, color: false, width: 100 }), sink });
  }
  return {
    isStdoutForPeople,
    entry: (entry: Entry) => {
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
