import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { main } from './main.ts';

/** How a run of the program ended, and what it wrote. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the whole program in this process, with streams in memory, in this folder. */
export const runMain = async (argv: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text), isTTY: false, columns: 100 },
    stderr: { write: (text: string) => (err += text) },
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    signals: new EventEmitter(),
  });
  return { code, out, err };
};
