import { EventEmitter } from 'node:events';
import {
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../main.ts';
import { openOutput } from './output-file.ts';

const RECORDING = join(import.meta.dirname, '../../../tests/fixtures/run.ndjson');
const SCENARIO =
  'name: An order\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n';
const SLOW = { timeout: 120_000 };
let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-outputs-'));
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const run = async (...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text), columns: 100 },
    stderr: { write: (text: string) => (err += text) },
    env: { PATH: process.env['PATH'] },
    cwd,
    signals: new EventEmitter(),
  });
  return { code, out, err };
};
const at = (name: string): string => join(cwd, name);
const write = (name: string, content: string | Buffer): void => {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
};

describe('no output replaces what its command reads', SLOW, () => {
  beforeEach(() => {
    copyFileSync(RECORDING, at('run.ndjson'));
    write('sub/a.yaml', SCENARIO);
    write('food-sim.config.yaml', 'bus: memory\ntime: virtual\n');
    symlinkSync(at('run.ndjson'), at('link.ndjson'));
    linkSync(at('run.ndjson'), at('hard.ndjson'));
    symlinkSync(at('sub'), at('other'));
  });

  it.each<[string, readonly string[], string]>([
    ['the recording', ['report', 'run.ndjson', '--report', 'html=run.ndjson'], 'run.ndjson'],
    ['the recording, of the same kind', ['report', 'run.ndjson', '--report', 'ndjson=run.ndjson'], 'run.ndjson'],
    ['the recording, by another path', ['report', 'run.ndjson', '--report', 'html=sub/../run.ndjson'], 'run.ndjson'],
    ['the recording, by a symbolic link', ['report', 'run.ndjson', '--report', 'html=link.ndjson'], 'run.ndjson'],
    ['the recording that a link was read by', ['report', 'link.ndjson', '--report', 'html=run.ndjson'], 'run.ndjson'],
    ['the recording, by a hard link', ['report', 'hard.ndjson', '--report', 'html=run.ndjson'], 'run.ndjson'],
    ['the recording of a folder', ['report', 'sub', '--report', 'html=sub/only.ndjson'], 'sub/only.ndjson'],
    ['the recording that is looked at', ['tui', '--open', 'run.ndjson', '--report', 'html=run.ndjson'], 'run.ndjson'],
    ['the log over a recording', ['report', 'run.ndjson', '--log-level', 'info', '--log-file', 'run.ndjson'], 'run.ndjson'],
    ['a scenario', ['run', 'sub/a.yaml', '--report', 'json=sub/a.yaml'], 'sub/a.yaml'],
    ['a scenario of a folder', ['run', 'sub', '--report', 'json=other/a.yaml'], 'sub/a.yaml'],
    ['a scenario that is explored', ['explore', 'sub/a.yaml', '--report', 'json=sub/a.yaml'], 'sub/a.yaml'],
    ['a failure over a scenario', ['explore', 'sub/a.yaml', '--save', 'sub/a.yaml'], 'sub/a.yaml'],
    ['a load', ['load', 'sub/a.yaml', '--report', 'json=sub/a.yaml'], 'sub/a.yaml'],
    ['the configuration', ['run', 'sub/a.yaml', '--report', 'json=food-sim.config.yaml'], 'food-sim.config.yaml'],
    ['a kept failure', ['replay', 'sub/a.yaml', '--report', 'json=sub/a.yaml'], 'sub/a.yaml'],
    [
      'a bundled scenario',
      ['run', '--report', `json=${join(import.meta.dirname, '../../../scenarios/01-order-to-delivery.yaml')}`],
      join(import.meta.dirname, '../../../scenarios/01-order-to-delivery.yaml'),
    ],
  ])('%s', async (_what, argv, victim) => {
    write('sub/only.ndjson', readFileSync(RECORDING));
    const path = join(victim.startsWith('/') ? '' : cwd, victim);
    const before = readFileSync(path);
    const { code, err } = await run(...argv);
    expect(err).toMatch(/is read by this command \(.*\), and would be written over\nGive the output another file\./);
    expect(code).toBe(2);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('and no output another one, however its path is written', async () => {
    write('sub/x.xml', '');
    symlinkSync(at('sub/new.xml'), at('new.xml'));
    for (const [one, other] of [
      ['sub/x.xml', 'other/x.xml'],
      ['sub/new.xml', 'new.xml'],
      ['sub/y.xml', './sub/y.xml'],
    ]) {
      expect(await run('run', 'sub', '--report', `junit=${one ?? ''}`, '--report', `html=${other ?? ''}`)).toMatchObject({
        code: 2,
        err: expect.stringContaining("junit and html can't both go to"),
      });
    }
    expect(await run('run', 'sub', '--report', 'junit=a.xml', '--log-level', 'info', '--log-file', 'a.xml')).toMatchObject({
      code: 2,
      err: expect.stringContaining("junit and log-file can't both go to"),
    });
  });
});

describe('a path that leads nowhere', SLOW, () => {
  const LONG = 'x'.repeat(5_000);
  const KINDS: readonly (readonly [what: string, path: string, why: RegExp])[] = [
    ['that is too long', LONG, /too long/],
    ['of links in a circle', 'circle', /loop|link/],
    ['through a file', 'food-sim.config.yaml/x', /file already exists/],
  ];

  beforeEach(() => {
    write('food-sim.config.yaml', 'bus: memory\ntime: virtual\n');
    write('former.json', '{}');
    write('a.yaml', SCENARIO);
    symlinkSync('circle', at('circle'));
  });

  it.each(KINDS)('is refused where something is read there: one %s', async (_what, path) => {
    for (const command of ['run', 'explore', 'load', 'report', 'replay']) {
      const { code, err } = await run(command, path, '--report', 'json=former.json');
      expect([command, code, err]).toEqual([command, expect.toBeOneOf([2, 3]) as number, expect.stringContaining(path.slice(0, 60))]);
    }
  });

  it.each(KINDS)('is refused where something is written there: one %s', async (_what, path, why) => {
    expect(await run('run', 'a.yaml', '--report', `json=${path}`)).toMatchObject({ code: 5, err: expect.stringMatching(why) });
  });
});

describe('a folder of scenarios', SLOW, () => {
  it('is played without the configuration that lies in it, at any depth', async () => {
    write('a.yaml', SCENARIO);
    write('food-sim.config.yaml', 'bus: memory\ntime: virtual\n');
    write('deeper/food-sim.config.yaml', 'bus: memory\n');
    expect(await run('run', '.')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('1 scenario: 1 passed') });
    expect(await run('lint', '.')).toMatchObject({ code: 0, out: expect.stringContaining('1 file, 1 scenario: no problems') });
  });
});

describe('a file being written', () => {
  const OPTIONS = { what: 'the report x', mend: 'Mend it.', isFollowed: false };
  const others = (): readonly string[] => readdirSync(cwd).filter((name) => name !== 'x');

  it('is the former one until it is whole', () => {
    write('x', 'the last one');
    const sink = openOutput('x', cwd, OPTIONS);
    sink.write('half');
    sink.flush();
    expect(readFileSync(at('x'), 'utf8')).toBe('the last one');
    sink.write(' and half');
    sink.close();
    expect(readFileSync(at('x'), 'utf8')).toBe('half and half');
    expect(others()).toEqual([]);
  });

  it('keeps the rights of the former one, and the link that leads to it', () => {
    write('deep/real', 'the last one');
    symlinkSync(at('deep/real'), at('x'));
    const mode = 0o640;
    rmSync(at('deep/real'));
    writeFileSync(at('deep/real'), 'the last one', { mode });
    const sink = openOutput('x', cwd, OPTIONS);
    sink.write('new');
    sink.close();
    expect(readFileSync(at('deep/real'), 'utf8')).toBe('new');
    expect(statSync(at('deep/real')).mode & 0o777).toBe(mode);
    expect(readdirSync(at('deep'))).toEqual(['real']);
  });

  it('stands in its place from the beginning where people follow it and nothing is lost', () => {
    const fresh = openOutput('x', cwd, { ...OPTIONS, isFollowed: true });
    expect(existsSync(at('x'))).toBe(false);
    fresh.write('one\n');
    fresh.flush();
    expect(readFileSync(at('x'), 'utf8')).toBe('one\n');
    fresh.close();
    const again = openOutput('x', cwd, { ...OPTIONS, isFollowed: true });
    again.write('two\n');
    again.flush();
    expect(readFileSync(at('x'), 'utf8')).toBe('one\n');
    again.close();
    expect(readFileSync(at('x'), 'utf8')).toBe('two\n');
  });

  it('leaves the former one where it can not be put in its place', () => {
    write('x', 'the last one');
    const sink = openOutput('x', cwd, OPTIONS);
    sink.write('new');
    sink.flush();
    // What replaces a file can't replace a folder.
    rmSync(at('x'));
    write('x/y', 'in a folder now');
    expect(() => sink.close()).toThrow(/^the report x can't be written: /);
    expect(others()).toEqual([]);
  });
});

describe('a configuration', SLOW, () => {
  it('in another encoding is refused, and makes no folders', async () => {
    write('food-sim.config.yaml', Buffer.from([...Buffer.from('data-dir: '), 0xb5, 0xa5, 0xc0, 0xcc, 0xc5, 0xcd, 0x0a]));
    expect(await run('config')).toMatchObject({
      code: 3,
      err: expect.stringContaining('food-sim.config.yaml:1:1: this file is not UTF-8 text\nSave the configuration in UTF-8.'),
    });
  });

  it('may begin its paths with ~, the home folder', async () => {
    write(
      'food-sim.config.yaml',
      'data-dir: ~/data\nsave: "~"\nreport: [junit=~/report.xml, json=here~/x]\nseed: ~/x\nvar: { path: ~/y }\n',
    );
    const { out } = await run('config');
    expect(out).toContain(`data-dir: ${JSON.stringify(join(homedir(), 'data'))}`);
    expect(out).toContain(`save: ${JSON.stringify(homedir())}`);
    expect(out).toContain(JSON.stringify([`junit=${join(homedir(), 'report.xml')}`, 'json=here~/x']).replace(',', ', '));
    // What is no path stays as it is written.
    expect(out).toMatch(/^seed: "~\/x"/m);
    expect(out).toContain('"path=~/y"');
  });

  it('can not find the home of others', async () => {
    write('food-sim.config.yaml', 'data-dir: ~kim/data\n');
    expect(await run('config')).toMatchObject({
      code: 3,
      err: expect.stringContaining('food-sim.config.yaml:1:11: data-dir: "~kim/data" begins with the home folder of another user'),
    });
  });
});
