/** Each rule that judges speaks where it must, and is silent where it must not: a rule without both is refused. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { BreakerLook } from '../../explore/simulate/breaker-record.ts';
import type { BreakerRule, Invariant, Rule, Shown, SightingRule } from '../../explore/simulate/invariant.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { COLUMNS } from './fields.ts';
import {
  alsoCommits,
  alsoSees,
  alsoTold,
  answering,
  events,
  firstEvent,
  judged,
  lastRow,
  leaving,
  losing,
  playHealthy,
  rewrites,
  rows,
  telling,
  type History,
  type Spoil,
} from './history.fixture.ts';
import { INVARIANTS } from './index.ts';
import { FINAL, TRUTH } from './statuses.ts';
import {
  withStatus,
  isIn,
  gone,
  without,
  removing,
  instead,
  envelope,
  causedBy,
  twice,
  letterless,
  answeredBy,
  wishing,
  showing,
  page,
  onBoard,
} from './spoils.fixture.ts';

/** By the sentence of an invariant and the breach of a rule: the histories that the rule must fail. */
type Breaches = Readonly<Record<string, Readonly<Record<string, readonly Spoil[]>>>>;

const AGREE = 'Order, ticket, payment, delivery and Mypage agree.';
const ORIGIN = 'Each event has the right origin, cause, correlation and order.';
const TOLD = 'Each coupon is told of once, with the balance after it.';
const STORY = 'What was told of an order is its whole story, each part of it once.';
const ENDED = 'Nothing is cooked, picked up or delivered after its order was cancelled or rejected.';
const AHEAD = 'Nobody is told of what has not happened.';
const WISH = 'What people asked for is what is told and kept.';

const BREACHES: Breaches = {
  'A final status never changes.': {
    'a final status that changes': Object.entries(FINAL).flatMap(([table, statuses]) =>
      [...statuses].flatMap((status): Spoil[] => {
        const final = rewrites(table, withStatus(String(status)));
        return [
          (history) => rewrites(table, withStatus('changed'))(final(history)),
          (history) => gone(table, String(status))(final(history)),
        ];
      }),
    ),
  },
  'Never more is refunded than was paid.': {
    'a refund of what was not paid': [rewrites('payments', withStatus('refunded'), isIn('declined'))],
  },
  'Mypage never goes backwards.': {
    'a page that goes back, or is gone': [
      rewrites('mypages', withStatus('accepted'), isIn('cooked')),
      rewrites('mypages', null, isIn('paid')),
    ],
  },
  [ENDED]: {
    'food for an order that has ended': [
      (history) =>
        alsoCommits('store', { table: 'foodCookings', key: lastRow(history, 'orders', isIn('canceled')).key, row: { status: 'cooking' } })(
          history,
        ),
      (history) =>
        alsoCommits('rider', { table: 'deliveries', key: lastRow(history, 'orders', isIn('rejected')).key, row: { status: 'delivering' } })(
          history,
        ),
    ],
    'the end of an order whose food is under way': [
      rewrites('orders', withStatus('canceled'), isIn('cooked')),
      rewrites('orders', withStatus('rejected'), isIn('cooked')),
    ],
  },
  [AHEAD]: {
    'a delivery that is ready before its food': [rewrites('deliveries', withStatus('ready'), isIn('canceled'))],
    'a ticket that is paid before its payment': [
      rewrites('foodCookings', withStatus('paid'), (row) => row['customerId'] === 'park' && row['status'] === 'canceled'),
    ],
    'a copy that runs ahead of its owner': Object.keys(TRUTH).flatMap((status) =>
      ['orders', 'mypages'].map((table) => rewrites(table, withStatus(status), isIn(status === 'paid' ? 'payment-failed' : 'paid'))),
    ),
  },
  'A status goes only where the domain lets it go.': {
    'a step that the domain does not know': [
      rewrites('orders', withStatus('placed'), isIn('delivered')),
      rewrites('payments', withStatus('paid'), isIn('declined')),
      rewrites('foodCookings', withStatus('unpaid'), isIn('paid')),
      rewrites('deliveries', withStatus('waiting'), isIn('ready')),
    ],
  },
  'Coupons are never fewer than none.': {
    'a balance below none': [rewrites('customers', (row) => ({ ...row, couponCount: -1 }))],
  },
  'A coupon that was taken back is not given again.': {
    'a coupon that comes back, or is forgotten': [
      rewrites('couponGrants', withStatus('granted'), isIn('revoked')),
      rewrites('couponGrants', null, isIn('granted')),
      rows('couponGrants', 'first', withStatus('revoked')),
    ],
  },
  'An order remembers how far it came.': {
    'progress of orders': [
      rewrites(
        'orders',
        (row) => ({ ...row, status: 'cancel-requested', progress: 'placed' }),
        (row) => row['progress'] === 'accepted',
      ),
    ],
  },
  'The same event never has its effect twice.': { 'an event that is taken in a second time': [twice] },
  'What is told is done in the same commit.': {
    'an event of what was not done, or done otherwise': [
      without('payments'),
      without('reviews'),
      removing('reviews'),
      rows('foodCookings', 'each', withStatus('unpaid')),
      telling('Paid', (data) => ({ ...data, amount: 1 })),
      telling('CouponGranted', (data) => ({ ...data, couponCount: 9 })),
      telling('CouponRevoked', (data) => ({ ...data, reason: 'welcome' })),
    ],
  },
  'Each event is told in a whole envelope.': {
    'an attribute that is not what it must be': [
      envelope({ time: '2026-01-01T00:00:00.000Z' }),
      envelope({ traceparent: 'none' }),
      envelope({ correlationid: '' }),
    ],
  },
  'What is published is what was committed.': {
    'an event that is published otherwise than it was committed': [
      (history) => ({
        ...history,
        happenings: history.happenings.map((one) =>
          one.kind === 'stored' ? { ...one, event: { ...one.event, time: '2026-01-01T00:00:00.000Z' } } : one,
        ),
      }),
    ],
  },
  'Mypage shows what it has heard.': {
    'a page that shows something else': [
      ...['status', 'progress', 'end', 'isCancelRequested', 'isCancelRefused', 'placedAt', 'updatedAt', 'lastEventId'].map((name) =>
        rows('mypages', 'last', (row) => ({ ...row, [name]: 'odd' })),
      ),
      without('mypages'),
      // Its OrderPlaced was put aside, and the page shows it all the same.
      instead('customer', 'OrderPlaced', (changes, id) => [...changes, { table: 'parked', key: [id], row: {} }]),
    ],
  },
  'Mypage is the fold of the stream.': {
    'a page that its own fold does not give': [leaving({ drift: [{ message: 'another page', subject: 'o' }] })],
  },
  'Each request is answered as the domain says.': {
    'another answer, or another effect, than the domain says': [
      answering('confirm', (one) => ({ ...one, response: { status: 409, headers: {}, body: { code: 'delivery-status-mismatch' } } })),
      answering('place', (one) => ({ ...one, response: { ...one.response, body: { ...(one.response.body as Row), price: 1 } } })),
    ],
    'a repeated request that is answered otherwise': [
      answering('pick', (one) => ({ ...one, granted: { status: 200, headers: {}, body: { id: 'another' } } })),
    ],
  },
  'What is shown is what is kept.': {
    'an answer that shows something else than was done': [
      showing({ statusText: '접수' }),
      showing({ secret: 1 }),
      showing({ updatedAt: 'then' }),
    ],
    'one that is shown otherwise, or not found': [
      (history) =>
        alsoSees({
          path: '/deliveryLists',
          id: String(lastRow(history, 'deliveryLists').key[0]),
          query: {},
          response: { status: 404, headers: {}, body: { code: 'delivery-list-not-found' } },
        })(history),
      alsoSees({ path: '/orders', id: 'nobody-knows', query: {}, response: { status: 200, headers: {}, body: {} } }),
      alsoSees({
        path: '/orders',
        id: 'nobody-knows',
        query: {},
        response: { status: 404, headers: {}, body: { code: 'mypage-not-found' } },
      }),
    ],
    'a page that shows others, or in another order': [
      alsoSees({ path: '/deliveryLists', id: undefined, query: {}, response: page([], 1) }),
      alsoSees({ path: '/deliveryLists', id: undefined, query: {}, response: { status: 200, headers: {}, body: null } }),
      alsoSees({ path: '/deliveryLists', id: undefined, query: {}, response: { status: 200, headers: {}, body: { items: [null] } } }),
      (history) =>
        alsoSees({
          path: '/deliveryLists',
          id: undefined,
          query: { customerId: 'kim' },
          response: page([onBoard(lastRow(history, 'deliveryLists').row as Row)], 1),
        })(history),
    ],
    'a page that counts wrongly': [
      (history) =>
        alsoSees({
          path: '/deliveryLists',
          id: undefined,
          query: {},
          response: page([onBoard(lastRow(history, 'deliveryLists').row as Row)], 2),
        })(history),
    ],
    'a page that is refused': [
      alsoSees({ path: '/orders', id: undefined, query: { status: '취소됨' }, response: { status: 400, headers: {} } }),
    ],
  },
  'There are no dead letters.': {
    'a message that was given up': [
      leaving({
        remains: [
          { context: 'rider', outbox: 0, parked: [], deadLetters: [{ id: 'e', type: 'Paid', subject: 'o', error: 'no', attempts: 6 }] },
        ],
      }),
    ],
  },
  'Outboxes are empty at rest.': {
    'an event that was not published': [leaving({ remains: [{ context: 'rider', outbox: 1, parked: [], deadLetters: [] }] })],
  },
  'Nothing is put aside at rest.': {
    'a message that a context still waits with': [
      leaving({
        remains: [{ context: 'rider', outbox: 0, parked: [{ type: 'Paid', subject: 'o', reason: 'too early' }], deadLetters: [] }],
      }),
    ],
    'a message that a database keeps, and nobody waits for': [
      alsoCommits('rider', { table: 'parked', key: ['01KDVDNA00ZZZZZZZZZZZZZZZZ'], row: { eventId: 'x' } }),
    ],
  },
  'What was cancelled or rejected is refunded exactly once and in full, and nothing else is.': {
    'money that is kept, or given back twice, or for nothing': [
      losing('PaymentRefunded'),
      alsoTold('PaymentRefunded'),
      (history) => alsoTold('Paid', (event) => ({ ...event, subject: firstEvent(history, 'OrderCanceled').subject }))(history),
      telling('PaymentRefunded', (data) => ({ ...data, amount: Number(data['amount']) - 1 })),
      (history) => alsoTold('PaymentRefunded', (event) => ({ ...event, subject: firstEvent(history, 'Delivered').subject }))(history),
      // Nothing that is given back twice is one time too often, too.
      (history) =>
        alsoTold('PaymentRefunded')(
          telling('PaymentRefunded', (data) => ({ ...data, amount: 0 }))(telling('Paid', (data) => ({ ...data, amount: 0 }))(history)),
        ),
    ],
  },
  'Every order is final or waits for a person.': {
    'an order that nobody does anything about any more': [
      rewrites('orders', withStatus('cancel-requested')),
      rewrites('orders', withStatus('placed')),
    ],
  },
  [AGREE]: {
    'a ticket that stands apart': [rewrites('foodCookings', withStatus('unpaid'))],
    'a payment that stands apart': [rewrites('payments', withStatus('pending'))],
    'a delivery that stands apart': [rewrites('deliveries', withStatus('ready'))],
    'a page that stands apart': [rewrites('mypages', withStatus('unpaid'))],
    'a board that stands apart': [without('deliveryLists'), rewrites('orders', withStatus('delivered'), isIn('cooked'))],
    'what belongs to an order that there is not': ['payments', 'foodCookings', 'deliveries', 'deliveryLists', 'mypages'].map((table) =>
      alsoCommits('front', { table, key: ['nowhere'], row: {} }),
    ),
  },
  'There is one notice for each change of status.': {
    'an event that nobody is told of': [without('notices')],
    'a notice that was not sent': [rewrites('notices', withStatus('failed'))],
    'a notice of what did not happen': [
      alsoCommits('notification', { table: 'notices', key: ['nothing'], row: { type: 'Paid', orderId: 'o' } }),
    ],
  },
  'Coupons are the welcome coupon and one for each live review.': {
    'another balance, or several': [
      rewrites('customers', (row) => ({ ...row, couponCount: Number(row['couponCount']) + 1 })),
      without('customers'),
      (history) => losing('CouponGranted')(rewrites('customers', (row) => ({ ...row, couponCount: 9 }))(history)),
    ],
  },
  [TOLD]: {
    'a coupon that nobody is told of': [losing('CouponGranted'), losing('CouponRevoked')],
    'a coupon that is told twice, or for nothing': [
      alsoTold('CouponGranted'),
      telling('CouponRevoked', (data) => ({ ...data, reviewId: 'another' })),
    ],
    'a balance that is told wrongly': [telling('CouponGranted', (data) => ({ ...data, couponCount: Number(data['couponCount']) + 1 }))],
    'a coupon of a review that is told of another order': [
      (history) => events('CouponRevoked', (event) => ({ ...event, subject: firstEvent(history, 'OrderRejected').subject }))(history),
    ],
  },
  [STORY]: {
    'a part that was not told': [
      'Paid',
      'OrderAccepted',
      'CookStarted',
      'CookFinished',
      'Picked',
      'Delivered',
      'CancelRefused',
      'OrderCanceled',
      'DeliveryCanceled',
      'PaymentRefunded',
    ].map((type) => losing(type)),
    'a part too much': [
      (history) =>
        ['OrderRejected', 'PaymentDeclined'].reduce(
          (told, type) => alsoTold(type, (event) => ({ ...event, subject: firstEvent(history, 'Delivered').subject }))(told),
          history,
        ),
      alsoTold('Paid'),
      alsoTold('OrderCanceled'),
      (history) => alsoTold('OrderRejected', (event) => ({ ...event, subject: firstEvent(history, 'Delivered').subject }))(history),
    ],
  },
  [ORIGIN]: {
    'an event of somebody else': [envelope({ source: '/front' }), envelope({ type: 'Nonsense' })],
    'an event without its reason': [envelope({ causationid: 'a request' }), causedBy('OrderCanceled', 'Paid')],
    'an event before its reason': [
      (history) => ({
        ...history,
        happenings: history.happenings
          .filter(({ kind }) => kind !== 'stored')
          .concat(history.happenings.filter(({ kind }) => kind === 'stored').toReversed()),
      }),
    ],
    'another correlation than its reason': [envelope({ correlationid: 'another' })],
    'another trace than its reason': [envelope({ traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01` })],
    'another order than its reason': [(history) => envelope({ subject: firstEvent(history, 'Delivered').subject })(history)],
    'an order that there is not': [envelope({ subject: 'nowhere' })],
    'another customer': [telling('DeliveryCanceled', (data) => ({ ...data, customerId: 'nobody' }))],
    'another amount': [telling('Paid', (data) => ({ ...data, amount: Math.round(Number(data['amount']) / 10) }))],
    'another store': [telling('OrderAccepted', (data) => ({ ...data, storeId: 'elsewhere' }))],
    'another status': ['OrderAccepted', 'OrderRejected', 'CookStarted', 'CookFinished', 'CookingCanceled', 'CancelRefused'].map((type) =>
      telling(type, (data) => ({ ...data, status: 'paid' })),
    ),
    'a span that another event has': [(history) => envelope({ traceparent: firstEvent(history, 'OrderPlaced').traceparent })(history)],
  },
  'Who brings it is who picked it up.': {
    'a rider whom the delivery does not name': [
      telling('Picked', (data) => ({ ...data, riderId: 'nobody' })),
      telling('Delivered', (data) => ({ ...data, riderId: 'nobody' })),
    ],
  },
  'What was granted is done once, and nothing else is.': {
    'a request that was done too often, or not': [
      losing('Delivered'),
      alsoTold('Delivered'),
      answeredBy(409),
      (history) => alsoTold('OrderCancelRequested')(history),
    ],
    'an event that nobody asked for': [letterless],
  },
  'Every request is answered.': {
    'a request that fails to the last': [answeredBy(503)],
    'a request that nobody answers': [leaving({ unanswered: 1 })],
  },
  [WISH]: {
    'a wish that is told otherwise': [wishing({ address: 'Busan' }), wishing({ riderId: 'nobody' }), wishing({ content: '?' })],
    'a wish that is kept otherwise': [
      wishing({ price: 1 }),
      wishing({ options: ['more'] }),
      wishing({ riderId: 'nobody' }),
      wishing({ orderId: 'another' }),
    ],
    'a payment that comes to something else': [wishing({ payment: 'decline' }), wishing({ payment: 'approve' }), without('payments')],
  },
};

/** Two customers of whom UTF-16 and code points know different orders. */
const [FIRST, SECOND] = ['\uffee', '\u{1f35c}'];
const customer = (customerId: string): Row => ({ customerId, couponCount: 1, welcomeOrderId: 'o', createdAt: 'then', updatedAt: 'then' });
const onPage = (size: number, number: number, ...ids: readonly string[]) => ({
  items: ids.map((id) => ({ id, ...customer(id) })),
  page: { number, size, totalItems: 2, totalPages: Math.ceil(2 / size) },
});
/** Nothing but these two customers, and a page of them. */
const ofTwo =
  (query: Readonly<Record<string, string>>, body: Row): Spoil =>
  (history) =>
    alsoSees({ path: '/customers', id: undefined, query, response: { status: 200, headers: {}, body } })(
      alsoCommits(
        'customer',
        ...[SECOND, FIRST].map((id) => ({ table: 'customers', key: [id], row: customer(id) })),
      )({ ...history, happenings: [] }),
    );

const withoutItsPage = (changes: readonly RowChange[], id: string): readonly RowChange[] => {
  const taken = changes.findIndex(({ table, key }) => table === 'inbox' && key[0] === id);
  const shown = changes.findIndex(({ table }, index) => index > taken && table === 'mypages');
  return changes.filter((_, index) => index !== shown);
};

/** By the sentence of an invariant: odd histories of which its rules must be silent. */
const RIGHTS: Readonly<Record<string, readonly Spoil[]>> = {
  'Never more is refunded than was paid.': [rewrites('payments', (row) => ({ ...row, updatedAt: 1 }), isIn('refunded'))],
  // Not each order is on its way before it ends.
  'An order remembers how far it came.': [rows('orders', 'first', (row) => ({ ...row, status: 'rejected', progress: 'placed' }))],
  // What was given up, or put aside, was not heard.
  'Mypage shows what it has heard.': [
    instead('customer', 'Delivered', (changes, id) => [
      ...withoutItsPage(changes, id),
      { table: 'dead_letters', key: [-1], row: null },
      { table: 'dead_letters', key: [1], row: { id } },
    ]),
    instead('customer', 'Delivered', (changes, id) => [...withoutItsPage(changes, id), { table: 'parked', key: [id], row: {} }]),
    // What a rebuild makes of the stream, another invariant holds to it.
    (history) => {
      const { happenings, ...others } = without('mypages')(history);
      return {
        ...others,
        happenings: [
          {
            kind: 'committed',
            context: 'customer',
            changes: [{ table: 'mypages', key: ['o'], row: null }],
            now: '2026-01-01T00:00:00.000Z',
          },
          ...happenings,
        ],
      };
    },
  ],
  // Taken back once, and written again as it was; or heard of when it was taken back already.
  'What is kept says when it happened.': [
    rewrites('couponGrants', (row) => row, isIn('revoked')),
    rows('couponGrants', 'first', (row) => ({ ...row, status: 'revoked', revokedAt: row['grantedAt'] })),
  ],
  // Where it has not come to an end yet, its story has none either.
  [STORY]: [rewrites('orders', withStatus('placed')), rewrites('orders', withStatus('cancel-requested'))],
  // Where nobody wrote letters (a scenario), nobody wished for anything.
  [WISH]: [leaving({ letters: [] })],
  // Its order's story tells that nobody committed it.
  'What is published is what was committed.': [alsoTold('Paid')],
  'What is shown is what is kept.': [
    answering('accept', (one) => ({
      ...one,
      response: { status: 200, headers: { 'idempotency-replayed': 'true' }, body: { id: one.asked.key, status: 'then' } },
    })),
    answering('review', (one) => ({ ...one, response: { ...one.response, body: { id: 'deleted-since' } } })),
    ...[199, 300, 409].map((status) =>
      answering('accept', (one) => ({ ...one, response: { status, headers: {}, body: { id: one.asked.key } } })),
    ),
    alsoSees({ path: '/orders', id: 'nobody-knows', query: {}, response: { status: 404, headers: {}, body: { code: 'order-not-found' } } }),
    ofTwo({}, onPage(20, 0, FIRST, SECOND)),
    ofTwo({ size: '1' }, onPage(1, 0, FIRST)),
    ofTwo({ size: '1', page: '1' }, onPage(1, 1, SECOND)),
    ofTwo({ size: '1', page: '2' }, onPage(1, 2)),
  ],
};

const look = (more: Partial<BreakerLook>): BreakerLook => ({
  what: 'through',
  at: 20_000,
  latencyMs: 10,
  why: '',
  openedAt: undefined,
  probes: 0,
  underWay: 1,
  ending: 0,
  health: () => ({ calls: 20, errors: 10 }),
  ...more,
});
const opens = (calls: number, errors: number): BreakerLook =>
  look({ what: 'open', why: 'threshold', openedAt: 20_000, health: () => ({ calls, errors }) });
/** What a breaker must not do, and the nearest thing that it may. */
const OF_A_BREAKER: Readonly<Record<string, readonly [breach: BreakerLook, right: BreakerLook]>> = {
  'it opens after too few calls': [opens(19, 19), opens(20, 10)],
  'it opens with too few errors': [opens(21, 10), opens(20, 10)],
  'a look-up is rejected while there is room': [
    look({ what: 'rejected', underWay: 8, ending: 1 }),
    look({ what: 'rejected', underWay: 9, ending: 1 }),
  ],
  'a caller waits too long': [look({ what: 'timeout', latencyMs: 501 }), look({ what: 'timeout', latencyMs: 500 })],
  'too many look-ups at once': [look({ underWay: 11 }), look({ underWay: 10 })],
  'a look-up comes through while it sleeps': [look({ openedAt: 15_000, probes: 1 }), look({ openedAt: 14_999, probes: 1 })],
  'another is let in, or kept out, than by its model': [look({ what: 'differs', why: 'It let a look-up in.' }), look({})],
  'a second probe': [look({ openedAt: 14_999, probes: 2 }), look({ openedAt: 14_999, probes: 1 })],
};

const told = (...types: readonly string[]): Shown => ({
  world: { stream: types.map((type) => ({ type }) as Envelope) },
  faults: [],
  noticed: new Set(),
});
const crashed = (at: string): Shown => ({
  world: { stream: [] },
  faults: [{ fault: 'crash', to: '', detail: { at } }],
  noticed: new Set(),
});
const struck = (fault: 'handler' | 'stop' | 'kill' | 'late duplicate' | 'duplicate', failures?: number | 'always'): Shown => ({
  world: { stream: [] },
  faults: [{ fault, to: '', detail: { failures } }],
  noticed: new Set(),
});
const noticed = (what: string): Shown => ({ world: { stream: [] }, faults: [], noticed: new Set([what]) });
/** What shows each sighting, and what is nearest to it and does not. */
const SHOWN: Readonly<Record<string, readonly [seen: Shown, unseen: Shown]>> = {
  'A cancellation beat the kitchen.': [told('CookingCanceled'), told('CancelRefused')],
  'The kitchen beat a cancellation.': [told('CancelRefused'), told('CookingCanceled')],
  'A duplicate arrived.': [noticed('duplicate'), noticed('overtaking')],
  'A message overtook another.': [noticed('overtaking'), noticed('duplicate')],
  'A context crashed between commit and publish.': [crashed('before-publish'), crashed('after-publish')],
  'A context crashed between handling and acknowledging.': [crashed('before-acknowledge'), crashed('before-commit')],
  'The breaker opened.': [noticed('opened'), noticed('closed again')],
  'The breaker closed again.': [noticed('closed again'), noticed('opened')],
  'A handler failed for a while.': [struck('handler', 2), struck('handler', 'always')],
  'A handler failed until its message was given up.': [struck('handler', 'always'), struck('handler', 2)],
  'A context was stopped.': [struck('stop'), struck('kill')],
  'A message came again after a long silence.': [struck('late duplicate'), struck('duplicate')],
};

/** What is found, as people read it; ids are drawn, and tell nothing. */
const textOf = (found: string | undefined): string | undefined =>
  found?.replace(/[0-9A-HJKMNP-TV-Z]{26}/g, 'ID').replace(/[0-9a-f]{32}-[0-9a-f]{16}/g, 'TRACE');

const alone = (invariant: Invariant, rule: Rule): readonly Invariant[] => [{ ...invariant, rules: [rule] }];

/** Columns that are spoilt in each way that there is: as they were first written, in each row, and written once more. */
const spoilt = (table: string, name: string): readonly Spoil[] => {
  const odd = (row: Row): Row => ({ ...row, [name]: 'odd' });
  return [
    rows(table, 'first', odd),
    rows(table, 'last', odd),
    rows(table, 'each', odd),
    rewrites(table, odd),
    rows(table, 'each', (row) => ({ ...row, [name]: null })),
  ];
};

const ofColumns = ({ rules }: Invariant): readonly Rule[] =>
  rules.filter(({ when, breach }) => when === 'changed' && (breach.split(' of ')[1] ?? '') in COLUMNS);
const EVERY = INVARIANTS.flatMap((invariant) =>
  invariant.rules.map((rule) => [`${invariant.sentence} ${rule.breach}`, invariant, rule] as const),
);

describe('each rule that judges', () => {
  let healthy: History;
  beforeAll(async () => {
    // A seed whose schedule has readers, who look at the board.
    healthy = await playHealthy('history 23');
  });

  it('has a sentence that no other has, and a breach of its own', () => {
    expect(new Set(INVARIANTS.map(({ sentence }) => sentence)).size).toBe(INVARIANTS.length);
    expect(new Set(EVERY.map(([name]) => name)).size).toBe(EVERY.length);
    for (const [sentence, breaches] of Object.entries(BREACHES)) {
      const known = INVARIANTS.find((invariant) => invariant.sentence === sentence)?.rules.map(({ breach }) => breach);
      for (const breach of Object.keys(breaches)) expect(known, `${sentence} ${breach}`).toContain(breach);
    }
  });

  it('is silent of what the healthy system did', () => {
    expect(judged(healthy, INVARIANTS)).toEqual([]);
    expect(new Set(healthy.happenings.map(({ kind }) => kind)).size).toBe(4);
  });

  it.each(Object.entries(RIGHTS))('is silent of what is odd, and right: %s', (sentence, histories) => {
    const invariants = INVARIANTS.filter((invariant) => invariant.sentence === sentence);
    expect(invariants).toHaveLength(1);
    expect(histories.map((spoil) => judged(spoil(healthy), invariants))).toEqual(histories.map(() => []));
  });

  it.each(EVERY)('speaks: %s', (_name, invariant, rule) => {
    if (rule.when === 'guarded') {
      const [breach, right] = OF_A_BREAKER[rule.breach] ?? [];
      const said = breach && (rule satisfies BreakerRule).check(breach);
      expect([said, right && rule.check(right)]).toEqual([expect.any(String), undefined]);
      expect(said).toMatchSnapshot();
      return;
    }
    if (rule.when === 'in the end') {
      const [seen, unseen] = SHOWN[invariant.sentence] ?? [];
      expect([seen && (rule satisfies SightingRule).isSeen(seen), unseen && rule.isSeen(unseen)]).toEqual([true, false]);
      return;
    }
    if (ofColumns(invariant).includes(rule)) {
      const [names = '', table = ''] = rule.breach.split(' of ');
      const said: unknown[] = [];
      for (const name of names.split(', ')) {
        const found = spoilt(table, name).map(
          (spoil) => judged(spoil(healthy), alone(invariant, rule)).find((one) => one.found.startsWith(`${name} of ${table} is`))?.found,
        );
        expect(found.some(Boolean), `${name} of ${rule.breach}`).toBe(true);
        said.push(...new Set(found.filter(Boolean).map(textOf)));
      }
      for (const spoil of BREACHES[invariant.sentence]?.[rule.breach] ?? [])
        said.push(textOf(judged(spoil(healthy), alone(invariant, rule))[0]?.found) ?? 'nothing');
      expect(said).not.toContain('nothing');
      expect(said).toMatchSnapshot();
      return;
    }
    const spoils = BREACHES[invariant.sentence]?.[rule.breach] ?? [];
    expect(spoils.length, 'histories that it must fail').toBeGreaterThan(0);
    const said: unknown[] = [];
    for (const [index, spoil] of spoils.entries()) {
      const found = judged(spoil(healthy), alone(invariant, rule));
      expect(
        found.map((violation) => violation.invariant),
        `history ${index}`,
      ).toContain(invariant.sentence);
      said.push([...new Set(found.map((violation) => textOf(`${violation.found} (${violation.subject})`)))]);
    }
    expect(said).toMatchSnapshot();
  });

  it('knows every column by a rule, or by one that stands elsewhere and speaks of it', () => {
    for (const [table, columns] of Object.entries(COLUMNS)) {
      for (const [name, origins] of Object.entries(columns)) {
        for (const origin of origins) {
          if (!('heldBy' in origin)) continue;
          const invariant = INVARIANTS.find(({ sentence }) => sentence === origin.heldBy);
          const found = invariant === undefined ? [] : spoilt(table, name).flatMap((spoil) => judged(spoil(healthy), [invariant]));
          expect(found.length, `${name} of ${table}: ${origin.heldBy}`).toBeGreaterThan(0);
        }
      }
    }
  });
});
