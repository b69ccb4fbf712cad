import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../kernel/log.ts';
import type { Entry } from '../../kernel/recording.ts';
import { runScenarios } from './run.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'food-sim-invariants-spec-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** How a paid and cancelled order ends under these invariants: the outcome, and the failure's message from the line on. */
const run = async (invariants: readonly string[], mutations: readonly string[] = []): Promise<string> => {
  const file = join(folder, 'spec.yaml');
  const steps = ['place: { order: lunch, customer: kim }', 'settle', 'cancel: lunch', 'settle', 'expect: { order: lunch, is: 취소됨 }'];
  await writeFile(
    file,
    `name: A cancelled order\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}invariants:\n${invariants.map((one) => `  - { name: a rule, ${one} }\n`).join('')}`,
  );
  let end: Extract<Entry, { kind: 'scenario.finished' }> | undefined;
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
    faults: [],
    mutations,
    signal: new AbortController().signal,
  } as const;
  await runScenarios(
    options,
    (entry) => {
      if (entry.kind === 'scenario.finished') end = entry;
    },
    SILENT_LOG,
  );
  return `${end?.outcome} of ${end?.expectationCount}${end?.failure === undefined ? '' : `: ${end.failure.message.slice(file.length + 1)}`}`;
};

describe('invariants of a scenario', () => {
  it('that hold let it pass, whatever they are about, and before what they are about is there', async () => {
    const held = await run([
      "always: { order: lunch, isn't: 거부됨 }",
      "always: { mypage: lunch, isn't: 배송확정 }",
      'always: { coupons: kim, is: 1 }',
      'always: { events: lunch, exclude: [CookStarted] }',
      'always: { notices: lunch, exclude: [요리를 시작하였습니다] }',
      'always: { delivery list: { excludes: lunch } }',
      'always: { dead letters: 0 }',
      'eventually: { payment: lunch, is: 환불됨 }',
      'eventually: { mypage drift: none }',
      'sometimes: { order: lunch, is: 배송확정 }',
    ]);
    // Whether something is ever reached, a single run does not judge.
    expect(held).toBe('passed of 10');
  });

  it.each([
    [
      'always, at the very moment',
      "always: { order: lunch, isn't: 취소요청 }",
      'failed of 2: 9: a rule: order lunch must not be 취소요청, and is',
    ],
    [
      'always, of the stream',
      'always: { events: lunch, exclude: [CookingCanceled] }',
      'failed of 2: 9: a rule: order lunch: CookingCanceled happened 1 time and must not happen',
    ],
    ['always, of coupons', 'always: { coupons: kim, is: 2 }', 'failed of 2: 9: a rule: customer kim has 1 coupon and not 2'],
    [
      'eventually, at the end',
      'eventually: { payment: lunch, is: 결재됨 }',
      'failed of 2: 9: a rule: payment lunch is 환불됨 (refunded) and not 결재됨',
    ],
  ])('that do not hold fail it: %s', async (_what, invariant, verdict) => {
    expect(await run([invariant])).toBe(verdict);
  });

  it('are broken by a mutation of the system that no step notices', async () => {
    const rule = 'eventually: { payment: lunch, is: 환불됨 }';
    expect(await run([rule])).toBe('passed of 2');
    expect(await run([rule], ['refund-and-calloff-empty'])).toMatch(/^failed of 2: 9: a rule: payment lunch is 결재됨/);
  });
});
