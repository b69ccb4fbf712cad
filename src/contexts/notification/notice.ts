/** A notice to a customer, from writing until it was sent or given up. Pure. */
import { assert } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { NoticeType } from './contract.ts';

/** What a notice says, of what, to whom. */
export interface Message {
  /** The id of the event told of; also the idempotency key of sending. */
  readonly id: string;
  readonly type: NoticeType;
  readonly orderId: string;
  readonly customerId: string;
  readonly text: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly writtenAt: EpochMs;
}

/** How notices leave: written to the log at once, or sent to a webhook by the sender. */
export type Channel = 'log' | 'webhook';

/** A notice's states. `none`: its event was not heard of yet. */
export type Notice =
  | { readonly status: 'none' }
  | {
      readonly status: 'unsent';
      readonly message: Message;
      /** How often sending it failed. */
      readonly attempts: number;
      /** Why it failed last; null before the first attempt. */
      readonly error: string | null;
      readonly nextAttemptAt: EpochMs;
    }
  | { readonly status: 'sent'; readonly message: Message; readonly attempts: number; readonly sentAt: EpochMs }
  | { readonly status: 'failed'; readonly message: Message; readonly attempts: number; readonly error: string; readonly failedAt: EpochMs };

/** A notice that was written. */
export type WrittenNotice = Exclude<Notice, { status: 'none' }>;

/** What can happen to a notice; all of it stays within the context. */
export type NoticeEvent =
  | { readonly type: 'NoticeWritten'; readonly message: Message }
  | { readonly type: 'NoticeSent'; readonly at: EpochMs }
  | { readonly type: 'NoticeAttemptFailed'; readonly error: string; readonly nextAttemptAt: EpochMs }
  | { readonly type: 'NoticeGivenUp'; readonly error: string; readonly at: EpochMs };

/** Writes a notice, and where the channel is the log, that is all there is to sending it. */
export interface WriteNotice {
  readonly message: Message;
  readonly channel: Channel;
}
/** The receiver took it. */
export interface ConfirmSent {
  readonly now: EpochMs;
}
/** The receiver did not take it. Given up where `nextAttemptAt` is null. */
export interface RecordFailure {
  readonly error: string;
  readonly nextAttemptAt: EpochMs | null;
  readonly now: EpochMs;
}

/** One notice for one event, however often the event is told. */
export const writeNotice = (notice: Notice, { message, channel }: WriteNotice): NoticeEvent[] => {
  switch (notice.status) {
    case 'none': {
      const written: NoticeEvent = { type: 'NoticeWritten', message };
      return channel === 'log' ? [written, { type: 'NoticeSent', at: message.writtenAt }] : [written];
    }
    case 'unsent':
    case 'sent':
    case 'failed':
      return [];
  }
};

/** A notice is sent once; it may still arrive after it was given up. */
export const confirmSent = (notice: Notice, { now }: ConfirmSent): NoticeEvent[] => {
  switch (notice.status) {
    case 'unsent':
      return [{ type: 'NoticeSent', at: now }];
    case 'none':
    case 'sent':
    case 'failed':
      return [];
  }
};

/** A failed attempt puts the notice off, or ends it. */
export const recordFailure = (notice: Notice, { error, nextAttemptAt, now }: RecordFailure): NoticeEvent[] => {
  switch (notice.status) {
    case 'unsent':
      return nextAttemptAt === null ? [{ type: 'NoticeGivenUp', error, at: now }] : [{ type: 'NoticeAttemptFailed', error, nextAttemptAt }];
    case 'none':
    case 'sent':
    case 'failed':
      return [];
  }
};

/** The notice after the event. */
export const evolve = (notice: Notice, event: NoticeEvent): WrittenNotice => {
  if (event.type === 'NoticeWritten') {
    return { status: 'unsent', message: event.message, attempts: 0, error: null, nextAttemptAt: event.message.writtenAt };
  }
  assert(notice.status === 'unsent', `${event.type} happens to a notice that is not sent yet`);
  const { message } = notice;
  const attempts = notice.attempts + 1;
  switch (event.type) {
    case 'NoticeSent':
      return { status: 'sent', message, attempts, sentAt: event.at };
    case 'NoticeAttemptFailed':
      return { status: 'unsent', message, attempts, error: event.error, nextAttemptAt: event.nextAttemptAt };
    case 'NoticeGivenUp':
      return { status: 'failed', message, attempts, error: event.error, failedAt: event.at };
  }
};
