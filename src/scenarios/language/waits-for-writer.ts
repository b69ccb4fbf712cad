import { statSync } from 'node:fs';

/** An open file of this process by its number: what `<(…)` of a shell becomes, and standard input. */
const OPEN_ALREADY = /^\/(?:dev\/(?:stdin$|fd\/\d+$)|proc\/(?:self|\d+)\/fd\/\d+$)/;

/**
 * Whether opening the file could wait for somebody to write who never comes: a named pipe, or a socket. What the shell
 * opened already has its writer. Throws where the file can't be looked at.
 */
export const waitsForWriter = (file: string): boolean => {
  if (OPEN_ALREADY.test(file)) return false;
  const found = statSync(file);
  return found.isFIFO() || found.isSocket();
};
