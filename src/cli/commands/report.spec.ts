import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';

const FAILED = readFileSync(join(import.meta.dirname, '../../../tests/fixtures/run.ndjson'), 'utf8');
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-report-'));
});
afterAll(() => {
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

const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(cwd, name), content);
  return name;
};

/** A run of one scenario, which ended so. */
const recording = (
  outcome: string,
  exitCode: number,
  said: { readonly outcome: string; readonly exitCode: number } = { outcome, exitCode },
  name = 'A scenario',
): string => {
  const counts = { passed: 0, failed: 0, errored: 0, inconclusive: 0, skipped: 0, interrupted: 0, [outcome]: 1 };
  const position = { file: 'a.yaml', line: 1, column: 1 };
  return [
    {
      n: 1,
      atMs: 0,
      kind: 'run.started',
      version: 1,
      program: 'food-sim',
      startedAt: '2026-01-01T00:00:00.000Z',
      seed: '7',
      bus: 'memory',
      time: 'virtual',
      scenarioCount: 1,
    },
    { n: 1, atMs: 0, scenario: 1, kind: 'scenario.started', name, position, tags: [], stepCount: 0 },
    { n: 2, atMs: 5, scenario: 1, kind: 'scenario.finished', outcome, durationMs: 5, expectationCount: 1 },
    { n: 2, atMs: 5, kind: 'run.finished', ...said, durationMs: 5, counts },
  ]
    .map((entry) => `${JSON.stringify(entry)}\n`)
    .join('');
};

const PASSED = recording('passed', 0);

describe('a report ends as its run did', () => {
  it.each([
    ['passed', 0],
    ['failed', 1],
    ['failed', 6],
    ['inconclusive', 4],
    ['errored', 5],
    ['errored', 3],
    ['interrupted', 130],
  ])('%s with %i', async (outcome, exitCode) => {
    expect((await run('report', write('one.ndjson', recording(outcome, exitCode)))).code).toBe(exitCode);
  });

  it('and not as it says of itself, where a scenario of it tells otherwise', async () => {
    const passed = { outcome: 'passed', exitCode: 0 };
    expect((await run('report', write('lie.ndjson', recording('failed', 1, passed)))).code).toBe(1);
    expect((await run('report', write('lie.ndjson', recording('inconclusive', 4, passed)))).code).toBe(4);
    const unended = PASSED.split('\n')
      .filter((line) => !line.includes('"scenario.finished"'))
      .join('\n');
    expect((await run('report', write('lie.ndjson', unended))).code).toBe(130);
  });

  it('and never with a code that none ends with: 256 would be 0 to a shell', async () => {
    expect(await run('report', write('lie.ndjson', recording('failed', 256)))).toMatchObject({
      code: 3,
      err: expect.stringContaining('lie.ndjson:4: no run ends with the exit code 256'),
    });
  });
});

describe('a recording that several runs were appended to', () => {
  it.each([
    ['the failed one first', `${FAILED}${PASSED}`],
    ['the failed one last', `${PASSED}${FAILED}`],
    ['the failed one between', `${PASSED}${FAILED}${PASSED}`],
  ])('is judged as a whole: %s', async (_which, text) => {
    const { code, out } = await run('report', write('all.ndjson', text), '--report', 'json');
    const report = JSON.parse(out) as {
      readonly outcome: string;
      readonly exitCode: number;
      readonly counts: Readonly<Record<string, number>>;
      readonly scenarios: readonly { readonly id: number }[];
      readonly furtherRuns: readonly unknown[];
    };
    const runs = text.split('"kind":"run.started"').length - 1;
    expect(code).toBe(1);
    // One alone is 1 passed, 1 failed, 1 errored, 1 inconclusive and 1 skipped.
    expect(report).toMatchObject({
      outcome: 'failed',
      exitCode: 1,
      counts: { passed: runs, failed: 1, errored: 1, inconclusive: 1, skipped: 1 },
    });
    expect(report.scenarios.map(({ id }) => id)).toEqual(Array.from({ length: 4 + runs }, (_, index) => index + 1));
    expect(report.furtherRuns).toHaveLength(runs - 1);
  });

  it('shows every run and every scenario, in every report', async () => {
    write('all.ndjson', `${FAILED}${recording('passed', 0, undefined, 'Another one')}`);
    const { out } = await run(
      'report',
      'all.ndjson',
      '--report',
      'plain',
      '--report',
      'junit=all.xml',
      '--report',
      'tap=all.tap',
      '--report',
      'html=all.html',
      '--report',
      'ndjson=again.ndjson',
    );
    expect(out.match(/^food-sim.* · /gm)).toHaveLength(2);
    expect(out).toMatch(/^passed: Another one/m);
    expect(out).toMatch(/^6 scenarios: 2 passed, 1 failed, 1 broken/m);
    expect(readFileSync(join(cwd, 'all.xml'), 'utf8')).toContain('tests="6" failures="1" errors="2" skipped="1"');
    expect(readFileSync(join(cwd, 'all.tap'), 'utf8')).toMatch(/^TAP version 14\n[^]*\nok 6 - Another one\n1\.\.6\n$/);
    expect(readFileSync(join(cwd, 'all.html'), 'utf8')).toContain('Another one');
    // Told again, it is the same.
    expect((await run('report', 'again.ndjson', '--report', 'plain')).code).toBe(1);
  });

  it('is looked at as one by tui --open', async () => {
    write('all.ndjson', `${recording('failed', 1)}${recording('passed', 0, undefined, 'Another one')}`);
    expect((await run('tui', '--open', 'all.ndjson')).out).toMatch(/▶ A scenario\n[^]*▶ Another one\n/);
  });

  it.each([
    [
      'a run that breaks off before the next',
      `${FAILED.trimEnd().split('\n').slice(0, -1).join('\n')}\n${PASSED}`,
      /all\.ndjson:\d+: a run begins here, and the one before it has not ended/,
    ],
    [
      'a last run that breaks off',
      `${PASSED}${FAILED.trimEnd().split('\n').slice(0, -1).join('\n')}\n`,
      /all\.ndjson:\d+: the recording ends here, before the run did/,
    ],
    [
      'something between two runs',
      `${PASSED}{"n":1,"atMs":0,"kind":"note","text":"x"}\n${PASSED}`,
      /all\.ndjson:5: note comes after the end of its run/,
    ],
  ])('is refused with %s', async (_what, text, says) => {
    expect(await run('report', write('all.ndjson', text))).toMatchObject({ code: 3, err: expect.stringMatching(says) });
  });
});

describe('a recording in another encoding', () => {
  const utf16be = (text: string): Buffer => Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  it.each<[string, string | Buffer]>([
    ['UTF-8 with a byte order mark', `\ufeff${FAILED}`],
    ['UTF-8 with a mark before each run, and the line ends of Windows', `\ufeff${FAILED}`.replaceAll('\n', '\r\n')],
    ['UTF-16, as Windows shells redirect it', Buffer.from(`\ufeff${FAILED}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(FAILED, 'utf16le')],
    ['UTF-16, the other way round', utf16be(FAILED)],
  ])('is read: %s', async (_name, content) => {
    const plain = await run('report', write('plain.ndjson', FAILED));
    expect(await run('report', write('encoded.ndjson', content))).toMatchObject({ code: 1, out: plain.out });
    expect(await run('tui', '--open', 'encoded.ndjson')).toMatchObject({ code: 0, err: '' });
  });

  it('and appended to with marks of their own', async () => {
    expect((await run('report', write('marks.ndjson', `\ufeff${PASSED}\ufeff${FAILED}`))).code).toBe(1);
  });

  it('is told where it is none', async () => {
    const cp949 = Buffer.concat([Buffer.from(PASSED), Buffer.from([0xc1, 0xa1, 0xbd, 0xc9, 0x0a])]);
    expect(await run('report', write('cp949.ndjson', cp949))).toMatchObject({ code: 3, err: expect.stringContaining('cp949.ndjson:') });
    expect((await run('report', 'cp949.ndjson')).err).toContain('this file is not UTF-8 text');
  });

  it('keeps separators of lines that a JSON text may hold', async () => {
    const { code, out } = await run('report', write('separators.ndjson', recording('passed', 0, undefined, 'Seoul\u2028Mapo\u0085\u2029')));
    expect([code, out.includes('Mapo')]).toEqual([0, true]);
  });
});

describe('a file that is not there', () => {
  it.each([
    [['report', 'nowhere.ndjson'], "nowhere.ndjson: can't be read: there is no such file or directory"],
    [['compare', 'nowhere.ndjson', 'x.ndjson'], "nowhere.ndjson: can't be read: there is no such file or directory"],
    [['tui', '--open', 'nowhere.ndjson'], "nowhere.ndjson: can't be read: there is no such file or directory"],
    [['tui', '--open', 'nowhere.json'], 'nowhere.json can not be read: there is no such file or directory'],
    [['replay', 'nowhere.json'], 'nowhere.json can not be read: there is no such file or directory'],
    [['run', 'nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file or directory'],
    [['load', 'nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file or directory'],
    [['explore', 'nowhere.yaml'], 'nowhere.yaml:1:1: there is no such file or directory'],
    [['config', '--config', 'nowhere.yaml'], "nowhere.yaml: the configuration file can't be read: there is no such file or directory"],
  ])('is named, and what it was meant for: %j', async (argv, says) => {
    const { code, err } = await run(...argv);
    expect(err).toContain(says);
    expect(err).not.toContain('ENOENT');
    expect(code).toBe(3);
  });
});
