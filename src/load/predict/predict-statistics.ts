/** How a figure came out over all simulated tests. */
export interface Band {
  readonly mean: number;
  /** The mean's own 95 % interval: how exactly this many runs know it. */
  readonly meanLow: number;
  readonly meanHigh: number;
  /** 95 % of the runs lie between these. */
  readonly low: number;
  readonly high: number;
  /** All runs lie between these. */
  readonly least: number;
  readonly most: number;
}

/** The share of runs in which something happened, with its 95 % interval. */
export interface Probability {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** The normal distribution's two-sided 95 % point. */
const Z = 1.959964;

/** The smallest value that at least the share `p` of the sorted values does not exceed (nearest rank). */
export const quantile = (sorted: readonly number[], p: number): number => sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;

/** The band of these values; at least one is needed. */
export const bandOf = (values: readonly number[]): Band => {
  const sorted = [...values].sort((a, b) => a - b);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length - 1);
  const halfWidth = Z * Math.sqrt(variance / values.length);
  return {
    mean,
    meanLow: mean - halfWidth,
    meanHigh: mean + halfWidth,
    low: quantile(sorted, 0.025),
    high: quantile(sorted, 0.975),
    least: quantile(sorted, 0),
    most: quantile(sorted, 1),
  };
};

/** Wilson's score interval (1927): sound also for shares of 0 and 1, where the usual one has no width. */
export const probabilityOf = (hits: number, runs: number): Probability => {
  const share = hits / runs;
  const centre = (share + (Z * Z) / (2 * runs)) / (1 + (Z * Z) / runs);
  const halfWidth = (Z / (1 + (Z * Z) / runs)) * Math.sqrt((share * (1 - share)) / runs + (Z * Z) / (4 * runs * runs));
  return { share, low: share === 0 ? 0 : centre - halfWidth, high: share === 1 ? 1 : centre + halfWidth };
};
