/** What clients were told, held to what is there: histories that can have been, and such that can not. */
import { describe, expect, it } from 'vitest';
import EXPLORED_FOOD from '../contexts/explored.ts';
import type { Envelope } from '../kernel/envelope.ts';
import { judgeTold, type ToldByLoad } from './judge-told.ts';

const told = (given: Partial<ToldByLoad>): ToldByLoad => ({
  method: 'POST',
  route: '/orders',
  correlation: 'c-1',
  startMs: 0,
  endMs: 10,
  status: 201,
  ...given,
});
const event = (type: string, correlationid: string): Envelope => ({ type, correlationid, subject: 'o-1' }) as unknown as Envelope;
const foundIn = (all: readonly ToldByLoad[], stream: readonly Envelope[] = []) =>
  judgeTold(EXPLORED_FOOD, all, stream).map(({ found }) => found);

describe('what was granted is there once, and what was refused is not', () => {
  it.each<readonly [status: number, times: number, isRight: boolean]>([
    [201, 1, true],
    [201, 0, false],
    [201, 2, false],
    [409, 0, true],
    [409, 1, false],
    // Nobody knows what became of what was not answered, or failed; but twice is too often.
    [0, 0, true],
    [0, 1, true],
    [500, 1, true],
    [500, 2, false],
  ])('answered %i and told %i times: %s', (status, times, isRight) => {
    const stream = Array.from({ length: times }, () => event('OrderPlaced', 'c-1'));
    expect(foundIn([told({ status })], stream)).toHaveLength(isRight ? 0 : 1);
  });

  it('counts by the request, and takes a repetition that changes nothing as it is', () => {
    expect(foundIn([told({})], [event('OrderPlaced', 'c-2')])).toEqual(['place  was answered HTTP 201, and OrderPlaced was told 0 times.']);
    expect(foundIn([told({ method: 'DELETE', route: '/orders/:orderId', subject: 'o-1', status: 202 })])).toEqual([]);
  });
});

describe('what was told of one thing can have happened in some order', () => {
  const step = (name: string, at: string, after: string, startMs: number, endMs: number) => ({ what: name, at, after, startMs, endMs });
  const look = (status: string, startMs: number, endMs: number) => step('GET', status, status, startMs, endMs);
  const ofKitchen = (...moments: readonly ReturnType<typeof step>[]) =>
    foundIn(
      moments.map(({ what, after: state, startMs, endMs }) => {
        const asked =
          what === 'GET' ? { method: 'GET', route: '/foodCookings' } : { method: 'PUT', route: `/foodCookings/:orderId/${what}` };
        return told({ ...asked, subject: 'o-1', status: 200, state, startMs, endMs });
      }),
    ).find((found) => found.startsWith('foodCookings:'));

  it.each([
    ['one after another', [step('accept', 'paid', 'accepted', 0, 10), step('start', 'accepted', 'cooking', 20, 30)]],
    ['the answer to the first came late', [step('start', 'accepted', 'cooking', 5, 8), step('accept', 'paid', 'accepted', 0, 10)]],
    [
      'looks again and again',
      [look('unpaid', 0, 1), look('paid', 2, 3), look('paid', 4, 5), step('accept', 'paid', 'accepted', 6, 7), look('accepted', 6, 9)],
    ],
  ])('%s', (_what, moments) => {
    expect(ofKitchen(...moments)).toBeUndefined();
  });

  it.each([
    [
      'accepted twice',
      [step('accept', 'paid', 'accepted', 0, 10), step('accept', 'paid', 'accepted', 5, 12)],
      /accept \(paid → accepted\) was granted 2 times/,
    ],
    ['accepted and rejected', [step('accept', 'paid', 'accepted', 0, 10), step('reject', 'paid', 'rejected', 5, 12)], /were both granted/],
    [
      'cooked before it was accepted',
      [step('start', 'accepted', 'cooking', 0, 10), step('accept', 'paid', 'accepted', 11, 12)],
      /start \(accepted → cooking\) was over before accept/,
    ],
    [
      'seen as it was before',
      [step('accept', 'paid', 'accepted', 0, 10), look('paid', 11, 12)],
      /was over before GET \/foodCookings \(paid\) began/,
    ],
    [
      'seen in what ends it, and then in what went before',
      [look('rejected', 0, 1), look('unpaid', 5, 6)],
      /GET \/foodCookings \(rejected\) was over before GET \/foodCookings \(unpaid\) began/,
    ],
  ])('is found where not: %s', (_what, moments, said) => {
    expect(ofKitchen(...moments)).toMatch(said);
  });

  it('of each thing by itself, from what verbs and looks were answered', () => {
    const accept = (subject: string, startMs: number) =>
      told({
        method: 'PUT',
        route: '/foodCookings/:orderId/accept',
        correlation: `${subject}${startMs}`,
        subject,
        status: 200,
        state: 'accepted',
        startMs,
        endMs: startMs + 5,
      });
    const events = [event('OrderAccepted', 'o-10'), event('OrderAccepted', 'o-20'), event('OrderAccepted', 'o-220')];
    expect(foundIn([accept('o-1', 0), accept('o-2', 0)], events)).toEqual([]);
    expect(foundIn([accept('o-2', 0), accept('o-2', 20)], events)).toEqual(['foodCookings: accept (paid → accepted) was granted 2 times.']);
    const seen = told({ method: 'GET', route: '/foodCookings', subject: 'o-1', status: 200, state: 'paid', startMs: 50, endMs: 51 });
    expect(foundIn([accept('o-1', 0), seen], events)).toEqual([expect.stringContaining('was over before GET /foodCookings (paid) began')]);
  });
});
