/** What is wrong with a load's journeys and feeders, told by file and line before anything is sent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FOOD_GRAMMAR } from '../contexts/grammar.fixture.ts';
import { OperatingError } from '../kernel/errors.ts';
import { lintFiles } from '../scenarios/language/lint.ts';
import { problemLine } from '../scenarios/language/problems.ts';
import { objectionsTo } from './objections.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'food-sim-journeys-'));
  writeFileSync(join(folder, 'people.csv'), 'name,town\nkim,Seoul\n"lee, the younger",Busan\n');
  writeFileSync(join(folder, 'people.json'), '[{"name":"kim","age":7},{"name":"lee","age":8}]');
  writeFileSync(join(folder, 'empty.csv'), 'name,town\n');
  writeFileSync(join(folder, 'odd.json'), '[{"name":"kim"},{"nmae":"lee"}]');
  writeFileSync(join(folder, 'broken.csv'), 'name,town\nkim\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** All that is said against a load with these lines. */
const saidOf = async (...lines: readonly string[]): Promise<readonly string[]> => {
  const file = join(folder, 'load.yaml');
  writeFileSync(file, ['name: x', 'load:', ...lines.map((line) => `  ${line}`), ''].join('\n'));
  const { scenarios, problems } = await lintFiles([file], FOOD_GRAMMAR);
  const objections = problems.length > 0 ? [] : await objectionsTo(scenarios, FOOD_GRAMMAR.system);
  return [...problems.map(problemLine), ...objections.map((one) => (one instanceof OperatingError ? one.message : ''))].map((line) =>
    line.replace(file, 'load.yaml'),
  );
};
const OPEN = ['arrivals: 10/s', 'duration: 2s'];
const journey = (...steps: readonly string[]) => ['journeys:', '  - name: one', '    steps:', ...steps.map((step) => `      - ${step}`)];
const PLACE = 'place: { order: lunch, customer: kim }';
const HELD = 'thresholds: [journey.one.finished >= 95%]';

describe('journeys', () => {
  it('are right in the words of steps, each with names of its own', async () => {
    expect(
      await saidOf(
        ...OPEN,
        ...journey(
          PLACE,
          'eventually: { cooking: lunch, is: 결재완료 }',
          'capture: { order: lunch, field: /price, as: price }',
          'accept: lunch',
        ),
        '  - { name: other, weight: 2, tags: [vip], steps: [{ place: { order: lunch, customer: lee } }, { think: { from: 1ms, to: 5ms } }] }',
        'thresholds: [journey.one.finished >= 95%, journey.finished == 100%, place.latency.p99 < 100ms, vip.failed.share == 0%, cooking.count > 1]',
      ),
    ).toEqual([]);
  });

  it.each([
    ['a name of another journey', [PLACE], ['accept: lunch'], /load\.yaml:\d+:\d+: lunch is not placed before this step/],
    ['a step that only the system itself can take', ['settle'], [PLACE], /load\.yaml:8:11: there is no step settle/],
    ['an expectation that needs rest', [PLACE, 'expect: { order: lunch, is: paid }'], [PLACE], /load\.yaml:9:21: expect knows no order/],
    [
      'a field that the answer does not have',
      [PLACE, 'capture: { answer: last, field: oderId, as: id }'],
      [PLACE],
      /load\.yaml:9:11: the answer of POST \/orders has no field oderId; did you mean orderId\?/,
    ],
    [
      'the same of a request',
      ['request: { path: "/orders/x-${n:-1}", as: got }', 'capture: { answer: got, field: /page/no, as: id }'],
      [PLACE],
      /load\.yaml:9:11: the answer of GET \/orders\/:orderId has no field \/page\/no/,
    ],
    [
      'the same of a resource',
      [PLACE, 'capture: { payment: lunch, field: amuont, as: id }'],
      [PLACE],
      /load\.yaml:9:11: the answer of GET \/payments\/:orderId has no field amuont; did you mean amount\?/,
    ],
    [
      'one that can not finish within the load',
      [PLACE, 'think: 5m'],
      [PLACE],
      /load\.yaml:6:7: the journey one thinks for 300000 ms and the load lasts 2000 ms/,
    ],
    ['one that asks for nothing', ['think: 1ms'], [PLACE], /load\.yaml:6:7: the journey one asks for nothing/],
    ['a range that goes down', [PLACE, 'think: { from: 2s, to: 1s }'], [PLACE], /load\.yaml:9:11: a range goes up/],
  ])('are refused by file and line: %s', async (_what, steps, others, said) => {
    const all = await saidOf(
      ...OPEN,
      ...journey(...steps),
      '  - name: other',
      '    steps:',
      ...others.map((step) => `      - ${step}`),
      HELD,
    );
    expect(all.join('\n')).toMatch(said);
  });

  it.each([
    ['journey.oen.finished >= 95%', /there is no metric journey\.oen\.finished; did you mean journey\.one\.finished\?/],
    ['plcae.latency.p99 < 100ms', /there is no metric plcae\.latency\.p99; did you mean place\.latency\.p99\?/],
    ['review.latency.p99 < 100ms', /there is no metric review\.latency\.p99/],
    ['journey.one.finished > 95', /journey\.one\.finished can't be compared with 95/],
    ['journey.one.finished <= 100%', /always holds/],
  ])('have no threshold %s', async (threshold, said) => {
    const all = await saidOf(...OPEN, ...journey(PLACE), `thresholds: ["${threshold}"]`);
    expect(all).toEqual([expect.stringMatching(/^load\.yaml:9:16: /) as string]);
    expect(all[0]).toMatch(said);
  });

  it('need something to send, and each a name of its own', async () => {
    expect(await saidOf(...OPEN, HELD)).toEqual([expect.stringContaining('load needs requests, journeys, or both') as string]);
    expect(
      (await saidOf(...OPEN, ...journey(PLACE), '  - { name: one, steps: [{ place: { order: a, customer: kim } }] }', HELD))[0],
    ).toContain('two journeys are called one');
  });
});

describe('feeders', () => {
  const taking = (text: string) => journey(`place: { order: lunch, customer: "${text}" }`);

  it('are read from CSV and JSON beside the file, by their columns', async () => {
    expect(await saidOf(...OPEN, 'feeders: { people: { file: people.csv, draw: at random } }', ...taking('${people.name}'), HELD)).toEqual(
      [],
    );
    expect(await saidOf(...OPEN, 'feeders: { people: { file: people.json } }', ...taking('${people.name}'), HELD)).toEqual([]);
  });

  it.each([
    ['{ people: { file: people.csv } }', '${people.nmae}', /:9:\d+: \$\{people\.nmae\} has no value here; did you mean people\.name\?/],
    ['{ people: { file: people.csv } }', '${people}', /\$\{people\} has no value here/],
    ['{ people: { file: nobody.csv } }', '${people.name}', /:5:30: nobody\.csv can't be read: /],
    ['{ people: { file: people.txt } }', '${people.name}', /:5:30: people\.txt is not a file of values/],
    ['{ people: { file: empty.csv } }', '${people.name}', /:5:22: a feeder without any value feeds nothing/],
    ['{ people: [] }', '${people}', /:5:22: a feeder without any value feeds nothing/],
    ['{ people: { file: odd.json } }', '${people.name}', /row 2 of a feeder has other columns than the first: nmae/],
    ['{ people: { file: broken.csv } }', '${people.name}', /broken\.csv is not CSV with a first line of columns/],
    ['{ people: { draw: unique } }', '${people}', /a feeder needs either values or a file/],
    ['{ people: { values: [a], draw: uniqe } }', '${people}', /uniqe is not a way to draw; did you mean unique\?/],
    ['{ people: [a, b] }', 'kim', /:5:22: nothing takes from the feeder people/],
    [
      '{ people: { values: [a, b], draw: unique } }',
      '${people}',
      /:5:22: the unique feeder people has 2 rows, and this load begins more than that/,
    ],
  ])('are refused: %s for %s', async (feeders, text, said) => {
    const all = await saidOf(...OPEN, `feeders: ${feeders}`, ...taking(text), HELD);
    expect(all.join('\n')).toMatch(said);
  });
});
