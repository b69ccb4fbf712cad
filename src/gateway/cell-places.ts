/** Where in a world of several cells a request belongs, by what its system declares of whose things are. */
import { z } from 'zod';
import { cellOfId, cellOfOwner } from '../kernel/cells.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Route } from '../runtime/http/route.ts';
import { createRouter, type FindRoute } from '../runtime/http/router.ts';

/** What a system says of how it can be split into cells: everything belongs to one owner, and nothing joins two. */
export interface CellRule {
  /** The member of bodies, paths and queries that says whose something is: `customerId`. An owner lives in one cell. */
  readonly owner: string;
  /** The members that hold an id made by the system (`newId`), each of one owner's things: it names its cell. */
  readonly ids: readonly string[];
}

/** A context, as far as requests to it are told apart. */
export interface RoutedContext {
  readonly name: string;
  readonly routes: readonly Route[];
}

/** Where a request belongs. */
export type CellPlace =
  | { readonly kind: 'one'; readonly cell: number }
  /** In all of them: it asks for a collection, sorted by a member of its items. */
  | { readonly kind: 'every'; readonly sortedBy: string }
  /** In none, since it says nothing of whose it is: any of them refuses it in the words of its context. */
  | { readonly kind: 'any' };

/** A request, as far as it says where it belongs. */
export interface PlacedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  /** Its body as JSON, read where it is needed; undefined where it has none that can be read. */
  readonly body: () => unknown;
}

/** Says where a request to a context belongs. Throws the refusal `unknown-cell` for an id of a cell that there is not. */
export type CellLookup = (context: string, request: PlacedRequest) => CellPlace;

const ANY: CellPlace = { kind: 'any' };

type Members = (name: string) => unknown;

const unknownCell = (id: string, cell: number, cells: number): Refusal =>
  new Refusal('unknown-cell', `${id} is an id of cell ${cell}, and this world has the cells 0 to ${cells - 1}.`, { cell, cells });

/** The place that these members name; undefined where none does. An owner decides before an id does. */
const placeNamedIn = (members: Members, { owner, ids }: CellRule, cells: number): CellPlace | undefined => {
  const whose = members(owner);
  if (typeof whose === 'string') return { kind: 'one', cell: cellOfOwner(whose, cells) };
  for (const name of ids) {
    const id = members(name);
    if (typeof id !== 'string') continue;
    const cell = cellOfId(id.trim());
    // An id that names none was never made here: whoever is asked knows nothing of it.
    if (cell === undefined) return ANY;
    if (cell >= cells) throw unknownCell(id, cell, cells);
    return { kind: 'one', cell };
  }
  return undefined;
};

const membersOf = (value: unknown): Members => {
  const members = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  return (name) => (Object.hasOwn(members, name) ? members[name] : undefined);
};

/** A path without its query, and the query. */
const splitUrl = (url: string): readonly [path: string, query: string] => {
  const at = url.indexOf('?');
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
};

const routeOf = (find: FindRoute<Route> | undefined, method: string, path: string): ReturnType<FindRoute<Route>> | undefined => {
  try {
    return find?.(method, path);
  } catch (error) {
    // Whatever is wrong with it, its context says so.
    if (error instanceof Refusal) return undefined;
    throw error;
  }
};

/** Makes the look-up of where requests belong in a world of so many cells. */
export const createCellLookup = (contexts: readonly RoutedContext[], rule: CellRule, cells: number): CellLookup => {
  const finders = new Map(contexts.map(({ name, routes }) => [name, createRouter(routes)]));
  return (context, { method, url, body }) => {
    const [path, queryText] = splitUrl(url);
    const found = routeOf(finders.get(context), method, path);
    if (found === undefined) return ANY;
    const { route, params } = found;
    const query = new URLSearchParams(queryText);
    return (
      placeNamedIn((name) => params[name], rule, cells) ??
      (queryText === '' ? undefined : placeNamedIn((name) => query.get(name) ?? undefined, rule, cells)) ??
      (route.method === 'GET' || route.body === undefined ? undefined : placeNamedIn(membersOf(body()), rule, cells)) ??
      (route.method === 'GET' && route.sortedBy !== undefined ? { kind: 'every', sortedBy: route.sortedBy } : ANY)
    );
  };
};

const parametersOf = (path: string): readonly string[] =>
  path
    .split('/')
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1));

const requiredOf = (route: Route): readonly string[] => {
  if (route.method === 'GET' || route.body === undefined) return [];
  const schema = z.toJSONSchema(route.body, { io: 'input', unrepresentable: 'any' }) as { readonly required?: readonly string[] };
  return schema.required ?? [];
};

/** Why requests of these routes could not be placed in a cell, a sentence for each; nothing where all of them can. */
export const whyNotPlaced = (contexts: readonly RoutedContext[], { owner, ids }: CellRule): readonly string[] =>
  contexts.flatMap(({ name, routes }) =>
    routes
      .filter((route) => {
        const isPlaced = [...parametersOf(route.path), ...requiredOf(route)].some((member) => member === owner || ids.includes(member));
        return !isPlaced && !(route.method === 'GET' && route.sortedBy !== undefined);
      })
      .map(({ method, path }) => `${method} ${path} of ${name} must be asked with one of ${[owner, ...ids].join(', ')}, and is not`),
  );
