import type { Invocation } from '../command.ts';

/** How often the line is written anew, in milliseconds: 4 times a second can be read. */
const PAUSE_MS = 250;
const CLEAR_LINE = '\r\u001b[K';

/** A line on the terminal that says how far something is. */
export interface Progress {
  /** So many are done. */
  done(count: number): void;
  /** Takes the line away. */
  close(): void;
}

const SILENT: Progress = { done: () => undefined, close: () => undefined };

/** Opens the line, on stderr, where that is a terminal and nobody asked for quiet; `total` is what there is to do. `what` is counted. */
export const openProgress = ({ io, settings }: Invocation, total: number, what = 'schedules'): Progress => {
  if (io.stderr.isTTY !== true || settings.quiet === true) return SILENT;
  const startedAtMs = performance.now();
  let writtenAtMs = startedAtMs;
  const number = (count: number): string => count.toLocaleString('en-US');
  return {
    done: (count) => {
      const nowMs = performance.now();
      if (nowMs - writtenAtMs < PAUSE_MS) return;
      writtenAtMs = nowMs;
      const of = total < Number.MAX_SAFE_INTEGER ? ` of ${number(total)}` : '';
      const rate = Math.round(count / ((nowMs - startedAtMs) / 1000));
      io.stderr.write(`${CLEAR_LINE}${number(count)}${of} ${what}, ${number(rate)} a second, nothing found yet`);
    },
    close: () => {
      // Only where something was written.
      if (writtenAtMs !== startedAtMs) io.stderr.write(CLEAR_LINE);
    },
  };
};
