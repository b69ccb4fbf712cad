import { createTableSql } from './sqlite-tables.ts';
import type { Schema, Table } from './tables.ts';

/**
 * The first version of a component's database, derived from the columns of its tables. Once it was released, its SQL must
 * stay as it is (a snapshot holds that of our own contexts), and another step follows it.
 */
export const firstVersion = (component: string, tables: readonly Table[]): Schema => ({
  component,
  tables,
  migrations: [{ version: 1, statements: tables.flatMap(createTableSql) }],
});
