import { titleOf, type Entry } from '../../kernel/recording.ts';
import { BOUNDS, type ScenarioView, type StepLine } from './model.ts';

type Of<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

/** Scenarios and their steps. Of scenarios that are over, only the outcome is kept. */
export interface ScenarioFold {
  started(entry: Of<'scenario.started'>): void;
  stepStarted(entry: Of<'step.started'>): void;
  stepFinished(entry: Of<'step.finished'>): void;
  retried(entry: Of<'scenario.retried'>): void;
  finished(entry: Of<'scenario.finished'>): void;
  readonly scenarios: () => readonly ScenarioView[];
  /** The one heard of last. */
  readonly current: () => ScenarioView | undefined;
  readonly steps: () => readonly StepLine[];
  readonly running: () => number;
  copy(): ScenarioFold;
}

/** The most scenarios that are remembered. */
const SCENARIOS = 1_000;

interface Held {
  scenarios: Map<number, ScenarioView>;
  current: number | undefined;
  steps: StepLine[];
  running: number;
}

const build = (held: Held): ScenarioFold => {
  const turnTo = (scenario: number): void => {
    if (held.current === scenario) return;
    held.current = scenario;
    held.steps = [];
  };
  const change = (scenario: number, by: (view: ScenarioView) => Partial<ScenarioView>): void => {
    const view = held.scenarios.get(scenario);
    if (view !== undefined) held.scenarios.set(scenario, { ...view, ...by(view) });
  };
  return {
    started: (entry) => {
      const { scenario = 0, stepCount } = entry;
      held.running += 1;
      if (held.scenarios.size >= SCENARIOS) held.scenarios.delete(held.scenarios.keys().next().value as number);
      held.scenarios.set(scenario, { scenario, name: titleOf(entry), stepCount, stepsDone: 0, outcome: undefined });
      turnTo(scenario);
    },
    stepStarted: ({ scenario = 0, step, text }) => {
      turnTo(scenario);
      if (held.steps.length >= BOUNDS.steps * 1.5) held.steps = held.steps.slice(-BOUNDS.steps);
      held.steps.push({ scenario, step, text, outcome: undefined, durationMs: undefined });
    },
    stepFinished: ({ scenario = 0, step, outcome, durationMs, failure }) => {
      // What is repeated is counted once in how many there are.
      change(scenario, ({ stepsDone, stepCount }) => ({ stepsDone: Math.min(stepCount, stepsDone + 1) }));
      const index = held.steps.findLastIndex((line) => line.scenario === scenario && line.step === step);
      const line = held.steps[index];
      if (line !== undefined) held.steps[index] = { ...line, outcome, durationMs, ...(failure === undefined ? {} : { failure }) };
    },
    retried: ({ scenario = 0 }) => {
      change(scenario, () => ({ stepsDone: 0 }));
      held.steps = held.steps.filter((line) => line.scenario !== scenario);
    },
    finished: ({ scenario = 0, outcome, failure }) => {
      held.running = Math.max(0, held.running - 1);
      change(scenario, () => ({ outcome, ...(failure === undefined ? {} : { failure }) }));
    },
    scenarios: () => [...held.scenarios.values()],
    current: () => (held.current === undefined ? undefined : held.scenarios.get(held.current)),
    steps: () => [...held.steps],
    running: () => held.running,
    copy: () => build({ ...held, scenarios: new Map(held.scenarios), steps: [...held.steps] }),
  };
};

/** No scenario yet. */
export const createScenarioFold = (): ScenarioFold => build({ scenarios: new Map(), current: undefined, steps: [], running: 0 });
