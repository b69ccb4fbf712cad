import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../../contexts/customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT, type OrderStatus, type PaymentStatus } from '../../contexts/front/contract.ts';
import { DELIVERY_STATUS_TEXT, type DeliveryStatus } from '../../contexts/rider/contract.ts';
import { COOKING_STATUS_TEXT, type CookingStatus } from '../../contexts/store/contract.ts';
import type { Entry } from '../../kernel/recording.ts';
import { isForMypage } from './consumers.ts';
import { BOUNDS, type OrderFilter, type OrderLine, type Window } from './model.ts';
import { createOrderView, type OrderView } from './order-view.ts';
import { createSeenSet, type SeenSet } from './seen-set.ts';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;
type Row = Readonly<Record<string, unknown>>;
type Draft = { -readonly [Key in keyof OrderLine]: OrderLine[Key] };

/** An event of an order that Mypage has not taken in yet. */
interface Waiting {
  readonly id: string;
  readonly atMs: number;
}

/** All orders, by id and in the order of their coming. */
export interface OrderBook {
  published(entry: Of<'message.published'>, atMs: number, orderId: string): void;
  handled(entry: Of<'message.handled'>, atMs: number): void;
  state(entry: Of<'state'>, atMs: number): void;
  /** Nothing is on its way any more: a scenario ended, and its system with it. */
  rest(): void;
  order(orderId: string): OrderLine | undefined;
  /** The order of a review, while it is remembered. */
  orderOfReview(reviewId: string): string | undefined;
  from(offset: number, count: number, filter?: OrderFilter): Window<OrderLine>;
  indexOf(orderId: string, filter?: OrderFilter): number;
  readonly count: () => number;
  readonly byStatus: () => Readonly<Partial<Record<MypageStatus, number>>>;
  copy(): OrderBook;
}

const PROGRESS: readonly MypageStatus[] = ['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'];
const FINAL: ReadonlySet<string> = new Set<MypageStatus & OrderStatus>(['delivered', 'canceled', 'rejected', 'payment-failed']);

/** A status that the contract knows; a recording may be damaged, or a mutation at work. */
const known = <Status extends string>(texts: Readonly<Record<Status, string>>, value: unknown): Status | undefined =>
  typeof value === 'string' && Object.hasOwn(texts, value) ? (value as Status) : undefined;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const describe = (draft: Draft, row: Row): void => {
  draft.customer = text(row['customerId']) || draft.customer;
  draft.store = text(row['storeId']) || draft.store;
  draft.food = text(row['foodId']) || draft.food;
  draft.address = text(row['address']) || draft.address;
  if (typeof row['price'] === 'number') draft.price = row['price'];
};

/** What a row says of its order. */
const APPLY: Readonly<Record<string, (draft: Draft, row: Row) => void>> = {
  orders: (draft, row) => {
    describe(draft, row);
    draft.order = known<OrderStatus>(ORDER_STATUS_TEXT, row['status']);
  },
  payments: (draft, row) => {
    draft.payment = known<PaymentStatus>(PAYMENT_STATUS_TEXT, row['status']);
  },
  foodCookings: (draft, row) => {
    draft.cooking = known<CookingStatus>(COOKING_STATUS_TEXT, row['status']);
  },
  deliveries: (draft, row) => {
    draft.delivery = known<DeliveryStatus>(DELIVERY_STATUS_TEXT, row['status']);
  },
  mypages: (draft, row) => {
    describe(draft, row);
    draft.mypage = known<MypageStatus>(MYPAGE_STATUS_TEXT, row['status']);
    draft.progress = PROGRESS.indexOf(row['progress'] as MypageStatus);
  },
};

const blank = (orderId: string, number: number, atMs: number): OrderLine => ({
  orderId,
  number,
  customer: '',
  store: '',
  food: '',
  price: 0,
  address: '',
  mypage: undefined,
  progress: -1,
  order: undefined,
  cooking: undefined,
  payment: undefined,
  delivery: undefined,
  isFinal: false,
  placedAtMs: atMs,
  changedAtMs: atMs,
  behind: 0,
  behindSinceMs: undefined,
  lastLagMs: undefined,
  reviewIds: [],
});

interface Shelf {
  /** Oldest first; the first one has the number `base + 1`. */
  lines: OrderLine[];
  base: number;
  readonly numbers: Map<string, number>;
  readonly waiting: Map<string, readonly Waiting[]>;
  readonly orderOfReview: Map<string, string>;
  readonly published: SeenSet;
  /** Handled before the entry of their publication came. */
  readonly early: SeenSet;
  readonly byStatus: Map<MypageStatus, number>;
}

const emptyShelf = (): Shelf => ({
  lines: [],
  base: 0,
  numbers: new Map(),
  waiting: new Map(),
  orderOfReview: new Map(),
  published: createSeenSet(BOUNDS.inFlight),
  early: createSeenSet(BOUNDS.inFlight),
  byStatus: new Map(),
});

const copyShelf = (shelf: Shelf): Shelf => ({
  lines: [...shelf.lines],
  base: shelf.base,
  numbers: new Map(shelf.numbers),
  waiting: new Map(shelf.waiting),
  orderOfReview: new Map(shelf.orderOfReview),
  published: shelf.published.copy(),
  early: shelf.early.copy(),
  byStatus: new Map(shelf.byStatus),
});

const count = (shelf: Shelf, status: MypageStatus | undefined, by: 1 | -1): void => {
  if (status !== undefined) shelf.byStatus.set(status, (shelf.byStatus.get(status) ?? 0) + by);
};

/** Makes room for a tenth more; done seldom, since it moves everything. */
const forgetOldest = (shelf: Shelf): void => {
  const gone = shelf.lines.splice(0, BOUNDS.orders / 10);
  shelf.base += gone.length;
  for (const { orderId, mypage, reviewIds } of gone) {
    shelf.numbers.delete(orderId);
    shelf.waiting.delete(orderId);
    for (const reviewId of reviewIds) shelf.orderOfReview.delete(reviewId);
    count(shelf, mypage, -1);
  }
};

/** Changes orders on a shelf, and tells `view` which. */
const createHand = (shelf: Shelf, view: OrderView) => {
  const line = (orderId: string): OrderLine | undefined => {
    const number = shelf.numbers.get(orderId);
    return number === undefined ? undefined : shelf.lines[number - shelf.base - 1];
  };
  const put = (order: OrderLine): void => {
    shelf.lines[order.number - shelf.base - 1] = order;
    view.changed(order.number);
  };
  /** The order, made where nothing was heard of it. */
  const find = (orderId: string, atMs: number): OrderLine => {
    const there = line(orderId);
    if (there !== undefined) return there;
    if (shelf.lines.length >= BOUNDS.orders) {
      forgetOldest(shelf);
      view.cut();
    }
    const order = blank(orderId, shelf.base + shelf.lines.length + 1, atMs);
    shelf.numbers.set(orderId, order.number);
    shelf.lines.push(order);
    view.changed(order.number);
    return order;
  };
  return { line, put, find };
};

const build = (shelf: Shelf): OrderBook => {
  const view = createOrderView({ lines: () => shelf.lines, base: () => shelf.base });
  const { line, put, find } = createHand(shelf, view);

  const wait = (orderId: string, waiting: readonly Waiting[], lag?: number): void => {
    if (waiting.length === 0) shelf.waiting.delete(orderId);
    else shelf.waiting.set(orderId, waiting);
    const order = line(orderId);
    if (order === undefined) return;
    put({ ...order, behind: waiting.length, behindSinceMs: waiting[0]?.atMs, lastLagMs: lag ?? order.lastLagMs });
  };

  const review = ({ key, row }: Of<'state'>, atMs: number): void => {
    const reviewId = String(key[0]);
    const orderId = row === null ? shelf.orderOfReview.get(reviewId) : (row as Row)['orderId'];
    if (typeof orderId !== 'string') return;
    if (row !== null) shelf.orderOfReview.set(reviewId, orderId);
    const order = find(orderId, atMs);
    const others = order.reviewIds.filter((id) => id !== reviewId);
    put({ ...order, changedAtMs: atMs, reviewIds: row === null ? others : [...others, reviewId] });
  };

  return {
    published: ({ event }, atMs, orderId) => {
      if (!shelf.published.add(event.id)) return;
      if (event.type === 'OrderPlaced') find(orderId, atMs);
      if (!isForMypage(event.type) || shelf.early.has(event.id)) return;
      wait(orderId, [...(shelf.waiting.get(orderId) ?? []), { id: event.id, atMs }]);
    },
    handled: ({ context, id, subject, handling }, atMs) => {
      if (context !== 'customer' || handling === 'parked') return;
      const waiting = shelf.waiting.get(subject) ?? [];
      const found = waiting.find((one) => one.id === id);
      if (found !== undefined) wait(subject, waiting.filter((one) => one !== found), handling === 'handled' ? atMs - found.atMs : undefined);
      else if (!shelf.published.has(id)) shelf.early.add(id);
    },
    state: (entry, atMs) => {
      if (entry.table === 'reviews') return review(entry, atMs);
      const apply = APPLY[entry.table];
      if (apply === undefined) return;
      const row = entry.row as Row | null;
      const orderId = row === null ? String(entry.key[0]) : row['orderId'];
      if (typeof orderId !== 'string') return;
      const before = find(orderId, atMs);
      const draft: Draft = { ...before, changedAtMs: atMs };
      apply(draft, row ?? {});
      draft.isFinal = FINAL.has(draft.order ?? '') || FINAL.has(draft.mypage ?? '');
      if (draft.mypage !== before.mypage) {
        count(shelf, before.mypage, -1);
        count(shelf, draft.mypage, 1);
      }
      put(draft);
    },
    rest: () => {
      for (const orderId of [...shelf.waiting.keys()]) wait(orderId, []);
    },
    order: line,
    orderOfReview: (reviewId) => shelf.orderOfReview.get(reviewId),
    from: view.from,
    indexOf: (orderId, filter) => {
      const order = line(orderId);
      return order === undefined ? -1 : view.indexOf(order, filter);
    },
    count: () => shelf.base + shelf.lines.length,
    byStatus: () => Object.fromEntries([...shelf.byStatus].filter(([, orders]) => orders > 0)),
    copy: () => build(copyShelf(shelf)),
  };
};

/** No orders yet. */
export const createOrderBook = (): OrderBook => build(emptyShelf());
