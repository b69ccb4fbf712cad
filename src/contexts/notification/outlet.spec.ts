/** What the log is told of notices where no webhook takes them. */
import { expect, it } from 'vitest';
import { createRandom } from '../../kernel/random.ts';
import type { OutletHost } from '../../system/definition.ts';
import type { Message } from './notice.ts';
import { createNoticeOutlet } from './outlet.ts';

const notice = (id: string): Message => ({ id, type: 'Paid', orderId: 'o', customerId: 'kim', text: 'Paid.', correlationId: 'c', traceparent: 't', writtenAt: 0 });

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
  const outlet = createNoticeOutlet({ host, webhookUrl: undefined, timers: { now: () => 0, after: () => () => undefined }, random: createRandom('log'), log });
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

it('says so where it can not look whether they were written', async () => {
  const { outlet, lines } = telling();
  outlet.wake(notice('broken'));
  await Promise.resolve();
  expect(lines).toEqual([['warn', { err: new Error('the disk is gone') }, 'notices could not be looked at']]);
});
