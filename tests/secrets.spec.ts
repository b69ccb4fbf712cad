/** A known password, and all that the program writes with it in its hands: it stands nowhere. */
import { EventEmitter } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { main } from '../src/cli/main.ts';
import { OPTION_NAMES, optionOf } from '../src/cli/options/options.ts';
import { shownArgv } from '../src/cli/options/shown-argv.ts';
import { REPORT_KINDS } from '../src/reports/kinds.ts';

/** Its odd characters are written in URLs as they must be; whichever of its forms comes out, the middle does. */
const PASSWORD = 'hu@sh-Xyzzy/Plugh#1';
const IN_URL = encodeURIComponent(PASSWORD);
const LEAK = /xyzzy|plugh/i;
const BASIC = `Basic ${Buffer.from(`kim:${PASSWORD}`).toString('base64')}`;

let folder: string;
let receiver: Server;
let place: string;
let asked: { readonly authorization: string | undefined; readonly url: string | undefined }[];
let status: number;

beforeAll(async () => {
  receiver = createServer((request, response) => {
    asked.push({ authorization: request.headers.authorization, url: request.url });
    const isKnown = request.headers.authorization === BASIC;
    request.resume().on('end', () => response.writeHead(isKnown ? status : 401, { 'content-type': 'application/json' }).end('[]'));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  place = `127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-secrets-'));
  asked = [];
  status = 200;
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the program; what it wrote to its streams, and into files beside those that were there. */
const run = async (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  isTTY = false,
): Promise<{ readonly code: number; readonly said: string }> => {
  let said = '';
  const write = (text: string): string => (said += text);
  const before = readdirSync(folder);
  const stdout = { write, isTTY, columns: 100 };
  const code = await main(argv, {
    stdin: new PassThrough(),
    stdout,
    stderr: { write },
    env: { PATH: process.env['PATH'], ...env },
    cwd: folder,
    signals: new EventEmitter(),
  });
  for (const name of readdirSync(folder)) if (!before.includes(name)) said += readFileSync(join(folder, name), 'utf8');
  return { code, said };
};

const scenario = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const ALL_REPORTS = REPORT_KINDS.flatMap((kind) => ['--report', `${kind}=report.${kind}`]);
const LOAD = `name: Reads elsewhere
steps:
  - request: { path: /orders, expect: { status: 200 } }
load:
  users: 1
  duration: 300ms
  requests:
    - { method: GET, path: /orders }
  thresholds:
    - http.failed.count == 0
`;
const ORDERS =
  'name: An order is placed\nsteps:\n  - place: { order: lunch, customer: kim, price: 12000 }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n';

test('a target with user and password is asked with them, in steps and under load, behind its path, and they are in no report of it', async () => {
  const target = `http://kim:${IN_URL}@${place}/base/`;
  const { code, said } = await run([
    'load',
    scenario('elsewhere.yaml', LOAD),
    '--target',
    target,
    ...ALL_REPORTS,
    '--log-level',
    'debug',
    '--log-file',
    'run.log',
  ]);
  expect(said).not.toMatch(LEAK);
  expect(said).toContain(`http://***@${place}/base`);
  expect(code).toBe(0);
  expect(asked.length).toBeGreaterThan(2);
  for (const request of asked) expect(request).toEqual({ authorization: BASIC, url: '/base/orders' });
  for (const kind of REPORT_KINDS) expect((await run(['report', 'report.ndjson', '--report', kind])).said).not.toMatch(LEAK);
  const again = await run(['compare', 'report.ndjson', 'report.ndjson']);
  expect(again.said).not.toMatch(LEAK);
});

test.each([200, 500])(
  'a webhook with user and password is asked with them, and whether it answers %i or not, nobody reads them',
  async (answer) => {
    status = answer;
    const file = scenario('order.yaml', ORDERS.replace('  - settle\n', answer === 200 ? '  - settle\n' : ''));
    const { code, said } = await run([
      'run',
      file,
      '--bus',
      'memory',
      '--timeout',
      '2s',
      '--notify-url',
      `http://kim:${IN_URL}@${place}/hook?key=${IN_URL}`,
      ...ALL_REPORTS,
      '--log-level',
      'debug',
      '--log-file',
      'run.log',
    ]);
    expect(said).not.toMatch(LEAK);
    if (answer === 200) expect(code).toBe(0);
    else expect(said).toContain(`http://***@${place}/hook?***`);
    expect(asked.length).toBeGreaterThan(1);
    for (const { authorization } of asked) expect(authorization).toBe(BASIC);
  },
);

/** Places where nobody listens or that are none, with the password where people put it. */
const ODD = [
  `http://kim:${IN_URL}@127.0.0.1:1`,
  `http://kim:${PASSWORD}@127.0.0.1:1`,
  `http://kim:xyzzy@127.0.0.1:99999`,
  `http://kim:12/xyzzy@127.0.0.1:1`,
  `http://kim:12,xyzzy@127.0.0.1:1`,
  `http://kim:12#xyzzy@127.0.0.1:1`,
  `http://kim:12?xyzzy@127.0.0.1:1`,
  `http://kim:xy%zzy-plugh@127.0.0.1:1`,
  `http:/kim:xyzzy@nowhere.invalid`,
  `HTTP://kim:xyzzy@127.0.0.1:1`,
  `ftp://kim:xyzzy@127.0.0.1:1`,
  `kim:xyzzy@127.0.0.1:1`,
  `http://127.0.0.1:x/?token=xyzzy`,
];
const asBus = (url: string): string => url.replace(/^http/i, 'nats');

test.each(ODD)('%j is refused or not reached, as target, webhook and bus, without a word of it', async (url) => {
  const file = scenario('elsewhere.yaml', LOAD);
  const order = scenario('order.yaml', ORDERS);
  for (const argv of [
    ['load', file, '--target', url, '--report', 'ndjson'],
    ['run', order, '--bus', asBus(url)],
    ['config', '--bus', asBus(url)],
    ['config', '--target', url, '--notify-url', url],
    ['rebuild', 'mypage', '--data-dir', '.', '--bus', asBus(url)],
    ['serve', '--port', 'all=0', '--bus', asBus(url), '--wait', '0s', '--nats-password', PASSWORD],
  ]) {
    const { code, said } = await run(argv);
    expect(said, argv.join(' ')).not.toMatch(LEAK);
    expect(said).not.toBe('');
    expect(code, `${argv.join(' ')}: ${said}`).not.toBe(70);
  }
  const file2 = scenario('ci.yaml', `target: ${JSON.stringify(url)}\n`);
  expect((await run(['config', '-c', file2])).said).not.toMatch(LEAK);
  expect((await run(['config'], { FOOD_SIM_BUS: asBus(url) })).said).not.toMatch(LEAK);
});

const SECRETS = OPTION_NAMES.filter((name) => optionOf(name).isSecret === true);

test('secret options are shown neither by config, nor by any command that takes them, nor in the report of a bug', async () => {
  expect(SECRETS).toContain('nats-password');
  for (const name of SECRETS) {
    expect((await run(['config', `--${name}`, PASSWORD])).said).toMatch(new RegExp(`^${name}: "\\*\\*\\*"`, 'm'));
    expect((await run(['config'], { [`FOOD_SIM_${name.toUpperCase().replaceAll('-', '_')}`]: PASSWORD })).said).not.toMatch(LEAK);
    expect(shownArgv(['run', `--${name}`, PASSWORD, `--${name}=${PASSWORD}`]).join(' ')).toBe(`run --${name} *** --${name}=***`);
    for (const command of COMMANDS.filter(({ options }) => options.includes(name) && options.includes('seed'))) {
      // Refused before anything is started; what was given is all known by then.
      expect((await run([command.name, `--${name}`, PASSWORD, '--fault', 'none-such'])).said).not.toMatch(LEAK);
    }
  }
  expect(shownArgv(['load', '--target', `http://kim:${IN_URL}@h/`, `--bus=nats://a:${IN_URL}@h`])).toEqual([
    'load',
    '--target',
    'http://***@h/',
    '--bus=nats://***@h',
  ]);
  let err = '';
  const broken = {
    write: () => {
      throw new TypeError('boom');
    },
  };
  const io = {
    stdin: new PassThrough(),
    stdout: broken,
    stderr: { write: (text: string) => (err += text) },
    env: {},
    cwd: folder,
    signals: new EventEmitter(),
  };
  expect(await main(['config', '--nats-token', PASSWORD, '--target', `http://kim:${IN_URL}@h`], io)).toBe(70);
  const file = /The details are in (\S+);/.exec(err)?.[1] ?? '';
  expect(err + readFileSync(file, 'utf8')).not.toMatch(LEAK);
  rmSync(file);
});
