import type { Random } from '../../kernel/random.ts';
import type { ClockJump, Deed, Errand, FaultPlan, FaultRates, Laggard, LookupOutage, Partition, Plan, SlowDisk } from './plan.ts';

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

/** Front hears of everything, so it has the most to mix up. */
const LAGGARDS = ['front', 'front', 'front', ...CONTEXTS] as const;

/** One context that hears the news late and in any order, while the others go on: orders skip what it did not hear. */
const drawLaggard = (random: Random): Laggard | undefined => (chance(random, 0.2) ? { context: pick(random, LAGGARDS), rate: pick(random, [0.5, 0.8, 0.95]) } : undefined);

const drawSlowDisk = (random: Random, healAtMs: number): SlowDisk | undefined => {
  if (!chance(random, 0.15)) return undefined;
  const fromMs = random.below(healAtMs);
  return { context: pick(random, CONTEXTS), fromMs, toMs: fromMs + 1 + random.below(200), byMs: 1 + random.below(40) };
};

/** Long enough for a breaker to open, or too short for it. */
const drawLookupOutage = (random: Random): LookupOutage | undefined => {
  if (!chance(random, 0.06)) return undefined;
  const kind = pick(random, ['slow', 'unreachable'] as const);
  return { kind, forMs: kind === 'slow' ? 1_000 + random.below(6_000) : 100 + random.below(1_500) };
};

/** Draws which faults may befall a schedule, and how much of each. */
export const drawFaults = (random: Random): FaultPlan => {
  const healAtMs = 30 + random.below(300);
  const [laggard, slowDisk, lookupOutage] = [drawLaggard(random), drawSlowDisk(random, healAtMs), drawLookupOutage(random)];
  return {
    ...(laggard === undefined ? {} : { laggard }),
    ...(slowDisk === undefined ? {} : { slowDisk }),
    ...(lookupOutage === undefined ? {} : { lookupOutage }),
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

type Race = readonly [one: Pick<Errand, 'deed' | 'when'>, other: Pick<Errand, 'deed' | 'when'>];

/** Two who do something to one order at the same moment: the same twice, or what only one of them can have. */
const RACES: readonly Race[] = [
  [{ deed: 'accept' }, { deed: 'reject' }],
  [{ deed: 'accept' }, { deed: 'accept' }],
  [{ deed: 'accept' }, { deed: 'cancel', when: 'accept' }],
  [{ deed: 'start' }, { deed: 'cancel', when: 'start' }],
  [{ deed: 'finish' }, { deed: 'cancel', when: 'finish' }],
  [{ deed: 'start' }, { deed: 'start' }],
  [{ deed: 'pick' }, { deed: 'pick' }],
  [{ deed: 'confirm' }, { deed: 'confirm' }],
  [{ deed: 'cancel' }, { deed: 'cancel' }],
  [{ deed: 'review' }, { deed: 'review' }],
  [{ deed: 'delete-review' }, { deed: 'delete-review' }],
];

/** Which of the others an eager person acts upon: a cancellation of what is cooked, a second finish. */
const OTHER_MOMENTS = ['accept', 'start', 'finish', 'pick', 'confirm', 'review'] as const;

const drawOrder = (random: Random, label: string): Errand[] => {
  const errands: Errand[] = [];
  const soon = (): number => (chance(random, 0.6) ? random.below(4) : random.below(40));
  const add = (deed: Deed, more: Partial<Errand> = {}): void => {
    const again = chance(random, 0.08) ? { againAfterMs: random.below(12) } : {};
    errands.push({ deed, order: label, afterMs: soon(), ...again, ...more });
  };
  const customer = pick(random, ['kim', 'kim', 'kim', 'lee', 'park']);
  add('place', { afterMs: random.below(30), customer, payment: chance(random, 0.15) ? 'decline' : 'approve' });
  for (const deed of WHOLE_WAY.slice(0, chance(random, 0.5) ? WHOLE_WAY.length : random.below(WHOLE_WAY.length))) add(deed);
  if (chance(random, 0.2)) add('reject');
  if (chance(random, 0.5)) add('cancel');
  if (chance(random, 0.15)) add('cancel');
  if (chance(random, 0.3)) {
    const afterMs = soon();
    for (const errand of pick(random, RACES)) add(errand.deed, { ...errand, afterMs });
  }
  // Somebody presses a button twice, before its time, or long after it.
  if (chance(random, 0.2)) add(pick(random, WHOLE_WAY));
  if (chance(random, 0.2)) add(pick(random, [...WHOLE_WAY, 'review'] as const), { isImpatient: true });
  if (chance(random, 0.2)) add(pick(random, [...WHOLE_WAY, 'reject', 'cancel', 'review'] as const), { when: pick(random, OTHER_MOMENTS) });
  for (let reviews = random.below(4); reviews > 1; reviews -= 1) add('review');
  if (chance(random, 0.5)) add('delete-review');
  if (chance(random, 0.1)) add('delete-review');
  return errands;
};

/** The reviews of a whole table, when the look-up is down: more than one person can make a breaker open. */
const drawManyReviews = (random: Random): Errand[] => {
  const errand = (deed: Deed, afterMs: number): Errand => ({ deed, order: 'A', afterMs });
  return [...WHOLE_WAY.map((deed) => errand(deed, random.below(4))), ...Array.from({ length: 1 + random.below(14) }, () => errand('review', random.below(60)))];
};

/** Draws a schedule's beginning: people with one to three orders, and the faults that may befall them. */
export const drawPlan = (random: Random, seed: string): Plan => {
  const errands = ORDER_LABELS.slice(0, 1 + random.below(ORDER_LABELS.length)).flatMap((label) => drawOrder(random, label));
  const faults = drawFaults(random);
  return { seed, errands: faults.lookupOutage === undefined ? errands : [...errands, ...drawManyReviews(random)], faults };
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
