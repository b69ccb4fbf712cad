import type { FaultHappened } from '../simulate/fault-happened.ts';
import { transitionOf } from '../simulate/transition.ts';
import type { Rig } from '../simulate/rig.ts';
import type { Outcome } from '../simulate/options.ts';

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

/** The label of something in the name of a message, and which of its kind it is. */
const LABEL = / (?:[A-Z]\d*|[a-z]+-(?:given|\d)[\w.-]*)( \d+)?(?= |$)/;

/** What faults happened to, whatever it was about; in an exploration the same few hundred come again and again. */
const steps = new Map<FaultHappened['fault'], Map<string, string>>();
/** The most names remembered of each fault; scenarios may name endlessly many messages. */
const MAX_STEPS = 1_000;

/** A fault and the step that it happened at: `drop Paid to store`. */
const pairOf = ({ fault, to }: FaultHappened): string => {
  let known = steps.get(fault);
  if (known === undefined) steps.set(fault, (known = new Map<string, string>()));
  let pair = known.get(to);
  if (pair !== undefined) return pair;
  pair = `${fault} ${to.replace(LABEL, '')}`;
  if (known.size < MAX_STEPS) known.set(to, pair);
  return pair;
};

/**
 * Every pair of a fault and a step: each event on its way to each context that hears it, each event's publishing, the
 * calls to other contexts; and what strikes a context as a whole: its disk, its clock, its hearing. Who makes something is
 * never late to hear of it.
 */
const faultPairs = ({ definitions, system, makers, noun }: Covered): readonly string[] =>
  Object.values(definitions).flatMap(({ name, subscriptions, events }) => [
    ...subscriptions.flatMap(({ event: { type } }) => [
      ...['delay', 'drop', 'duplicate', 'late']
        .filter((fault) => fault !== 'late' || makers.get(type)?.context !== name)
        .map((fault) => `${fault} ${type} to ${name}`),
      ...['before-commit', 'after-commit', 'before-acknowledge'].map((point) => `crash ${point} ${type} in ${name}`),
      `handler ${type} in ${name}`,
      `late duplicate ${type} to ${name}`,
    ]),
    ...events.flatMap(({ type }) => [
      ...['before-publish', 'after-publish'].map((point) => `crash ${point} ${type} in ${name}`),
      `publish ${type}`,
      `cut off ${type} from ${name}`,
    ]),
    `crash starting in ${name}`,
    `stop of ${name}`,
    `kill of ${name}`,
    `slow disk of ${name}`,
    `clock jump of ${name}`,
    `cut off hearing of ${name}`,
    ...(system.contexts.some((context) => context.name === name && context.calls !== undefined) ? [`lookup ${noun}`] : []),
  ]);

/** Creates the keeper of what is reached. */
export const createCoverage = (): CoverageKeeper => {
  const transitions = new Map<string, number>();
  const faults = new Map<string, number>();
  const addTo = (counts: Map<string, number>, name: string, count: number): void => void counts.set(name, (counts.get(name) ?? 0) + count);
  return {
    takeIn: (outcome) => {
      for (const [transition, count] of outcome.world.transitions) addTo(transitions, transition, count);
      for (const fault of outcome.faults) addTo(faults, pairOf(fault), 1);
    },
    add: (reached) => {
      for (const [name, count] of reached.transitions) addTo(transitions, name, count);
      for (const [name, count] of reached.faults) addTo(faults, name, count);
    },
    reached: () => ({ transitions, faults }),
  };
};

/** What coverage needs to know of what is explored. */
export type Covered = Pick<Rig, 'definitions' | 'system' | 'makers' | 'noun'>;

/** What was reached, beside all that this system could have reached. */
export const coverageOf = (reached: Reached, covered: Covered): Coverage => ({
  ...reached,
  unreachedTransitions: Object.entries(covered.system.transitions)
    .flatMap(([table, steps]) => steps.map(([from, to]) => transitionOf(table, from, to)))
    .filter((name) => !reached.transitions.has(name)),
  unreachedFaults: faultPairs(covered).filter((name) => !reached.faults.has(name)),
});
