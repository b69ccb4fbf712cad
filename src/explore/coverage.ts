import type { ContextDefinition } from '../runtime/context.ts';
import type { Outcome } from './simulation.ts';
import { LEGAL_TRANSITIONS } from './transitions.ts';

/** What was reached, how often, by name; and what never was. */
export interface Coverage extends Reached {
  readonly unreachedTransitions: readonly string[];
  readonly unreachedFaults: readonly string[];
}

/** What was reached, how often, by name; plain data, so that it can come from another thread. */
export interface Reached {
  /** Statuses that followed each other: `orders placed → paid`. */
  readonly transitions: ReadonlyMap<string, number>;
  /** Faults, and what they happened to: `drop Paid to store`. */
  readonly faults: ReadonlyMap<string, number>;
}

/** Gathers what schedules reach. */
export interface CoverageKeeper {
  takeIn(outcome: Pick<Outcome, 'world' | 'faults'>): void;
  /** Adds what was gathered elsewhere. */
  add(reached: Reached): void;
  reached(): Reached;
}

/** The label of an order in the name of a message, and which of its kind it is. */
const LABEL = / (?:[A-Z]|order-[\w.-]+)( \d+)?(?= |$)/;

const stepNames = new Map<string, string>();
/** The most names remembered; scenarios may name endlessly many messages. */
const MAX_STEP_NAMES = 5_000;

/** What a fault happened to, whichever order it was about. */
const stepOf = (to: string): string => {
  let step = stepNames.get(to);
  if (step !== undefined) return step;
  step = to.replace(LABEL, '');
  if (stepNames.size < MAX_STEP_NAMES) stepNames.set(to, step);
  return step;
};

/** Every pair of a fault and a step: each event on its way to each context that hears it, each event's publishing, the look-up. */
const faultPairs = (definitions: Readonly<Record<string, ContextDefinition>>): readonly string[] =>
  Object.values(definitions).flatMap(({ name, subscriptions, events }) => [
    ...subscriptions.flatMap(({ event: { type } }) => [
      ...['delay', 'drop', 'duplicate'].map((fault) => `${fault} ${type} to ${name}`),
      ...['before-commit', 'after-commit', 'before-acknowledge'].map((point) => `crash ${point} ${type} in ${name}`),
    ]),
    ...events.flatMap(({ type }) => ['before-publish', 'after-publish'].map((point) => `crash ${point} ${type} in ${name}`)),
    `crash starting in ${name}`,
    `slow disk of ${name}`,
    ...(name === 'front' ? ['lookup order'] : []),
  ]);

/** Creates the keeper of what is reached. */
export const createCoverage = (): CoverageKeeper => {
  const transitions = new Map<string, number>();
  const faults = new Map<string, number>();
  const addTo = (counts: Map<string, number>, name: string, count: number): void => void counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    takeIn: (outcome) => {
      for (const [transition, count] of outcome.world.transitions) addTo(transitions, transition, count);
      for (const { fault, to } of outcome.faults) addTo(faults, `${fault} ${stepOf(to)}`, 1);
    },
    add: (reached) => {
      for (const [name, count] of reached.transitions) addTo(transitions, name, count);
      for (const [name, count] of reached.faults) addTo(faults, name, count);
    },
    reached: () => ({ transitions, faults }),
  };
};

/** What was reached, beside all that these contexts could have reached. */
export const coverageOf = (reached: Reached, definitions: Readonly<Record<string, ContextDefinition>>): Coverage => ({
  ...reached,
  unreachedTransitions: [...LEGAL_TRANSITIONS].filter((name) => !reached.transitions.has(name)),
  unreachedFaults: faultPairs(definitions).filter((name) => !reached.faults.has(name)),
});
