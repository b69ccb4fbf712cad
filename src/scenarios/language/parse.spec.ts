import { RESOURCE_KINDS } from '../../contexts/language/resources.ts';
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, test } from 'vitest';
import type { Scenario } from './ast.ts';
import { parseScenarios } from './parse.ts';
import { problemLine, ScenarioErrors } from './problems.ts';

const HEAD = `name: A test
vars: { price: 12000, id: 007 }
steps:
  - place: { order: lunch, customer: kim }
`;
/** A scenario whose fifth line, at column 5, is the step given. */
const withStep = (step: string): string => `${HEAD}  - ${step}\n  - expect: { nothing else: true }\n`;

const problemsOf = (text: string): readonly string[] => {
  try {
    parseScenarios(text, 'a.yaml', FOOD_GRAMMAR);
    return [];
  } catch (error) {
    if (!(error instanceof ScenarioErrors)) throw error;
    return error.problems.map((problem) => problemLine(problem).replace('a.yaml:', ''));
  }
};
const read = (text: string): Scenario => parseScenarios(text, 'a.yaml', FOOD_GRAMMAR).scenarios[0] as Scenario;
const stepOf = (step: string): object => read(withStep(step)).steps[1] as object;

describe('what a scenario says', () => {
  test('a step keeps its place, its path and its text on one line', () => {
    expect(stepOf('together:\n      - accept: lunch   # first\n      - { cancel: lunch }')).toMatchObject({
      kind: 'together',
      path: '2',
      position: { file: 'a.yaml', line: 5, column: 5 },
      text: 'together: [{ accept: lunch }, { cancel: lunch }]',
      steps: [
        { kind: 'command', verb: 'accept', path: '2.1', position: { line: 6, column: 9 }, text: 'accept: lunch' },
        { kind: 'command', verb: 'cancel', path: '2.2', position: { line: 7, column: 9 }, text: '{ cancel: lunch }' },
      ],
    });
  });

  test.each([
    [
      'place: { order: dinner, customer: lee, price: 5, options: [] }',
      {
        kind: 'command',
        verb: 'place',
        makes: { what: 'order', names: ['dinner'] },
        body: {
          storeId: { value: 's1' },
          foodId: { value: 'bibimbap' },
          price: { as: 'whole', value: 5 },
          address: { value: 'Seoul' },
          options: { as: 'texts', value: [] },
        },
      },
    ],
    [
      'accept: { order id: nobody }',
      { kind: 'command', verb: 'accept', route: '/foodCookings/:orderId/accept', about: { what: 'order', by: 'id', id: 'nobody' } },
    ],
    ['pick: lunch', { kind: 'command', verb: 'pick', about: { by: 'name', name: 'lunch' }, body: { riderId: { value: 'r1' } } }],
    [
      'delete-review: { review-id: x }',
      { kind: 'command', verb: 'delete review', method: 'DELETE', about: { what: 'review', by: 'id', id: 'x' } },
    ],
    [
      'refused: { cancel: lunch, status: 409, message: 요리 }',
      { kind: 'refused', command: { verb: 'cancel', path: '2' }, status: 409, message: '요리' },
    ],
    ['settle', { kind: 'settle' }],
    ['settle: 10s', { kind: 'settle', withinMs: 10_000 }],
    ['pause: 1m30s', { kind: 'pause', durationMs: 90_000 }],
    ['stop: store', { kind: 'stop context', context: 'store' }],
    ['restart', { kind: 'restart' }],
    ['crash: { context: store, at: after-commit, on: Paid }', { kind: 'crash', restart: true, at: 'after-commit', on: 'Paid' }],
    ['slow lookup: { from: 400ms, to: 600ms }', { kind: 'slow lookup', delay: { fromMs: 400, toMs: 600 } }],
    ['slow-lookup: off', { kind: 'slow lookup', delay: null }],
    [
      'fault: { delay: Paid, for: store, order: lunch, by: 200ms }',
      { kind: 'fault', fault: 'delay', event: 'Paid', context: 'store', about: { what: 'order', name: 'lunch' }, byMs: 200 },
    ],
    ['fault: { duplicate: Paid, by: 50ms }', { kind: 'fault', fault: 'duplicate', event: 'Paid', byMs: 50 }],
    [
      'capture: { answer: last, field: /items/0/id, as: first }',
      { kind: 'capture', from: { read: 'answer' }, field: '/items/0/id', as: 'first' },
    ],
    [
      'request: { path: "/orders/${order:lunch}" }',
      { kind: 'request', method: 'GET', path: '2', url: '/orders/${order:lunch}', headers: {} },
    ],
    [
      'eventually: { mypage: lunch, is: 결재됨, within: 2s }',
      { kind: 'eventually', withinMs: 2000, expectation: { form: 'resource', resource: 'mypage', is: ['결재됨'] } },
    ],
    ["expect: { order: lunch, isn't: canceled }", { kind: 'expect', expectation: { form: 'resource', isNot: ['canceled'] } }],
    [
      'expect: { events: lunch, in order: [OrderPlaced, [Paid, CouponGranted]] }',
      { expectation: { form: 'events', inOrder: [['OrderPlaced'], ['Paid', 'CouponGranted']] } },
    ],
    ['expect: { notices: lunch, once-each: true }', { expectation: { form: 'notices', onceEach: true } }],
    [
      'expect: { dead letters: 1, in: store, reason: JSON }',
      { expectation: { form: 'dead letters', count: 1, context: 'store', reason: 'JSON' } },
    ],
    ['expect: { delivery list: { excludes: lunch } }', { expectation: { form: 'delivery list', includes: [], excludes: ['lunch'] } }],
    ['{ times: 3, as: i, steps: [{ accept: lunch }] }', { kind: 'repeat', times: 3, as: 'i', steps: [{ path: '2.1' }] }],
    ['repeat: { times: "${price}", steps: [settle] }', { kind: 'repeat', times: '${price}' }],
    ['for each: { as: who, in: [kim, 7, true], steps: [{ pause: 1s }] }', { kind: 'for each', as: 'who', in: ['kim', 7, true] }],
  ])('%s', (step, expected) => {
    expect(stepOf(step)).toMatchObject(expected);
  });

  test('ids stay what they look like, wherever a text is wanted', () => {
    const scenario = read(
      'name: x\nsteps:\n  - place: { order: 007, customer: yes, store: 1e3, food: 2026-01-01 }\n  - accept: 007\n  - expect: { order: 007, exists: true }\n',
    );
    expect(scenario.steps[0]).toMatchObject({
      makes: { names: ['007'] },
      body: { customerId: { value: 'yes' }, storeId: { value: '1e3' }, foodId: { value: '2026-01-01' } },
    });
    expect(read(withStep('settle')).vars).toEqual({ price: 12_000, id: '007' });
  });

  test('anchors, merge keys, a byte order mark, Windows line ends and several documents', () => {
    const text =
      '\ufeffname: one\r\nsteps:\r\n  - place: &order { order: a, customer: kim }\r\n  - place: { <<: *order, order: b }\r\n  - expect: { coupons: kim, is: 1 }\r\n---\r\nname: two\r\nsteps:\r\n  - expect: { dead letters: 0 }\r\n';
    const { scenarios } = parseScenarios(text, 'a.yaml', FOOD_GRAMMAR);
    expect(scenarios.map(({ name, position }) => [name, position.line])).toEqual([
      ['one', 1],
      ['two', 7],
    ]);
    expect(scenarios[0]?.steps[1]).toMatchObject({
      makes: { names: ['b'] },
      body: { customerId: { value: 'kim' } },
      position: { line: 4, column: 5 },
    });
  });

  test('given, config and load are read with their defaults', () => {
    expect(
      read(`name: x
config: { lookup timeout: 500ms, breaker-volume: 20 }
given: [{ delivered: lunch, customer: kim }, { customer: lee, coupons: 3 }]
steps: [{ capture: { order: lunch, field: orderId, as: id } }]
load: { users: 25, duration: 5s, feeders: { n: [1, 2] }, requests: [{ method: POST, path: /reviews, body: { orderId: "\${id}", content: "\${n}" } }], thresholds: [saga.stuck == 0, view.lag.p99 < 200ms] }
`),
    ).toMatchObject({
      config: { lookupTimeoutMs: 500, breakerVolume: 20 },
      given: [
        { kind: 'delivered', order: 'lunch', pick: { riderId: { value: 'r1' } }, place: { price: { value: 12_000 } } },
        { kind: 'customer', customer: 'lee', coupons: 3 },
      ],
      load: { users: 25, durationMs: 5000, stages: [], thresholds: [{ text: 'saga.stuck == 0' }, { text: 'view.lag.p99 < 200ms' }] },
    });
  });
});

describe('what is wrong with a step', () => {
  test.each([
    ['acept: lunch', '5:5: there is no step acept; did you mean accept?'],
    ['setle', '5:5: there is no step setle; did you mean settle?'],
    ['accept', '5:5: accept needs a value: the name of an order, or a mapping'],
    ['accept: lunhc', '5:13: lunhc is not placed before this step; did you mean lunch?'],
    ['accept: 저녁', '5:13: 저녁 is not placed before this step'],
    ['accept: { order: lunch, order id: x }', '5:5: accept needs either order or order id'],
    ['accept: lunch\n    start: lunch', '6:5: start is a step of its own'],
    ['place: { order: lunch, customer: kim }', '5:21: lunch is placed already, on line 4'],
    ['place: { order: dinner }', "5:5: place needs customer: a customer's id"],
    [
      'place: { order: dinner, customer: kim, price: "12000" }',
      '5:51: must be a whole number, and is the text 12000; leave out the quotes',
    ],
    [
      'place: { order: dinner, customer: kim, price: -1 }',
      '5:51: POST /orders refuses this: body /price must be a whole number of won from 0 to 100,000,000, and is -1',
    ],
    ['place: { order: dinner, customer: null }', "5:39: must be a customer's id, and is null; quote it to mean the word"],
    ['place: { order: dinner, customer: kim, adress: Seoul }', '5:44: place has no field adress; did you mean address?'],
    ['place: { order: a b, customer: kim }', "5:21: a b can't be a name"],
    ['place: { order: dinner, order: supper, customer: kim }', '5:29: order is written twice here, first on line 5'],
    ['review: { order: lunch, as: praise }', '5:5: review needs content: a text'],
    ['delete review: praise', '5:20: praise is not written before this step'],
    ['pause: 500', '5:12: 500 has no unit; did you mean 500ms?'],
    ['pause: 5 sec', '5:12: 5 sec is not a duration'],
    ['pause: 25h', '5:12: 25h is longer than a day'],
    ['pause:', '5:5: must be a duration, and is empty; write it like 500ms, 2s, 1.5s, 1m or 1m30s'],
    ['stop: stroe', '5:11: stroe is not a context; did you mean store?'],
    ['crash: { context: store, on: Paid }', '5:5: on needs at: the point of handling at which to die'],
    ['fault: { drop: Payd }', '5:20: Payd is not an event type; did you mean Paid?'],
    ['fault: { dorp: Paid }', '5:14: fault knows no dorp; did you mean drop?'],
    ['fault: { drop: Paid, order: dinner }', '5:33: dinner is not placed before this step'],
    ['fault: { drop: Paid, as: x }', '5:14: as belongs to hold, since only a hold is released; not to drop'],
    ['fault: { hold: Paid, by: 1s }', '5:14: by belongs to drop, duplicate, delay and reorder: a hold ends when it is released'],
    ['release: Paid', '5:14: no hold before this step keeps back Paid'],
    ['release: latenews', '5:14: latenews is not the name of a hold before this step'],
    ['expect: { order: lunch, is: 취소 }', '5:33: 취소 is not a status of order; did you mean 취소됨?'],
    ['expect: { order: lunch, is: 배송시작 }', '5:33: 배송시작 is not a status of order (it is one of mypage)'],
    ['expect: { payment: lunch, is: 결재댐 }', '5:35: 결재댐 is not a status of payment; did you mean 결재됨?'],
    ['expect: { payment: lunch, is: 결제완료 }', '5:35: 결제완료 is not a status of payment'],
    ['expect: { order: lunch }', '5:15: nothing is said of what order must be'],
    ['expect: { ordr: lunch, is: 취소됨 }', '5:15: expect knows no ordr; did you mean order?'],
    ['expect: { is: 취소됨 }', '5:5: expect does not say what it is about'],
    ['expect: { order: lunch, mypage: lunch, is: 취소됨 }', '5:29: expect is about one thing, and names order and mypage'],
    ['expect: { coupons: kim, is: many }', '5:33: must be a whole number of at least 0, and is the text many'],
    ['expect: { notices: lunch, once each: yes }', '5:42: must be true, and is the text yes'],
    ['expect: { events: lunch, may: Paid }', '5:15: may has nothing to allow'],
    ['expect: { events: lunch, compensates: { PaymentRefunded: Piad } }', '5:62: Piad is not an event type; did you mean Paid?'],
    ['eventually: { events: lunch, exactly: [Paid] }', "5:5: exactly can hold too early, so eventually can't judge it"],
    [
      'refused: { cancel: lunch, code: order-already-cookin }',
      '5:37: order-already-cookin is not a code of a refusal; did you mean order-already-cooking?',
    ],
    ['refused: { cancel: lunch, status: 200 }', '5:39: must be a whole number from 400 to 599, and is 200'],
    ['request: { path: orders }', '5:16: orders is not a path'],
    ['request: { path: /x, method: get }', '5:34: get is not an HTTP method; did you mean GET?'],
    ['capture: { order: lunch, as: id }', '5:5: capture needs field: a field'],
    ['repeat: { times: 1000001, steps: [settle] }', '5:22: must be a whole number from 1 to 1000000, and is 1000001'],
    ['together: []', '5:15: must be a list of steps, and is an empty one'],
    ['slow lookup: of', '5:18: of is not off; did you mean off?'],
    ['accept: "${orde}"', '5:14: ${orde} has no value here'],
    ['accept: "${prise}"', '5:14: ${prise} has no value here; did you mean price?'],
    ['request: { path: "/orders/${order:lunhc}" }', '5:31: lunhc is not placed before this step; did you mean lunch?'],
    ['request: { path: "/orders/${rider:x}" }', '5:31: ${rider:x} is of no kind that is known'],
    ['review: { order: lunch, content: "${" }', '5:38: ${ begins a variable that is not well formed'],
    ['place: { order: dinner, customer: ${who} }', '5:39: not valid YAML: within { } a variable needs quotes; did you mean "${who}"?'],
  ])('%s', (step, expected) => {
    const [first, ...others] = problemsOf(withStep(step));
    // A variable that is not an order's name is the only mistake that counts as two: a name that can't be known.
    expect([first, ...others.filter((other) => !other.includes('is not placed'))]).toEqual([expected]);
  });

  test('a loop variable is known in its loop only, and matches the names made with it', () => {
    const loop = 'repeat: { times: 2, as: i, steps: [{ place: { order: "x-${i}", customer: kim } }] }';
    expect(problemsOf(withStep(`${loop}\n  - accept: x-1`))).toEqual([]);
    expect(problemsOf(withStep(`${loop}\n  - accept: y-1`))).toEqual(['6:13: y-1 is not placed before this step']);
    expect(problemsOf(withStep(`${loop}\n  - review: { order: lunch, content: "\${i}" }`))).toEqual(['6:39: ${i} has no value here']);
  });

  test('an order that was to be refused does not come to be', () => {
    expect(problemsOf(withStep('refused: { place: { order: dinner, customer: kim } }\n  - accept: dinner'))).toEqual([
      '6:13: dinner is not placed before this step',
    ]);
  });

  test('variables from outside are known', () => {
    expect(() =>
      parseScenarios(withStep('expect: { coupons: "${who}", is: 1 }'), 'a.yaml', FOOD_GRAMMAR, { variables: ['who'] }),
    ).not.toThrow();
  });

  test('all problems of a file are told, in the order of their places', () => {
    expect(problemsOf('stps: 1\nsteps:\n  - acept: lunch\n  - pause: x\n')).toEqual([
      '1:1: a scenario has no field stps',
      '1:1: a scenario needs name: the name of the scenario',
      '3:5: there is no step acept; did you mean accept?',
      '4:12: x is not a duration',
    ]);
  });
});

describe('what is wrong with a file', () => {
  test.each([
    ['', '1:1: there is no scenario in this file'],
    ['# nothing\n---\n', '1:1: there is no scenario in this file'],
    ['- a\n', '1:1: a scenario must be a mapping with a name and steps, and is a list'],
    ['name: x\nsteps:\n  - settle\n', '1:1: x expects nothing, so it could never fail'],
    ['name: x\nsteps:\n', '2:1: must be a list of steps, and is empty'],
    ['name: x\nname: y\nsteps: [{ expect: { dead letters: 0 } }]\n', '2:1: name is written twice here, first on line 1'],
    ['name: x\nsteps:\n\t- settle\n', '3:1: not valid YAML: tabs are not allowed as indentation'],
    ['name: "x\nsteps: []\n', '3:1: not valid YAML: missing closing "quote'],
    ['name: x\nsteps: [*nowhere]\n', '2:9: there is no anchor &nowhere before this alias'],
    [`name: x\nsteps: ${'['.repeat(300)}\n`, '2:208: brackets are nested deeper than 200 levels'],
    ['x'.repeat(1024 * 1024 + 1), '1:1: this file has 1048577 characters, more than the 1048576 that a scenario file may have'],
    [
      'name: a\nsteps: [{ expect: { dead letters: 0 } }]\n---\nname: a\nsteps: [{ expect: { dead letters: 0 } }]\n',
      '1:1: two scenarios of this file are called a, on lines 1 and 4',
    ],
  ])('%.40j', (text, expected) => {
    expect(problemsOf(text)).toEqual([expected]);
  });

  test('steps are nested 20 levels deep at most', () => {
    const nested = (depth: number): string => `${'{ together: ['.repeat(depth)}settle${'] }'.repeat(depth)}`;
    expect(problemsOf(withStep(nested(19)))).toEqual([]);
    expect(problemsOf(withStep(nested(20)))).toEqual(['5:264: steps are nested deeper than 20 levels']);
  });

  test('aliases that multiply are refused, and so is one that holds itself', () => {
    const bomb = `name: x\nvars: { n: 1 }\nsteps:\n  - request:\n      path: /x\n      body:\n        a: &a [${Array.from({ length: 50 }, () => 'x').join(', ')}]\n        b: &b [${Array.from({ length: 50 }, () => '*a').join(', ')}]\n        c: [${Array.from({ length: 50 }, () => '*b').join(', ')}]\n      expect: { status: 200 }\n`;
    expect(problemsOf(bomb)[0]).toMatch(/aliases make this file too large: more than 10000 values/);
    expect(problemsOf('name: x\nsteps: [{ request: { path: /x, body: &a [*a], expect: { status: 200 } } }]\n')[0]).toMatch(
      /nested deeper than 20 levels|not valid YAML/,
    );
  });
});

describe("결제 for the seed's 결재", () => {
  const notesOf = (step: string): readonly string[] =>
    parseScenarios(withStep(step), 'a.yaml', FOOD_GRAMMAR).notes.map((note) => problemLine(note).replace('a.yaml:', ''));
  const spelled = RESOURCE_KINDS.flatMap(({ key: resource, statuses = {} }) =>
    Object.values(statuses)
      .filter((word) => word.includes('결재'))
      .flatMap((word) => ['is', "isn't"].map((field) => [resource, field, word.replace('결재', '결제'), word] as const)),
  );

  test('there are such words', () => {
    expect(new Set(spelled.map(([, , written]) => written))).toEqual(new Set(['결제됨', '결제실패', '결제대기', '미결제', '결제완료']));
  });

  test.each(spelled)('%s %s %s is %s', (resource, field, written, word) => {
    for (const typed of [written, written.normalize('NFD')]) {
      const step = `expect: { ${resource}: lunch, ${field}: ${typed} }`;
      expect(stepOf(step)).toMatchObject({ expectation: { [field === 'is' ? 'is' : 'isNot']: [word] } });
      expect(notesOf(step)).toEqual([`5:${step.indexOf(typed) + 5}: ${written} is taken for ${word}: 결재 is the seed's spelling of 결제`]);
    }
  });

  test.each([
    ['expect: { order: lunch, where: { statusText: 결제됨 } }', ['결제됨']],
    ['expect: { order: lunch, where: { /statusText: 결제됨, address: 결제로 1 } }', ['결제됨']],
    ['expect: { answer: last, body: { items: [{ statusText: 결제됨 }] } }', ['결제됨']],
    ['expect: { notices: lunch, include: [결제되었습니다], exclude: 결제 실패 }', ['결제되었습니다', '결제 실패']],
    ['expect: { notices: lunch, exactly: [고객님의 주문이 결제되었습니다.] }', ['고객님의 주문이 결제되었습니다.']],
    ['refused: { accept: lunch, message: 현재 상태는 미결제(unpaid) }', ['현재 상태는 미결제(unpaid)']],
    ['expect: { order: lunch, is: 결재됨 }', []],
    ['expect: { order: lunch, where: { address: 결제로 1, statusText: 결재됨 } }', []],
    ['expect: { notices: lunch, include: 결재되었습니다 }', []],
  ])('%s', (step, words) => {
    expect(notesOf(step).map((note) => note.replace(/^[\d:]+ (.*) is taken for .*$/, '$1'))).toEqual(words);
  });

  test('in an invariant', () => {
    expect(read(`${HEAD}  - settle\ninvariants:\n  - { name: a, eventually: { order: lunch, is: 결제됨 } }\n`).invariants).toMatchObject([
      { claim: { is: ['결재됨'] } },
    ]);
  });
});

describe('invariants', () => {
  const withInvariant = (invariant: string): string => `${HEAD}  - expect: { order: lunch, is: paid }\ninvariants:\n  - ${invariant}\n`;

  test('are claims in the words of expect', () => {
    expect(read(withInvariant("{ name: kept, always: { order: lunch, isn't: 취소됨 } }")).invariants).toMatchObject([
      {
        name: 'kept',
        mode: 'always',
        claim: { form: 'resource', resource: 'order', name: 'lunch', isNot: ['취소됨'] },
        position: { line: 7, column: 5 },
      },
    ]);
  });

  test.each([
    ['{ name: a, always: { order: lunch, is: 결재댐 } }', '7:44: 결재댐 is not a status of order; did you mean 결재됨?'],
    ['{ name: a, always: { order: dinner, is: paid } }', '7:33: dinner is not placed before this step'],
    ['{ name: a, alwys: { order: lunch, is: paid } }', '7:16: an invariant knows no alwys; did you mean always?'],
    ['{ always: { order: lunch, is: paid } }', '7:3: an invariant needs name: a text'],
    ['{ name: a, always: { events: lunch, include: [Paid] } }', "7:16: include can't be always so: it only comes to be"],
    ['{ name: a, always: { mypage drift: none } }', "7:16: mypage drift can't be always so: it only comes to be"],
    ['{ name: a, sometimes: { events: lunch, exclude: [Paid] } }', '7:16: exclude can hold too early, so sometimes proves nothing'],
    ['{ name: a, eventually: { answer: last, status: 200 } }', '7:16: answer belongs to a step, and no invariant can be about it'],
  ])('%s is refused by its place', (invariant, problem) => {
    expect(problemsOf(withInvariant(invariant))[0]).toBe(problem);
  });

  test('that only say what is sometimes reached could never fail a run', () => {
    expect(problemsOf(`${HEAD}invariants:\n  - { name: a, sometimes: { order: lunch, is: paid } }\n`)).toEqual([
      '1:1: A test expects nothing, so it could never fail',
    ]);
  });
});
