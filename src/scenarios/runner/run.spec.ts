import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../kernel/log.ts';
import type { Entry } from '../../kernel/recording.ts';
import { sleep } from '../../kernel/clock.ts';
import type { Companion, RunOptions, RunSummary } from './options.ts';
import { parseScenarios } from '../language/parse.ts';
import { runScenarios } from './run.ts';
import { countSteps } from './scenario-run.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-run-spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const OPTIONS: Omit<RunOptions, 'paths' | 'signal'> = {
  system: SPOKEN_FOOD,
  bus: { kind: 'memory' },
  time: 'virtual',
  seed: '7',
  jobs: 1,
  bail: false,
  tags: [],
  vars: {},
  keep: false,
  faults: [],
  mutations: [],
};

interface Told extends RunSummary {
  readonly entries: readonly Entry[];
  /** Of each step of the first scenario: path, outcome, and the failure's message. */
  readonly steps: readonly string[];
}

/** Runs this text as a scenario file; its first line is line 1. */
const run = async (text: string, options: Partial<RunOptions> = {}, onEntry: (entry: Entry) => void = () => undefined): Promise<Told> => {
  const file = join(folder, 'spec.yaml');
  await writeFile(file, text);
  const entries: Entry[] = [];
  const take = (entry: Entry): void => {
    entries.push(entry);
    onEntry(entry);
  };
  const summary = await runScenarios({ ...OPTIONS, paths: [file], signal: new AbortController().signal, ...options }, take, SILENT_LOG);
  const steps = entries.flatMap((entry) =>
    entry.kind === 'step.finished' && entry.scenario === 1
      ? [`${entry.step} ${entry.outcome}${entry.failure === undefined ? '' : `: ${entry.failure.message}`}`]
      : [],
  );
  return { ...summary, entries, steps };
};

const scenario = (name: string, ...steps: readonly string[]): string =>
  `name: ${name}\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}`;
const PLACE = 'place: { order: lunch, customer: kim, price: 12000 }';
const PAID = 'expect: { order: lunch, is: 결재됨 }';
const failureOf = ({ entries }: Told) => entries.find((entry) => entry.kind === 'scenario.finished' && entry.outcome !== 'passed');

describe('a verdict', () => {
  it('of an expectation that does not hold is exit 1, with the place of its step; what follows is skipped', async () => {
    const told = await run(scenario('Wrong', PLACE, PAID, 'expect: { order: lunch, is: 취소됨 }', 'settle'));
    expect([told.outcome, told.exitCode]).toEqual(['failed', 1]);
    expect(told.steps).toEqual(['1 passed', '2 passed', '3 failed: order lunch is 결재됨 (paid) and not 취소됨', '4 skipped']);
    const started = told.entries.find((entry) => entry.kind === 'step.started' && entry.step === '3');
    expect(started).toMatchObject({ position: { file: expect.stringMatching(/spec\.yaml$/) as string, line: 5 } });
    expect(failureOf(told)).toMatchObject({
      failure: { expected: '취소됨', actual: '결재됨 (paid)', subject: expect.stringMatching(/^[0-9A-Z]{26}$/) as string },
    });
  });

  it('does not hang on whether the news that a command needs was faster than the command', async () => {
    const straight = [
      PLACE,
      'accept: lunch',
      'start: lunch',
      'finish: lunch',
      'pick: lunch',
      'confirm: lunch',
      'review: { order: lunch, content: Tasty }',
    ];
    for (const time of ['virtual', 'real'] as const) {
      const told = await run(scenario('Straight', ...straight, 'expect: { coupons: kim, is: 2 }'), { time });
      expect([time, ...told.steps]).toEqual([time, ...[1, 2, 3, 4, 5, 6, 7, 8].map((step) => `${step} passed`)]);
    }
    // What is refused for good is refused once, and what is meant to be refused is not asked again.
    const never = await run(scenario('Never', PLACE, 'settle', 'start: lunch', PAID));
    expect(never.steps[2]).toMatch(/^3 failed: start was refused: HTTP 409 cooking-status-mismatch/);
    expect(never.entries.filter((entry) => entry.kind === 'command' && entry.operation === 'startCooking')).toHaveLength(1);
    const early = await run(scenario('Early', PLACE, 'refused: { accept: lunch, status: 404 }', PAID));
    expect(early.steps).toEqual(['1 passed', '2 passed', '3 passed']);
  });

  it('of what must become so is given in time, or fails after it', async () => {
    const late = await run(
      scenario(
        'Late',
        'fault: { delay: OrderPlaced, for: customer, by: 500ms }',
        PLACE,
        'eventually: { mypage: lunch, is: 결재됨, within: 2s }',
      ),
    );
    expect(late.outcome).toBe('passed');
    const never = await run(scenario('Never', PLACE, 'eventually: { order: lunch, is: 취소됨, within: 300ms }'));
    expect(never.steps[1]).toMatch(/^2 failed: .* \(after 300 ms\)$/);
  });

  it('of steps done together is the first one that failed, when all have ended', async () => {
    const told = await run(
      scenario(
        'Together',
        PLACE,
        'together:\n      - pause: 100ms\n      - expect: { order: lunch, is: 취소됨 }\n      - expect: { payment: lunch, is: 환불됨 }',
      ),
    );
    expect(told.exitCode).toBe(1);
    expect(failureOf(told)).toMatchObject({ failure: { message: expect.stringMatching(/^order lunch is/) as string } });
    expect(told.steps.map((step) => step.split(':')[0])).toEqual(
      expect.arrayContaining(['2.1 passed', '2.2 failed', '2.3 failed', '2 failed']),
    );
  });

  it('of a release of what nobody holds, or holds no more, is invalid input', async () => {
    await expect(run(scenario('None', PLACE, 'release: Paid', PAID))).rejects.toMatchObject({ trouble: 'invalid-input' });
    const twice = await run(scenario('Twice', 'fault: { hold: Paid, as: money }', PLACE, 'release: money', 'release: money', PAID));
    expect([twice.exitCode, twice.steps[3]]).toEqual([3, '4 errored: nothing is held under money']);
  });

  it('of a scenario that takes too long is inconclusive; the step at work says so, and nothing happens afterwards', async () => {
    const told = await run(scenario('Slow', PLACE, 'pause: 1h', PAID), { timeoutMs: 1_000 });
    expect([told.outcome, told.exitCode]).toEqual(['inconclusive', 4]);
    expect(told.steps).toEqual(['1 passed', '2 inconclusive: the scenario did not end within 1000 ms', '3 skipped']);
    const end = told.entries.findIndex((entry) => entry.kind === 'scenario.finished');
    expect(told.entries.slice(end).map((entry) => entry.kind)).toEqual(['scenario.finished', 'run.finished']);
  });

  it('of a system that does not come to rest is inconclusive, and names what is in flight', async () => {
    const told = await run(scenario('Restless', 'fault: { delay: Paid, for: store, by: 10s }', PLACE, 'settle: { within: 1s }', PAID));
    expect(told.exitCode).toBe(4);
    expect(failureOf(told)).toMatchObject({ failure: { actual: [expect.stringMatching(/^Paid of \w+ to store: delay by a fault/)] } });
  });

  it('of a hold that lasts is given at rest', async () => {
    const told = await run(
      scenario(
        'Held',
        'fault: { hold: OrderPlaced, for: store, order: lunch }',
        PLACE,
        'place: { order: other, customer: lee, price: 1000 }',
        'settle',
        'expect: { cooking: other, is: 결재완료 }',
        'expect: { cooking: lunch, exists: false }',
        'release: OrderPlaced',
        'expect: { cooking: lunch, is: 결재완료 }',
      ),
    );
    expect(told.steps.filter((step) => !step.endsWith('passed'))).toEqual([]);
  });

  it('of a run that the user leaves is 130, and nothing is recorded after its end', async () => {
    const leaving = new AbortController();
    const told = await run(scenario('Left', PLACE, 'settle', 'pause: 1h', PAID), { signal: leaving.signal }, (entry) => {
      if (entry.kind === 'step.started' && entry.step === '3') leaving.abort();
    });
    expect([told.outcome, told.exitCode, told.steps]).toEqual(['interrupted', 130, ['1 passed', '2 passed', '3 interrupted']]);
    expect(told.entries.at(-1)?.kind).toBe('run.finished');
  });

  it('of a run on a database that fails is 5', async () => {
    const told = await run(scenario('Broken', PLACE, PAID), { time: 'real', keep: true, faults: [] }, () => undefined);
    expect(told.exitCode).toBe(0);
    const [own = ''] = (await readdir(told.keptFolder as string)).filter((name) => name.startsWith('broken-'));
    await rm(told.keptFolder as string, { recursive: true });
    const data = join(folder, 'data');
    await mkdir(join(data, own), { recursive: true });
    await writeFile(join(data, own, 'front.sqlite'), 'this is not a database'.repeat(100));
    const broken = await run(scenario('Broken', PLACE, PAID), { bus: { kind: 'embedded' }, time: 'real', dataDir: data });
    expect([broken.outcome, broken.exitCode]).toEqual(['errored', 5]);
  });
});

describe('several scenarios', () => {
  const passes = scenario('Passes', PLACE, PAID);
  const fails = scenario('Fails', PLACE, 'expect: { order: lunch, is: 취소됨 }');
  const restless = scenario('Restless', 'fault: { delay: Paid, for: store, by: 10s }', PLACE, 'settle: { within: 1s }', PAID);
  const invalid = scenario('Invalid', 'fault: { hold: Paid }', PLACE, 'release: Paid', 'release: Paid', PAID);

  it.each([
    [[passes, restless], 4],
    [[restless, fails, passes], 1],
    [[fails, invalid, restless], 3],
  ])('end with the code that matters most: %#', async (texts, exitCode) => {
    const told = await run(texts.join('---\n'));
    expect(told.exitCode).toBe(exitCode);
    expect(told.entries.at(-1)).toMatchObject({ kind: 'run.finished', exitCode });
  });

  it('are left out after a failure with --bail, and counted as skipped', async () => {
    expect((await run([fails, passes, passes.replace('Passes', 'Also')].join('---\n'), { bail: true })).counts).toMatchObject({
      failed: 1,
      skipped: 2,
      passed: 0,
    });
    expect((await run([fails, passes].join('---\n'))).counts).toMatchObject({ failed: 1, passed: 1 });
  });

  it('run side by side with --jobs, each in a world of its own', async () => {
    const texts = Array.from({ length: 4 }, (_, index) =>
      scenario(
        `Passes ${index}`,
        PLACE,
        PAID,
        'expect: { coupons: kim, is: 1 }',
        'request: { path: /orders, expect: { status: 200, body: { page: { totalItems: 1 } } } }',
      ),
    );
    const told = await run(texts.join('---\n'), { time: 'real', jobs: 4 });
    expect(told.counts.passed).toBe(4);
    const kinds = told.entries
      .filter((entry) => entry.kind === 'scenario.started' || entry.kind === 'scenario.finished')
      .map((entry) => entry.kind);
    expect(kinds.slice(0, 4)).toEqual(Array(4).fill('scenario.started'));
  });

  it('of which none is selected are wrong usage, not a silent pass', async () => {
    await expect(run(passes, { tags: ['none'] })).rejects.toMatchObject({ trouble: 'usage' });
    await expect(run(passes, { grep: /none/ })).rejects.toMatchObject({ trouble: 'usage' });
    await expect(run(passes, { bus: { kind: 'embedded' } })).rejects.toMatchObject({ trouble: 'usage' });
    await expect(run(passes, { faults: ['dorp'] })).rejects.toMatchObject({ trouble: 'usage' });
  });
});

describe('steps', () => {
  it('loop, capture and use what they captured', async () => {
    const told = await run(
      scenario(
        'Loops',
        'repeat:\n      times: 3\n      as: n\n      steps:\n        - place: { order: "o${n}", customer: kim, price: 1000 }\n        - expect: { order: "o${n}", is: 결재됨 }',
        'for each:\n      as: name\n      in: [o1, o3]\n      steps:\n        - cancel: "${name}"',
        'settle',
        'expect: { order: o2, is: 결재됨 }',
        'expect: { order: o3, is: 취소됨 }',
        'capture: { payment: o3, field: amount, as: amount }',
        'expect: { value: "${amount}", is: 1000 }',
      ),
    );
    expect(told.steps.filter((step) => !step.endsWith('passed'))).toEqual([]);
  });

  const malformed = (...more: readonly string[]): string =>
    scenario(
      'Malformed',
      'request: { method: POST, path: /orders, body: \'{ "price": \', expect: { status: 400, body: { code: malformed-json } } }',
      "request: { method: POST, path: /orders, body: 'price=1', headers: { content-type: text/plain }, expect: { status: 415, body: { code: unsupported-media-type } } }",
      'request: { method: POST, path: /orders, body: \'{"customerId":"kim","storeId":"s1","foodId":"f","price":1000,"address":"Seoul"}\', expect: { status: 201 } }',
      'request: { method: POST, path: /orders, body: \'"a text"\', expect: { status: 400, body: { code: invalid-request } } }',
      ...more,
    );
  it('send a text body as it stands, with one verdict in process and over HTTP', async () => {
    expect((await run(malformed())).steps).toEqual(['1 passed', '2 passed', '3 passed', '4 passed']);
    expect((await run(malformed(), { time: 'real' })).steps).toEqual(['1 passed', '2 passed', '3 passed', '4 passed']);
  });
});

it('a run on virtual time takes as long as its scenarios, one after another', async () => {
  const { entries } = await run([scenario('One', 'pause: 1s', PLACE, PAID), scenario('Two', 'pause: 2s', PLACE, PAID)].join('---\n'));
  const took = (kind: 'scenario.finished' | 'run.finished') => entries.flatMap((entry) => (entry.kind === kind ? [entry.durationMs] : []));
  const [one = 0, two = 0] = took('scenario.finished');
  expect([one >= 1_000, two >= 2_000, two < 3_000]).toEqual([true, true, true]);
  expect(took('run.finished')).toEqual([one + two]);
});

it('the time of a scenario stands still while somebody holds it before a step, and runs again after that', async () => {
  let wait: () => Promise<void> = () => Promise.resolve();
  const companion: Companion = {
    systemStarted: ({ timers }) => {
      wait = () => sleep(timers, 10_000);
    },
    beforeStep: () => wait(),
    beforeStop: () => Promise.resolve(),
  };
  expect((await run(scenario('Held', PLACE, 'pause: 300ms', 'pause: 300ms', PAID), { timeoutMs: 1_000, companion })).exitCode).toBe(0);
  const slow = await run(scenario('Slow', PLACE, 'pause: 600ms', 'pause: 600ms', PAID), { timeoutMs: 1_000, companion });
  expect([slow.exitCode, slow.steps[2]]).toEqual([4, '3 inconclusive: the scenario did not end within 1000 ms']);
});

it('what judges is counted among the steps, wherever it stands', () => {
  const judging = [PAID, 'eventually: { order: lunch, is: 결재됨 }', 'refused: { accept: lunch }', 'request: { path: /orders }'];
  const text = scenario('Counted', PLACE, 'settle', ...judging, `repeat: { times: 2, steps: [{ settle: }, { ${PAID} }] }`);
  expect(countSteps(parseScenarios(text, 'a.yaml', FOOD_GRAMMAR).scenarios[0]!.steps)).toEqual({ steps: 9, expectations: 5 });
});

describe('the seed', () => {
  const faulty = scenario(
    'Faults',
    'fault: { drop: Paid, times: 2 }',
    'fault: { duplicate: OrderPlaced }',
    'fault: { delay: Paid, for: customer, by: 300ms }',
    'fault: { reorder: OrderAccepted }',
    'fault: { hold: Paid, for: rider, as: late }',
    'slow lookup: { from: 400ms, to: 600ms }',
    'crash: { context: store, at: before-acknowledge, on: OrderPlaced }',
    PLACE,
    'place: { order: other, customer: lee, price: 500 }',
    'settle',
    'release: late',
    'accept: lunch',
    'settle',
    'request: { path: "/orders/${order:lunch}" }',
    PLACE.replace('lunch', 'third'),
    'settle',
    PAID.replace('결재됨', '접수됨'),
  );

  it('makes two runs with every fault the same, entry by entry, and well-formed ids', async () => {
    const [one, two] = [await run(faulty), await run(faulty)];
    expect(one.steps.filter((step) => !step.endsWith('passed'))).toEqual([]);
    expect(two.entries).toEqual(one.entries);
    expect(JSON.stringify(one.entries)).not.toContain('undefined');
  });

  it('of a scenario is its own, unless the user gives one', async () => {
    const idsOf = (told: Told): readonly string[] =>
      told.entries.flatMap((entry) => (entry.kind === 'message.published' ? [entry.event.id] : []));
    const own = `seed: "42"\n${scenario('Seeded', PLACE, PAID)}`;
    const seven = idsOf(await run(own, { seed: '7' }));
    expect(idsOf(await run(own, { seed: '8' }))).toEqual(seven);
    expect(idsOf(await run(own, { seed: '8', isSeedGiven: true }))).not.toEqual(seven);
    expect(idsOf(await run(own, { seed: '42', isSeedGiven: true }))).toEqual(seven);
  });
});

describe('folders', () => {
  it('are gone after a run, unless they are to be kept', async () => {
    const kept = await run(scenario('Kept', PLACE, PAID), { keep: true });
    const [own = ''] = (await readdir(kept.keptFolder as string)).filter((name) => name.startsWith('kept-'));
    expect(existsSync(join(kept.keptFolder as string, own, 'front.sqlite'))).toBe(true);
    await rm(kept.keptFolder as string, { recursive: true });
    expect(await run(scenario('Kept', PLACE, PAID))).not.toHaveProperty('keptFolder');
  });

  it("are gone on from: the second run knows the first one's customer", async () => {
    const dataDir = join(folder, 'data');
    const text = scenario('Again', PLACE, 'expect: { coupons: kim, is: 1 }', 'expect: { mypage drift: none }');
    for (const orders of [1, 2]) {
      const told = await run(
        `${text}  - request: { path: /orders, expect: { status: 200, body: { page: { totalItems: ${orders} } } } }\n`,
        { bus: { kind: 'embedded' }, time: 'real', dataDir },
      );
      expect(told.steps).toEqual(['1 passed', '2 passed', '3 passed', '4 passed']);
    }
    await expect(run(text, { dataDir })).rejects.toMatchObject({
      trouble: 'usage',
      message: expect.stringMatching(/memory bus can't go on/) as string,
    });
  });
});
