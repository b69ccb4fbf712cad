/**
 * Whatever is kept in a data folder survives a power cut: each command that writes there says so to SQLite, and to the
 * server that it starts.
 */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { main } from './main.ts';

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-durable-'));
  writeFileSync(
    join(cwd, 'lunch.yaml'),
    'name: Lunch\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n',
  );
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

/** The configuration of each nats-server that this process has started and that runs now. */
const serverConfigs = (): readonly string[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      if (
        !/^\d+$/.test(pid) ||
        / [A-Z] (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, ''))?.[1] !== String(process.pid)
      )
        return [];
      const [program = '', flag, config = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      return program.includes('nats-server') && flag === '-c' ? [readFileSync(config, 'utf8')] : [];
    } catch {
      // It ended in between.
      return [];
    }
  });

/** Runs a command, ended once it is ready where it would go on; how SQLite was told to write, and how the server. */
const writing = async (...argv: readonly string[]) => {
  const told = new Set<string>();
  const configs = new Set<string>();
  const pragma = Object.getOwnPropertyDescriptor(Sqlite.prototype, 'pragma')?.value as Sqlite.Database['pragma'];
  const spy = vi.spyOn(Sqlite.prototype, 'pragma').mockImplementation(function (
    this: Sqlite.Database,
    text: string,
    options?: Sqlite.PragmaOptions,
  ): unknown {
    if (text.startsWith('synchronous')) {
      told.add(text);
      if (existsSync('/proc/self/stat')) for (const config of serverConfigs()) configs.add(config);
    }
    return pragma.call(this, text, options);
  });
  const signals = new EventEmitter();
  const write = (text: string): void => {
    if (text.includes('ready;')) signals.emit('SIGTERM');
  };
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write },
    stderr: { write: () => undefined },
    env: { PATH: process.env['PATH'] },
    cwd,
    signals,
  });
  spy.mockRestore();
  const syncs = [...configs].map((config) => /sync_interval: \w+/.exec(config)?.[0] ?? 'now and then');
  return { code, told: [...told], syncs: [...new Set(syncs)] };
};

describe('with a data folder', () => {
  const hasProc = existsSync('/proc/self/stat');

  it('run writes through, and so does its server', async () => {
    expect(await writing('run', 'lunch.yaml', '--bus', 'embedded', '--data-dir', 'data')).toEqual({
      code: 0,
      told: ['synchronous = FULL'],
      syncs: hasProc ? ['sync_interval: always'] : [],
    });
  }, 60_000);

  it('serve writes through, and so does its server, and what works on the folder while they are down', async () => {
    const served = await writing('serve', '--bus', 'embedded', '--port', 'all=0', '--data-dir', 'data');
    expect(served).toEqual({ code: 0, told: ['synchronous = FULL'], syncs: hasProc ? ['sync_interval: always'] : [] });
    expect(await writing('dead-letters', 'list', '--data-dir', 'data')).toMatchObject({ code: 0, told: ['synchronous = FULL'] });
    expect(await writing('rebuild', 'mypage', '--bus', 'embedded', '--data-dir', 'data')).toMatchObject({
      code: 0,
      told: ['synchronous = FULL'],
    });
  }, 60_000);
});

describe('without one, what is thrown away at the end anyway', () => {
  it('is not waited for', async () => {
    const { code, told } = await writing('run', 'lunch.yaml', '--bus', 'memory');
    expect([code, told]).toEqual([0, ['synchronous = OFF']]);
  }, 60_000);
});
