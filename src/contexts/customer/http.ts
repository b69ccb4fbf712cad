/** The customer's routes; all of them only read. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import type { Route } from '../../runtime/http/route.ts';
import { pageOf, pageSchema, pagedQuery, statusFilter, statusShape, textFilter, timesShape } from '../http-shapes.ts';
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

/** The customer's routes. */
export const customerRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/customers',
    operation: 'listCustomers',
    summary: 'Customers and their coupons, by customer id',
    query: pagedQuery({ customerId: textFilter }),
    success: { status: 200, description: 'One page of customers', schema: pageSchema(customerSchema) },
    answer: (request, read) => pageOf(read, customers, request.query, customerResource),
  },
  {
    method: 'GET',
    path: '/customers/:customerId',
    operation: 'getCustomer',
    summary: 'A customer and the number of coupons',
    success: { status: 200, description: 'The customer', schema: customerSchema },
    refusals: ['customer-not-found'],
    answer: (request, read) => {
      const customerId = request.params['customerId'] ?? '';
      const row = read.get(customers, customerId);
      if (row === undefined) throw new Refusal('customer-not-found', `고객을 찾을 수 없습니다: ${customerId}`, { customerId });
      return { status: 200, body: customerResource(row) };
    },
  },
  {
    method: 'GET',
    path: '/mypages',
    operation: 'listMypages',
    summary: 'Mypage: every order and where it stands, by order id',
    query: pagedQuery({ customerId: textFilter, orderId: textFilter, status: statusFilter(MYPAGE_STATUS_TEXT) }),
    success: { status: 200, description: 'One page of Mypage', schema: pageSchema(mypageSchema) },
    answer: (request, read) => pageOf(read, mypages, request.query, mypageResource),
  },
  {
    method: 'GET',
    path: '/mypages/:orderId',
    operation: 'getMypage',
    summary: "An order's row on Mypage",
    success: { status: 200, description: 'The row', schema: mypageSchema },
    refusals: ['mypage-not-found'],
    answer: (request, read) => {
      const orderId = request.params['orderId'] ?? '';
      const row = read.get(mypages, orderId);
      if (row === undefined) throw new Refusal('mypage-not-found', `마이페이지에서 주문을 찾을 수 없습니다: ${orderId}`, { orderId });
      return { status: 200, body: mypageResource(row) };
    },
  },
];
