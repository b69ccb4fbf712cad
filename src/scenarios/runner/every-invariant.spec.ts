/** Every claim that an invariant may make, in each mode that may make it, has what it must fail and what it must not. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { InvariantSection } from '../language/ast.ts';
import { parseScenarios } from '../language/parse.ts';
import { ScenarioErrors } from '../language/problems.ts';
import { CASES, createBench, HEAD } from './expectation-cases.fixture.ts';
import { watchInvariants } from './invariants.ts';
import { NotPassed } from './verdict.ts';

type Mode = InvariantSection['mode'];
const MODES: readonly Mode[] = ['always', 'eventually', 'sometimes'];

/** The invariant that makes this claim; undefined where the language lets none make it in this mode. */
const invariantOf = (mode: Mode, claim: string): InvariantSection | undefined => {
  try {
    return parseScenarios(
      `${HEAD}  - expect: { dead letters: 0 }\ninvariants:\n  - { name: a rule, ${mode}: { ${claim} } }\n`,
      'a.yaml',
      FOOD_GRAMMAR,
    ).scenarios[0]?.invariants[0];
  } catch (error) {
    if (error instanceof ScenarioErrors) return undefined;
    throw error;
  }
};

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
};

/**
 * Whether the invariant lets a scenario pass in which something is committed and which comes to rest; for `sometimes`,
 * whether it was reached.
 */
const isHeld = async (invariant: InvariantSection, drift: readonly string[]): Promise<boolean> => {
  const bench = createBench(drift);
  const reached: string[] = [];
  const watch = watchInvariants([invariant], bench, (title) => reached.push(title));
  let broken: unknown;
  watch.broken.catch((error: unknown) => (broken = error));
  if (invariant.mode === 'eventually') {
    await watch.atRest().catch((error: unknown) => (broken = error));
  } else {
    bench.journal.record({ kind: 'state', context: 'front', table: 'orders', key: ['o1'], row: {}, cause: 'c' });
    await turns();
  }
  watch.end();
  if (invariant.mode === 'sometimes') return reached.length === 1;
  if (broken === undefined) return true;
  expect(broken).toBeInstanceOf(NotPassed);
  expect((broken as NotPassed).invariant).toBe('a.yaml:10: a rule');
  return false;
};

/** Beside the cases of expectations: what is claimed of one side alone. */
const OF_ONE_SIDE = {
  // Rows only come to be.
  'rows none': ['rows: { table: orders }, where: { status: refunded }, count: 0', 'rows: { table: orders }, count: 0'],
  'delivery list includes': ['delivery list: { includes: lunch }', 'delivery list: { includes: dinner }'],
  'delivery list excludes': ['delivery list: { excludes: dinner }', 'delivery list: { excludes: lunch }'],
} as const;

/** What may be claimed in a mode, with what it must hold of and what not. */
const claimsOf = (mode: Mode) =>
  Object.entries({ ...CASES, ...OF_ONE_SIDE }).flatMap(([field, [holds, fails]]) => {
    const [one, other] = [invariantOf(mode, holds), invariantOf(mode, fails)];
    return one === undefined || other === undefined ? [] : [{ field, mode, one, other }];
  });

/** The kinds of claims that no case of a mode tries: what may not be claimed in it. */
const UNCLAIMED: Readonly<Record<Mode, readonly string[]>> = {
  // What has not come to be yet has not: nothing positive is always so, and reviews are only there or not.
  always: ['nothing else', 'mypage drift', 'answer', 'value', 'any of'],
  eventually: ['nothing else', 'answer', 'value', 'any of'],
  sometimes: ['nothing else', 'mypage drift', 'answer', 'value', 'any of'],
};

describe.each(MODES)('%s', (mode) => {
  it('has a case of every kind of claim that it may make', () => {
    const kinds = FOOD_GRAMMAR.claims.flatMap(({ forms }) => forms).map(({ key }) => key);
    const untried = kinds.filter((kind) => !claimsOf(mode).some(({ field }) => field === kind || field.startsWith(`${kind} `)));
    expect(untried).toEqual(UNCLAIMED[mode]);
  });

  it.each(claimsOf(mode))('$field: holds where it does, and fails where it does not', async ({ one, other }) => {
    expect([await isHeld(one, []), await isHeld(other, ['a row differs'])]).toEqual([true, false]);
  });
});

it('an invariant about what is not there yet is silent, and a kept one is judged once more at rest', async () => {
  const absent = invariantOf('always', 'order: lunch, is: paid')!;
  const watch = watchInvariants([{ ...absent, claim: { ...absent.claim, name: 'later' } as never }], createBench([]), () => undefined);
  await expect(watch.atRest()).resolves.toBeUndefined();
  const broken = watchInvariants([invariantOf('always', 'order: lunch, is: placed')!], createBench([]), () => undefined);
  await expect(broken.atRest()).rejects.toThrow(NotPassed);
});
