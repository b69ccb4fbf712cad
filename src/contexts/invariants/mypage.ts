/** What Mypage must show, folded once more from outside over what its context has heard so far. */
import type { Envelope } from '../../kernel/envelope.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import { always, atRest, type Invariant } from '../../explore/simulate/invariant.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { inAll, onCommit, type World } from './rules.ts';

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
/** The events that Mypage hears of beside those. */
const OTHERS: ReadonlySet<string> = new Set(['OrderPlaced', 'OrderCancelRequested', 'CancelRefused']);
const isForMypage = (type: string): boolean => type in REACHED || type in ENDS || OTHERS.has(type);

/** What was heard of an order. */
interface Heard {
  placedAt: string | undefined;
  progress: number;
  end: string | null;
  isAsked: boolean;
  isRefused: boolean;
  /** Of all that was heard, what happened last; of one millisecond, the greater id. */
  last: Envelope | undefined;
}

const isLater = (event: Envelope, last: Envelope | undefined): boolean =>
  last === undefined || event.time > last.time || (event.time === last.time && event.id > last.id);

const hear = (heard: Heard, event: Envelope): void => {
  const { type, data, time } = event;
  const reached =
    REACHED[type] ?? (type === 'CancelRefused' ? (data as { readonly status?: (typeof PROGRESS)[number] }).status : undefined);
  if (reached !== undefined) heard.progress = Math.max(heard.progress, PROGRESS.indexOf(reached));
  heard.end ??= ENDS[type] ?? null;
  if (type === 'OrderPlaced') heard.placedAt = time;
  if (type === 'OrderCancelRequested') heard.isAsked = true;
  if (type === 'CancelRefused') heard.isRefused = true;
  if (isLater(event, heard.last)) heard.last = event;
};

const statusOf = ({ progress, end, isAsked, isRefused }: Heard): string => {
  if (end !== null) return end;
  return isAsked && !isRefused && progress < PROGRESS.indexOf('cooking') ? 'cancel-requested' : PROGRESS[progress]!;
};

/** Where each column comes from that is no copy of the order: all that was heard. */
export const HEARD_COLUMNS: Readonly<Record<string, (heard: Heard) => unknown>> = {
  status: statusOf,
  progress: ({ progress }) => PROGRESS[progress],
  end: ({ end }) => end,
  isCancelRequested: ({ isAsked }) => isAsked,
  isCancelRefused: ({ isRefused }) => isRefused,
  placedAt: ({ placedAt }) => placedAt,
  updatedAt: ({ last }) => last?.time,
  lastEventId: ({ last }) => last?.id,
};

const COLUMNS = Object.entries(HEARD_COLUMNS);

/** What is wrong with what is shown of an order; undefined where nothing is. */
const wrongPage = (heard: Heard, row: Row | undefined): string | undefined => {
  if (heard.placedAt === undefined)
    return row === undefined ? undefined : `It shows ${String(row['status'])}, and has not heard of the order.`;
  if (row === undefined) return `It shows nothing, and by what it has heard it should show ${statusOf(heard)}.`;
  for (const [name, from] of COLUMNS) {
    const expected = from(heard);
    if (isSame(row[name], expected)) continue;
    return name === 'status'
      ? `It shows ${String(row[name])}, and by what it has heard it should show ${String(expected)}.`
      : `Its ${name} is ${JSON.stringify(row[name])}, and by what it has heard ${JSON.stringify(expected)}.`;
  }
  return undefined;
};

const isPutAside = (id: unknown, changes: readonly RowChange[]): boolean =>
  changes.some(({ table, key, row }) => table === 'parked' && row !== null && key[0] === id);
const isGivenUp = (id: unknown, changes: readonly RowChange[]): boolean =>
  changes.some(({ table, row }) => table === 'dead_letters' && row !== null && (row as Row)['id'] === id);

/**
 * Whether a change of a runtime's table says that its message had its effect: taken in and not put aside, or put aside no
 * more; and not given up.
 */
const isHeard = ({ table, key, row }: RowChange, changes: readonly RowChange[]): boolean => {
  const [id] = key;
  if (table === 'inbox') return row !== null && !isPutAside(id, changes) && !isGivenUp(id, changes);
  return table === 'parked' && row === null && !isGivenUp(id, changes);
};

/** Follows what the customer's context has heard. */
const createPages = ({ stream, placeOf }: World) => {
  const pages = new Map<string, Heard>();
  const pageOf = (orderId: string): Heard => {
    let page = pages.get(orderId);
    if (page === undefined)
      pages.set(orderId, (page = { placedAt: undefined, progress: 0, end: null, isAsked: false, isRefused: false, last: undefined }));
    return page;
  };
  return {
    pageOf,
    /** Hears what a commit took in; the orders that it is about, each once. */
    hearAll: (changes: readonly RowChange[]): readonly string[] => {
      const touched: string[] = [];
      for (const change of changes) {
        if (change.table !== 'inbox' && change.table !== 'parked') continue;
        const event = isHeard(change, changes) ? stream[placeOf(String(change.key[0])) ?? -1] : undefined;
        if (event === undefined || !isForMypage(event.type)) continue;
        hear(pageOf(event.subject), event);
        if (!touched.includes(event.subject)) touched.push(event.subject);
      }
      return touched;
    },
  };
};

/** What must hold of Mypage. */
export const MYPAGE: readonly Invariant[] = [
  always(
    'Mypage shows what it has heard.',
    onCommit('a page that shows something else', (world) => {
      const { pageOf, hearAll } = createPages(world);
      let isRebuilt = false;
      return ({ context, changes }, say) => {
        if (context !== 'customer') return;
        // A rebuild folds what was never heard, too.
        for (const { table, row } of changes) if (table === 'mypages' && row === null) isRebuilt = true;
        if (isRebuilt) return;
        for (const orderId of hearAll(changes)) {
          const wrong = wrongPage(pageOf(orderId), world.tables.mypages.get(orderId));
          if (wrong !== undefined) say(wrong, orderId);
        }
      };
    }),
  ),
  atRest(
    'Mypage is the fold of the stream.',
    inAll('a page that its own fold does not give', ({ drift }, say) => {
      for (const { message, subject } of drift) say(message, subject);
    }),
  ),
];
