import type { LoadResult } from '../../kernel/load.ts';
import { unitOf } from '../../kernel/load.ts';

/** How a metric changed from one recorded load to another. */
export interface Comparison {
  readonly metric: string;
  /** The mean over the repeats. */
  readonly before: number;
  readonly after: number;
  /** How far it may change without meaning anything, in the metric's unit. */
  readonly band: number;
  /** Where the band comes from. */
  readonly source: 'repeats' | 'default';
  readonly verdict: 'same' | 'better' | 'worse' | 'changed';
}

/** Which way a metric is better; for those that are neither, a change beyond the band is only told. */
const DIRECTIONS: readonly (readonly [RegExp, 'up' | 'down'])[] = [
  [/^http\.(?:availability|rate|success\.share)$/, 'up'],
  [/^http\.(?:failed|other-failure|no-answer|timeout|rejected|short-circuited|upstream-error|unreachable)\.share$/, 'down'],
  [/^http\.(?:latency|service|success\.latency|start-delay)\.(?:mean|p50|p90|p95|p99)$/, 'down'],
  [/^look-up\.duration\.mean$/, 'down'],
  [/^journey(?:\..+)?\.finished$/, 'up'],
  [/^journey(?:\..+)?\.duration\.(?:mean|p50|p90|p95|p99)$/, 'down'],
  // Of requests and tags, by the names that the load gives them.
  [/^(?!http\.|look-up\.|view\.)[^.]+\.(?:failed\.share|latency\.(?:mean|p50|p90|p95|p99))$/, 'down'],
  [/^view\.lag\.(?:p50|p90|p99)$/, 'down'],
  [/^saga\.(?:stuck|dead-letters)$/, 'down'],
  [/^breaker\.(?:opened|open\.share)$/, 'down'],
];

/** Told, and never judged: how much was done, and when the circuit opened. */
const TOLD = /^(?:http\.requests|breaker\.first-opened)$/;

/**
 * The default band, where there are fewer than {@link LEAST_REPEATS} repeats on either side, as a share of the value before,
 * and at least what clocks, start-up and small numbers move by themselves. Of shares only the latter: half an availability
 * is no noise. On a machine with other work, two equal runs were seen to differ by half in their rate and mean, and by the
 * double in their tails.
 */
const DEFAULT_SHARES_OF_VALUE: readonly (readonly [RegExp, number])[] = [
  [/\.(?:share|availability)$/, 0],
  [/\.p9\d$/, 1],
  [/^view\.lag\./, 1],
  [/^/, 0.5],
];
const LEAST_BAND: Readonly<Record<string, number>> = { ms: 5, '%': 3, '/s': 5, '': 0.5 };
/** Mypage's lag is that of the few orders that changed. */
const LEAST_LAG_BAND_MS = 20;

/** Many metrics are compared at once, so a few repeats that happen to be alike must not make a tenth more a regression. */
const LEAST_SHARE_OF_VALUE = 0.1;

/** With fewer, a spread says nothing. */
export const LEAST_REPEATS = 3;

/**
 * Student's two-sided 99 % points by degrees of freedom, from 4 on (two sides of three repeats each); the last one stands
 * for all beyond.
 */
const T99 = [4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947, 2.921, 2.898, 2.878, 2.861, 2.845] as const;

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0);

/** How far two means may lie apart by chance: the 99 % band of Student's test with pooled variance. */
const bandOfRepeats = (before: readonly number[], after: readonly number[]): number => {
  const freedom = before.length + after.length - 2;
  const deviation = Math.sqrt((squares(before) + squares(after)) / freedom);
  const point = T99[Math.min(T99.length - 1, freedom - 4)] as number;
  return point * deviation * Math.sqrt(1 / before.length + 1 / after.length);
};

/**
 * Of this metric chance is known from within a run: an open circuit lets a dozen look-ups through, and their mean moves by
 * what it is the mean of. Half of the value would hide a dependency that got slower.
 */
const OF_FEW = 'look-up.duration.mean';
/** The 99 % point of the normal distribution, two-sided. */
const Z99 = 2.576;

/** The variance of the mean over all look-ups of the runs: each run's spread taken for that of an even distribution. */
const meanVarianceOf = (results: readonly LoadResult[]): number => {
  const of = (name: string): number => mean(valuesOf(results, `look-up.${name}`));
  const deviation = (of('duration.max') - of('duration.min')) / Math.sqrt(12);
  return deviation ** 2 / Math.max(1, of('count') * results.length);
};

/** How far the means of few look-ups may lie apart by chance, each beyond the other; 0 where a result does not tell their number. */
const bandOfFew = (before: readonly LoadResult[], after: readonly LoadResult[]): number =>
  Z99 * Math.sqrt(meanVarianceOf(before) + meanVarianceOf(after)) || 0;

const valuesOf = (results: readonly LoadResult[], metric: string): readonly number[] =>
  results.flatMap(({ metrics }) => (metrics[metric] === undefined ? [] : [metrics[metric]]));

const leastBandOf = (metric: string): number => (metric.startsWith('view.lag.') ? LEAST_LAG_BAND_MS : (LEAST_BAND[unitOf(metric)] ?? 0));

/** How much of its value a metric may change, whatever is known of chance. */
const shareOfValue = (metric: string, isChanceKnown: boolean): number => {
  const byDefault = DEFAULT_SHARES_OF_VALUE.find(([pattern]) => pattern.test(metric))?.[1] ?? 0;
  return isChanceKnown ? Math.min(LEAST_SHARE_OF_VALUE, byDefault) : byDefault;
};

const verdictOf = (metric: string, change: number, band: number): Comparison['verdict'] => {
  if (Math.abs(change) <= band) return 'same';
  const direction = DIRECTIONS.find(([pattern]) => pattern.test(metric))?.[1];
  if (direction === undefined) return 'changed';
  return change > 0 === (direction === 'up') ? 'better' : 'worse';
};

/**
 * Compares the repeats of two loads, metric by metric; those that only one side has are left out. With enough repeats
 * on both sides the band is what chance explains; it never falls below the least that means anything.
 */
export const compareLoads = (before: readonly LoadResult[], after: readonly LoadResult[]): readonly Comparison[] => {
  const names = [...new Set(before.flatMap(({ metrics }) => Object.keys(metrics)))].filter(
    (metric) => TOLD.test(metric) || DIRECTIONS.some(([pattern]) => pattern.test(metric)),
  );
  return names.flatMap((metric): Comparison[] => {
    const [old, now] = [valuesOf(before, metric), valuesOf(after, metric)];
    if (old.length === 0 || now.length === 0) return [];
    const isRepeated = old.length >= LEAST_REPEATS && now.length >= LEAST_REPEATS;
    const byChance = [...(isRepeated ? [bandOfRepeats(old, now)] : []), ...(metric === OF_FEW ? [bandOfFew(before, after)] : [])];
    const band = Math.max(leastBandOf(metric), Math.abs(mean(old)) * shareOfValue(metric, byChance.length > 0), ...byChance);
    return [
      {
        metric,
        before: mean(old),
        after: mean(now),
        band,
        source: isRepeated ? 'repeats' : 'default',
        verdict: verdictOf(metric, mean(now) - mean(old), band),
      },
    ];
  });
};
