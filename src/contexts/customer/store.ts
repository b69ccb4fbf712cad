/** What the customer's context keeps: customers, the coupon of each review, and Mypage. */
import { rfc3339 } from '../../kernel/time-text.ts';
import { firstVersion } from '../../runtime/tables/first-version.ts';
import { defineTable, type Reads, type Tx } from '../../runtime/tables/tables.ts';
import type { MypageStatus } from './contract.ts';
import type { CouponEvent, CouponGrant, Customer, KnownCustomer, KnownGrant } from './customer.ts';
import type { Facts } from './mypage-facts.ts';
import { statusOf } from './mypage-facts.ts';
import type { KnownPage, Page, PlacedOrder } from './mypage.ts';

/** A customer as it is kept; one row for each, however many orders. Times are RFC 3339. */
export interface CustomerRow {
  readonly customerId: string;
  readonly couponCount: number;
  /** The first order that was heard of; the welcome coupon was given for it. */
  readonly welcomeOrderId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** A coupon that was granted, so that none is granted or revoked twice. */
export interface CouponGrantRow {
  /** The review's id, or `welcome:` and the customer's. */
  readonly grantId: string;
  readonly customerId: string;
  readonly orderId: string;
  readonly reason: 'welcome' | 'review';
  readonly reviewId: string | null;
  readonly status: 'granted' | 'revoked';
  readonly grantedAt: string;
  readonly revokedAt: string | null;
}

/** Mypage: what the order is, the status to show, and the facts that the status is derived from. */
export interface MypageRow extends PlacedOrder, Facts {
  readonly status: MypageStatus;
}

/** Every customer who ever ordered. */
export const customers = defineTable<CustomerRow>({
  name: 'customers',
  columns: { customerId: 'text', couponCount: 'integer', welcomeOrderId: 'text', createdAt: 'text', updatedAt: 'text' },
  key: ['customerId'],
});

/** Every coupon ever granted, by the review that earned it. */
export const couponGrants = defineTable<CouponGrantRow>({
  name: 'couponGrants',
  columns: {
    grantId: 'text',
    customerId: 'text',
    orderId: 'text',
    reason: 'text',
    reviewId: 'text?',
    status: 'text',
    grantedAt: 'text',
    revokedAt: 'text?',
  },
  key: ['grantId'],
  indexes: [['customerId']],
});

/** One row for each order, by its id. */
export const mypages = defineTable<MypageRow>({
  name: 'mypages',
  columns: {
    orderId: 'text',
    customerId: 'text',
    storeId: 'text',
    foodId: 'text',
    price: 'integer',
    address: 'text',
    options: 'json',
    status: 'text',
    progress: 'text',
    end: 'text?',
    isCancelRequested: 'boolean',
    isCancelRefused: 'boolean',
    placedAt: 'text',
    updatedAt: 'text',
    lastEventId: 'text',
  },
  key: ['orderId'],
  indexes: [['customerId'], ['status']],
});

/** The customer's part of its database. */
export const customerSchema = firstVersion('customer', [customers, couponGrants, mypages]);

/** The customer; `unknown` where no order of theirs was heard of. */
export const loadCustomer = (read: Reads, customerId: string): Customer => {
  const row = read.get(customers, customerId);
  if (row === undefined) return { status: 'unknown' };
  const { couponCount, welcomeOrderId } = row;
  return {
    status: 'known',
    customerId,
    couponCount,
    welcomeOrderId,
    welcomedAt: Date.parse(row.createdAt),
    changedAt: Date.parse(row.updatedAt),
  };
};

/** The coupon granted under this id; `none` where none ever was. */
export const loadGrant = (read: Reads, grantId: string): CouponGrant => {
  const row = read.get(couponGrants, grantId);
  if (row === undefined) return { status: 'none' };
  const { customerId, orderId, reason, reviewId } = row;
  const grant = { customerId, orderId, reason, reviewId, grantedAt: Date.parse(row.grantedAt) };
  return row.revokedAt === null ? { status: 'granted', ...grant } : { status: 'revoked', ...grant, revokedAt: Date.parse(row.revokedAt) };
};

/** What the coupon of an event is kept under: its review, or the customer it welcomed. */
export const grantIdOf = (event: Pick<CouponEvent, 'reviewId' | 'customerId'>): string => event.reviewId ?? `welcome:${event.customerId}`;

/** Keeps the customer. */
export const saveCustomer = (tables: Tx, customer: KnownCustomer): void => {
  const { customerId, couponCount, welcomeOrderId, welcomedAt, changedAt } = customer;
  tables.put(customers, {
    customerId,
    couponCount,
    welcomeOrderId,
    createdAt: rfc3339(welcomedAt),
    updatedAt: rfc3339(changedAt),
  });
};

/** Keeps the coupon's grant. */
export const saveGrant = (tables: Tx, grantId: string, grant: KnownGrant): void => {
  const { status, customerId, orderId, reason, reviewId } = grant;
  tables.put(couponGrants, {
    grantId,
    customerId,
    orderId,
    reason,
    reviewId,
    status,
    grantedAt: rfc3339(grant.grantedAt),
    revokedAt: grant.status === 'revoked' ? rfc3339(grant.revokedAt) : null,
  });
};

/** A page as a row: everything on it, with its status. */
export const mypageRowOf = ({ placed, facts }: KnownPage): MypageRow => ({ ...placed, ...facts, status: statusOf(facts) });

const pageOfRow = (row: MypageRow): KnownPage => {
  const { orderId, customerId, storeId, foodId, price, address, options, placedAt } = row;
  const { progress, end, isCancelRequested, isCancelRefused, updatedAt, lastEventId } = row;
  return {
    placed: { orderId, customerId, storeId, foodId, price, address, options, placedAt },
    facts: { progress, end, isCancelRequested, isCancelRefused, updatedAt, lastEventId },
  };
};

/** The page of an order; nothing on it where the order is not known. */
export const loadPage = (read: Reads, orderId: string): Page => {
  const row = read.get(mypages, orderId);
  return row === undefined ? { placed: null, facts: null } : pageOfRow(row);
};

/** Keeps the page. */
export const savePage = (tables: Tx, page: KnownPage): void => {
  tables.put(mypages, mypageRowOf(page));
};
