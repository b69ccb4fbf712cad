import type { Random } from '../kernel/random.ts';
import type { ClockJump, Deed, Errand, FaultPlan, FaultRates, Partition, Plan } from './plan.ts';

const CONTEXTS = ['front', 'store', 'rider', 'notification', 'customer'] as const;
const ORDER_LABELS = ['A', 'B', 'C'] as const;
const RATES = [0.02, 0.1, 0.3] as const;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;
const chance = (random: Random, probability: number): boolean => random.next() < probability;

/** Each fault is off in half of all schedules, so that rare combinations come up too, and none hides another (swarm testing, Groce 2012). */
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

const drawPartitions = (random: Random, healAtMs: number): Partition[] => {
  if (!chance(random, 0.2)) return [];
  const context = pick(random, CONTEXTS);
  const fromMs = random.below(healAtMs);
  const toMs = fromMs + 1 + random.below(100);
  const directions = pick(random, [['in'], ['out'], ['in', 'out']] as const);
  return directions.map((direction) => ({ context, direction, fromMs, toMs }));
};

const drawClockJumps = (random: Random, healAtMs: number): ClockJump[] =>
  chance(random, 0.1) ? [{ context: pick(random, CONTEXTS), atMs: random.below(healAtMs), byMs: random.below(4_001) - 2_000 }] : [];

const drawFaults = (random: Random): FaultPlan => {
  const healAtMs = 30 + random.below(300);
  return {
    rates: drawRates(random),
    partitions: drawPartitions(random, healAtMs),
    clockJumps: drawClockJumps(random, healAtMs),
    isInOrder: chance(random, 0.25),
    isTidy: chance(random, 0.25),
    healAtMs,
  };
};

/** The ways of an order through the kitchen and to the door; any of them may be cut off anywhere. */
const WHOLE_WAY: readonly Deed[] = ['accept', 'start', 'finish', 'pick', 'confirm'];

const drawOrder = (random: Random, label: string): Errand[] => {
  const errands: Errand[] = [];
  const soon = (): number => (chance(random, 0.6) ? random.below(4) : random.below(40));
  const add = (deed: Deed, isImpatient = false): void => {
    errands.push({ deed, order: label, afterMs: soon(), ...(isImpatient ? { isImpatient } : {}) });
  };
  const customer = chance(random, 0.7) ? 'kim' : 'lee';
  errands.push({ deed: 'place', order: label, afterMs: random.below(30), customer, payment: chance(random, 0.15) ? 'decline' : 'approve' });
  for (const deed of WHOLE_WAY.slice(0, chance(random, 0.5) ? WHOLE_WAY.length : random.below(WHOLE_WAY.length))) add(deed);
  if (chance(random, 0.15)) add('reject');
  if (chance(random, 0.5)) add('cancel');
  if (chance(random, 0.15)) add('cancel');
  // Somebody presses a button twice, or before its time.
  if (chance(random, 0.3)) add(pick(random, WHOLE_WAY));
  if (chance(random, 0.2)) add(pick(random, WHOLE_WAY), true);
  for (let reviews = random.below(4); reviews > 1; reviews -= 1) add('review');
  if (chance(random, 0.4)) add('delete-review');
  if (chance(random, 0.1)) add('delete-review');
  return errands;
};

/** Draws a schedule's beginning: people with one to three orders, and the faults that may befall them. */
export const drawPlan = (random: Random, seed: string): Plan => {
  const errands = ORDER_LABELS.slice(0, 1 + random.below(ORDER_LABELS.length)).flatMap((label) => drawOrder(random, label));
  return { seed, errands, faults: drawFaults(random) };
};

/** One order on its whole way, and a cancellation that comes at any moment of it: the race that the saga is about. */
export const drawRacingCancel = (random: Random, seed: string): Plan => {
  const errand = (deed: Deed, afterMs: number): Errand => ({ deed, order: 'A', afterMs });
  const errands = [
    { ...errand('place', 0), customer: 'kim', payment: 'approve' as const },
    ...WHOLE_WAY.map((deed) => errand(deed, random.below(3))),
    errand('cancel', random.below(16)),
  ];
  return { seed, errands, faults: { ...drawFaults(random), partitions: [], clockJumps: [] } };
};
