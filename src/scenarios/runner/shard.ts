import { OperatingError } from '../../kernel/errors.ts';
import { counted } from '../../kernel/counted.ts';

/** One of several parts of a run, from 1. */
export interface Shard {
  readonly part: number;
  readonly of: number;
}

/** Reads `2/4`; undefined where it is no part of so many. */
export const readShard = (text: string): Shard | undefined => {
  const [, part, of] = /^\s*(\d{1,4})\/(\d{1,4})\s*$/.exec(text) ?? [];
  const read = { part: Number(part), of: Number(of) };
  return read.part >= 1 && read.part <= read.of ? read : undefined;
};

/** `2/4`. */
export const shardText = ({ part, of }: Shard): string => `${part}/${of}`;

/**
 * The items of one part, in their order. The longest are dealt first, each to the part that has least so far, so that all
 * parts take about as long; what has no recorded duration counts as the mean of the others. Each item is in one part, and the
 * same items and durations are dealt alike wherever that is done. Throws an OperatingError (usage) for a part that is empty.
 */
export const shardOf = <Item>(items: readonly Item[], shard: Shard, durationOf: (item: Item) => number | undefined): readonly Item[] => {
  if (items.length < shard.of)
    throw new OperatingError(
      'usage',
      `--shard ${shardText(shard)}: ${counted(items.length, 'scenario')} can't be dealt to ${shard.of} parts`,
      {
        mend: `The parts behind the first ${items.length} would be empty, and prove nothing. Deal to ${items.length} at most.`,
      },
    );
  const known = items.map(durationOf).filter((duration) => duration !== undefined);
  const mean = known.length === 0 ? 1 : known.reduce((sum, duration) => sum + duration, 0) / known.length;
  // What takes no time at all must be dealt too, or one part would get all of it.
  const dealt = items
    .map((item, index) => ({ item, index, cost: Math.max(durationOf(item) ?? mean, 0.001) }))
    .sort((one, other) => other.cost - one.cost || one.index - other.index);
  const parts = Array.from({ length: shard.of }, () => ({ cost: 0, indexes: new Set<number>() }));
  for (const { index, cost } of dealt) {
    const least = parts.reduce((best, part) => (part.cost < best.cost ? part : best));
    least.cost += cost;
    least.indexes.add(index);
  }
  const mine = parts[shard.part - 1];
  return items.filter((_, index) => mine?.indexes.has(index) === true);
};
