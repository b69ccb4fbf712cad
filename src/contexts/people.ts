/** What simulated people do with the food system. */
import type { People } from '../explore/definition.ts';
import type { Errand } from '../explore/schedule/plan.ts';
import type { Random } from '../kernel/random.ts';
import { withFullTable } from './full-table.ts';

const ORDER_LABELS = ['A', 'B', 'C'] as const;

const pick = <Item>(random: Random, items: readonly Item[]): Item => items[random.below(items.length)]!;
const chance = (random: Random, probability: number): boolean => random.next() < probability;

/** The ways of an order through the kitchen and to the door; any of them may be cut off anywhere. */
const WHOLE_WAY: readonly string[] = ['accept', 'start', 'finish', 'pick', 'confirm'];

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
  const add = (deed: string, more: Partial<Errand> = {}): void => {
    const again = chance(random, 0.08) ? { againAfterMs: random.below(12) } : {};
    errands.push({ deed, about: label, afterMs: soon(), ...again, ...more });
  };
  const customerId = pick(random, ['kim', 'kim', 'kim', 'lee', 'park']);
  add('place', { afterMs: random.below(30), wish: { customerId, payment: chance(random, 0.15) ? 'decline' : 'approve' } });
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
  const errand = (deed: string, afterMs: number): Errand => ({ deed, about: 'A', afterMs });
  return [
    ...WHOLE_WAY.map((deed) => errand(deed, random.below(4))),
    ...Array.from({ length: 1 + random.below(14) }, () => errand('review', random.below(60))),
  ];
};

/** One order on its whole way, and a cancellation that comes at any moment of it: the race that the saga is about. */
const drawRacingCancel = (random: Random): readonly Errand[] => {
  const errand = (deed: string, afterMs: number): Errand => ({ deed, about: 'A', afterMs });
  return [
    { ...errand('place', 0), wish: { customerId: 'kim', payment: 'approve' } },
    ...WHOLE_WAY.map((deed) => errand(deed, random.below(3))),
    errand('cancel', random.below(16)),
  ];
};

/** How the people of the food system behave: anything that they might with one to three orders; or one order with a racing cancellation. */
export const PEOPLE: Readonly<Record<string, People>> = {
  people: {
    errands: (random) => ORDER_LABELS.slice(0, 1 + random.below(ORDER_LABELS.length)).flatMap((label) => drawOrder(random, label)),
    underOutage: drawManyReviews,
    finish: (plan, random) => withFullTable(plan, random.fork('full table')),
  },
  'racing-cancel': { errands: drawRacingCancel, sparing: (faults) => ({ ...faults, partitions: [], clockJumps: [] }) },
};
