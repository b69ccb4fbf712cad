/** Whenever an event that customers are told of comes, then one notice. Pure. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { NOTICE_TEXT, type NoticeType } from './contract.ts';
import type { Channel, WriteNotice } from './notice.ts';

/** What every event told of carries. */
export interface OfCustomersOrder {
  readonly orderId: string;
  readonly customerId: string;
}

/** The notice of an event, keyed by the event's id, so that telling it twice is telling it once. */
export const wheneverToldOf = (event: Envelope<NoticeType, OfCustomersOrder>, channel: Channel, now: EpochMs): WriteNotice => ({
  message: {
    id: event.id,
    type: event.type,
    orderId: event.data.orderId,
    customerId: event.data.customerId,
    text: NOTICE_TEXT[event.type],
    correlationId: event.correlationid,
    traceparent: event.traceparent,
    writtenAt: now,
  },
  channel,
});
