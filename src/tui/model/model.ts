/**
 * What the screen draws: folded from the entries of a recording, live or read from a file, and nothing else. It knows
 * no clock: times are milliseconds on the recording's own time line, which runs on through all of its scenarios.
 * Memory is bounded ({@link BOUNDS}); counts go on when details are forgotten.
 */
import type { MypageStatus } from '../../contexts/customer/contract.ts';
import type { OrderStatus, PaymentStatus } from '../../contexts/front/contract.ts';
import type { DeliveryStatus } from '../../contexts/rider/contract.ts';
import type { CookingStatus } from '../../contexts/store/contract.ts';
import type { BreakerState, LoadResult } from '../../kernel/load.ts';
import type { Entry, Failure, Handling, Outcome } from '../../kernel/recording.ts';
import type { Story } from '../../kernel/story.ts';

/** The contexts, in the order of the seed's ports. */
export const CONTEXTS = ['front', 'store', 'rider', 'notification', 'customer'] as const;
export type ContextName = (typeof CONTEXTS)[number];

/** How much is kept; beyond, the oldest is forgotten and only counted. */
export const BOUNDS = {
  /** Orders; of those beyond, the oldest are forgotten. */
  orders: 200_000,
  /** Lines of the event stream. */
  events: 10_000,
  /** Entries that stories are made of, over all orders; orders not heard of for longest lose theirs first. */
  trail: 60_000,
  customers: 20_000,
  notices: 2_000,
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
  readonly orders: number;
  readonly notices: number;
  /** Faults that struck. */
  readonly faults: number;
}

/** One order in the list. A changed order is a new object. */
export interface OrderLine {
  readonly orderId: string;
  /** Its place among all orders, from 1: `#17`. */
  readonly number: number;
  readonly customer: string;
  readonly store: string;
  readonly food: string;
  readonly price: number;
  readonly address: string;
  /** What Mypage shows; undefined while Mypage does not know the order. */
  readonly mypage: MypageStatus | undefined;
  /** How far Mypage says it came: 0 (미결재) to 6 (배송확정), -1 where Mypage does not know it; an order aside keeps where it came to. */
  readonly progress: number;
  readonly order: OrderStatus | undefined;
  readonly cooking: CookingStatus | undefined;
  readonly payment: PaymentStatus | undefined;
  readonly delivery: DeliveryStatus | undefined;
  /** True where the order has reached a status that never changes; a delivered one can still be reviewed. */
  readonly isFinal: boolean;
  readonly placedAtMs: number;
  readonly changedAtMs: number;
  /** Published events of this order that the customer's context, which keeps Mypage, has not handled yet. */
  readonly behind: number;
  /** Since when the oldest of them waits; undefined where Mypage is up to date. */
  readonly behindSinceMs: number | undefined;
  /** From publishing to handling, of the last event that Mypage took in. */
  readonly lastLagMs: number | undefined;
  /** Live reviews, oldest first. */
  readonly reviewIds: readonly string[];
}

/** Which orders; all that is given must hold. */
export interface OrderFilter {
  /** Words, each of which must be found in id, number (`#17`), customer, store, food, address or status (either language, any case). */
  readonly text?: string;
  readonly customer?: string;
  /** Only those that are not final, or only those that are. */
  readonly isFinal?: boolean;
}

/** A stretch of a list, and how long the list is. */
export interface Window<Item> {
  readonly total: number;
  readonly items: readonly Item[];
}

/** A line of the event stream. */
export type EventLine = { readonly number: number; readonly atMs: number } & (
  | { readonly what: 'event'; readonly type: string; readonly context: string; readonly subject: string; readonly orderId: string; readonly id: string; readonly data: Readonly<Record<string, unknown>> }
  | { readonly what: 'command'; readonly operation: string; readonly context: string; readonly method: string; readonly url: string; readonly status: number; readonly problem: string | undefined; readonly orderId: string | undefined }
  | { readonly what: 'handling'; readonly handling: Exclude<Handling, 'handled'>; readonly type: string; readonly context: string; readonly subject: string; readonly orderId: string; readonly reason: string | undefined }
  | { readonly what: 'context'; readonly context: string; readonly change: 'started' | 'stopped' | 'crashed' }
  | { readonly what: 'fault'; readonly fault: string; readonly context: string | undefined; readonly detail: Readonly<Record<string, unknown>>; readonly orderId: string | undefined }
  | { readonly what: 'breaker'; readonly context: string; readonly change: BreakerState }
  | { readonly what: 'note'; readonly text: string }
);

/** Which lines of the stream; all that is given must hold. */
export interface EventFilter {
  /** Words, each of which must be found in the line's type, context, subject, order or data (any case). */
  readonly text?: string;
  readonly what?: EventLine['what'];
  readonly context?: string;
  readonly orderId?: string;
}

/** A customer with coupons. */
export interface CustomerLine {
  readonly customer: string;
  readonly coupons: number;
  readonly orders: number;
  readonly changedAtMs: number;
}

/** A notice, newest first in lists. */
export interface NoticeLine {
  readonly id: string;
  readonly atMs: number;
  readonly customer: string;
  readonly orderId: string;
  readonly type: string;
  readonly text: string;
  readonly status: 'unsent' | 'sent' | 'failed';
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
  readonly window: { /** When it said so. */ readonly atMs: number; readonly requests: number; readonly errors: number; readonly errorPercent: number } | undefined;
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
  /** Once it is over. */
  readonly result: LoadResult | undefined;
}

/** A context. */
export interface ContextView {
  readonly context: ContextName;
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
  readonly contexts: Readonly<Partial<Record<ContextName, { readonly inbox: number; readonly outbox: number; readonly parked: number; readonly deadLetters: number }>>>;
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

/** The story of an order and what each context holds for it. */
export interface OrderStory {
  readonly story: Story;
  /** False where its beginning was forgotten. */
  readonly isWhole: boolean;
}

/** The model, as the screen reads it. What it returns does not change later. */
export interface TuiModel {
  /** Grows with every change. */
  readonly version: number;
  /** The latest moment heard of. */
  readonly atMs: number;
  readonly counts: Counts;
  /** How the run was set up, once it began. */
  readonly run: Extract<Entry, { kind: 'run.started' }> | undefined;
  readonly finished: Extract<Entry, { kind: 'run.finished' }> | undefined;
  /** `count` orders from `offset`, newest first. */
  ordersFrom(offset: number, count: number, filter?: OrderFilter): Window<OrderLine>;
  order(orderId: string): OrderLine | undefined;
  /** Where the order stands in the filtered list, for keeping a selection in sight; -1 where it does not. */
  indexOfOrder(orderId: string, filter?: OrderFilter): number;
  /** How many orders Mypage shows in each status. */
  readonly byStatus: Readonly<Partial<Record<MypageStatus, number>>>;
  /** The stream, newest first. */
  eventsFrom(offset: number, count: number, filter?: EventFilter): Window<EventLine>;
  /** Undefined for an order that nothing is known of. */
  story(orderId: string): OrderStory | undefined;
  /** By coupons and name; at most {@link BOUNDS}.customers. */
  customersFrom(offset: number, count: number, text?: string): Window<CustomerLine>;
  customer(customer: string): CustomerLine | undefined;
  noticesFrom(offset: number, count: number, filter?: { readonly customer?: string; readonly orderId?: string; readonly text?: string }): Window<NoticeLine>;
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
