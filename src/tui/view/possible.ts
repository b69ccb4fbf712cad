import { ORDER_VERBS, type OrderVerb } from '../session-port.ts';
import type { OrderLine } from '../model/model.ts';

const CANCELABLE: ReadonlySet<OrderLine['order']> = new Set(['placed', 'paid', 'accepted']);

/**
 * Whether the order's status allows the step, as far as the screen knows: the guards of the domain. The key of a step
 * that is not allowed still asks for it, so that the system's own sentence says why not.
 */
const ALLOWS: Readonly<Record<OrderVerb, (order: OrderLine) => boolean>> = {
  accept: ({ cooking }) => cooking === 'paid',
  reject: ({ cooking }) => cooking === 'paid',
  start: ({ cooking }) => cooking === 'accepted',
  finish: ({ cooking }) => cooking === 'cooking',
  pick: ({ delivery }) => delivery === 'ready',
  confirm: ({ delivery }) => delivery === 'delivering',
  cancel: ({ order }) => CANCELABLE.has(order),
  review: ({ order }) => order === 'delivered',
  'delete-review': ({ reviewIds }) => reviewIds.length > 0,
};

/** Whether the step can be taken on the order now. */
export const allows = (order: OrderLine, verb: OrderVerb): boolean => ALLOWS[verb](order);

/** Whether a binding's name is a step on an order. */
export const isOrderVerb = (name: string): name is OrderVerb => (ORDER_VERBS as readonly string[]).includes(name);
