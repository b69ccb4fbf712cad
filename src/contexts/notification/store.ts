/** What the notification context keeps: every notice, sent or not. */
import { rfc3339 } from '../../kernel/time-text.ts';
import { assert } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import { firstVersion } from '../../runtime/tables/first-version.ts';
import { defineTable, type Reads, type Tx } from '../../runtime/tables/tables.ts';
import type { NoticeStatus, NoticeType } from './contract.ts';
import type { Notice, WrittenNotice } from './notice.ts';

/** A notice as it is kept. Times are RFC 3339, except the one that the sender reckons with. */
export interface NoticeRow {
  /** The id of the event told of. */
  readonly id: string;
  readonly type: NoticeType;
  readonly orderId: string;
  readonly customerId: string;
  readonly text: string;
  readonly status: NoticeStatus;
  /** How often sending it was tried. */
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly error: string | null;
  /** When to try (again), in milliseconds since 1970; null once it is sent or given up. */
  readonly nextAttemptAt: EpochMs | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly sentAt: string | null;
  readonly correlationId: string;
  readonly traceparent: string;
}

/** Every notice, by the event that it tells of. */
export const notices = defineTable<NoticeRow>({
  name: 'notices',
  columns: {
    id: 'text',
    type: 'text',
    orderId: 'text',
    customerId: 'text',
    text: 'text',
    status: 'text',
    attempts: 'integer',
    error: 'text?',
    nextAttemptAt: 'integer?',
    createdAt: 'text',
    updatedAt: 'text',
    sentAt: 'text?',
    correlationId: 'text',
    traceparent: 'text',
  },
  key: ['id'],
  indexes: [['orderId'], ['customerId'], ['status', 'nextAttemptAt']],
});

/** The notification's part of its database. */
export const notificationSchema = firstVersion('notification', [notices]);

const noticeOf = (row: NoticeRow): WrittenNotice => {
  const { id, type, orderId, customerId, text, correlationId, traceparent, attempts, error, status } = row;
  const message = { id, type, orderId, customerId, text, correlationId, traceparent, writtenAt: Date.parse(row.createdAt) };
  switch (status) {
    case 'unsent':
      assert(row.nextAttemptAt !== null, `notice ${id} is unsent, so it has a next attempt`);
      return { status, message, attempts, error, nextAttemptAt: row.nextAttemptAt };
    case 'sent':
      assert(row.sentAt !== null, `notice ${id} is sent, so it has a time of sending`);
      return { status, message, attempts, sentAt: Date.parse(row.sentAt) };
    case 'failed':
      return { status, message, attempts, error: error ?? '', failedAt: Date.parse(row.updatedAt) };
  }
};

/** The notice of an event; `none` where it was not written. */
export const loadNotice = (read: Reads, id: string): Notice => {
  const row = read.get(notices, id);
  return row === undefined ? { status: 'none' } : noticeOf(row);
};

const errorOf = (notice: WrittenNotice): string | null => (notice.status === 'sent' ? null : notice.error);

/** Keeps the notice as it is since `now` (RFC 3339). */
export const saveNotice = (tables: Tx, notice: WrittenNotice, _id: string, now: string): void => {
  const { writtenAt, ...message } = notice.message;
  tables.put(notices, {
    ...message,
    status: notice.status,
    attempts: notice.attempts,
    error: errorOf(notice),
    nextAttemptAt: notice.status === 'unsent' ? notice.nextAttemptAt : null,
    createdAt: rfc3339(writtenAt),
    updatedAt: now,
    sentAt: notice.status === 'sent' ? rfc3339(notice.sentAt) : null,
  });
};

/** How many notices still have to be sent; those given up are not among them. */
export const countUnsent = (read: Reads): number => read.count(notices, { status: 'unsent' });

/** The notices to be sent next, those due first before the others. */
export const nextUnsent = (read: Reads, limit: number): NoticeRow[] =>
  read.select(notices, { where: { status: 'unsent' }, orderBy: ['nextAttemptAt'], limit });
