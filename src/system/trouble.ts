import { OperatingError, messageOf } from '../kernel/errors.ts';
import type { Logger } from '../kernel/log.ts';

/** What breaks a system while it runs, and that no caller is told of. */
export interface Trouble {
  put(error: unknown): void;
  /** The first that came, however it went on. */
  first(): unknown;
  /** Rejects at the first that does not pass by itself: a full disk, a damaged database, a server that ended, a bug. */
  readonly broken: Promise<never>;
}

/** Collects what breaks; each goes to the log too. */
export const createTrouble = (log: Logger): Trouble => {
  let first: unknown;
  let breakOff: (error: unknown) => void = () => undefined;
  const broken = new Promise<never>((_, reject) => {
    breakOff = reject;
  });
  // Nobody may be waiting any more when it breaks.
  broken.catch(() => undefined);
  return {
    put: (error) => {
      first ??= error;
      log.error({ err: error }, `trouble: ${messageOf(error)}`);
      if (!(error instanceof OperatingError && error.isPassing)) breakOff(error);
    },
    first: () => first,
    broken,
  };
};
