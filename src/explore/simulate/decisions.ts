import type { Random } from '../../kernel/random.ts';

/**
 * Where a schedule may go one way or another. Each decision has a name made of what it is about
 * (`deliver Paid A to store`), not of when it came up, so that a decision keeps its meaning when others
 * are taken away; 0 always stands for what happens where nothing goes wrong.
 */
export interface Decisions {
  /** Decides; `draw` is asked only where the schedule is being drawn, `nameOf` only where the name is needed. */
  decide(nameOf: () => string, draw: (random: Random) => number): number;
  /** What was decided otherwise than 0, by name: with the plan, all that the schedule is. */
  deviations(): ReadonlyMap<string, number>;
}

/** Draws each decision, and notes what it drew. */
export const createDrawnDecisions = (random: Random): Decisions => {
  const deviations = new Map<string, number>();
  return {
    decide: (nameOf, draw) => {
      const value = draw(random);
      if (value !== 0) deviations.set(nameOf(), value);
      return value;
    },
    deviations: () => deviations,
  };
};

/** Decides as given; what is not among them is 0. Only the decisions that came up are its deviations. */
export const createGivenDecisions = (given: ReadonlyMap<string, number>): Decisions => {
  const met = new Map<string, number>();
  return {
    decide: (nameOf) => {
      if (given.size === 0) return 0;
      const name = nameOf();
      const value = given.get(name) ?? 0;
      if (value !== 0) met.set(name, value);
      return value;
    },
    deviations: () => met,
  };
};
