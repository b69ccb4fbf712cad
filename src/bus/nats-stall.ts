import { OperatingError } from '../kernel/errors.ts';
import { redeliveryPauseMs } from './redelivery.ts';

/** So many beginnings in a row after which nothing was heard are no accident. */
const FRUITLESS_BEGINNINGS = 3;

/** Whose beginnings are counted, and who hears of them. */
export interface StallOptions {
  readonly world: string;
  readonly consumer: string;
  readonly onNote: (text: string) => void;
}

/** Beginnings of a consumer after which the server was not heard of as it should be. */
export interface Stall {
  /** The server was heard of as it should be. */
  isOver(): void;
  /** It was not, once more: `why`, in the server's words. */
  happened(why: string): void;
  /** Whether it happened since the last pause. */
  isPauseDue(): boolean;
  /** Waits the longer the more often it happened; no longer than until the interruption. */
  pause(interruption: Promise<void>): Promise<void>;
  /** Throws an OperatingError (infrastructure, passing) where nothing gets through. */
  check(): void;
}

/** Counts beginnings after which the server was not heard of as it should be: they come at growing pauses, and are told. */
export const createStall = ({ world, consumer, onNote }: StallOptions): Stall => {
  let count = 0;
  let reason = '';
  let isPauseDue = false;
  const text = (): string => `${consumer} gets no messages of world ${world}: the server says ${reason}`;
  return {
    isOver: () => {
      count = 0;
    },
    happened: (why) => {
      count += 1;
      isPauseDue = true;
      if (count > FRUITLESS_BEGINNINGS && why === reason) return;
      reason = why;
      if (count >= FRUITLESS_BEGINNINGS) onNote(text());
    },
    isPauseDue: () => isPauseDue,
    pause: async (interruption) => {
      isPauseDue = false;
      if (count > 1) await Promise.race([new Promise((resolve) => setTimeout(resolve, redeliveryPauseMs(count - 1))), interruption]);
    },
    check: () => {
      if (count < FRUITLESS_BEGINNINGS) return;
      throw new OperatingError('infrastructure', text(), { mend: 'Mend what the server says; messages go on by themselves then.', isPassing: true });
    },
  };
};
