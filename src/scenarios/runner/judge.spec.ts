import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import { describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import type { DeadLetter } from '../../runtime/actor/actor-port.ts';
import type { System } from '../../system/system.ts';
import type { Expectation } from '../language/ast.ts';
import { createJournal } from './journal.ts';
import type { Bench } from '../definition.ts';
import { judge, needsRest } from './judge.ts';
import { createNames } from './names.ts';
import { NotPassed } from './verdict.ts';

const page = (...items: readonly unknown[]) => ({ items, page: { totalPages: 1 } });
const ANSWERS: Readonly<Record<string, unknown>> = {
  '/orders/o1': { status: 'paid', statusText: '결재됨', price: 9000, address: '결제로 1', payment: { parts: [1, 2] } },
  '/customers/kim': { couponCount: 2 },
  '/notices?orderId=o1&page=0&size=100': page({ type: 'OrderPlaced', text: 'placed' }, { type: 'Paid', text: 'paid, thanks' }),
  '/notices?orderId=o2&page=0&size=100': page({ type: 'Paid', text: 'paid' }, { type: 'Paid', text: 'paid' }),
  '/notices?orderId=o3&page=0&size=100': page({ type: 'OrderPlaced', text: 'placed', customerId: 'lee' }),
  '/notices?orderId=o4&page=0&size=100': page({ type: 'Paid', text: '결재되었습니다' }),
  '/deliveryLists?page=0&size=100': page({ orderId: 'o1' }),
};
const LETTER: DeadLetter & { context: 'store' } = {
  seq: 1,
  id: null,
  type: null,
  subject: 's',
  error: 'is not JSON',
  message: '',
  attempts: 1,
  at: '',
  context: 'store',
};

const createBench = (): Bench => {
  const names = createNames({ text: '7', paid: '결제됨' });
  names.set('order', 'lunch', 'o1');
  names.set('order', 'other', 'o2');
  names.set('order', 'misdirected', 'o3');
  names.set('order', 'billed', 'o4');
  names.setAnswer('second', { status: 200, headers: {}, body: { items: [{ statusText: '결재됨', address: '결제로 1' }] } });
  names.setValue('list', { a: 1 });
  names.setAnswer('first', { status: 201, headers: { location: '/orders/o1' }, body: { id: 'o1', list: [{ a: 1, b: 2 }] } });
  const journal = createJournal({ now: () => 0 }, 1, FOOD_GRAMMAR.telling, () => undefined);
  journal.record({
    kind: 'message.published',
    context: 'front',
    event: {
      id: 'e0',
      subject: 'o3',
      type: 'OrderPlaced',
      causationid: 'c',
      data: { orderId: 'o3', customerId: 'kim' },
    } as unknown as Envelope,
  });
  journal.beginSteps();
  for (const [id, subject, type] of [
    ['e1', 'o1', 'OrderPlaced'],
    ['e2', 'o1', 'Paid'],
    ['e3', 'o2', 'Paid'],
  ] as const) {
    journal.record({
      kind: 'message.published',
      context: 'front',
      event: { id, subject, type, causationid: 'c', data: { orderId: subject } } as unknown as Envelope,
    });
  }

  const dispatch: System['dispatch'] = ({ url }) =>
    Promise.resolve(
      url in ANSWERS ? { status: 200, headers: {}, body: ANSWERS[url] } : { status: 404, headers: {}, body: { detail: 'there is none' } },
    );
  return {
    names,
    journal,
    grammar: FOOD_GRAMMAR,
    system: { dispatch, deadLetters: () => [LETTER], drift: () => Promise.resolve(['it drifts']) } as unknown as System,
  };
};

const failureOf = async (bench: Bench, expectation: object): Promise<unknown> => {
  try {
    await judge(bench, expectation as Expectation);
    return 'holds';
  } catch (error) {
    if (!(error instanceof NotPassed)) throw error;
    return error.failure;
  }
};

const order = (more: object) => ({ form: 'resource', resource: 'order', name: 'lunch', ...more });
const notices = (more: object) => ({ form: 'notices', order: 'lunch', ...more });
const board = (more: object) => ({ form: 'delivery list', includes: [], excludes: [], ...more });

describe('an expectation that holds', () => {
  it.each([
    order({ is: ['paid'] }),
    order({ is: ['결재됨'] }),
    order({ isNot: ['placed'] }),
    order({ where: { price: { equals: 9000 }, '/payment/parts/1': { equals: 2 } } }),
    { form: 'resource', resource: 'payment', name: 'lunch', exists: false },
    { form: 'coupons', customer: 'kim', count: 2 },
    { form: 'coupons', customer: 'nobody', count: 0 },
    notices({ onceEach: true, include: ['thanks'], exclude: ['rejected'], count: 2, exactly: ['paid, thanks', 'placed'] }),
    { form: 'dead letters', count: 1, context: 'store', reason: 'not JSON' },
    { form: 'dead letters', count: 0, context: 'front' },
    board({ includes: ['lunch'], excludes: ['other'], exactly: ['lunch'] }),
    { form: 'answer', name: 'first', status: 201, body: { list: [{ a: 1 }] }, headers: { location: '/orders/o1' } },
    { form: 'value', value: '${text}', is: { equals: 7 } },
    { form: 'value', value: '${list}', is: { equals: { a: 1 } }, isNot: { a: 2 } },
  ])('%j', async (expectation) => {
    expect(await failureOf(createBench(), expectation)).toBe('holds');
  });
});

describe("결제 is taken for the seed's 결재, and nothing else for anything", () => {
  it.each<[object, boolean]>([
    [order({ is: ['결제됨'] }), true],
    [order({ is: ['${paid}'] }), true],
    [order({ is: ['결제'] }), false],
    [order({ isNot: ['결제됨'] }), false],
    [order({ where: { statusText: { equals: '결제됨' } } }), true],
    [order({ where: { '/statusText': { equals: '${paid}' } } }), true],
    [order({ where: { address: { equals: '결제로 1' } } }), true],
    [order({ where: { address: { equals: '결재로 1' } } }), false],
    [notices({ order: 'billed', include: ['결제되었'] }), true],
    [notices({ order: 'billed', exclude: ['결제되었'] }), false],
    [notices({ order: 'billed', exactly: ['결제되었습니다'] }), true],
    [{ form: 'answer', name: 'second', body: { items: [{ statusText: '결제됨' }] } }, true],
    [{ form: 'answer', name: 'second', body: { items: [{ address: '결재로 1' }] } }, false],
  ])('%j', async (expectation, isHeld) => {
    expect((await failureOf(createBench(), expectation)) === 'holds').toBe(isHeld);
  });
});

describe('an expectation that does not hold says why', () => {
  const about = { subject: 'o1' };
  it.each([
    [
      order({ is: ['canceled'] }),
      { message: 'order lunch is 결재됨 (paid) and not canceled', expected: 'canceled', actual: '결재됨 (paid)', ...about },
    ],
    [order({ isNot: ['결재됨'] }), { expected: 'not 결재됨', ...about }],
    [
      order({ where: { '/payment/parts/0': { equals: 2 } } }),
      { message: '/payment/parts/0 of order lunch is 1 and not 2', expected: 2, actual: 1, ...about },
    ],
    [order({ where: { none: { equals: null } } }), { message: 'none of order lunch is nothing and not null', ...about }],
    [order({ exists: false }), { expected: 'HTTP 404', ...about }],
    [
      { form: 'resource', resource: 'payment', name: 'lunch', is: ['paid'] },
      { expected: 'HTTP 200', actual: 'HTTP 404: there is none', ...about },
    ],
    [
      { form: 'coupons', customer: 'kim', count: 1 },
      { message: 'customer kim has 2 coupons and not 1', expected: 1, actual: 2 },
    ],
    [
      { form: 'notices', order: 'other', onceEach: true },
      { expected: ['Paid'], actual: ['paid', 'paid'], subject: 'o2' },
    ],
    [
      { form: 'notices', order: 'misdirected', onceEach: true },
      {
        message: `notices of order misdirected: one went to "lee" and not to the order's customer`,
        expected: { customerId: 'kim' },
        subject: 'o3',
      },
    ],
    [notices({ include: ['refunded'] }), { expected: ['refunded'], actual: ['placed', 'paid, thanks'], ...about }],
    [notices({ exclude: ['thanks'] }), { expected: { exclude: ['thanks'] }, ...about }],
    [notices({ exactly: ['placed'] }), { expected: ['placed'], ...about }],
    [notices({ count: 3 }), { message: 'notices of order lunch: there are 2 and not 3', expected: 3, ...about }],
    [
      { form: 'dead letters', count: 0 },
      { expected: 0, actual: ['store: s: is not JSON'] },
    ],
    [
      board({ includes: ['lunch', 'other'] }),
      { message: 'the board of deliveries does not list other', expected: ['lunch', 'other'], actual: ['lunch'], subject: 'o2' },
    ],
    [board({ excludes: ['lunch'] }), { message: 'the board of deliveries still lists lunch', ...about }],
    [board({ exactly: [] }), { message: 'the board of deliveries is not exactly []', expected: [], actual: ['lunch'], ...about }],
    [
      { form: 'drift', view: 'mypage' },
      { expected: 'no drift', actual: ['it drifts'] },
    ],
    [
      { form: 'answer', status: 200 },
      { expected: 200, actual: { status: 201, body: { id: 'o1', list: [{ a: 1, b: 2 }] } } },
    ],
    [{ form: 'answer', body: { list: [] } }, { expected: { list: [] } }],
    [
      { form: 'answer', headers: { Location: '/x' } },
      { expected: '/x', actual: '/orders/o1' },
    ],
    [{ form: 'answer', name: 'none' }, { message: 'no answer is named none' }],
    [{ form: 'dead letters', count: 2, context: 'store' }, { message: 'there is 1 dead letter and not 2' }],
    [{ form: 'dead letters', count: 1, context: 'front' }, { message: 'there are 0 dead letters and not 1' }],
    [
      { form: 'value', value: '${list}', is: { equals: { a: 2 } } },
      { expected: { a: 2 }, actual: { a: 1 } },
    ],
    [
      { form: 'value', value: '${text}', isNot: 7 },
      { expected: 'not 7', actual: '7' },
    ],
  ])('%j', async (expectation, failure) => {
    const bench = createBench();
    bench.names.setAnswer(undefined, bench.names.answer('first') as NonNullable<ReturnType<typeof bench.names.answer>>);
    const failed = await failureOf(bench, expectation);
    expect(failed).toMatchObject(failure);
    expect(failed).toMatchSnapshot();
  });
});

it('an answer that nobody got yet can not be judged', async () => {
  const bench = { ...createBench(), names: createNames({}) };
  expect(await failureOf(bench, { form: 'answer', status: 200 })).toEqual({ message: 'there was no answer yet' });
});

it('nothing else holds once every event of every order was named', async () => {
  const bench = createBench();
  const nothingElse = { form: 'nothing else' };
  await failureOf(bench, { form: 'events', what: 'order', name: 'lunch', include: ['OrderPlaced'], may: ['Paid'] });
  expect(await failureOf(bench, nothingElse)).toEqual({
    message: 'an event happened that no expectation names',
    expected: 'nothing else',
    actual: ['Paid of other'],
    subject: 'o2',
  });
  await failureOf(bench, { form: 'events', what: 'order', name: 'other', exactly: ['Paid'] });
  expect(await failureOf(bench, nothingElse)).toBe('holds');
  expect([needsRest(FOOD_GRAMMAR, nothingElse), needsRest(FOOD_GRAMMAR, { form: 'answer' })]).toEqual([true, false]);
});
