import type { Timers } from '../../kernel/clock.ts';
import type { Answer, HttpRequest, HttpResponse } from '../../runtime/http/route.ts';
import type { Answered } from './invariant.ts';
import { rowAsked, type Asked, type Letter } from './asked.ts';
import type { Deed, Errand } from '../schedule/plan.ts';
import type { WatchedTable } from './watched-tables.ts';
import type { Change, Row, World } from './world.ts';

/** The context that each deed is asked of. */
export const ASKED: Readonly<Record<Deed, 'front' | 'store' | 'rider'>> = {
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

/** What a person sees before doing it: a row of this table, in this status where it has one. */
interface Moment {
  readonly table: WatchedTable;
  readonly status: string | undefined;
}

const PAID_TICKET: Moment = { table: 'foodCookings', status: 'paid' };
const MOMENTS: Readonly<Record<Exclude<Deed, 'place'>, Moment>> = {
  cancel: { table: 'orders', status: 'placed' },
  accept: PAID_TICKET,
  reject: PAID_TICKET,
  start: { table: 'foodCookings', status: 'accepted' },
  finish: { table: 'foodCookings', status: 'cooking' },
  pick: { table: 'deliveries', status: 'ready' },
  confirm: { table: 'deliveries', status: 'delivering' },
  review: { table: 'orders', status: 'delivered' },
  'delete-review': { table: 'reviews', status: undefined },
};

/** How long a person waits after a failure that is nobody's decision: at first, and once it does not pass; and how often. In milliseconds. */
const TRY_AGAIN_MS = 10;
const TRY_MUCH_LATER_MS = 500;
const EAGER_TRIES = 30;
const MAX_TRIES = 60;

/** The people around the system. */
export interface People {
  /** Begins: orders will be placed. */
  begin(): void;
  /** Something was committed that people may see. */
  saw(change: Change): void;
  /** Requests that have no answer yet. */
  waiting(): number;
  /** What everybody asked for. */
  letters(): readonly Letter[];
  /** The errands whose request was granted. */
  granted(): readonly { readonly index: number; readonly name: string }[];
  /** Sends a request that was granted once more, under the same key. */
  again(index: number): void;
}

/** What people work with. */
export interface PeopleOptions {
  readonly errands: readonly Errand[];
  readonly timers: Timers;
  readonly dispatch: Readonly<Record<'front' | 'store' | 'rider', Answer>>;
  readonly world: World;
  /** How long a context is too busy to be asked, in milliseconds. */
  readonly busyMs: (context: string) => number;
  /** How long after its moment an errand is done, in milliseconds. */
  readonly paceOf: (errand: Errand, index: number) => number;
  /** Hears of each answer. */
  readonly judge: (answered: Answered) => void;
}

/** What an order asks for, other in each: what is mixed up, or rounded, is noticed. */
const wantedBy = (errand: Errand, index: number): Readonly<Record<string, unknown>> => {
  const { customer = 'kim', order, payment = 'approve' } = errand;
  return { customerId: customer, storeId: `s${1 + (index % 2)}`, foodId: order, price: 9_137 + 1_013 * index, address: `Seoul ${index}`, options: index % 2 === 0 ? [] : ['extra kimchi'], payment };
};

const requestOf = (errand: Errand, index: number, orderId: string, reviewId: string): HttpRequest => {
  const key = `errand-${index}`;
  const headers = { 'idempotency-key': key, 'x-correlation-id': key };
  switch (errand.deed) {
    case 'place':
      return { method: 'POST', url: '/orders', headers, body: { ...wantedBy(errand, index), ...errand.body } };
    case 'cancel':
      return { method: 'DELETE', url: `/orders/${orderId}`, headers };
    case 'accept':
    case 'reject':
    case 'start':
    case 'finish':
      return { method: 'PUT', url: `/foodCookings/${orderId}/${errand.deed}`, headers };
    case 'pick':
      return { method: 'PUT', url: `/deliveries/${orderId}/pick`, headers, body: { riderId: `r${index}`, ...errand.body } };
    case 'confirm':
      return { method: 'PUT', url: `/deliveries/${orderId}/confirmdelivered`, headers };
    case 'review':
      return { method: 'POST', url: '/reviews', headers, body: { orderId, content: `맛있어요 ${index}`, ...errand.body } };
    case 'delete-review':
      return { method: 'DELETE', url: `/reviews/${reviewId}`, headers };
  }
};

/** The moment that an errand waits for. */
const momentOf = ({ deed, when, isImpatient }: Errand): Moment => {
  if (deed === 'place') return MOMENTS.cancel;
  if (deed === 'delete-review') return MOMENTS[deed];
  return isImpatient === true ? MOMENTS.cancel : MOMENTS[when ?? deed];
};

/** Sends requests, and holds each answer against what the domain says. */
const createPost = ({ errands, timers, dispatch, world, busyMs, paceOf, judge }: PeopleOptions) => {
  const answers: (HttpResponse | undefined)[] = errands.map(() => undefined);
  const granted: (HttpResponse | undefined)[] = errands.map(() => undefined);
  const wanted: (Row | undefined)[] = errands.map(() => undefined);
  const sent: (readonly [orderId: string, reviewId: string] | undefined)[] = errands.map(() => undefined);
  let waiting = 0;

  const received = (asked: Asked, index: number, response: HttpResponse): void => {
    judge({ asked, response, granted: granted[index] });
    answers[index] = response;
    if (response.status < 300) granted[index] ??= response;
  };

  const ask = (index: number, orderId: string, reviewId: string, tries: number): void => {
    const errand = errands[index]!;
    const context = ASKED[errand.deed];
    const busy = busyMs(context);
    if (busy > 0) {
      timers.after(busy, () => ask(index, orderId, reviewId, tries));
      return;
    }
    const request = requestOf(errand, index, orderId, reviewId);
    wanted[index] = request.body as Row | undefined;
    const asked: Asked = { errand, request, orderId, reviewId, before: rowAsked(world, errand.deed, orderId, reviewId) };
    const answered = (response: HttpResponse): void => {
      received(asked, index, response);
      if (response.status >= 500 && tries < MAX_TRIES) timers.after(tries < EAGER_TRIES ? TRY_AGAIN_MS : TRY_MUCH_LATER_MS, () => ask(index, orderId, reviewId, tries + 1));
    };
    const answer = dispatch[context](request);
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

  return {
    /** Sends an errand's request after a while; once more, where it is to be repeated. */
    send: (index: number, orderId: string, reviewId: string): void => {
      const errand = errands[index]!;
      const { againAfterMs } = errand;
      const afterMs = paceOf(errand, index);
      sent[index] = [orderId, reviewId];
      timers.after(afterMs, () => ask(index, orderId, reviewId, 1));
      if (againAfterMs !== undefined) timers.after(afterMs + againAfterMs, () => ask(index, orderId, reviewId, 1));
    },
    waiting: () => waiting,
    granted: () => errands.flatMap(({ deed, order }, index) => (granted[index] === undefined ? [] : [{ index, name: `${deed} ${order}` }])),
    again: (index: number): void => {
      const [orderId, reviewId] = sent[index] ?? ['', ''];
      ask(index, orderId, reviewId, 1);
    },
    letters: () => errands.map((errand, index): Letter => ({ errand, key: `errand-${index}`, wanted: wanted[index], answer: granted[index] ?? answers[index] })),
  };
};

/** Creates the people of a schedule. A request that failed by nobody's decision (5xx) is made again, under the same key. */
export const createPeople = (options: PeopleOptions): People => {
  const { errands, world } = options;
  const post = createPost(options);
  /** The errands whose moment has not come yet, in their order. */
  let awaited = errands.flatMap(({ deed }, index) => (deed === 'place' ? [] : [index]));

  const isMoment = (index: number, { table, after }: Change, label: string): boolean => {
    const errand = errands[index]!;
    const moment = momentOf(errand);
    return moment.table === table && errand.order === label && (moment.status === undefined || moment.status === after?.['status']);
  };

  return {
    begin: () => {
      errands.forEach(({ deed }, index) => {
        if (deed === 'place') post.send(index, '', '');
      });
    },
    saw: (change) => {
      const { table, key, after } = change;
      if (after === null || awaited.length === 0) return;
      const orderId = String(table === 'reviews' ? after['orderId'] : key);
      const label = world.labels.get(orderId);
      if (label === undefined || !awaited.some((index) => isMoment(index, change, label))) return;
      const come = awaited.filter((index) => isMoment(index, change, label));
      awaited = awaited.filter((index) => !come.includes(index));
      for (const index of come) post.send(index, orderId, key);
    },
    waiting: post.waiting,
    letters: post.letters,
    granted: post.granted,
    again: post.again,
  };
};
