/** Every field of every kind of expectation has what it must fail and what it must not: a kind without both is refused. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { expect, it } from 'vitest';
import type { Failure } from '../../kernel/recording.ts';
import type { ExpectStep } from '../language/ast.ts';
import { parseScenarios } from '../language/parse.ts';
import { CASES, createBench, HEAD } from './expectation-cases.fixture.ts';
import { judge } from './judge.ts';
import { NotPassed } from './verdict.ts';

/** What the claim fails with; undefined where it holds. */
const failureOf = async (claim: string, drift: readonly string[]): Promise<Failure | undefined> => {
  const { expectation } = parseScenarios(`${HEAD}  - expect: { ${claim} }\n`, 'a.yaml', FOOD_GRAMMAR).scenarios[0]?.steps.at(
    -1,
  ) as ExpectStep;
  try {
    await judge(createBench(drift), expectation);
    return undefined;
  } catch (error) {
    if (error instanceof NotPassed) return error.failure;
    throw error;
  }
};

it('every field of every form is here', () => {
  const fields = FOOD_GRAMMAR.claims
    .flatMap(({ forms }) => forms)
    .flatMap(({ key, fields: table }) => {
      const others = Object.keys(table).filter((field) => field !== key);
      return others.length === 0 || table[key]?.type.says.startsWith('a whole') === true
        ? [key, ...others.map((field) => `${key} ${field}`)]
        : others.map((field) => `${key} ${field}`);
    });
  expect(new Set(Object.keys(CASES))).toEqual(new Set(fields));
});

it.each(Object.entries(CASES))('%s holds where it does, and fails where it does not', async (_field, [holds, fails]) => {
  const [held, failed] = [await failureOf(holds, []), await failureOf(fails, ['a row differs'])];
  expect([held, failed]).toEqual([undefined, expect.any(Object)]);
  expect(failed).toMatchSnapshot();
});
