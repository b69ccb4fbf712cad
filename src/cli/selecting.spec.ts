import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runMain } from './main.fixture.ts';
import { main } from './main.ts';

const MEMORY = ['--bus', 'memory', '--time', 'virtual'];
let cwd: string;

/** A scenario of one order, which holds or does not. */
const scenario = (name: string, tags: string, holds = true): string =>
  `name: ${name}\ntags: [${tags}]\nsteps:\n  - place: { order: lunch, customer: kim }\n  - eventually: { order: lunch, is: 결재됨 }\n  - expect: { payment: lunch, is: ${holds ? '결재됨' : '환불됨'} }\n`;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-selecting-'));
  mkdirSync(join(cwd, 'all'));
  writeFileSync(join(cwd, 'all/1.yaml'), scenario('Alpha', 'cancel'));
  writeFileSync(join(cwd, 'all/2.yaml'), scenario('Beta', 'cancel, slow', false));
  writeFileSync(join(cwd, 'all/3.yaml'), scenario('Gamma', 'slow'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const run = (...argv: readonly string[]) => runMain(['run', 'all', ...argv], cwd);

interface Listed {
  readonly selection?: object;
  readonly scenarios: readonly {
    readonly name: string;
    readonly round?: number;
    readonly line: number;
    readonly tags: readonly string[];
  }[];
}
const listed = async (...argv: readonly string[]): Promise<Listed> =>
  JSON.parse((await run('--list', '--report', 'json', ...argv)).out) as Listed;
const names = async (...argv: readonly string[]): Promise<readonly string[]> => (await listed(...argv)).scenarios.map(({ name }) => name);

describe('run --list', () => {
  it('says what would be run, a line each, and runs nothing', async () => {
    const { code, out, err } = await run('--list');
    expect([code, err]).toEqual([0, '']);
    expect(out.replaceAll(/\S*all\//g, '')).toBe(
      '1.yaml:1  Alpha  [cancel]\n2.yaml:1  Beta  [cancel, slow]\n3.yaml:1  Gamma  [slow]\n3 scenarios\n',
    );
    expect((await run('--list', '--grep', 'Al')).out).toMatch(/Alpha.*\n1 scenario of 3\n$/);
  });

  it('takes the word bundled for what comes with the system, beside files and alone', async () => {
    const count = async (...argv: readonly string[]) =>
      Number(/(\d+) scenarios\n$/.exec((await runMain(['run', ...argv, '--list'], cwd)).out)?.[1]);
    const bundled = await count();
    expect(bundled).toBeGreaterThan(20);
    expect(await count('bundled')).toBe(bundled);
    expect(await count('bundled', 'all')).toBe(bundled + 3);
    expect((await runMain(['lint', 'bundled'], cwd)).out).toContain(`, ${bundled} scenarios: no problems`);
  });

  it('as JSON on stdout, or in the file that the report names', async () => {
    expect(await listed('--tag', 'slow', '--repeat', '2')).toMatchObject({
      version: 1,
      selection: { of: 3, tags: ['slow'], repeat: 2 },
      scenarios: [
        { name: 'Beta', round: 1, line: 1, tags: ['cancel', 'slow'] },
        { name: 'Beta', round: 2 },
        { name: 'Gamma', round: 1 },
        { name: 'Gamma', round: 2 },
      ],
    });
    const { out } = await run('--list', '--report', 'json=list.json', '--report', 'junit=none.xml');
    expect(out).toContain('3 scenarios\n');
    expect(JSON.parse(readFileSync(join(cwd, 'list.json'), 'utf8'))).toMatchObject({ scenarios: [{}, {}, {}] });
    expect(() => readFileSync(join(cwd, 'none.xml'))).toThrow('ENOENT');
  });

  it('refuses what a run would refuse', async () => {
    expect(await run('--list', '--grep', 'Delta')).toMatchObject({ code: 2 });
    expect(await runMain(['run', 'nowhere', '--list'], cwd)).toMatchObject({ code: 3 });
    expect(await run('--list', '--watch')).toMatchObject({ code: 2, err: expect.stringContaining('--list runs nothing') as string });
  });
});

describe('tags', () => {
  it.each([
    [['cancel and not slow'], ['Alpha']],
    [['slow'], ['Beta', 'Gamma']],
    [
      ['cancel and slow', 'slow and not cancel'],
      ['Beta', 'Gamma'],
    ],
    [['not (cancel and slow)'], ['Alpha', 'Gamma']],
  ])('%j choose %j', async (tags, expected) => {
    expect(await names(...tags.flatMap((tag) => ['--tag', tag]))).toEqual(expected);
  });

  it.each([
    ['cancel and (slow', 2, '--tag: "cancel and (slow" has a bracket that nothing closes'],
    ['cancel slow', 2, '--tag: "cancel slow" has slow where and, or, or its end should stand'],
    ['cancel and slow and fast', 2, 'none of 3 scenarios has the tag cancel and slow and fast, so nothing would be run'],
  ])('%s is refused', async (tag, code, message) => {
    expect(await run('--tag', tag)).toMatchObject({ code, err: expect.stringContaining(message) as string });
  });

  it('that no scenario has are told, with the nearest that there is', async () => {
    const { code, err } = await run('--list', '--tag', 'not slwo');
    expect([code, err]).toEqual([0, expect.stringContaining('no scenario has the tag slwo; did you mean slow?')]);
  });

  it('that can not be read in the configuration file are refused at their place', async () => {
    writeFileSync(join(cwd, 'bad.yaml'), 'tag: [cancel and]\n');
    const { code, err } = await run('--config', 'bad.yaml');
    expect([code, err]).toEqual([3, expect.stringMatching(/bad\.yaml:1:\d+: "cancel and" ends where a tag should follow/)]);
  });
});

describe('--shard and --last-failed', () => {
  it('deal by count, and by the durations of a former run', async () => {
    expect([await names('--shard', '1/2'), await names('--shard', '2/2')]).toEqual([['Alpha', 'Gamma'], ['Beta']]);
    await run(...MEMORY, '--report', 'ndjson=former.ndjson');
    const slower = readFileSync(join(cwd, 'former.ndjson'), 'utf8').replace(
      /("scenario":1,"kind":"scenario\.finished","outcome":"\w+","durationMs":)\d+/,
      '$19000',
    );
    writeFileSync(join(cwd, 'former.ndjson'), slower);
    const parts = await Promise.all(['1/2', '2/2'].map((part) => listed('--shard', part, '--former', 'former.ndjson')));
    expect(parts.map(({ scenarios }) => scenarios.map(({ name }) => name))).toEqual([['Alpha'], ['Beta', 'Gamma']]);
    expect(parts[0]?.selection).toEqual({ of: 3, shard: '1/2', shardedBy: 'durations' });
  });

  it('play again what did not pass, and say so', async () => {
    await run(...MEMORY, '--report', 'ndjson=last.ndjson');
    const { code, out } = await run(...MEMORY, '--last-failed', '--former', 'last.ndjson');
    expect(code).toBe(1);
    expect(out).toMatch(/· 1 scenario of 3 · --last-failed --former last\.ndjson\n\nfailed: Beta/);
  });

  it.each([
    [['--shard', '4/4'], "--shard 4/4: 3 scenarios can't be dealt to 4 parts"],
    [['--shard', '0/4'], '--shard: "0/4" is not a part and their number, like 1/4 or 4/4'],
    [['--shard', '5/4'], '--shard: "5/4" is not a part'],
    [['--shard', '2'], '--shard: "2" is not a part'],
    [['--last-failed'], '--last-failed: no former run is named to pick from'],
    [['--last-failed', '--former', 'good.ndjson'], '--last-failed: none of these scenarios failed in good.ndjson, so nothing would be run'],
  ])('%j is refused by name', async (argv, message) => {
    await run(...MEMORY, '--grep', 'Alpha', '--report', 'ndjson=good.ndjson');
    expect(await run(...argv)).toMatchObject({ code: 2, err: expect.stringContaining(message) as string });
  });

  it('a former run that is no recording is refused at its line', async () => {
    writeFileSync(join(cwd, 'no.ndjson'), '{}\n');
    expect(await run('--shard', '1/2', '--former', 'no.ndjson')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no.ndjson:1: is not an entry of a recording') as string,
    });
  });
});

describe('run --watch', () => {
  it('runs all, then what is made of a file that changes, waits out what is wrong with it, and ends when interrupted', async () => {
    let [out, err] = ['', ''];
    const signals = new EventEmitter();
    const watched = mkdtempSync(join(cwd, 'watched-'));
    writeFileSync(join(watched, '1.yaml'), scenario('Alpha', 'x'));
    writeFileSync(join(watched, '2.yaml'), scenario('Beta', 'x', false));
    const ended = main(['run', watched, ...MEMORY, '--watch'], {
      stdin: new PassThrough(),
      stdout: { write: (text: string) => (out += text), isTTY: false, columns: 100 },
      stderr: { write: (text: string) => (err += text) },
      env: { PATH: process.env['PATH'] },
      cwd,
      signals,
    });
    const waiting = (times: number) =>
      vi.waitFor(() => expect(out.split('watching for changes').length).toBe(times + 1), { timeout: 20_000, interval: 20 });
    await waiting(1);
    expect(out).toMatch(/passed: Alpha[^]*failed: Beta/);
    out = '';
    writeFileSync(join(watched, '2.yaml'), scenario('Beta', 'x, y'));
    await waiting(1);
    expect(out).toMatch(/1 scenario of 2 · changed: \S*2\.yaml\n\npassed: Beta[^]*1 scenario: 1 passed/);
    expect(out).not.toContain('Alpha');
    out = '';
    writeFileSync(join(watched, '2.yaml'), 'name: Beta\nstesp: []\n');
    await waiting(1);
    expect(err).toMatch(/2\.yaml:2:1[^]*did you mean steps\?/);
    writeFileSync(join(watched, '2.yaml'), scenario('Beta', 'x'));
    await waiting(2);
    expect(out).toContain('passed: Beta');
    signals.emit('SIGINT');
    expect(await ended).toBe(130);
  }, 60_000);
});
