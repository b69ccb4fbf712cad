/** What other contexts may know of `store`: its events and the words of its statuses. */
import { z } from 'zod';
import { defineEvent } from '../../kernel/event.ts';

/** A kitchen ticket's statuses in the seed's words, in order of progress, then those aside. */
export const COOKING_STATUS_TEXT = {
  unpaid: '미결재',
  paid: '결재완료',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  rejected: '거부됨',
  canceled: '취소됨',
} as const;
export type CookingStatus = keyof typeof COOKING_STATUS_TEXT;

const text = z.string().min(1);
const status = z.enum(Object.keys(COOKING_STATUS_TEXT) as [CookingStatus, ...CookingStatus[]]);
/** `status` is the ticket's status after the event. */
const ofTicket = z.object({ orderId: text, customerId: text, storeId: text, status });

/** The store took the order. */
export const OrderAccepted = defineEvent('OrderAccepted', ofTicket);
/** The store refused the order. */
export const OrderRejected = defineEvent('OrderRejected', ofTicket);
export const CookStarted = defineEvent('CookStarted', ofTicket);
export const CookFinished = defineEvent('CookFinished', ofTicket);
/** Cooking had not begun: the store called the ticket off, so the order can be canceled. */
export const CookingCanceled = defineEvent('CookingCanceled', ofTicket);
/** Cooking had begun: the order can't be canceled any more; `status` says where the kitchen is. */
export const CancelRefused = defineEvent('CancelRefused', ofTicket);
