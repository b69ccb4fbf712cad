/** What the log is told of notices where no webhook takes them. */
import { expect, it, vi } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import { Address } from '../../kernel/secret.ts';
import { createVirtualTime } from '../../kernel/virtual-time.ts';
import type { OutletHost } from '../../system/definition.ts';
import { putToWork } from '../context.fixture.ts';
import { EVERY_EVENT } from '../every-event.fixture.ts';
import { createNotification } from './index.ts';
import type { Message } from './notice.ts';
import { createNoticeOutlet } from './outlet.ts';
import { notices } from './store.ts';

const notice = (id: string): Message => ({
  id,
  type: 'Paid',
  orderId: 'o',
  customerId: 'kim',
  text: 'Paid.',
  correlationId: 'c',
  traceparent: 't',
  writtenAt: 0,
});

/** An outlet to the log over notices that are kept by these ids; one that asks for `broken` fails. */
const telling = (...kept: readonly string[]) => {
  const lines: unknown[] = [];
  const line = (level: string) => (fields: object, text: string) => void lines.push([level, fields, text]);
  const get = (_table: unknown, id: string): unknown => {
    if (id === 'broken') throw new Error('the disk is gone');
    return kept.includes(id) ? {} : undefined;
  };
  const host = { actor: { read: { get } }, isRunning: () => true } as unknown as OutletHost;
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const outlet = createNoticeOutlet({
    host,
    webhookUrl: undefined,
    timers: { now: () => 0, after: () => () => undefined },
    random: createRandom('log'),
    log,
  });
  return { outlet, lines };
};

it('tells each notice that was written, when its transaction is over, and none that was rolled back', async () => {
  const { outlet, lines } = telling('a', 'c');
  for (const id of ['a', 'b', 'c']) outlet.wake(notice(id));
  expect([lines, outlet.waiting()]).toEqual([[], 0]);
  await Promise.resolve();
  expect(lines).toEqual(['a', 'c'].map((id) => ['info', { notice: id, order: 'o' }, 'notice to kim: Paid.']));
  outlet.wake(notice('a'));
  await Promise.resolve();
  expect(lines).toHaveLength(3);
});

/** A context that is told of an acceptance, to be sent through a webhook, and the outlet of its next life. */
const inherited = (webhook?: string) => {
  const time = createVirtualTime(() => new Promise((resolve) => setImmediate(resolve)));
  const context = putToWork(createNotification({ channel: 'webhook' }), time);
  const accepted = EVERY_EVENT.find(({ type }) => type === 'OrderAccepted')!;
  context.deliver(accepted);
  const lines: unknown[] = [];
  const line = (level: string) => (_fields: object, text: string) => void lines.push([level, text]);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const address = webhook === undefined ? undefined : Address.read(webhook, ['http:']);
  if (address !== undefined && 'fault' in address) throw new Error(address.fault);
  const outlet = createNoticeOutlet({
    host: { actor: context as unknown as OutletHost['actor'], isRunning: () => true },
    webhookUrl: address?.address,
    timers: time,
    random: createRandom('log'),
    log,
  });
  const before = outlet.waiting();
  outlet.start();
  // It looks when the next notice is due, which is now.
  time.advance();
  return { outlet, lines, before, statuses: () => context.read.select(notices).map(({ status, attempts }) => `${status} ${attempts}`) };
};

it('sends what an earlier life left for its webhook to the log, where there is none any more', async () => {
  const { outlet, lines, before, statuses } = inherited();
  expect(before).toBe(0);
  await vi.waitFor(() => {
    expect([lines, outlet.waiting(), statuses()]).toEqual([[['info', 'notice to kim: 고객님의 주문이 접수되었습니다.']], 0, ['sent 1']]);
  });
  await outlet.stop();
});

it('tells the log what becomes of a notice at its webhook', async () => {
  const { outlet, lines, before, statuses } = inherited('http://127.0.0.1:1/hook');
  await vi.waitFor(() => {
    expect(lines).toEqual([
      ['warn', expect.stringMatching(/^notice not taken, next attempt in \d+ ms: POST http:\/\/127\.0\.0\.1:1\/hook can not be reached/)],
    ]);
  });
  expect([before, outlet.waiting(), statuses()]).toEqual([1, 1, ['unsent 1']]);
  await outlet.stop();
});

it('says so where it can not look whether they were written', async () => {
  const { outlet, lines } = telling();
  outlet.wake(notice('broken'));
  await Promise.resolve();
  expect(lines).toEqual([['warn', { err: new Error('the disk is gone') }, 'notices could not be looked at']]);
});
