/** Customers with their coupons, and what they were told: folded beside the list of orders. */
import type { Entry } from '../../kernel/recording.ts';
import type { ExtraFold } from '../../tui/definition.ts';
import { newestFirst } from '../../tui/model/filtered-list.ts';
import { BOUNDS, type Row, type Window } from '../../tui/model/model.ts';
import { createSearch } from '../../tui/model/search.ts';
import { createSeenSet, type SeenSet } from '../../tui/model/seen-set.ts';
import { textIn } from '../../tui/model/text-in.ts';
import { inSeedSpelling } from '../front/contract.ts';

/** A customer with coupons. */
export interface CustomerLine {
  readonly customer: string;
  readonly coupons: number;
  readonly orders: number;
  readonly changedAtMs: number;
}

/** A notice, newest first in lists. */
export interface NoticeLine {
  readonly id: string;
  readonly atMs: number;
  readonly customer: string;
  readonly orderId: string;
  readonly type: string;
  readonly text: string;
  readonly status: 'unsent' | 'sent' | 'failed';
}

/** Which notices; all that is given must hold. */
interface NoticeFilter {
  readonly customer?: string;
  readonly text?: string;
}

/** What is known of people. */
export interface People extends ExtraFold {
  /** By coupons and name. */
  customersFrom(offset: number, count: number): Window<CustomerLine>;
  customer(customer: string): CustomerLine | undefined;
  noticesFrom(offset: number, count: number, filter?: NoticeFilter): Window<NoticeLine>;
  /** How many notices were ever written. */
  readonly noticeCount: () => number;
}

type State = Extract<Entry, { kind: 'state' }>;

const CUSTOMERS = 20_000;
const NOTICES = 2_000;

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

const passesOf = ({ customer, text = '' }: NoticeFilter): ((notice: NoticeLine) => boolean) => {
  const finds = createSearch(text, inSeedSpelling);
  return (notice) => {
    if (customer !== undefined && notice.customer !== customer) return false;
    return finds(`${notice.customer} ${notice.orderId} ${notice.type} ${notice.text}`);
  };
};

/** Puts it in as the youngest, and lets the oldest go beyond `limit`. */
const keep = <Value>(map: Map<string, Value>, key: string, value: Value, limit: number): void => {
  if (!map.has(key) && map.size >= limit) map.delete(map.keys().next().value as string);
  map.set(key, value);
};

const build = (
  customers: Map<string, CustomerLine>,
  notices: Map<string, NoticeLine>,
  counted: SeenSet,
  alreadyWritten: number,
): People => {
  let written = alreadyWritten;
  let sorted: readonly CustomerLine[] | undefined;
  let listed: readonly NoticeLine[] | undefined;
  const put = (line: CustomerLine): void => {
    sorted = undefined;
    keep(customers, line.customer, line, CUSTOMERS);
  };
  const customer = ({ row }: State, atMs: number): void => {
    if (row === null) return;
    const { customerId, couponCount } = row as Row;
    if (typeof customerId !== 'string' || typeof couponCount !== 'number') return;
    put({ customer: customerId, coupons: couponCount, orders: customers.get(customerId)?.orders ?? 0, changedAtMs: atMs });
  };
  const notice = ({ row, key }: State, atMs: number): void => {
    if (row === null) return;
    listed = undefined;
    const id = String(key[0]);
    const before = notices.get(id);
    if (before === undefined) written += 1;
    keep(notices, id, noticeOf(row as Row, before?.atMs ?? atMs), NOTICES);
  };
  return {
    published: ({ event }, orderId) => {
      if (event.type !== 'OrderPlaced' || !counted.add(orderId)) return;
      const name = textIn(event.data, 'customerId') ?? '?';
      const before = customers.get(name) ?? { customer: name, coupons: 0, orders: 0, changedAtMs: 0 };
      put({ ...before, orders: before.orders + 1 });
    },
    state: (entry, atMs) => {
      if (entry.table === 'customers') customer(entry, atMs);
      else if (entry.table === 'notices') notice(entry, atMs);
      else return false;
      return true;
    },
    customersFrom: (offset, count) => {
      sorted ??= [...customers.values()].sort(byCoupons);
      return { total: sorted.length, items: sorted.slice(Math.max(0, offset), Math.max(0, offset) + count) };
    },
    customer: (name) => customers.get(name),
    noticesFrom: (offset, count, filter) => {
      listed ??= [...notices.values()];
      return newestFirst(filter === undefined ? listed : listed.filter(passesOf(filter)), offset, count);
    },
    noticeCount: () => written,
    copy: () => build(new Map(customers), new Map(notices), counted.copy(), written),
  };
};

/** Nobody yet. */
export const createPeopleFold = (): People => build(new Map(), new Map(), createSeenSet(BOUNDS.lines), 0);
