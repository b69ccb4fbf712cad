import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { Timers } from '../../kernel/clock.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { createHttpServer } from './server.ts';

/** Time stands still: who waits for a timeout waits for ever. */
const NEVER: Timers = { now: () => 0, after: () => () => undefined };

/** A client on a connection of its own, that keeps it until the other side ends it; `all` resolves to what came until then. */
const clientOf = async (port: number): Promise<{ readonly socket: Socket; readonly all: Promise<string> }> => {
  const socket = connect(port, '127.0.0.1');
  let came = '';
  socket.setEncoding('utf8').on('data', (text: string) => (came += text));
  socket.on('error', () => undefined);
  const all = once(socket, 'close').then(() => came);
  await once(socket, 'connect');
  return { socket, all };
};

const GET = 'GET /orders HTTP/1.1\r\nhost: x\r\n\r\n';

it('ends when what is being answered is answered, whoever keeps a connection', async () => {
  const waiting: (() => void)[] = [];
  const dispatch = () =>
    new Promise<{ status: number; headers: Record<string, string>; body: string }>((resolve) =>
      waiting.push(() => resolve({ status: 200, headers: {}, body: 'done' })),
    );
  const server = await createHttpServer({ name: 'lunch', dispatch, port: 0, log: SILENT_LOG, timers: NEVER });
  const [unused, idle, asking] = [await clientOf(server.port), await clientOf(server.port), await clientOf(server.port)];
  const ask = async ({ socket }: { readonly socket: Socket }): Promise<void> => {
    socket.write(GET);
    while (waiting.length === 0) await new Promise(setImmediate);
  };
  await ask(idle);
  waiting.pop()?.();
  await once(idle.socket, 'data');
  await ask(asking);
  const closing = server.close();
  expect(await unused.all).toBe('');
  expect(await idle.all).not.toMatch(/^connection: close/m);
  waiting.pop()?.();
  const answer = await asking.all;
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  expect(answer).toMatch(/^connection: close\r$/m);
  expect(answer.endsWith('"done"')).toBe(true);
  await closing;
});
