/** The program as real processes: on whatever Node the host has, stopped by signals, in a checkout whose sources change. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const root = dirname(import.meta.dirname);
const BIN = join(root, 'bin', 'food-sim.js');
const SLOW = 120_000;
let folder: string;

/** The host's own Node: the first on PATH that npm did not put there; this one where the host has none. */
const hostNode =
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules'))
    .map((path) => join(path, 'node'))
    .find((path) => existsSync(path)) ?? process.execPath;

/** Makes a Node take itself for an old one, but for the runtime that it then re-executes on. */
const pretendOld = (): Record<string, string> => {
  const preload = join(folder, 'old.cjs');
  writeFileSync(
    preload,
    "if (!process.env.FOOD_SIM_SUPERVISED) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } });\n",
  );
  return { NODE_OPTIONS: `--require=${preload}` };
};

const run = (program: string, args: readonly string[], env: Record<string, string> = {}) => {
  const ended = spawnSync(program, args, { encoding: 'utf8', cwd: folder, env: { PATH: process.env['PATH'], ...env } });
  if (ended.error !== undefined) throw ended.error;
  return { code: ended.status, signal: ended.signal, out: ended.stdout, err: ended.stderr };
};

const children: ChildProcess[] = [];

/** Starts the system on free ports, and resolves when it is ready. */
const startServe = async (program: string, env: Record<string, string> = {}) => {
  const child = spawn(program, [BIN, 'serve', '--bus', 'memory', '--port', 'all=0'], {
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  await expect.poll(() => out, { timeout: 60_000 }).toContain('ready');
  const gateway = /^gateway +(\S+)$/m.exec(out)?.[1] ?? '';
  return { child, ended, gateway };
};

const isAnswering = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(`${url}/orders`)).ok;
  } catch {
    // Refused or reset: nobody is there any more.
    return false;
  }
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-bin-'));
  // What the tests below start finds the program compiled, so that each of them tests one thing.
  run(process.execPath, [BIN, '--version']);
}, SLOW);
afterEach(() => {
  for (const child of children.splice(0)) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("on the host's Node", () => {
  it(
    'runs, whatever its version',
    () => {
      expect(run(hostNode, [BIN, '--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^food-sim \d/) });
    },
    SLOW,
  );

  it(
    'passes exit codes on',
    () => {
      expect(run(process.execPath, [BIN, 'run', '--jobs', 'x'], pretendOld())).toMatchObject({
        code: 2,
        err: expect.stringContaining('--jobs'),
      });
    },
    SLOW,
  );

  it(
    're-executes an old one on the runtime that comes with the package',
    () => {
      const { out } = run(process.execPath, [BIN, 'doctor', '--port', 'all=0'], pretendOld());
      expect(out).toMatch(/^ok {4}Node\.js (2[2-9]|[3-9]\d)\./m);
    },
    SLOW,
  );

  it(
    'says plainly what to do where there is no such runtime and none can be fetched, keeps no half of one, and ends with 5',
    () => {
      mkdirSync(join(folder, 'alone'), { recursive: true });
      for (const name of ['bin', 'package.json']) cpSync(join(root, name), join(folder, 'alone', name), { recursive: true });
      const npm = join(folder, 'npm');
      writeFileSync(npm, '#!/bin/sh\necho "npm error network: the registry is not there" >&2\nexit 1\n', { mode: 0o755 });
      const start = (path: string) => run(process.execPath, [join(folder, 'alone/bin/food-sim.js')], { ...pretendOld(), PATH: path });
      const lack = String.raw`food-sim needs Node\.js 22\.\d+\.\d+ or newer, and this is 18\.20\.0`;
      const offline = start(`${folder}${delimiter}${process.env['PATH']}`);
      expect(offline.err).toMatch(
        new RegExp(
          `^${lack}: fetching .*\n${lack}\\. None could be fetched: npm error network: the registry is not there\n.*nodejs\\.org, or \`npm install node@24\``,
        ),
      );
      expect(offline.code).toBe(5);
      const without = start('/nonexistent');
      expect(without.err).toMatch(/None could be fetched: npm is not on PATH\n/);
      expect(without.code).toBe(5);
      expect(readdirSync(join(folder, 'alone', '.runtime'))).toEqual([]);
    },
    SLOW,
  );

  it.each([
    ['SIGTERM', 0],
    ['SIGINT', 130],
  ] as const)(
    'passes %s on, so that everything stops in order',
    async (signal, code) => {
      const { child, ended, gateway } = await startServe(process.execPath, pretendOld());
      expect(await isAnswering(gateway)).toBe(true);
      child.kill(signal);
      expect(await ended).toEqual({ code, signal: null });
      expect(await isAnswering(gateway)).toBe(false);
    },
    SLOW,
  );

  it(
    'leaves nothing behind where it is killed outright',
    async () => {
      const { child, ended, gateway } = await startServe(process.execPath, pretendOld());
      child.kill('SIGKILL');
      expect(await ended).toEqual({ code: null, signal: 'SIGKILL' });
      await expect.poll(() => isAnswering(gateway), { timeout: 30_000 }).toBe(false);
    },
    SLOW,
  );
});

describe('a reader that goes away', () => {
  it(
    'prints the very schema of scenarios that is published',
    () => {
      const { code, out } = run(process.execPath, [BIN, 'schema', 'scenario']);
      expect({ code, out }).toEqual({ code: 0, out: readFileSync(join(root, 'schema', 'scenario.schema.json'), 'utf8') });
    },
    SLOW,
  );

  it(
    'ends the output and nothing else',
    async () => {
      const child = spawn(process.execPath, [BIN, 'schema', 'openapi'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      child.stdout.destroy();
      let err = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0);
      expect(err).not.toMatch(/EPIPE|Error/);
    },
    SLOW,
  );
});

describe('what the program stands on', () => {
  it.skipIf(!existsSync('/dev/full'))(
    'is told where output finds no room',
    () => {
      const { code, err } = run('/bin/sh', ['-c', '"$0" "$1" schema openapi > /dev/full', process.execPath, BIN]);
      expect(err).toMatch(/^food-sim: stdout can't be written: ENOSPC/);
      expect(err.match(/can't be written/g)).toHaveLength(1);
      expect(code).toBe(5);
    },
    SLOW,
  );

  it.skipIf(process.platform === 'win32')(
    'is told where the current folder is gone',
    () => {
      mkdirSync(join(folder, 'gone'));
      const { code, err } = run('/bin/sh', ['-c', 'cd gone && rmdir ../gone && "$0" "$1" config', process.execPath, BIN]);
      expect(err).toMatch(/^food-sim: the current folder is not there any more/);
      expect(code).toBe(5);
    },
    SLOW,
  );

  it(
    'is told where a load finds no temporary folder',
    () => {
      // A folder that is only missing would be made: Node's compile cache goes there too.
      writeFileSync(join(folder, 'blocked'), '');
      const { code, err } = run(process.execPath, [BIN, 'load', '--duration', '1s'], { TMPDIR: join(folder, 'blocked') });
      expect(err).toMatch(/^food-sim: no temporary folder can be made: ENOTDIR/);
      expect(code).toBe(5);
    },
    SLOW,
  );
});

describe('in a checkout', () => {
  const program = (
    says: string,
  ): string => `export const main = async (argv: readonly string[], io: { stdout: { write(text: string): void } }): Promise<number> => {
  io.stdout.write('${says} ' + argv.join(' ') + '\\n');
  return 0;
};
`;
  let checkout: string;
  let edits = 0;
  const edit = (text: string): void => {
    const file = join(checkout, 'src/cli/main.ts');
    writeFileSync(file, text);
    // An edit within the clock's resolution of the last one would look like none.
    edits += 1;
    utimesSync(file, new Date(), new Date(Date.now() + edits * 1000));
  };
  const start = () => run(process.execPath, [join(checkout, 'bin/food-sim.js'), 'now']);

  beforeAll(() => {
    checkout = join(folder, 'checkout');
    for (const name of ['bin', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'])
      cpSync(join(root, name), join(checkout, name), { recursive: true });
    mkdirSync(join(checkout, 'src/cli'), { recursive: true });
    // The script of the HTML report is a project of its own, whatever it says.
    const page = 'src/reports/html/browser';
    mkdirSync(join(checkout, page), { recursive: true });
    cpSync(join(root, page, 'tsconfig.json'), join(checkout, page, 'tsconfig.json'));
    writeFileSync(join(checkout, page, 'main.ts'), "document.title = 'a page';\n");
    symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'));
    edit(program('first'));
  });

  it(
    'compiles what changed before it runs, once for two that start together',
    async () => {
      const outs = await Promise.all(
        [1, 2].map(
          () =>
            new Promise<string>((resolve) => {
              const child = spawn(process.execPath, [join(checkout, 'bin/food-sim.js'), 'now'], { stdio: ['ignore', 'pipe', 'pipe'] });
              let out = '';
              child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
              child.on('close', (code) => {
                resolve(`${code} ${out}`);
              });
            }),
        ),
      );
      expect(outs).toEqual(['0 first now\n', '0 first now\n']);
      expect(start()).toMatchObject({ out: 'first now\n', err: '' });
      edit(program('second'));
      expect(start()).toMatchObject({ out: 'second now\n', err: 'food-sim: the sources changed, compiling …\n' });
    },
    SLOW,
  );

  it(
    'runs nothing while they don’t compile, and says why each time',
    () => {
      edit(`${program('third')}export const wrong: number = 'text';\n`);
      const stopped = {
        code: 70,
        out: '',
        err: expect.stringMatching(
          /src\/cli\/main\.ts\(5,14\): error TS2322: Type 'string' is not assignable[^]*the sources don't compile, so nothing was run\.\n$/,
        ),
      };
      expect([start(), start()]).toMatchObject([stopped, stopped]);
    },
    SLOW,
  );

  it(
    'takes over the lock of a compiler that died',
    () => {
      edit(program('fourth'));
      const dead = spawnSync(process.execPath, ['-e', '']).pid;
      writeFileSync(join(checkout, 'dist/.lock'), String(dead));
      expect(start().out).toBe('fourth now\n');
      expect(existsSync(join(checkout, 'dist/.lock'))).toBe(false);
    },
    SLOW,
  );
});
