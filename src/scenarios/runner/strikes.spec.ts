import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../kernel/log.ts';
import type { Entry } from '../../kernel/recording.ts';
import { runScenarios } from './run.ts';
import { createStrikes } from './strikes.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-strikes-spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const AN_ORDER = 'place: { order: lunch, customer: kim }';
const DELIVERED = [AN_ORDER, 'accept: lunch', 'start: lunch', 'finish: lunch', 'pick: { order: lunch, rider: park }', 'confirm: lunch'];

/** Runs these steps (line 3 is the first), and gives all that was recorded. */
const run = async (
  steps: readonly string[],
  faults: readonly string[] = [],
): Promise<{ readonly code: number; readonly entries: readonly Entry[]; readonly told: string }> => {
  const file = join(folder, 'spec.yaml');
  await writeFile(
    file,
    `name: Trouble\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}  - expect: { order: lunch, isn't: 거부됨 }\n`,
  );
  const entries: Entry[] = [];
  const options = {
    system: SPOKEN_FOOD,
    paths: [file],
    bus: { kind: 'memory' },
    time: 'virtual',
    seed: '7',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults,
    mutations: [],
    signal: new AbortController().signal,
  } as const;
  const { exitCode } = await runScenarios(options, (entry) => entries.push(entry), SILENT_LOG);
  const failures = entries.flatMap((entry) =>
    entry.kind === 'scenario.finished' && entry.failure !== undefined ? [entry.failure.message.replaceAll(`${file}:`, '')] : [],
  );
  return { code: exitCode, entries, told: failures.join('\n') };
};

/** Each kind of trouble: steps that make it and in which it strikes something, and ones in which it does not. */
const KINDS: readonly (readonly [trouble: string, strikes: readonly string[], idles: readonly string[]])[] = [
  ...['drop', 'duplicate', 'delay', 'reorder'].map((kind) => [`fault: { ${kind}: Paid, for: store }`, [AN_ORDER], []] as const),
  ['fault: { hold: Paid, for: store, as: it }', [AN_ORDER, 'eventually: { order: lunch, is: 결재됨 }', 'release: it'], ['release: it']],
  ['fault: { duplicate: Paid, order: lunch }', [AN_ORDER], []],
  ['crash: { context: store, at: after-commit, on: Paid }', [AN_ORDER], []],
  ['crash: { context: store, at: before-publish }', [AN_ORDER, 'accept: lunch'], []],
  ['slow lookup: { from: 10ms, to: 20ms }', [...DELIVERED, 'review: { order: lunch, content: good }'], ['slow lookup: off']],
];
/** An order that comes before the trouble does, so that nothing is left for it. */
const BEFORE = [AN_ORDER, 'settle'];

describe('trouble that a scenario makes', () => {
  it.each(KINDS)(
    'passes where it strikes something, and fails by its line where it strikes nothing: %s',
    async (trouble, strikes, idles) => {
      expect(await run([trouble, ...strikes])).toMatchObject({ code: 0, told: '' });
      const { code, told, entries } = await run([...BEFORE, trouble, ...idles]);
      expect({ code, told }).toEqual({ code: 1, told: `a fault struck nothing by the end: 5: ${trouble}` });
      expect(entries.findLast(({ kind }) => kind === 'scenario.finished')).toMatchObject({
        outcome: 'failed',
        failure: {
          position: { line: 5, column: 5 },
          mend: 'Aim it at what happens in this scenario, and set it before that; or write may not strike: true where both are right.',
        },
      });
      const allowed = trouble.replace(' }', ', may not strike: true }');
      expect(await run([...BEFORE, allowed, ...idles])).toMatchObject({ code: 0, told: '' });
      expect(await run([allowed, ...strikes])).toMatchObject({ code: 0, told: '' });
    },
  );

  it('waits for what is on its way before it is judged, and names all that struck nothing', async () => {
    // When the last step ends, the store has not heard of the payment yet.
    expect(await run(['crash: { context: customer, at: after-commit, on: Paid }', AN_ORDER])).toMatchObject({ code: 0 });
    expect((await run(['fault: { drop: Picked }', AN_ORDER, 'crash: { context: rider, at: after-commit, on: Delivered }'])).told).toBe(
      '2 faults struck nothing by the end: 3: fault: { drop: Picked }; 5: crash: { context: rider, at: after-commit, on: Delivered }',
    );
  });

  it('counts a step of a loop once, whichever of its rounds struck something', async () => {
    const loop = (trouble: string) => [
      AN_ORDER,
      'settle',
      `for each: { as: n, in: [1, 2], steps: [${trouble}, { place: { order: "o\${n}", customer: kim } }] }`,
    ];
    expect((await run(loop('{ fault: { drop: Paid, order: "o1" } }'))).code).toBe(0);
    expect((await run(loop('{ fault: { drop: Picked } }'))).told).toBe('a fault struck nothing by the end: 5: { fault: { drop: Picked } }');
  });

  it('at once needs nothing to strike', async () => {
    expect(await run([AN_ORDER, 'settle', 'crash: store', 'restart', 'stop: rider', 'start context: rider'])).toMatchObject({
      code: 0,
      told: '',
    });
  });
});

it('a step that made trouble several times struck where any of it did', () => {
  const step = {
    kind: 'fault',
    path: '2.1',
    text: 'fault',
    position: { file: 'a.yaml', line: 1, column: 1 },
    fault: 'drop',
    event: 'Paid',
  } as const;
  const strikes = (...counts: readonly number[]) => {
    const made = createStrikes();
    for (const count of counts) made.add(step, { struck: () => count });
    return [made.struck().length, made.idle().length];
  };
  expect([strikes(0, 1, 0), strikes(1, 0), strikes(0, 0)]).toEqual([
    [1, 0],
    [1, 0],
    [0, 1],
  ]);
});

describe('a fault of the whole run', () => {
  it.each(['duplicate=Picked', 'crash=store@after-commit:Delivered', 'slow-order-lookup'])(
    'that struck nothing proved nothing: %s',
    async (fault) => {
      const { code, told } = await run([AN_ORDER], [fault]);
      expect([code, told]).toEqual([4, expect.stringMatching(/^--fault \S+ struck nothing in the whole run, so it proved nothing$/)]);
    },
  );

  it('that struck something passes, and `none` strikes nothing by its nature', async () => {
    expect(await run([AN_ORDER], ['duplicate=Paid', 'crash=store@after-commit:Paid'])).toMatchObject({ code: 0, told: '' });
    expect(await run([AN_ORDER], ['none'])).toMatchObject({ code: 0, told: '' });
  });

  it('is counted over all scenarios, and is no excuse for an expectation that does not hold', async () => {
    const two = `${DELIVERED.join('\n  - ')}\n  - expect: { order: lunch, is: 배송확정 }\n---\nname: Another\nsteps:\n  - place: { order: lunch, customer: kim }`;
    expect(await run([two], ['drop=Picked'])).toMatchObject({ code: 0, told: '' });
    expect((await run([AN_ORDER, "expect: { order: lunch, isn't: 결재됨 }"], ['drop=Picked'])).code).toBe(1);
  });
});
