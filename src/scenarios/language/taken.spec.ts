/** What a scenario sends is held to what the routes take, in their words; where a refusal is meant, everything may be sent. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import { FOOD } from '../../contexts/index.ts';
import { createAnswer } from '../../runtime/http/dispatch.ts';
import type { CommandRoute } from '../../runtime/http/route.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { SILENT_RECORDER } from '../../kernel/recording.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { createIds } from '../../kernel/ids.ts';
import { createRandom } from '../../kernel/random.ts';
import { describeContexts } from '../../system/definition.ts';
import { parseScenarios } from './parse.ts';
import { ScenarioErrors } from './problems.ts';

const BEFORE = '  - place: { order: lunch, customer: kim }\n  - review: { order: lunch, as: praise, content: good }\n';

const problemsOf = (text: string): readonly string[] => {
  try {
    parseScenarios(text, 'a.yaml', FOOD_GRAMMAR);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioErrors)) throw error;
    return error.problems.map(({ position, message }) => `${position.line}:${position.column} ${message}`);
  }
};
const ofStep = (step: string): readonly string[] =>
  problemsOf(`name: x\nvars: { long: y }\nsteps:\n${BEFORE}  - ${step}\n  - expect: { customer: "\${long}", exists: true }\n`);

/** What the route itself says to this body, without its frame. */
const refusalOf = (operation: string, url: string, body: unknown): string => {
  const time = createVirtualTime(() => Promise.resolve());
  const context = describeContexts(FOOD).find(({ routes }) => routes.some((route) => route.operation === operation))!;
  const answer = createAnswer({
    actor: {
      name: context.name,
      read: {} as never,
      execute: () => Promise.reject(new Error('assertion failed: a body that is refused reaches nobody')) as never,
    },
    routes: context.routes,
    ids: createIds(time, createRandom('s')),
    recorder: SILENT_RECORDER,
    log: SILENT_LOG,
    timers: time,
  });
  const route = context.routes.find((one) => one.operation === operation) as CommandRoute;
  const response = answer({ method: route.method, url, headers: {}, body }) as {
    readonly status: number;
    readonly body: { readonly detail: string };
  };
  expect(response.status).toBe(400);
  return response.body.detail.replace(/^The request is not valid: (.*)\.$/, '$1');
};

const ORDER = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul' };
const L = (length: number): string => 'x'.repeat(length);
const MANY = `[${Array.from({ length: 21 }, () => 'a').join(', ')}]`;

describe('a value that the route would refuse', () => {
  it.each<[field: string, step: string, column: number, operation: string, url: string, body: object]>([
    ['customer too long', `place: { order: o, customer: ${L(201)} }`, 34, 'placeOrder', '/orders', { ...ORDER, customerId: L(201) }],
    ['customer empty', 'place: { order: o, customer: "" }', 34, 'placeOrder', '/orders', { ...ORDER, customerId: '' }],
    ['customer a dot', 'place: { order: o, customer: .. }', 34, 'placeOrder', '/orders', { ...ORDER, customerId: '..' }],
    [
      'customer with a control character',
      String.raw`place: { order: o, customer: "a\u0001b" }`,
      34,
      'placeOrder',
      '/orders',
      { ...ORDER, customerId: 'a\u0001b' },
    ],
    ['store too long', `place: { order: o, customer: kim, store: ${L(201)} }`, 46, 'placeOrder', '/orders', { ...ORDER, storeId: L(201) }],
    ['food of spaces', 'place: { order: o, customer: kim, food: "  " }', 45, 'placeOrder', '/orders', { ...ORDER, foodId: '  ' }],
    [
      'price too high',
      'place: { order: o, customer: kim, price: 100000001 }',
      46,
      'placeOrder',
      '/orders',
      { ...ORDER, price: 100_000_001 },
    ],
    ['price below none', 'place: { order: o, customer: kim, price: -1 }', 46, 'placeOrder', '/orders', { ...ORDER, price: -1 }],
    [
      'address too long',
      `place: { order: o, customer: kim, address: ${L(501)} }`,
      48,
      'placeOrder',
      '/orders',
      { ...ORDER, address: L(501) },
    ],
    [
      'too many options',
      `place: { order: o, customer: kim, options: ${MANY} }`,
      48,
      'placeOrder',
      '/orders',
      { ...ORDER, options: Array.from({ length: 21 }, () => 'a') },
    ],
    [
      'an option too long',
      `place: { order: o, customer: kim, options: [a, ${L(201)}] }`,
      52,
      'placeOrder',
      '/orders',
      { ...ORDER, options: ['a', L(201)] },
    ],
    [
      'an option too long, beside one that is known later',
      `place: { order: o, customer: kim, options: ["\${long}", ${L(201)}] }`,
      60,
      'placeOrder',
      '/orders',
      { ...ORDER, options: ['a', L(201)] },
    ],
    ['rider too long', `pick: { order: lunch, rider: ${L(101)} }`, 34, 'pickDelivery', '/deliveries/o/pick', { riderId: L(101) }],
    [
      'content too long',
      `review: { order: lunch, content: ${L(2001)} }`,
      38,
      'writeReview',
      '/reviews',
      { orderId: 'o', content: L(2001) },
    ],
    ['content empty', 'review: { order: lunch, content: "" }', 38, 'writeReview', '/reviews', { orderId: 'o', content: '' }],
  ])('%s: is refused at its place, in the words of the route', (_field, step, column, operation, url, body) => {
    const route = describeContexts(FOOD)
      .flatMap(({ routes }) => routes)
      .find((one) => one.operation === operation)!;
    expect(ofStep(step)).toEqual([`6:${column} ${route.method} ${route.path} refuses this: ${refusalOf(operation, url, body)}`]);
  });

  it.each([
    ['accept', `accept: { order id: ${L(201)} }`],
    ['cancel', `cancel: { order id: ${L(201)} }`],
    ['pick', `pick: { order id: ${L(201)}, rider: r }`],
    ['review', `review: { order id: ${L(201)}, content: good }`],
    ['delete review', `delete review: { review id: ${L(201)} }`],
  ])('an id that no path takes: %s', (_command, step) => {
    expect(ofStep(step)).toEqual([expect.stringMatching(/^6:\d+ no path takes this id: it is longer than 200 characters$/)]);
    expect(ofStep(step.replace(L(201), L(200)))).toEqual([]);
    expect(ofStep(step.replace(L(201), String.raw`"a\tb"`))).toEqual([expect.stringMatching(/ it holds a control character$/)]);
  });

  it('in the given world', () => {
    const given = (text: string): readonly string[] =>
      problemsOf(`name: x\ngiven: [{ ${text} }]\nsteps:\n  - expect: { dead letters: 0 }\n`);
    expect(given(`accepted: o, customer: kim, address: ${L(501)}`)).toEqual([
      expect.stringMatching(/^2:\d+ POST \/orders refuses this: body \/address must be a text of 1 to 500/),
    ]);
    expect(given(`picked: o, customer: kim, rider: ${L(101)}`)).toEqual([
      expect.stringMatching(/body \/riderId must be a text of 1 to 100/),
    ]);
    expect(given(`customer: ${L(201)}, coupons: 2`)).toEqual([expect.stringMatching(/body \/customerId must be a text of 1 to 200/)]);
  });
});

describe('a value that may be right, or is meant to be wrong', () => {
  it.each([
    `place: { order: o, customer: ${L(200)}, store: ${L(200)}, food: ${L(200)}, price: 100000000, address: ${L(500)}, options: [${L(200)}] }`,
    'place: { order: o, customer: kim, price: 0, options: [] }',
    'place: { order: o, customer: "${long}", price: "${long}", address: "${long}", options: ["${long}"] }',
    'place: { order: o, customer: "$${not a name}" }',
    `pick: { order: lunch, rider: ${L(100)} }`,
    `review: { order: lunch, content: ${L(2000)} }`,
    `refused: { place: { order: o, customer: ${L(201)}, store: "", food: .., price: -1, address: ${L(501)}, options: ${MANY} }, status: 400 }`,
    'refused: { place: { order: o, customer: "", price: 100000001 }, status: 400 }',
    `refused: { pick: { order: lunch, rider: ${L(101)} }, status: 400 }`,
    'refused: { review: { order: lunch, content: "" }, status: 400 }',
    `refused: { accept: { order id: ${L(201)} }, status: 400 }`,
  ])('%s', (step) => {
    expect(ofStep(step)).toEqual([]);
  });
});

it('every member of every body that a step writes is held, with the words that it may have', () => {
  const bodies = describeContexts(FOOD).flatMap(({ routes }) =>
    routes.flatMap((route) =>
      'body' in route && route.body !== undefined
        ? [[route.operation, Object.keys((route.body as unknown as { readonly shape: object }).shape)] as const]
        : [],
    ),
  );
  // An order's id comes from the scenario's own names, and how a payment ends is one of two words.
  const own: Readonly<Record<string, readonly string[]>> = { placeOrder: ['payment'], writeReview: ['orderId'], pickDelivery: [] };
  const held: Readonly<Record<string, readonly string[]>> = {
    placeOrder: ['customerId', 'storeId', 'foodId', 'price', 'address', 'options'],
    writeReview: ['content'],
    pickDelivery: ['riderId'],
  };
  expect(Object.fromEntries(bodies)).toEqual(
    Object.fromEntries(
      Object.keys(held).map((operation) => [operation, expect.arrayContaining([...(held[operation] ?? []), ...(own[operation] ?? [])])]),
    ),
  );
  for (const [operation, members] of bodies)
    expect(new Set(members), operation).toEqual(new Set([...(held[operation] ?? []), ...(own[operation] ?? [])]));
});
