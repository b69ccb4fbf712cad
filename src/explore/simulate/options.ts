import type { Envelope } from '../../kernel/envelope.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { Decisions } from './decisions.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Violation } from './invariant.ts';
import type { Code } from './judge.ts';
import type { Errand, Plan } from '../schedule/plan.ts';
import type { World } from './world.ts';

/** What came of one schedule. */
export interface Outcome {
  /** What did not hold, in the order in which it was found; empty where everything did. */
  readonly violations: readonly Violation[];
  readonly sightings: ReadonlySet<string>;
  readonly world: World;
  /** What the schedule calls what people made, by its id. */
  readonly labels: ReadonlyMap<string, string>;
  readonly faults: readonly FaultHappened[];
  readonly deviations: ReadonlyMap<string, number>;
  /** How often something was woken. */
  readonly steps: number;
  readonly simulatedMs: number;
}

/** Somebody who decides what happens when, and looks at what comes of it: a search that goes through every order. */
export interface Guide {
  begins(elapsedMs: () => number): void;
  /** How long after its moment an errand is done, in milliseconds. */
  paceOf(errand: Errand, index: number): number;
  stored(message: Envelope): void;
  committed(context: string, changes: readonly RowChange[]): void;
  /** When to break off, in milliseconds since the beginning, without judging whether it is at rest; undefined to go to the end. */
  readonly stopAtMs: number | undefined;
}

/** How a schedule is run. */
export interface SimulateOptions {
  readonly plan: Plan;
  readonly decisions: Decisions;
  /** What it is held to; by default all that the system must keep to. */
  readonly code?: Code;
  /** Nobody by default: people go at the plan's pace, to the end. */
  readonly guide?: Guide;
  /** The steps after which it is taken to go round in circles; by default far more than any schedule takes. */
  readonly mostSteps?: number;
  /** Hears what happens, for a story; nobody by default. */
  readonly recorderFor?: (elapsedMs: () => number) => Recorder;
}
