/** The customer's routes; all of them only read. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import type { Route } from '../../runtime/http/route.ts';
import { textFilter, timesShape } from '../../runtime/http/shapes.ts';
import { statusFilter, statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { MYPAGE_STATUS_TEXT } from './contract.ts';
import { customers, mypages, type CustomerRow, type MypageRow } from './store.ts';

const customerSchema = z.object({
  id: z.string(),
  customerId: z.string(),
  couponCount: z.int().nonnegative(),
  welcomeOrderId: z.string(),
  ...timesShape,
});

const customerResource = (row: CustomerRow): z.infer<typeof customerSchema> => ({ id: row.customerId, ...row });

const mypageSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  foodId: z.string(),
  price: z.int().nonnegative(),
  address: z.string(),
  options: z.array(z.string()),
  ...statusShape(MYPAGE_STATUS_TEXT),
  lastEventId: z.string(),
  ...timesShape,
});

/** The facts stay behind the view: they are how it is kept, not what it shows. */
const mypageResource = (row: MypageRow): z.infer<typeof mypageSchema> => ({
  id: row.orderId,
  orderId: row.orderId,
  customerId: row.customerId,
  storeId: row.storeId,
  foodId: row.foodId,
  price: row.price,
  address: row.address,
  options: [...row.options],
  status: row.status,
  statusText: MYPAGE_STATUS_TEXT[row.status],
  lastEventId: row.lastEventId,
  createdAt: row.placedAt,
  updatedAt: row.updatedAt,
});

const customerReads = defineResource({
  table: customers,
  path: '/customers',
  key: 'customerId',
  filters: { customerId: textFilter },
  schema: customerSchema,
  toResource: customerResource,
  notFound: (customerId) => new Refusal('customer-not-found', `고객을 찾을 수 없습니다: ${customerId}`, { customerId }),
  list: { operation: 'listCustomers', summary: 'Customers and their coupons, by customer id', description: 'One page of customers' },
  get: { operation: 'getCustomer', summary: 'A customer and the number of coupons', description: 'The customer' },
});

const mypageReads = defineResource({
  table: mypages,
  path: '/mypages',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter, status: statusFilter(MYPAGE_STATUS_TEXT) },
  schema: mypageSchema,
  toResource: mypageResource,
  notFound: (orderId) => new Refusal('mypage-not-found', `마이페이지에서 주문을 찾을 수 없습니다: ${orderId}`, { orderId }),
  list: { operation: 'listMypages', summary: 'Mypage: every order and where it stands, by order id', description: 'One page of Mypage' },
  get: { operation: 'getMypage', summary: "An order's row on Mypage", description: 'The row' },
});

/** The customer's routes. */
export const customerRoutes: readonly Route[] = [...customerReads.routes, ...mypageReads.routes];
