/** What each resource shows of its table: told once more from outside, and held to in answers and whatever people read. */
import type { HttpResponse } from '../../runtime/http/route.ts';
import { always, type Found, type Invariant, type Seen } from '../../explore/simulate/invariant.ts';
import type { Resource as AnyResource } from '../../explore/definition.ts';
import { isSame } from '../../explore/simulate/same.ts';
import type { Row } from '../../explore/simulate/world.ts';
import { onAnswer, onSight, type TableName, type World } from './rules.ts';

type Resource = AnyResource<TableName>;

const column =
  (name: string): ((row: Row) => unknown) =>
  (row) =>
    row[name];
const columns = (...names: readonly string[]): Readonly<Record<string, (row: Row) => unknown>> =>
  Object.fromEntries(names.map((name) => [name, column(name)]));
const wordOf = (words: Readonly<Record<string, string>>) => ({
  status: column('status'),
  statusText: (row: Row): unknown => words[String(row['status'])],
});

const ORDER_WORDS = {
  placed: '주문등록',
  paid: '결재됨',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  delivering: '배송중',
  delivered: '배송확정',
  'cancel-requested': '취소요청',
  canceled: '취소됨',
  rejected: '거부됨',
  'payment-failed': '결재실패',
} as const;
const PAYMENT_WORDS = { pending: '결재대기', paid: '결재됨', refunded: '환불됨', declined: '결재실패' } as const;
const TICKET_WORDS = {
  unpaid: '미결재',
  paid: '결재완료',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  rejected: '거부됨',
  canceled: '취소됨',
} as const;
const DELIVERY_WORDS = {
  waiting: '배송대기',
  ready: '배송가능',
  delivering: '배송중',
  delivered: '배송확정',
  canceled: '배송취소',
} as const;
const MYPAGE_WORDS = {
  unpaid: '미결재',
  paid: '결재됨',
  accepted: '접수됨',
  cooking: '요리시작',
  cooked: '요리완료',
  delivering: '배송시작',
  delivered: '배송확정',
  rejected: '거부됨',
  'cancel-requested': '취소요청',
  canceled: '취소됨',
  'payment-failed': '결재실패',
} as const;
const NOTICE_WORDS = { unsent: '발송대기', sent: '발송됨', failed: '발송실패' } as const;

const TIMES = columns('createdAt', 'updatedAt');
const PARCEL = { id: column('orderId'), ...columns('orderId', 'customerId', 'storeId', 'foodId', 'address') };
const BY_ORDER = ['customerId', 'orderId'] as const;

/** Every resource, by the path of its collection. */
export const RESOURCES: Readonly<Record<string, Resource>> = {
  '/orders': {
    table: 'orders',
    words: ORDER_WORDS,
    filters: [...BY_ORDER, 'storeId'],
    isFilteredByStatus: true,
    missing: 'order-not-found',
    fields: { ...PARCEL, ...columns('price', 'options'), ...wordOf(ORDER_WORDS), ...TIMES },
  },
  '/payments': {
    table: 'payments',
    words: PAYMENT_WORDS,
    filters: BY_ORDER,
    isFilteredByStatus: true,
    missing: 'payment-not-found',
    fields: { id: column('orderId'), ...columns('orderId', 'customerId', 'amount'), ...wordOf(PAYMENT_WORDS), ...TIMES },
  },
  '/reviews': {
    table: 'reviews',
    filters: BY_ORDER,
    isFilteredByStatus: false,
    missing: 'review-not-found',
    fields: {
      id: column('reviewId'),
      ...columns('reviewId', 'orderId', 'customerId', 'content'),
      status: () => 'written',
      statusText: () => '등록됨',
      ...TIMES,
    },
  },
  '/foodCookings': {
    table: 'foodCookings',
    words: TICKET_WORDS,
    filters: [...BY_ORDER, 'storeId'],
    isFilteredByStatus: true,
    missing: 'food-cooking-not-found',
    fields: { ...PARCEL, ...columns('options'), ...wordOf(TICKET_WORDS), ...TIMES },
  },
  '/deliveries': {
    table: 'deliveries',
    words: DELIVERY_WORDS,
    filters: BY_ORDER,
    isFilteredByStatus: true,
    missing: 'delivery-not-found',
    fields: { ...PARCEL, ...columns('riderId'), ...wordOf(DELIVERY_WORDS), ...TIMES },
  },
  // What stands on the board is ready, since the food was.
  '/deliveryLists': {
    table: 'deliveryLists',
    filters: BY_ORDER,
    isFilteredByStatus: false,
    missing: 'delivery-list-not-found',
    fields: {
      ...PARCEL,
      status: () => 'ready',
      statusText: () => '배송가능',
      createdAt: column('createdAt'),
      updatedAt: column('createdAt'),
    },
  },
  '/notices': {
    table: 'notices',
    words: NOTICE_WORDS,
    filters: [...BY_ORDER, 'type'],
    isFilteredByStatus: true,
    missing: 'notice-not-found',
    fields: {
      ...columns('id', 'type', 'orderId', 'customerId', 'text', 'attempts', 'error', 'sentAt', 'correlationId'),
      ...wordOf(NOTICE_WORDS),
      ...TIMES,
    },
  },
  '/customers': {
    table: 'customers',
    filters: ['customerId'],
    isFilteredByStatus: false,
    missing: 'customer-not-found',
    fields: { id: column('customerId'), ...columns('customerId', 'couponCount', 'welcomeOrderId'), ...TIMES },
  },
  '/mypages': {
    table: 'mypages',
    words: MYPAGE_WORDS,
    filters: BY_ORDER,
    isFilteredByStatus: true,
    missing: 'mypage-not-found',
    fields: {
      ...PARCEL,
      ...columns('price', 'options', 'lastEventId', 'updatedAt'),
      ...wordOf(MYPAGE_WORDS),
      createdAt: column('placedAt'),
    },
  },
};

/** What is wrong with a resource as it is shown, beside its row; undefined where nothing is. */
const wrongResource = ({ fields, table }: Resource, shown: unknown, row: Row): Found => {
  if (typeof shown !== 'object' || shown === null) return `${table} are shown as ${JSON.stringify(shown)}.`;
  for (const name in fields) {
    const expected = fields[name]!(row);
    if (!isSame((shown as Row)[name], expected))
      return `${name} of ${table} is shown as ${JSON.stringify((shown as Row)[name])}, and is ${JSON.stringify(expected)}.`;
  }
  for (const name in shown) if (!(name in fields)) return `${name} of ${table} is shown, and nobody may see it.`;
  return undefined;
};

/** Texts of which UTF-16 has the order of code points: all below the surrogates. */
const IS_PLAIN = /^[\u0000-\ud7ff]*$/;

/** In the order of their keys: as UTF-8, which is the order of code points. */
const byKey = ([one]: readonly [string, Row], [other]: readonly [string, Row]): number => {
  if (!IS_PLAIN.test(one) || !IS_PLAIN.test(other)) return Buffer.compare(Buffer.from(one), Buffer.from(other));
  return one < other ? -1 : Number(one > other);
};

/** The literal of a status that was asked for by either of its names. */
const literalOf = ({ words = {} }: Resource, asked: string): string =>
  Object.keys(words).find((literal) => words[literal] === asked) ?? asked;

/** The rows that a collection must show for a query, in order. */
const rowsFor = (resource: Resource, query: Seen['query'], { tables }: World): readonly Row[] => {
  const wanted = Object.entries(query).filter(([name]) => name !== 'page' && name !== 'size');
  const isWanted = ([, row]: readonly [string, Row]): boolean =>
    wanted.every(([name, value]) => row[name] === (name === 'status' ? literalOf(resource, value) : value));
  return [...tables[resource.table]]
    .filter(isWanted)
    .sort(byKey)
    .map(([, row]) => row);
};

const member = (body: unknown, name: string): unknown => (typeof body === 'object' && body !== null ? (body as Row)[name] : undefined);

const isPage = ({ id, response }: Seen): boolean => id === undefined && response.status === 200;
const numberOf = (query: Seen['query'], name: string, otherwise: number): number =>
  query[name] === undefined ? otherwise : Number(query[name]);
const DEFAULT_SIZE = 20;

const wrongItems = ({ path, query, response }: Seen, world: World): Found => {
  const resource = RESOURCES[path]!;
  const [page, size] = [numberOf(query, 'page', 0), numberOf(query, 'size', DEFAULT_SIZE)];
  const expected = rowsFor(resource, query, world).slice(page * size, (page + 1) * size);
  const items = member(response.body, 'items');
  if (!Array.isArray(items)) return `${path} shows no items.`;
  if (items.length !== expected.length)
    return `${path} shows ${items.length} of ${resource.table} for ${JSON.stringify(query)}, and there are ${expected.length}.`;
  for (const [index, row] of expected.entries()) {
    const wrong = wrongResource(resource, items[index], row);
    if (wrong !== undefined) return `${path} for ${JSON.stringify(query)}, item ${index}: ${wrong}`;
  }
  return undefined;
};

const wrongPaging = ({ path, query, response }: Seen, world: World): Found => {
  const totalItems = rowsFor(RESOURCES[path]!, query, world).length;
  const size = numberOf(query, 'size', DEFAULT_SIZE);
  const expected: Row = { number: numberOf(query, 'page', 0), size, totalItems, totalPages: Math.ceil(totalItems / size) };
  const page = member(response.body, 'page');
  for (const [name, value] of Object.entries(expected))
    if (member(page, name) !== value)
      return `${name} of the page of ${path} is ${String(member(page, name))}, and must be ${String(value)}.`;
  return undefined;
};

/** The resource that an answer to a command shows: it has a status, and an id of its own. */
const shownBy = ({ status, body }: HttpResponse, url: string): Resource | undefined => {
  if (status < 200 || status > 299 || body === undefined) return undefined;
  const end = url.indexOf('/', 1);
  return RESOURCES[end === -1 ? url : url.slice(0, end)];
};

/** What must hold of what people are shown. */
export const SHOWN: readonly Invariant[] = [
  always(
    'What is shown is what is kept.',
    onAnswer('an answer that shows something else than was done', ({ asked, response }, { tables }) => {
      if (response.headers['idempotency-replayed'] === 'true') return undefined;
      const resource = shownBy(response, asked.request.url);
      // A review may be deleted before the look-up of its order lets its answer go.
      const row = resource === undefined ? undefined : tables[resource.table].get(String(member(response.body, 'id')));
      return row === undefined ? undefined : wrongResource(resource!, response.body, row);
    }),
    onSight('one that is shown otherwise, or not found', ({ path, id, response }, { tables }) => {
      if (id === undefined) return undefined;
      const resource = RESOURCES[path]!;
      const row = tables[resource.table].get(id);
      if (row !== undefined && response.status === 200) return wrongResource(resource, response.body, row);
      if (row === undefined && response.status === 404 && member(response.body, 'code') === resource.missing) return undefined;
      return `${path}/${id} is ${row === undefined ? 'not there' : 'there'}, and the answer is HTTP ${response.status} ${String(member(response.body, 'code') ?? '')}.`;
    }),
    onSight('a page that shows others, or in another order', (seen, world) => (isPage(seen) ? wrongItems(seen, world) : undefined)),
    onSight('a page that counts wrongly', (seen, world) => (isPage(seen) ? wrongPaging(seen, world) : undefined)),
    onSight('a page that is refused', ({ id, path, query, response }) =>
      id === undefined && response.status !== 200 ? `${path} for ${JSON.stringify(query)} is answered HTTP ${response.status}.` : undefined,
    ),
  ),
];
