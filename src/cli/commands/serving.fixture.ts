import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { main } from '../main.ts';

/** What serving came to. */
export interface ServedOnce {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Serves in this process, in a folder, until `work` is done, and gives what was said. */
export const servingIn = async (
  cwd: string,
  argv: readonly string[],
  work: (gateway: string | undefined, stop: (signal: 'SIGTERM' | 'SIGINT') => void) => Promise<void>,
): Promise<ServedOnce> => {
  const signals = new EventEmitter();
  let [out, err] = ['', ''];
  let working: Promise<void> | undefined;
  const stop = (signal: string): void => void signals.emit(signal);
  const write = (text: string): void => {
    out += text;
    if (!out.includes('ready;') || working !== undefined) return;
    working = work(/^gateway +(\S+)$/m.exec(out)?.[1], stop).finally(() => stop('SIGTERM'));
  };
  const code = await main(['serve', ...argv], {
    stdin: new PassThrough(),
    stdout: { write },
    stderr: { write: (text: string) => (err += text) },
    env: {},
    cwd,
    signals,
  });
  await working;
  return { code, out, err };
};

/** An answer, with its body as JSON. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks over HTTP. */
export const askJson = async (url: string, method = 'GET', body?: object): Promise<Answered> => {
  const answer = await fetch(url, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as Answered['body'] };
};
