import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { inspect } from 'node:util';
import { messageOf } from '../../kernel/errors.ts';
import type { Io } from '../io.ts';
import { shownArgv } from '../options/shown-argv.ts';
import { readVersion } from '../../system/version.ts';

/** Says that this is a bug of the program, and leaves the details in a file for whoever mends it. */
export const reportBug = (error: unknown, argv: readonly string[], io: Io): void => {
  const file = join(tmpdir(), `food-sim-bug-${process.pid}-${Date.now()}.txt`);
  const details = [
    `food-sim ${readVersion()}, Node.js ${process.version}, ${process.platform} ${process.arch}`,
    `food-sim ${shownArgv(argv).join(' ')}`,
    '',
    inspect(error, { depth: 8 }),
    '',
  ];
  io.stderr.write(`food-sim: a bug of food-sim, not of yours: ${messageOf(error)}\n`);
  try {
    writeFileSync(file, details.join('\n'), { mode: 0o600, flag: 'wx' });
    io.stderr.write(`The details are in ${file}; please report it with that file.\n`);
  } catch (writeError) {
    io.stderr.write(`${details.join('\n')}The details can't be kept in a file: ${messageOf(writeError)}\n`);
  }
};
