import { OperatingError } from '../../kernel/errors.ts';

/** How a breaker works; each default is Hystrix's, but the timeout, which is the seed's. */
export interface BreakerSettings {
  /** `hystrix`: faithful to Hystrix 1.5 with THREAD isolation. `cockatiel`: cockatiel's own sampling breaker and bulkhead. */
  readonly profile: 'hystrix' | 'cockatiel';
  /** A call that takes longer has failed; milliseconds. */
  readonly timeoutMs: number;
  /** Calls older than this no longer count; milliseconds. */
  readonly windowMs: number;
  /** How many parts the window has: it moves on by one of them at a time. (cockatiel parts its window by the second.) */
  readonly buckets: number;
  /** With fewer calls in the window the circuit never opens. */
  readonly volumeThreshold: number;
  /** The circuit opens at this whole percentage of errors (hystrix), or above it (cockatiel). */
  readonly errorPercent: number;
  /** Health is looked at this often, and the circuit opens only then (hystrix); milliseconds. */
  readonly healthIntervalMs: number;
  /** How long an open circuit refuses everything before it lets one call probe; milliseconds. */
  readonly sleepMs: number;
  /** The call beyond this many at once is rejected: there is no queue. */
  readonly concurrency: number;
}

/** The timeout of a call to another context where nobody says another, in milliseconds (the seed's Hystrix setting). */
export const CALL_TIMEOUT_MS = 500;

/** Hystrix's defaults, with the seed's timeout. */
const DEFAULT_BREAKER_SETTINGS: BreakerSettings = {
  profile: 'hystrix',
  timeoutMs: CALL_TIMEOUT_MS,
  windowMs: 10_000,
  buckets: 10,
  volumeThreshold: 20,
  errorPercent: 50,
  healthIntervalMs: 500,
  sleepMs: 5_000,
  concurrency: 10,
};

const LEAST: Readonly<Record<Exclude<keyof BreakerSettings, 'profile'>, number>> = {
  timeoutMs: 1,
  windowMs: 1,
  buckets: 1,
  volumeThreshold: 1,
  errorPercent: 1,
  healthIntervalMs: 1,
  sleepMs: 0,
  concurrency: 1,
};

/**
 * Completes the settings with the defaults. Throws an OperatingError (invalid-input) that names the first
 * setting which makes no sense.
 */
export const breakerSettings = (given: Partial<BreakerSettings> = {}): BreakerSettings => {
  const settings = { ...DEFAULT_BREAKER_SETTINGS, ...given };
  const refuse = (name: string, mend: string): never => {
    throw new OperatingError('invalid-input', `the breaker's ${name} can not be ${String(settings[name as keyof BreakerSettings])}`, {
      mend,
    });
  };
  if (!['hystrix', 'cockatiel'].includes(settings.profile)) refuse('profile', 'Use hystrix or cockatiel.');
  for (const [name, least] of Object.entries(LEAST)) {
    const value = settings[name as keyof typeof LEAST];
    if (!Number.isSafeInteger(value) || value < least) refuse(name, `Use a whole number from ${least}.`);
  }
  if (settings.errorPercent > 100) refuse('errorPercent', 'Use a whole number up to 100.');
  if (settings.profile === 'cockatiel' && settings.errorPercent === 100)
    refuse('errorPercent', 'Use less than 100: with the profile cockatiel the circuit opens above it.');
  if (settings.windowMs % settings.buckets !== 0) refuse('windowMs', `Use a multiple of the number of buckets, ${settings.buckets}.`);
  return settings;
};
