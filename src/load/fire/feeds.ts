import { createRandom } from '../../kernel/random.ts';
import type { FedValue } from '../../scenarios/language/ast-load.ts';
import type { CannonOrder } from '../order.ts';

/** What feeders give at one time, by the names of variables; or the feeder that has nothing left. */
export type Fed = { readonly values: Readonly<Record<string, FedValue>> } | { readonly dry: string };

/** Takes from feeders, as their draws say; random draws come from the order's seed. */
export interface Feeds {
  /** Takes one row from each of these feeders; from none where one of them has nothing left. */
  readonly take: (feeders: readonly string[]) => Fed;
  /** How often a unique feeder had nothing left, by its name. */
  readonly unfed: () => Readonly<Record<string, number>>;
}

/** Makes feeds of an order's feeders. */
export const createFeeds = ({ feeders, seed }: Pick<CannonOrder, 'feeders' | 'seed'>): Feeds => {
  const random = createRandom(`${seed}/feeders`);
  const taken: Record<string, number> = {};
  const unfed: Record<string, number> = {};
  const isDry = (name: string): boolean => {
    const feeder = feeders[name];
    return feeder?.draw === 'unique' && (taken[name] ?? 0) >= feeder.rows.length;
  };
  const next = (name: string): Readonly<Record<string, FedValue>> => {
    const { rows, draw } = feeders[name] ?? { rows: [], draw: 'in turn' };
    const turn = taken[name] ?? 0;
    taken[name] = turn + 1;
    return rows[draw === 'at random' ? random.below(rows.length) : turn % rows.length] ?? {};
  };
  return {
    take: (names) => {
      const dry = names.find(isDry);
      if (dry !== undefined) {
        unfed[dry] = (unfed[dry] ?? 0) + 1;
        return { dry };
      }
      return { values: Object.fromEntries(names.flatMap((name) => Object.entries(next(name)))) };
    },
    unfed: () => unfed,
  };
};

/** The feeders that give a value to one of these variables. */
export const feedersOf = (feeders: CannonOrder['feeders'], variables: Iterable<string>): readonly string[] => {
  const wanted = new Set(variables);
  return Object.keys(feeders).filter((name) => Object.keys(feeders[name]?.rows[0] ?? {}).some((variable) => wanted.has(variable)));
};
