/**
 * Schedules drawn by priorities: probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatte,
 * "A Randomized Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). Every source of events has
 * a random priority, and what is most urgent happens first; at d - 1 places drawn beforehand, the source whose turn
 * it is falls behind all others. An order of events that takes d ordered pairs to go wrong is met with a chance of
 * at least 1 / (n k^(d-1)), for n sources and k events.
 */
import type { Random } from '../../kernel/random.ts';
import type { Decisions } from '../simulate/decisions.ts';
import type { FaultPlan, Plan } from './plan.ts';
import type { Repertoire } from '../simulate/repertoire.ts';

/** Who lets something happen: each context's deliveries, each context's publishing, and each kind of person. */
const sourcesOf = ({ contexts, verbs }: Repertoire): readonly string[] => [
  ...contexts,
  'publish',
  ...new Set(Object.values(verbs).map(({ by }) => by)),
];

/** How long one rank of priority waits for the rank above it: longer than an undisturbed saga takes, in milliseconds. */
const RANK_MS = 20;
/** Deliveries of a whole saga; where priorities change is drawn among so many. */
const EVENTS = 60;
/** When the faults of such a schedule end: after the last rank has had its turn, several times over; in milliseconds. */
const HEAL_AT_MS = 2_000;

/** Decisions by priorities. */
export interface PriorityDecisions extends Decisions {
  /** How long an errand of this kind waits, in milliseconds. */
  waitOf(deed: string): number;
}

/** The context that a delay is about: `delay Paid A to store #2`. */
const DELAY = /^delay .* to (\S+)/;

/** Draws each delay by the priority of its source, and everything else as {@link createDrawnDecisions} does; notes what it drew. */
export const createPriorityDecisions = (random: Random, depth: number, repertoire: Repertoire): PriorityDecisions => {
  const deviations = new Map<string, number>();
  const draws = random.fork('faults');
  const order = [...sourcesOf(repertoire)];
  for (let index = order.length - 1; index > 0; index -= 1) {
    const other = random.below(index + 1);
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  const ranks = new Map<string, number>(order.map((source, rank) => [source, rank]));
  const changes = new Set(Array.from({ length: depth - 1 }, () => random.below(EVENTS)));
  let met = 0;
  let lowest = order.length - 1;

  /** The rank of a source at its next event; it falls behind where a change was drawn. */
  const rankOf = (source: string): number => {
    if (changes.has(met)) ranks.set(source, (lowest += 1));
    met += 1;
    return ranks.get(source) ?? 0;
  };
  return {
    waitOf: (deed) => rankOf(repertoire.verbs[deed]?.by ?? '') * RANK_MS,
    decide: (nameOf, draw) => {
      const name = nameOf();
      const consumer = DELAY.exec(name)?.[1];
      const value = consumer === undefined ? draw(draws) : rankOf(consumer) * RANK_MS;
      if (value !== 0) deviations.set(name, value);
      return value;
    },
    deviations: () => deviations,
  };
};

const inAnyOrder = ({ isPositioned: _, ...faults }: FaultPlan): FaultPlan => faults;

/**
 * The plan as people of these priorities carry it out: order comes from them, so delays are always asked for and nothing
 * else holds messages in line.
 */
export const underPriorities = (plan: Plan, { waitOf }: PriorityDecisions): Plan => ({
  ...plan,
  errands: plan.errands.map((errand) => ({ ...errand, afterMs: waitOf(errand.deed) })),
  faults: { ...inAnyOrder(plan.faults), rates: { ...plan.faults.rates, delay: 1 }, isInOrder: false, healAtMs: HEAL_AT_MS },
});
