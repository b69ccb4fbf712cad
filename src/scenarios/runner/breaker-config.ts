import type { BreakerSettings } from '../../runtime/breaker/settings.ts';
import type { ScenarioConfig } from '../language/ast.ts';

const NAMES = {
  lookupTimeoutMs: 'timeoutMs',
  breaker: 'profile',
  breakerVolume: 'volumeThreshold',
  breakerErrorPercent: 'errorPercent',
  breakerSleepMs: 'sleepMs',
  breakerWindowMs: 'windowMs',
  breakerBuckets: 'buckets',
  breakerHealthIntervalMs: 'healthIntervalMs',
  breakerConcurrency: 'concurrency',
} as const satisfies Readonly<Record<keyof ScenarioConfig, keyof BreakerSettings>>;

/** The settings of the breaker that a scenario's `config:` asks for; what it leaves out keeps its default. */
export const breakerOf = (config: ScenarioConfig): Partial<BreakerSettings> =>
  Object.fromEntries(Object.entries(config).map(([key, value]) => [NAMES[key as keyof ScenarioConfig], value as unknown]));
