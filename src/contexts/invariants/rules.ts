/** The ways to declare rules over the tables of the food system. */
import { rulesOver, type EventRule as AnyEventRule, type Rest as AnyRest, type RowRule } from '../../explore/simulate/invariant.ts';
import type { Change as AnyChange, World as AnyWorld } from '../../explore/simulate/world.ts';

/** Every table of every context. */
export const TABLES = [
  'orders',
  'payments',
  'reviews',
  'foodCookings',
  'deliveries',
  'deliveryLists',
  'notices',
  'customers',
  'couponGrants',
  'mypages',
] as const;
/** The name of a table. */
export type TableName = (typeof TABLES)[number];

/** All that the food contexts have committed. */
export type World = AnyWorld<TableName>;
/** One change of one row of theirs. */
export type Change = AnyChange<TableName>;
/** All that there is once nothing moves any more. */
export type Rest = AnyRest<TableName>;
/** A rule about each event at rest. */
export type EventRule = AnyEventRule<TableName>;

/** The ways to declare rules, by the names of these tables. */
export const { onChange, onCommit, onAnswer, onSight, onGuard, perRow, perEvent, inAll } = rulesOver<TableName>();

/** A rule about each order at rest. */
export const perOrder = (breach: string, check: RowRule<TableName>['check']): RowRule => perRow(breach, 'orders', check);
