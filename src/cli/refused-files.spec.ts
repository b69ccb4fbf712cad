/** What files that are refused leave in the reports that were asked for; and what stories call the orders of those that are played. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { REPORT_KINDS } from '../reports/kinds.ts';
import { main } from './main.ts';

const BAD = 'name: Bad\nsteps:\n  - plaec: { order: lunch }\n  - expect: { order: dinner, is: paid }\n';
const LATE = 'name: Late\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: canceled }\n';
let cwd: string;
let bad: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-refused-'));
  bad = relative(process.cwd(), join(cwd, 'bad.yaml'));
  writeFileSync(join(cwd, 'bad.yaml'), BAD);
  writeFileSync(join(cwd, 'late.yaml'), LATE);
});
afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const run = async (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> => {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text), columns: 100 },
    stderr: { write: (text: string) => (err += text) },
    env: { PATH: process.env['PATH'], ...env },
    cwd,
    signals: new EventEmitter(),
  });
  return { code, out, err };
};
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const UNKNOWN = 'there is no step plaec; did you mean place?';

describe('a file that is refused', () => {
  it.each(REPORT_KINDS)('is told by a report of kind %s, with its place', async (kind) => {
    const { code, err } = await run(['run', 'bad.yaml', '--report', `${kind}=report`, '--lang', 'en']);
    expect(code).toBe(3);
    expect(err).toContain('bad.yaml:3:5');
    const report = read('report');
    expect(report).toContain('bad.yaml');
    expect(report.replaceAll('&quot;', '"')).toMatch(/plaec.*did you mean place/);
    if (kind === 'github') expect(report).toContain(`::error file=${bad},line=3,col=5,title=${bad}%3A3%3A5::${UNKNOWN}`);
    else if (kind === 'json')
      expect(JSON.parse(report)).toMatchObject({
        exitCode: 3,
        outcome: 'errored',
        scenarios: [{ file: bad, line: 3, column: 5, outcome: 'errored' }, { line: 4 }],
      });
    else expect(report).toMatch(/bad\.yaml:3/);
  });

  it('is an error in JUnit, one for each problem, named by its place', async () => {
    await run(['run', 'bad.yaml', '--report', 'junit=report.xml', '--seed', '7']);
    const xml = read('report.xml');
    expect(xml).toContain('<testsuites name="food-sim" tests="2" failures="0" errors="2" skipped="0"');
    expect(xml).toContain(`<testcase name="${bad}:3:5" classname="${bad}" file="${bad}" line="3"`);
    expect([...xml.matchAll(/<error message="[^"]*" type="errored">/g)]).toHaveLength(2);
    expect(xml).toContain('<property name="seed" value="7"/>');
  });

  it.each([['run'], ['explore'], ['load'], ['tui']])('is told so by %s too, and the former report does not stand', async (command) => {
    writeFileSync(join(cwd, 'report.xml'), '<testsuites name="food-sim" tests="1" failures="0"/>');
    const { code, err } = await run([command, 'bad.yaml', '--report', 'junit=report.xml']);
    expect(err).toContain(UNKNOWN);
    expect(code).toBe(3);
    expect(read('report.xml')).toContain('errors="2"');
  });

  it('is told so where only what it asks for together is wrong', async () => {
    writeFileSync(
      join(cwd, 'bad.yaml'),
      'name: No such mutation\nmutation: nonsense\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - expect: { order: lunch, is: paid }\n',
    );
    const { code } = await run(['run', 'bad.yaml', '--report', 'junit=report.xml']);
    expect(code).toBe(3);
    expect(read('report.xml')).toMatch(/<error message="[^"]*nonsense/);
  });

  it('is told once on stdout where that is asked for, in words of TAP', async () => {
    const { out } = await run(['run', 'bad.yaml', '--report', 'tap']);
    expect([...out.matchAll(/TAP version 14/g)]).toHaveLength(1);
    expect(out).toMatch(/not ok 1 - .*bad\.yaml:3:5\n[^]*not ok 2 - .*bad\.yaml:4:\d+\n[^]*\n1\.\.2\n$/);
  });

  it('is annotated on GitHub, and makes no report that nobody asked for', async () => {
    expect((await run(['run', 'bad.yaml'], { GITHUB_ACTIONS: 'true' })).out).toContain(`::error file=${bad},line=3,col=5`);
    expect((await run(['run', 'bad.yaml'])).out).toBe('');
    expect(existsSync(join(cwd, 'report.xml'))).toBe(false);
  });
});

describe('a story', () => {
  it.each([
    ['plain', /the story of lunch \([0-9A-Z]{26}\)\n/],
    ['pretty', /the story of lunch \([0-9A-Z]{26}\)\n/],
    ['tap', /# the story of lunch \([0-9A-Z]{26}\)\n/],
    ['junit', /\nthe story of lunch \([0-9A-Z]{26}\)\n/],
    ['json', /"the story of lunch \([0-9A-Z]{26}\)"/],
    ['html', /<figcaption>the story of lunch \([0-9A-Z]{26}\)<\/figcaption>/],
  ])('calls an order by its name beside its id, in %s', async (kind, heading) => {
    const { code } = await run(['run', 'late.yaml', '--bus', 'memory', '--time', 'virtual', '--lang', 'en', '--report', `${kind}=report`]);
    expect(code).toBe(1);
    expect([...read('report').matchAll(new RegExp(heading, 'g'))]).toHaveLength(1);
  });

  it('does so in Korean, and of a review', async () => {
    const { out } = await run(['run', 'late.yaml', '--bus', 'memory', '--time', 'virtual', '--lang', 'ko']);
    expect(out).toMatch(/lunch\([0-9A-Z]{26}\)의 경과/);
    const steps = '  - review: { order: lunch, content: good, as: praise }\n  - settle\n  - expect: { review: praise, exists: false }\n';
    writeFileSync(join(cwd, 'late.yaml'), `name: Review\ngiven:\n  - { delivered: lunch, customer: kim }\nsteps:\n${steps}`);
    expect((await run(['run', 'late.yaml', '--bus', 'memory', '--time', 'virtual', '--lang', 'en'])).out).toMatch(
      /the story of praise \([0-9A-Z]{26}\)/,
    );
  });
});
