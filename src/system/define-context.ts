/** A context of one's own, with little said: what is left out, is derived. */
import { z } from 'zod';
import type { EventDefinition } from '../kernel/event.ts';
import { OperatingError, Refusal } from '../kernel/errors.ts';
import { refusalKind, type Refusals } from '../runtime/http/catalogue.ts';
import { defineResource } from '../runtime/http/resource.ts';
import { textFilter } from '../runtime/http/shapes.ts';
import type { CommandRoute, Reply, Route } from '../runtime/http/route.ts';
import type { Scope, Subscription } from '../runtime/actor/context.ts';
import { firstVersion } from '../runtime/tables/first-version.ts';
import type { ColumnType, Migration, Table } from '../runtime/tables/tables.ts';
import type { ContextDeclaration } from './definition.ts';

/** A command's request, after validation. */
export interface CommandRequest<Body> {
  readonly body: Body;
  /** The parameters of the path. */
  readonly params: Readonly<Record<string, string>>;
}

/** A command as its context declares it. */
export interface CommandDeclaration<Body> {
  /** OpenAPI's operationId; by default made of method and path. */
  readonly operation?: string;
  readonly summary?: string;
  /** What the body must be; without it there is none. */
  readonly body?: z.ZodType<Body>;
  /** The codes that it may refuse with. */
  readonly refuses?: readonly string[];
  /** Decides in one transaction, or throws a Refusal; what it returns is the answer's body. Synchronous. */
  readonly execute: (request: CommandRequest<Body>, scope: Scope) => object | undefined;
}

/** A context as its author declares it. */
export interface ContextInput<Name extends string> {
  readonly name: Name;
  /** Of its HTTP face; by default the next one free from 8081 on. */
  readonly port?: number;
  /** What it keeps. Each is shown as a collection over HTTP, under its own name, where its key is one text. */
  readonly tables: readonly Table[];
  /** The steps in its database's history, once it has one; by default one step, which makes the tables. Released steps never change. */
  readonly migrations?: readonly Migration[];
  /** Every event that it may emit. */
  readonly events?: readonly EventDefinition[];
  /** The events that come when a deadline has passed, which its handlers set; they need not stand among the others. */
  readonly deadlines?: readonly EventDefinition[];
  /** What it does whenever something happened elsewhere, or here. */
  readonly policies?: readonly Subscription[];
  readonly commands?: readonly CommandRoute[];
  /** What its commands may refuse, by code: HTTP status, title, meaning and mend. */
  readonly refusals?: Refusals;
}

const isPromise = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Throws where a handler returned a promise: what it does then is no part of the transaction any more. */
const refusePromise = (value: unknown, what: string): void => {
  if (!isPromise(value)) return;
  // Whatever becomes of it, nobody waits for it.
  void (value as Promise<unknown>).then(undefined, () => undefined);
  throw new OperatingError('invalid-input', `${what} returned a promise; handlers are synchronous, since a handling is one transaction`, {
    mend: 'Leave out async, and ask nobody outside.',
  });
};

const METHOD_AND_PATH = /^(?<method>POST|PUT|DELETE) (?<path>\/\S*)$/;

/** `POST /transfers/:id/cancel` → `postTransfersIdCancel`. */
const operationOf = (where: string): string =>
  where
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
    .map((word, index) => (index === 0 ? word : `${word.charAt(0).toUpperCase()}${word.slice(1)}`))
    .join('');

/** Declares a command: `where` is its method and path, `POST /transfers`. Throws where it is not of that form. */
export const command = <Body>(where: string, declared: CommandDeclaration<Body>): CommandRoute => {
  const { method, path } = METHOD_AND_PATH.exec(where)?.groups ?? {};
  if (method === undefined || path === undefined)
    throw new Error(`a command is POST, PUT or DELETE, and a path: ${JSON.stringify(where)} is not; write for example "POST /transfers"`);
  const { operation = operationOf(where), summary = where, body, refuses = [], execute } = declared;
  const status = method === 'POST' ? 201 : 200;
  return {
    method: method as CommandRoute['method'],
    path,
    operation,
    summary,
    ...(body === undefined ? {} : { body }),
    success: { status, description: 'What it is then' },
    refusals: refuses,
    execute: (request, scope): Reply => {
      const answer = execute({ body: request.body as Body, params: request.params }, scope);
      refusePromise(answer, `The command ${where}`);
      return answer === undefined ? { status: 204 } : { status, body: answer };
    },
  };
};

const COLUMN_SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  text: z.string(),
  integer: z.int(),
  boolean: z.boolean(),
  json: z.unknown(),
  document: z.unknown(),
};

const columnSchema = (type: ColumnType): z.ZodType => {
  const schema = COLUMN_SCHEMAS[type.replace('?', '')] ?? z.unknown();
  return type.endsWith('?') ? schema.nullable() : schema;
};

const isFilter = ([, type]: readonly [string, ColumnType]): boolean => type === 'text';

const missingCode = ({ name }: Table): string =>
  `${name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll('_', '-')}-not-found`;

/** A table as people read it: a page of it, and one row. */
const collectionOf = (table: Table): readonly Route[] => {
  const [key] = table.key;
  if (key === undefined || table.key.length > 1 || table.columns[key] !== 'text') return [];
  const columns = Object.entries(table.columns);
  const title = `${table.name.charAt(0).toUpperCase()}${table.name.slice(1)}`;
  return defineResource({
    table,
    path: `/${table.name}`,
    key,
    filters: Object.fromEntries(columns.filter(isFilter).map(([name]) => [name, textFilter])),
    schema: z.object(Object.fromEntries(columns.map(([name, type]) => [name, columnSchema(type)]))),
    toResource: (row) => row as Record<string, unknown>,
    notFound: (id) => new Refusal(missingCode(table), `There is no ${JSON.stringify(id)} in ${table.name}.`, { [key]: id }),
    list: { operation: `list${title}`, summary: `The ${table.name}, by ${key}`, description: 'One page of them' },
    get: { operation: `get${title}`, summary: `One of the ${table.name}, by its ${key}`, description: 'It' },
  }).routes;
};

/** Declares a context. */
export const defineContext = <Name extends string>(declared: ContextInput<Name>): ContextDeclaration<Name> => {
  const { name, port = 0, tables, migrations, events = [], deadlines = [], policies = [], commands = [], refusals = {} } = declared;
  const synchronous = ({ event, handle }: Subscription): Subscription => ({
    event,
    handle: (envelope, scope) => {
      refusePromise(handle(envelope, scope), `The policy of ${name} for ${event.type}`);
    },
  });
  const missing = Object.fromEntries(
    tables.map((table) => [
      missingCode(table),
      refusalKind(404, 'Not found', `There is no such id in ${table.name}.`, `Look for the id in GET /${table.name}.`),
    ]),
  );
  return {
    name,
    port,
    define: () => ({
      name,
      schema: migrations === undefined ? firstVersion(name, tables) : { component: name, tables, migrations },
      events: [...new Set([...events, ...deadlines])],
      deadlines,
      subscriptions: policies.map(synchronous),
      routes: [...tables.flatMap(collectionOf), ...commands],
      refusals: { ...missing, ...refusals },
    }),
  };
};
