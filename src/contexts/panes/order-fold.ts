/** An order as the screen lists it: folded from what each context holds of it. */
import type { Entry } from '../../kernel/recording.ts';
import type { LineFold } from '../../tui/definition.ts';
import type { Row, Thing } from '../../tui/model/model.ts';
import { textIn } from '../../tui/model/text-in.ts';
import { MYPAGE_STATUS_TEXT, type MypageStatus } from '../customer/contract.ts';
import { ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT, type OrderStatus, type PaymentStatus } from '../front/contract.ts';
import { DELIVERY_STATUS_TEXT, type DeliveryStatus } from '../rider/contract.ts';
import { COOKING_STATUS_TEXT, type CookingStatus } from '../store/contract.ts';

/** One order in the list. */
export interface OrderLine extends Thing {
  readonly customer: string;
  readonly store: string;
  readonly food: string;
  readonly price: number;
  readonly address: string;
  /** What Mypage shows; undefined while Mypage does not know the order. */
  readonly mypage: MypageStatus | undefined;
  /** How far Mypage says it came: 0 (미결재) to 6 (배송확정), -1 where Mypage does not know it; an order aside keeps where it came to. */
  readonly progress: number;
  readonly order: OrderStatus | undefined;
  readonly cooking: CookingStatus | undefined;
  readonly payment: PaymentStatus | undefined;
  readonly delivery: DeliveryStatus | undefined;
  /** Live reviews, oldest first. */
  readonly reviewIds: readonly string[];
}

type State = Extract<Entry, { kind: 'state' }>;
type Draft = { -readonly [Key in keyof OrderLine]: OrderLine[Key] };

/** Mypage's statuses in order of progress; the others stand aside. */
export const ROAD = [
  'unpaid',
  'paid',
  'accepted',
  'cooking',
  'cooked',
  'delivering',
  'delivered',
] as const satisfies readonly MypageStatus[];

/** A delivered order can still be reviewed. */
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
    draft.progress = (ROAD as readonly MypageStatus[]).indexOf(row['progress'] as MypageStatus);
  },
};

const isFinal = ({ order, mypage }: Draft): boolean => FINAL.has(order ?? '') || FINAL.has(mypage ?? '');

const blank = (id: string, number: number, atMs: number): OrderLine => ({
  id,
  subject: id,
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
  beganAtMs: atMs,
  changedAtMs: atMs,
  behind: 0,
  behindSinceMs: undefined,
  lastLagMs: undefined,
  reviewIds: [],
});

/** The order that an entry is about, as far as it can be told; what is about a customer alone, or about nobody, is about no order. */
const orderOf = (entry: Entry, orderOfReview: ReadonlyMap<string, string>): string | undefined => {
  switch (entry.kind) {
    case 'message.published':
      return textIn(entry.event.data, 'orderId') ?? entry.event.subject;
    case 'message.delivered':
    case 'message.handled':
      return entry.subject;
    case 'command':
      // Somebody who only looks changes nothing.
      return entry.method === 'GET' || entry.subject === undefined ? undefined : (orderOfReview.get(entry.subject) ?? entry.subject);
    case 'state':
      if (entry.row !== null) return textIn(entry.row, 'orderId');
      return entry.table === 'reviews' ? orderOfReview.get(String(entry.key[0])) : String(entry.key[0]);
    case 'fault': {
      const subject = textIn(entry.detail, 'subject');
      return subject === '' ? undefined : subject;
    }
    default:
      return undefined;
  }
};

/** The order of a row; of a review, it is remembered for when the review is deleted. */
const ownerOf = ({ table, key, row }: State, orderOfReview: Map<string, string>): string | undefined => {
  if (table === 'reviews') {
    const reviewId = String(key[0]);
    if (row === null) return orderOfReview.get(reviewId);
    const orderId = textIn(row, 'orderId');
    if (orderId !== undefined) orderOfReview.set(reviewId, orderId);
    return orderId;
  }
  if (APPLY[table] === undefined) return undefined;
  return row === null ? String(key[0]) : textIn(row, 'orderId');
};

const haystack = ({ id, number, customer, store, food, address, mypage }: OrderLine): string => {
  const status = mypage === undefined ? '' : `${mypage} ${MYPAGE_STATUS_TEXT[mypage]}`;
  return `${id} #${number} ${customer} ${store} ${food} ${address} ${status}`;
};

const build = (orderOfReview: Map<string, string>): LineFold<OrderLine> => ({
  subjectsOf: (entry) => orderOf(entry, orderOfReview),
  idsOf: (subject) => [subject],
  begins: (type) => type === 'OrderPlaced',
  ownerOf: (entry) => ownerOf(entry, orderOfReview),
  blank,
  apply: (draft, { table, key, row }) => {
    if (table === 'reviews') {
      const others = draft.reviewIds.filter((id) => id !== String(key[0]));
      draft.reviewIds = row === null ? others : [...others, String(key[0])];
      return;
    }
    APPLY[table]?.(draft, (row ?? {}) as Row);
    draft.isFinal = isFinal(draft);
  },
  // The customer's context keeps Mypage.
  keeperOf: () => 'customer',
  statusOf: ({ mypage }) => mypage,
  haystack,
  forget: ({ reviewIds }) => {
    for (const reviewId of reviewIds) orderOfReview.delete(reviewId);
  },
  copy: () => build(new Map(orderOfReview)),
});

/** No orders yet. */
export const createOrderFold = (): LineFold<OrderLine> => build(new Map());

/** The row of a table that an order has, as far as the list knows. */
export const seenOf = (line: OrderLine, table: string): Row | undefined => {
  switch (table) {
    case 'orders':
      return { status: line.order };
    case 'foodCookings':
      return { status: line.cooking };
    case 'deliveries':
      return { status: line.delivery };
    case 'reviews': {
      const reviewId = line.reviewIds.at(-1);
      return reviewId === undefined ? undefined : { reviewId };
    }
    default:
      return undefined;
  }
};
