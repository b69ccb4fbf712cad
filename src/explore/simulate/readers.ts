/** People who only look: what they are shown is held to the tables, while things happen and at rest. */
import { createRandom } from '../../kernel/random.ts';
import type { Answer } from '../../runtime/http/route.ts';
import type { ContextName } from '../../contexts/index.ts';
import type { Seen } from './invariant.ts';
import { RESOURCES } from '../../contexts/invariants/resources.ts';
import type { Change, Row, World } from './world.ts';

/** What readers work with. */
export interface ReadersOptions {
  /** What they look at is drawn from it. */
  readonly seed: string;
  readonly dispatch: Readonly<Record<ContextName, Answer>>;
  /** Whether somebody would answer. */
  readonly isUp: (context: ContextName) => boolean;
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

/** Whose resources they are. */
const OWNERS: Readonly<Record<string, ContextName>> = {
  '/orders': 'front',
  '/payments': 'front',
  '/reviews': 'front',
  '/foodCookings': 'store',
  '/deliveries': 'rider',
  '/deliveryLists': 'rider',
  '/notices': 'notification',
  '/customers': 'customer',
  '/mypages': 'customer',
};

const PATHS = Object.keys(RESOURCES);
const CORRELATION = { 'x-correlation-id': 'reader' } as const;

/** What somebody might ask a collection for, who has seen this row; each way in turn. */
const queryFor = (path: string, row: Row, turn: number): Readonly<Record<string, string>> => {
  const { filters, words, isFilteredByStatus } = RESOURCES[path]!;
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
export const createReaders = ({ seed, dispatch, isUp, world, judge }: ReadersOptions): Readers => {
  const random = createRandom(`${seed}/readers`);
  if (random.below(SCHEDULES_PER_READER) > 0) return NOBODY;
  const path = PATHS[random.below(PATHS.length)]!;
  let turn = random.below(60);
  const owner = OWNERS[path]!;
  const { table } = RESOURCES[path]!;
  const changed = new Map<string, Row>();

  const ask = (id: string | undefined, query: Readonly<Record<string, string>>): void => {
    const search = new URLSearchParams(query).toString();
    const url = `${path}${id === undefined ? '' : `/${encodeURIComponent(id)}`}${search === '' ? '' : `?${search}`}`;
    const response = dispatch[owner]({ method: 'GET', url, headers: CORRELATION });
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
          ask(undefined, queryFor(path, row, turn));
          turn += 1;
        }
      }
      changed.clear();
    },
    lookThrough: () => {
      if (!isUp(owner)) return;
      const [row] = world.tables[table].values();
      for (let page = 0; page < 3; page += 1) ask(undefined, { size: '2', page: String(page) });
      for (let count = 0; row !== undefined && count < 6; count += 1) ask(undefined, queryFor(path, row, count));
      ask('nobody-knows', {});
    },
  };
};
