import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runMain } from '../main.fixture.ts';
import { configSchema } from '../options/config-schema.ts';

const ROOT = join(import.meta.dirname, '../../..');
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'food-sim-init-'));
});
afterAll(() => rmSync(cwd, { recursive: true }));

const textOf = (...path: readonly string[]): string => readFileSync(join(cwd, ...path), 'utf8');
const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(configSchema());

/** The file of the CI server, by its kind. */
const CI: readonly (readonly [kind: string, path: string])[] = [
  ['github', '.github/workflows/food-sim.yml'],
  ['gitlab', '.gitlab-ci.yml'],
  ['jenkins', 'Jenkinsfile'],
];

describe('init', () => {
  it.each(CI)('makes what passes at once, and a file for %s whose commands do', async (kind, path) => {
    const made = await runMain(['init', kind, '--ci', kind], cwd);
    const files = ['scenarios/first.yaml', 'food-sim.config.yaml', path].map((file) => join(kind, file));
    expect(made).toEqual({
      code: 0,
      out: `${files.map((file) => `made ${file}\n`).join('')}\nNext: food-sim run ${kind}/scenarios\n`,
      err: '',
    });
    const folder = join(cwd, kind);
    const commands = [...textOf(kind, path).matchAll(/npx food-sim ([^'\n]+)/g)].map(([, words = '']) => words.trim().split(' '));
    expect(commands.map(([command]) => command)).toEqual(['lint', 'run']);
    for (const words of commands) {
      const virtual = words[0] === 'run' ? ['--bus', 'memory', '--time', 'virtual'] : [];
      expect(await runMain([...words, ...virtual], folder)).toMatchObject({ code: 0, err: '' });
    }
    if (kind !== 'jenkins') expect(() => parse(textOf(kind, path)) as unknown).not.toThrow();
    // Editors find the schemas from where the files stand.
    for (const file of ['scenarios/first.yaml', 'food-sim.config.yaml']) {
      const schema = /\$schema=(\S+)/.exec(textOf(kind, file))?.[1] ?? '';
      expect(resolve(dirname(join(folder, file)), schema)).toMatch(/schema\/(scenario|config)\.schema\.json$/);
      expect(JSON.parse(readFileSync(resolve(dirname(join(folder, file)), schema), 'utf8'))).toMatchObject({ type: 'object' });
    }
    expect(validate(parse(textOf(kind, 'food-sim.config.yaml')))).toBe(true);
    expect((await runMain(['config'], folder)).out).toMatch(/^timeout: "60000ms" +# food-sim\.config\.yaml:3:10$/m);
  });

  it('replaces nothing, and then makes nothing', async () => {
    writeFileSync(join(cwd, '.gitlab-ci.yml'), 'mine\n');
    const { code, err } = await runMain(['init', '--ci', 'gitlab'], cwd);
    expect([code, err]).toEqual([2, expect.stringContaining('.gitlab-ci.yml: is there already, so nothing was made')]);
    expect(textOf('.gitlab-ci.yml')).toBe('mine\n');
    expect(() => textOf('food-sim.config.yaml')).toThrow('ENOENT');
    expect(await runMain(['init', 'other', '--ci', 'gitlap'], cwd)).toMatchObject({
      code: 2,
      err: expect.stringContaining('--ci: "gitlap" is not one of github, gitlab, jenkins; did you mean gitlab?') as string,
    });
  });

  it('begins a system of its own with what people do first there', async () => {
    expect((await runMain(['init', 'bank', '--system', join(ROOT, 'examples/booking/booking.ts')], cwd)).code).toBe(0);
    const argv = ['lint', join('bank', 'scenarios'), '--system', join(ROOT, 'examples/booking/booking.ts')];
    expect(await runMain(argv, cwd)).toMatchObject({ code: 0, out: '1 file, 1 scenario: no problems\n' });
    expect(textOf('bank/food-sim.config.yaml')).toMatch(/^system: ".*booking\.ts"$/m);
  });
});

describe('the schema of the configuration', () => {
  it('is published', async () => {
    await expect(`${JSON.stringify(configSchema(), null, 2)}\n`).toMatchFileSnapshot(join(ROOT, 'schema/config.schema.json'));
  });

  it.each([
    ['jobs: 4', true],
    ['bus: memory', true],
    ['bus: nats://127.0.0.1:4222', true],
    ['report: [junit=x.xml, html]', true],
    ['var: { price: 12000 }', true],
    ['bail: true', true],
    ['time: virtual', true],
    ['time: vritual', false],
    ['search: pct', true],
    ['search: all', false],
    ['lang: fr', false],
    ['bail: maybe', false],
    ['jobs: [1, 2]', false],
    ['jbos: 4', false],
  ])('%s: %s', (text, expected) => {
    expect(validate(parse(text))).toBe(expected);
  });
});
