import process from 'node:process';
import type { Io } from '../io.ts';
import { EXIT } from '../../kernel/exit-codes.ts';

/**
 * A terminal sends Ctrl-C to every process in front of it, and a supervising one (the older Node that
 * re-executed us) passes it on as well: what comes this close together is one Ctrl-C.
 */
const SAME_PRESS_MS = 150;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns what ends processes politely into an abort; a second time ends the process at once. */
export interface Interrupts {
  /** Its reason is the name of the signal that came. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  readonly release: () => void;
}

/** Listens until released. `exit` ends the process; a test brings its own. */
export const listenToInterrupts = (io: Io, exit: (code: number) => void = (code) => process.exit(code)): Interrupts => {
  const controller = new AbortController();
  const signals = io.signals ?? process;
  let firstAtMs: number | undefined;
  const listeners = SIGNALS.map((name) => {
    const listener = (): void => {
      const nowMs = performance.now();
      if (firstAtMs === undefined) {
        firstAtMs = nowMs;
        controller.abort(name);
        if (name === 'SIGINT') io.stderr.write('food-sim: stopping; press Ctrl-C again to end at once\n');
      } else if (nowMs - firstAtMs > SAME_PRESS_MS) exit(EXIT.interrupted);
    };
    signals.on(name, listener);
    return { name, listener };
  });
  return {
    signal: controller.signal,
    release: () => {
      for (const { name, listener } of listeners) signals.off(name, listener);
    },
  };
};
