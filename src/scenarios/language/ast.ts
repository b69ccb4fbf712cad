/**
 * A scenario as the parser hands it over: everything that can be checked without running has been checked,
 * durations are milliseconds, statuses are kept as written, and texts are templates to be expanded while running.
 */
import type { SourcePosition } from '../../kernel/recording.ts';
import type { CrashPoint } from '../../runtime/actor/actor-port.ts';
import type { LoadJourney as Journey, LoadSection as Load } from './ast-load.ts';
import type { HttpMethod, JsonTemplate, Template, WholeNumber } from './template-types.ts';

export type { LoadRequest, LoadStage } from './ast-load.ts';
export type { JsonTemplate, Template, WholeNumber } from './template-types.ts';

/** One document of a scenario file. */
export interface Scenario {
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly string[];
  /** Variables and their values, before `--var` overrides them. */
  readonly vars: Readonly<Record<string, string | number | boolean>>;
  /** The longest that the whole scenario may take, in milliseconds. */
  readonly timeoutMs?: number;
  /** This scenario's own seed; `--seed` overrides it. */
  readonly seed?: string;
  /** The mutation that it runs with. */
  readonly mutation?: string;
  readonly config: ScenarioConfig;
  /**
   * The world it starts in: made, and settled, before the first step. Its events are not counted by the steps'
   * expectations of other orders.
   */
  readonly given: readonly Given[];
  readonly steps: readonly Step[];
  readonly load?: LoadSection;
  readonly invariants: readonly InvariantSection[];
  /** Where the document's mapping begins. */
  readonly position: SourcePosition;
}

/**
 * A rule of the scenario's own. always: whenever something was committed, of what is there by then. eventually: once faults
 * are over and nothing is in flight. sometimes: at some moment of a whole exploration.
 */
export interface InvariantSection {
  readonly name: string;
  readonly mode: 'always' | 'eventually' | 'sometimes';
  readonly claim: Expectation;
  readonly position: SourcePosition;
}

/** Settings of the system under test; absent means its default. */
export interface ScenarioConfig {
  readonly lookupTimeoutMs?: number;
  readonly breaker?: 'hystrix' | 'cockatiel';
  readonly breakerVolume?: number;
  readonly breakerErrorPercent?: number;
  readonly breakerSleepMs?: number;
  readonly breakerWindowMs?: number;
  readonly breakerBuckets?: number;
  readonly breakerHealthIntervalMs?: number;
  readonly breakerConcurrency?: number;
}

/** One thing of the given world; what it is made of, its kind knows (definition.ts). */
export interface Given {
  /** The key that tells it. */
  readonly kind: string;
  readonly position: SourcePosition;
  readonly text: string;
}

/** What every step has. */
interface StepBase {
  readonly position: SourcePosition;
  /** The step as written, on one line. */
  readonly text: string;
  /** Its place among the steps: `3`, or `4.2` for a step within a step. */
  readonly path: string;
}

/** Something by the name that a step gave it. */
export interface Named {
  /** What it is, in one word: `order`. */
  readonly what: string;
  readonly name: Template;
}
/** Something by its name, or by an id as it stands (for what never was). */
export type Reference = (Named & { readonly by: 'name' }) | { readonly what: string; readonly by: 'id'; readonly id: Template };

/** A value that a command sends, and how it is expanded; `id` is the id of what the command is about. */
export type Sent =
  | { readonly as: 'text'; readonly value: Template }
  | { readonly as: 'texts'; readonly value: readonly Template[] }
  | { readonly as: 'whole'; readonly value: WholeNumber }
  | { readonly as: 'json'; readonly value: JsonTemplate }
  | { readonly as: 'id' };

/** What somebody asks for by a verb of the system: one HTTP call through the gateway that must succeed. */
export interface CommandStep extends StepBase {
  readonly kind: 'command';
  /** The verb, as files call it. */
  readonly verb: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  /** The path, as its route says it: `/orders/:orderId`. */
  readonly route: string;
  /** What it is about; absent for what is about nothing that is named. */
  readonly about?: Reference;
  /** Parameters of the path that are not the id of that. */
  readonly params: Readonly<Record<string, Template>>;
  /** By the members of the body. */
  readonly body?: Readonly<Record<string, Sent>>;
  readonly makes?: MadeByStep;
}
/** What a command makes. */
export interface MadeByStep {
  readonly what: string;
  /** The names that later steps may use: the one that the file gives, and the id itself where people choose it. */
  readonly names: readonly Template[];
  /** The member of the answer that may tell its id, beside `id`. */
  readonly key: string;
  /** The event whose subject is its id. */
  readonly tells: string;
}

/** The command must be refused (4xx or 5xx); what is given of status, code and message must hold too. */
export interface RefusedStep extends StepBase {
  readonly kind: 'refused';
  readonly command: CommandStep;
  readonly status?: number;
  /** The problem document's code, equal. */
  readonly code?: Template;
  /** Contained in the problem document's `detail` or `title`. */
  readonly message?: Template;
}

/** A raw HTTP call through the gateway. Without `expect` any 2xx passes. */
export interface RequestStep extends StepBase {
  readonly kind: 'request';
  readonly method: HttpMethod;
  /** Path and query, beginning with `/`; `${order:NAME}` stands for an id. */
  readonly url: Template;
  /** A text is sent as it stands; anything else as JSON. */
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  readonly expect?: AnswerExpectation;
  /** The name by which `capture` and `expect: { answer: NAME }` find the answer. */
  readonly as?: Template;
  /** Its name in the results of a load. */
  readonly name?: string;
}
/** What an HTTP answer must look like. */
export interface AnswerExpectation {
  readonly status?: number;
  /**
   * The answer's JSON must contain this: every member named must be equal (recursively); lists must be equal in length and
   * each element contain.
   */
  readonly body?: JsonTemplate;
  /** Headers by lower-case name, equal. */
  readonly headers?: Readonly<Record<string, Template>>;
}

/** Judged once, now. Forms that say that something is not there are preceded by rest: the runner settles before them. */
export interface ExpectStep extends StepBase {
  readonly kind: 'expect';
  readonly expectation: Expectation;
}
/** Judged again and again until it holds, at most `withinMs` (absent: the runner's default). */
export interface EventuallyStep extends StepBase {
  readonly kind: 'eventually';
  readonly expectation: Expectation;
  readonly withinMs?: number;
}

/** One thing that must be so, of a kind that the grammar knows by this word. */
export interface Expectation {
  readonly form: string;
}

/** How a field is compared with a value. */
export interface Comparison {
  readonly by: 'at least' | 'at most' | 'more than' | 'less than' | 'not' | 'one of';
  readonly to: JsonTemplate;
}

/** What a field must be: equal to a value, or all that it is compared with. */
export type Wanted = { readonly equals: JsonTemplate } | { readonly compares: readonly Comparison[] };

/** One of several alternatives must hold, each of them as a whole. */
export interface AnyOfExpectation extends Expectation {
  readonly form: 'any of';
  readonly alternatives: readonly (readonly Expectation[])[];
}

/** What a resource must show over HTTP. `is` (one of these) and `isNot` (none) are as written; equal to `status` or `statusText`. */
export interface ResourceExpectation extends Expectation {
  readonly form: 'resource';
  /** The word by which files know it. */
  readonly resource: string;
  /** The name of what it belongs to, or an id. */
  readonly name: Template;
  readonly is?: readonly Template[];
  readonly isNot?: readonly Template[];
  /** Fields of the resource, by name or JSON pointer, and what they must be. */
  readonly where?: Readonly<Record<string, Wanted>>;
  /** False: GET answers 404. */
  readonly exists?: boolean;
}

/** A row of a table: by its key, or by the name of what it is the row of. */
export interface RowReference {
  readonly context: string;
  readonly table: string;
  readonly key: readonly Template[] | Named;
}

/** What a row must hold. */
export interface RowExpectation extends Expectation, RowReference {
  readonly form: 'row';
  /** Its status: one of these, and none of those. */
  readonly is?: readonly Template[];
  readonly isNot?: readonly Template[];
  /** Columns, or JSON pointers into them, and what they must be. */
  readonly where?: Readonly<Record<string, Wanted>>;
  readonly exists?: boolean;
}

/** How many rows of a table there must be. */
export interface RowsExpectation extends Expectation {
  readonly form: 'rows';
  readonly context: string;
  readonly table: string;
  /** Only those with these values. */
  readonly where: Readonly<Record<string, Wanted>>;
  readonly count: WholeNumber;
}

/** How many messages were given up on: everywhere, or in one context; with `reason`, counted are those whose error contains it. */
export interface DeadLettersExpectation extends Expectation {
  readonly form: 'dead letters';
  readonly count: WholeNumber;
  readonly context?: string;
  readonly reason?: Template;
}

/** The answer of an earlier `request` (absent name: the last HTTP answer of any step). */
export interface NamedAnswerExpectation extends Expectation, AnswerExpectation {
  readonly form: 'answer';
  readonly name?: Template;
}

/** A captured value or a text with variables. */
export interface ValueExpectation extends Expectation {
  readonly form: 'value';
  readonly value: JsonTemplate;
  readonly is?: Wanted;
  readonly isNot?: JsonTemplate;
}

/** The events about a thing, each counted once however often it was delivered. */
export interface EventsExpectation extends Expectation, Named {
  readonly form: 'events';
  /** A subsequence, in the order of the stream; the types of one inner list may come in any order among themselves. */
  readonly inOrder?: readonly (readonly string[])[];
  /** These and no others, as a multiset (`may` aside). */
  readonly exactly?: readonly string[];
  /** Each must be there at least as often as it is written. */
  readonly include?: readonly string[];
  /** Allowed, and not required, beside `exactly` or under `nothingElse`. */
  readonly may?: readonly string[];
  readonly exclude?: readonly string[];
  /** Each key makes its value undone: exactly one key event for each value event, later, with the same amount where both carry one. */
  readonly compensates?: Readonly<Record<string, string>>;
  /** Each event of the key's type has as its cause (causation id) an event of the value's type. */
  readonly causedBy?: Readonly<Record<string, string>>;
  /** No events but those that this expectation names. */
  readonly nothingElse?: boolean;
}

/** Waits until nothing is in flight anywhere, by proof. */
export interface SettleStep extends StepBase {
  readonly kind: 'settle';
  readonly withinMs?: number;
}
export interface PauseStep extends StepBase {
  readonly kind: 'pause';
  readonly durationMs: number;
  /** In a journey: how long is drawn each time, from `durationMs` to this. */
  readonly mostMs?: number;
}
/** All steps begin at once; ends when the last has ended. */
export interface TogetherStep extends StepBase {
  readonly kind: 'together';
  readonly steps: readonly Step[];
}
/** The steps, `times` times; `as` is a variable that counts from 1. */
export interface RepeatStep extends StepBase {
  readonly kind: 'repeat';
  readonly times: WholeNumber;
  readonly as?: string;
  readonly steps: readonly Step[];
}
/** The steps once for each value of `in`, which the variable `as` holds. */
export interface ForEachStep extends StepBase {
  readonly kind: 'for each';
  readonly as: string;
  readonly in: readonly JsonTemplate[];
  readonly steps: readonly Step[];
}
/** Keeps a value for later: `field` is a name or a JSON pointer. */
export interface CaptureStep extends StepBase {
  readonly kind: 'capture';
  readonly from:
    | { readonly read: 'resource'; readonly resource: string; readonly name: Template }
    | { readonly read: 'row'; readonly row: RowReference }
    | { readonly read: 'answer'; readonly name?: Template }
    | { readonly read: 'path'; readonly path: Template };
  readonly field: Template;
  readonly as: string;
}

/** Something done to messages of one type on their way to a context (absent: to every context). */
export interface FaultStep extends StepBase {
  readonly kind: 'fault';
  /**
   * drop: not delivered the first time, then redelivered · duplicate: delivered twice · hold: kept back until `release` ·
   * delay: delivered `byMs` later · reorder: delivered after the message that follows it.
   */
  readonly fault: 'drop' | 'duplicate' | 'hold' | 'delay' | 'reorder';
  readonly event: string;
  readonly context?: string;
  /** Only messages about this; as it may be made later, the id is matched by name when it is known. */
  readonly about?: Named;
  /** How many messages it strikes; 1 unless said. `hold` keeps all from then on unless said. */
  readonly times?: number;
  readonly byMs?: number;
  /** Its name for `release`. */
  readonly as?: Template;
  /** True: it may have struck nothing by the end. */
  readonly mayNotStrike?: boolean;
}
/** Lets go of what a `hold` keeps back, by its name, or all holds of an event type; ends that hold. */
export interface ReleaseStep extends StepBase {
  readonly kind: 'release';
  readonly what: Template;
}
/** The context dies at once, or at a crash point of a coming message, and starts again from its disk where `restart` is true. */
export interface CrashStep extends StepBase {
  readonly kind: 'crash';
  readonly context: string;
  readonly at?: CrashPoint;
  /** Stands with `at` only. */
  readonly on?: string;
  /** False: it stays down until `start context`. */
  readonly restart: boolean;
  /** True: the point may not have been reached by the end. */
  readonly mayNotStrike?: boolean;
}
export interface ContextStep extends StepBase {
  readonly kind: 'stop context' | 'start context' | 'restart';
  /** Absent only for a bare `restart`: every context. */
  readonly context?: string;
}
/** Delays the answers to calls between contexts, uniformly; null switches the delay off. */
export interface SlowLookupStep extends StepBase {
  readonly kind: 'slow lookup';
  readonly delay: { readonly fromMs: number; readonly toMs: number } | null;
  /** True: no look-up may have been delayed by the end. */
  readonly mayNotStrike?: boolean;
}
/** Puts a foreign message on the bus, under the subject of `type`; a text `raw` is sent as it stands, anything else as JSON. */
export interface InjectStep extends StepBase {
  readonly kind: 'inject';
  readonly type: Template;
  readonly raw: JsonTemplate;
}
/** Drops a projection and builds it anew from the stream. */
export interface RebuildStep extends StepBase {
  readonly kind: 'rebuild';
  readonly projection: string;
}

/** What drives a load. */
export type LoadSection = Load<Step>;
/** What somebody does under load. */
export type LoadJourney = Journey<Step>;

/** One step. */
export type Step =
  | CommandStep
  | RefusedStep
  | RequestStep
  | ExpectStep
  | EventuallyStep
  | SettleStep
  | PauseStep
  | TogetherStep
  | RepeatStep
  | ForEachStep
  | CaptureStep
  | FaultStep
  | ReleaseStep
  | CrashStep
  | ContextStep
  | SlowLookupStep
  | InjectStep
  | RebuildStep;
