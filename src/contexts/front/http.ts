/** Front's routes of orders and payments; those of reviews are in http-reviews.ts. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import type { Route } from '../../runtime/http/route.ts';
import { idText, must, textFilter, timesShape, trimmedText } from '../../runtime/http/shapes.ts';
import { statusFilter, statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { carryOutPlaceOrder, carryOutRequestCancel } from './commands.ts';
import { HIGHEST_PRICE_WON, ORDER_STATUS_TEXT, PAYMENT_STATUS_TEXT } from './contract.ts';
import { orderNotFound } from './order.ts';
import { orders, payments, type OrderRow, type PaymentRow } from './store.ts';

const MOST_OPTIONS = 20;

const id = idText(200);
const priceRule = must('a whole number of won from 0 to 100,000,000');
const optionsRule = must(`a list of at most ${MOST_OPTIONS} texts`);

const placeOrderBody = z.strictObject({
  customerId: id,
  storeId: id,
  foodId: id,
  price: z.int(priceRule).min(0, priceRule).max(HIGHEST_PRICE_WON, priceRule),
  address: trimmedText(500),
  options: z.array(trimmedText(200), optionsRule).max(MOST_OPTIONS, optionsRule).default([]),
  /** What the simulated payment provider will answer. */
  payment: z.enum(['approve', 'decline'], must('approve or decline')).default('approve'),
});

const orderSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  foodId: z.string(),
  price: z.int(),
  address: z.string(),
  options: z.array(z.string()),
  ...statusShape(ORDER_STATUS_TEXT),
  ...timesShape,
});

const paymentSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  amount: z.int(),
  ...statusShape(PAYMENT_STATUS_TEXT),
  ...timesShape,
});

const orderResource = (row: OrderRow): z.infer<typeof orderSchema> => ({
  id: row.orderId,
  orderId: row.orderId,
  customerId: row.customerId,
  storeId: row.storeId,
  foodId: row.foodId,
  price: row.price,
  address: row.address,
  options: [...row.options],
  status: row.status,
  statusText: ORDER_STATUS_TEXT[row.status],
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const paymentResource = (row: PaymentRow): z.infer<typeof paymentSchema> => ({
  id: row.orderId,
  orderId: row.orderId,
  customerId: row.customerId,
  amount: row.amount,
  status: row.status,
  statusText: PAYMENT_STATUS_TEXT[row.status],
  createdAt: row.createdAt,
  updatedAt: row.updatedAt,
});

const orderReads = defineResource({
  table: orders,
  path: '/orders',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter, storeId: textFilter, status: statusFilter(ORDER_STATUS_TEXT) },
  schema: orderSchema,
  toResource: orderResource,
  notFound: orderNotFound,
  list: { operation: 'listOrders', summary: 'Orders, oldest first', description: 'One page of orders' },
  get: { operation: 'getOrder', summary: 'An order', description: 'The order' },
});

const paymentReads = defineResource({
  table: payments,
  path: '/payments',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter, status: statusFilter(PAYMENT_STATUS_TEXT) },
  schema: paymentSchema,
  toResource: paymentResource,
  // The sentence says that there is no such payment.
  notFound: (orderId) => new Refusal('payment-not-found', `결재를 찾을 수 없습니다: ${orderId}`, { orderId }),
  list: { operation: 'listPayments', summary: 'Payments, by order id', description: 'One page of payments' },
  get: { operation: 'getPayment', summary: 'The payment of an order', description: 'The payment' },
});

const orderRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/orders',
    operation: 'placeOrder',
    summary: 'The customer orders',
    body: placeOrderBody,
    success: { status: 201, description: 'The order; Location says where it is', schema: orderSchema },
    execute: (request, scope) => {
      const { payment, ...wanted } = request.body as z.infer<typeof placeOrderBody>;
      const orderId = scope.newId();
      carryOutPlaceOrder(scope, { orderId, ...wanted }, payment);
      return { ...orderReads.reply(201, scope.tables, orderId), headers: { location: `/orders/${orderId}` } };
    },
  },
  {
    method: 'DELETE',
    path: '/orders/:orderId',
    operation: 'cancelOrder',
    summary: 'The customer wants to cancel; the store decides, so the answer is in the order later',
    success: { status: 202, description: 'The order as it is now', schema: orderSchema },
    refusals: ['order-not-found', 'order-already-cooking', 'order-already-closed'],
    execute: (request, scope) => {
      const orderId = request.params['orderId'] ?? '';
      carryOutRequestCancel(scope, orderId);
      return orderReads.reply(202, scope.tables, orderId);
    },
  },
  ...orderReads.routes,
];

/** The routes of orders and payments. */
export const orderAndPaymentRoutes: readonly Route[] = [...orderRoutes, ...paymentReads.routes];
