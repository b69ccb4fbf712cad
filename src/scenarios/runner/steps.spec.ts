/** What steps do to the system, beside judging: the trouble that they make, the rounds of a loop, and how they ask under fire. */
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '../../runtime/http/route.ts';
import type { FaultRule } from '../../runtime/faults/faults.ts';
import type { System } from '../../system/system.ts';
import { parseScenarios } from '../language/parse.ts';
import { createJournal } from './journal.ts';
import { createNames } from './names.ts';
import { createStage } from './stage.ts';
import { runStep } from './steps.ts';

const HEAD = 'name: x\nsteps:\n  - place: { order: lunch, customer: kim }\n';

/** Runs a step; the faults that it added, and the requests that it made. */
const done = async (step: string, isUnderFire = false) => {
  const rules: FaultRule[] = [];
  const requests: HttpRequest[] = [];
  const waits: string[] = [];
  const system = {
    world: 'w',
    timers: { now: () => 0, after: () => () => undefined },
    faults: { add: (rule: FaultRule) => (rules.push(rule), { rule, release: () => undefined, struck: () => 0 }) },
    waitForRest: () => Promise.resolve((waits.push('rest'), { isAtRest: true })),
    inspectRest: () => Promise.resolve({ isAtRest: true }),
    dispatch: (request: HttpRequest) => Promise.resolve((requests.push(request), { status: 200, headers: {}, body: { id: `o${requests.length}` } })),
  } as unknown as System;
  const names = createNames({ i: 'outside' });
  names.setOrder('lunch', 'o0');
  const stage = createStage({ system, names, journal: createJournal({ now: () => 0 }, 1, () => undefined) }, { restMs: 100, signal: new AbortController().signal, isUnderFire });
  const [played] = parseScenarios(`${HEAD}  - ${step}\n  - expect: { dead letters: 0 }\n`, 'a.yaml').scenarios[0]?.steps.slice(-2) ?? [];
  await runStep(stage, played!);
  return { rules, requests, waits };
};

describe('a fault', () => {
  it.each<[step: string, rule: Partial<FaultRule>]>([
    ['fault: { drop: Paid }', { kind: 'drop', type: 'Paid', times: 1 }],
    ['fault: { duplicate: Paid, times: 3 }', { kind: 'duplicate', times: 3 }],
    ['fault: { delay: Paid, by: 2s, for: store }', { kind: 'delay', context: 'store', times: 1, delayMs: 2_000 }],
    ['fault: { hold: Paid }', { kind: 'hold', times: Infinity }],
    ['fault: { hold: Paid, times: 2, order: lunch }', { kind: 'hold', times: 2, matches: expect.any(Function) as () => boolean }],
  ])('%s', async (step, rule) => {
    const { rules } = await done(step);
    expect(rules).toEqual([expect.objectContaining(rule)]);
    expect(Object.keys(rules[0] ?? {}).sort()).toEqual([...new Set([...Object.keys(rule), 'type', 'kind', 'times'])].sort());
  });
});

describe('a loop', () => {
  const placed = async (step: string): Promise<readonly unknown[]> => (await done(step)).requests.map(({ body }) => (body as { readonly customerId: string }).customerId);

  it('counts its rounds from 1, and its variable stands before one of the same name outside', async () => {
    expect(await placed('repeat: { times: 3, as: i, steps: [{ place: { order: "o${i}", customer: "c${i}" } }] }')).toEqual(['c1', 'c2', 'c3']);
    expect(await placed('for each: { as: i, in: [kim, lee], steps: [{ place: { order: "o${i}", customer: "${i}" } }] }')).toEqual(['kim', 'lee']);
  });

  it('knows in an inner one what the outer one counts', async () => {
    expect(await placed('repeat: { times: 2, as: i, steps: [{ repeat: { times: 2, as: j, steps: [{ place: { order: "o${i}${j}", customer: "c${i}${j}" } }] } }] }')).toEqual(['c11', 'c12', 'c21', 'c22']);
  });
});

describe('under fire', () => {
  it('a request goes under its own key, or under one that the step chose, and one that reads under none', async () => {
    const keyOf = async (step: string): Promise<string | undefined> => (await done(step, true)).requests[0]?.headers['idempotency-key'];
    expect(await keyOf('request: { method: POST, path: /orders, body: {} }')).toBe('w-request-1');
    expect(await keyOf('request: { method: POST, path: /orders, body: {}, headers: { Idempotency-Key: mine } }')).toBe('mine');
    expect(await keyOf('request: { path: /orders }')).toBeUndefined();
  });
});

describe('rest', () => {
  it.each([
    ['expect: { customer: kim, exists: true }', 1],
    ['expect: { value: 7, is: 7 }', 0],
    ['eventually: { customer: kim, where: { id: o1 } }', 0],
    ['settle', 1],
    ['accept: lunch', 0],
  ])('%s waits for it %i times', async (step, times) => {
    expect((await done(step)).waits).toHaveLength(times);
  });
});
