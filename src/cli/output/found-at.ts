import { statSync, type BigIntStats } from 'node:fs';

/** What is at a path; undefined where nothing is, or nothing can be: whoever reads or writes there says why. */
export const foundAt = (path: string): BigIntStats | undefined => {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
};
