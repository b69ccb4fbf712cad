import type { Random } from '../../kernel/random.ts';
import type { ClockJump, FaultPlan, FaultRates, Laggard, LookupOutage, Partition, SlowDisk } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/** Who may be struck. */
type Contexts = Pick<Repertoire, 'contexts' | 'laggards'>;

const RATES = [0.02, 0.1, 0.3] as const;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;
const chance = (random: Random, probability: number): boolean => random.next() < probability;

/**
 * Each fault is off in half of all schedules, so that rare combinations come up too, and none hides another (swarm
 * testing, Groce 2012).
 */
const drawRate = (random: Random): number => (chance(random, 0.5) ? 0 : pick(random, RATES));

const drawRates = (random: Random): FaultRates => ({
  delay: drawRate(random),
  drop: drawRate(random),
  duplicate: drawRate(random),
  publish: drawRate(random),
  // A crash takes much with it: at higher rates nothing else happens.
  crash: chance(random, 0.5) ? 0 : pick(random, [0.005, 0.02, 0.05]),
  lookup: drawRate(random),
});

const drawPartitions = (random: Random, { contexts }: Contexts, healAtMs: number): Partition[] => {
  if (!chance(random, 0.2)) return [];
  const context = pick(random, contexts);
  const fromMs = random.below(healAtMs);
  const toMs = fromMs + 1 + random.below(100);
  const directions = pick(random, [['in'], ['out'], ['in', 'out']] as const);
  return directions.map((direction) => ({ context, direction, fromMs, toMs }));
};

const drawClockJumps = (random: Random, { contexts }: Contexts, healAtMs: number): ClockJump[] =>
  chance(random, 0.1) ? [{ context: pick(random, contexts), atMs: random.below(healAtMs), byMs: random.below(4_001) - 2_000 }] : [];

/** One context that hears the news late and in any order, while the others go on, and skip what it did not hear. */
const drawLaggard = (random: Random, { laggards }: Contexts): Laggard | undefined =>
  chance(random, 0.2) ? { context: pick(random, laggards), rate: pick(random, [0.5, 0.8, 0.95]) } : undefined;

const drawSlowDisk = (random: Random, { contexts }: Contexts, healAtMs: number): SlowDisk | undefined => {
  if (!chance(random, 0.15)) return undefined;
  const fromMs = random.below(healAtMs);
  return { context: pick(random, contexts), fromMs, toMs: fromMs + 1 + random.below(200), byMs: 1 + random.below(40) };
};

/** Long enough for a breaker to open, or too short for it. */
const drawLookupOutage = (random: Random): LookupOutage | undefined => {
  if (!chance(random, 0.06)) return undefined;
  const kind = pick(random, ['slow', 'unreachable'] as const);
  return { kind, forMs: kind === 'slow' ? 1_000 + random.below(6_000) : 100 + random.below(1_500) };
};

/** Draws which faults may strike a schedule, and how much of each. */
export const drawFaults = (random: Random, struck: Contexts): FaultPlan => {
  const healAtMs = 30 + random.below(300);
  const [laggard, slowDisk, lookupOutage] = [drawLaggard(random, struck), drawSlowDisk(random, struck, healAtMs), drawLookupOutage(random)];
  return {
    ...(laggard === undefined ? {} : { laggard }),
    ...(slowDisk === undefined ? {} : { slowDisk }),
    ...(lookupOutage === undefined ? {} : { lookupOutage }),
    rates: drawRates(random),
    partitions: drawPartitions(random, struck, healAtMs),
    clockJumps: drawClockJumps(random, struck, healAtMs),
    isInOrder: chance(random, 0.25),
    isTidy: chance(random, 0.25),
    healAtMs,
  };
};
