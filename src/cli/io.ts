import type { EventEmitter } from 'node:events';

/** A stream that text is written to; the columns are known where it is a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the program has of the world; a test brings its own. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly cwd: string;
  /** Emits SIGINT, SIGTERM and SIGHUP; the process where absent. */
  readonly signals?: Pick<EventEmitter, 'on' | 'off'>;
}

/** How wide a stream's terminal is, in columns. One that can't tell says 0 (a serial line, a terminal emulated by a script). */
export const widthOf = ({ columns = 0 }: Pick<Output, 'columns'>, otherwise: number): number => (columns > 0 ? columns : otherwise);
