/** What other contexts may know of `rider`: its events and the words of its statuses. */
import { z } from 'zod';
import { defineEvent } from '../../kernel/event.ts';

/** A delivery's statuses in the seed's words, in order of progress, then the one aside. */
export const DELIVERY_STATUS_TEXT = {
  waiting: '배송대기',
  ready: '배송가능',
  delivering: '배송중',
  delivered: '배송확정',
  canceled: '배송취소',
} as const;
export type DeliveryStatus = keyof typeof DELIVERY_STATUS_TEXT;

const text = z.string().min(1);

/** A rider set out with the food. */
export const Picked = defineEvent('Picked', z.object({ orderId: text, customerId: text, riderId: text }));
/** The food arrived. */
export const Delivered = defineEvent('Delivered', z.object({ orderId: text, customerId: text, riderId: text }));
/** The delivery was called off. */
export const DeliveryCanceled = defineEvent('DeliveryCanceled', z.object({ orderId: text, customerId: text }));
