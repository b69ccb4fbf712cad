import type { Random } from '../../kernel/random.ts';

/** Draws one of several by weight: its place, from 0. A single one is drawn without a random number. */
export const createWeightedDraw = (weighted: readonly { readonly weight: number }[], random: Random): (() => number) => {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  return () => {
    if (weighted.length === 1) return 0;
    let left = random.next() * total;
    return Math.max(
      0,
      weighted.findIndex(({ weight }) => (left -= weight) < 0),
    );
  };
};
