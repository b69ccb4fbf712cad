/** The rider's routes. */
import { z } from 'zod';
import { Refusal } from '../../kernel/errors.ts';
import type { Route } from '../../runtime/http/route.ts';
import type { Scope } from '../../runtime/actor/context.ts';
import { textFilter, timesShape, idText } from '../../runtime/http/shapes.ts';
import { statusFilter, statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { DELIVERY_STATUS_TEXT } from './contract.ts';
import { confirmDelivered, deliveryNotFound, pickDelivery, type Delivery, type DeliveryEvent } from './delivery.ts';
import { deliveries, deliveryLists, type BoardRow, type DeliveryRow } from './store.ts';

/** Carries a decision on one delivery out. */
export type ChangeDelivery = (scope: Scope, orderId: string, decide: (delivery: Delivery) => DeliveryEvent[]) => void;

const parcelShape = {
  id: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  foodId: z.string(),
  address: z.string(),
};
const deliverySchema = z.object({ ...parcelShape, ...statusShape(DELIVERY_STATUS_TEXT), riderId: z.string().nullable(), ...timesShape });
const boardSchema = z.object({ ...parcelShape, ...statusShape(DELIVERY_STATUS_TEXT), ...timesShape });

const deliveryResource = (row: DeliveryRow): z.infer<typeof deliverySchema> => ({
  id: row.orderId,
  ...row,
  statusText: DELIVERY_STATUS_TEXT[row.status],
});

/** Whatever is on the board is ready; that is what the board is. */
const boardResource = (row: BoardRow): z.infer<typeof boardSchema> => ({
  id: row.orderId,
  ...row,
  status: 'ready',
  statusText: DELIVERY_STATUS_TEXT.ready,
  updatedAt: row.createdAt,
});

const pickBody = z.strictObject({ riderId: idText(100) });

const deliveryReads = defineResource({
  table: deliveries,
  path: '/deliveries',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter, status: statusFilter(DELIVERY_STATUS_TEXT) },
  schema: deliverySchema,
  toResource: deliveryResource,
  notFound: deliveryNotFound,
  list: { operation: 'listDeliveries', summary: 'Deliveries, by order id', description: 'One page of deliveries' },
  get: { operation: 'getDelivery', summary: 'The delivery of an order', description: 'The delivery' },
});

const boardReads = defineResource({
  table: deliveryLists,
  path: '/deliveryLists',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter },
  schema: boardSchema,
  toResource: boardResource,
  notFound: (orderId) => new Refusal('delivery-list-not-found', `배송 목록에서 주문을 찾을 수 없습니다: ${orderId}`, { orderId }),
  list: {
    operation: 'listDeliveryBoard',
    summary: 'The board: deliveries that any rider may pick up now',
    description: 'One page of the board',
  },
  get: { operation: 'getDeliveryOnBoard', summary: "An order's row on the board, while it is there", description: 'The row' },
});

/** The rider's routes, over a way to change deliveries. */
export const riderRoutes = (change: ChangeDelivery): readonly Route[] => [
  ...deliveryReads.routes,
  ...boardReads.routes,
  {
    method: 'PUT',
    path: '/deliveries/:orderId/pick',
    operation: 'pickDelivery',
    summary: 'A rider takes the food and sets out',
    body: pickBody,
    success: { status: 200, description: 'The delivery, on its way', schema: deliverySchema },
    refusals: ['delivery-not-found', 'delivery-status-mismatch'],
    execute: (request, scope) => {
      const orderId = request.params['orderId'] ?? '';
      const { riderId } = request.body as z.infer<typeof pickBody>;
      change(scope, orderId, (delivery) => pickDelivery(delivery, { orderId, riderId, now: scope.now }));
      return deliveryReads.reply(200, scope.tables, orderId);
    },
  },
  {
    method: 'PUT',
    path: '/deliveries/:orderId/confirmdelivered',
    operation: 'confirmDelivered',
    summary: 'The food arrived',
    success: { status: 200, description: 'The delivery, done', schema: deliverySchema },
    refusals: ['delivery-not-found', 'delivery-status-mismatch'],
    execute: (request, scope) => {
      const orderId = request.params['orderId'] ?? '';
      change(scope, orderId, (delivery) => confirmDelivered(delivery, { orderId, now: scope.now }));
      return deliveryReads.reply(200, scope.tables, orderId);
    },
  },
];
