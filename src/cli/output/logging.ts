import { dirname, resolve } from 'node:path';
import type { pino as Pino } from 'pino';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import { SILENT_LOG, type Logger, type LogLine } from '../../kernel/log.ts';
import type { Io } from '../io.ts';
import { makeFolder } from './make-folder.ts';
import type { Settings } from '../options/options.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Opens pino's way out: the log file, or stderr. Throws an OperatingError (infrastructure) where the file can't be written. */
const open = (pino: typeof Pino, settings: Settings, io: Io, onTrouble: (trouble: OperatingError) => void): Logger => {
  const options = { level: settings['log-level'], base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const path = settings['log-file'];
  if (path === undefined) return pino(options, { write: (line) => void io.stderr.write(line) });
  const file = resolve(io.cwd, path);
  const troubleOf = (error: unknown): OperatingError =>
    new OperatingError('infrastructure', `the log file ${path} can't be written: ${fileReasonOf(error)}`, {
      mend: 'Name another with --log-file, on a disk with room.',
      cause: error,
    });
  try {
    makeFolder(dirname(file));
    const destination = pino.destination({ dest: file, sync: true });
    destination.on('error', (error: unknown) => onTrouble(troubleOf(error)));
    return pino(options, destination);
  } catch (error) {
    throw troubleOf(error);
  }
};

/** A log, and what went wrong with writing it: what is logged goes on without it, and is told of in the end. */
export interface Log {
  readonly log: Logger;
  /** The first trouble that it had. */
  readonly trouble: () => OperatingError | undefined;
}

/** Creates the log: pino's JSON lines, never among the results on stdout. Nobody waits for pino where nothing is to be logged. */
export const createLog = async (settings: Settings, io: Io, isQuiet: boolean): Promise<Log> => {
  if (isQuiet || settings['log-level'] === 'silent') return { log: SILENT_LOG, trouble: () => undefined };
  const { pino } = await import('pino');
  let trouble: OperatingError | undefined;
  const logger = open(pino, settings, io, (first) => (trouble ??= first));
  const line =
    (level: Level): LogLine =>
    (fields, message) => {
      logger[level](fields, message);
    };
  return { log: { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }, trouble: () => trouble };
};
