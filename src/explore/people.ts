import type { Timers } from '../kernel/clock.ts';
import type { Answer, HttpRequest, HttpResponse } from '../runtime/http/route.ts';
import type { Deed, Errand } from './plan.ts';
import type { Change, World } from './world.ts';

/** The context that each deed is asked of. */
const ASKED: Readonly<Record<Deed, 'front' | 'store' | 'rider'>> = {
  place: 'front',
  cancel: 'front',
  accept: 'store',
  reject: 'store',
  start: 'store',
  finish: 'store',
  pick: 'rider',
  confirm: 'rider',
  review: 'front',
  'delete-review': 'front',
};

/** What a person sees before doing it: a row of this table in this status. */
const MOMENTS: Readonly<Record<Exclude<Deed, 'place'>, string>> = {
  cancel: 'orders placed',
  accept: 'foodCookings paid',
  reject: 'foodCookings paid',
  start: 'foodCookings accepted',
  finish: 'foodCookings cooking',
  pick: 'deliveries ready',
  confirm: 'deliveries delivering',
  review: 'orders delivered',
  'delete-review': 'reviews',
};

/** How long a person waits after a failure that is nobody's decision, and how often; in milliseconds. */
const TRY_AGAIN_MS = 10;
const MAX_TRIES = 60;

/** The people around the system. */
export interface People {
  /** Begins: orders will be placed. */
  begin(): void;
  /** Something was committed that people may see. */
  saw(change: Change): void;
  /** Requests that have no answer yet. */
  waiting(): number;
}

/** What people work with. */
export interface PeopleOptions {
  readonly errands: readonly Errand[];
  readonly timers: Timers;
  readonly dispatch: Readonly<Record<'front' | 'store' | 'rider', Answer>>;
  readonly world: World;
}

const requestOf = (errand: Errand, key: string, orderId: string, reviewId: string): HttpRequest => {
  const headers = { 'idempotency-key': key };
  switch (errand.deed) {
    case 'place': {
      const { customer = 'kim', order, payment = 'approve' } = errand;
      const body = { customerId: customer, storeId: 's1', foodId: order, price: 12_000, address: 'Seoul', payment };
      return { method: 'POST', url: '/orders', headers, body };
    }
    case 'cancel':
      return { method: 'DELETE', url: `/orders/${orderId}`, headers };
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish':
      return { method: 'PUT', url: `/foodCookings/${orderId}/${errand.deed}`, headers };
    case 'pick':
      return { method: 'PUT', url: `/deliveries/${orderId}/pick`, headers, body: { riderId: 'r1' } };
    case 'confirm':
      return { method: 'PUT', url: `/deliveries/${orderId}/confirmdelivered`, headers };
    case 'review':
      return { method: 'POST', url: '/reviews', headers, body: { orderId, content: '맛있어요' } };
    case 'delete-review':
      return { method: 'DELETE', url: `/reviews/${reviewId}`, headers };
  }
};

/** The moment that an errand waits for, with the order's label. */
const momentOf = (errand: Errand): string => {
  if (errand.deed === 'place') return '';
  const what = errand.isImpatient === true && errand.deed !== 'delete-review' ? MOMENTS.cancel : MOMENTS[errand.deed];
  return `${what} ${errand.order}`;
};

/** Creates the people of a schedule. A request that failed by nobody's decision (5xx) is made again, under the same key. */
export const createPeople = ({ errands, timers, dispatch, world }: PeopleOptions): People => {
  const awaited = new Map<string, { readonly errand: Errand; readonly key: string }[]>();
  let waiting = 0;

  const ask = (errand: Errand, request: HttpRequest, tries: number): void => {
    const answered = ({ status }: HttpResponse): void => {
      if (status >= 500 && tries < MAX_TRIES) timers.after(TRY_AGAIN_MS, () => ask(errand, request, tries + 1));
    };
    const answer = dispatch[ASKED[errand.deed]](request);
    if (!(answer instanceof Promise)) {
      answered(answer);
      return;
    }
    waiting += 1;
    void answer.then((response) => {
      waiting -= 1;
      answered(response);
    });
  };

  errands.forEach((errand, index) => {
    if (errand.deed === 'place') return;
    const moment = momentOf(errand);
    const waiters = awaited.get(moment);
    const one = { errand, key: `errand-${index}` };
    if (waiters === undefined) awaited.set(moment, [one]);
    else waiters.push(one);
  });

  return {
    begin: () => {
      errands.forEach((errand, index) => {
        if (errand.deed !== 'place') return;
        timers.after(errand.afterMs, () => ask(errand, requestOf(errand, `errand-${index}`, '', ''), 1));
      });
    },
    saw: ({ table, key, after }) => {
      if (after === null || awaited.size === 0) return;
      const orderId = String(table === 'reviews' ? after['orderId'] : key);
      const label = world.labels.get(orderId);
      if (label === undefined) return;
      const moment = table === 'reviews' ? `reviews ${label}` : `${table} ${String(after['status'])} ${label}`;
      const waiters = awaited.get(moment);
      if (waiters === undefined) return;
      awaited.delete(moment);
      for (const { errand, key: idempotencyKey } of waiters) {
        timers.after(errand.afterMs, () => ask(errand, requestOf(errand, idempotencyKey, orderId, key), 1));
      }
    },
    waiting: () => waiting,
  };
};
