import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { requireNatsServer } from './find-nats-server.ts';

/** A server as somebody else would run it, for tests. */
export interface TestServer {
  kill(signal?: NodeJS.Signals): Promise<void>;
}

/** A port of 127.0.0.1 that was free a moment ago. */
export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

/** Runs `work` with a folder that is removed afterwards. */
export const withFolder = async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'food-sim-bus-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Starts the nats-server at hand with these arguments, on 127.0.0.1; resolves when it is ready. */
export const startTestServer = async (port: number, args: readonly string[]): Promise<TestServer> => {
  const { path } = await requireNatsServer({});
  const child = spawn(path, ['-a', '127.0.0.1', '-p', String(port), ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (line.includes('Server is ready')) resolve();
    });
    void exit.then(() => reject(new Error(`the test server ended:\n${lines.join('\n')}`)));
  });
  return {
    kill: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await exit;
    },
  };
};
