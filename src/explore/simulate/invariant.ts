/** What a system must keep to, as declarations: a sentence for people, and rules that the judge runs (judge.ts). */
import type { Envelope } from '../../kernel/envelope.ts';
import type { DeadLetter } from '../../runtime/actor/actor-port.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { BreakerLook } from './breaker-record.ts';
import type { FaultHappened } from './fault-decisions.ts';
import type { Asked, Letter } from './asked.ts';
import type { WatchedTable } from './watched-tables.ts';
import type { Change, Row, World } from './world.ts';

/** An invariant that did not hold. */
export interface Violation {
  /** The invariant, as a sentence. */
  readonly invariant: string;
  /** What was found instead. */
  readonly found: string;
  /** The id of the order or customer concerned. */
  readonly subject: string;
}

/** What is found instead, as a sentence; undefined where nothing is wrong. */
export type Found = string | undefined;
/** Hears of what is found, and of whom. */
export type Say = (found: string, subject: string) => void;

/** A commit, and the world after it. */
export interface Commit {
  readonly context: string;
  readonly changes: readonly RowChange[];
  /** The events that it puts into the outbox. */
  readonly told: readonly Envelope[];
  /** The time on the context's own clock, RFC 3339. */
  readonly now: string;
}

/** A request's answer. */
export interface Answered {
  readonly asked: Asked;
  readonly response: HttpResponse;
  /** What the same request was granted before, under its key. */
  readonly granted: HttpResponse | undefined;
}

/** What somebody read, and what the tables held then. */
export interface Seen {
  /** The collection: `/orders`. */
  readonly path: string;
  /** The id of the one that was asked for; undefined for a page of the collection. */
  readonly id: string | undefined;
  /** What the page was asked for by. */
  readonly query: Readonly<Record<string, string>>;
  readonly response: HttpResponse;
}

/** What is left in a context once nothing moves any more. */
export interface Remains {
  readonly context: string;
  readonly outbox: number;
  readonly parked: readonly { readonly type: string; readonly subject: string; readonly reason: string }[];
  readonly deadLetters: readonly Pick<DeadLetter, 'id' | 'type' | 'subject' | 'error' | 'attempts'>[];
}

/** All that there is once nothing moves any more. */
export interface Rest {
  readonly world: World;
  readonly remains: readonly Remains[];
  /** What people asked for; empty where a scenario asked. */
  readonly letters: readonly Letter[];
  /** Requests that were never answered. */
  readonly unanswered: number;
  /** Where Mypage is not what its own code makes of the stream. */
  readonly drift: readonly { readonly message: string; readonly subject: string }[];
}

/** What a schedule shows in the end. */
export interface Shown {
  readonly world: Pick<World, 'stream'>;
  readonly faults: readonly FaultHappened[];
  /** What the bus and the breaker noticed by themselves. */
  readonly noticed: ReadonlySet<string>;
}

interface Named {
  /** What breaks it, for its spec: each rule has a history that it must fail, and one that it must not. */
  readonly breach: string;
}

/** A rule about each change of these tables' rows. */
export interface ChangeRule extends Named {
  readonly when: 'changed';
  readonly tables: readonly WatchedTable[];
  readonly check: (change: Change, world: World, now: string) => Found;
}
/** A rule about each commit as a whole; it may remember what it saw in this schedule. */
export interface CommitRule extends Named {
  readonly when: 'committed';
  readonly begin: (world: World) => (commit: Commit, say: Say) => void;
}
/** A rule about each answer to what people asked for. */
export interface AnswerRule extends Named {
  readonly when: 'answered';
  readonly check: (answered: Answered, world: World) => Found;
}
/** A rule about what is read. */
export interface SeenRule extends Named {
  readonly when: 'seen';
  readonly check: (seen: Seen, world: World) => Found;
}
/** A rule about what a circuit breaker does. */
export interface BreakerRule extends Named {
  readonly when: 'guarded';
  readonly check: (look: BreakerLook) => Found;
}
/** A rule about each order at rest. */
export interface OrderRule extends Named {
  readonly when: 'order at rest';
  readonly check: (orderId: string, order: Row, rest: Rest) => Found;
}
/** A rule about each event at rest; `index` is its place in the stream. */
export interface EventRule extends Named {
  readonly when: 'event at rest';
  readonly check: (event: Envelope, index: number, rest: Rest) => Found;
}
/** A rule about everything at rest. */
export interface RestRule extends Named {
  readonly when: 'at rest';
  readonly check: (rest: Rest, say: Say) => void;
}
/** Whether a schedule showed what an exploration hopes to see. */
export interface SightingRule extends Named {
  readonly when: 'in the end';
  /** What must have seen it: explorations of people, of one racing cancellation, of scenarios. */
  readonly demandedOf: readonly ('people' | 'racing-cancel' | 'scenarios')[];
  readonly isSeen: (shown: Shown) => boolean;
}

/** What breaks an invariant at any moment. */
export type AlwaysRule = ChangeRule | CommitRule | AnswerRule | SeenRule | BreakerRule;
/** What breaks an invariant once nothing moves any more. */
export type AtRestRule = OrderRule | EventRule | RestRule;
/** What looks at a schedule in any of these ways. */
export type Rule = AlwaysRule | AtRestRule | SightingRule;

/** Something that must hold. */
export interface Invariant {
  readonly kind: 'always' | 'atRest' | 'sometimes';
  readonly sentence: string;
  readonly rules: readonly Rule[];
}

/** What must hold at any moment: at each commit, answer and call. */
export const always = (sentence: string, ...rules: readonly AlwaysRule[]): Invariant => ({ kind: 'always', sentence, rules });
/** What must hold once faults are over and nothing moves any more. */
export const atRest = (sentence: string, ...rules: readonly AtRestRule[]): Invariant => ({ kind: 'atRest', sentence, rules });
/** What must be seen in some schedule, or an exploration proved little. */
export const sometimes = (sentence: string, rule: SightingRule): Invariant => ({ kind: 'sometimes', sentence, rules: [rule] });

/** A rule about each change of these tables' rows. */
export const onChange = (breach: string, tables: readonly WatchedTable[], check: ChangeRule['check']): ChangeRule => ({ when: 'changed', breach, tables, check });
/** A rule about each commit as a whole. */
export const onCommit = (breach: string, begin: CommitRule['begin']): CommitRule => ({ when: 'committed', breach, begin });
/** A rule about each answer. */
export const onAnswer = (breach: string, check: AnswerRule['check']): AnswerRule => ({ when: 'answered', breach, check });
/** A rule about what is read. */
export const onSight = (breach: string, check: SeenRule['check']): SeenRule => ({ when: 'seen', breach, check });
/** A rule about what a circuit breaker does. */
export const onGuard = (breach: string, check: BreakerRule['check']): BreakerRule => ({ when: 'guarded', breach, check });
/** A rule about each order at rest. */
export const perOrder = (breach: string, check: OrderRule['check']): OrderRule => ({ when: 'order at rest', breach, check });
/** A rule about each event at rest. */
export const perEvent = (breach: string, check: EventRule['check']): EventRule => ({ when: 'event at rest', breach, check });
/** A rule about everything at rest. */
export const inAll = (breach: string, check: RestRule['check']): RestRule => ({ when: 'at rest', breach, check });
