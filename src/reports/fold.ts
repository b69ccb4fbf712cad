import type { LoadResult } from '../kernel/load.ts';
import { titleOf, type Entry, type EntryBody, type Failure, type Outcome, type SourcePosition } from '../kernel/recording.ts';
import { isBad } from '../kernel/verdicts.ts';

/** The most entries of a running scenario that are kept for the story of a failure; beyond, the oldest are forgotten. */
const TRAIL_LIMIT = 20_000;

/** The most steps of one scenario that are remembered at least. */
const STEP_LIMIT = 5_000;

/** How a step went; `step` is its path in the scenario: `3`, or `4.2`. */
export interface StepResult {
  readonly step: string;
  readonly text: string;
  readonly position: SourcePosition;
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly failure?: Failure;
}

/** What an attempt at a scenario came to. */
export interface Attempt {
  readonly position: SourcePosition;
  readonly outcome: Outcome;
  readonly durationMs: number;
  /** Why the scenario as a whole did not pass, beyond its steps. */
  readonly failure?: Failure;
  readonly steps: readonly StepResult[];
  /** Its commands, messages and states, for stories; the last 20,000 of them at least. */
  readonly trail: readonly Entry[];
}

/** How a scenario went; its duration is that of all attempts together, its steps and its trail are those of the last one. */
export interface ScenarioResult extends Attempt {
  /** Its place in the run, from 1. */
  readonly id: number;
  /** What the scenario is called; of one that is played several times, with its round: `A customer cancels #2`. */
  readonly name: string;
  readonly tags: readonly string[];
  readonly expectationCount: number;
  /** Those before the last one; none passed. */
  readonly attempts: readonly Attempt[];
  /** What came of its load, where it drove one. */
  readonly load?: LoadResult;
}

/** The entry that opens a recording. */
export type RunStarted = Extract<EntryBody, { kind: 'run.started' }>;
/** The entry that closes a recording. */
export type RunFinished = Extract<EntryBody, { kind: 'run.finished' }>;

/** Hears of a run what reports are made of, as it happens. */
export interface Listener {
  started?(run: RunStarted): void;
  /** A further run, which was recorded behind the first one in the same file; its scenarios are told with the others. */
  another?(run: RunStarted): void;
  scenario?(result: ScenarioResult): void;
  /** `run` is undefined where the recording ends before the run did. */
  finished?(run: RunFinished | undefined): void;
}

/** Folds a recording into results. A scenario that never finished is told, as interrupted, at the end. */
export interface Fold {
  entry(entry: Entry): void;
  end(): void;
}

interface Running {
  readonly id: number;
  readonly started: Extract<EntryBody, { kind: 'scenario.started' }>;
  steps: StepResult[];
  readonly openSteps: Map<string, Extract<EntryBody, { kind: 'step.started' }>>;
  trail: Entry[];
  readonly attempts: Attempt[];
  load?: LoadResult;
}

const remember = (running: Running, entry: Entry): void => {
  running.trail.push(entry);
  if (running.trail.length >= 2 * TRAIL_LIMIT) running.trail = running.trail.slice(-TRAIL_LIMIT);
};

const finishStep = (running: Running, finished: Extract<EntryBody, { kind: 'step.finished' }>): void => {
  const { step, outcome, durationMs, failure } = finished;
  const opened = running.openSteps.get(step);
  running.openSteps.delete(step);
  // A loop of a hundred thousand rounds must not fill the memory: of its oldest steps, only what went wrong is kept.
  if (running.steps.length >= 2 * STEP_LIMIT)
    running.steps = running.steps.filter((step, index) => step.failure !== undefined || index >= STEP_LIMIT);
  running.steps.push({
    step,
    text: opened?.text ?? step,
    position: opened?.position ?? running.started.position,
    outcome,
    durationMs,
    ...(failure === undefined ? {} : { failure }),
  });
};

/** How what is under way ended. */
interface End {
  readonly outcome: Outcome;
  readonly durationMs: number;
  readonly failure?: Failure;
}

const attemptOf = ({ started, steps, trail }: Running, { outcome, durationMs, failure }: End): Attempt => {
  const said = steps.some((step) => JSON.stringify(step.failure) === JSON.stringify(failure));
  return { position: started.position, outcome, durationMs, steps, trail, ...(failure === undefined || said ? {} : { failure }) };
};

const resultOf = (running: Running, end: End & { readonly expectationCount: number }): ScenarioResult => {
  const { id, attempts, load } = running;
  const { tags } = running.started;
  return {
    id,
    name: titleOf(running.started),
    tags,
    ...attemptOf(running, end),
    expectationCount: end.expectationCount,
    attempts,
    ...(load === undefined ? {} : { load }),
  };
};

/** What follows is another attempt. */
const beginAnew = (running: Running, retried: End): void => {
  running.attempts.push(attemptOf(running, retried));
  running.steps = [];
  running.trail = [];
  running.openSteps.clear();
};

/** Creates a fold that tells `listener` of the run. Keeps what belongs to running scenarios only, so long runs stay small. */
export const createFold = (listener: Listener): Fold => {
  const running = new Map<number, Running>();
  let hasStarted = false;
  let finished: RunFinished | undefined;

  const inScenario = (scenario: Running, entry: Entry): void => {
    switch (entry.kind) {
      case 'step.started':
        scenario.openSteps.set(entry.step, entry);
        return;
      case 'step.finished':
        finishStep(scenario, entry);
        return;
      case 'scenario.retried':
        beginAnew(scenario, entry);
        return;
      case 'scenario.finished':
        running.delete(scenario.id);
        listener.scenario?.(resultOf(scenario, entry));
        return;
      case 'load.answers':
      case 'load.journeys':
        return;
      case 'load.finished':
        scenario.load = entry.result;
        return;
      default:
        remember(scenario, entry);
    }
  };

  return {
    entry: (entry) => {
      if (entry.kind === 'run.started') {
        if (hasStarted) listener.another?.(entry);
        else listener.started?.(entry);
        hasStarted = true;
      } else if (entry.kind === 'run.finished') finished = entry;
      else if (entry.scenario === undefined) return;
      else if (entry.kind === 'scenario.started') {
        running.set(entry.scenario, { id: entry.scenario, started: entry, steps: [], openSteps: new Map(), trail: [], attempts: [] });
      } else {
        const scenario = running.get(entry.scenario);
        if (scenario !== undefined) inScenario(scenario, entry);
      }
    },
    end: () => {
      for (const scenario of running.values()) {
        const durationMs = scenario.trail.at(-1)?.atMs ?? 0;
        listener.scenario?.(resultOf(scenario, { outcome: 'interrupted', durationMs, expectationCount: 0 }));
      }
      running.clear();
      listener.finished?.(finished);
    },
  };
};

/** A failure, and where it is: at a step, or at the scenario as a whole. */
export interface PlacedFailure {
  readonly failure: Failure;
  readonly position: SourcePosition;
  readonly outcome: Outcome;
  readonly step?: StepResult;
}

/** All that went wrong in a scenario, or an attempt at one, in order. Never empty for one that ended badly. */
export const failuresOf = (result: Attempt): readonly PlacedFailure[] => {
  const placed: PlacedFailure[] = [];
  for (const step of result.steps) {
    if (step.failure !== undefined) placed.push({ failure: step.failure, position: step.position, outcome: step.outcome, step });
  }
  if (result.failure !== undefined)
    placed.push({ failure: result.failure, position: result.failure.position ?? result.position, outcome: result.outcome });
  if (placed.length === 0 && isBad(result.outcome)) {
    placed.push({ failure: { message: `the scenario was ${result.outcome}` }, position: result.position, outcome: result.outcome });
  }
  return placed;
};
