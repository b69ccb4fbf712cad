/** What SQLite's errors mean to a person: each operating trouble with its place and its mend. */
import { messageOf, OperatingError } from '../../kernel/errors.ts';

interface Diagnosis {
  /** Follows the file's name. */
  readonly what: string;
  readonly mend: string;
}

/** By primary result code (https://sqlite.org/rescode.html); what is not here is a bug of ours, not an operating trouble. */
const DIAGNOSES: Readonly<Record<string, Diagnosis>> = {
  SQLITE_FULL: {
    what: 'cannot grow: the disk is full, or the database has reached its size limit',
    mend: 'Free space on its disk, or choose another data folder, and start again; what was committed is kept.',
  },
  SQLITE_BUSY: {
    what: 'is locked by another process',
    mend: 'End the other process that writes to it (another run on the same data folder, or an open transaction in a SQLite shell).',
  },
  SQLITE_READONLY: {
    what: 'is read-only',
    mend: 'Give this user the right to write to the file and its folder, or choose another data folder.',
  },
  SQLITE_PERM: {
    what: 'may not be opened by this user',
    mend: 'Give this user the right to read and write the file and its folder, or choose another data folder.',
  },
  SQLITE_CANTOPEN: {
    what: 'cannot be opened',
    mend: 'See that the path is a file in a folder where this user may write, or choose another data folder.',
  },
  SQLITE_CORRUPT: {
    what: 'is damaged',
    mend: 'Restore it from a copy, rescue what is left with "sqlite3 FILE .recover", or move it away to begin with an empty one.',
  },
  SQLITE_NOTADB: {
    what: 'is not a SQLite database, or is damaged',
    mend: 'Move it away to begin with an empty database, or choose another data folder.',
  },
  SQLITE_IOERR: {
    what: 'cannot be read or written: the disk reports an error',
    mend: 'Check the disk (space, quota, mount) and start again; what was committed is kept.',
  },
  SQLITE_NOMEM: { what: 'needs more memory than there is', mend: 'Free memory, and start again.' },
  SQLITE_TOOBIG: { what: 'was given a value larger than SQLite keeps', mend: 'Send smaller values.' },
};
// Another process holding the file's recovery or journal in a way we cannot wait for reads the same to a person.
const SAME_AS: Readonly<Record<string, string>> = { SQLITE_LOCKED: 'SQLITE_BUSY', SQLITE_PROTOCOL: 'SQLITE_BUSY' };

/** An error that carries SQLite's extended result code by name, as better-sqlite3's do. */
const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code.startsWith('SQLITE_') ? error.code : undefined;
};

/** `SQLITE_IOERR_WRITE` is a kind of `SQLITE_IOERR`. */
const primaryOf = (code: string): string => {
  const primary = code.split('_').slice(0, 2).join('_');
  return SAME_AS[primary] ?? primary;
};

/** The trouble as an OperatingError that names the database and the mend; anything else comes back as it is. */
export const asTrouble = (error: unknown, place: string): unknown => {
  const code = codeOf(error);
  const primary = code === undefined ? undefined : primaryOf(code);
  const diagnosis = primary === undefined ? undefined : DIAGNOSES[primary];
  if (diagnosis === undefined) return error;
  return new OperatingError('infrastructure', `The database ${place} ${diagnosis.what} (${code}: ${messageOf(error)}).`, {
    mend: diagnosis.mend,
    cause: error,
    // Somebody else's lock on a database is let go of.
    isPassing: primary === 'SQLITE_BUSY',
  });
};

/** A database that is whole as SQLite sees it, and yet none that this program can use. */
export const unusable = (place: string, what: string, mend: string, cause?: unknown): OperatingError =>
  new OperatingError('infrastructure', `The database ${place} ${what}.`, cause === undefined ? { mend } : { mend, cause });

/** A database that the consistency check found damaged. */
export const damaged = (place: string, finding: string): OperatingError =>
  unusable(place, `is damaged (${finding})`, DIAGNOSES['SQLITE_CORRUPT']!.mend);
