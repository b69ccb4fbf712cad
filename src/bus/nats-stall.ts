import { OperatingError } from '../kernel/errors.ts';
import { forbidden } from './nats-permission.ts';
import type { Violation } from './nats-permission.ts';
import { redeliveryPauseMs } from './redelivery.ts';

/** So many beginnings in a row after which nothing was heard are no accident. */
const FRUITLESS_BEGINNINGS = 3;

/** Whose beginnings are counted, and who hears of them. */
export interface StallOptions {
  readonly world: string;
  readonly consumer: string;
  /** Hears of each reason once, as an error that passes. */
  readonly onTrouble: (error: OperatingError) => void;
}

/**
 * What keeps a consumer from its messages: beginnings after which the server was not heard of as it should be, and what
 * this user may not do.
 */
export interface Stall {
  /** The server was heard of as it should be. */
  isOver(): void;
  /** It was not, once more: `why`, in the server's words. */
  happened(why: string): void;
  /** The server does not let this user do what consuming takes. */
  forbidden(violation: Violation): void;
  /** What is forbidden now. */
  violation(): Violation | undefined;
  /** Whether it happened since the last pause. */
  isPauseDue(): boolean;
  /** Waits the longer the more often it happened; no longer than until the interruption. */
  pause(interruption: Promise<void>): Promise<void>;
  /** Throws an OperatingError (infrastructure, passing) where nothing gets through. */
  check(): void;
  /**
   * So many messages are not acknowledged: throws the same where that is for want of a permission, and forgets that there
   * was one where none is.
   */
  checkAcknowledged(missing: number): void;
}

const isOfAcknowledging = ({ subject }: Violation): boolean => subject.startsWith('$JS.ACK.');

/** Counts beginnings after which the server was not heard of as it should be: they come at growing pauses, and are told. */
export const createStall = ({ world, consumer, onTrouble }: StallOptions): Stall => {
  let count = 0;
  let reason = '';
  let isPauseDue = false;
  let violation: Violation | undefined;
  const stalled = (): OperatingError =>
    new OperatingError('infrastructure', `${consumer} gets no messages of world ${world}: the server says ${reason}`, {
      mend: 'Mend what the server says; messages go on by themselves then.',
      isPassing: true,
    });
  const denied = (found: Violation): OperatingError =>
    forbidden(`${consumer} can't ${isOfAcknowledging(found) ? 'acknowledge' : 'get'} messages of world ${world}`, found, true);
  return {
    isOver: () => {
      count = 0;
      // An acknowledgement that is refused keeps no message away.
      if (violation !== undefined && !isOfAcknowledging(violation)) violation = undefined;
    },
    happened: (why) => {
      count += 1;
      isPauseDue = true;
      if (count > FRUITLESS_BEGINNINGS && why === reason) return;
      reason = why;
      if (count >= FRUITLESS_BEGINNINGS && violation === undefined) onTrouble(stalled());
    },
    forbidden: (found) => {
      const isKnown =
        violation?.subject === found.subject || (violation !== undefined && isOfAcknowledging(violation) && isOfAcknowledging(found));
      violation = found;
      if (!isKnown) onTrouble(denied(found));
    },
    violation: () => violation,
    isPauseDue: () => isPauseDue,
    pause: async (interruption) => {
      isPauseDue = false;
      if (count > 1) await Promise.race([new Promise((resolve) => setTimeout(resolve, redeliveryPauseMs(count - 1))), interruption]);
    },
    check: () => {
      if (violation !== undefined && !isOfAcknowledging(violation)) throw denied(violation);
      if (count >= FRUITLESS_BEGINNINGS) throw stalled();
    },
    checkAcknowledged: (missing) => {
      if (violation === undefined || !isOfAcknowledging(violation)) return;
      if (missing > 0) throw denied(violation);
      violation = undefined;
    },
  };
};
