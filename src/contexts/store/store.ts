/** What the store keeps: the kitchen's tickets. */
import { firstVersion } from '../../runtime/tables/first-version.ts';
import { defineTable, type Reads, type Tx } from '../../runtime/tables/tables.ts';
import type { CookingStatus } from './contract.ts';
import type { FoodCooking, KnownFoodCooking, TicketDetails } from './food-cooking.ts';

/** A ticket as it is kept; one for each order. Times are RFC 3339. */
export interface FoodCookingRow extends TicketDetails {
  readonly status: CookingStatus;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Every ticket, by its order. */
export const foodCookings = defineTable<FoodCookingRow>({
  name: 'foodCookings',
  columns: {
    orderId: 'text',
    customerId: 'text',
    storeId: 'text',
    foodId: 'text',
    address: 'text',
    options: 'json',
    status: 'text',
    createdAt: 'text',
    updatedAt: 'text',
  },
  key: ['orderId'],
  indexes: [['customerId'], ['storeId'], ['status']],
});

/** The store's part of its database. */
export const storeSchema = firstVersion('store', [foodCookings]);

/** The ticket of an order; `none` where the order was never heard of. */
export const loadFoodCooking = (read: Reads, orderId: string): FoodCooking => {
  const row = read.get(foodCookings, orderId);
  if (row === undefined) return { status: 'none' };
  const { customerId, storeId, foodId, address, options, status } = row;
  return { status, details: { orderId, customerId, storeId, foodId, address, options } };
};

/** Keeps the ticket as it is since `now` (RFC 3339). */
export const saveFoodCooking = (tables: Tx, { status, details }: KnownFoodCooking, orderId: string, now: string): void => {
  const createdAt = tables.get(foodCookings, orderId)?.createdAt ?? now;
  tables.put(foodCookings, { ...details, status, createdAt, updatedAt: now });
};
