/** The notification's routes; all of them only read. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import type { Route } from '../../runtime/http/route.ts';
import { textFilter, timesShape } from '../../runtime/http/shapes.ts';
import { statusFilter, statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { NOTICE_STATUS_TEXT, NOTICE_TEXT, type NoticeType } from './contract.ts';
import { notices, type NoticeRow } from './store.ts';

const noticeType = z.enum(Object.keys(NOTICE_TEXT) as [NoticeType, ...NoticeType[]]);

const noticeSchema = z.object({
  id: z.string(),
  type: noticeType,
  orderId: z.string(),
  customerId: z.string(),
  text: z.string(),
  ...statusShape(NOTICE_STATUS_TEXT),
  attempts: z.int().nonnegative(),
  error: z.string().nullable(),
  sentAt: z.iso.datetime().nullable(),
  correlationId: z.string(),
  ...timesShape,
});

const noticeResource = (row: NoticeRow): z.infer<typeof noticeSchema> => ({
  id: row.id,
  type: row.type,
  orderId: row.orderId,
  customerId: row.customerId,
  text: row.text,
  status: row.status,
  statusText: NOTICE_STATUS_TEXT[row.status],
  attempts: row.attempts,
  error: row.error,
  sentAt: row.sentAt,
  correlationId: row.correlationId,
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const noticeReads = defineResource({
  table: notices,
  path: '/notices',
  key: 'id',
  filters: { customerId: textFilter, orderId: textFilter, type: noticeType.optional(), status: statusFilter(NOTICE_STATUS_TEXT) },
  schema: noticeSchema,
  toResource: noticeResource,
  notFound: (id) => new Refusal('notice-not-found', `알림을 찾을 수 없습니다: ${id}`, { id }),
  list: {
    operation: 'listNotices',
    summary: 'Notices to customers, by the id of the event that they tell of',
    description: 'One page of notices',
  },
  get: { operation: 'getNotice', summary: 'The notice of an event', description: 'The notice' },
});

/** The notification's routes. */
export const notificationRoutes: readonly Route[] = noticeReads.routes;
