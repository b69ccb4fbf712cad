import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { describe, expect, test } from 'vitest';
import { lintFiles } from './lint.ts';
import { parseScenarios } from './parse.ts';
import { problemLine } from './problems.ts';
import { withReference } from './reference.ts';
import { inUsualSpelling } from '../../contexts/front/contract.ts';
import { scenarioJsonSchema } from './schema.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** Invariants as the reference shows them. */
const RULES = [
  '- name: Kim is charged for what is brought only',
  "  always: { payment: lunch, isn't: 환불됨 }",
  '- name: The kitchen wins now and then',
  '  sometimes: { cooking: lunch, is: 요리시작 }',
];

const FILES = readdirSync(join(ROOT, 'scenarios')).filter((file) => file.endsWith('.yaml'));

const createValidate = () =>
  new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).compile(scenarioJsonSchema(FOOD_GRAMMAR));

// Compiling takes most of a second, so it is done once.
const validate = createValidate();

describe('what is published of the scenario language', () => {
  test('the schema file is the schema that the parser makes', async () => {
    await expect(`${JSON.stringify(scenarioJsonSchema(FOOD_GRAMMAR), null, 2)}\n`).toMatchFileSnapshot(
      join(ROOT, 'schema/scenario.schema.json'),
    );
  });

  test('the reference in the documentation is the one that the parser makes', async () => {
    const file = join(ROOT, 'docs/scenario-language.md');
    await expect(withReference(readFileSync(file, 'utf8'), FOOD_GRAMMAR, RULES)).toMatchFileSnapshot(file);
  });

  test('there are bundled scenarios, all without problems, each with a name of its own', async () => {
    const { scenarios, problems } = await lintFiles([join(ROOT, 'scenarios')], FOOD_GRAMMAR);
    expect(problems.map(problemLine)).toEqual([]);
    expect(scenarios.length).toBeGreaterThanOrEqual(18);
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });

  test.each(FILES)('%s fits the schema, names it, and says why it is there', (file) => {
    const text = readFileSync(join(ROOT, 'scenarios', file), 'utf8');
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../schema/scenario.schema.json');
    expect(text.split('\n')[1]).toMatch(/^# \S/);
    for (const document of parseAllDocuments(text)) {
      expect(validate(document.toJS()), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test('the schema refuses what the parser refuses: unknown keys, wrong words, two keys in a step', () => {
    const withStep = (step: unknown): object => ({ name: 'x', steps: [step] });
    expect(validate(withStep({ accept: 'lunch' }))).toBe(true);
    for (const step of [
      { acept: 'lunch' },
      { accept: 'lunch', start: 'lunch' },
      'accept',
      { fault: { drop: 'Payd' } },
      { pause: '5 sec' },
      { expect: { order: 'lunch', is: '취소' } },
    ]) {
      expect(validate(withStep(step)), JSON.stringify(step)).toBe(false);
    }
    expect(validate({ name: 'x', stps: [] })).toBe(false);
  });

  test('the schema takes 결제 where the parser takes it for 결재, and nowhere else', () => {
    const isGood = (resource: string, is: string): boolean => validate({ name: 'x', steps: [{ expect: { [resource]: 'lunch', is } }] });
    for (const [resource, words] of [...FOOD_GRAMMAR.resources.values()].flatMap(({ key, statuses }) =>
      statuses === undefined ? [] : [[key, statuses] as const],
    )) {
      for (const word of Object.values(words))
        expect([word, isGood(resource, word), isGood(resource, inUsualSpelling(word))]).toEqual([word, true, true]);
      expect([isGood(resource, '결제'), isGood(resource, '결제되었음')]).toEqual([false, false]);
    }
    expect([isGood('order', '결제완료'), isGood('cooking', '결제완료')]).toEqual([false, true]);
  });

  test.each([
    ...FOOD_GRAMMAR.steps.flatMap(({ examples }) => examples),
    ...FOOD_GRAMMAR.claims.flatMap(({ forms }) => forms).flatMap(({ examples }) => examples),
  ])('the example "%s" can be read', (example) => {
    const preparation = [
      ...(example.startsWith('place: { order: lunch') ? [] : ['place: { order: lunch, customer: kim }']),
      ...(example.startsWith('place: { order: dinner') ? [] : ['place: { order: dinner, customer: kim }']),
      ...(example.startsWith('review:') ? [] : ['review: { order: lunch, as: praise, content: good }']),
      ...(example.startsWith('fault: { hold') ? [] : ['fault: { hold: CookStarted, as: late-news }']),
      'request: { path: /orders, as: found }',
      'capture: { path: /orders, field: page, as: refund }',
    ].sort((one, other) => Number(other.startsWith('place')) - Number(one.startsWith('place')));
    if (example.startsWith('place: { order: lunch')) preparation.splice(0, preparation.length);
    const text = `name: x\nsteps:\n${[...preparation, example, 'expect: { nothing else: true }'].map((line) => `  - ${line}`).join('\n')}\n`;
    expect(() => parseScenarios(text, 'example.yaml', FOOD_GRAMMAR)).not.toThrow();
  });
});
