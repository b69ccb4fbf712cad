import { randomInt } from 'node:crypto';
import type { Settings } from './options.ts';

/** The run's seed: the user's, or one drawn here, which the report tells so that the run can be repeated. */
export const seedOf = (settings: Settings): string => settings.seed ?? String(randomInt(1_000_000_000));
