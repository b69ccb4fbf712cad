import type { Entry } from '../../kernel/recording.ts';
import { newestFirst } from './filtered-list.ts';
import { BOUNDS, type CustomerLine, type NoticeLine, type Window } from './model.ts';
import { createSearch } from './search.ts';

type Row = Readonly<Record<string, unknown>>;
type State = Extract<Entry, { kind: 'state' }>;

/** Which notices; all that is given must hold. */
export interface NoticeFilter {
  readonly customer?: string;
  readonly orderId?: string;
  readonly text?: string;
}

/** Customers with their coupons, and what they were told. */
export interface PeopleFold {
  customer(entry: State, atMs: number): void;
  ordered(customer: string): void;
  notice(entry: State, atMs: number): void;
  customersFrom(offset: number, count: number, text?: string): Window<CustomerLine>;
  find(customer: string): CustomerLine | undefined;
  noticesFrom(offset: number, count: number, filter?: NoticeFilter): Window<NoticeLine>;
  /** How many notices were ever written. */
  readonly noticeCount: () => number;
  copy(): PeopleFold;
}

const NOTICE_STATUSES: readonly string[] = ['unsent', 'sent', 'failed'] satisfies readonly NoticeLine['status'][];

const byCoupons = (a: CustomerLine, b: CustomerLine): number => b.coupons - a.coupons || (a.customer < b.customer ? -1 : 1);

const noticeOf = (row: Row, atMs: number): NoticeLine => ({
  id: String(row['id']),
  atMs,
  customer: String(row['customerId']),
  orderId: String(row['orderId']),
  type: String(row['type']),
  text: String(row['text']),
  status: NOTICE_STATUSES.includes(row['status'] as string) ? (row['status'] as NoticeLine['status']) : 'unsent',
});

const passesOf = ({ customer, orderId, text = '' }: NoticeFilter): ((notice: NoticeLine) => boolean) => {
  const finds = createSearch(text);
  return (notice) => {
    if (customer !== undefined && notice.customer !== customer) return false;
    if (orderId !== undefined && notice.orderId !== orderId) return false;
    return finds(`${notice.customer} ${notice.orderId} ${notice.type} ${notice.text}`);
  };
};

/** Puts it in as the youngest, and lets the oldest go beyond `limit`. */
const keep = <Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void => {
  if (!map.has(key) && map.size >= limit) map.delete(map.keys().next().value as string);
  map.set(key, value);
};

const build = (customers: Map<string, CustomerLine>, notices: Map<string, NoticeLine>, alreadyWritten: number): PeopleFold => {
  let written = alreadyWritten;
  let sorted: readonly CustomerLine[] | undefined;
  let listed: readonly NoticeLine[] | undefined;
  const put = (line: CustomerLine): void => {
    sorted = undefined;
    keep(customers, line.customer, line, BOUNDS.customers);
  };
  return {
    customer: ({ row }, atMs) => {
      if (row === null) return;
      const { customerId, couponCount } = row as Row;
      if (typeof customerId !== 'string' || typeof couponCount !== 'number') return;
      put({ customer: customerId, coupons: couponCount, orders: customers.get(customerId)?.orders ?? 0, changedAtMs: atMs });
    },
    ordered: (customer) => {
      const before = customers.get(customer) ?? { customer, coupons: 0, orders: 0, changedAtMs: 0 };
      put({ ...before, orders: before.orders + 1 });
    },
    notice: ({ row, key }, atMs) => {
      if (row === null) return;
      listed = undefined;
      const id = String(key[0]);
      const before = notices.get(id);
      if (before === undefined) written += 1;
      keep(notices, id, noticeOf(row as Row, before?.atMs ?? atMs), BOUNDS.notices);
    },
    customersFrom: (offset, count, text = '') => {
      sorted ??= [...customers.values()].sort(byCoupons);
      const finds = createSearch(text);
      const found = sorted.filter(({ customer }) => finds(customer));
      return { total: found.length, items: found.slice(Math.max(0, offset), Math.max(0, offset) + count) };
    },
    find: (customer) => customers.get(customer),
    noticesFrom: (offset, count, filter) => {
      listed ??= [...notices.values()];
      return newestFirst(filter === undefined ? listed : listed.filter(passesOf(filter)), offset, count);
    },
    noticeCount: () => written,
    copy: () => build(new Map(customers), new Map(notices), written),
  };
};

/** Nobody yet. */
export const createPeopleFold = (): PeopleFold => build(new Map(), new Map(), 0);
