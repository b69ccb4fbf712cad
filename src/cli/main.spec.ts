import { execFileSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { main } from './main.ts';

const root = join(import.meta.dirname, '..', '..');
const RECORDING = join(root, 'tests/fixtures/run.ndjson');
let cwd: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-cli-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

const write = (name: string, text: string): string => {
  writeFileSync(join(cwd, name), text);
  return join(cwd, name);
};

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program with streams in memory. */
const run = async (
  argv: readonly string[],
  options: { env?: Record<string, string>; isTTY?: boolean; columns?: number; signals?: EventEmitter } = {},
): Promise<Ended> => {
  let out = '';
  let err = '';
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout: { write: (text: string) => (out += text), isTTY: options.isTTY === true, columns: options.columns ?? 100 },
    stderr: { write: (text: string) => (err += text) },
    env: { PATH: process.env['PATH'], ...options.env },
    cwd,
    signals: options.signals ?? new EventEmitter(),
  });
  return { code, out, err };
};

const SCENARIO = (expected: string): string => `name: An order is placed
tags: [small]
steps:
  - place: { order: lunch, customer: kim, store: s1, food: bibimbap, price: 12000, address: Seoul }
  - settle
  - expect: { order: lunch, is: ${expected} }
`;

describe('help', () => {
  it('names every command and every exit code', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of COMMANDS) expect(out.replace(/\s+/g, ' ')).toMatch(new RegExp(`${name} \\[options\\].* ${summary}`));
    expect(out).toMatch(/ 70 {2}a bug of food-sim/);
  });

  it.each(COMMANDS.map(({ name }) => name))('%s explains itself with an example', async (name) => {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain('Examples:\n  ');
  });

  it('tells the version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^food-sim \d+\.\d+\.\d+\n$/) });
  });
});

describe('wrong usage ends with 2, and says what is right', () => {
  it.each<[readonly string[], RegExp]>([
    [[], /Usage: food-sim/],
    [['rnu'], /unknown command 'rnu'\n\(Did you mean run\?\)/],
    [['run', '--job', '4'], /unknown option '--job'\n\(Did you mean --jobs\?\)/],
    [['run', '--jobs'], /option '-j, --jobs <N>' argument missing/],
    [['run', '--jobs', 'many'], /--jobs: "many" is not a whole number from 1 to 256\nFor example: --jobs 4/],
    [['run', '--jobs', '0'], /--jobs: "0" is not a whole number/],
    [['run', '--timeout', '5'], /--timeout: "5" is not a duration .*\nFor example: --timeout 30s/],
    [['run', '--grep', '['], /--grep: "\[" is not a regular expression: .*\nFor example: --grep/],
    [['run', '--var', 'price'], /--var: "price" is not written NAME=VALUE\nFor example: --var price=12000/],
    [['run', '--bus', 'kafka'], /--bus: "kafka" is not embedded, memory or nats:/],
    [['run', '--time', 'slow'], /--time: "slow" is not one of real, virtual/],
    [['run', '--lang', 'fr'], /--lang: "fr" is not one of en, ko/],
    [['run', '--report', 'junti=x.xml'], /--report: "junti" is not a kind of report; did you mean junit\?/],
    [['run', '--report', 'junit='], /--report: junit= names no file/],
    [['run', '--report', 'tap', '--report', 'json'], /--report: tap and json can't both go to stdout/],
    [['run', '--bus', 'nats://h:4222', '--js-domain', 'a.b'], /--js-domain: "a\.b" is not the name of a JetStream domain/],
    [['run', '--bus', 'memory', '--nats-server', '/x'], /--nats-server names a server to start/],
    [['run', '--bus', 'nats://h:4222', '--tls-cert', 'c.pem'], /--tls-cert and --tls-key belong together/],
    [['serve', '--contexts', 'frnt'], /--contexts: there is no context "frnt"; did you mean front\?/],
    [['serve', '--port', 'gatway=1'], /--port: there is no "gatway"; did you mean gateway\?/],
    [['run', '--report', 'junit=a.xml', '--report', 'html=./a.xml'], /junit and html can't both go to .\/a.xml/],
    [['serve', '--port', 'gateway=70000'], /--port: "70000" is not a port/],
    [['rebuild', 'mypage'], /rebuild needs --data-dir/],
    [['rebuild', 'mypages', '--data-dir', 'x'], /rebuild: "mypages" is not a view; did you mean mypage\?/],
    [['schema', 'scenaro'], /schema: "scenaro" is not a name; did you mean scenario\?/],
    [['completion', 'bsh'], /completion: "bsh" is not a shell; did you mean bash\?/],
    [['lint'], /missing required argument 'path'/],
    [['config', 'extra'], /too many arguments/],
  ])('%j', async (argv, says) => {
    const { code, out, err } = await run(argv);
    expect(err).toMatch(says);
    expect(out).toBe('');
    expect(code).toBe(2);
  });

  it('in a variable, which is named', async () => {
    expect(await run(['config'], { env: { FOOD_SIM_JOBS: 'x' } })).toMatchObject({
      code: 2,
      err: expect.stringContaining('FOOD_SIM_JOBS: "x" is not a whole number'),
    });
    const { code, err } = await run(['config'], { env: { FOOD_SIM_JOSB: '4', FOOD_SIM_ZZZZZZZ: '1' } });
    expect(err).toContain(
      'FOOD_SIM_JOSB: there is no such variable; did you mean FOOD_SIM_JOBS?\nFOOD_SIM_ZZZZZZZ: there is no such variable\n',
    );
    expect(code).toBe(2);
  });
});

describe('configuration', () => {
  it('takes flags over variables over the file over defaults, and says where each came from', async () => {
    const file = write('all.yaml', 'jobs: 5\nbail: true\ntag: [a, b]\nvar: { price: 100 }\nworld: from-file\nseed: 007\n');
    const { code, out } = await run(['config', '--config', file, '--jobs', '7', '--no-color'], {
      env: { FOOD_SIM_JOBS: '6', FOOD_SIM_WORLD: 'from-env', FOOD_SIM_NATS_PASSWORD: 'hush' },
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^jobs: 7 +# --jobs$/m);
    expect(out).toMatch(/^world: "from-env" +# FOOD_SIM_WORLD$/m);
    expect(out).toMatch(/^bail: true +# all\.yaml:2:7$/m);
    expect(out).toMatch(/^tag: \["a", "b"\] +# all\.yaml:3:6$/m);
    expect(out).toMatch(/^var: \["price=100"\] +# all\.yaml:4:6$/m);
    expect(out).toMatch(/^seed: "007" +# all\.yaml:6:7$/m);
    expect(out).toMatch(/^host: "127\.0\.0\.1" +# default$/m);
    expect(out).toMatch(/^color: false +# --no-color$/m);
    expect(out).not.toContain('hush');
  });

  it('is what it prints: read back, it says the same', async () => {
    const first = await run(['config', '--jobs', '3', '--grep', 'a"b', '--var', 'x=y', '--timeout', '1m30s', '--bus', 'nats://h:1,h:2']);
    const file = write('again.yaml', first.out);
    const values = (text: string): string => text.replace(/ +# .*$/gm, '').replace(/^#.*$/gm, '');
    expect(values((await run(['config', '--config', file])).out)).toBe(values(first.out));
  });

  it.each<[string, RegExp]>([
    ['jbos: 4\n', /bad\.yaml:1:1: unknown key "jbos"; did you mean jobs\?/],
    ['bail: true\njobs: many\n', /bad\.yaml:2:7: "many" is not a whole number/],
    ['jobs: [1, 2]\n', /bad\.yaml:1:7: jobs must be one value/],
    ['jobs: 1\njobs: 2\n', /bad\.yaml:2:1: is not valid YAML/],
    ['tag: [a\n', /bad\.yaml:\d:\d: is not valid YAML/],
    ['- jobs\n', /bad\.yaml:1:1: must be a map/],
  ])('that is wrong (%j) ends with 3, and the place', async (text, says) => {
    const { code, err } = await run(['config', '--config', write('bad.yaml', text)]);
    expect(err).toMatch(says);
    expect(code).toBe(3);
  });

  it('that was named and is not there ends with 3', async () => {
    expect(await run(['config', '--config', 'nowhere.yaml'])).toMatchObject({ code: 3, err: expect.stringContaining('nowhere.yaml') });
  });
});

describe('run', () => {
  const MEMORY = ['--bus', 'memory', '--time', 'virtual', '--seed', '7'];

  it('ends with 0 where everything holds', async () => {
    const { code, out } = await run(['run', write('good.yaml', SCENARIO('결재됨')), ...MEMORY]);
    expect(out).toContain('1 scenario: 1 passed');
    expect(code).toBe(0);
  });

  it('ends with 1 where an expectation fails, with its line and the story', async () => {
    const { code, out } = await run(['run', write('wrong.yaml', SCENARIO('배송중')), ...MEMORY]);
    expect(code).toBe(1);
    expect(out).toMatch(/wrong\.yaml:6:5 {2}expect: /);
    expect(out).toMatch(/OrderPlaced \(front\) → .*store/);
  });

  it('ends with 3 where a scenario is misspelt, before anything runs', async () => {
    const { code, err, out } = await run(['run', write('misspelt.yaml', SCENARIO('결재됨').replace('settle', 'setle')), ...MEMORY]);
    expect(code).toBe(3);
    expect(err).toMatch(/misspelt\.yaml:5:5: .*did you mean settle\?/);
    expect(out).toBe('');
  });

  it('ends with 2 where nothing is selected', async () => {
    expect(await run(['run', write('good.yaml', SCENARIO('결재됨')), '--tag', 'none', ...MEMORY])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Tags there are: small.'),
    });
    const untagged = write('untagged.yaml', SCENARIO('결재됨').replace('tags: [small]\n', ''));
    expect(await run(['run', untagged, '--tag', 'none', ...MEMORY])).toMatchObject({
      code: 2,
      err: expect.stringContaining('They have no tags.'),
    });
  });

  it('ends with 5 where a report or the log can not be written', async () => {
    const good = write('good.yaml', SCENARIO('결재됨'));
    const blocked = write('blocked', '');
    expect(await run(['run', good, ...MEMORY, '--report', `junit=${blocked}/x.xml`])).toMatchObject({
      code: 5,
      err: expect.stringContaining('blocked/x.xml'),
    });
    expect(await run(['run', good, ...MEMORY, '--log-file', `${blocked}/x.log`])).toMatchObject({
      code: 5,
      err: expect.stringContaining('blocked/x.log'),
    });
  });

  it.each([
    ['a fault that is none', ['load', '--fault', 'slowness', '--bus', 'memory'], 2],
    ['a bus that is none', ['run', '--bus', 'kafka'], 2],
    ['a recording that is not there', ['report', 'nowhere.ndjson'], 3],
    ['a mutation that is none', ['explore', '--mutation', 'nothing'], 2],
  ])('leaves the last report as it is where it is refused for %s', async (_why, argv, code) => {
    const report = write('report.ndjson', 'the last one\n');
    expect((await run([...argv, '--report', `ndjson=${report}`])).code).toBe(code);
    expect(readFileSync(report, 'utf8')).toBe('the last one\n');
    const fresh = join(cwd, 'fresh.ndjson');
    await run([...argv, '--report', `ndjson=${fresh}`]);
    expect(existsSync(fresh)).toBe(false);
  });

  it.skipIf(!existsSync('/dev/full'))('ends with 5 where the disk is full at last, with all that could be written elsewhere', async () => {
    const good = write('good.yaml', SCENARIO('결재됨'));
    for (const kind of ['html', 'ndjson']) {
      const { code, out, err } = await run([
        'run',
        good,
        ...MEMORY,
        '--report',
        'plain',
        '--report',
        `${kind}=/dev/full`,
        '--report',
        `junit=${kind}.xml`,
      ]);
      expect(out).toContain('1 passed');
      expect(err).toMatch(/the report \/dev\/full can't be written: ENOSPC/);
      expect(readFileSync(join(cwd, `${kind}.xml`), 'utf8')).toMatch(/failures="0" errors="0"[^]*<\/testsuites>/);
      expect(code).toBe(5);
    }
    const logged = await run(['run', good, ...MEMORY, '--report', 'plain', '--log-level', 'debug', '--log-file', '/dev/full']);
    expect(logged).toMatchObject({
      code: 5,
      out: expect.stringContaining('1 passed'),
      err: expect.stringContaining("the log file /dev/full can't be written"),
    });
  });

  it.skipIf(!existsSync('/proc/self'))('ends with 5 where a folder can never be made', async () => {
    expect(await run(['run', write('good.yaml', SCENARIO('결재됨')), ...MEMORY, '--report', 'json=/proc/x/y.json'])).toMatchObject({
      code: 5,
      err: expect.stringContaining('/proc/x/y.json'),
    });
  });

  it.skipIf(process.platform === 'win32').each([['run'], ['report'], ['replay'], ['config', '--config']])(
    'ends with 3 where nobody writes to a pipe: %s',
    async (...args) => {
      const pipe = join(cwd, `pipe-${args[0] ?? ''}`);
      execFileSync('mkfifo', [pipe]);
      expect(await run([...args, pipe])).toMatchObject({
        code: 3,
        err: expect.stringContaining('is a pipe or a socket, which may never end'),
      });
    },
  );

  it.skipIf(!existsSync('/dev/zero'))('ends with 3 where a file never ends', async () => {
    expect(await run(['run', '/dev/zero', ...MEMORY])).toMatchObject({
      code: 3,
      err: expect.stringContaining('/dev/zero:1:1: this file has more than'),
    });
  });

  it('ends with 130 on Ctrl-C, and reports what was reached', async () => {
    const signals = new EventEmitter();
    const slow = write('slow.yaml', SCENARIO('결재됨').replace('  - settle\n', '  - pause: 1h\n'));
    const ended = run(['run', slow, '--bus', 'memory', '--timeout', '2h', '--report', 'plain', '--report', 'ndjson=cut.ndjson'], {
      signals,
    });
    await expect
      .poll(() => existsSync(join(cwd, 'cut.ndjson')) && readFileSync(join(cwd, 'cut.ndjson'), 'utf8').includes('"step.finished"'), {
        timeout: 30_000,
      })
      .toBe(true);
    signals.emit('SIGINT');
    const { code, out } = await ended;
    expect(code).toBe(130);
    expect(out).toContain('1 interrupted');
    expect(signals.listenerCount('SIGINT')).toBe(0);
  });

  it('logs to stderr or a file when asked to, and keeps quiet otherwise', async () => {
    const crash = write(
      'crash.yaml',
      SCENARIO('결재됨').replace('steps:\n', 'steps:\n  - crash: { context: store, at: before-acknowledge, on: Paid }\n'),
    );
    expect(await run(['run', crash, ...MEMORY])).toMatchObject({ code: 0, err: '' });
    expect((await run(['run', crash, ...MEMORY, '--log-level', 'debug'])).err).toMatch(/^\{"level":\d+,.*\}\n/);
    expect(await run(['run', crash, ...MEMORY, '--log-level', 'debug', '--log-file', 'run.log'])).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(cwd, 'run.log'), 'utf8')).toMatch(/^\{"level":\d+,.*\}\n/);
  });

  it('writes several reports at once, and the recorded run gives the same again', async () => {
    const wrong = write('wrong.yaml', SCENARIO('배송중'));
    const live = await run([
      'run',
      wrong,
      ...MEMORY,
      '--report',
      'ndjson=run.ndjson',
      '--report',
      'junit=run.xml',
      '--report',
      'json=run.json',
    ]);
    const recorded = await run(['report', 'run.ndjson', '--report', 'junit=again.xml', '--report', 'json=again.json']);
    expect(recorded).toMatchObject({ code: 1, out: live.out });
    for (const kind of ['xml', 'json'])
      expect(readFileSync(join(cwd, `again.${kind}`), 'utf8')).toBe(readFileSync(join(cwd, `run.${kind}`), 'utf8'));
  });

  it('is the same twice with the same seed, byte for byte', async () => {
    const good = write('good.yaml', SCENARIO('결재됨'));
    for (const name of ['one', 'two']) await run(['run', good, ...MEMORY, '--report', `ndjson=${name}.ndjson`]);
    expect(readFileSync(join(cwd, 'one.ndjson'))).toEqual(readFileSync(join(cwd, 'two.ndjson')));
  });
});

describe('report', () => {
  it('is for eyes on a terminal, with colours unless NO_COLOR says otherwise, and plain elsewhere', async () => {
    expect((await run(['report', RECORDING], { isTTY: true })).out).toContain('\u001b[32m✓');
    expect((await run(['report', RECORDING], { isTTY: true, env: { NO_COLOR: '1' } })).out).toMatch(/^✓ /m);
    expect((await run(['report', RECORDING], { isTTY: true, env: { NO_COLOR: '', TERM: 'dumb' } })).out).toMatch(/^✓ /m);
    const forced = { FORCE_COLOR: '1', NO_COLOR: '1', TERM: 'dumb' };
    expect((await run(['report', RECORDING], { env: forced })).out).toContain('\u001b[32m✓');
    expect((await run(['config'], { env: forced })).out).toMatch(/^color: true +# FORCE_COLOR$/m);
    expect((await run(['report', RECORDING], { isTTY: true, env: { FORCE_COLOR: '0' } })).out).toMatch(/^✓ /m);
    expect((await run(['config'], { env: { TERM: 'dumb' } })).out).toMatch(/^color: false +# TERM$/m);
    expect((await run(['report', RECORDING], { isTTY: true })).out).not.toMatch(/^passed: /m);
    expect((await run(['report', RECORDING])).out).toMatch(/^passed: /m);
  });

  it('takes a terminal that does not know its width for a wide one', async () => {
    expect((await run(['report', RECORDING], { isTTY: true, columns: 0 })).out).toBe(
      (await run(['report', RECORDING], { isTTY: true, columns: 100 })).out,
    );
    expect((await run(['report', RECORDING], { isTTY: true, columns: 40 })).out).not.toBe(
      (await run(['report', RECORDING], { isTTY: true })).out,
    );
  });

  it('speaks the language of the locale, or the one asked for', async () => {
    expect((await run(['report', RECORDING], { env: { LANG: 'ko_KR.UTF-8' } })).out).toContain('실패 내용');
    expect((await run(['report', RECORDING, '--lang', 'en'], { env: { LANG: 'ko_KR.UTF-8' } })).out).toContain('Failures');
    expect((await run(['report', RECORDING], { env: { LC_ALL: '', LC_MESSAGES: '', LANG: 'ko_KR.UTF-8' } })).out).toContain('실패 내용');
    expect((await run(['report', RECORDING], { env: { LC_ALL: 'C', LANG: 'ko_KR.UTF-8' } })).out).toContain('Failures');
  });

  it('takes annotations beside another report on one terminal, and on stderr beside a document for programs', async () => {
    const both = (await run(['report', RECORDING, '--report', 'github', '--report', 'plain'])).out;
    expect(both).toMatch(/^::error /m);
    expect(both).toMatch(/^passed: /m);
    const { code, out, err } = await run(['report', RECORDING, '--report', 'github', '--report', 'json']);
    expect(code).toBe(1);
    expect(err).toMatch(/^::error /m);
    expect(() => {
      JSON.parse(out);
    }).not.toThrow();
    expect((await run(['report', RECORDING, '--report', 'github'])).out).not.toMatch(/^passed: /m);
  });

  it('annotates by itself under GitHub Actions, out of the way of documents for programs', async () => {
    const env = { GITHUB_ACTIONS: 'true' };
    expect((await run(['report', RECORDING], { env })).out).toContain('::error file=scenarios/cancel.yaml,line=7,');
    const { out, err } = await run(['report', RECORDING, '--report', 'json'], { env });
    expect(err).toContain('::error file=');
    expect(JSON.parse(out)).toMatchObject({ version: 1 });
  });

  it('ends with 3 on a damaged recording, names the line, and shows what came before', async () => {
    const cut = readFileSync(RECORDING, 'utf8').slice(0, 3000);
    const { code, out, err } = await run(['report', write('cut-off.ndjson', cut)]);
    expect(code).toBe(3);
    expect(err).toMatch(/cut-off\.ndjson:\d+: is not JSON/);
    expect(out).toContain('passed: ');
  });

  it('ends with 3 where there is no recording', async () => {
    expect(await run(['report', 'nowhere.ndjson'])).toMatchObject({ code: 3, err: expect.stringContaining('nowhere.ndjson') });
  });
});

describe('lint', () => {
  it('counts what is right, and shows what is wrong', async () => {
    expect(await run(['lint', write('good.yaml', SCENARIO('결재됨'))])).toMatchObject({
      code: 0,
      out: expect.stringContaining('1 file, 1 scenario: no problems'),
    });
    expect(await run(['lint', write('misspelt.yaml', SCENARIO('결재됨').replace('settle', 'setle'))])).toMatchObject({
      code: 3,
      out: expect.stringMatching(/\^+/),
    });
  });
});

describe('schema', () => {
  it.each(['scenario', 'report', 'recording', 'openapi', 'asyncapi', 'problems'])('%s is JSON', async (name) => {
    const { code, out } = await run(['schema', name]);
    expect(code).toBe(0);
    expect(Object.keys(JSON.parse(out) as object).length).toBeGreaterThan(2);
  });
});

describe('doctor', () => {
  it('looks at the runtime, the server and the database', async () => {
    const { code, out } = await run(['doctor', '--port', 'all=0']);
    expect(out).toMatch(/^ok {4}Node\.js /m);
    expect(out).toMatch(/^ok {4}nats-server 2\./m);
    expect(out).toMatch(/^ok {4}SQLite/m);
    expect(code).toBe(0);
  });

  it('ends with 5 where something needed is missing', async () => {
    expect(await run(['doctor', '--nats-server', '/nowhere/nats-server'])).toMatchObject({
      code: 5,
      out: expect.stringMatching(/^bad {3}.*\/nowhere\/nats-server/m),
    });
  });
});

describe('a bug', () => {
  it('ends with 70, says so, and leaves the details in a file', async () => {
    const argv = ['config', '--nats-password', 'hush'];
    const broken = {
      write: () => {
        throw new TypeError('boom');
      },
    };
    let err = '';
    const code = await main(argv, {
      stdin: new PassThrough(),
      stdout: broken,
      stderr: { write: (text: string) => (err += text) },
      env: {},
      cwd,
      signals: new EventEmitter(),
    });
    expect(code).toBe(70);
    const file = /The details are in (\S+);/.exec(err)?.[1] ?? '';
    expect(err).toContain('a bug of food-sim');
    expect(readFileSync(file, 'utf8')).toMatch(/TypeError: boom\n +at /);
    expect(readFileSync(file, 'utf8')).not.toContain('hush');
    rmSync(file);
  });
});
