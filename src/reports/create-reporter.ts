import { createGithubReporter } from './github.ts';
import { createHtmlReporter } from './html/html.ts';
import { createJsonReporter } from './json.ts';
import { createJunitReporter } from './junit.ts';
import { createPlainReporter, createPrettyReporter } from './pretty.ts';
import type { CreateReporter, Reporter, ReportOptions } from './report.ts';
import { createTapReporter } from './tap.ts';

/** The recording itself, one entry a line. */
const createNdjsonReporter: CreateReporter = (write) => ({
  entry: (entry) => {
    write(`${JSON.stringify(entry)}\n`);
  },
  end: () => undefined,
});

const REPORTERS = {
  pretty: createPrettyReporter,
  plain: createPlainReporter,
  tap: createTapReporter,
  junit: createJunitReporter,
  json: createJsonReporter,
  ndjson: createNdjsonReporter,
  html: createHtmlReporter,
  github: createGithubReporter,
} satisfies Record<string, CreateReporter>;

/** A kind of report. */
export type ReportKind = keyof typeof REPORTERS;

/** Every kind of report, for messages and completion. */
export const REPORT_KINDS = Object.keys(REPORTERS) as readonly ReportKind[];

/** Creates a report of this kind; it writes as entries come. A live run and a recorded one give the same bytes. */
export const createReporter = (kind: ReportKind, write: (text: string) => void, options: ReportOptions): Reporter => REPORTERS[kind](write, options);
