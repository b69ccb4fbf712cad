/** Fifty times a served system is killed between any two steps, while customers, a store and a rider are at work. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom, type Random } from '../src/kernel/random.ts';
import {
  areGone,
  childrenOf,
  cleanUpAfterEach,
  newFolder,
  runToEnd,
  start,
  startServe,
  SERVE,
  type ServedProgram,
} from './process.fixture.ts';

cleanUpAfterEach();

const KILL_COUNT = 50;
/** The moments, the flows and the system's own draws are of this seed. */
const SEED = '7';
/** Longer than the pauses in which a context hears of what another one did. */
const PATIENCE_MS = 120_000;
const LIMIT_MS = 900_000;

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly body: Json;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The system's address as it is now; those who find nobody there wait for the next life. */
const createDoor = () => {
  let address: string | undefined;
  let isShut = false;
  return {
    address: () => address,
    isShut: () => isShut,
    open: (url: string): void => {
      address = url;
    },
    close: (): void => {
      address = undefined;
    },
    /** No new orders: what is begun is brought to its end. */
    shut: (): void => {
      isShut = true;
    },
  };
};
type Door = ReturnType<typeof createDoor>;

/** Asks until somebody answers, always with the same key: whether an answer was lost or never given, it is one command. */
const ask = async (door: Door, method: string, path: string, body?: Json, key?: string): Promise<Answer> => {
  for (;;) {
    const address = door.address();
    if (address !== undefined) {
      try {
        const answer = await fetch(address + path, {
          method,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(key === undefined ? {} : { 'idempotency-key': key }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        // A context that is down says so; anything else is an answer.
        if (answer.status !== 503) return { status: answer.status, body: (answer.status === 204 ? {} : await answer.json()) as Json };
      } catch (error) {
        // Killed before it answered, or in the midst of its answer.
        if (!(error instanceof TypeError) && !(error instanceof SyntaxError) && (error as Error).name !== 'AbortError') throw error;
      }
    }
    await pause(5);
  }
};

/** What a customer, store and rider did to one order, as they were told that it was done. */
interface Story {
  readonly orderId: string;
  readonly customerId: string;
  readonly price: number;
  /** The order's status at the end. */
  ends: string;
  /** The notices that it must have brought, each once. */
  readonly notices: string[];
  /** Whether it may end before it was paid; then it costs nothing, and no money comes back. */
  readonly mayStayUnpaid: boolean;
  /** Reviews that were written, and whether they were deleted. */
  readonly reviews: Map<string, 'live' | 'deleted'>;
}

/** Works through one order after the other. A command that a context refuses since it has not heard yet is said again, as a new one. */
const createWorker = (door: Door, name: string, random: Random, stories: Story[]) => {
  let commandCount = 0;
  const send = (method: string, path: string, body?: Json): Promise<Answer> =>
    ask(door, method, path, body, `${name}-${(commandCount += 1)}`);

  const insist = async (method: string, path: string, body?: Json): Promise<Json> => {
    for (const deadline = Date.now() + PATIENCE_MS; ;) {
      const answer = await send(method, path, body);
      if (answer.status < 300) return answer.body;
      if (![404, 409, 500].includes(answer.status) || Date.now() > deadline)
        throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      await pause(3);
    }
  };

  const place = async (payment: 'approve' | 'decline', mayStayUnpaid = false): Promise<Story> => {
    const price = 1_000 + random.below(100) * 100;
    const customerId = `${name}-${random.below(3)}`;
    const order = await insist('POST', '/orders', { customerId, storeId: 's1', foodId: 'bibimbap', price, address: 'Seoul', payment });
    const story: Story = {
      orderId: String(order['orderId']),
      customerId,
      price,
      ends: 'placed',
      notices: ['OrderPlaced'],
      mayStayUnpaid,
      reviews: new Map(),
    };
    stories.push(story);
    return story;
  };
  const kitchen = async (story: Story, step: string, status: string, notice: string): Promise<void> => {
    await insist('PUT', `/foodCookings/${story.orderId}/${step}`);
    story.notices.push(notice);
    story.ends = status;
  };
  const accept = (story: Story) => kitchen(story, 'accept', 'accepted', 'OrderAccepted');
  const review = async (story: Story): Promise<string> => {
    const { id } = await insist('POST', '/reviews', { orderId: story.orderId, content: 'good' });
    story.reviews.set(String(id), 'live');
    return String(id);
  };

  const deliver = async (story: Story): Promise<void> => {
    await kitchen(story, 'finish', 'cooked', 'CookFinished');
    await insist('PUT', `/deliveries/${story.orderId}/pick`, { riderId: 'lee' });
    story.notices.push('Picked');
    await insist('PUT', `/deliveries/${story.orderId}/confirmdelivered`);
    story.notices.push('Delivered');
    story.ends = 'delivered';
  };

  const cancelInTime = async (story: Story): Promise<void> => {
    await insist('DELETE', `/orders/${story.orderId}`);
    story.ends = 'canceled';
    story.notices.push('OrderCancelRequested', 'OrderCanceled', 'PaymentRefunded', 'DeliveryCanceled');
  };

  /** Front may know that the kitchen began, and refuse at once, or leave the refusal to the store. */
  const cancelTooLate = async (story: Story): Promise<void> => {
    const { status } = await send('DELETE', `/orders/${story.orderId}`);
    if (status !== 409 && status !== 202) throw new Error(`cancelling while cooking was answered ${status}`);
    if (status === 202) story.notices.push('OrderCancelRequested', 'CancelRefused');
  };

  const flows: readonly (() => Promise<void>)[] = [
    async () => {
      const story = await place('approve');
      story.notices.push('Paid');
      await accept(story);
      await kitchen(story, 'start', 'cooking', 'CookStarted');
      await deliver(story);
      const first = await review(story);
      await review(story);
      await insist('DELETE', `/reviews/${first}`);
      story.reviews.set(first, 'deleted');
    },
    async () => {
      const story = await place('approve');
      story.notices.push('Paid');
      await accept(story);
      await kitchen(story, 'start', 'cooking', 'CookStarted');
      await cancelTooLate(story);
      await deliver(story);
    },
    async () => {
      const story = await place('approve');
      story.notices.push('Paid');
      await kitchen(story, 'reject', 'rejected', 'OrderRejected');
      story.notices.push('PaymentRefunded', 'DeliveryCanceled');
    },
    async () => {
      const story = await place('approve', true);
      story.notices.push('Paid');
      await cancelInTime(story);
    },
    async () => {
      const story = await place('approve');
      story.notices.push('Paid');
      await accept(story);
      await cancelInTime(story);
    },
    async () => {
      const story = await place('decline');
      story.ends = 'payment-failed';
      // No rider was told of it, so none is called off.
      story.notices.push('PaymentDeclined');
    },
    // It waits for the kitchen: also after all is over.
    async () => {
      const story = await place('approve');
      story.notices.push('Paid');
      await accept(story);
    },
  ];
  return async (): Promise<void> => {
    for (let turn = random.below(flows.length); !door.isShut(); turn += 1) await flows[turn % flows.length]?.();
  };
};

const allOf = async (door: Door, path: string): Promise<readonly Json[]> => {
  const items: Json[] = [];
  for (let page = 0; ; page += 1) {
    const { body } = await ask(door, 'GET', `${path}?size=100&page=${page}`);
    const found = body as { items: readonly Json[]; page: { totalPages: number } };
    items.push(...found.items);
    if (page + 1 >= found.page.totalPages) return items;
  }
};
const byOrder = (items: readonly Json[]): ReadonlyMap<unknown, Json> => new Map(items.map((item) => [item['orderId'], item]));

/** How an order may end, and what the other contexts then show. */
const ENDS = new Map<string, { cooking: string; payment: string; delivery: string }>([
  ['delivered', { cooking: 'cooked', payment: 'paid', delivery: 'delivered' }],
  ['accepted', { cooking: 'accepted', payment: 'paid', delivery: 'waiting' }],
  ['canceled', { cooking: 'canceled', payment: 'refunded', delivery: 'canceled' }],
  ['rejected', { cooking: 'rejected', payment: 'refunded', delivery: 'canceled' }],
  ['payment-failed', { cooking: 'canceled', payment: 'declined', delivery: 'canceled' }],
]);

/** Waits until nothing is on its way in any context. */
const settle = async (door: Door): Promise<void> => {
  const restless = async (): Promise<unknown> => {
    const { body } = await ask(door, 'GET', '/health');
    return Object.entries(body['contexts'] as Record<string, Json>).filter(([, now]) =>
      ['outbox', 'pending', 'unacknowledged', 'parked'].some((what) => now[what] !== 0),
    );
  };
  await expect.poll(restless, { timeout: PATIENCE_MS, interval: 50 }).toEqual([]);
};

/** Those that were canceled before front had asked for their money owe none of it. */
const forgivePayments = async (door: Door, stories: readonly Story[]): Promise<ReadonlySet<string>> => {
  const payments = byOrder(await allOf(door, '/payments'));
  const unpaid = stories.filter(({ orderId, mayStayUnpaid }) => mayStayUnpaid && payments.get(orderId)?.['status'] === 'pending');
  for (const { notices } of unpaid) for (const type of ['Paid', 'PaymentRefunded']) notices.splice(notices.indexOf(type), 1);
  return new Set(unpaid.map(({ orderId }) => orderId));
};

const judgeOrders = async (door: Door, stories: readonly Story[], unpaid: ReadonlySet<string>): Promise<void> => {
  const paths = ['/orders', '/foodCookings', '/payments', '/deliveries', '/mypages'] as const;
  const [orders, cookings, payments, deliveries, mypages] = (await Promise.all(paths.map((path) => allOf(door, path)))).map(byOrder);
  const found = stories.map(({ orderId, price }) => ({
    orderId,
    price,
    order: orders?.get(orderId)?.['status'],
    cooking: cookings?.get(orderId)?.['status'],
    payment: payments?.get(orderId)?.['status'],
    amount: payments?.get(orderId)?.['amount'],
    delivery: deliveries?.get(orderId)?.['status'],
    mypage: mypages?.get(orderId)?.['status'],
  }));
  const wanted = stories.map(({ orderId, price, ends }) => ({
    orderId,
    price,
    order: ends,
    ...ENDS.get(ends),
    ...(unpaid.has(orderId) ? { payment: 'pending' } : {}),
    amount: price,
    mypage: ends,
  }));
  expect(found).toEqual(wanted);
  // Nothing beside what was acknowledged: a repeated command made no second order.
  for (const rows of [orders, cookings, payments, deliveries, mypages]) expect(rows?.size).toBe(stories.length);
};

const judgeCouponsAndNotices = async (door: Door, stories: readonly Story[]): Promise<void> => {
  const reviews = stories.flatMap((story) => [...story.reviews].map(([id, state]) => ({ id, state, customerId: story.customerId })));
  const live = reviews.filter(({ state }) => state === 'live');
  expect((await allOf(door, '/reviews')).map(({ id }) => id).sort()).toEqual(live.map(({ id }) => id).sort());
  const customers = [...new Set(stories.map(({ customerId }) => customerId))].sort();
  const coupons = customers.map((customerId) => [customerId, 1 + live.filter((review) => review.customerId === customerId).length]);
  expect((await allOf(door, '/customers')).map(({ customerId, couponCount }) => [customerId, couponCount]).sort()).toEqual(coupons);

  const notices = await allOf(door, '/notices');
  const isOfCoupon = ({ type }: Json): boolean => type === 'CouponGranted' || type === 'CouponRevoked';
  const told = notices.filter((notice) => !isOfCoupon(notice)).map(({ orderId, type }) => `${String(orderId)} ${String(type)}`);
  expect(told.sort()).toEqual(stories.flatMap(({ orderId, notices: wanted }) => wanted.map((type) => `${orderId} ${type}`)).sort());
  const deletedCount = reviews.length - live.length;
  expect(notices.filter(({ type }) => type === 'CouponGranted')).toHaveLength(customers.length + reviews.length);
  expect(notices.filter(({ type }) => type === 'CouponRevoked')).toHaveLength(deletedCount);
};

test(
  'a system killed fifty times at any moment loses nothing and repeats nothing',
  async () => {
    const dataDir = join(newFolder(), 'data');
    const args = ['--data-dir', dataDir, '--seed', SEED];
    const random = createRandom(SEED);
    const moments = random.fork('moments');
    const door = createDoor();
    const stories: Story[] = [];
    const workers = [1, 2, 3].map((number) => createWorker(door, `w${number}`, random.fork(`worker ${number}`), stories)());
    const work = Promise.all(workers);
    // Its failure is heard between two kills and at the end, and must not end the tests before.
    work.catch(() => undefined);

    for (let kill = 0; kill < KILL_COUNT; kill += 1) {
      // Every fifth one does not live to be ready.
      const program = kill % 5 === 4 ? start([...SERVE, ...args]) : await startServe(args);
      if ('gateway' in program) door.open((program as ServedProgram).gateway);
      await Promise.race([pause('gateway' in program ? moments.below(300) : 100 + moments.below(700)), work]);
      const left = childrenOf(program.pid);
      program.kill('SIGKILL');
      door.close();
      expect(await program.ended).toEqual({ code: null, signal: 'SIGKILL' });
      // Started again at once, most often while the server of the last life is still there.
      if (kill % 10 === 0) await expect.poll(() => areGone(left), { timeout: 30_000 }).toBe(true);
    }

    const last = await startServe(args);
    door.open(last.gateway);
    door.shut();
    await work;
    await settle(door);
    await judgeOrders(door, stories, await forgivePayments(door, stories));
    await judgeCouponsAndNotices(door, stories);
    const { body: health } = await ask(door, 'GET', '/health');
    for (const context of Object.values(health['contexts'] as Record<string, Json>))
      expect(context).toMatchObject({ status: 'up', outbox: 0, deadLetters: 0 });
    // The ids of one seed differ from life to life.
    expect(new Set(stories.map(({ orderId }) => orderId)).size).toBe(stories.length);
    expect(new Set(stories.map(({ ends }) => ends))).toEqual(new Set(ENDS.keys()));

    last.kill('SIGTERM');
    expect(await last.ended).toEqual({ code: 0, signal: null });
    expect(await runToEnd(['rebuild', 'mypage', '--check', '--data-dir', dataDir])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Mypage is what its stream says'),
    });
  },
  LIMIT_MS,
);
