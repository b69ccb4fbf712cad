/** A system as exploration needs to know it: beside what it consists of, what people do with it, and what it must keep to. */
import type { Random } from '../kernel/random.ts';
import type { SpokenSystem } from '../scenarios/definition.ts';
import type { Errand, FaultPlan, Plan } from './schedule/plan.ts';
import type { Invariant } from './simulate/invariant.ts';
import type { Transitions } from './simulate/transition.ts';
import type { Row } from './simulate/world.ts';

/** How the people of a schedule are drawn; everything from the given source of random, in the same order. */
export interface People {
  /** What they will do. */
  readonly errands: (random: Random) => readonly Errand[];
  /** What they do besides, where calls from one context to another do not go well for a while. */
  readonly underOutage?: (random: Random) => readonly Errand[];
  /** Leaves out faults under which these people show nothing. */
  readonly sparing?: (faults: FaultPlan) => FaultPlan;
  /** Makes few plans into something special, and leaves the others as they are. */
  readonly finish?: (plan: Plan, random: Random) => Plan;
}

/** A resource, as it is read over HTTP: told from outside, to hold what is shown to the tables. */
export interface Resource<Table extends string = string> {
  readonly table: Table;
  /** Each status, and the word that is shown for it; undefined where it has none. */
  readonly words?: Readonly<Record<string, string>>;
  /** What the collection can be asked for by, beside its status; each is the column of that name. */
  readonly filters: readonly string[];
  readonly isFilteredByStatus: boolean;
  /** What is answered for one that there is not. */
  readonly missing: string;
  /** Each field that is shown, and where in the row it comes from. */
  readonly fields: Readonly<Record<string, (row: Row) => unknown>>;
}

/** A system, and the module whose default export it is, by its URL: another thread or process finds it there. */
export interface SystemModule {
  readonly system: ExploredSystem;
  readonly url: string;
}

/** A system that can be explored. */
export interface ExploredSystem<Name extends string = string> extends SpokenSystem<Name> {
  /** How people behave, by the name of the workload; the first is the usual one. */
  readonly people: Readonly<Record<string, People>>;
  /** What must hold; of what is broken at the same time, what stands first is told. */
  readonly invariants: readonly Invariant[];
  /** What of it holds at rest even where a handler fails for good, so that an event is never heard. */
  readonly whereOneFails: readonly Invariant[];
  readonly transitions: Transitions;
  /** By the paths of their collections. */
  readonly resources: Readonly<Record<string, Resource>>;
  /**
   * The contexts of which one may hear the news late, as often as they stand here: those with the most to mix up stand
   * here more than once.
   */
  readonly laggards: readonly string[];
}
