/**
 * Front and the store at work together: every order in which messages can arrive, between every order in
 * which people can act (docs/adr/0003). Walks all states that can be reached, each once.
 */
import { describe, expect, test } from 'vitest';
import type { Envelope } from '../../kernel/envelope.ts';
import { eventOf, putToWork, type ContextAtWork } from '../context.fixture.ts';
import { statusOf } from '../customer/mypage-facts.ts';
import { foldPages } from '../customer/mypage.ts';
import { Delivered, Picked } from '../rider/contract.ts';
import { createStore } from '../store/index.ts';
import { foodCookings } from '../store/store.ts';
import * as frontContract from './contract.ts';
import * as storeContract from '../store/contract.ts';
import type { OrderStatus } from './contract.ts';
import { createFront } from './index.ts';
import type { ProviderAnswer } from './payment.ts';
import { orders, payments } from './store.ts';

const ORDER_ID = 'id-1';
const ENDS: readonly string[] = ['PaymentDeclined', 'OrderCanceled', 'OrderRejected'];
const FINAL: readonly string[] = ['delivered', 'canceled', 'rejected', 'payment-failed'];
const CONTRACTS = { ...frontContract, ...storeContract } as unknown as Record<string, Parameters<typeof eventOf>[0]>;

interface Message {
  readonly event: Envelope;
  /** Who is still to get it. */
  readonly waiting: Set<ContextAtWork>;
}

interface World {
  readonly front: ContextAtWork;
  readonly store: ContextAtWork;
  readonly bus: Message[];
}

const frontDefinition = createFront({ lookUpOrder: () => Promise.reject(new Error('nobody reviews here')) });
const storeDefinition = createStore();

const publish = (world: World, event: Envelope): void => {
  const waiting = new Set<ContextAtWork>();
  if (frontDefinition.subscriptions.some((subscription) => subscription.event.type === event.type)) waiting.add(world.front);
  if (storeDefinition.subscriptions.some((subscription) => subscription.event.type === event.type)) waiting.add(world.store);
  world.bus.push({ event, waiting });
};

/** Does something to a context, and puts on the bus what it emitted. */
const relaying = (world: World, context: ContextAtWork, work: () => void): void => {
  const before = context.emitted.length;
  work();
  for (const { type, data } of context.emitted.slice(before)) {
    publish(world, eventOf(CONTRACTS[type]!, data as { orderId: string }, world.bus.length));
  }
};

const createWorld = (payment: ProviderAnswer): World => {
  const world: World = { front: putToWork(frontDefinition), store: putToWork(storeDefinition), bus: [] };
  const order = { customerId: 'kim', storeId: 's1', foodId: 'bibimbap', price: 12_000, address: 'Seoul', payment };
  relaying(world, world.front, () => world.front.ask('POST /orders', order));
  return world;
};

const hasHappened = (world: World, type: string): boolean => world.bus.some((message) => message.event.type === type);
const countOf = (world: World, type: string): number => world.bus.filter((message) => message.event.type === type).length;
const orderOf = (world: World) => world.front.read.get(orders, ORDER_ID)!;
const paymentOf = (world: World) => world.front.read.get(payments, ORDER_ID)!;
const ticketOf = (world: World) => world.store.read.get(foodCookings, ORDER_ID);

const front = (world: World) => world.front;
const store = (world: World) => world.store;
const atTheDoor = { orderId: ORDER_ID, customerId: 'kim', riderId: 'r1' };

type Action = (world: World) => void;

/** What a person does, where it would not be refused (the deciders' specs say what is refused). */
interface Deed {
  isPossible(world: World): boolean;
  readonly act: Action;
}

const cooking = (step: string, required: string): Deed => ({
  isPossible: (world) => ticketOf(world)?.status === required,
  act: (world) => relaying(world, world.store, () => world.store.ask(`PUT /foodCookings/${ORDER_ID}/${step}`)),
});
const riding = (event: typeof Picked | typeof Delivered, after: string): Deed => ({
  isPossible: (world) => hasHappened(world, after) && !hasHappened(world, event.type),
  act: (world) => publish(world, eventOf(event, atTheDoor, world.bus.length)),
});
const DEEDS = {
  cancel: {
    isPossible: (world) => ['placed', 'paid', 'accepted'].includes(orderOf(world).status),
    act: (world) => relaying(world, world.front, () => world.front.ask(`DELETE /orders/${ORDER_ID}`)),
  } satisfies Deed as Deed,
  accept: cooking('accept', 'paid'),
  reject: cooking('reject', 'paid'),
  start: cooking('start', 'accepted'),
  finish: cooking('finish', 'cooking'),
  pick: riding(Picked, 'CookFinished'),
  confirm: riding(Delivered, 'Picked'),
};
type People = readonly (keyof typeof DEEDS)[];

const delivering =
  (index: number, to: (world: World) => ContextAtWork): Action =>
  (world) => {
    const message = world.bus[index]!;
    message.waiting.delete(to(world));
    relaying(world, to(world), () => to(world).deliver(message.event));
  };

const actionsOf = (world: World, people: People): Action[] => [
  ...world.bus.flatMap(({ waiting }, index) => [front, store].filter((to) => waiting.has(to(world))).map((to) => delivering(index, to))),
  ...people
    .map((name) => DEEDS[name])
    .filter((deed) => deed.isPossible(world))
    .map((deed) => deed.act),
];

/** What tells one state of the world from another; which message came when is not part of it. */
const keyOf = (world: World): string => {
  const messages = world.bus.map(({ event, waiting }) => `${event.type} ${waiting.has(world.front)} ${waiting.has(world.store)}`);
  const { status, progress } = orderOf(world);
  return JSON.stringify([status, progress, paymentOf(world).status, ticketOf(world)?.status, world.store.parkedCount(), messages.sort()]);
};

const expectAlways = (world: World, before: OrderStatus): void => {
  const { status } = orderOf(world);
  if (FINAL.includes(before)) expect(status).toBe(before);
  const ends = world.bus.map(({ event }) => event.type).filter((type) => ENDS.includes(type));
  expect(ends.length, `one end: ${ends.join(', ')}`).toBeLessThanOrEqual(1);
  expect(countOf(world, 'PaymentRefunded')).toBeLessThanOrEqual(countOf(world, 'Paid'));
  expect(countOf(world, 'Paid')).toBeLessThanOrEqual(1);
  expect(countOf(world, 'OrderCancelRequested')).toBeLessThanOrEqual(1);
};

/** Once every message has arrived. */
const expectAgreement = (world: World): void => {
  const order = orderOf(world).status;
  const payment = paymentOf(world).status;
  const isClosed = ['canceled', 'rejected', 'payment-failed'].includes(order);
  const isPaid = hasHappened(world, 'Paid');
  expect(world.front.parkedCount() + world.store.parkedCount()).toBe(0);
  expect(payment).toBe(order === 'payment-failed' ? 'declined' : isPaid ? (isClosed ? 'refunded' : 'paid') : 'pending');
  expect(countOf(world, 'PaymentRefunded')).toBe(isPaid && isClosed ? 1 : 0);

  const ticketByOrder: Partial<Record<OrderStatus, string>> = {
    placed: 'unpaid',
    delivering: 'cooked',
    delivered: 'cooked',
    'payment-failed': 'canceled',
  };
  expect(ticketOf(world)?.status).toBe(ticketByOrder[order] ?? order);

  const page = foldPages(world.bus.map((message) => message.event)).get(ORDER_ID)!;
  expect(statusOf(page.facts)).toBe(order === 'placed' ? 'unpaid' : order);
};

/** Walks every state that can be reached; gives the final statuses seen, and how many states there were. */
const walk = (payment: ProviderAnswer, people: People): { readonly ends: ReadonlySet<string>; readonly stateCount: number } => {
  const ends = new Set<string>();
  const seen = new Set<string>([keyOf(createWorld(payment))]);
  const paths: number[][] = [[]];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const replay = (): World => {
      const world = createWorld(payment);
      for (const choice of path) actionsOf(world, people)[choice]!(world);
      return world;
    };
    const world = replay();
    if (world.bus.every((message) => message.waiting.size === 0)) {
      expectAgreement(world);
      ends.add(orderOf(world).status);
    }
    for (let choice = 0; choice < actionsOf(world, people).length; choice += 1) {
      const next = replay();
      const before = orderOf(next).status;
      actionsOf(next, people)[choice]!(next);
      expectAlways(next, before);
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      paths.push([...path, choice]);
    }
  }
  return { ends, stateCount: seen.size };
};

// A walk is thousands of short lives, which a busy machine may take its time for.
describe('an order comes to one end, on which front, store and Mypage agree', () => {
  test('where its payment is declined and its customer cancels', () => {
    const { ends, stateCount } = walk('decline', ['cancel', 'accept', 'reject']);
    expect([...ends].sort()).toStrictEqual(['canceled', 'payment-failed']);
    expect(stateCount).toBeGreaterThan(20);
  });

  test('where the store rejects and the customer cancels', () => {
    const { ends, stateCount } = walk('approve', ['cancel', 'accept', 'reject']);
    expect([...ends].sort()).toStrictEqual(['accepted', 'canceled', 'paid', 'rejected']);
    expect(stateCount).toBeGreaterThan(50);
  });

  test('where the kitchen races the cancellation, up to the door', () => {
    const { ends, stateCount } = walk('approve', ['cancel', 'accept', 'start', 'finish', 'pick', 'confirm']);
    expect([...ends].sort()).toStrictEqual(['accepted', 'canceled', 'cooked', 'cooking', 'delivered', 'delivering', 'paid']);
    expect(stateCount).toBeGreaterThan(500);
  });
});
