/** What a context shows of one of its tables: a page of it, and one row of it. */
import type { z } from 'zod';
import type { Refusal } from '../../kernel/errors.ts';
import type { QueryRoute, Reply } from './route.ts';
import type { Reads, Table } from '../tables/tables.ts';
import { pageOf, pageSchema, pagedQuery } from './shapes.ts';

/** A resource as its context declares it. */
export interface ResourceDeclaration<Row extends object, Schema extends z.ZodType> {
  readonly table: Table<Row>;
  /** Where the collection is: `/orders`. */
  readonly path: string;
  /** The parameter that names one of them, the table's key: `orderId`. */
  readonly key: string;
  /** The columns that the collection can be filtered by. */
  readonly filters: z.ZodRawShape;
  /** One resource, as the documentation describes it, and how a row becomes one. */
  readonly schema: Schema;
  readonly toResource: (row: Row) => z.infer<Schema> & object;
  /** What is answered for a key that there is not. */
  readonly notFound: (key: string) => Refusal;
  /** The two routes: OpenAPI's operation ids, a summary each, and what comes back. */
  readonly list: { readonly operation: string; readonly summary: string; readonly description: string };
  readonly get: { readonly operation: string; readonly summary: string; readonly description: string };
}

/** A resource that can be read, and answered with. */
export interface Resource {
  /** Answers with one of them; throws the refusal where there is none. */
  reply(status: number, read: Reads, key: string): Reply;
  /** `GET` of the collection, with paging and filters, and of one. */
  readonly routes: readonly QueryRoute[];
}

/** Makes the reading side of a resource: what all of them have in common stands here once. */
export const defineResource = <Row extends object, Schema extends z.ZodType>(declared: ResourceDeclaration<Row, Schema>): Resource => {
  const { table, path, key, schema, toResource, notFound, list, get } = declared;
  const reply: Resource['reply'] = (status, read, value) => {
    const row = read.get(table, value);
    if (row === undefined) throw notFound(value);
    return { status, body: toResource(row) };
  };
  return {
    reply,
    routes: [
      {
        method: 'GET',
        path,
        operation: list.operation,
        summary: list.summary,
        query: pagedQuery(declared.filters),
        sortedBy: key,
        success: { status: 200, description: list.description, schema: pageSchema(schema) },
        answer: (request, read) => pageOf(read, table, request.query, toResource),
      },
      {
        method: 'GET',
        path: `${path}/:${key}`,
        operation: get.operation,
        summary: get.summary,
        success: { status: 200, description: get.description, schema },
        refusals: [notFound('').code],
        answer: (request, read) => reply(200, read, request.params[key] ?? ''),
      },
    ],
  };
};
