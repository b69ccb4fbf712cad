import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileReasonOf, OperatingError } from '../../kernel/errors.ts';
import { foundAt } from './found-at.ts';
import { makeFolder } from './make-folder.ts';

/**
 * A file being written: in pieces, since a recording has many small lines. One that can't be written any more takes nothing
 * more, and says so when it is closed: whoever writes goes on.
 */
export interface Sink {
  readonly write: (text: string) => void;
  /** Hands what was written to the system. */
  readonly flush: () => void;
  /** Ends the file, and puts it in its place. Throws an OperatingError (infrastructure) where it could not be written. */
  readonly close: () => void;
}

/** How a file is written. */
export interface OutputOptions {
  /** What it is, for errors: `the report x.xml`. */
  readonly what: string;
  /** What the user can do where it can't be written. */
  readonly mend: string;
  /** True where people follow it as it grows: then it stands in its place from the beginning, if nothing else does. */
  readonly isFollowed: boolean;
}

const PIECE = 64 * 1024;
const MOST_LINKS = 40;

/** The file itself where the path is a symbolic link, even to one that is not there yet: a link is followed, not replaced. */
export const withoutLinks = (file: string): string => {
  let path = file;
  for (let link = 0; link < MOST_LINKS && foundAt(path) === undefined; link += 1) {
    try {
      path = resolve(dirname(path), readlinkSync(path));
    } catch {
      // What is no link is where it ends; whether it can be made shows when it is opened.
      return path;
    }
  }
  return foundAt(path) === undefined ? path : realpathSync(path);
};

/** Throws where a file can't be written; changes nothing but that its folder is there. */
const touch = (file: string): void => {
  makeFolder(dirname(file));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) accessSync(dirname(file), constants.W_OK);
  else if (found.isFile() || found.isDirectory()) closeSync(openSync(file, 'r+'));
};

/** Where the new text is written, and how it gets to its place once it is whole. */
interface Draft {
  readonly handle: number;
  readonly commit: () => void;
  readonly discard: () => void;
}

const inPlace = (file: string): Draft => ({ handle: openSync(file, 'w'), commit: () => undefined, discard: () => undefined });

/** Puts the draft where the former file is. A file that is mounted by itself (a container's) can only be written into. */
const replace = (draft: string, file: string): void => {
  try {
    renameSync(draft, file);
  } catch (error) {
    if (!['EBUSY', 'EXDEV', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(draft, file);
    rmSync(draft);
  }
};

/** Writes beside the file. Undefined where its folder lets nothing be made beside it. */
const beside = (file: string, former: Stats | undefined): Draft | undefined => {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.part`);
  let handle: number;
  try {
    handle = openSync(draft, 'w');
  } catch (error) {
    if (former !== undefined && ['EACCES', 'EPERM', 'EROFS', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
  return {
    handle,
    commit: () => {
      if (former !== undefined) chmodSync(draft, former.mode);
      replace(draft, file);
    },
    discard: () => rmSync(draft, { force: true }),
  };
};

const draftOf = (file: string, isFollowed: boolean): Draft => {
  const former = statSync(file, { throwIfNoEntry: false });
  // A device or a pipe holds nothing that could be lost, and can't be replaced.
  if (former !== undefined && !former.isFile()) return inPlace(file);
  if (former === undefined && isFollowed) return inPlace(file);
  return beside(file, former) ?? inPlace(file);
};

const writeAll = (handle: number, text: string): void => {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
};

/**
 * Opens a file to write. Whether it can be written is known at once; what stands in it is replaced once the new text is
 * whole, so that whatever ends the run before leaves it as it was. Throws an OperatingError (infrastructure) where it can't be written.
 */
export const openOutput = (path: string, cwd: string, { what, mend, isFollowed }: OutputOptions): Sink => {
  const cannotWrite = (error: unknown): OperatingError =>
    new OperatingError('infrastructure', `${what} can't be written: ${fileReasonOf(error)}`, { mend, cause: error });
  let held = '';
  let draft: Draft | undefined;
  let trouble: OperatingError | undefined;
  let file = resolve(cwd, path);
  const attempt = (act: () => void): void => {
    if (trouble !== undefined) return;
    try {
      act();
    } catch (error) {
      trouble = cannotWrite(error);
    }
  };
  attempt(() => {
    file = withoutLinks(file);
    touch(file);
  });
  if (trouble !== undefined) throw trouble;
  const flush = (): void => {
    const text = held;
    held = '';
    attempt(() => writeAll((draft ??= draftOf(file, isFollowed)).handle, text));
  };
  return {
    write: (text) => {
      held += text;
      if (held.length >= PIECE) flush();
    },
    flush,
    close: () => {
      flush();
      const written = draft;
      if (written !== undefined) {
        closeSync(written.handle);
        if (trouble === undefined) attempt(written.commit);
        if (trouble !== undefined) written.discard();
      }
      if (trouble !== undefined) throw trouble;
    },
  };
};

/** Writes a whole file, as {@link openOutput} does. */
export const writeOutput = (path: string, cwd: string, text: string, options: Omit<OutputOptions, 'isFollowed'>): void => {
  const sink = openOutput(path, cwd, { ...options, isFollowed: false });
  sink.write(text);
  sink.close();
};
