import { describe, expect, it } from 'vitest';
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import type { ExpectStep } from '../language/ast.ts';
import { parseScenarios } from '../language/parse.ts';
import { ScenarioErrors } from '../language/problems.ts';
import { createBench, HEAD } from '../runner/expectation-cases.fixture.ts';
import { judge } from '../runner/judge.ts';
import { NotPassed } from '../runner/verdict.ts';

const claimOf = (text: string): ExpectStep['expectation'] => {
  const { scenarios } = parseScenarios(`${HEAD}  - expect: { ${text} }\n`, 'a.yaml', FOOD_GRAMMAR);
  return (scenarios[0]?.steps.at(-1) as ExpectStep).expectation;
};

/** What is wrong with it; undefined where it holds. */
const wrongWith = async (text: string, bench = createBench([])): Promise<string | undefined> => {
  try {
    await judge(bench, claimOf(text));
    return undefined;
  } catch (error) {
    if (error instanceof NotPassed) return error.failure.message;
    throw error;
  }
};

const refusalOf = (text: string): string => {
  try {
    claimOf(text);
    return '';
  } catch (error) {
    if (error instanceof ScenarioErrors) return error.problems.map(({ message }) => message).join('\n');
    throw error;
  }
};

describe('one of several statuses', () => {
  it.each([
    ['order: lunch, is: [취소됨, 결재됨]', undefined],
    ['order: lunch, is: [취소됨, placed]', 'order lunch is 결재됨 (paid) and not one of 취소됨, placed'],
    ["order: lunch, isn't: [취소됨, placed]", undefined],
    ["order: lunch, isn't: [취소됨, paid]", 'order lunch must not be paid, and is'],
    ['row: { table: orders, key: o1 }, is: [placed, paid]', undefined],
    ['row: { table: orders, key: o1 }, is: [placed, canceled]', 'row o1 of orders is paid and not one of placed, canceled'],
    ["row: { table: orders, key: o1 }, isn't: [placed, paid]", 'row o1 of orders must not be paid, and is'],
  ])('%s: %s', async (text, expected) => {
    expect(await wrongWith(text)).toBe(expected);
  });

  it('is held to the statuses that there are, each', () => {
    expect(refusalOf('order: lunch, is: [취소됨, 결제됨, 없음]')).toBe('없음 is not a status of order');
    expect(refusalOf('order: lunch, is: []')).toBe('must not be an empty list');
  });
});

describe('comparisons', () => {
  it.each([
    ['at least: 9000', undefined],
    ['at least: 9001', 'and not at least 9001'],
    ['at most: 9000', undefined],
    ['at most: 8999', 'and not at most 8999'],
    ['more than: 8999', undefined],
    ['more than: 9000', 'and not more than 9000'],
    ['less than: 9001', undefined],
    ['less-than: 9000', 'and not less than 9000'],
    ['not: 1', undefined],
    ['not: 9000', 'and must be something else'],
    ['one of: [1, 9000]', undefined],
    ['one of: [1, 2]', 'and not one of [1,2]'],
    ['at least: 1, less than: 9000', 'and not less than 9000'],
    // What is of another kind is neither more nor less.
    ['at least: "1"', 'and not at least "1"'],
    ['at most: "1"', 'and not at most "1"'],
    ['less than: true', 'and not less than true'],
  ])('{ %s }: %s', async (text, says) => {
    const [resource, row, rows] = [
      `order: lunch, where: { price: { ${text} } }`,
      `row: { table: orders, key: o1 }, where: { price: { ${text} } }`,
      `rows: { table: orders }, where: { orderId: o1, price: { ${text} } }, count: 1`,
    ];
    expect(await wrongWith(resource)).toBe(says === undefined ? undefined : `price of order lunch is 9000 ${says}`);
    expect(await wrongWith(row)).toBe(says === undefined ? undefined : `price of row o1 of orders is 9000 ${says}`);
    expect((await wrongWith(rows)) === undefined).toBe(says === undefined);
    expect((await wrongWith(`value: 9000, is: { ${text} }`)) === undefined).toBe(says === undefined);
  });

  it('of texts go by the alphabet', async () => {
    expect(await wrongWith('row: { table: orders, key: o1 }, where: { status: { at least: paid, less than: placed } }')).toBe(undefined);
  });

  it('of a field that is not there never hold', async () => {
    for (const text of ['not: 1', 'at least: 0', 'at most: 9', 'one of: [1]'])
      expect(await wrongWith(`order: lunch, where: { prcie: { ${text} } }`)).toMatch(/^prcie of order lunch is nothing and /);
  });

  it('keep variables, and leave a mapping that compares nothing a value', async () => {
    expect(await wrongWith('order: lunch, where: { price: { at least: "${floor:-9001}" } }')).toMatch(/and not at least "9001"$/);
    expect(await wrongWith('order: lunch, where: { price: { amount: 1 } }')).toBe('price of order lunch is 9000 and not {"amount":1}');
  });

  it.each([
    ['order: lunch, where: { price: { at least: 1, atmost: 2 } }', 'atmost is not a comparison, and stands beside one'],
    ['order: lunch, where: { price: { one of: 1 } }', 'one of needs a list of values'],
    ['order: lunch, where: { price: { one of: [] } }', 'one of needs a list of values'],
    ['row: { table: orders, key: o1 }, where: { prcie: { at least: 1 } }', 'orders has no column prcie'],
  ])('%s is refused: %s', (text, message) => {
    expect(refusalOf(text)).toBe(message);
  });
});

describe('any of', () => {
  it('holds where one alternative does, as a whole', async () => {
    expect(await wrongWith('any of: [{ order: lunch, is: placed }, { payment: lunch, is: paid }]')).toBe(undefined);
    expect(await wrongWith('any of: [{ order: lunch, is: placed }, [{ order: lunch, is: paid }, { payment: lunch, is: refunded }]]')).toBe(
      'none of 2 alternatives holds: (1) order lunch is 결재됨 (paid) and not placed; (2) payment lunch is 결재됨 (paid) and not refunded',
    );
  });

  it('names for `nothing else` what the alternative names that held, and no other', async () => {
    const bench = createBench([]);
    bench.journal.named.clear();
    await judge(bench, claimOf('any of: [{ events: lunch, include: [Paid, Paid, Paid] }, { events: lunch, include: OrderPlaced }]'));
    expect([...bench.journal.named]).toEqual(['e1']);
    expect(await wrongWith('nothing else: true', bench)).toBe('2 events happened that no expectation names');
  });

  it.each([
    ['any of: [{ order: lunch, is: placed }]', 'any of needs two alternatives at least: with one, it is an expectation as any other'],
    ['any of: [{ order: lunhc, is: placed }, { order: lunch, is: paid }]', 'lunhc is not placed before this step'],
    ['any of: [{ orde: lunch, is: placed }, { order: lunch, is: paid }]', 'an alternative knows no orde'],
    ['any of: [{ any of: [] }, { order: lunch, is: paid }]', 'an alternative knows no any of'],
  ])('%s is refused: %s', (text, message) => {
    expect(refusalOf(text)).toContain(message);
  });

  it('can be awaited, unless an alternative can hold too early', () => {
    const eventually = (text: string) => () => parseScenarios(`${HEAD}  - eventually: { ${text} }\n`, 'a.yaml', FOOD_GRAMMAR);
    expect(eventually('any of: [{ order: lunch, is: placed }, { order: lunch, is: paid }], within: 2s')).not.toThrow();
    expect(eventually('any of: [{ order: lunch, is: placed }, { events: lunch, exclude: Paid }]')).toThrow(
      "exclude can hold too early, so eventually can't judge it",
    );
  });
});
