import { describe, expect, it } from 'vitest';
import { judgeThreshold, readThresholds, type Threshold } from './thresholds.ts';

const position = { file: 'load.yaml', line: 7, column: 5 };
const read = (text: string) =>
  readThresholds({ thresholds: [{ text, position }], stages: [], requests: [], journeys: [], feeders: {}, position })[0]!;

describe('a threshold', () => {
  it.each([
    ['saga.stuck == 0', { 'saga.stuck': 0 }, true],
    ['saga.stuck == 0', { 'saga.stuck': 1 }, false],
    ['view.lag.p99 < 200ms', { 'view.lag.p99': 199.9 }, true],
    ['view.lag.p99 < 200ms', { 'view.lag.p99': 200 }, false],
    ['view.lag.p99 <= 1.5s', { 'view.lag.p99': 1500 }, true],
    ['http.failed.share < 1%', { 'http.failed.share': 1 }, false],
    ['http.rate >= 50/s', { 'http.rate': 50 }, true],
    ['http.short-circuited.share > 90%', { 'http.short-circuited.share': 90.1 }, true],
    ['breaker.opened != 2', { 'breaker.opened': 2 }, false],
    ['http.latency.p99.9 < 1s', { 'http.latency.p99.9': 999 }, true],
  ])('%s, of %o: %s', (text, metrics, holds) => {
    expect(judgeThreshold(read(text), metrics).holds).toBe(holds);
  });

  it('is missed where its metric has no value', () => {
    expect(judgeThreshold(read('view.lag.p99 < 200ms'), {})).toEqual({ text: 'view.lag.p99 < 200ms', holds: false });
  });

  it('takes a status that nobody saw for none, once there were requests', () => {
    expect(judgeThreshold(read('http.status.503.count == 0'), { 'http.requests': 4 }).holds).toBe(true);
    expect(judgeThreshold(read('http.status.503.count == 0'), {}).holds).toBe(false);
  });

  it.each([
    ['saga.stcuk == 0', 'there is no metric saga.stcuk; did you mean saga.stuck?'],
    ['http.latency.p98 < 1s', 'there is no metric http.latency.p98; did you mean http.latency.p9'],
    ['view.lag.p99 < 200', "view.lag.p99 can't be compared with 200"],
    ['saga.stuck == 3ms', "saga.stuck can't be compared with 3ms"],
    ['http.failed.share > 100%', 'can never hold'],
    ['saga.stuck < 0', 'can never hold'],
    ['http.availability == 101%', 'can never hold'],
    ['saga.stuck >= 0', 'always holds'],
    ['http.failed.share <= 100%', 'always holds'],
    ['breaker.opened', 'is not a threshold'],
  ])('%s is refused, with its line: %s', (text, message) => {
    expect(() => read(text)).toThrow(`load.yaml:7:5: ${text}: ${message}`);
  });
});

describe('thresholds of one metric', () => {
  const both = (one: string, other: string, when?: readonly ['the circuit can open', 'too few look-ups']) =>
    readThresholds({
      thresholds: [
        { text: one, position, ...(when === undefined ? {} : { when: when[0] }) },
        { text: other, position, ...(when === undefined ? {} : { when: when[1] }) },
      ],
      stages: [],
      requests: [],
      journeys: [],
      feeders: {},
      position,
    });

  it.each([
    ['http.requests > 10', 'http.requests < 5'],
    ['http.requests > 10', 'http.requests < 10'],
    ['http.requests == 10', 'http.requests > 10'],
    ['http.requests == 10', 'http.requests != 10'],
    ['saga.stuck == 0', 'saga.stuck == 1'],
  ])('%s contradicts %s', (one, other) => {
    expect(() => both(one, other)).toThrow(`load.yaml:7:5: ${other}: contradicts ${one}`);
  });

  it.each([
    ['http.requests >= 10', 'http.requests <= 10'],
    ['http.requests > 10', 'http.requests < 15'],
    ['http.requests != 10', 'http.requests != 11'],
    ['http.requests > 10', 'http.rate < 5/s'],
  ])('%s goes with %s', (one, other) => {
    expect(both(one, other)).toHaveLength(2);
  });

  it('may differ between situations', () => {
    expect(
      both('breaker.opened >= 1', 'breaker.opened == 0', ['the circuit can open', 'too few look-ups']).map(({ when }) => when),
    ).toEqual(['the circuit can open', 'too few look-ups']);
  });
});

it('of a count can not ask for a part', () => {
  expect(() => read('http.requests == 1.5')).toThrow('http.requests == 1.5: can never hold');
});

type Operator = Threshold['operator'];

/** Of each operator: whether it holds below the value, at it and above; and what is said of it at -1, 0, 50, 100 and 101 percent. */
const OPERATORS: Readonly<Record<Operator, readonly [holds: readonly [boolean, boolean, boolean], reach: readonly string[]]>> = {
  '<': [
    [true, false, false],
    ['never', 'never', 'may', 'may', 'always'],
  ],
  '<=': [
    [true, true, false],
    ['never', 'may', 'may', 'always', 'always'],
  ],
  '>': [
    [false, false, true],
    ['always', 'may', 'may', 'never', 'never'],
  ],
  '>=': [
    [false, true, true],
    ['always', 'always', 'may', 'may', 'never'],
  ],
  '==': [
    [false, true, false],
    ['never', 'may', 'may', 'may', 'never'],
  ],
  '!=': [
    [true, false, true],
    ['always', 'may', 'may', 'may', 'always'],
  ],
};
const operators = Object.keys(OPERATORS) as readonly Operator[];

describe.each(Object.entries(OPERATORS))('the operator %s', (operator, [holds, reach]) => {
  // Each unit, as written, and what it is in the metric's own.
  it.each([
    ['http.latency.p99', '200ms', 200],
    ['http.latency.p99', '0.2s', 200],
    ['breaker.first-opened', '2m', 120_000],
    ['http.failed.share', '1.5%', 1.5],
    ['http.availability', '50 %', 50],
    ['http.rate', '50/s', 50],
    ['saga.stuck', '3', 3],
  ])('of %s and %s', (metric, text, value) => {
    const threshold = read(`${metric} ${operator} ${text}`);
    expect([value - 0.01, value, value + 0.01].map((actual) => judgeThreshold(threshold, { [metric]: actual }).holds)).toEqual(holds);
  });

  it('is refused where it says nothing', () => {
    const said = [-1, 0, 50, 100, 101].map((percent) => {
      try {
        read(`http.failed.share ${operator} ${percent}%`);
        return 'may';
      } catch (error) {
        return /can never hold|always holds/
          .exec(String(error))?.[0]
          .split(' ')
          .find((word) => word === 'never' || word === 'always');
      }
    });
    expect(said).toEqual(reach);
  });

  it.each(operators)('contradicts %s just where nothing fits both', (other) => {
    for (const value of [4, 5, 6]) {
      const texts = [`http.rate ${operator} 5/s`, `http.rate ${other} ${value}/s`];
      const fits = [3, 4, 4.5, 5, 5.5, 6, 7].some((rate) => texts.every((text) => judgeThreshold(read(text), { 'http.rate': rate }).holds));
      const together = () =>
        readThresholds({
          thresholds: texts.map((text) => ({ text, position })),
          stages: [],
          requests: [],
          journeys: [],
          feeders: {},
          position,
        });
      if (fits) expect(together, texts.join()).not.toThrow();
      else expect(together, texts.join()).toThrow('contradicts');
    }
  });
});

it.each([
  ['http.failed.share', '1', 'ms', '/s'],
  ['http.latency.p99', '200', '%', '/s'],
  ['http.rate', '50', 'ms', '%'],
  ['saga.stuck', '3ms', '%', '/s'],
])('%s takes no other unit than its own', (metric, ...values) => {
  for (const value of values)
    expect(() => read(`${metric} < ${/^\d/.test(value) ? value : `5${value}`}`), value).toThrow("can't be compared");
});
