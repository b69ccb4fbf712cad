/** What people can ask of the food system. */
import type { Moment, Verb, Verbs } from '../system/verb.ts';

const ofKitchen = (name: string, status: string, tells: string): Verb => ({
  context: 'store',
  method: 'PUT',
  path: `/foodCookings/:orderId/${name}`,
  by: 'kitchen',
  at: { table: 'foodCookings', status },
  tells,
});

const delivery = (status: string): Moment => ({ table: 'deliveries', status });

/** Every verb; what people usually write is other in each, so that what is mixed up, or rounded, is noticed. */
export const VERBS = {
  place: {
    context: 'front',
    method: 'POST',
    path: '/orders',
    by: 'customers',
    makes: { what: 'order', table: 'orders', status: 'placed' },
    tells: 'OrderPlaced',
    names: ['customerId'],
    usual: (label, index) => ({
      customerId: 'kim',
      storeId: `s${1 + (index % 2)}`,
      foodId: label,
      price: 9_137 + 1_013 * index,
      address: `Seoul ${index}`,
      options: index % 2 === 0 ? [] : ['extra kimchi'],
      payment: 'approve',
    }),
  },
  cancel: {
    context: 'front',
    method: 'DELETE',
    path: '/orders/:orderId',
    by: 'customers',
    at: { table: 'orders', status: 'placed' },
    tells: 'OrderCancelRequested',
    isRepeatable: true,
  },
  accept: ofKitchen('accept', 'paid', 'OrderAccepted'),
  reject: ofKitchen('reject', 'paid', 'OrderRejected'),
  start: ofKitchen('start', 'accepted', 'CookStarted'),
  finish: ofKitchen('finish', 'cooking', 'CookFinished'),
  pick: {
    context: 'rider',
    method: 'PUT',
    path: '/deliveries/:orderId/pick',
    by: 'riders',
    at: delivery('ready'),
    tells: 'Picked',
    usual: (_label, index) => ({ riderId: `r${index}` }),
  },
  confirm: {
    context: 'rider',
    method: 'PUT',
    path: '/deliveries/:orderId/confirmdelivered',
    by: 'riders',
    at: delivery('delivering'),
    tells: 'Delivered',
  },
  review: {
    context: 'front',
    method: 'POST',
    path: '/reviews',
    by: 'customers',
    at: { table: 'orders', status: 'delivered' },
    tells: 'ReviewWritten',
    copies: ['orderId'],
    usual: (_label, index) => ({ content: `맛있어요 ${index}` }),
  },
  'delete-review': {
    context: 'front',
    method: 'DELETE',
    path: '/reviews/:reviewId',
    by: 'customers',
    at: { table: 'reviews', subject: 'orderId' },
    tells: 'ReviewDeleted',
  },
} as const satisfies Verbs;

/** The name of a verb. */
export type Deed = keyof typeof VERBS;
