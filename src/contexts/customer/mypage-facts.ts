/**
 * What is known of an order, as a set of facts that only grows. Joining facts is commutative, associative
 * and idempotent, so the same events give the same facts in any order and however often each arrives;
 * the status that Mypage shows is derived from the facts (docs/adr/0004).
 */
import type { MypageStatus } from './contract.ts';

/** How far an order has come, in this order. */
const PROGRESS = ['unpaid', 'paid', 'accepted', 'cooking', 'cooked', 'delivering', 'delivered'] as const;
/** A status on the way from placing to delivery. */
export type Progress = (typeof PROGRESS)[number];

/**
 * How an order ended without food. Front lets an order end in one way only; the order here merely keeps
 * the join total.
 */
const ENDS = ['payment-failed', 'rejected', 'canceled'] as const;
/** A status of an order that will not be delivered. */
export type End = (typeof ENDS)[number];

/** What is known of an order, apart from what it is. */
export interface Facts {
  /** The furthest that it was seen to be. */
  readonly progress: Progress;
  readonly end: End | null;
  readonly isCancelRequested: boolean;
  readonly isCancelRefused: boolean;
  /** When the latest event seen happened, RFC 3339. */
  readonly updatedAt: string;
  /** The id of that event; of events of the same millisecond, the greater one. */
  readonly lastEventId: string;
}

/** What one event tells. Left out: nothing. */
export interface Fact {
  readonly progress?: Progress;
  readonly end?: End;
  readonly isCancelRequested?: true;
  readonly isCancelRefused?: true;
}

/** When an event happened, and its id. */
export interface Moment {
  readonly time: string;
  readonly id: string;
}

const further = (left: Progress, right: Progress): Progress => (PROGRESS.indexOf(right) > PROGRESS.indexOf(left) ? right : left);

const stronger = (left: End | null, right: End | null): End | null => {
  if (left === null || right === null) return left ?? right;
  return ENDS.indexOf(right) > ENDS.indexOf(left) ? right : left;
};

const isLater = (moment: Moment, facts: Facts): boolean =>
  moment.time > facts.updatedAt || (moment.time === facts.updatedAt && moment.id > facts.lastEventId);

/** What is known of an order of which nothing is known but that this event was heard. */
export const factsFrom = (fact: Fact, moment: Moment): Facts => ({
  progress: fact.progress ?? 'unpaid',
  end: fact.end ?? null,
  isCancelRequested: fact.isCancelRequested ?? false,
  isCancelRefused: fact.isCancelRefused ?? false,
  updatedAt: moment.time,
  lastEventId: moment.id,
});

/** What is known once this was told too. */
export const join = (facts: Facts, fact: Fact, moment: Moment): Facts => {
  const isLast = isLater(moment, facts);
  return {
    progress: further(facts.progress, fact.progress ?? 'unpaid'),
    end: stronger(facts.end, fact.end ?? null),
    isCancelRequested: facts.isCancelRequested || fact.isCancelRequested === true,
    isCancelRefused: facts.isCancelRefused || fact.isCancelRefused === true,
    updatedAt: isLast ? moment.time : facts.updatedAt,
    lastEventId: isLast ? moment.id : facts.lastEventId,
  };
};

/** Cooking has begun, so a cancellation will be refused even where that was not heard yet. */
const isPastCanceling = (progress: Progress): boolean => PROGRESS.indexOf(progress) >= PROGRESS.indexOf('cooking');

/**
 * The status to show: the end, where there is one; else 취소요청 between the customer's request and what
 * answers it; else the progress. Whatever the order of arrival, it never moves to an earlier one of
 * 미결재, 결재됨, 접수됨, 취소요청, 요리시작, 요리완료, 배송시작, 배송확정, an end.
 */
export const statusOf = (facts: Facts): MypageStatus => {
  if (facts.end !== null) return facts.end;
  const isWaitingForAnswer = facts.isCancelRequested && !facts.isCancelRefused && !isPastCanceling(facts.progress);
  return isWaitingForAnswer ? 'cancel-requested' : facts.progress;
};
