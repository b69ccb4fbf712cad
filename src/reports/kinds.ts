/** Every kind of report, in the order of help: the one list for options, completion, messages and the reporters themselves. */
export const REPORT_KINDS = ['pretty', 'plain', 'tap', 'junit', 'json', 'ndjson', 'html', 'github', 'markdown'] as const;

/** A kind of report. */
export type ReportKind = (typeof REPORT_KINDS)[number];
