/** Tables for the specs of the tables' port: one for each kind of key, and one with each type of column. */
import { createTableSql } from './sqlite-tables.ts';
import { defineTable, type Schema } from './tables.ts';

/** A row of each type of cell, with and without null. */
export interface Dish {
  readonly id: string;
  readonly store: string;
  readonly price: number;
  readonly rating?: number | null;
  readonly isHot: boolean;
  readonly isNew?: boolean | null;
  readonly note?: string | null;
  readonly recipe: unknown;
  readonly extra?: unknown;
  readonly letter?: object | null;
}
export const dishes = defineTable<Dish>({
  name: 'dishes',
  columns: {
    id: 'text',
    store: 'text',
    price: 'integer',
    rating: 'integer?',
    isHot: 'boolean',
    isNew: 'boolean?',
    note: 'text?',
    recipe: 'json',
    extra: 'json?',
    letter: 'document?',
  },
  key: ['id'],
  indexes: [['store'], ['note', 'rating'], ['store', 'price']],
});

/** A row of a table with a key of two columns; its name is a word of SQL's own. */
export interface Seat {
  readonly order: string;
  readonly position: number;
  readonly guest: string;
}
export const seats = defineTable<Seat>({
  name: 'group',
  columns: { order: 'text', position: 'integer', guest: 'text' },
  key: ['order', 'position'],
});
/** A row of a table whose key is one number. */
export interface Event {
  readonly seq: number;
  readonly body: string;
}
export const events = defineTable<Event>({ name: 'events', columns: { seq: 'integer', body: 'text' }, key: ['seq'] });

/** The tables above, as a context would declare them. */
export const schema: Schema = {
  component: 'kitchen',
  tables: [dishes, seats, events],
  migrations: [{ version: 1, statements: [dishes, seats, events].flatMap(createTableSql) }],
};

/** A dish with only what it must have, and what is given. */
export const dish = (id: string, given: Partial<Dish> = {}): Dish => ({ id, store: 's1', price: 1, isHot: true, recipe: null, ...given });
