import { isAbsolute, relative, resolve } from 'node:path';
import type { Io } from '../io.ts';

/** A path as the user wrote it, from the folder that the user is in. */
export const fromCwd = (path: string, io: Io): string =>
  isAbsolute(path) || io.cwd === process.cwd() ? path : relative(process.cwd(), resolve(io.cwd, path));
