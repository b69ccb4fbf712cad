import type { Random } from '../../kernel/random.ts';
import type { Verbs } from '../../system/verb.ts';
import type { People } from '../definition.ts';
import type { Errand } from './plan.ts';

const LABELS = ['A', 'B', 'C'] as const;
/** How likely somebody does what can be done; does it again; before its time; and sends the same request once more. */
const DOES = 0.7;
const TWICE = 0.2;
const EARLY = 0.15;
const REPEATS = 0.08;
const SOON_MS = 4;
const LATER_MS = 40;

/**
 * People who try everything that there is to ask for: one to three things are made, and all may be done with each, early,
 * late, twice and at once.
 */
export const usualPeople = (verbs: Verbs): People => {
  const names = Object.keys(verbs);
  const making = names.filter((name) => verbs[name]?.makes !== undefined);
  const others = names.filter((name) => verbs[name]?.makes === undefined);
  const chance = (random: Random, probability: number): boolean => random.next() < probability;
  const errand = (random: Random, deed: string, about: string): Errand => ({
    deed,
    about,
    afterMs: random.below(chance(random, 0.6) ? SOON_MS : LATER_MS),
    ...(chance(random, REPEATS) ? { againAfterMs: random.below(SOON_MS * 3) } : {}),
  });
  const withThing = (random: Random, about: string): readonly Errand[] => {
    const made = making[random.below(making.length)];
    const done = others.flatMap((deed): readonly Errand[] => {
      if (!chance(random, DOES)) return [];
      const again = chance(random, TWICE) ? [errand(random, deed, about)] : [];
      const early = chance(random, EARLY) ? ({ isImpatient: true } as const) : {};
      return [{ ...errand(random, deed, about), ...early }, ...again];
    });
    return made === undefined ? done : [errand(random, made, about), ...done];
  };
  return { errands: (random) => LABELS.slice(0, 1 + random.below(LABELS.length)).flatMap((label) => withThing(random, label)) };
};
