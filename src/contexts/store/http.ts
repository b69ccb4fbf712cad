/** The store's routes. */
import { z } from 'zod';
import type { Scope } from '../../runtime/actor/context.ts';
import type { Route } from '../../runtime/http/route.ts';
import { textFilter, timesShape } from '../../runtime/http/shapes.ts';
import { statusFilter, statusShape } from '../status-shapes.ts';
import { defineResource } from '../../runtime/http/resource.ts';
import { COOKING_STATUS_TEXT } from './contract.ts';
import { acceptOrder, finishCooking, foodCookingNotFound, rejectOrder, startCooking } from './food-cooking.ts';
import type { FoodCooking, FoodCookingEvent, OnTicket } from './food-cooking.ts';
import { foodCookings, type FoodCookingRow } from './store.ts';

/** Carries a decision on one ticket out: loads it, decides, keeps and publishes. */
export type ChangeTicket = (scope: Scope, orderId: string, decide: (ticket: FoodCooking) => FoodCookingEvent[]) => void;

const foodCookingSchema = z.object({
  id: z.string(),
  orderId: z.string(),
  customerId: z.string(),
  storeId: z.string(),
  foodId: z.string(),
  address: z.string(),
  options: z.array(z.string()),
  ...statusShape(COOKING_STATUS_TEXT),
  ...timesShape,
});

const foodCookingResource = ({ createdAt, updatedAt, status, ...details }: FoodCookingRow): z.infer<typeof foodCookingSchema> => ({
  id: details.orderId,
  ...details,
  options: [...details.options],
  status,
  statusText: COOKING_STATUS_TEXT[status],
  createdAt,
  updatedAt,
});

const foodCookingReads = defineResource({
  table: foodCookings,
  path: '/foodCookings',
  key: 'orderId',
  filters: { customerId: textFilter, orderId: textFilter, storeId: textFilter, status: statusFilter(COOKING_STATUS_TEXT) },
  schema: foodCookingSchema,
  toResource: foodCookingResource,
  notFound: foodCookingNotFound,
  list: { operation: 'listFoodCookings', summary: "The kitchen's tickets, by order id", description: 'One page of tickets' },
  get: { operation: 'getFoodCooking', summary: "The kitchen's ticket for an order", description: 'The ticket' },
});

type DecideOnStep = (ticket: FoodCooking, command: OnTicket) => FoodCookingEvent[];

/** The store's routes, over a way to change tickets. */
export const storeRoutes = (change: ChangeTicket): readonly Route[] => {
  const step = (name: string, operation: string, summary: string, decide: DecideOnStep): Route => ({
    method: 'PUT',
    path: `/foodCookings/:orderId/${name}`,
    operation,
    summary,
    success: { status: 200, description: 'The ticket after it', schema: foodCookingSchema },
    refusals: ['food-cooking-not-found', 'cooking-status-mismatch'],
    execute: (request, scope) => {
      const orderId = request.params['orderId'] ?? '';
      change(scope, orderId, (ticket) => decide(ticket, { orderId }));
      return foodCookingReads.reply(200, scope.tables, orderId);
    },
  });
  return [
    ...foodCookingReads.routes,
    step('accept', 'acceptOrder', 'The store takes a paid order', acceptOrder),
    step('reject', 'rejectOrder', 'The store refuses a paid order', rejectOrder),
    step('start', 'startCooking', 'The kitchen begins with an accepted order', startCooking),
    step('finish', 'finishCooking', 'The food is ready', finishCooking),
  ];
};
