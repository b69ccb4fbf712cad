/** What must hold of each commit as a whole: what is told is done with it, and Mypage shows what it has heard, told once more from the outside. */
import type { Envelope } from '../kernel/envelope.ts';
import type { RowChange } from '../runtime/tables.ts';
import type { Violation } from './always.ts';
import type { Row, World } from './world.ts';

type Report = (violation: Violation) => void;

/** What is done where an event is told: a row has this status; or there is one at all (`any`), or none any more (`gone`). */
const DONE: Readonly<Record<string, readonly [table: string, status: string, key: 'orderId' | 'reviewId' | 'customerId']>> = {
  OrderPlaced: ['orders', 'placed', 'orderId'],
  OrderCancelRequested: ['orders', 'cancel-requested', 'orderId'],
  OrderCanceled: ['orders', 'canceled', 'orderId'],
  Paid: ['payments', 'paid', 'orderId'],
  PaymentDeclined: ['payments', 'declined', 'orderId'],
  PaymentRefunded: ['payments', 'refunded', 'orderId'],
  ReviewWritten: ['reviews', 'any', 'reviewId'],
  ReviewDeleted: ['reviews', 'gone', 'reviewId'],
  OrderAccepted: ['foodCookings', 'accepted', 'orderId'],
  OrderRejected: ['foodCookings', 'rejected', 'orderId'],
  CookStarted: ['foodCookings', 'cooking', 'orderId'],
  CookFinished: ['foodCookings', 'cooked', 'orderId'],
  CookingCanceled: ['foodCookings', 'canceled', 'orderId'],
  Picked: ['deliveries', 'delivering', 'orderId'],
  Delivered: ['deliveries', 'delivered', 'orderId'],
  DeliveryCanceled: ['deliveries', 'canceled', 'orderId'],
  CouponGranted: ['customers', 'any', 'customerId'],
  CouponRevoked: ['customers', 'any', 'customerId'],
};

const isDone = (row: object | null, status: string): boolean => (status === 'gone' ? row === null : row !== null && (status === 'any' || (row as Row)['status'] === status));

/** An event that stands in the outbox without what it tells of would be heard by everybody, and be true of nothing. */
const checkTold = (context: string, event: Envelope, changes: readonly RowChange[], report: Report): void => {
  const done = DONE[event.type];
  if (done === undefined) return;
  const [where, status, key] = done;
  const subject = (event.data as Row)[key];
  for (const change of changes) if (change.table === where && change.key[0] === subject && isDone(change.row, status)) return;
  report({ invariant: 'What is told is done in the same commit.', found: `${context} tells of ${event.type}, and ${where} is not ${status} by it.`, subject: event.subject });
};

/** Mypage's progress, and how far each event says that an order has come. */
const PROGRESS = ['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;
const REACHED: Readonly<Record<string, (typeof PROGRESS)[number]>> = {
  Paid: 'paid',
  OrderAccepted: 'accepted',
  CookStarted: 'cooking',
  CookFinished: 'cooked',
  Picked: 'delivering',
  Delivered: 'delivered',
};
const ENDS: Readonly<Record<string, string>> = { OrderRejected: 'rejected', OrderCanceled: 'canceled', PaymentDeclined: 'payment-failed' };

interface Heard {
  isPlaced: boolean;
  progress: number;
  end: string | undefined;
  isAsked: boolean;
  isRefused: boolean;
}

const hear = (heard: Heard, { type, data }: Envelope): void => {
  const reached = REACHED[type] ?? (type === 'CancelRefused' ? (data as { readonly status?: (typeof PROGRESS)[number] }).status : undefined);
  if (reached !== undefined) heard.progress = Math.max(heard.progress, PROGRESS.indexOf(reached));
  heard.end ??= ENDS[type];
  if (type === 'OrderPlaced') heard.isPlaced = true;
  if (type === 'OrderCancelRequested') heard.isAsked = true;
  if (type === 'CancelRefused') heard.isRefused = true;
};

const statusOf = ({ progress, end, isAsked, isRefused }: Heard): string => {
  if (end !== undefined) return end;
  return isAsked && !isRefused && progress < PROGRESS.indexOf('cooking') ? 'cancel-requested' : PROGRESS[progress]!;
};

/** Whether the commit that takes this message in puts it aside. */
const isPutAside = (id: unknown, changes: readonly RowChange[]): boolean => changes.some(({ table, key, row }) => table === 'parked' && row !== null && key[0] === id);

/** Whether the commit gives this message up. */
const isGivenUp = (id: unknown, changes: readonly RowChange[]): boolean => changes.some(({ table, row }) => table === 'dead_letters' && row !== null && (row as Row)['id'] === id);

/** Whether a change of a runtime's table says that its message had its effect: taken in and not put aside, or put aside no more; and not given up. */
const isHeard = ({ table, key, row }: RowChange, changes: readonly RowChange[]): boolean =>
  ((table === 'inbox' && row !== null && !isPutAside(key[0], changes)) || (table === 'parked' && row === null)) && !isGivenUp(key[0], changes);

/** Follows what the customer's context has heard, and what Mypage must show because of it. */
const createMypageRule = ({ stream, placeOf, tables }: World, report: Report) => {
  const pages = new Map<string, Heard>();
  let isRebuilt = false;

  const pageOf = (orderId: string): Heard => {
    let page = pages.get(orderId);
    if (page === undefined) pages.set(orderId, (page = { isPlaced: false, progress: 0, end: undefined, isAsked: false, isRefused: false }));
    return page;
  };
  /** Hears what a commit took in; the orders that it is about, each once. */
  const hearAll = (changes: readonly RowChange[]): readonly string[] => {
    const touched: string[] = [];
    for (const change of changes) {
      const event = isHeard(change, changes) ? stream[placeOf(String(change.key[0])) ?? -1] : undefined;
      if (event === undefined) continue;
      hear(pageOf(event.subject), event);
      if (!touched.includes(event.subject)) touched.push(event.subject);
    }
    return touched;
  };
  return (changes: readonly RowChange[]): void => {
    // A rebuild folds what was never heard, too.
    for (const { table, row } of changes) if (table === 'mypages' && row === null) isRebuilt = true;
    if (isRebuilt) return;
    for (const orderId of hearAll(changes)) {
      const page = pageOf(orderId);
      const shown = String(tables.mypages.get(orderId)?.['status'] ?? 'nothing');
      const expected = page.isPlaced ? statusOf(page) : 'nothing';
      if (shown !== expected) report({ invariant: 'Mypage shows what it has heard.', found: `It shows ${shown}, and by what it has heard it should show ${expected}.`, subject: orderId });
    }
  };
};

/** The rules of one schedule. */
export interface CommitRules {
  /** Told each commit, after the world was. */
  committed(context: string, changes: readonly RowChange[]): void;
  /** The messages that stand put aside in the databases, whatever the contexts remember: `front 01J…`. */
  putAside(): readonly string[];
}

/** Creates the rules of one schedule. */
export const createCommitRules = (world: World, report: Report): CommitRules => {
  const checkMypage = createMypageRule(world, report);
  const aside = new Set<string>();
  return {
    committed: (context, changes) => {
      for (const { table, key, row } of changes) {
        if (table === 'outbox') {
          if (row !== null) checkTold(context, (row as { readonly envelope: Envelope }).envelope, changes, report);
        } else if (table === 'parked') {
          if (row === null) aside.delete(`${context} ${String(key[0])}`);
          else aside.add(`${context} ${String(key[0])}`);
        }
      }
      if (context === 'customer') checkMypage(changes);
    },
    putAside: () => [...aside],
  };
};
