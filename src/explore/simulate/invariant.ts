/** What a system must keep to, as declarations: a sentence for people, and rules that the judge runs (judge.ts). */
import type { Envelope } from '../../kernel/envelope.ts';
import type { DeadLetter } from '../../runtime/actor/actor-port.ts';
import type { HttpResponse } from '../../runtime/http/route.ts';
import type { RowChange } from '../../runtime/tables/tables.ts';
import type { BreakerLook } from './breaker-record.ts';
import type { FaultHappened } from './fault-happened.ts';
import type { Asked, Letter } from './asked.ts';
import type { Change, Row, World } from './world.ts';

/** An invariant that did not hold. */
export interface Violation {
  /** The invariant, as a sentence. */
  readonly invariant: string;
  /** What was found instead. */
  readonly found: string;
  /** The id of what is concerned; empty where it is nothing single. */
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
export interface Rest<Table extends string = string> {
  readonly world: World<Table>;
  readonly remains: readonly Remains[];
  /** What people asked for; empty where a scenario asked. */
  readonly letters: readonly Letter[];
  /** Requests that were never answered. */
  readonly unanswered: number;
  /** Where a view is not what its own code makes of the stream. */
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

/** What several rules about changes share. */
export interface Glance<Table extends string = string> {
  /** Looks once for all of them: whether none is broken by this change. */
  isAllRight(change: Change<Table>, world: World<Table>, now: string): boolean;
}

/** A rule about each change of these tables' rows. */
export interface ChangeRule<Table extends string = string> extends Named {
  readonly when: 'changed';
  readonly tables: readonly Table[];
  check(change: Change<Table>, world: World<Table>, now: string): Found;
  /** Spares the rule, and those behind it that share the glance, their own look; undefined where each looks for itself. */
  readonly glance: Glance<Table> | undefined;
}
/** A rule about each commit as a whole; it may remember what it saw in this schedule. */
export interface CommitRule<Table extends string = string> extends Named {
  readonly when: 'committed';
  begin(world: World<Table>): (commit: Commit, say: Say) => void;
}
/** A rule about each answer to what people asked for. */
export interface AnswerRule<Table extends string = string> extends Named {
  readonly when: 'answered';
  check(answered: Answered, world: World<Table>): Found;
}
/** A rule about what is read. */
export interface SeenRule<Table extends string = string> extends Named {
  readonly when: 'seen';
  check(seen: Seen, world: World<Table>): Found;
}
/** A rule about what a circuit breaker does. */
export interface BreakerRule extends Named {
  readonly when: 'guarded';
  readonly check: (look: BreakerLook) => Found;
}
/** A rule about each row of a table at rest. */
export interface RowRule<Table extends string = string> extends Named {
  readonly when: 'row at rest';
  readonly table: Table;
  check(key: string, row: Row, rest: Rest<Table>): Found;
}
/** A rule about each event at rest; `index` is its place in the stream. */
export interface EventRule<Table extends string = string> extends Named {
  readonly when: 'event at rest';
  check(event: Envelope, index: number, rest: Rest<Table>): Found;
}
/** A rule about everything at rest. */
export interface RestRule<Table extends string = string> extends Named {
  readonly when: 'at rest';
  check(rest: Rest<Table>, say: Say): void;
}
/** Whether a schedule showed what an exploration hopes to see. */
export interface SightingRule extends Named {
  readonly when: 'in the end';
  /** What must have seen it: explorations of these workloads, `scenarios` among them. */
  readonly demandedOf: readonly string[];
  readonly isSeen: (shown: Shown) => boolean;
}

/** What breaks an invariant at any moment. */
export type AlwaysRule = ChangeRule | CommitRule | AnswerRule | SeenRule | BreakerRule;
/** What breaks an invariant once nothing moves any more. */
export type AtRestRule = RowRule | EventRule | RestRule;
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

/** The ways to declare rules over these tables. */
export interface RulesOver<Table extends string> {
  /** A rule about each change of these tables' rows. */
  onChange(breach: string, tables: readonly Table[], check: ChangeRule<Table>['check'], glance?: Glance<Table>): ChangeRule;
  /** A rule about each commit as a whole. */
  onCommit(breach: string, begin: CommitRule<Table>['begin']): CommitRule;
  /** A rule about each answer. */
  onAnswer(breach: string, check: AnswerRule<Table>['check']): AnswerRule;
  /** A rule about what is read. */
  onSight(breach: string, check: SeenRule<Table>['check']): SeenRule;
  /** A rule about what a circuit breaker does. */
  onGuard(breach: string, check: BreakerRule['check']): BreakerRule;
  /** A rule about each row of a table at rest. */
  perRow(breach: string, table: Table, check: RowRule<Table>['check']): RowRule;
  /** A rule about each event at rest. */
  perEvent(breach: string, check: EventRule<Table>['check']): EventRule;
  /** A rule about everything at rest. */
  inAll(breach: string, check: RestRule<Table>['check']): RestRule;
}

/** The ways to declare rules, for who knows the names of the tables. */
export const rulesOver = <Table extends string>(): RulesOver<Table> => ({
  onChange: (breach, tables, check, glance) => ({ when: 'changed', breach, tables, check, glance }),
  onCommit: (breach, begin) => ({ when: 'committed', breach, begin }),
  onAnswer: (breach, check) => ({ when: 'answered', breach, check }),
  onSight: (breach, check) => ({ when: 'seen', breach, check }),
  onGuard: (breach, check) => ({ when: 'guarded', breach, check }),
  perRow: (breach, table, check) => ({ when: 'row at rest', breach, table, check }),
  perEvent: (breach, check) => ({ when: 'event at rest', breach, check }),
  inAll: (breach, check) => ({ when: 'at rest', breach, check }),
});

/** The ways to declare rules over tables of any names. */
export const { onChange, onCommit, onAnswer, onSight, onGuard, perRow, perEvent, inAll } = rulesOver<string>();
