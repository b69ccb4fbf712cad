import type { Entry } from '../kernel/recording.ts';
import type { Vocabulary } from '../kernel/vocabulary.ts';
import { createGithubReporter } from './github.ts';
import { createHtmlReporter } from './html/html.ts';
import { createJsonReporter } from './json.ts';
import { createJunitReporter } from './junit.ts';
import type { ReportKind } from './kinds.ts';
import { createPlainReporter, createPrettyReporter } from './pretty.ts';
import { createMarkdownReporter } from './markdown.ts';
import type { CreateReporter, Reporter, ReportOptions } from './report.ts';
import { createTapReporter } from './tap.ts';

/** JSON on one line for every reader: some end lines at these characters too, which JSON leaves as they stand. */
const lineOf = (entry: Entry): string =>
  JSON.stringify(entry).replaceAll(/[\u0085\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The recording itself, one entry a line. Of several runs told as one, one begins; where the others did is a note. */
const createNdjsonReporter: CreateReporter = (write) => {
  let hasStarted = false;
  const asWritten = (entry: Entry): Entry => {
    if (entry.kind !== 'run.started') return entry;
    const { n, atMs, program, startedAt, seed, bus } = entry;
    const told: Entry = hasStarted ? { n, atMs, kind: 'note', text: `${program} · ${bus} · seed ${seed} · ${startedAt}` } : entry;
    hasStarted = true;
    return told;
  };
  return {
    entry: (entry) => {
      write(`${lineOf(asWritten(entry))}\n`);
    },
    end: () => undefined,
  };
};

const REPORTERS: Readonly<Record<ReportKind, CreateReporter>> = {
  pretty: createPrettyReporter,
  plain: createPlainReporter,
  tap: createTapReporter,
  junit: createJunitReporter,
  json: createJsonReporter,
  ndjson: createNdjsonReporter,
  html: createHtmlReporter,
  github: createGithubReporter,
  markdown: createMarkdownReporter,
};

/**
 * Creates a report of this kind; it writes as entries come, in the words of the system that the recording is of. A live
 * run and a recorded one give the same bytes.
 */
export const createReporter = (kind: ReportKind, write: (text: string) => void, options: ReportOptions): Reporter => {
  let reporter: Reporter | undefined;
  const opened = (vocabulary: Vocabulary): Reporter => (reporter ??= REPORTERS[kind](write, { ...options, vocabulary }));
  return {
    entry: (entry) => opened((entry.kind === 'run.started' ? entry.vocabulary : undefined) ?? options.vocabulary).entry(entry),
    end: () => opened(options.vocabulary).end(),
  };
};
