import type { WaveringLookups } from '../schedule/plan.ts';

/** Whether the call with this number, from 0, fails: evenly spread over all. */
export const isWavering = ({ failing, of, begin }: Pick<WaveringLookups, 'failing' | 'of' | 'begin'>, index: number): boolean =>
  ((index + begin) * failing) % of < failing;
