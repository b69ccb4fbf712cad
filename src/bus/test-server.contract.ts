import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** Runs `work` beside a server of this configuration, whose streams are in a folder of its own; `port` is where it listens. */
export const withConfiguredServer = <Result>(
  configuration: string,
  work: (port: number, folder: string) => Promise<Result>,
): Promise<Result> =>
  withFolder(async (folder) => {
    const port = await freePort();
    const file = join(folder, 'server.conf');
    await writeFile(file, configuration.replaceAll('FOLDER', join(folder, 'store')));
    const server = await startTestServer(port, ['-c', file]);
    try {
      return await work(port, folder);
    } finally {
      await server.kill('SIGKILL');
    }
  });

/** A cluster of three servers with JetStream on loopback ports, as somebody else would run it, for tests. */
export interface TestCluster {
  /** Where its clients connect. */
  readonly servers: readonly string[];
  /** Kills the server that was started as this one of the three. */
  kill(index: number, signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again. */
  revive(index: number): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a cluster whose servers keep their streams in folders of this one. */
export const startTestCluster = async (folder: string): Promise<TestCluster> => {
  const ports = await Promise.all([0, 1, 2].map(freePort));
  const routes = await Promise.all([0, 1, 2].map(freePort));
  const start = (index: number): Promise<TestServer> =>
    startTestServer(ports[index] as number, [
      ...['-js', '-sd', join(folder, `server-${index}`), '--server_name', `server-${index}`, '--cluster_name', 'kitchens'],
      ...['--cluster', `nats://127.0.0.1:${routes[index]}`, '--routes', routes.map((port) => `nats://127.0.0.1:${port}`).join(',')],
    ]);
  const running = new Map<number, TestServer>((await Promise.all([0, 1, 2].map(start))).map((server, index) => [index, server]));
  const kill: TestCluster['kill'] = async (index, signal) => {
    const server = running.get(index);
    running.delete(index);
    await server?.kill(signal);
  };
  return {
    servers: ports.map((port) => `127.0.0.1:${port}`),
    kill,
    revive: async (index) => void running.set(index, await start(index)),
    stop: async () => {
      await Promise.all([0, 1, 2].map((index) => kill(index, 'SIGKILL')));
    },
  };
};
