import { describe, expect, test } from 'vitest';
import { confirmSent, evolve, recordFailure, writeNotice, type Message, type Notice, type NoticeEvent } from './notice.ts';

const message: Message = {
  id: 'e1',
  type: 'Paid',
  orderId: 'o1',
  customerId: 'kim',
  text: '고객님의 주문이 결재되었습니다.',
  correlationId: 'c1',
  traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
  writtenAt: 1,
};
const given = (...events: readonly NoticeEvent[]): Notice => events.reduce<Notice>(evolve, { status: 'none' });
const written: NoticeEvent = { type: 'NoticeWritten', message };
const sent: NoticeEvent = { type: 'NoticeSent', at: 2 };
const putOff: NoticeEvent = { type: 'NoticeAttemptFailed', error: 'HTTP 503', nextAttemptAt: 9 };
const givenUp: NoticeEvent = { type: 'NoticeGivenUp', error: 'HTTP 503', at: 3 };
const statesAfterWriting = [given(written), given(written, putOff), given(written, sent), given(written, givenUp)];

describe('a notice', () => {
  test('is written once', () => {
    expect(writeNotice(given(), { message, channel: 'webhook' })).toEqual([written]);
    for (const notice of statesAfterWriting) expect(writeNotice(notice, { message, channel: 'webhook' })).toEqual([]);
  });

  test('to the log is sent as it is written', () => {
    expect(given(...writeNotice(given(), { message, channel: 'log' }))).toEqual({ status: 'sent', message, attempts: 1, sentAt: 1 });
  });

  test('is sent once, at the attempt that succeeds', () => {
    expect(confirmSent(given(written, putOff), { now: 5 })).toEqual([{ type: 'NoticeSent', at: 5 }]);
    expect(given(written, putOff, sent)).toMatchObject({ status: 'sent', attempts: 2 });
    for (const notice of [given(), given(written, sent), given(written, givenUp)]) expect(confirmSent(notice, { now: 5 })).toEqual([]);
  });

  test('that was not taken is put off, and at last given up', () => {
    expect(recordFailure(given(written), { error: 'HTTP 503', nextAttemptAt: 9, now: 3 })).toEqual([putOff]);
    expect(given(written, putOff)).toEqual({ status: 'unsent', message, attempts: 1, error: 'HTTP 503', nextAttemptAt: 9 });
    expect(recordFailure(given(written, putOff), { error: 'HTTP 503', nextAttemptAt: null, now: 3 })).toEqual([givenUp]);
    expect(given(written, putOff, givenUp)).toEqual({ status: 'failed', message, attempts: 2, error: 'HTTP 503', failedAt: 3 });
    for (const notice of [given(), given(written, sent), given(written, givenUp)]) {
      expect(recordFailure(notice, { error: 'HTTP 503', nextAttemptAt: 9, now: 3 })).toEqual([]);
    }
  });
});
