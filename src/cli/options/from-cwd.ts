import { isAbsolute, relative, resolve } from 'node:path';
import { BUNDLED } from '../../scenarios/runner/select.ts';
import type { Io } from '../io.ts';

/** A path as the user wrote it, from the folder that the user is in. */
export const fromCwd = (path: string, io: Io): string =>
  isAbsolute(path) || io.cwd === process.cwd() ? path : relative(process.cwd(), resolve(io.cwd, path));

/** Scenario files and folders as the user wrote them, from the folder that the user is in; `bundled` is no path. */
export const scenarioPaths = (words: readonly string[], io: Io): readonly string[] =>
  words.map((word) => (word === BUNDLED ? word : fromCwd(word, io)));
