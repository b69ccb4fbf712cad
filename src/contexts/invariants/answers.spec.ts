import { describe, expect, it } from 'vitest';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { AnswerRule } from '../../explore/simulate/invariant.ts';
import type { Asked } from '../../explore/simulate/asked.ts';
import type { Deed } from '../verbs.ts';
import { createWorld, type Row } from '../../explore/simulate/world.ts';
import { ANSWERS } from './answers.ts';
import { taken } from './taken.ts';
import { TABLES, type TableName, type World } from './rules.ts';
import { LEGAL } from './transitions.ts';

const TOO_LATE = '요리가 시작되기 전에만 주문취소가 가능합니다.';

const [ofAnswers, ofRepeats] = ANSWERS.flatMap(({ rules }) => rules as readonly AnswerRule[]);

/** A world in which one row is all there is. */
const worldOf = (table: TableName, row: Row | undefined): World => {
  const { world, committed } = createWorld({ tables: TABLES, transitions: LEGAL }, { stream: [], placeOf: () => undefined });
  if (row !== undefined) committed('somebody', [{ table, key: ['o1'], row }], () => undefined);
  return world;
};

const answer = (status: number, body?: Row): HttpResponse => ({ status, headers: {}, ...(body === undefined ? {} : { body }) });
const refusal = (code: string, detail = '') => answer(409, { code, detail });

/** What is found wrong where the row was `before` and is `after`, or gone; the same row where nothing is said of it. */
const found = (
  deed: Deed,
  table: TableName,
  before: string | undefined,
  response: HttpResponse,
  after: string | undefined = before,
): string => {
  const row = before === undefined ? undefined : { status: before };
  const now = after === before ? row : after === undefined || after === 'gone' ? undefined : { status: after };
  const asked: Asked = {
    errand: { deed, about: 'A', afterMs: 0 },
    request: { method: 'PUT', url: '/', headers: {} },
    subject: 'o1',
    key: 'o1',
    before: row,
  };
  return ofAnswers?.check({ asked, response, granted: undefined }, worldOf(table, now)) ?? 'nothing';
};

it.each([
  ['customerId', ' 김 '.normalize('NFD'), '김'],
  ['address', ' 서울 '.normalize('NFD'), '서울'.normalize('NFD')],
  ['options', [' hot ', ' mild'], ['hot', 'mild']],
  ['price', 7, 7],
])('what people give as %s is kept without spaces around it, and ids in one composition', (name, given, kept) => {
  expect(taken(name, given)).toStrictEqual(kept);
});

describe('an answer', () => {
  it.each([
    ['a step that was possible', () => found('accept', 'foodCookings', 'paid', answer(200, { status: 'accepted' }), 'accepted')],
    [
      'a step that was not, and names both statuses',
      () => found('finish', 'foodCookings', 'accepted', refusal('cooking-status-mismatch', 'cooking … accepted')),
    ],
    ['a step on nothing', () => found('pick', 'deliveries', undefined, answer(404, { code: 'delivery-not-found' }))],
    [
      'a cancellation in time, and a repeated one',
      () => found('cancel', 'orders', 'accepted', answer(202), 'cancel-requested') + found('cancel', 'orders', 'canceled', answer(202)),
    ],
    ['a cancellation too late', () => found('cancel', 'orders', 'cooked', refusal('order-already-cooking', TOO_LATE))],
    ['a cancellation of what has ended', () => found('cancel', 'orders', 'rejected', refusal('order-already-closed'))],
    ['a review too early', () => found('review', 'orders', 'delivering', refusal('order-not-delivered'))],
    [
      'a deleted review, and one that is gone',
      () =>
        found('delete-review', 'reviews', 'written', answer(204), 'gone') +
        found('delete-review', 'reviews', undefined, answer(404, { code: 'review-not-found' })),
    ],
    ['a failure that nobody decided on', () => found('confirm', 'deliveries', 'waiting', answer(503))],
  ])('is right to %s', (_what, said) => {
    expect(said().replaceAll('nothing', '')).toBe('');
  });

  it.each([
    [
      'a step granted too early',
      () => found('finish', 'foodCookings', 'accepted', answer(200, { status: 'cooked' }), 'cooked'),
      'it was accepted, and the answer is HTTP 200 cooked, not HTTP 409 cooking-status-mismatch.',
    ],
    [
      'a step refused in its time',
      () => found('pick', 'deliveries', 'ready', refusal('delivery-status-mismatch')),
      'it was ready, and the answer is HTTP 409 delivery-status-mismatch, not HTTP 200.',
    ],
    [
      'a refusal under another code',
      () => found('pick', 'deliveries', 'waiting', refusal('cooking-status-mismatch')),
      'it was waiting, and the answer is HTTP 409 cooking-status-mismatch, not HTTP 409 delivery-status-mismatch.',
    ],
    [
      'a refusal that does not name what is',
      () => found('start', 'foodCookings', 'cooked', refusal('cooking-status-mismatch', 'accepted')),
      'the refusal does not name cooked and accepted: accepted',
    ],
    [
      'what is refused and done',
      () => found('start', 'foodCookings', 'paid', refusal('cooking-status-mismatch', 'paid accepted'), 'cooking'),
      'it was refused, and done all the same: cooking.',
    ],
    [
      'a step on nothing that was granted',
      () => found('pick', 'deliveries', undefined, answer(200)),
      'it was not there, and the answer is HTTP 200, not HTTP 404 delivery-not-found.',
    ],
    [
      'a step granted without a word',
      () => found('accept', 'foodCookings', 'paid', { ...answer(200), body: null }, 'accepted'),
      'the answer says undefined, not accepted.',
    ],
    [
      'a cancellation refused and done',
      () => found('cancel', 'orders', 'cooking', refusal('order-already-cooking', TOO_LATE), 'canceled'),
      'it was refused, and the order is canceled.',
    ],
    [
      'a review of another order',
      () => found('review', 'orders', 'delivered', answer(201, { reviewId: 'r', orderId: 'o2' })),
      "the review's orderId is not o1.",
    ],
    [
      'what is granted and not done',
      () => found('accept', 'foodCookings', 'paid', answer(200, { status: 'accepted' })),
      'it was granted, and is paid, not accepted.',
    ],
    [
      'an answer that says something else',
      () => found('accept', 'foodCookings', 'paid', answer(200, { status: 'paid' }), 'accepted'),
      'the answer says paid, not accepted.',
    ],
    [
      'a late cancellation',
      () => found('cancel', 'orders', 'cooking', answer(202), 'cancel-requested'),
      'it was cooking, and the answer is HTTP 202, not HTTP 409 order-already-cooking.',
    ],
    [
      "a refused cancellation in other words than the seed's",
      () => found('cancel', 'orders', 'cooking', refusal('order-already-cooking', '안 됩니다')),
      "it is refused in other words than the seed's: 안 됩니다",
    ],
    ['a cancellation without effect', () => found('cancel', 'orders', 'paid', answer(202)), 'it was granted, and the order is paid.'],
    [
      'a review of what is not delivered',
      () => found('review', 'orders', 'cooked', answer(201, { reviewId: 'r' })),
      'a review was taken of an order that is cooked.',
    ],
    [
      'a deleted review that is still there',
      () => found('delete-review', 'reviews', 'written', answer(204)),
      'the review is deleted, and still there.',
    ],
  ])('is wrong: %s', (_what, said, expected) => {
    expect(said()).toBe(expected);
  });

  it('to a repeated request is the first one again, once it was granted', () => {
    const first = answer(201, { id: '1' });
    const asked: Asked = {
      errand: { deed: 'place', about: 'A', afterMs: 0 },
      request: { method: 'POST', url: '/orders', headers: {} },
      subject: '',
      key: '',
      before: undefined,
    };
    const wrongRepeat = (granted: HttpResponse | undefined, response: HttpResponse): string | undefined =>
      ofRepeats?.check({ asked, response, granted }, worldOf('orders', undefined));
    expect([wrongRepeat(undefined, answer(409)), wrongRepeat(first, answer(201, { id: '1' })), wrongRepeat(first, answer(500))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(wrongRepeat(first, answer(201, { id: '2' }))).toMatch(/^asked again under the same key/);
    expect(wrongRepeat(first, answer(409, { code: 'late' }))).toBe(
      'asked again under the same key, it is answered HTTP 409 late instead of HTTP 201.',
    );
  });
});
