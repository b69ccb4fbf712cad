/** What every kind of expectation must hold of, and what not: cases for the specs of steps and of invariants. */
import { FOOD_GRAMMAR } from '../../contexts/grammar.fixture.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Reads, Table } from '../../runtime/tables/tables.ts';
import type { System } from '../../system/system.ts';
import { createJournal } from './journal.ts';
import type { Bench } from '../definition.ts';
import { createNames } from './names.ts';

const page = (...items: readonly unknown[]) => ({ items, page: { totalPages: 1 } });
const ROW = { status: 'paid', statusText: '결재됨', price: 9000 };
const ANSWERS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    ['orders', 'foodCookings', 'deliveries', 'payments', 'mypages'].map((path) => [
      `/${path}/o1`,
      path === 'deliveries' ? { ...ROW, status: 'ready', statusText: '배송가능' } : ROW,
    ]),
  ),
  '/reviews/r1': { content: 'good' },
  '/customers/kim': { couponCount: 2 },
  '/notices?orderId=o1&page=0&size=100': page(
    { type: 'OrderPlaced', text: 'placed', customerId: 'kim' },
    { type: 'Paid', text: 'paid', customerId: 'kim' },
    { type: 'PaymentRefunded', text: 'refunded', customerId: 'kim' },
  ),
  '/notices?orderId=o2&page=0&size=100': page(
    { type: 'Paid', text: 'paid', customerId: 'kim' },
    { type: 'Paid', text: 'paid', customerId: 'kim' },
  ),
  '/deliveryLists?page=0&size=100': page({ orderId: 'o1' }),
};

/** What tables hold, by their names and keys. */
const ROWS: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  orders: { o1: { orderId: 'o1', status: 'paid', price: 9000 }, o2: { orderId: 'o2', status: 'placed', price: 1 } },
};
const READS: Pick<Reads, 'get' | 'select'> = {
  get: <Row extends object>({ name }: Table<Row>, ...key: readonly (string | number)[]) => ROWS[name]?.[key.join()] as Row | undefined,
  select: <Row extends object>({ name }: Table<Row>) => Object.values(ROWS[name] ?? {}) as Row[],
};

/** A bench with two orders, three events and answers to every question of the cases; with drift, a fourth event that nobody names. */
export const createBench = (drift: readonly string[]): Bench => {
  const names = createNames({});
  names.set('order', 'lunch', 'o1');
  names.set('order', 'dinner', 'o2');
  names.set('review', 'praise', 'r1');
  names.set('review', 'gone', 'r2');
  names.setAnswer('found', { status: 201, headers: { location: '/x' }, body: { id: 'o1' } });
  const journal = createJournal({ now: () => 0 }, 1, FOOD_GRAMMAR.telling, () => undefined);
  journal.beginSteps();
  const events = [
    ['e1', 'OrderPlaced', 'c', 'o1'],
    ['e2', 'Paid', 'e1', 'o1'],
    ['e3', 'PaymentRefunded', 'e2', 'o1'],
    ...(drift.length === 0 ? [] : [['e4', 'Paid', 'c', 'o2']]),
  ];
  for (const [id, type, causationid, orderId] of events) {
    journal.record({
      kind: 'message.published',
      context: 'front',
      event: { id, subject: orderId, type, causationid, data: { orderId, customerId: 'kim', amount: 9 } } as unknown as Envelope,
    });
    if (orderId === 'o1') journal.named.add(id as Envelope['id']);
  }
  const dispatch: System['dispatch'] = ({ url }) =>
    Promise.resolve(url in ANSWERS ? { status: 200, headers: {}, body: ANSWERS[url] } : { status: 404, headers: {}, body: {} });
  const letter = { seq: 1, id: null, type: null, subject: 's', error: 'is not JSON', message: '', attempts: 1, at: '', context: 'store' };
  return {
    names,
    journal,
    grammar: FOOD_GRAMMAR,
    system: {
      dispatch,
      look: dispatch,
      read: () => READS,
      deadLetters: () => [letter],
      drift: () => Promise.resolve(drift),
    } as unknown as System,
  };
};

/** The steps that give the names, up to the one that is tried. */
export const HEAD =
  'name: x\nsteps:\n  - place: { order: lunch, customer: kim }\n  - place: { order: dinner, customer: kim }\n  - review: { order: lunch, as: praise, content: good }\n  - review: { order: lunch, as: gone, content: good }\n  - request: { path: /x, as: found }\n';

const status = (resource: string, is: string, other: string): Readonly<Record<string, readonly [string, string]>> => ({
  [`${resource} is`]: [`${resource}: lunch, is: ${is}`, `${resource}: lunch, is: ${other}`],
  [`${resource} isn't`]: [`${resource}: lunch, isn't: ${other}`, `${resource}: lunch, isn't: ${is}`],
  [`${resource} where`]: [`${resource}: lunch, where: { price: 9000 }`, `${resource}: lunch, where: { price: 9001 }`],
  [`${resource} exists`]: [`${resource}: dinner, exists: false`, `${resource}: lunch, exists: false`],
});

/** By form and field: what holds, and what does not. */
export const CASES: Readonly<Record<string, readonly [holds: string, fails: string]>> = {
  ...status('order', '결재됨', 'placed'),
  ...status('cooking', 'paid', 'accepted'),
  ...status('delivery', 'ready', 'waiting'),
  ...status('payment', 'paid', 'refunded'),
  ...status('mypage', 'paid', 'unpaid'),
  'review where': ['review: praise, where: { content: good }', 'review: praise, where: { content: bad }'],
  'review exists': ['review: gone, exists: false', 'review: gone, exists: true'],
  'customer where': ['customer: kim, where: { couponCount: 2 }', 'customer: kim, where: { couponCount: 1 }'],
  'customer exists': ['customer: kim, exists: true', 'customer: lee, exists: true'],
  'coupons is': ['coupons: kim, is: 2', 'coupons: kim, is: 3'],
  'notices once each': ['notices: lunch, once each: true', 'notices: dinner, once each: true'],
  'notices include': ['notices: lunch, include: paid', 'notices: dinner, include: [paid, placed]'],
  'notices exclude': ['notices: dinner, exclude: placed', 'notices: lunch, exclude: placed'],
  'notices exactly': ['notices: dinner, exactly: [paid, paid]', 'notices: dinner, exactly: [paid]'],
  'notices count': ['notices: lunch, count: 3', 'notices: lunch, count: 2'],
  'events in order': ['events: lunch, in order: [OrderPlaced, Paid]', 'events: lunch, in order: [Paid, OrderPlaced]'],
  'events exactly': ['events: lunch, exactly: [Paid, OrderPlaced, PaymentRefunded]', 'events: lunch, exactly: [Paid, OrderPlaced]'],
  'events include': ['events: lunch, include: Paid', 'events: lunch, include: [Paid, Paid]'],
  'events may': [
    'events: lunch, exactly: [OrderPlaced, Paid], may: PaymentRefunded',
    'events: lunch, exactly: [OrderPlaced, Paid], may: CouponGranted',
  ],
  'events exclude': ['events: lunch, exclude: OrderAccepted', 'events: lunch, exclude: Paid'],
  'events compensates': ['events: lunch, compensates: { PaymentRefunded: Paid }', 'events: lunch, compensates: { Paid: PaymentRefunded }'],
  'events caused by': ['events: lunch, caused by: { Paid: OrderPlaced }', 'events: lunch, caused by: { PaymentRefunded: OrderPlaced }'],
  'events nothing else': [
    'events: lunch, include: [OrderPlaced, Paid, PaymentRefunded], nothing else: true',
    'events: lunch, include: [OrderPlaced, Paid], nothing else: true',
  ],
  'row is': ['row: { table: orders, key: o1 }, is: paid', 'row: { table: orders, key: o1 }, is: placed'],
  "row isn't": ["row: { context: front, table: orders, key: o1 }, isn't: placed", "row: { table: orders, key: o1 }, isn't: paid"],
  'row where': ['row: { table: orders, key: o1 }, where: { price: 9000 }', 'row: { table: orders, key: o1 }, where: { price: 9001 }'],
  'row exists': ['row: { table: orders, key: o9 }, exists: false', 'row: { table: orders, key: o1 }, exists: false'],
  'rows where': [
    'rows: { table: orders }, where: { status: paid }, count: 1',
    'rows: { table: orders }, where: { status: refunded }, count: 1',
  ],
  'rows count': ['rows: { table: orders }, count: 2', 'rows: { table: orders }, count: 0'],
  'nothing else': ['nothing else: true', 'nothing else: true'],
  'dead letters': ['dead letters: 1', 'dead letters: 0'],
  'dead letters in': ['dead letters: 1, in: store', 'dead letters: 1, in: front'],
  'dead letters reason': ['dead letters: 1, reason: not JSON', 'dead letters: 1, reason: too large'],
  'delivery list': ['delivery list: { includes: lunch, excludes: dinner, exactly: [lunch] }', 'delivery list: { excludes: lunch }'],
  'mypage drift': ['mypage drift: none', 'mypage drift: none'],
  'answer status': ['answer: found, status: 201', 'answer: found, status: 200'],
  'answer body': ['answer: found, body: { id: o1 }', 'answer: found, body: { id: o2 }'],
  'answer headers': ['answer: found, headers: { location: /x }', 'answer: found, headers: { location: /y }'],
  'any of': [
    'any of: [{ order: lunch, is: placed }, [{ order: lunch, is: paid }, { payment: lunch, is: paid }]]',
    'any of: [{ order: lunch, is: placed }, [{ order: lunch, is: paid }, { payment: lunch, is: refunded }]]',
  ],
  'value is': ['value: 7, is: 7', 'value: 7, is: 8'],
  "value isn't": ["value: 7, isn't: 8", "value: 7, isn't: 7"],
};
