/**
 * What the screen draws: folded from the entries of a recording, live or read from a file, and nothing else. It knows
 * no clock: times are milliseconds on the recording's own time line, which runs on through all of its scenarios.
 * Memory is bounded ({@link BOUNDS}); counts go on when details are forgotten.
 */
import type { BreakerState, LoadResult } from '../../kernel/load.ts';
import type { Entry, Failure, Handling, Outcome } from '../../kernel/recording.ts';
import type { Story } from '../../kernel/story.ts';

/** A row as a recording tells it. */
export type Row = Readonly<Record<string, unknown>>;

/** What something is about, the closest first. */
export type Subjects = string | readonly string[];

/** How much is kept; beyond, the oldest is forgotten and only counted. */
export const BOUNDS = {
  /** Lines of the list; of those beyond, the oldest are forgotten. */
  lines: 200_000,
  /** Lines of the event stream. */
  events: 10_000,
  /** Entries that stories are made of, over all subjects; those not heard of for longest lose theirs first. */
  trail: 60_000,
  /** Columns of the breaker's strip of time, 500 ms each. */
  breakerColumns: 240,
  /** Steps of scenarios. */
  steps: 2_000,
  /** Published events that are watched until every context has handled them. */
  inFlight: 50_000,
} as const;

/** What was counted since the beginning; never forgets. */
export interface Counts {
  readonly entries: number;
  readonly published: number;
  readonly delivered: number;
  readonly handled: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly deadLettered: number;
  /** Requests that change something, done and refused. */
  readonly commands: number;
  readonly refusals: number;
  /** Lines of the list that there ever were. */
  readonly lines: number;
  /** Faults that struck. */
  readonly faults: number;
}

/** One line of the list: a thing that the system is about. A changed one is a new object. What else it holds, the screen's fold says. */
export interface Thing {
  readonly id: string;
  /** What its events and commands are about; several lines may share it. */
  readonly subject: string;
  /** Its place among all lines, from 1: `#17`. */
  readonly number: number;
  /** True where it has reached a status that never changes. */
  readonly isFinal: boolean;
  readonly beganAtMs: number;
  readonly changedAtMs: number;
  /** Published events about it that whoever keeps it hears, and has not handled yet. */
  readonly behind: number;
  /** Since when the oldest of them waits; undefined where it is up to date. */
  readonly behindSinceMs: number | undefined;
  /** From publishing to handling, of the last event that was taken in. */
  readonly lastLagMs: number | undefined;
}

/** Which lines; all that is given must hold. */
export interface LineFilter {
  /** Words, each of which must be found in what the line says (any case). */
  readonly text?: string;
}

/** A stretch of a list, and how long the list is. */
export interface Window<Item> {
  readonly total: number;
  readonly items: readonly Item[];
}

/** A line of the event stream. */
export type EventLine = { readonly number: number; readonly atMs: number } & (
  | {
      readonly what: 'event';
      readonly type: string;
      readonly context: string;
      readonly subject: string;
      readonly about: string;
      readonly id: string;
      readonly data: Readonly<Record<string, unknown>>;
    }
  | {
      readonly what: 'command';
      readonly operation: string;
      readonly context: string;
      readonly method: string;
      readonly url: string;
      readonly status: number;
      readonly problem: string | undefined;
      readonly about: string | undefined;
    }
  | {
      readonly what: 'handling';
      readonly handling: Exclude<Handling, 'handled'>;
      readonly type: string;
      readonly context: string;
      readonly subject: string;
      readonly about: string;
      readonly reason: string | undefined;
    }
  | { readonly what: 'context'; readonly context: string; readonly change: 'started' | 'stopped' | 'crashed' }
  | {
      readonly what: 'fault';
      readonly fault: string;
      readonly context: string | undefined;
      readonly detail: Readonly<Record<string, unknown>>;
      readonly about: string | undefined;
    }
  | { readonly what: 'breaker'; readonly context: string; readonly change: BreakerState }
  | { readonly what: 'note'; readonly text: string }
);

/** Which lines of the stream; all that is given must hold. */
export interface EventFilter {
  /** Words, each of which must be found in the line's type, context, subject or data (any case). */
  readonly text?: string;
  readonly what?: EventLine['what'];
  readonly context?: string;
  /** The subject that it is about. */
  readonly about?: string;
}

/** What ended in 500 ms: by kind of outcome (`OUTCOME_KINDS` of the kernel), and the states that the circuit was in. */
export interface BreakerColumn {
  readonly atMs: number;
  readonly states: readonly BreakerState[];
  /** How many look-ups (or, under load, answers) ended in each way. */
  readonly outcomes: Readonly<Record<string, number>>;
  readonly count: number;
  readonly meanMs: number;
}

/** The circuit breaker. */
export interface BreakerView {
  readonly state: BreakerState;
  /** Since when it is in that state. */
  readonly sinceMs: number;
  /** Calls and errors in its window, as it last said. */
  readonly window:
    | { /** When it said so. */ readonly atMs: number; readonly requests: number; readonly errors: number; readonly errorPercent: number }
    | undefined;
  /** How often it opened. */
  readonly opened: number;
  /** Since the beginning, by kind of outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Of the last 1,000 calls, in milliseconds; undefined before the first. */
  readonly latency: { readonly p50Ms: number; readonly p90Ms: number; readonly p99Ms: number; readonly maxMs: number } | undefined;
  /** Oldest first, at most {@link BOUNDS}.breakerColumns. */
  readonly columns: readonly BreakerColumn[];
}

/** The load, running or over. */
export interface LoadView {
  readonly isRunning: boolean;
  readonly target: string;
  readonly shape: string;
  readonly warnings: readonly string[];
  readonly startedAtMs: number;
  readonly elapsedMs: number;
  /** Undefined where it is not known how long it takes. */
  readonly totalMs: number | undefined;
  readonly answers: number;
  readonly failed: number;
  /** Answers by kind of outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Journeys that came to their end, and those of them that were through; undefined where none did yet. */
  readonly journeys: { readonly ended: number; readonly finished: number } | undefined;
  /** Once it is over. */
  readonly result: LoadResult | undefined;
}

/** A context. */
export interface ContextView {
  readonly context: string;
  readonly state: 'unknown' | 'up' | 'stopped' | 'crashed';
  /** Messages on their way to it: published or delivered, not handled. */
  readonly inbox: number;
  /** Committed and not yet published; undefined where nobody says (a recording does not). */
  readonly outbox: number | undefined;
  /** Put aside, to be tried again. */
  readonly parked: number;
  readonly deadLetters: number;
  readonly handled: number;
  readonly published: number;
}

/** A step of a scenario. */
export interface StepLine {
  readonly scenario: number;
  readonly step: string;
  readonly text: string;
  /** Undefined while it is under way. */
  readonly outcome: Outcome | undefined;
  readonly durationMs: number | undefined;
  readonly failure?: Failure;
}

/** A scenario under way, or over. */
export interface ScenarioView {
  readonly scenario: number;
  readonly name: string;
  readonly stepCount: number;
  readonly stepsDone: number;
  readonly outcome: Outcome | undefined;
  readonly failure?: Failure;
}

/** A fault at work, as the session says. */
export interface ActiveFault {
  readonly name: string;
  /** How many messages it has struck, where it is one of delivery. */
  readonly struck?: number;
}

/** What only a live session knows, told to the model from time to time; a recording has none of it. */
export interface LiveSample {
  readonly contexts: Readonly<
    Partial<Record<string, { readonly inbox: number; readonly outbox: number; readonly parked: number; readonly deadLetters: number }>>
  >;
  readonly faults: readonly ActiveFault[];
  /** Messages kept back by faults and by paused deliveries. */
  readonly held: number;
  readonly areDeliveriesPaused: boolean;
  /** Whether a scenario is played, and whether it waits for a key before its next step. */
  readonly scenario: 'none' | 'running' | 'waiting';
  /** What the scenario that waits will do next. */
  readonly nextStep?: { readonly step: string; readonly text: string };
  /** What the scenario came to whose system is still up; the recording says so once it is stopped. */
  readonly verdict?: { readonly outcome: Outcome; readonly failure?: Failure };
  readonly loadTotalMs?: number;
}

/** The story of a subject. */
export interface ThingStory {
  readonly story: Story;
  /** False where its beginning was forgotten. */
  readonly isWhole: boolean;
}

/** The model, as the screen reads it. What it returns does not change later. */
export interface TuiModel<Line extends Thing = Thing, Extra = unknown> {
  /** Grows with every change. */
  readonly version: number;
  /** The latest moment heard of. */
  readonly atMs: number;
  readonly counts: Counts;
  /** How the run was set up, once it began. */
  readonly run: Extract<Entry, { kind: 'run.started' }> | undefined;
  readonly finished: Extract<Entry, { kind: 'run.finished' }> | undefined;
  /** `count` lines from `offset`, newest first. */
  linesFrom(offset: number, count: number, filter?: LineFilter): Window<Line>;
  line(id: string): Line | undefined;
  /** The line that is about this subject; of several, the one that came first. */
  lineAbout(subject: string): Line | undefined;
  /** All that are about it. */
  linesAbout(subject: string): readonly Line[];
  /** What an entry is about, that was heard last or comes next; undefined where that is nothing in particular. */
  subjectsOf(entry: Entry): Subjects | undefined;
  /** Where the line stands in the filtered list, for keeping a selection in sight; -1 where it does not. */
  indexOfLine(id: string, filter?: LineFilter): number;
  /** How many lines there are in each status. */
  readonly byStatus: Readonly<Partial<Record<string, number>>>;
  /** What the screen folds beside its list. */
  readonly extra: Extra;
  /** The stream, newest first. */
  eventsFrom(offset: number, count: number, filter?: EventFilter): Window<EventLine>;
  /** Undefined for a subject that nothing is known of. */
  story(subject: string): ThingStory | undefined;
  readonly breaker: BreakerView;
  /** Undefined before the first load. */
  readonly load: LoadView | undefined;
  readonly contexts: readonly ContextView[];
  /** The scenario under way, or the last one; undefined where none was played. */
  readonly scenario: ScenarioView | undefined;
  readonly scenarios: readonly ScenarioView[];
  /** Steps of the scenario under way (or the last one), in order; at most {@link BOUNDS}.steps. */
  readonly steps: readonly StepLine[];
  /** What a live session says; undefined in a recording. */
  readonly live: LiveSample | undefined;
}
