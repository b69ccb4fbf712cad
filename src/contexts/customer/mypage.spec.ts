import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { createRandom } from '../../kernel/random.ts';
import { createSqliteMemoryDisk } from '../../runtime/tables/sqlite.ts';
import {
  OrderCancelRequested,
  OrderCanceled,
  OrderPlaced,
  Paid,
  PaymentDeclined,
  ReviewDeleted,
  ReviewWritten,
} from '../front/contract.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { CancelRefused, CookFinished, CookStarted, OrderAccepted, OrderRejected, type CookingStatus } from '../store/contract.ts';
import { eventOf, permutationsOf, putToWork, shuffledWithDuplicates } from '../context.fixture.ts';
import type { MypageStatus } from './contract.ts';
import { MYPAGE_EVENT_TYPES, createCustomer, mypageDrift, rebuildMypages } from './index.ts';
import { isKnown, tell, type Page } from './mypage.ts';
import { couponGrants, customers, mypageRowOf, mypages, type MypageRow } from './store.ts';

const ofOrder = { orderId: 'o1', customerId: 'kim' };
const order = { ...ofOrder, storeId: 's1', foodId: 'bibimbap', price: 12000, address: 'Seoul', options: ['spicy', 'no egg'] };
const ofTicket = (status: CookingStatus) => ({ ...ofOrder, storeId: 's1', status });

const placed = (second: number) => eventOf(OrderPlaced, order, second);
const paid = (second: number) => eventOf(Paid, { ...ofOrder, amount: 12000 }, second);
const declined = (second: number) => eventOf(PaymentDeclined, { ...ofOrder, amount: 12000 }, second);
const accepted = (second: number) => eventOf(OrderAccepted, ofTicket('accepted'), second);
const rejected = (second: number) => eventOf(OrderRejected, ofTicket('rejected'), second);
const started = (second: number) => eventOf(CookStarted, ofTicket('cooking'), second);
const finished = (second: number) => eventOf(CookFinished, ofTicket('cooked'), second);
const requested = (second: number) => eventOf(OrderCancelRequested, ofOrder, second);
const refused = (status: CookingStatus) => (second: number) => eventOf(CancelRefused, ofTicket(status), second);
const canceled = (second: number) => eventOf(OrderCanceled, ofOrder, second);
const picked = (second: number) => eventOf(Picked, { ...ofOrder, riderId: 'lee' }, second);
const delivered = (second: number) => eventOf(Delivered, { ...ofOrder, riderId: 'lee' }, second);

type Happening = (second: number) => Envelope;
/** Everything that can become of an order, each with the status that it must come to. */
const HISTORIES: Readonly<Record<string, readonly [final: MypageStatus, ...happenings: Happening[]]>> = {
  delivered: ['delivered', placed, paid, accepted, started, finished, picked, delivered],
  declined: ['payment-failed', placed, declined],
  rejected: ['rejected', placed, paid, rejected],
  'canceled before it was paid': ['canceled', placed, requested, paid, canceled],
  'canceled after it was accepted': ['canceled', placed, paid, accepted, requested, canceled],
  'asked to be canceled while cooking began': ['cooking', placed, paid, accepted, requested, started, refused('cooking')],
  'asked to be canceled too late, then delivered': [
    'delivered',
    placed,
    paid,
    accepted,
    started,
    requested,
    finished,
    refused('cooked'),
    picked,
    delivered,
  ],
  'asked to be canceled while the store rejected it': ['rejected', placed, paid, requested, rejected],
  'asked to be canceled while its payment was declined': ['payment-failed', placed, requested, declined],
  'waiting for an answer': ['cancel-requested', placed, paid, accepted, requested],
};
const NAMES = Object.keys(HISTORIES);
const eventsOf = (name: string): readonly Envelope[] =>
  (HISTORIES[name]!.slice(1) as Happening[]).map((happening, index) => happening(index + 1));

/** Each status is further than the ones before it; nothing is further than an end. */
const ORDER = ['unpaid', 'paid', 'accepted', 'cancel-requested', 'cooking', 'cooked', 'delivering', 'delivered'] as const;
const rankOf = (status: MypageStatus): number => {
  const rank = (ORDER as readonly string[]).indexOf(status);
  return rank === -1 ? ORDER.length : rank;
};

/** Tells the events one by one; asserts that the status, once shown, never goes backwards. Gives the last row. */
const foldInOrder = (events: readonly Envelope[]): MypageRow | undefined => {
  let page: Page = { placed: null, facts: null };
  let shown: MypageStatus | undefined;
  for (const event of events) {
    page = tell(page, event);
    if (!isKnown(page)) continue;
    const { status } = mypageRowOf(page);
    if (shown !== undefined && rankOf(status) < rankOf(shown))
      throw new Error(`from ${shown} back to ${status} in ${events.map((each) => each.type).join()}`);
    shown = status;
  }
  return isKnown(page) ? mypageRowOf(page) : undefined;
};

describe('Mypage', () => {
  test('shows each step of an order as it happens', () => {
    const customer = putToWork(createCustomer());
    const shown: string[] = [];
    for (const event of eventsOf('delivered')) {
      customer.deliver(event);
      shown.push((customer.ask('GET /mypages/o1').body as { statusText: string }).statusText);
    }
    expect(shown).toEqual(['미결재', '결재됨', '접수됨', '요리시작', '요리완료', '배송시작', '배송확정']);
  });

  test('shows a request to cancel until it is answered', () => {
    const customer = putToWork(createCustomer());
    const statusAfter = (event: Envelope): unknown => {
      customer.deliver(event);
      return customer.read.get(mypages, 'o1')?.status;
    };
    expect(eventsOf('asked to be canceled while cooking began').map(statusAfter)).toEqual([
      'unpaid',
      'paid',
      'accepted',
      'cancel-requested',
      'cooking',
      'cooking',
    ]);
  });

  test('goes back to where the kitchen is, even where the kitchen itself was not heard yet', () => {
    const events = [placed(1), paid(2), accepted(3), requested(4), refused('cooking')(5)];
    expect(foldInOrder(events)).toMatchObject({ status: 'cooking', progress: 'cooking', isCancelRefused: true });
  });

  test('takes any refusal as the answer to the request, so that no row waits for ever', () => {
    expect(foldInOrder([placed(1), paid(2), refused('paid')(4), requested(3)])?.status).toBe('paid');
  });

  test.each(NAMES)('of an order %s is the same row in every order of arrival, and never goes backwards', (name) => {
    const events = eventsOf(name);
    const expected = foldInOrder(events);
    expect(expected?.status).toBe(HISTORIES[name]![0]);
    // Ten events have 3.6 million orders of arrival; of the longest histories a seeded draw has to do.
    const random = createRandom(name);
    const orders = events.length <= 6 ? permutationsOf(events) : Array.from({ length: 5000 }, () => shuffledWithDuplicates(events, random));
    for (const arrival of orders) expect(foldInOrder(arrival)).toEqual(expected);
  });

  test.each(NAMES)('of an order %s, kept by the context, equals the fold of the stream', (name) => {
    const events = eventsOf(name);
    const random = createRandom(name).fork('context');
    for (let draw = 0; draw < 100; draw += 1) {
      const customer = putToWork(createCustomer());
      const arrival = shuffledWithDuplicates(events, random);
      customer.deliver(...arrival);
      for (const event of arrival) customer.deliverAgain(event);
      expect(customer.parkedCount()).toBe(0);
      expect(mypageDrift(customer.read, events)).toEqual([]);
      expect(customer.read.get(mypages, 'o1')).toEqual(foldInOrder(events));
    }
  });

  test('is kept, as are coupons, the same in SQLite as in memory', () => {
    const contexts = [putToWork(createCustomer()), putToWork(createCustomer(), undefined, createSqliteMemoryDisk())];
    const review = { ...ofOrder, reviewId: 'r1' };
    const events = [
      ...eventsOf('asked to be canceled too late, then delivered'),
      eventOf(ReviewWritten, { ...review, content: 'good' }),
      eventOf(ReviewDeleted, review),
    ];
    for (const customer of contexts) customer.deliver(...events);
    const [inMemory, inSqlite] = contexts.map(({ read }) => [read.select(mypages), read.select(customers), read.select(couponGrants)]);
    expect(inSqlite).toEqual(inMemory);
    expect(inSqlite?.map((rows) => rows.length)).toEqual([1, 1, 2]);
    expect(mypageDrift(contexts[1]!.read, events)).toEqual([]);
  });

  test('keeps what it is told before the order until the order comes, and shows nothing meanwhile', () => {
    const customer = putToWork(createCustomer());
    customer.deliver(paid(2));
    expect(customer.parkedCount()).toBe(1);
    expect(customer.refusalOf('GET /mypages/o1').code).toBe('mypage-not-found');
    customer.deliver(placed(1));
    expect(customer.ask('GET /mypages/o1').body).toEqual({
      id: 'o1',
      ...order,
      status: 'paid',
      statusText: '결재됨',
      lastEventId: '0002-Paid-o1',
      createdAt: '2024-01-01T00:00:01.000Z',
      updatedAt: '2024-01-01T00:00:02.000Z',
    });
  });

  test('breaks a tie of two events of one millisecond by their ids, not by their arrival', () => {
    const [first, second] = [accepted(3), requested(3)];
    expect(foldInOrder([placed(1), first, second])).toEqual(foldInOrder([placed(1), second, first]));
    expect(foldInOrder([placed(1), first, second])?.lastEventId).toBe('0003-OrderCancelRequested-o1');
  });

  test('is listed by customer, and by status in either tongue', () => {
    const customer = putToWork(createCustomer());
    customer.deliver(placed(1), eventOf(OrderPlaced, { ...order, orderId: 'o2', customerId: 'lee' }), paid(2));
    const idsOf = (call: string) => (customer.ask(call).body as { items: { id: string }[] }).items.map((item) => item.id);
    expect(idsOf('GET /mypages')).toEqual(['o1', 'o2']);
    expect(idsOf('GET /mypages?customerId=lee')).toEqual(['o2']);
    expect(idsOf('GET /mypages?status=paid')).toEqual(['o1']);
    expect(idsOf(`GET /mypages?status=${encodeURIComponent('미결재')}`)).toEqual(['o2']);
  });
});

describe('Mypage against the stream', () => {
  const other = eventOf(OrderPlaced, { ...order, orderId: 'o2' });
  const broken = { ...eventOf(OrderPlaced, { ...order, orderId: 'o3' }), data: { orderId: 'o3' } };
  const strange = eventOf(ReviewWritten, { ...ofOrder, reviewId: 'r1', content: 'good' });

  test('can be dropped and made anew', () => {
    const customer = putToWork(createCustomer());
    const events = [...eventsOf('rejected'), other];
    customer.deliver(...events);
    const kept = customer.read.select(mypages);
    customer.transact((tables) => {
      tables.remove(mypages, 'o1');
      tables.put(mypages, { ...kept[1]!, status: 'delivered' });
      tables.put(mypages, { ...kept[1]!, orderId: 'o9' });
    });
    expect(mypageDrift(customer.read, events)).toEqual([
      {
        subject: 'o1',
        field: 'row',
        expected: kept[0],
        actual: null,
        message: 'Mypage lacks order o1, which the stream tells to be rejected.',
      },
      {
        subject: 'o2',
        field: 'status',
        expected: 'unpaid',
        actual: 'delivered',
        message: `Mypage's status of order o2 is "delivered", and the stream tells "unpaid".`,
      },
      {
        subject: 'o9',
        field: 'row',
        expected: null,
        actual: { ...kept[1], orderId: 'o9' },
        message: 'Mypage shows order o9, which the stream does not know.',
      },
    ]);
    customer.transact((tables) => {
      expect(rebuildMypages(tables, [...events, ...events])).toBe(2);
    });
    expect(customer.read.select(mypages)).toEqual(kept);
    expect(mypageDrift(customer.read, events)).toEqual([]);
  });

  test('takes no notice of what is not an event of its own, breaks its contract, or has no order', () => {
    const customer = putToWork(createCustomer());
    customer.deliver(other);
    expect(mypageDrift(customer.read, [strange, broken, other, paid(2)])).toEqual([]);
  });

  test('reads twelve types of events', () => {
    expect(MYPAGE_EVENT_TYPES).toHaveLength(12);
    expect(MYPAGE_EVENT_TYPES).toContain('CancelRefused');
  });
});
