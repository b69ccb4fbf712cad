import type { Envelope } from './envelope.ts';
import type { LoadAnswer, LoadJourneyEnd, LoadResult } from './load.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The version of the recording's format; raised when an entry changes its meaning. */
export const RECORDING_VERSION = 1;

/** How a step, a scenario or a run may end, from what says least to what is worst. */
export const OUTCOMES = [
  'skipped', // not reached, or not selected
  'passed',
  'flaky', // passed, but not at its first attempt: exit 0, unless nothing flaky is to pass
  'inconclusive', // no rest in time: exit 4
  'failed', // an expectation did not hold: exit 1
  'errored', // the run broke: no server, no answer, a bug: exit 5 or 70
  'interrupted', // 130
] as const;

/** How a step, a scenario or a run ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** How many ended how. What recordings from before did not know is absent where there was none. */
export type Counts = Readonly<Record<Exclude<Outcome, 'flaky'>, number>> & { readonly flaky?: number };

/** Which of the scenarios there are a run plays, and how often: what was asked for beyond all of them, once. */
export interface RunSelection {
  /** How many scenarios the files hold. */
  readonly of: number;
  /** The scenarios' own tags, as expressions: `cancel and not slow`. */
  readonly tags?: readonly string[];
  /** A regular expression that their names match. */
  readonly grep?: string;
  /** The report of the former run, of which those that did not pass are played again. */
  readonly lastFailed?: string;
  /** `2/4`: the second of four parts. */
  readonly shard?: string;
  /** What makes the parts alike. */
  readonly shardedBy?: 'durations' | 'count';
  /** How often each is played. */
  readonly repeat?: number;
  /** How many more attempts one that does not pass is given. */
  readonly retries?: number;
  /** True where what is flaky does not pass. */
  readonly failsOnFlaky?: boolean;
  /** The files of which a change has them played again. */
  readonly changed?: readonly string[];
}

/** Where something stands in a scenario file; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Why a step did not pass. */
export interface Failure {
  /** One sentence. */
  readonly message: string;
  readonly expected?: unknown;
  readonly actual?: unknown;
  /** What mends it, where somebody can. */
  readonly mend?: string;
  /** Where it stands, where that is neither the step that tells it nor the scenario's beginning. */
  readonly position?: SourcePosition;
  /** What plays it again: the text of a file for `food-sim replay`. */
  readonly replay?: string;
  /** What is concerned (an order, a customer): its id, whose messages are the story. */
  readonly subject?: string;
  /** What the scenario calls the subject, where that is not its id: `lunch`. */
  readonly subjectName?: string;
}

/** What became of a delivered message in one context. */
export type Handling =
  | 'handled'
  | 'duplicate' // its effect was there already; nothing done
  | 'parked' // came too early, or failed and will be tried again
  | 'dead-lettered';

/** What an entry says; {@link Entry} adds when and in which scenario. */
export type EntryBody =
  /** `vocabulary` is absent where the system is the one that comes with the program, `selection` where all is played once. */
  | {
      readonly kind: 'run.started';
      readonly version: number;
      readonly program: string;
      readonly startedAt: string;
      readonly seed: string;
      readonly bus: string;
      readonly time: 'real' | 'virtual';
      readonly scenarioCount: number;
      readonly vocabulary?: Vocabulary;
      readonly selection?: RunSelection;
    }
  /** `round` counts from 1 where each scenario is played several times. */
  | {
      readonly kind: 'scenario.started';
      readonly name: string;
      readonly position: SourcePosition;
      readonly tags: readonly string[];
      readonly stepCount: number;
      readonly round?: number;
    }
  /** `step` is its path: `3`, or `4.2` for a step within a step; `text` is the step as written, on one line. */
  | { readonly kind: 'step.started'; readonly step: string; readonly text: string; readonly position: SourcePosition }
  | {
      readonly kind: 'step.finished';
      readonly step: string;
      readonly outcome: Outcome;
      readonly durationMs: number;
      readonly failure?: Failure;
    }
  /** An attempt did not pass, and what follows is the next, on a system of its own. `attempt` counts from 1. */
  | {
      readonly kind: 'scenario.retried';
      readonly attempt: number;
      readonly outcome: Outcome;
      readonly durationMs: number;
      readonly failure?: Failure;
    }
  /** `durationMs` is that of all attempts together. */
  | {
      readonly kind: 'scenario.finished';
      readonly outcome: Outcome;
      readonly durationMs: number;
      readonly expectationCount: number;
      readonly failure?: Failure;
    }
  | {
      readonly kind: 'run.finished';
      readonly outcome: Outcome;
      readonly exitCode: number;
      readonly durationMs: number;
      readonly counts: Counts;
    }
  /** A request answered by a context; `problem` is the refusal's code. `subject` is what is concerned where known. */
  | {
      readonly kind: 'command';
      readonly context: string;
      readonly id: string;
      readonly correlation: string;
      readonly operation: string;
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly subject?: string;
      readonly body?: unknown;
      readonly problem?: string;
    }
  /** Stored on the bus. `context` is the source. */
  | { readonly kind: 'message.published'; readonly context: string; readonly event: Envelope }
  | {
      readonly kind: 'message.delivered';
      readonly context: string;
      readonly seq: number;
      readonly attempt: number;
      readonly id: string;
      readonly type: string;
      readonly subject: string;
    }
  | {
      readonly kind: 'message.handled';
      readonly context: string;
      readonly seq: number;
      readonly id: string;
      readonly type: string;
      readonly subject: string;
      readonly handling: Handling;
      readonly reason?: string;
    }
  /** A row after a commit; null when removed. */
  | {
      readonly kind: 'state';
      readonly context: string;
      readonly table: string;
      readonly key: readonly (string | number)[];
      readonly row: object | null;
      readonly cause: string;
    }
  | { readonly kind: 'context'; readonly context: string; readonly change: 'started' | 'stopped' | 'crashed' }
  | { readonly kind: 'fault'; readonly fault: string; readonly detail: Readonly<Record<string, unknown>> }
  /** A circuit breaker's event: its state, or one call's outcome. */
  | {
      readonly kind: 'breaker';
      readonly context: string;
      readonly name: string;
      readonly change: string;
      readonly detail: Readonly<Record<string, unknown>>;
    }
  /** A load begins; the entries `load.answers` hold its answers as they came, and `load.finished` all that is said of them. */
  | {
      readonly kind: 'load.started';
      readonly target: string;
      readonly shape: string;
      readonly requests: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'load.answers'; readonly answers: readonly LoadAnswer[] }
  | { readonly kind: 'load.journeys'; readonly ends: readonly LoadJourneyEnd[] }
  | { readonly kind: 'load.finished'; readonly result: LoadResult }
  | { readonly kind: 'note'; readonly text: string };

/** One line of a recording. */
export type Entry = {
  /** Counts from 1 within its scenario (or within the run, for entries of no scenario). */
  readonly n: number;
  /** Milliseconds since the run (or, within a scenario, since the scenario) began, by the run's clock. */
  readonly atMs: number;
  /** The scenario's id: its place in the run, from 1; absent for entries of the run itself. */
  readonly scenario?: number;
} & EntryBody;

/** What a scenario that begins is called; of one that is played several times, with its round. */
export const titleOf = ({ name, round }: Extract<EntryBody, { kind: 'scenario.started' }>): string =>
  round === undefined ? name : `${name} #${round}`;

/** Takes what happens, as it happens. The one source of reports, the terminal UI and replays. */
export interface Recorder {
  record(body: EntryBody): void;
}

/** Forgets everything. */
export const SILENT_RECORDER: Recorder = { record: () => undefined };
