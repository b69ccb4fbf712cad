import type { HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { Deed, Errand } from '../schedule/plan.ts';
import type { WatchedTable } from './watched-tables.ts';
import type { Row, World } from './world.ts';

/** A request as it was made. */
export interface Asked {
  readonly errand: Errand;
  readonly request: HttpRequest;
  readonly orderId: string;
  readonly reviewId: string;
  /** The row that it is about, as it was then. */
  readonly before: Row | undefined;
}

/** What one person asked for, and what came of it. */
export interface Letter {
  readonly errand: Errand;
  /** The correlation id of all its requests, which is their idempotency key too. */
  readonly key: string;
  /** What its request says; undefined where it says nothing, or was never sent. */
  readonly wanted: Row | undefined;
  /** The last answer; undefined where the moment never came. */
  readonly answer: HttpResponse | undefined;
}

const TABLES: Readonly<Record<Exclude<Deed, 'place'>, WatchedTable>> = {
  cancel: 'orders',
  accept: 'foodCookings',
  reject: 'foodCookings',
  start: 'foodCookings',
  finish: 'foodCookings',
  pick: 'deliveries',
  confirm: 'deliveries',
  review: 'orders',
  'delete-review': 'reviews',
};

/** The row that a request is about, as it is now; undefined where there is none. */
export const rowAsked = (world: World, deed: Deed, orderId: string, reviewId: string): Row | undefined =>
  deed === 'place' ? undefined : world.tables[TABLES[deed]].get(deed === 'delete-review' ? reviewId : orderId);
