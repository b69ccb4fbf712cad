/** Writes one line of the log: its fields, then what happened as a sentence. */
export type LogLine = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** The part of a logger that the kernel's users need; pino's is one. Logs are for people, recordings for programs. */
export interface Logger {
  readonly debug: LogLine;
  readonly info: LogLine;
  readonly warn: LogLine;
  readonly error: LogLine;
}

const forget: LogLine = () => undefined;

/** Writes nothing. */
export const SILENT_LOG: Logger = { debug: forget, info: forget, warn: forget, error: forget };
