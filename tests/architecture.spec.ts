/** Breaks each rule of the house on purpose, in a small checkout of its own, and sees that very rule fire. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findDeadCode } from '../scripts/dead-code.js';

const root = dirname(import.meta.dirname);

/** A checkout with these files under src/, and the toolchain of this one. */
const createCheckout = (files: Readonly<Record<string, string>>): string => {
  const home = mkdtempSync(join(tmpdir(), 'food-sim-architecture-'));
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  for (const name of ['package.json', 'tsconfig.json']) cpSync(join(root, name), join(home, name));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, 'src', path)), { recursive: true });
    writeFileSync(join(home, 'src', path), text);
  }
  return home;
};

const runTool = (home: string, program: string, args: readonly string[]): string => {
  const run = spawnSync(process.execPath, [join(root, 'node_modules', program), ...args], {
    cwd: home,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (run.error !== undefined) throw run.error;
  if (run.stdout === '') throw new Error(`${program} said nothing on stdout, and on stderr: ${run.stderr}`);
  return run.stdout;
};

const HELD = 'export const held = 1;\n';

/** Imports whatever is named, for its side of the graph only. */
const importing = (...specifiers: readonly string[]): string => `${specifiers.map((name) => `import '${name}';\n`).join('')}${HELD}`;

describe('import rules', () => {
  /** Each case: who breaks which rule by importing what. The targets exist, and break nothing themselves. */
  const BREAKS: readonly [rule: string, file: string, imported: string][] = [
    ['only-downwards-kernel', 'kernel/up.ts', '../bus/ok.ts'],
    ['only-downwards-bus', 'bus/up.ts', '../runtime/ok.ts'],
    ['only-downwards-runtime', 'runtime/up.ts', '../gateway/ok.ts'],
    ['only-downwards-gateway', 'gateway/up.ts', '../system/ok.ts'],
    ['engine-knows-no-food', 'runtime/hungry.ts', '../contexts/front/index.ts'],
    ['engine-knows-no-food', 'system/hungry.ts', '../contexts/front/contract.ts'],
    ...['scenarios', 'explore', 'load', 'reports', 'findings', 'public', 'tui', 'live'].map((room): [string, string, string] => [
      'engine-knows-no-food',
      `${room}/hungry.ts`,
      '../contexts/front/contract.ts',
    ]),
    ['only-downwards-system', 'system/up.ts', '../scenarios/ok.ts'],
    ['only-downwards-scenarios', 'explore/up.ts', '../cli/main.ts'],
    ['kernel-imports-nothing', 'kernel/greedy.ts', 'zod'],
    ['kernel-imports-nothing', 'kernel/worldly.ts', 'node:path'],
    ['contexts-meet-at-contracts', 'contexts/rider/nosy.ts', '../front/order.ts'],
    ['contexts-meet-at-contracts', 'contexts/rider/nosier.ts', '../front/index.ts'],
    ['contracts-import-kernel-only', 'contexts/store/contract.ts', './ticket.ts'],
    ['contexts-have-one-face', 'explore/behind.ts', '../contexts/front/order.ts'],
    ['contexts-stand-alone', 'contexts/front/sick.ts', '../mutations/ok.ts'],
    ['contexts-are-pure', 'contexts/front/worldly.ts', 'node:fs'],
    ['drawn-from-recordings', 'reports/curious.ts', '../system/ok.ts'],
    ['drawn-from-recordings', 'tui/curious.ts', '../scenarios/ok.ts'],
    ['one-way-on-top', 'scenarios/sideways.ts', '../explore/ok.ts'],
    ['only-sqlite', 'runtime/second-database.ts', 'better-sqlite3'],
    ['only-bus-knows-nats', 'runtime/shortcut.ts', '@nats-io/jetstream'],
    ['only-tui-draws', 'reports/drawing.ts', 'react'],
    ['only-tui-draws', 'cli/drawing.ts', 'ink'],
    ['only-load-fires', 'explore/firing.ts', 'autocannon'],
    ['only-metrics', 'runtime/second-counter.ts', 'prom-client'],
    ['only-breaker', 'gateway/breaking.ts', 'cockatiel'],
    ['only-cli-parses', 'scenarios/parsing.ts', 'commander'],
    ['no-cycles', 'runtime/circle-a.ts', './circle-b.ts'],
    ['no-cycles', 'runtime/type-circle-a.ts', './type-circle-b.ts'], // types alone
    ['resolvable', 'runtime/lost.ts', './nowhere.ts'],
    ['declared-packages-only', 'runtime/undeclared.ts', 'vitest'],
  ];
  const ALLOWED: readonly [file: string, imported: readonly string[]][] = [
    ['kernel/ok.ts', []],
    ['bus/ok.ts', ['../kernel/ok.ts', '@nats-io/jetstream']],
    ['runtime/ok.ts', ['../bus/ok.ts', '../kernel/ok.ts', 'fastify']],
    ['runtime/tables/sqlite.ts', ['better-sqlite3', 'node:fs']],
    ['bus/store-lock.ts', ['better-sqlite3', 'node:fs']],
    ['runtime/breaker.ts', ['cockatiel']],
    ['runtime/circle-b.ts', ['./circle-a.ts']],
    ['contexts/front/contract.ts', ['../../kernel/ok.ts', 'zod']],
    ['contexts/front/order.ts', ['./contract.ts']],
    ['contexts/front/index.ts', ['./order.ts', '../../runtime/ok.ts']],
    ['contexts/rider/policies.ts', ['../front/contract.ts']],
    ['contexts/store/ticket.ts', ['../../kernel/ok.ts']],
    ['contexts/food.ts', ['./front/index.ts', '../system/ok.ts']],
    ['gateway/ok.ts', ['../runtime/ok.ts']],
    ['contexts/mutations/ok.ts', ['../front/order.ts']],
    ['system/ok.ts', ['../gateway/ok.ts', '../bus/ok.ts']],
    ['scenarios/ok.ts', ['../system/ok.ts']],
    ['explore/ok.ts', ['../scenarios/ok.ts', '../system/ok.ts']],
    ['load/ok.ts', ['../scenarios/ok.ts', 'autocannon']],
    ['reports/ok.ts', ['../kernel/ok.ts']],
    ['tui/ok.ts', ['../reports/ok.ts', 'ink', 'react']],
    ['cli/main.ts', ['../scenarios/ok.ts', '../reports/ok.ts', 'commander']],
    ['system/inside.spec.ts', ['../contexts/front/order.ts', '../explore/ok.ts', 'vitest']],
  ];
  type Violation = { readonly from: string; readonly rule: { readonly name: string } };
  let home: string;
  let violations: readonly Violation[];

  beforeAll(() => {
    home = createCheckout({
      ...Object.fromEntries(ALLOWED.map(([file, imported]) => [file, importing(...imported)])),
      ...Object.fromEntries(BREAKS.map(([, file, imported]) => [file, importing(imported)])),
      'runtime/alone.ts': HELD,
      'runtime/type-circle-a.ts': "import type { Other } from './type-circle-b.ts';\nexport type One = Other | undefined;\n",
      'runtime/type-circle-b.ts': "import type { One } from './type-circle-a.ts';\nexport type Other = { readonly one: One };\n",
    });
    const output = runTool(home, 'dependency-cruiser/bin/dependency-cruiser.mjs', [
      '--config',
      join(root, '.dependency-cruiser.js'),
      '--output-type',
      'json',
      'src',
    ]);
    violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  }, 120_000);
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  it.each([...BREAKS, ['no-orphans', 'runtime/alone.ts', 'nothing, and is imported by nobody']])('%s: %s imports %s', (rule, file) => {
    expect(violations.filter(({ from }) => from === `src/${file}`).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('leaves alone what the picture allows', () => {
    const allowed = new Set(ALLOWED.map(([file]) => `src/${file}`));
    const blamed = violations.filter(({ from, rule }) => allowed.has(from) && rule.name !== 'no-cycles');
    expect(blamed).toEqual([]);
  });
});

describe('lint rules', () => {
  const documented = (code: string): string => `/** Is here to be found. */\nexport const found = ${code};\n`;
  const BREAKS: readonly [rule: string, message: RegExp, file: string, text: string][] = [
    ['no-restricted-properties', /injected Clock/, 'contexts/front/now.ts', documented('(): number => Date.now()')],
    ['no-restricted-syntax', /injected Clock/, 'contexts/front/new-date.ts', documented('(): Date => new Date()')],
    ['no-restricted-properties', /injected Random/, 'runtime/random.ts', documented('(): number => Math.random()')],
    ['no-restricted-globals', /injected Timers/, 'runtime/timeout.ts', documented('(wake: () => void): unknown => setTimeout(wake, 1)')],
    ['no-restricted-globals', /injected Timers/, 'kernel/interval.ts', documented('(wake: () => void): unknown => setInterval(wake, 1)')],
    ['no-restricted-globals', /injected Timers/, 'kernel/immediate.ts', documented('(wake: () => void): unknown => setImmediate(wake)')],
    [
      'no-restricted-globals',
      /injected Timers/,
      'runtime/hidden.ts',
      documented('(wake: () => void): unknown => globalThis.setTimeout(wake, 1)'),
    ],
    ['no-restricted-globals', /as an argument/, 'contexts/front/process.ts', documented('(): number => process.pid')],
    ['no-restricted-globals', /injected IdSource/, 'runtime/crypto.ts', documented('(): string => crypto.randomUUID()')],
    [
      'no-restricted-imports',
      /injected IdSource/,
      'runtime/uuid.ts',
      `import { randomUUID } from 'node:crypto';\n${documented('(): string => randomUUID()')}`,
    ],
    [
      'no-restricted-imports',
      /belongs to runtime/,
      'contexts/front/files.ts',
      `import { readFileSync } from 'node:fs';\n${documented("(): string => readFileSync('x', 'utf8')")}`,
    ],
    ['no-restricted-syntax', /Name it/, 'system/default.ts', 'export default 1;\n'],
    ['no-restricted-syntax', /union of literals/, 'system/enum.ts', '/** Colours. */\nexport enum Colour { Red }\n'],
    ['house/docstrings', /no docstring/, 'system/silent.ts', 'export const silent = 1;\n'],
    [
      '@typescript-eslint/no-floating-promises',
      /./,
      'system/floating.ts',
      documented('(work: () => Promise<void>): void => {\n  work();\n}'),
    ],
    [
      'max-lines-per-function',
      /./,
      'system/long.ts',
      documented(`(): number => {\n  let sum = 0;\n${'  sum += 1;\n'.repeat(80)}  return sum;\n}`),
    ],
    ['max-lines', /./, 'system/longer.ts', `/** Many. */\nexport const many = [\n${'  1,\n'.repeat(400)}];\n`],
  ];
  const HARMLESS = {
    'system/wall-time.ts': documented('(): number => Date.now()'),
    'contexts/front/date.ts': documented('(ms: number): string => new Date(ms).toISOString()'),
    'runtime/hash.ts': `import { createHash } from 'node:crypto';\n${documented("(text: string): string => createHash('sha256').update(text).digest('hex')")}`,
  };
  type Message = { readonly ruleId: string | null; readonly message: string };
  let home: string;
  let messages: ReadonlyMap<string, readonly Message[]>;

  beforeAll(() => {
    home = createCheckout({ ...Object.fromEntries(BREAKS.map(([, , file, text]) => [file, text])), ...HARMLESS });
    const output = runTool(home, 'eslint/bin/eslint.js', ['--config', join(root, 'eslint.config.js'), '--format', 'json', 'src']);
    const results = JSON.parse(output) as { filePath: string; messages: Message[] }[];
    messages = new Map(results.map((result) => [result.filePath.split('/src/')[1]!, result.messages]));
  }, 120_000);
  afterAll(() => {
    rmSync(home, { recursive: true });
  });

  it.each(BREAKS)('%s says %s in %s', (rule, message, file) => {
    expect(messages.get(file)).toContainEqual({
      ...messages.get(file)?.find(({ ruleId }) => ruleId === rule),
      ruleId: rule,
      message: expect.stringMatching(message),
    });
  });

  it.each(Object.keys(HARMLESS))('leaves %s alone', (file) => {
    expect(messages.get(file)).toEqual([]);
  });
});

describe('dead code', () => {
  it('names what nobody uses, and does not count its own spec', () => {
    const home = createCheckout({
      'kernel/part.ts':
        'export const used = 1;\nexport const onlyInSpec = 2;\nexport const dead = 3;\nexport type Shape = number;\nexport const shaped: Shape = used;\n',
      'kernel/part.spec.ts': "import { onlyInSpec } from './part.ts';\nonlyInSpec;\n",
      'cli/main.ts':
        "import { used } from '../kernel/part.ts';\nexport const main = async () => used + (await import('../kernel/part.ts')).shaped;\n",
    });
    expect(findDeadCode(home)).toEqual(['src/kernel/part.ts:2 onlyInSpec', 'src/kernel/part.ts:3 dead']);
    rmSync(home, { recursive: true });
  });
});
