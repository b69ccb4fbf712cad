import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../kernel/random.ts';
import { parseScenarios } from './parse.ts';
import { formatProblem, problemLine, ScenarioErrors } from './problems.ts';

const FOLDER = join(import.meta.dirname, '../../../scenarios');
const TEXTS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join(FOLDER, file), 'utf8'));
const MUTATIONS = 600;

/** What breaks parsers: YAML's own signs, numbers at their edges, our variables, wide and invisible characters. */
const SPICES = [
  '[',
  ']',
  '{',
  '}',
  ':',
  ': ',
  '- ',
  '? ',
  '#',
  '&a ',
  '*a',
  '<<: *a',
  '!!int ',
  '!foo ',
  '|',
  '>',
  '"',
  "'",
  '\t',
  '\r',
  '\n',
  '\n---\n',
  '...\n',
  '%YAML 1.1\n',
  '${',
  '${x}',
  '$${',
  '${order:lunch}',
  '.nan',
  '-.inf',
  '1e999',
  '0x',
  '99999999999999999999',
  'null',
  '~',
  '한글',
  '\u{1f35a}',
  '\ufeff',
  '\u0000',
  '\u2028',
  '\ud800',
  '__proto__: 1',
  'constructor',
];

const mutate = (text: string, random: Random): string => {
  const at = random.below(text.length);
  const length = random.below(12);
  const spice = SPICES[random.below(SPICES.length)] ?? '';
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return text.slice(0, at) + spice + text.slice(at);
    case 2:
      return text.slice(0, at) + spice + text.slice(at + length);
    case 3:
      return text.slice(0, at);
    case 4: {
      const lines = text.split('\n');
      const line = lines.splice(random.below(lines.length), 1);
      lines.splice(random.below(lines.length + 1), 0, ...line);
      return lines.join('\n');
    }
    default: {
      const lines = text.split('\n');
      const index = random.below(lines.length);
      lines[index] = ' '.repeat(random.below(8)) + (lines[index] ?? '').trimStart();
      return lines.join('\n');
    }
  }
};

describe('whatever is done to a scenario file', () => {
  test('it is read, or refused with problems that stand inside the file', () => {
    const random = createRandom('scenario files');
    let refused = 0;
    for (let round = 0; round < MUTATIONS; round += 1) {
      let text = TEXTS[random.below(TEXTS.length)] ?? '';
      for (let times = 1 + random.below(3); times > 0; times -= 1) text = mutate(text, random);
      try {
        parseScenarios(text, 'fuzz.yaml', FOOD_GRAMMAR);
      } catch (error) {
        if (!(error instanceof ScenarioErrors)) throw new Error(`round ${round} broke the parser with:\n${text}`, { cause: error });
        refused += 1;
        const lines = text.replace(/^\ufeff/, '').split('\n');
        expect(error.problems.length).toBeGreaterThan(0);
        for (const problem of error.problems) {
          const { line, column } = problem.position;
          const isInside = line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1] ?? '').length + 1;
          if (!isInside || !formatProblem(problem, text).includes(problem.message)) {
            expect.fail(`round ${round}: ${problemLine(problem)} does not stand in:\n${text}`);
          }
        }
      }
    }
    // Mutations that no parser could refuse would make this test one that proves nothing.
    expect(refused).toBeGreaterThan(MUTATIONS / 3);
  });
});
