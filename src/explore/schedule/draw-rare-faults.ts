import type { Random } from '../../kernel/random.ts';
import type { FailingHandler, FaultPlan, Outage } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/**
 * What is remembered for a day or a week is remembered at each of these, or forgotten at the last. Until just before each
 * bound, and beyond it.
 */
const SILENCES_MS = [
  20 * MINUTE_MS,
  3 * HOUR_MS,
  DAY_MS - HOUR_MS,
  DAY_MS - 5 * MINUTE_MS,
  3 * DAY_MS,
  7 * DAY_MS - HOUR_MS,
  7 * DAY_MS - 5 * MINUTE_MS,
  9 * DAY_MS,
] as const;

/** A handling is tried six times in all. */
const MOST_FAILURES = 5;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;
const chance = (random: Random, probability: number): boolean => random.next() < probability;

const drawFailingHandler = (random: Random, { handlers }: Repertoire): FailingHandler => ({
  ...pick(random, handlers),
  failures: chance(random, 0.4) ? 'always' : 1 + random.below(MOST_FAILURES),
});

const drawOutage = (random: Random, { contexts }: Repertoire): Outage => ({
  context: pick(random, contexts),
  how: chance(random, 0.7) ? 'stopped' : 'killed',
  atMs: random.below(120),
  forMs: 1 + random.below(chance(random, 0.8) ? 60 : 1_000),
});

type Trouble = (random: Random, faults: FaultPlan, repertoire: Repertoire) => FaultPlan;

/** A context can publish nothing for a long while, idles, and is killed meanwhile, more than once. */
const cutOffAndKilled: Trouble = (random, faults, { publishers }) => {
  const context = pick(random, publishers);
  const fromMs = random.below(40);
  const toMs = fromMs + 150 + random.below(500);
  const killed = (): Outage => ({ context, how: 'killed', atMs: fromMs + 5 + random.below(toMs - fromMs), forMs: 1 + random.below(20) });
  return {
    ...faults,
    partitions: [{ context, direction: 'out', fromMs, toMs }],
    outages: Array.from({ length: 2 + random.below(2) }, killed),
    isTidy: true,
    healAtMs: Math.max(faults.healAtMs, toMs),
  };
};

/** Batches of which one message fails, of contexts that crash: what was taken in is known by the position alone. */
const brokenBatches: Trouble = (random, faults, repertoire) => ({
  ...faults,
  rates: { ...faults.rates, delay: 0.3, crash: pick(random, [0.02, 0.05, 0.1]) },
  ...(chance(random, 0.7) ? { failingHandler: drawFailingHandler(random, repertoire) } : {}),
  isPositioned: true,
  isInOrder: true,
});

/** Long after the end of all, what was comes again. */
const silent: Trouble = (random, faults) => ({ ...faults, silence: { forMs: pick(random, SILENCES_MS) } });

/** What strikes few schedules, each with how often. */
const TROUBLES: readonly (readonly [share: number, trouble: Trouble])[] = [
  [0.04, (random, faults, repertoire) => ({ ...faults, failingHandler: drawFailingHandler(random, repertoire) })],
  [
    0.04,
    (random, faults, repertoire) => ({
      ...faults,
      outages: Array.from({ length: 1 + random.below(3) }, () => drawOutage(random, repertoire)),
    }),
  ],
  [0.02, cutOffAndKilled],
  [0.04, brokenBatches],
  [0.02, (random, faults, repertoire) => positioned(random, faults, repertoire)],
  [0.025, silent],
];

/** A handler that comes round in the end: what a scenario expects is still to come true. */
const failingForAWhile: Trouble = (random, faults, repertoire) => ({
  ...faults,
  failingHandler: { ...pick(random, repertoire.handlers), failures: 1 + random.below(MOST_FAILURES) },
});
const positioned: Trouble = (_random, faults) => ({ ...faults, isPositioned: true, isInOrder: true });

/**
 * What strikes few schedules of a scenario. Nothing is given up on, for then its expectations are rightly not met. No context is
 * stopped: rest is proven of those that run, so a scenario would be judged without it. What comes after a long silence comes after
 * its last step, whose verdict is spoken by then: the invariants alone judge that.
 */
const TROUBLES_OF_SCENARIOS: readonly (readonly [share: number, trouble: Trouble])[] = [
  [0.08, failingForAWhile],
  [0.05, positioned],
  [
    0.05,
    (random, faults, repertoire) => ({
      ...positioned(random, failingForAWhile(random, faults, repertoire), repertoire),
      rates: { ...faults.rates, delay: 0.3, crash: pick(random, [0.005, 0.02, 0.05]) },
    }),
  ],
  [0.04, silent],
];

/** Adds one of the troubles that come seldom, in few schedules; the others stay as they were. */
export const withRareFaults = (
  faults: FaultPlan,
  random: Random,
  repertoire: Repertoire,
  who: 'people' | 'a scenario' = 'people',
): FaultPlan => {
  let left = random.next();
  for (const [share, trouble] of who === 'people' ? TROUBLES : TROUBLES_OF_SCENARIOS) {
    left -= share;
    if (left < 0) return trouble(random, faults, repertoire);
  }
  return faults;
};
