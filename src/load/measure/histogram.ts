import { build, type Histogram } from 'hdr-histogram-js';

/** The percentiles that metrics know. */
const PERCENTILES = [50, 75, 90, 95, 99, 99.9] as const;

/** The statistics of latencies that metrics know: `p99`, `max` … */
export const STATISTICS = ['min', 'mean', 'max', ...PERCENTILES.map((percentile) => `p${percentile}`)] as const;

/** Durations in milliseconds, kept in bounded memory with three significant digits. */
export interface Durations {
  readonly put: (ms: number) => void;
  readonly count: () => number;
  readonly min: () => number;
  readonly max: () => number;
  readonly mean: () => number;
  readonly percentile: (percentile: number) => number;
}

const MICROSECONDS = 1000;
/** Nothing takes longer than a day. */
const LONGEST_MS = 24 * 3_600_000;

/** An empty collection of durations. */
export const createDurations = (): Durations => {
  const histogram: Histogram = build({ bitBucketSize: 32, numberOfSignificantValueDigits: 3, autoResize: true });
  const inMs = (microseconds: number): number => Math.round(microseconds) / MICROSECONDS;
  let shortestMs = Infinity;
  let longestMs = 0;
  return {
    put: (ms) => {
      const bounded = Math.min(LONGEST_MS, Math.max(0, ms));
      shortestMs = Math.min(shortestMs, bounded);
      longestMs = Math.max(longestMs, bounded);
      histogram.recordValue(Math.round(bounded * MICROSECONDS));
    },
    count: () => histogram.totalCount,
    min: () => (histogram.totalCount === 0 ? 0 : shortestMs),
    max: () => longestMs,
    mean: () => inMs(histogram.mean),
    percentile: (percentile) => Math.min(longestMs, inMs(histogram.getValueAtPercentile(percentile))),
  };
};

/** The statistics of durations as metrics, under the prefix; none where nothing was put in. */
export const metricsOf = (prefix: string, durations: Durations): Readonly<Record<string, number>> => {
  if (durations.count() === 0) return {};
  const percentiles = PERCENTILES.map((percentile) => [`${prefix}.p${percentile}`, durations.percentile(percentile)] as const);
  return {
    [`${prefix}.min`]: durations.min(),
    [`${prefix}.mean`]: durations.mean(),
    [`${prefix}.max`]: durations.max(),
    ...Object.fromEntries(percentiles),
  };
};
