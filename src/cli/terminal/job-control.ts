import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobControl } from '../../tui/run-tui.ts';

/** How long it takes at most until a stop that was asked for has come, in milliseconds. */
const SETTLE_MS = 100;

/** The window may have changed while another program was in front, which was told of it instead. */
const lookAgain = (): void => {
  process.kill(process.pid, 'SIGWINCH');
};

/**
 * The shell's job control (Ctrl-Z, `fg`); undefined on Windows, which has none. Stopped is the whole job, as the terminal
 * would do it: with only this process stopped, the shell would go on waiting for whatever started it (npx).
 */
export const jobControl = (): JobControl | undefined => {
  if (process.platform === 'win32') return undefined;
  let stopAsked: () => void = () => undefined;
  const onStop = (): void => {
    stopAsked();
  };
  return {
    stop: async () => {
      // Without a listener the signal does what it does by itself: it stops, but where no shell could let it go on.
      process.off('SIGTSTP', onStop);
      process.kill(0, 'SIGTSTP');
      await sleep(SETTLE_MS);
      process.on('SIGTSTP', onStop);
      lookAgain();
    },
    listen: (hears) => {
      ({ stopAsked } = hears);
      process.on('SIGTSTP', onStop);
      const onContinue = (): void => {
        hears.goesOn();
        lookAgain();
      };
      process.on('SIGCONT', onContinue);
      return () => {
        process.off('SIGTSTP', onStop);
        process.off('SIGCONT', onContinue);
      };
    },
  };
};
