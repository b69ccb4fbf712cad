import type { Failure, Outcome, Recorder } from '../../kernel/recording.ts';
import type { Timers } from '../../kernel/clock.ts';
import { OperatingError, messageOf } from '../../kernel/errors.ts';
import type { System } from '../../system/system.ts';
import type { Trouble } from '../../system/trouble.ts';
import type { Grammar } from '../definition.ts';
import type { Scenario, Step } from '../language/ast.ts';
import { makeGivenWorld } from './given.ts';
import type { Journal } from './journal.ts';
import { watchInvariants, type InvariantWatch } from './invariants.ts';
import type { Planned } from './planned.ts';
import { createNames, withName } from './names.ts';
import { createStage, type Stage } from './stage.ts';
import { runStep, settle } from './steps.ts';
import { demandStrikes, strikeTitle } from './strikes.ts';
import { NotPassed } from './verdict.ts';

/** How a scenario ended, and what ended it where that was not an expectation. */
export interface ScenarioResult {
  readonly outcome: Outcome;
  readonly failure?: Failure;
  /** The scenario's own invariant that is broken, with its place. */
  readonly invariant?: string;
  /** What broke, where the outcome is `errored`. */
  readonly error?: unknown;
}

const isExpectation = (step: Step): boolean =>
  step.kind === 'expect' || step.kind === 'eventually' || step.kind === 'refused' || step.kind === 'request';

/** The steps' number, and how many of them judge something. */
export const countSteps = (steps: readonly Step[]): { readonly steps: number; readonly expectations: number } =>
  steps.reduce(
    (sum, step) => {
      const inner = 'steps' in step ? countSteps(step.steps) : { steps: 0, expectations: 0 };
      return { steps: sum.steps + 1 + inner.steps, expectations: sum.expectations + (isExpectation(step) ? 1 : 0) + inner.expectations };
    },
    { steps: 0, expectations: 0 },
  );

const skipRest = (stage: Stage, steps: readonly Step[], from: number): void => {
  for (const step of steps.slice(from)) {
    stage.recorder.record({ kind: 'step.started', step: step.path, text: step.text, position: step.position });
    stage.recorder.record({ kind: 'step.finished', step: step.path, outcome: 'skipped', durationMs: 0 });
  }
};

/** Rejects when the scenario has taken longer than it may. */
interface Deadline {
  readonly reached: Promise<never>;
  readonly cancel: () => void;
  /** Its time stands still while `wait` is waited for. */
  readonly during: (wait: Promise<void>) => Promise<void>;
}

const createDeadline = (stage: Stage, timeoutMs: number): Deadline => {
  const { timers } = stage.system;
  let cancel: () => void = () => undefined;
  let leftMs = timeoutMs;
  let setAt = timers.now();
  let reach: (error: unknown) => void = () => undefined;
  const reached = new Promise<never>((_, reject) => {
    reach = reject;
  });
  // Nobody may be waiting any more when it is reached.
  reached.catch(() => undefined);
  const set = (): void => {
    setAt = timers.now();
    cancel = timers.after(leftMs, () => {
      void stage.system.inspectRest().then((report) => {
        if (!report.isAtRest && report.obstacle !== undefined) {
          reach(report.obstacle);
          return;
        }
        const actual = report.isAtRest ? 'nothing in flight; a step waits for something else' : report.inFlight;
        reach(
          new NotPassed(
            {
              message: `the scenario did not end within ${timeoutMs} ms`,
              expected: 'the end of the scenario',
              actual,
              mend: 'If it only needs longer, raise --timeout or its timeout:.',
            },
            'inconclusive',
          ),
        );
      }, reach);
    });
  };
  set();
  return {
    reached,
    cancel: () => cancel(),
    during: async (wait) => {
      cancel();
      leftMs = Math.max(0, leftMs - (timers.now() - setAt));
      await wait;
      if (!stage.signal.aborted) set();
    },
  };
};

const whenAborted = (signal: AbortSignal): { readonly reached: Promise<'interrupted'>; readonly cancel: () => void } => {
  let cancel: () => void = () => undefined;
  const reached = new Promise<'interrupted'>((resolve) => {
    const listener = (): void => {
      resolve('interrupted');
    };
    if (signal.aborted) listener();
    signal.addEventListener('abort', listener, { once: true });
    cancel = () => {
      signal.removeEventListener('abort', listener);
    };
  });
  return { reached, cancel };
};

const playSteps = async (
  stage: Stage,
  scenario: Scenario,
  invariants: InvariantWatch,
  beforeStep: (step: Step) => Promise<void>,
  onReached: (title: string) => void,
): Promise<ScenarioResult> => {
  let begun = 0;
  try {
    await makeGivenWorld(stage, scenario.given);
    stage.journal.beginSteps();
    for (const step of scenario.steps) {
      await beforeStep(step);
      stage.signal.throwIfAborted();
      begun += 1;
      await runStep(stage, step);
    }
    const { strikes, isUnderFire } = stage;
    // What is still on its way may be struck yet: how fast the machine is must not decide that either.
    if (scenario.invariants.length > 0 || (!isUnderFire && strikes.idle().length > 0)) await settle(stage);
    if (scenario.invariants.length > 0) await invariants.atRest();
    // An exploration counts over all its schedules, of which each has faults of its own.
    if (!isUnderFire) demandStrikes(strikes);
    for (const step of strikes.struck()) onReached(strikeTitle(step));
    return { outcome: 'passed' };
  } catch (error) {
    if (!stage.isInterrupted()) skipRest(stage, scenario.steps, begun);
    throw error;
  }
};

/** How long the step at work may take to notice that its scenario is over, in milliseconds. */
const FAREWELL_MS = 500;

/** Waits for the step at work, so that it is recorded within its scenario, unless it takes too long. */
const farewell = (timers: Timers, steps: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const cancel = timers.after(FAREWELL_MS, resolve);
    void Promise.allSettled([steps]).then(() => {
      cancel();
      resolve();
    });
  });

/** What a scenario is played with. */
export interface PlayOptions {
  readonly system: System;
  readonly grammar: Grammar;
  readonly journal: Journal;
  /** Over the scenario's own variables. */
  readonly vars: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly restMs: number;
  readonly signal: AbortSignal;
  /** Whether faults that no step asked for may strike the system (an exploration). */
  readonly isUnderFire?: boolean;
  /** Hears of each invariant that is sometimes so, with its place, once it was, and of each fault that struck something. */
  readonly onReached?: (invariant: string) => void;
  /** What breaks the system while the scenario is played. */
  readonly trouble: Pick<Trouble, 'first' | 'broken'>;
  /** Waited for before each step, while the scenario's time stands still. */
  readonly beforeStep?: (step: Step) => Promise<void>;
}

/** Made once: nobody looks for the place where a scenario ends, and finding it out is dear. */
const OVER = new DOMException('The scenario is over', 'AbortError');

/** Records that a scenario begins; before its system is started, so that all that happens stands within it. */
export const recordStart = (scenario: Planned, recorder: Recorder): void => {
  const { steps } = countSteps(scenario.steps);
  const { name, position, tags, round } = scenario;
  recorder.record({ kind: 'scenario.started', name, position, tags, stepCount: steps, ...(round === undefined ? {} : { round }) });
};

/** Records how a scenario ended. */
export const recordEnd = (scenario: Scenario, recorder: Recorder, result: ScenarioResult, durationMs: number): void => {
  const { expectations } = countSteps(scenario.steps);
  recorder.record({
    kind: 'scenario.finished',
    outcome: result.outcome,
    durationMs,
    expectationCount: expectations + scenario.invariants.filter(({ mode }) => mode !== 'sometimes').length,
    ...(result.failure === undefined ? {} : { failure: result.failure }),
  });
};

/** Records, as a scenario of its own, that a fault of the whole run struck nothing. `text` is what `--fault` was given. */
export const recordIdleFault = (recorder: Recorder, text: string): ScenarioResult => {
  const failure: Failure = {
    message: `--fault ${text} struck nothing in the whole run, so it proved nothing`,
    expected: 'the fault strikes something',
    actual: 'nothing',
    mend: 'Name a fault of what happens in these scenarios, or leave it out.',
  };
  recorder.record({
    kind: 'scenario.started',
    name: `--fault ${text}`,
    position: { file: '--fault', line: 1, column: 1 },
    tags: [],
    stepCount: 0,
  });
  recorder.record({ kind: 'scenario.finished', outcome: 'inconclusive', durationMs: 0, expectationCount: 1, failure });
  return { outcome: 'inconclusive', failure };
};

/** The result of a scenario that could not go on because of what was thrown. */
export const resultOf = (error: unknown): ScenarioResult => {
  if (error instanceof NotPassed)
    return { outcome: error.outcome, failure: error.failure, ...(error.invariant === undefined ? {} : { invariant: error.invariant }) };
  const failure = {
    message: messageOf(error),
    ...(error instanceof OperatingError && error.mend !== undefined ? { mend: error.mend } : {}),
  };
  return { outcome: 'errored', failure, error };
};

/** A scenario that did not pass on a system that broke says nothing about the scenario: what broke is the result. */
const blameTrouble = (result: ScenarioResult, trouble: unknown): ScenarioResult =>
  trouble === undefined || result.outcome === 'passed' || result.outcome === 'interrupted' ? result : resultOf(trouble);

/** Plays a scenario on a running system, and records its steps. Never throws: what broke is in the result. */
export const playScenario = async (scenario: Scenario, options: PlayOptions): Promise<ScenarioResult> => {
  const { system, grammar, journal, signal } = options;
  const names = createNames({ ...scenario.vars, ...options.vars });
  const over = new AbortController();
  const stage = createStage(
    { system, grammar, journal, names },
    {
      restMs: options.restMs,
      signal: AbortSignal.any([signal, over.signal]),
      isInterrupted: () => signal.aborted,
      isUnderFire: options.isUnderFire ?? false,
    },
  );
  const deadline = createDeadline(stage, scenario.timeoutMs ?? options.timeoutMs);
  const abort = whenAborted(signal);
  const { beforeStep, onReached = () => undefined } = options;
  const invariants = watchInvariants(scenario.invariants, stage, onReached);
  const steps = playSteps(
    stage,
    scenario,
    invariants,
    beforeStep === undefined ? () => Promise.resolve() : (step) => deadline.during(beforeStep(step)),
    onReached,
  );
  let result: ScenarioResult;
  try {
    const played = await Promise.race([steps, deadline.reached, abort.reached, invariants.broken, options.trouble.broken]);
    result = played === 'interrupted' || signal.aborted ? { outcome: 'interrupted' } : played;
  } catch (error) {
    result = signal.aborted ? { outcome: 'interrupted' } : resultOf(error);
    // A step still at work ends for this reason.
    over.abort(error);
  } finally {
    deadline.cancel();
    abort.cancel();
    over.abort(OVER);
    await farewell(system.timers, steps);
    invariants.end();
  }
  const blamed = blameTrouble(result, options.trouble.first());
  return blamed.failure === undefined ? blamed : { ...blamed, failure: withName(blamed.failure, names) };
};
