/** People who only look: what they are shown is held to the tables, while things happen and at rest. */
import { createRandom } from '../../kernel/random.ts';
import type { Answer } from '../../runtime/http/route.ts';
import type { Seen } from './invariant.ts';
import type { ContextDefinition } from '../../runtime/actor/context.ts';
import type { Resource } from '../definition.ts';
import type { Change, Row, World } from './world.ts';

/** What readers work with. */
export interface ReadersOptions {
  /** What can be looked at, and whose it is. */
  readonly readables: Readables;
  /** What they look at is drawn from it. */
  readonly seed: string;
  readonly dispatch: Readonly<Record<string, Answer>>;
  /** Whether somebody would answer. */
  readonly isUp: (context: string) => boolean;
  readonly world: World;
  readonly judge: (seen: Seen) => void;
}

/** The readers of a schedule. Reading changes nothing, and draws nothing that others draw. */
export interface Readers {
  /** Something was committed. */
  saw(change: Change): void;
  /** A step is over: they look at what they saw change. */
  look(): void;
  /** Nothing moves any more: they look through whole collections. */
  lookThrough(): void;
}

/** Every resource with its path, and the context that shows it. */
export type Readables = readonly { readonly path: string; readonly owner: string; readonly resource: Resource }[];

/** The resources of a system; a path that no context serves is left out. */
export const readablesOf = (resources: Readonly<Record<string, Resource>>, definitions: readonly ContextDefinition[]): Readables =>
  Object.entries(resources).flatMap(([path, resource]) => {
    const owner = definitions.find(({ routes }) => routes.some((route) => route.method === 'GET' && route.path === path))?.name;
    return owner === undefined ? [] : [{ path, owner, resource }];
  });

const CORRELATION = { 'x-correlation-id': 'reader' } as const;

/** What somebody might ask a collection for, who has seen this row; each way in turn. */
const queryFor = ({ filters, words, isFilteredByStatus }: Resource, row: Row, turn: number): Readonly<Record<string, string>> => {
  const filter = filters[turn % filters.length]!;
  const status = String(row['status']);
  const ways: readonly Readonly<Record<string, string>>[] = [
    { [filter]: String(row[filter]) },
    { size: '1', page: String(turn % 3) },
    ...(isFilteredByStatus ? [{ status: words?.[status] ?? status }, { status, [filter]: String(row[filter]), size: '2' }] : []),
    { size: '100' },
    {},
  ];
  return ways[turn % ways.length]!;
};

/** One schedule in so many has readers: reading costs more than all judging, and does nothing to what is read. */
const SCHEDULES_PER_READER = 24;

const NOBODY: Readers = { saw: () => undefined, look: () => undefined, lookThrough: () => undefined };

/** Creates the readers of a schedule, where it has any; each schedule that has some has one collection that they care for. */
export const createReaders = ({ readables, seed, dispatch, isUp, world, judge }: ReadersOptions): Readers => {
  const random = createRandom(`${seed}/readers`);
  if (random.below(SCHEDULES_PER_READER) > 0) return NOBODY;
  if (readables.length === 0) return NOBODY;
  const { path, owner, resource } = readables[random.below(readables.length)]!;
  let turn = random.below(60);
  const { table } = resource;
  const changed = new Map<string, Row>();

  const ask = (id: string | undefined, query: Readonly<Record<string, string>>): void => {
    const search = new URLSearchParams(query).toString();
    const url = `${path}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`;
    const response = dispatch[owner]!({ method: 'GET', url, headers: CORRELATION });
    // What only reads is answered at once.
    if (!(response instanceof Promise)) judge({ path, id, query, response });
  };

  return {
    saw: ({ table: where, key, before, after }) => {
      const row = after ?? before;
      if (where === table && row !== null) changed.set(key, row);
    },
    look: () => {
      if (changed.size === 0) return;
      if (isUp(owner)) {
        for (const [id, row] of changed) {
          ask(id, {});
          ask(undefined, queryFor(resource, row, turn));
          turn += 1;
        }
      }
      changed.clear();
    },
    lookThrough: () => {
      if (!isUp(owner)) return;
      const [row] = world.tables[table]!.values();
      for (let page = 0; page < 3; page += 1) ask(undefined, { size: '2', page: String(page) });
      for (let count = 0; row !== undefined && count < 6; count += 1) ask(undefined, queryFor(resource, row, count));
      ask('nobody-knows', {});
    },
  };
};
