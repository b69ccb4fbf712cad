import { describe, expect, test } from 'vitest';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import { sleep } from '../../kernel/clock.ts';
import { createRandom } from '../../kernel/random.ts';
import { OrderAccepted } from '../store/contract.ts';
import { eventOf, putToWork, type ContextAtWork } from '../context.fixture.ts';
import { createNotification } from './index.ts';
import { createNoticeSender, type NoticeHappening, type NoticeSenderOptions, type NoticeToSend } from './sender.ts';
import { notices } from './store.ts';

const yieldTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
const eventFor = (orderId: string) => eventOf(OrderAccepted, { orderId, customerId: 'kim', storeId: 's1', status: 'accepted' });

/** A context with a sender, in virtual time; `send` says what the receiver does. */
const createWorld = (send: (notice: NoticeToSend, signal: AbortSignal) => Promise<void>, options: Partial<NoticeSenderOptions> = {}) => {
  const time = createVirtualTime(yieldTurn, 0);
  const wakes: (() => void)[] = [];
  const context: ContextAtWork = putToWork(
    createNotification({ channel: 'webhook', onNotice: () => wakes.forEach((wake) => wake()) }),
    time,
  );
  const happenings: NoticeHappening[] = [];
  const attempts: { id: string; attempt: number; at: number }[] = [];
  const startSender = (actor: NoticeSenderOptions['actor'] = context) => {
    const sender = createNoticeSender({
      actor,
      send: (notice, signal) => {
        attempts.push({ id: notice.id, attempt: notice.attempt, at: time.now() });
        return send(notice, signal);
      },
      timers: time,
      random: createRandom('sender'),
      report: (happening) => happenings.push(happening),
      ...options,
    });
    wakes.push(() => sender.wake());
    sender.start();
    return sender;
  };
  const statuses = () => context.read.select(notices).map((notice) => notice.status);
  /** Runs until no notice is unsent. */
  const runToRest = (sender: { unsent(): number }) =>
    time.run(async () => {
      while (sender.unsent() > 0) await sleep(time, 1);
    });
  return { time, context, happenings, attempts, startSender, statuses, runToRest };
};

describe('the sender of notices', () => {
  test('says why where the receiver said nothing of it', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as a receiver's library might
    const world = createWorld(() => Promise.reject(undefined), { retry: { firstDelayMs: 10, maxDelayMs: 10, maxAttempts: 1 } });
    const sender = world.startSender();
    world.context.deliver(eventFor('o1'));
    await world.runToRest(sender);
    expect(world.context.read.select(notices)).toMatchObject([{ status: 'failed', error: 'the receiver did not take it' }]);
    await sender.stop();
  });

  test('sends what is written, and what an earlier life left unsent, once each', async () => {
    const world = createWorld(() => Promise.resolve());
    world.context.deliver(eventFor('o1'));
    const sender = world.startSender();
    expect(sender.unsent()).toBe(1);
    await world.runToRest(sender);
    world.context.deliver(eventFor('o2'), eventFor('o2'));
    await world.runToRest(sender);
    expect(world.attempts.map(({ id, attempt }) => `${id} ${String(attempt)}`)).toEqual([
      `${eventFor('o1').id} 1`,
      `${eventFor('o2').id} 1`,
    ]);
    expect(world.statuses()).toEqual(['sent', 'sent']);
    expect(world.happenings.map(({ kind }) => kind)).toEqual(['sent', 'sent']);
    await sender.stop();
  });

  test('tries again after growing pauses, under the same key', async () => {
    const world = createWorld((notice) => (notice.attempt < 4 ? Promise.reject(new Error('HTTP 503')) : Promise.resolve()));
    world.context.deliver(eventFor('o1'));
    const sender = world.startSender();
    await world.runToRest(sender);
    expect(new Set(world.attempts.map(({ id }) => id)).size).toBe(1);
    const pauses = world.attempts.slice(1).map(({ at }, index) => at - world.attempts[index]!.at);
    expect(pauses).toHaveLength(3);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(100 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(200 * 2 ** index);
    });
    expect(world.context.ask(`GET /notices/${eventFor('o1').id}`).body).toMatchObject({ status: 'sent', attempts: 4, error: null });
    await sender.stop();
  });

  test('hands the receiver the notice as it is kept, and keeps when it left', async () => {
    const handed: NoticeToSend[] = [];
    const world = createWorld((notice) => {
      handed.push(notice);
      return notice.attempt === 1 ? Promise.reject(new Error('HTTP 503')) : Promise.resolve();
    });
    const event = eventFor('o1');
    world.context.deliver(event);
    const writtenAt = new Date(world.time.now()).toISOString();
    const sender = world.startSender();
    await world.time.run(() => sleep(world.time, 3));
    const kept = {
      id: event.id,
      type: 'OrderAccepted',
      orderId: 'o1',
      customerId: 'kim',
      text: '고객님의 주문이 접수되었습니다.',
      correlationId: 'correlation',
      createdAt: writtenAt,
    };
    const read = (): unknown => world.context.ask(`GET /notices/${event.id}`).body;
    expect(read()).toStrictEqual({
      ...kept,
      status: 'unsent',
      statusText: '발송대기',
      attempts: 1,
      error: 'HTTP 503',
      sentAt: null,
      updatedAt: writtenAt,
    });
    await world.runToRest(sender);
    expect(handed).toStrictEqual([1, 2].map((attempt) => ({ ...kept, traceparent: event.traceparent, attempt })));
    const sentAt = new Date(world.attempts[1]?.at ?? NaN).toISOString();
    expect(sentAt > writtenAt).toBe(true);
    expect(read()).toStrictEqual({ ...kept, status: 'sent', statusText: '발송됨', attempts: 2, error: null, sentAt, updatedAt: sentAt });
    await sender.stop();
  });

  test('doubles its pauses to the last, and waits five seconds for an answer', async () => {
    const world = createWorld((notice) => (notice.attempt < 8 ? Promise.reject(new Error('HTTP 503')) : new Promise(() => undefined)));
    world.context.deliver(eventFor('o1'));
    const sender = world.startSender();
    await world.runToRest(sender);
    const pauses = world.attempts.slice(1).map(({ at }, index) => at - world.attempts[index]!.at);
    expect(pauses).toHaveLength(7);
    pauses.forEach((pause, index) => {
      expect(pause).toBeGreaterThanOrEqual(100 * 2 ** index);
      expect(pause).toBeLessThanOrEqual(200 * 2 ** index);
    });
    expect(world.happenings.at(-1)).toMatchObject({ kind: 'given-up', error: 'no answer within 5000 ms' });
    expect(world.time.now() - world.attempts[7]!.at).toBeLessThanOrEqual(5_001);
    await sender.stop();
  });

  test('gives up after the last attempt, says why, and goes on with the others', async () => {
    const world = createWorld((notice) => (notice.orderId === 'o1' ? Promise.reject(new Error('HTTP 503')) : Promise.resolve()));
    const sender = world.startSender();
    world.context.deliver(eventFor('o1'), eventFor('o2'));
    await world.runToRest(sender);
    expect(world.attempts.filter(({ id }) => id === eventFor('o1').id)).toHaveLength(8);
    expect(world.context.ask('GET /notices?status=failed').body).toMatchObject({
      items: [{ orderId: 'o1', attempts: 8, error: 'HTTP 503', sentAt: null }],
    });
    expect(world.statuses()).toEqual(['failed', 'sent']);
    expect(world.happenings.at(-1)).toMatchObject({ kind: 'given-up', error: 'HTTP 503' });
    await sender.stop();
  });

  test('does not let a new notice wait for one that was put off', async () => {
    const world = createWorld((notice) =>
      notice.attempt === 1 && notice.orderId === 'o1' ? Promise.reject(new Error('HTTP 503')) : Promise.resolve(),
    );
    const sender = world.startSender();
    world.context.deliver(eventFor('o1'));
    await world.time.run(async () => {
      while (world.happenings.length === 0) await sleep(world.time, 1);
      // The sender sleeps until the second attempt by now.
      await sleep(world.time, 1);
      world.context.deliver(eventFor('o2'));
    });
    const writtenAt = world.time.now();
    await world.runToRest(sender);
    expect(world.attempts.map(({ id }) => id)).toEqual(['o1', 'o2', 'o1'].map((orderId) => eventFor(orderId).id));
    expect(world.attempts[1]?.at).toBe(writtenAt);
    await sender.stop();
  });

  test('does not wait for an answer for ever', async () => {
    const signals: AbortSignal[] = [];
    const world = createWorld(
      (notice, signal) => {
        signals.push(signal);
        return notice.attempt === 1 ? new Promise(() => undefined) : Promise.resolve();
      },
      { timeoutMs: 700 },
    );
    world.context.deliver(eventFor('o1'));
    const sender = world.startSender();
    await world.runToRest(sender);
    expect(world.happenings[0]).toMatchObject({ kind: 'put-off', error: 'no answer within 700 ms' });
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    expect(world.statuses()).toEqual(['sent']);
    await sender.stop();
  });

  test('has at most four on their way, and sends all of many', async () => {
    let current = 0;
    let most = 0;
    const world = createWorld(async () => {
      current += 1;
      most = Math.max(most, current);
      await sleep(world.time, 10);
      current -= 1;
    });
    const sender = world.startSender();
    const orderIds = Array.from({ length: 50 }, (_, index) => `o${String(index)}`);
    world.context.deliver(...orderIds.map(eventFor));
    await world.runToRest(sender);
    expect(most).toBe(4);
    expect(world.attempts).toHaveLength(50);
    await sender.stop();
  });

  test('makes an attempt that was cut short by a stop again, uncounted, in the next life', async () => {
    const world = createWorld(() => (world.attempts.length === 1 ? new Promise(() => undefined) : Promise.resolve()));
    world.context.deliver(eventFor('o1'));
    const first = world.startSender();
    world.time.advance();
    expect(world.attempts).toHaveLength(1);
    await first.stop();
    expect(first.unsent()).toBe(1);
    const second = world.startSender();
    await world.runToRest(second);
    expect(world.attempts.map(({ attempt }) => attempt)).toEqual([1, 1]);
    expect(new Set(world.attempts.map(({ id }) => id)).size).toBe(1);
    await second.stop();
    // Nothing may keep the process alive after a stop.
    expect(world.time.advance()).toBe(false);
  });

  test('keeps trying while the context cannot keep the outcome', async () => {
    const world = createWorld(() => Promise.resolve());
    let failures = 2;
    const actor: NoticeSenderOptions['actor'] = {
      read: world.context.read,
      execute: (cause, command) => {
        failures -= 1;
        if (failures >= 0) throw new Error('the disk is full');
        return world.context.execute(cause, command);
      },
    };
    world.context.deliver(eventFor('o1'));
    const sender = world.startSender(actor);
    await world.runToRest(sender);
    expect(world.happenings.map(({ kind }) => kind)).toEqual(['trouble', 'trouble', 'sent']);
    expect(world.attempts.map(({ at }) => at)).toEqual([0, 1000, 2000]);
    await sender.stop();
  });
});
