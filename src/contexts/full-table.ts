/** A full table that reviews one order, and look-ups of which so many fail that a breaker opens by one call, or just does not. */
import type { Errand, Plan } from '../explore/schedule/plan.ts';
import { isWavering } from '../explore/simulate/wavering.ts';
import type { Random } from '../kernel/random.ts';

/**
 * How often a schedule has a full table; and how often so large a one that a share of errors may lie between two whole
 * percents, rounded or cut.
 */
const SHARE = 0.02;
const CROWDS = 0.25;

/** As many calls as a breaker needs before it opens, one fewer, or one more; in a crowd, half of an odd number is 49.5 percent and more. */
const FEW_CALLS = [19, 20, 21] as const;
const MANY_CALLS = [101, 103, 105] as const;

const LABEL = 'D';
const WHOLE_WAY: readonly string[] = ['place', 'accept', 'start', 'finish', 'pick', 'confirm'];
/** The reviews that come at once, and those that come when a breaker has looked at its counts (each half second), in milliseconds. */
const AT_ONCE_MS = 60;
const LATER_MS = 520;
const LATECOMERS = 3;
/** Over before people give up: a breaker that opened must close again. */
const WAVERING_MS = 1_500;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;

/** Begins so that the last of the first round goes well: whoever failed asks again until then, and nobody after that. */
const beginning = (failing: number, of: number): number => {
  let begin = 0;
  while (isWavering({ failing, of, begin }, of - 1)) begin += 1;
  return begin;
};

/** Adds a full table to few schedules, whose look-ups are all that there are; the others stay as they were. */
export const withFullTable = (plan: Plan, random: Random): Plan => {
  if (random.next() >= SHARE || plan.faults.lookupOutage !== undefined) return plan;
  const of = pick(random, random.next() < CROWDS ? MANY_CALLS : FEW_CALLS);
  const failing = Math.floor(of / 2) + random.below(3) - 1;
  const errand = (deed: string, afterMs: number): Errand => ({
    deed,
    about: LABEL,
    afterMs,
    ...(deed === 'place' ? { wish: { customerId: 'kim', payment: 'approve' } } : {}),
  });
  const atOnce = Array.from({ length: of - failing }, () => errand('review', random.below(AT_ONCE_MS)));
  const later = Array.from({ length: LATECOMERS }, () => errand('review', LATER_MS + random.below(LATER_MS)));
  const others = plan.errands.filter(({ deed, when }) => deed !== 'review' && deed !== 'delete-review' && when !== 'review');
  return {
    ...plan,
    errands: [...others, ...WHOLE_WAY.map((deed) => errand(deed, random.below(4))), ...atOnce, ...later],
    faults: { ...plan.faults, waveringLookups: { forMs: WAVERING_MS, failing, of, begin: beginning(failing, of) } },
  };
};
