/**
 * A scenario as the parser hands it over: everything that can be checked without running has been checked,
 * durations are milliseconds, statuses are kept as written, and texts are templates to be expanded while running.
 */
import type { SourcePosition } from '../../kernel/recording.ts';
import type { CrashPoint } from '../../runtime/actor/actor-port.ts';
import type { LoadSection } from './ast-load.ts';
import type { HttpMethod, JsonTemplate, Template, WholeNumber } from './template-types.ts';
import type { ContextName, EventType } from './words.ts';

export type { LoadRequest, LoadSection, LoadStage } from './ast-load.ts';
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
  /** The world it starts in: made, and settled, before the first step. Its events are not counted by the steps' expectations of other orders. */
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

/** How far an order of the given world has come. */
export type GivenStage = 'placed' | 'accepted' | 'cooking' | 'cooked' | 'picked' | 'delivered';

/** One thing of the given world. */
export type Given =
  | { readonly kind: 'order'; readonly stage: GivenStage; readonly place: PlaceFields; readonly rider: Template; readonly position: SourcePosition; readonly text: string }
  /** A customer who has been here before: a delivered order of theirs (named `NAME-before`) and `coupons` coupons, at least the welcome coupon. */
  | { readonly kind: 'customer'; readonly customer: Template; readonly coupons: number; readonly position: SourcePosition; readonly text: string };

/** What every step has. */
interface StepBase {
  readonly position: SourcePosition;
  /** The step as written, on one line. */
  readonly text: string;
  /** Its place among the steps: `3`, or `4.2` for a step within a step. */
  readonly path: string;
}

/** An order: by the name that its `place` gave it, or by an id as it stands (for orders that never were). */
export type OrderReference = { readonly by: 'name'; readonly name: Template } | { readonly by: 'id'; readonly id: Template };
/** A review: by the name that its `review` gave it, or by an id as it stands. */
export type ReviewReference = OrderReference;

/** What an order is placed with; `order` is the name that later steps use. */
export interface PlaceFields {
  readonly order: Template;
  readonly customer: Template;
  readonly store: Template;
  readonly food: Template;
  /** Whole Korean won. */
  readonly price: WholeNumber;
  readonly address: Template;
  readonly options?: readonly Template[];
  /** How the payment ends; absent means `approve`. */
  readonly payment?: 'approve' | 'decline';
}

/** A customer places an order. */
export interface PlaceStep extends StepBase, PlaceFields {
  readonly kind: 'place';
}
/** A command about one order that needs nothing else. */
export interface OrderCommandStep extends StepBase {
  readonly kind: 'accept' | 'reject' | 'start' | 'finish' | 'cancel' | 'confirm';
  readonly order: OrderReference;
}
export interface PickStep extends StepBase {
  readonly kind: 'pick';
  readonly order: OrderReference;
  readonly rider: Template;
}
export interface ReviewStep extends StepBase {
  readonly kind: 'review';
  readonly order: OrderReference;
  readonly content: Template;
  /** The name that later steps use. */
  readonly as?: Template;
}
export interface DeleteReviewStep extends StepBase {
  readonly kind: 'delete review';
  readonly review: ReviewReference;
}
/** What people do: each is one HTTP call through the gateway that must succeed. */
export type CommandStep = PlaceStep | OrderCommandStep | PickStep | ReviewStep | DeleteReviewStep;

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
  /** Path and query, beginning with `/`; `${order:NAME}` and `${review:NAME}` stand for ids. */
  readonly url: Template;
  /** A text is sent as it stands; anything else as JSON. */
  readonly body?: JsonTemplate;
  readonly headers: Readonly<Record<string, Template>>;
  readonly expect?: AnswerExpectation;
  /** The name by which `capture` and `expect: { answer: NAME }` find the answer. */
  readonly as?: Template;
}
/** What an HTTP answer must look like. */
export interface AnswerExpectation {
  readonly status?: number;
  /** The answer's JSON must contain this: every member named must be equal (recursively); lists must be equal in length and each element contain. */
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

/** What is addressed by an order's name, one resource each. */
export type OrderResource = 'order' | 'cooking' | 'delivery' | 'payment' | 'mypage';
/** Everything that `expect` and `capture` can name. */
export type Resource = OrderResource | 'review' | 'customer';

/** One thing that must be so. */
export type Expectation =
  | ResourceExpectation
  | { readonly form: 'coupons'; readonly customer: Template; readonly count: WholeNumber }
  | NoticesExpectation
  | EventsExpectation
  /** Every event on the stream (the given world's aside) was named by an `events` expectation before this step. */
  | { readonly form: 'nothing else' }
  /** How many messages were given up on: everywhere, or in one context; with `reason`, counted are those whose error contains it. */
  | { readonly form: 'dead letters'; readonly count: WholeNumber; readonly context?: ContextName; readonly reason?: Template }
  /** The board of deliveries ready to pick up, by the orders' names. */
  | { readonly form: 'delivery list'; readonly includes: readonly Template[]; readonly excludes: readonly Template[]; readonly exactly?: readonly Template[] }
  /** Mypage equals the fold of the stream. */
  | { readonly form: 'mypage drift' }
  /** The answer of an earlier `request` (absent name: the last HTTP answer of any step). */
  | ({ readonly form: 'answer'; readonly name?: Template } & AnswerExpectation)
  /** A captured value or a text with variables. */
  | { readonly form: 'value'; readonly value: JsonTemplate; readonly is?: JsonTemplate; readonly isNot?: JsonTemplate };

/** What the HTTP resource must show. `is` and `isNot` are a literal or a seed word, as written; equal to `status` or `statusText`. */
export interface ResourceExpectation {
  readonly form: 'resource';
  readonly resource: Resource;
  /** The order's name, the review's name, or the customer's id. */
  readonly name: Template;
  readonly is?: Template;
  readonly isNot?: Template;
  /** Fields of the resource, by name or JSON pointer, and what they must equal. */
  readonly where?: Readonly<Record<string, JsonTemplate>>;
  /** False: GET answers 404. */
  readonly exists?: boolean;
}

/** The notices of one order. */
export interface NoticesExpectation {
  readonly form: 'notices';
  readonly order: Template;
  /** One notice for each event about the order that changes something, exactly, and none twice. */
  readonly onceEach?: boolean;
  /** Each is contained in the text of some notice. */
  readonly include?: readonly Template[];
  /** None is contained in the text of any notice. */
  readonly exclude?: readonly Template[];
  /** The texts as a multiset, equal. */
  readonly exactly?: readonly Template[];
  readonly count?: WholeNumber;
}

/** The events whose data names the order (`data.orderId`), each counted once however often it was delivered. */
export interface EventsExpectation {
  readonly form: 'events';
  readonly order: Template;
  /** A subsequence, in the order of the stream; the types of one inner list may come in any order among themselves. */
  readonly inOrder?: readonly (readonly EventType[])[];
  /** These and no others, as a multiset (`may` aside). */
  readonly exactly?: readonly EventType[];
  /** Each must be there at least as often as it is written. */
  readonly include?: readonly EventType[];
  /** Allowed, and not required, beside `exactly` or under `nothingElse`. */
  readonly may?: readonly EventType[];
  readonly exclude?: readonly EventType[];
  /** Each key makes its value undone: exactly one key event for each value event, later, with the same amount where both carry one. */
  readonly compensates?: Readonly<Partial<Record<EventType, EventType>>>;
  /** Each event of the key's type has as its cause (causation id) an event of the value's type. */
  readonly causedBy?: Readonly<Partial<Record<EventType, EventType>>>;
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
    | { readonly resource: Resource; readonly name: Template }
    | { readonly resource: 'answer'; readonly name?: Template }
    | { readonly resource: 'path'; readonly path: Template };
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
  readonly event: EventType;
  readonly context?: ContextName;
  /** Only messages about this order; as its `place` may come later, the id is matched by name when it is known. */
  readonly order?: Template;
  /** How many messages it befalls; 1 unless said. `hold` keeps all from then on unless said. */
  readonly times?: number;
  readonly byMs?: number;
  /** Its name for `release`. */
  readonly as?: Template;
  /** True: it may have befallen nothing by the end. */
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
  readonly context: ContextName;
  readonly at?: CrashPoint;
  /** Stands with `at` only. */
  readonly on?: EventType;
  /** False: it stays down until `start context`. */
  readonly restart: boolean;
  /** True: the point may not have been reached by the end. */
  readonly mayNotStrike?: boolean;
}
export interface ContextStep extends StepBase {
  readonly kind: 'stop context' | 'start context' | 'restart';
  /** Absent only for a bare `restart`: every context. */
  readonly context?: ContextName;
}
/** Delays `GET /orders/{id}` as the review's look-up sees it, uniformly; null switches the delay off. */
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
  readonly projection: 'mypage';
}

/** One step. */
export type Step =
  | CommandStep | RefusedStep | RequestStep
  | ExpectStep | EventuallyStep
  | SettleStep | PauseStep | TogetherStep | RepeatStep | ForEachStep | CaptureStep
  | FaultStep | ReleaseStep | CrashStep | ContextStep | SlowLookupStep | InjectStep | RebuildStep;
