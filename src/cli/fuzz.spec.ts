/** Whatever people write on the command line or into a configuration file is theirs to mend: it never ends as a bug of ours. */
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../kernel/random.ts';
import { COMMANDS } from './commands.ts';
import { EXIT } from '../kernel/exit-codes.ts';
import { main } from './main.ts';
import { OPTION_NAMES, flagOf, optionOf, variableOf, type OptionName } from './options/options.ts';
import type { Command } from './command.ts';

const VECTORS = 2_000;
/** Each batch is a test of its own, so that a failure names its seed. */
const BATCH = 250;
const CODES: readonly number[] = Object.values(EXIT).filter((code) => code !== EXIT.bug);

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-fuzz-'));
});
afterAll(() => {
  rmSync(cwd, { recursive: true });
});

/** Asks every command to stop as soon as it listens: what was given is read by then, and nothing heavy begins. */
const stoppingAtOnce = (): EventEmitter => {
  const signals = new EventEmitter();
  signals.on('newListener', (name, listener: () => void) => {
    if (name === 'SIGTERM') setImmediate(listener);
  });
  return signals;
};

const run = async (
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly said: string }> => {
  let said = '';
  const write = (text: string): string => (said += text);
  const stdin = new PassThrough();
  stdin.end();
  const code = await main(argv, {
    stdin,
    stdout: { write, columns: 80 },
    stderr: { write },
    env: { PATH: process.env['PATH'], FOOD_SIM_BUS: 'memory', FOOD_SIM_SCHEDULES: '1', ...env },
    cwd,
    signals: stoppingAtOnce(),
  });
  return { code, said };
};

const FILES: Readonly<Record<string, string | Buffer>> = {
  'empty.yaml': '',
  'good.yaml':
    'name: An order\nsteps:\n  - place: { order: lunch, customer: kim, price: 1000 }\n  - settle\n  - expect: { order: lunch, is: 결재됨 }\n',
  'load.yaml':
    'name: A load\nsteps: [settle]\nload:\n  users: 1\n  duration: 1s\n  requests: [{ method: GET, path: /orders }]\n  thresholds: [http.failed.count == 0]\n',
  'odd.yaml': 'name: "\\u2028 %"\nsteps: [request: { path: "/%zz?%" }, wait: 1ms, unknown: {}]\n',
  'latin1.yaml': Buffer.from('name: caf\xe9\n', 'latin1'),
  'utf16.yaml': Buffer.from('\ufeffname: x\n', 'utf16le'),
  'alias.yaml': 'a: &a [*a]\n<<: *a\n',
  'deep.json': `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
  'half.json': '{"version": 1, "plan": {',
  'null.json': 'null',
  'run.ndjson': '{"n":1,"atMs":0,"kind":"run.started"}\n{"kind":7}\n',
  'lone.ndjson': '{"n":1,"atMs":0,"kind":"note","text":"\\ud800"}\n\u2028\n',
  'zero.bin': Buffer.alloc(64),
};

const ODD_TEXTS: readonly string[] = [
  '',
  ' ',
  '%',
  '%zz',
  '\u2028',
  '\ud800',
  '\u0000',
  '\u001b[31m',
  '-',
  '--',
  '=',
  ',',
  ',,',
  '*',
  '(',
  '[',
  '(?<',
  '\\',
  "'",
  '"',
  '${x}',
  '${',
  '__proto__',
  'constructor',
  'toString',
  '0',
  '-1',
  '1e999',
  '9'.repeat(40),
  '0x10',
  'NaN',
  '1.5',
  '1ms',
  '99h',
  '2s..1s',
  'a=b',
  '=b',
  'a=',
  'a=b=c',
  'all=0',
  'all=-1',
  'gateway=x',
  'é',
  '결제됨'.normalize('NFD'),
  'x'.repeat(5_000),
  'http://',
  'HTTP://127.0.0.1:1',
  'http://127.0.0.1:1/base/',
  'http://127.0.0.1:1/%',
  'http://%',
  'http://us%er:p@127.0.0.1:1',
  'http://a:b@127.0.0.1:99999',
  'http://nowhere.invalid',
  'http://[::1',
  'http://[::1]:1/?a#b',
  'https://127.0.0.1:0',
  'ftp://x',
  'nats://',
  'nats://127.0.0.1:1',
  'NATS://127.0.0.1:1,127.0.0.1:2',
  'nats://%:%@127.0.0.1:1',
  'nats://nowhere.invalid',
  'tls://127.0.0.1:1',
  'nats://127.0.0.1:1/x',
  'file:///etc/passwd',
  '.',
  '..',
  '/',
  '/dev/null',
  '/proc/self',
  '/nowhere/at/all',
  '~',
  '~/x',
  'ends/',
  'C:\\x',
  '255.255.255.255',
  '::1',
  '0.0.0.0',
  'localhost',
  'nowhere.invalid',
  'drop',
  'drop=',
  'drop=Paid@',
  'crash',
  'crash=front@',
  'crash=front@after-commit:',
  'slow-order-lookup=',
  'slow-order-lookup=1..',
  'junit=',
  'junit=.',
  'junit=/',
  'html=/dev/null',
  'ndjson=out.ndjson',
  'json=sub/x.json',
  'tap',
  'no-outbox',
  'all',
  'front,',
  'front,front',
  ...Object.keys(FILES),
];

const DRAW = (random: Random) => {
  const below = (count: number): number => Math.floor(random.next() * count);
  const of = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const garbled = (text: string): string => {
    const at = below(text.length + 1);
    return of([
      text,
      text.slice(0, at),
      text.slice(0, at) + of(ODD_TEXTS).slice(0, 20) + text.slice(at),
      text.toUpperCase(),
      `${text}${text}`,
    ]);
  };
  return { below, of, garbled };
};

type Draw = ReturnType<typeof DRAW>;

/** A value for the option: right, nearly right, or anything. */
const valueFor = (name: OptionName, { of, below, garbled }: Draw): string => {
  const option = optionOf(name);
  const right = [option.example.replace(/'/g, ''), ...(option.choices ?? [])].filter((text) => text !== '');
  return below(3) === 0 && right.length > 0 ? of(right) : below(3) === 0 && right.length > 0 ? garbled(of(right)) : of(ODD_TEXTS);
};

/** What would open a server, or wait for one, belongs to other tests. */
const isHeavy = (text: string): boolean => /^embedded$|^nats:\/\/$|^nats:\/\/127\.0\.0\.1:4222/.test(text);

const wordsFor = (command: Command, draw: Draw): readonly string[] => {
  const { below, of } = draw;
  const choices = command.words.flatMap((word) => word.choices ?? []);
  return Array.from({ length: below(3) === 0 ? below(4) : command.words.length }, () =>
    choices.length > 0 && below(2) === 0 ? of(choices) : below(4) === 0 ? of(ODD_TEXTS) : of(Object.keys(FILES)),
  );
};

const drawArgv = (draw: Draw): readonly string[] => {
  const { below, of } = draw;
  const command = of(COMMANDS);
  const argv: string[] = [below(40) === 0 ? of(ODD_TEXTS) : command.name, ...wordsFor(command, draw)];
  for (let count = below(4); count > 0; count -= 1) {
    const name = of(below(10) === 0 ? OPTION_NAMES : command.options);
    const flag = `--${flagOf(name, command)}`;
    if (optionOf(name).kind === 'flag') {
      argv.push(flag);
      continue;
    }
    const value = valueFor(name, draw);
    if (isHeavy(value)) continue;
    argv.push(...of([[flag, value], [`${flag}=${value}`]]));
  }
  return argv;
};

const yamlValue = (value: string, { of }: Draw): string =>
  of([
    JSON.stringify(value),
    `[${JSON.stringify(value)}]`,
    `{ a: ${JSON.stringify(value)} }`,
    value,
    '',
    '&a [*a]',
    'null',
    '!!binary x',
    '2001-01-01',
    '0o7',
    '~',
  ]);

const drawConfig = (draw: Draw): string => {
  const { below, of, garbled } = draw;
  const lines = Array.from({ length: below(4) }, () => {
    const name = of(OPTION_NAMES);
    const value = valueFor(name, draw);
    return isHeavy(value) ? '' : `${below(10) === 0 ? of(ODD_TEXTS) : name}: ${yamlValue(value, draw)}\n`;
  });
  return below(6) === 0 ? garbled(lines.join('')) : lines.join('');
};

describe('2,000 command lines and configuration files, drawn', () => {
  it.each(Array.from({ length: VECTORS / BATCH }, (_, batch) => batch))('never end with 70: batch %i', async (batch) => {
    const draw = DRAW(createRandom(`command lines ${batch}`));
    for (const [name, content] of Object.entries(FILES)) writeFileSync(join(cwd, name), content);
    for (let index = 0; index < BATCH; index += 1) {
      const config = index % 3 === 0 ? drawConfig(draw) : undefined;
      if (config !== undefined) writeFileSync(join(cwd, 'drawn.yaml'), config);
      const argv = [...drawArgv(draw), ...(config === undefined ? [] : ['--config', 'drawn.yaml'])];
      const name = draw.of(OPTION_NAMES);
      const value = valueFor(name, draw);
      const env = draw.below(8) === 0 && !isHeavy(value) && !value.includes('\0') ? { [variableOf(name)]: value } : {};
      const { code, said } = await run(argv, env);
      const shown = `${JSON.stringify({ argv, config, env })}\n${said.slice(-2_000)}`;
      expect(CODES, shown).toContain(code);
    }
    // What reports left behind is nobody's input.
    for (const left of readdirSync(cwd)) if (!(left in FILES)) rmSync(join(cwd, left), { recursive: true });
    mkdirSync(cwd, { recursive: true });
  });
});
