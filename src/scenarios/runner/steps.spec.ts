import { FOOD } from '../../contexts/index.ts';
import { callsOf } from '../../system/definition.ts';
/** What steps do to the system, beside judging: the trouble that they make, the rounds of a loop, and how they ask under fire. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { FaultRule } from '../../runtime/faults/faults.ts';
import type { System } from '../../system/system.ts';
import { parseScenarios } from '../language/parse.ts';
import { createJournal } from './journal.ts';
import { createNames } from './names.ts';
import { createStage } from './stage.ts';
import { runStep } from './steps.ts';

const HEAD = 'name: x\nsteps:\n  - place: { order: lunch, customer: kim }\n';

const answer = (status: number, body?: unknown): HttpResponse => ({ status, headers: {}, ...(body === undefined ? {} : { body }) });

/** A context that is stopped before the step. */
const STOPPED = 'rider';

/** Runs a step; the faults that it added, the requests that it made, and what else it did to the system. */
const done = async (
  step: string,
  isUnderFire = false,
  answerOf: (asked: number) => HttpResponse = (asked) => ({ status: 200, headers: {}, body: { id: `o${asked}` } }),
) => {
  const rules: FaultRule[] = [];
  const requests: HttpRequest[] = [];
  const waits: string[] = [];
  const deeds: unknown[][] = [];
  let now = 0;
  const deed =
    (name: string) =>
    (...given: readonly unknown[]) => {
      deeds.push([name, ...given]);
      return { struck: () => 0 };
    };
  const system = {
    world: 'w',
    calls: callsOf(FOOD),
    timers: { now: () => now, after: (ms: number, wake: () => void) => (queueMicrotask(wake), (now += ms), () => undefined) },
    isRunning: (context: string) => context !== STOPPED,
    ...Object.fromEntries(
      ['crashContext', 'startContext', 'stopContext', 'armCrash', 'slowCall', 'inject', 'rebuild'].map((name) => [name, deed(name)]),
    ),
    faults: { add: (rule: FaultRule) => (rules.push(rule), { rule, release: () => undefined, struck: () => 0 }) },
    waitForRest: () => Promise.resolve((waits.push('rest'), { isAtRest: true })),
    inspectRest: () => Promise.resolve({ isAtRest: true }),
    dispatch: (request: HttpRequest) => Promise.resolve((requests.push(request), answerOf(requests.length))),
  } as unknown as System;
  const names = createNames({ i: 'outside' });
  names.set('order', 'lunch', 'o0');
  const stage = createStage(
    { system, grammar: FOOD_GRAMMAR, names, journal: createJournal({ now: () => 0 }, 1, FOOD_GRAMMAR.telling, () => undefined) },
    { restMs: 100, signal: new AbortController().signal, isUnderFire },
  );
  const [played] =
    parseScenarios(`${HEAD}  - ${step}\n  - expect: { dead letters: 0 }\n`, 'a.yaml', FOOD_GRAMMAR).scenarios[0]?.steps.slice(-2) ?? [];
  await runStep(stage, played!);
  return { rules, requests, waits, deeds, stage };
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

describe('a command', () => {
  it.each<[step: string, method: string, url: string, body?: unknown]>([
    [
      'place: { order: dinner, customer: kim }',
      'POST',
      '/orders',
      { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12000, address: 'Seoul' },
    ],
    [
      'place: { order: dinner, customer: kim, store: s2, food: f, price: 7, address: Busan, options: [hot, mild], payment: decline }',
      'POST',
      '/orders',
      { customerId: 'kim', storeId: 's2', foodId: 'f', price: 7, address: 'Busan', options: ['hot', 'mild'], payment: 'decline' },
    ],
    ['cancel: lunch', 'DELETE', '/orders/o0'],
    ['accept: lunch', 'PUT', '/foodCookings/o0/accept'],
    ['reject: lunch', 'PUT', '/foodCookings/o0/reject'],
    ['start: lunch', 'PUT', '/foodCookings/o0/start'],
    ['finish: lunch', 'PUT', '/foodCookings/o0/finish'],
    ['pick: { order: lunch, rider: park }', 'PUT', '/deliveries/o0/pick', { riderId: 'park' }],
    ['confirm: lunch', 'PUT', '/deliveries/o0/confirmdelivered'],
    ['review: { order: lunch, content: good }', 'POST', '/reviews', { orderId: 'o0', content: 'good' }],
    ['accept: { order id: "a/b" }', 'PUT', '/foodCookings/a%2Fb/accept'],
  ])('%s', async (step, method, url, body) => {
    const {
      requests: [request],
    } = await done(step);
    expect({ method: request?.method, url: request?.url, body: request?.body }).toEqual({ method, url, body });
    // The story tells by it which step began it.
    expect(request?.headers['x-correlation-id']).toBe('w.2.1');
  });
});

it('what a command makes is known to faults by its correlation id before anybody knows its own', async () => {
  const { stage } = await done('place: { order: dinner, customer: kim }');
  const isOf = stage.holds.matcherOf('order', 'dinner');
  const event = (correlationid: string) => ({ correlationid, subject: 'unknown', data: {} }) as unknown as Envelope;
  expect([isOf(event('w.2.1')), isOf(event('w.1.1'))]).toEqual([true, false]);
});

describe('trouble for a context', () => {
  const others = ['front', 'store', 'notification', 'customer'];

  it.each<[step: string, deeds: readonly (readonly unknown[])[]]>([
    [
      'crash: store',
      [
        ['crashContext', 'store'],
        ['startContext', 'store'],
      ],
    ],
    ['crash: { context: store, restart: false }', [['crashContext', 'store']]],
    [
      'crash: { context: store, on: Paid, at: after-commit }',
      [['armCrash', { context: 'store', at: 'after-commit', on: 'Paid', restart: true }]],
    ],
    [
      'crash: { context: store, at: before-publish, restart: false }',
      [['armCrash', { context: 'store', at: 'before-publish', restart: false }]],
    ],
    ['stop: store', [['stopContext', 'store']]],
    ['stop: rider', []],
    ['start context: rider', [['startContext', 'rider']]],
    ['start context: store', [['startContext', 'store']]],
    [
      'restart: store',
      [
        ['stopContext', 'store'],
        ['startContext', 'store'],
      ],
    ],
    ['restart: rider', [['startContext', 'rider']]],
    ['slow lookup: { from: 10ms, to: 20ms }', [['slowCall', 'order-lookup', { fromMs: 10, toMs: 20 }]]],
    ['slow lookup: off', [['slowCall', 'order-lookup', undefined]]],
    ['inject: { type: Paid, raw: nonsense }', [['inject', 'front', 'Paid', 'nonsense']]],
    ['inject: { type: Paid, raw: { a: 1 } }', [['inject', 'front', 'Paid', '{"a":1}']]],
    ['rebuild: mypage', [['rebuild', 'mypage']]],
  ])('%s', async (step, deeds) => {
    expect((await done(step)).deeds).toEqual(deeds);
  });

  it('strikes every context where none is named, one that is stopped too', async () => {
    const { deeds } = await done('restart');
    expect(
      deeds
        .filter(([name]) => name === 'startContext')
        .map(([, context]) => context)
        .sort(),
    ).toEqual([...others, STOPPED].sort());
    expect(
      deeds
        .filter(([name]) => name === 'stopContext')
        .map(([, context]) => context)
        .sort(),
    ).toEqual(others.sort());
  });
});

describe('a loop', () => {
  const placed = async (step: string): Promise<readonly unknown[]> =>
    (await done(step)).requests.map(({ body }) => (body as { readonly customerId: string }).customerId);

  it('counts its rounds from 1, and its variable stands before one of the same name outside', async () => {
    expect(await placed('repeat: { times: 3, as: i, steps: [{ place: { order: "o${i}", customer: "c${i}" } }] }')).toEqual([
      'c1',
      'c2',
      'c3',
    ]);
    expect(await placed('for each: { as: i, in: [kim, lee], steps: [{ place: { order: "o${i}", customer: "${i}" } }] }')).toEqual([
      'kim',
      'lee',
    ]);
  });

  it('knows in an inner one what the outer one counts', async () => {
    expect(
      await placed(
        'repeat: { times: 2, as: i, steps: [{ repeat: { times: 2, as: j, steps: [{ place: { order: "o${i}${j}", customer: "c${i}${j}" } }] } }] }',
      ),
    ).toEqual(['c11', 'c12', 'c21', 'c22']);
  });
});

describe('under fire', () => {
  it('a request goes under its own key, or under one that the step chose, and one that reads under none', async () => {
    const keyOf = async (step: string): Promise<string | undefined> => (await done(step, true)).requests[0]?.headers['idempotency-key'];
    expect(await keyOf('request: { method: POST, path: /orders, body: {} }')).toBe('w-request-1');
    expect(await keyOf('request: { method: POST, path: /orders, body: {}, headers: { Idempotency-Key: mine } }')).toBe('mine');
    expect(await keyOf('request: { path: /orders }')).toBeUndefined();
  });

  it.each<[step: string, answers: readonly HttpResponse[], asked: number]>([
    ['request: { path: /x, expect: { status: 404 } }', [answer(200), answer(404)], 2],
    ['request: { path: /x, expect: { body: { a: 1 } } }', [answer(200, { a: 0 }), answer(503), answer(200, { a: 1 })], 3],
    ['accept: lunch', [answer(503), answer(503), answer(200, {})], 3],
    ['accept: lunch', [answer(404), answer(200, {})], 2],
    ['refused: { cancel: lunch }', [answer(202), answer(503), answer(409)], 3],
    ['refused: { cancel: lunch, status: 503 }', [answer(409), answer(503)], 2],
  ])('%s asks again until the answer is the wanted one', async (step, answers, asked) => {
    expect((await done(step, true, (nth) => answers[nth - 1]!)).requests).toHaveLength(asked);
  });
});

describe('rest', () => {
  it.each<[step: string, times: number, answers?: () => HttpResponse]>([
    ['expect: { customer: kim, exists: true }', 1],
    ['expect: { value: 7, is: 7 }', 0],
    ['eventually: { customer: kim, where: { id: o1 } }', 0],
    ['settle', 1],
    ['accept: lunch', 0],
    ['refused: { cancel: lunch }', 0, () => answer(409)],
  ])('%s waits for it %i times', async (step, times, answers) => {
    expect((await done(step, false, answers)).waits).toHaveLength(times);
  });

  // What is refused at rest may well be granted before it.
  it('is waited for under fire before what must be refused is asked', async () => {
    expect((await done('refused: { cancel: lunch }', true, () => answer(409))).waits).toHaveLength(1);
  });
});
