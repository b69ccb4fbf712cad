import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { pino as Pino } from 'pino';
import { messageOf, OperatingError } from '../kernel/errors.ts';
import { SILENT_LOG, type Logger, type LogLine } from '../kernel/log.ts';
import type { Io } from './io.ts';
import type { Settings } from './options.ts';

type Level = 'debug' | 'info' | 'warn' | 'error';

/** Opens pino's way out: the log file, or stderr. Throws an OperatingError (infrastructure) where the file can't be written. */
const open = (pino: typeof Pino, settings: Settings, io: Io): Logger => {
  const options = { level: settings['log-level'], base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const path = settings['log-file'];
  if (path === undefined) return pino(options, { write: (line) => void io.stderr.write(line) });
  const file = resolve(io.cwd, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    return pino(options, pino.destination({ dest: file, sync: true }));
  } catch (error) {
    throw new OperatingError('infrastructure', `the log file ${path} can't be written: ${messageOf(error)}`, { mend: 'Name another with --log-file.', cause: error });
  }
};

/** Creates the log: pino's JSON lines, never among the results on stdout. Nobody waits for pino where nothing is to be logged. */
export const createLog = async (settings: Settings, io: Io, isQuiet: boolean): Promise<Logger> => {
  if (isQuiet || settings['log-level'] === 'silent') return SILENT_LOG;
  const { pino } = await import('pino');
  const logger = open(pino, settings, io);
  const line =
    (level: Level): LogLine =>
    (fields, message) => {
      logger[level](fields, message);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
};
