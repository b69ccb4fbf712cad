import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../main.ts';

const SLOW = { timeout: 120_000 };
const ROOT = join(import.meta.dirname, '../../..');
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-lint-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const run = async (...argv: readonly string[]): Promise<{ readonly code: number; readonly said: string; readonly out: string }> => {
  let [out, err] = ['', ''];
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text), columns: 100 },
    stderr: { write: (text: string) => (err += text) },
    env: { PATH: process.env['PATH'] },
    cwd,
    signals: new EventEmitter(),
  });
  return { code, said: `${out}${err}`, out };
};

const write = (name: string, text: string): string => {
  mkdirSync(join(cwd, name, '..'), { recursive: true });
  writeFileSync(join(cwd, name), text);
  return name;
};

const LOAD = (thresholds: string, more = ''): string =>
  `name: A load\n${more}load:\n  users: 1\n  duration: 1s\n  requests: [{ path: /orders }]\n  thresholds: [${thresholds}]\n`;
const SCENARIO = (place: string, head = ''): string =>
  `name: A scenario\n${head}steps:\n  - place: { order: lunch, customer: kim${place} }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n`;

describe('lint refuses what the command would, in its words', SLOW, () => {
  it.each<[string, RegExp]>([
    ['foo.latency.p99 < 100ms', /:6:16: foo\.latency\.p99 < 100ms: there is no metric foo\.latency\.p99/],
    ['http.latency.p95 < 100', /:6:16: http\.latency\.p95 < 100: http\.latency\.p95 can't be compared with 100/],
    ['saga.finished >= 0', /:6:16: saga\.finished >= 0: always holds, so it would judge nothing/],
    ['http.failed.share <= 100%', /always holds/],
    ['http.availability > 100%', /can never hold/],
    ['http.requests == 1.5', /can never hold/],
    ['http.failed.count == 0, http.failed.count > 5', /contradicts http\.failed\.count == 0/],
    ['http.rate < 5%', /can't be compared with 5%/],
  ])('threshold %s', async (thresholds, says) => {
    const file = write('load.yaml', LOAD(thresholds));
    const [linted, loaded] = [await run('lint', file), await run('load', file, '--bus', 'memory')];
    expect([linted.code, loaded.code]).toEqual([3, 3]);
    expect(linted.said).toMatch(says);
    expect(loaded.said).toMatch(says);
  });

  it.each<[string, string, RegExp]>([
    [
      'several thresholds, each at its place',
      LOAD('foo.x < 1, saga.stuck >= 0'),
      /foo\.x < 1: there is no metric[^]*saga\.stuck >= 0: always holds/,
    ],
    [
      'a load without thresholds',
      LOAD('', 'steps: [settle]\n')
        .replace('  thresholds: []\n', '')
        .concat('invariants:\n  - { name: One, always: { coupons: kim, at least: 0 } }\n')
        .replace('at least: 0', 'is: 0'),
      /this load has no thresholds/,
    ],
    [
      'a feeder that nothing takes from',
      LOAD('http.failed.count == 0').replace('  requests', '  feeders: { who: [a, b] }\n  requests'),
      /nothing takes from the feeder who/,
    ],
    [
      'stages that mix loops',
      LOAD('http.failed.count == 0').replace(
        '  users: 1\n  duration: 1s\n',
        '  stages: [{ users: 1, duration: 1s }, { arrivals: 1/s, duration: 1s }]\n',
      ),
      /the stages mix users and arrivals/,
    ],
    [
      'thresholds for situations that are not this one',
      LOAD('{ when: too few look-ups, hold: [breaker.opened == 0] }'),
      /the situation of this load is "look-ups in time", and no threshold is judged in it/,
    ],
    ['a mutation that there is not', LOAD('http.failed.count == 0', 'mutation: no-outbix\n'), /load\.yaml:1:1: mutation: .*no-outbix/],
    [
      'a breaker that can not be',
      LOAD('http.failed.count == 0', 'config: { breaker window: 1s, breaker buckets: 7 }\n'),
      /load\.yaml:1:1: config: /,
    ],
  ])('%s', async (_what, text, says) => {
    const file = write('load.yaml', text);
    const [linted, loaded] = [await run('lint', file), await run('load', file, '--bus', 'memory')];
    expect(linted.said).toMatch(says);
    expect(loaded.said).toMatch(says);
    expect([linted.code, loaded.code]).toEqual([3, 3]);
  });

  it.each<[string, string, RegExp]>([
    [
      'a price above the highest',
      SCENARIO(', price: 100000001'),
      /a\.yaml:3:\d+: POST \/orders refuses this: body \/price must be a whole number of won from 0 to 100,000,000, and is 100000001\n/,
    ],
    ['a variable that nothing reads', SCENARIO('', 'vars: { pirce: 5 }\n'), /a\.yaml:2:9: nothing reads the variable pirce/],
    ['a mutation that there is not', SCENARIO('', 'mutation: no-outbix\n'), /a\.yaml:1:1: mutation: .*no-outbix/],
    ['a breaker that can not be', SCENARIO('', 'config: { breaker window: 1s, breaker buckets: 7 }\n'), /a\.yaml:1:1: config: /],
  ])('%s', async (_what, text, says) => {
    const file = write('a.yaml', text);
    const all = [
      await run('lint', file),
      await run('run', file, '--bus', 'memory', '--time', 'virtual'),
      await run('explore', file, '--schedules', '1'),
    ];
    for (const { code, said } of all) {
      expect(said).toMatch(says);
      expect(code).toBe(3);
    }
  });

  it('but not a price that a scenario demands to be refused', async () => {
    const file = write('a.yaml', `${SCENARIO('')}  - refused: { place: { order: feast, customer: kim, price: 100000001 }, status: 400 }\n`);
    expect(await run('lint', file)).toMatchObject({ code: 0 });
  });

  it('a variable of the command line that no scenario reads', async () => {
    const file = write('a.yaml', SCENARIO(', price: "${price}"', 'vars: { price: 5 }\n'));
    for (const argv of [
      ['lint', file],
      ['run', file, '--bus', 'memory'],
      ['explore', file, '--schedules', '1'],
    ]) {
      expect(await run(...argv, '--var', 'pirce=7')).toMatchObject({
        code: 2,
        said: expect.stringContaining('--var pirce: no scenario reads this variable; did you mean price?\nThey read: price.'),
      });
    }
    expect(await run('load', write('load.yaml', LOAD('http.failed.count == 0')), '--var', 'x=1')).toMatchObject({
      code: 2,
      said: expect.stringContaining('They read none.'),
    });
    expect(await run('lint', file, '--var', 'price=7')).toMatchObject({ code: 0 });
  });

  it('a load beside others in one file', async () => {
    expect(await run('lint', write('two.yaml', `${LOAD('http.failed.count == 0')}---\n${SCENARIO('')}`))).toMatchObject({
      code: 3,
      said: expect.stringContaining('a load stands alone in its file'),
    });
  });

  it('and nothing that comes with food-sim', async () => {
    expect(await run('lint', join(ROOT, 'scenarios'), join(ROOT, 'loads'))).toMatchObject({ code: 0 });
  });
});

describe('what lint only warns of', SLOW, () => {
  const RACE =
    'name: A race\nsteps:\n  - place: { order: lunch, customer: kim }\n  - settle\n  - accept: lunch\n  - cancel: lunch\n  - settle\n  - expect: { events: lunch, in order: [OrderAccepted, OrderCancelRequested] }\n';

  it('is told by its place, and changes no exit code', async () => {
    const { code, out } = await run('lint', write('race.yaml', RACE));
    expect(code).toBe(0);
    expect(out).toMatch(
      /^(?:\S*\/)?race\.yaml:8:5: warning: OrderAccepted and OrderCancelRequested can come in either order: nothing waits between accept \(line 5\) and cancel \(line 6\)\n {2}8 \| .*\n +\| +\^+\n {2}expected settle before /m,
    );
    expect(out).toMatch(/1 file, 1 scenario: no problems, 1 warning\n$/);
    expect(await run('lint', write('race.yaml', RACE), '--quiet')).toMatchObject({ code: 0, out: expect.stringContaining('warning: ') });
  });

  it("is the seed's spelling, once, by every command that reads scenarios", async () => {
    const [one, two] = [
      SCENARIO('').replace('결재됨', '결제됨'),
      SCENARIO('').replace('A scenario', 'Another').replace('결재됨', 'paid, where: { statusText: 결제됨 }'),
    ];
    const file = write('spelling.yaml', `${one}---\n${two}`);
    const said = "spelling.yaml:5:33: 결제됨 is taken for 결재됨: 결재 is the seed's spelling of 결제";
    const linted = await run('lint', file);
    expect(linted).toMatchObject({ code: 0, out: expect.stringContaining(said.replace('결제됨 is', 'note: 결제됨 is')) });
    const played = await run('run', file, '--bus', 'memory', '--time', 'virtual');
    expect(played).toMatchObject({
      code: 0,
      said: expect.stringMatching(new RegExp(`^food-sim: \\S*${said}$`, 'm')),
      out: expect.stringContaining('2 scenarios: 2 passed'),
    });
    expect(played.out).not.toContain('is taken for');
    const explored = await run('explore', file, '--schedules', '1');
    expect(explored.said).toMatch(new RegExp(`^food-sim: \\S*${said}$`, 'm'));
    for (const { said: all } of [linted, played, explored]) expect(all.match(/is taken for/g)).toHaveLength(1);
    expect((await run('run', file, '--bus', 'memory', '--time', 'virtual', '--quiet')).said).not.toContain('is taken for');
  });
});

describe('a load is never passed by what does not drive it', SLOW, () => {
  it.each([[['run']], [['run', '--bus', 'memory', '--time', 'virtual']], [['tui']]])('%j', async (argv) => {
    const { code, said } = await run(...argv, join(ROOT, 'loads'));
    expect(code).toBe(2);
    expect(said).toMatch(
      /delayed-order\.yaml:\d+:\d+: "Users review an order that answers slowly" drives a load, which this command would not\n/,
    );
    expect(said).toMatch(/Nothing was run\. Drive it and judge its thresholds with food-sim load \S+\.yaml\./);
    expect(said).not.toContain('passed');
  });

  it('beside scenarios, unless these alone are chosen', async () => {
    write('mixed/a.yaml', SCENARIO('', 'tags: [small]\n'));
    write('mixed/load.yaml', LOAD('http.failed.count == 0'));
    expect(await run('run', 'mixed', '--bus', 'memory', '--time', 'virtual')).toMatchObject({
      code: 2,
      said: expect.stringContaining('mixed/load.yaml:3:3: "A load" drives a load'),
    });
    expect(await run('run', 'mixed', '--tag', 'small', '--bus', 'memory', '--time', 'virtual')).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 scenario: 1 passed'),
    });
  });
});

describe('a load without steps', SLOW, () => {
  it('is taken, and a scenario without them is not', async () => {
    expect(await run('lint', write('load.yaml', LOAD('http.failed.count == 0')))).toMatchObject({ code: 0 });
    expect(await run('lint', write('a.yaml', 'name: Nothing\n'))).toMatchObject({
      code: 3,
      said: expect.stringMatching(/a scenario needs steps: /),
    });
  });
});
