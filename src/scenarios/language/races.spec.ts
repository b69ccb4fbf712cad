import { SPOKEN_FOOD } from '../../contexts/spoken.ts';
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORIGINS } from '../../contexts/language/causes.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { runScenarios } from '../runner/run.ts';
import { parseScenarios } from './parse.ts';
import { problemLine } from './problems.ts';
import { racesIn } from './races.ts';
import { EVENT_TYPES, type EventType } from '../../contexts/index.ts';

const ROOT = join(import.meta.dirname, '../../..');

const warningsOf = (steps: readonly string[], head = ''): readonly string[] =>
  parseScenarios(
    `name: A test\n${head}steps:\n${steps.map((step) => `  - ${step}\n`).join('')}  - expect: { dead letters: 0 }\n`,
    'a.yaml',
    FOOD_GRAMMAR,
  )
    .scenarios.flatMap((scenario) => racesIn(scenario, FOOD_GRAMMAR))
    .map((warning) => problemLine(warning).replace('a.yaml:', ''));

const PLACE = 'place: { order: lunch, customer: kim }';
const inOrder = (...types: readonly string[]): string => `expect: { events: lunch, in order: [${types.join(', ')}] }`;
const cooked = [PLACE, 'settle', 'accept: lunch', 'start: lunch', 'finish: lunch'];

describe('an order that nothing brings about is warned of', () => {
  it('as in an acceptance and a cancellation that do not wait for each other', () => {
    const steps = [
      PLACE,
      'eventually: { mypage: lunch, is: 결재됨 }',
      'accept: lunch',
      'cancel: lunch',
      'settle',
      inOrder('OrderPlaced', 'Paid', 'OrderAccepted', 'OrderCancelRequested', 'CookingCanceled'),
    ];
    expect(warningsOf(steps)).toEqual([
      '8:5: OrderAccepted and OrderCancelRequested can come in either order: nothing waits between accept (line 5) and cancel (line 6)',
    ]);
    for (const wait of ['settle', 'eventually: { order: lunch, is: 접수됨 }', 'expect: { order: lunch, is: 접수됨 }'])
      expect(warningsOf(steps.toSpliced(3, 0, wait))).toEqual([]);
    for (const none of ['pause: 5s', 'capture: { order: lunch, field: price, as: x }', 'expect: { answer: last, status: 200 }'])
      expect(warningsOf(steps.toSpliced(3, 0, none))).toHaveLength(1);
  });

  it.each<[string, readonly string[]]>([
    ['two contexts that hear of one event', [PLACE, 'settle', inOrder('Paid', 'CouponGranted')]],
    [
      'a payment, and a cancellation that does not wait for it',
      [PLACE, 'cancel: lunch', 'settle', inOrder('Paid', 'OrderCancelRequested')],
    ],
    ['a coupon, and what the store does at once', [PLACE, 'accept: lunch', 'settle', inOrder('CouponGranted', 'OrderAccepted')]],
    [
      'refund and calling off',
      [PLACE, 'settle', 'reject: lunch', 'settle', inOrder('OrderRejected', 'PaymentRefunded', 'DeliveryCanceled')],
    ],
    [
      'refund and calling off, within a cancellation',
      [PLACE, 'settle', 'cancel: lunch', 'settle', inOrder('PaymentRefunded', 'DeliveryCanceled')],
    ],
    [
      'one of several',
      [
        PLACE,
        'settle',
        'cancel: lunch',
        'settle',
        inOrder('OrderPlaced', '[Paid, CouponGranted]', '[OrderCancelRequested]', '[PaymentRefunded, OrderCanceled]', 'DeliveryCanceled'),
      ],
    ],
    [
      'what is done together',
      [PLACE, 'settle', 'together: [{ accept: lunch }, { cancel: lunch }]', 'settle', inOrder('OrderAccepted', 'OrderCancelRequested')],
    ],
    ['an invariant', [PLACE, 'settle']],
    [
      'orders of one loop',
      [
        'for each: { as: who, in: [kim], steps: [{ place: { order: "${who}-lunch", customer: kim } }] }',
        'settle',
        'accept: kim-lunch',
        'cancel: kim-lunch',
        'settle',
        'expect: { events: kim-lunch, in order: [OrderAccepted, OrderCancelRequested] }',
      ],
    ],
  ])('%s', (what, steps) => {
    const head =
      what === 'an invariant' ? 'invariants: [{ name: a, eventually: { events: lunch, in order: [Paid, CouponGranted] } }]\n' : '';
    if (head === '')
      expect(warningsOf(steps).filter((warning) => !warning.includes('is granted'))).toEqual([
        expect.stringMatching(/^\d+:5: \w+ and \w+ can come in either order: .+$/),
      ]);
    else
      expect(
        parseScenarios(
          `name: x\nsteps:\n${steps.map((step) => `  - ${step}\n`).join('')}${head}`,
          'a.yaml',
          FOOD_GRAMMAR,
        ).scenarios.flatMap((scenario) => racesIn(scenario, FOOD_GRAMMAR)),
      ).toMatchObject([{ position: { line: 5 } }]);
  });

  it.each<[string, readonly string[]]>([
    [
      'a chain of causes',
      [
        PLACE,
        'settle',
        'cancel: lunch',
        'settle',
        inOrder('OrderPlaced', 'OrderCancelRequested', 'CookingCanceled', 'OrderCanceled', 'DeliveryCanceled'),
      ],
    ],
    [
      'what one context does in turn',
      [
        ...cooked,
        'pick: lunch',
        'confirm: lunch',
        'settle',
        inOrder('OrderAccepted', 'CookStarted', 'CookFinished', 'Picked', 'Delivered'),
      ],
    ],
    ['what a command waits for by itself', [PLACE, 'accept: lunch', 'settle', inOrder('OrderPlaced', 'Paid', 'OrderAccepted')]],
    [
      'what one message brings about in one context',
      [PLACE, 'settle', 'cancel: lunch', 'settle', inOrder('OrderCanceled', 'PaymentRefunded')],
    ],
    [
      'the answer of a context that published before',
      [PLACE, 'settle', 'accept: lunch', 'cancel: lunch', 'settle', inOrder('OrderAccepted', 'CookingCanceled', 'OrderCanceled')],
    ],
    ['an inner list', [PLACE, 'settle', 'reject: lunch', 'settle', inOrder('OrderRejected', '[PaymentRefunded, DeliveryCanceled]')]],
    [
      'a coupon for a review',
      [
        ...cooked,
        'pick: lunch',
        'confirm: lunch',
        'review: { order: lunch, as: praise, content: good }',
        'settle',
        'delete review: praise',
        'settle',
        inOrder('Delivered', 'ReviewWritten', 'CouponGranted', 'ReviewDeleted', 'CouponRevoked'),
      ],
    ],
    [
      'what came by a request',
      [
        PLACE,
        'settle',
        'request: { method: PUT, path: "/foodCookings/${order:lunch}/accept" }',
        'cancel: lunch',
        'settle',
        inOrder('OrderAccepted', 'OrderCancelRequested'),
      ],
    ],
  ])('but not %s', (_what, steps) => {
    expect(warningsOf(steps)).toEqual([]);
  });

  it('and not what the given world begins with', () => {
    expect(
      warningsOf(
        ['cancel: lunch', 'settle', inOrder('CouponGranted', 'OrderAccepted', 'OrderCancelRequested')],
        'given: [{ accepted: lunch, customer: kim }]\n',
      ),
    ).toEqual([]);
  });
});

describe('an answer that hangs on what was heard is warned of', () => {
  it.each<[string, readonly string[], string]>([
    [
      'cancel after start',
      [PLACE, 'settle', 'accept: lunch', 'start: lunch', 'cancel: lunch', 'settle'],
      '7:5: whether cancel is granted hangs on chance: nothing waits between it and start (line 6)',
    ],
    [
      'start after cancel',
      [PLACE, 'settle', 'accept: lunch', 'cancel: lunch', 'start: lunch', 'settle'],
      '7:5: whether start is granted hangs on chance: nothing waits between it and cancel (line 6)',
    ],
    [
      'a refused cancellation',
      [PLACE, 'settle', 'accept: lunch', 'start: lunch', 'refused: { cancel: lunch }'],
      '7:5: how cancel is answered hangs on chance: nothing waits between it and start (line 6)',
    ],
    [
      'a review refused while the news of the delivery is on its way',
      [...cooked, 'settle', 'pick: lunch', 'confirm: lunch', 'refused: { review: { order: lunch, content: good } }'],
      '11:5: how review is answered hangs on chance: nothing waits between it and confirm (line 10)',
    ],
    [
      'a refused acceptance of an order just placed',
      [PLACE, 'refused: { accept: lunch }'],
      '4:5: how accept is answered hangs on chance: nothing waits between it and place (line 3)',
    ],
  ])('%s', (_what, steps, warning) => {
    expect(warningsOf(steps)).toEqual([warning]);
  });

  it('together, both ways', () => {
    expect(
      warningsOf([PLACE, 'settle', 'accept: lunch', 'settle', 'together: [{ cancel: lunch }, { start: lunch }]', 'settle']),
    ).toHaveLength(2);
  });

  it.each<[string, readonly string[]]>([
    ['what waits', [PLACE, 'settle', 'accept: lunch', 'start: lunch', 'settle', 'refused: { cancel: lunch }']],
    [
      'what one context knows by itself',
      [PLACE, 'settle', 'accept: lunch', 'refused: { accept: lunch }', 'start: lunch', 'refused: { start: lunch }'],
    ],
    [
      'what the command is given again for',
      [
        PLACE,
        'accept: lunch',
        'start: lunch',
        'finish: lunch',
        'pick: lunch',
        'confirm: lunch',
        'review: { order: lunch, content: good }',
        'settle',
      ],
    ],
    [
      'what a hold keeps back',
      [
        PLACE,
        'settle',
        'accept: lunch',
        'fault: { hold: CookStarted, for: front, as: news }',
        'start: lunch',
        'cancel: lunch',
        'release: news',
      ],
    ],
    ['a context that is down', [PLACE, 'stop: store', 'refused: { accept: lunch, status: 503 }']],
    [
      'another order',
      [
        PLACE,
        'place: { order: dinner, customer: kim }',
        'settle',
        'accept: lunch',
        'accept: dinner',
        'start: dinner',
        'cancel: lunch',
        'settle',
      ],
    ],
  ])('but not %s', (_what, steps) => {
    expect(warningsOf(steps)).toEqual([]);
  });
});

it('nothing that comes with food-sim is warned of', () => {
  const blocks = ['README.md', ...globSync('docs/*.md', { cwd: ROOT })].flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```yaml\n([^]*?)^```$/gm)]
      .map(([, text = '']) => [file, text] as const)
      .filter(([, text]) => /^name: /m.test(text) && /^steps:/m.test(text)),
  );
  const bundled = globSync('{scenarios,loads}/*.yaml', { cwd: ROOT }).map(
    (file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const,
  );
  expect([blocks.length > 1, bundled.length > 25]).toEqual([true, true]);
  expect(
    [...blocks, ...bundled]
      .flatMap(([file, text]) => parseScenarios(text, file, FOOD_GRAMMAR).scenarios.flatMap((scenario) => racesIn(scenario, FOOD_GRAMMAR)))
      .map(problemLine),
  ).toEqual([]);
});

it('where events come from is what they come from when scenarios are played', async () => {
  const published: Envelope[] = [];
  const paths = ['04-*', '09-*', '13-*', '19-*', '21-*']
    .flatMap((name) => globSync(`scenarios/${name}.yaml`, { cwd: ROOT }))
    .map((file) => join(ROOT, file));
  const options = {
    system: SPOKEN_FOOD,
    paths,
    bus: { kind: 'memory' },
    time: 'virtual',
    seed: '1',
    jobs: 1,
    bail: false,
    tags: [],
    vars: {},
    keep: false,
    faults: [],
    mutations: [],
    signal: new AbortController().signal,
  } as const;
  await runScenarios(
    options,
    (entry) => {
      if (entry.kind === 'message.published') published.push(entry.event);
    },
    SILENT_LOG,
  );
  const types = new Map(published.map(({ id, type }) => [id, type]));
  const seen = Object.fromEntries(
    EVENT_TYPES.map((type) => [
      type,
      [
        ...new Set(
          published
            .filter((event) => event.type === type)
            .map(({ causationid }) => types.get(causationid as (typeof published)[number]['id']) ?? 'a command'),
        ),
      ].sort(),
    ]),
  );
  const told = Object.fromEntries(
    EVENT_TYPES.map((type) => [
      type,
      [...new Set(ORIGINS[type].of.map((origin) => (Object.hasOwn(ORIGINS, origin) ? origin : 'a command')))].sort(),
    ]),
  );
  expect(seen).toEqual(told);
  const orderOf = ({ data }: Envelope): unknown => (data as { readonly orderId?: unknown }).orderId;
  for (const [index, event] of published.entries()) {
    const before = published
      .slice(0, index)
      .filter((other) => orderOf(other) === orderOf(event))
      .map(({ type }) => type);
    expect(before).toEqual(expect.arrayContaining([...(ORIGINS[event.type as EventType].after ?? [])]));
  }
});
