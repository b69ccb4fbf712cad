import { loadCustomer, loadGrant, saveCustomer, saveGrant, customers } from '../customer/store.ts';
import { evolveGrant } from '../customer/customer.ts';
import { ReviewDeleted, ReviewWritten } from '../front/contract.ts';
import { inboxTable } from '../../runtime/actor/ledger.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import type { Table } from '../../runtime/tables/tables.ts';
import { inContext, reacting, type Mutation } from '../../system/mutation.ts';
import { spoilDisk } from '../../system/spoiled-disk.ts';

/** `setCouponCnt(getCouponCnt() ± 1)`, whatever happened before; nothing at all for a customer who is not known. */
const count = (
  scope: Scope,
  by: 1 | -1,
  review: { readonly customerId: string; readonly orderId: string; readonly reviewId: string },
): void => {
  const { customerId, orderId, reviewId } = review;
  const row = scope.tables.get(customers, customerId);
  const customer = loadCustomer(scope.tables, customerId);
  if (row === undefined || customer.status === 'unknown') return;
  const couponCount = row.couponCount + by;
  saveCustomer(scope.tables, { ...customer, couponCount, changedAt: scope.now });
  const event = {
    type: by === 1 ? 'CouponGranted' : 'CouponRevoked',
    customerId,
    orderId,
    reason: 'review',
    reviewId,
    couponCount,
    at: scope.now,
  } as const;
  saveGrant(scope.tables, reviewId, evolveGrant(loadGrant(scope.tables, reviewId), event));
};

/** The consumer had no memory of what it had handled, and the coupons no floor. */
export const noInbox: Mutation = {
  name: 'no-inbox',
  whose: 'the original',
  what: 'There was no deduplication and no floor: coupons were counted again on redelivery.',
  breaks: 'Coupons drift, even below zero.',
  define: inContext('customer', (definition) =>
    reacting(ReviewDeleted, (data, scope) => {
      count(scope, -1, data);
    })(
      reacting(ReviewWritten, (data, scope) => {
        count(scope, 1, data);
      })(definition),
    ),
  ),
  equip: ({ disk, bus }) => ({
    bus,
    disk: spoilDisk(disk, {
      tx: (tx) => ({ ...tx, get: (table, ...key) => ((table as Table) === (inboxTable as Table) ? undefined : tx.get(table, ...key)) }),
    }),
  }),
};
