import type { Entry } from '../../kernel/recording.ts';
import { orderOf } from '../model/order-of.ts';

/** Where in a recording something happened to an order: positions, each after the entry that tells of it. */
export interface TurningPoints {
  /** The first position behind `position`; undefined where there is none. */
  next(orderId: string, position: number): number | undefined;
  previous(orderId: string, position: number): number | undefined;
}

/** What is worth a stop: what was asked for, what happened, what went another way than usual; and what Mypage then shows. */
const isTurn = (entry: Entry): boolean =>
  entry.kind === 'message.published' ||
  entry.kind === 'command' ||
  entry.kind === 'fault' ||
  (entry.kind === 'message.handled' && entry.handling !== 'handled') ||
  (entry.kind === 'state' && entry.table === 'mypages');

/** Indexes a recording, entry by entry. */
export const createTurningPoints = (): TurningPoints & { add(entry: Entry, position: number, orderOfReview: (reviewId: string) => string | undefined): void } => {
  const points = new Map<string, number[]>();
  return {
    add: (entry, position, orderOfReview) => {
      const orderId = isTurn(entry) ? orderOf(entry, orderOfReview) : undefined;
      if (orderId === undefined) return;
      const known = points.get(orderId);
      if (known === undefined) points.set(orderId, [position]);
      else known.push(position);
    },
    next: (orderId, position) => points.get(orderId)?.find((point) => point > position),
    previous: (orderId, position) => points.get(orderId)?.findLast((point) => point < position),
  };
};
