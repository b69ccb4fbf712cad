import { NotYet } from '../../kernel/errors.ts';
import { pauseAfter } from './backoff.ts';
import { reasonOf } from './dead-letters.ts';
import { parkedTable } from './ledger.ts';
import type { Cancel, EpochMs, Timers } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Random } from '../../kernel/random.ts';
import type { ParkedMessage } from './actor-port.ts';
import type { RetryPolicy } from './backoff.ts';
import type { ParkedRow } from './ledger.ts';
import type { Reads } from '../tables/tables.ts';

/** What a parking decides by. */
export interface ParkingOptions {
  readonly read: Reads;
  readonly timers: Timers;
  readonly random: Random;
  readonly retry: RetryPolicy;
  /** How long a message may be too early, in milliseconds of the run's clock. */
  readonly tooEarlyDeadlineMs: number;
  /** The most messages put aside at once; what fails beyond it is given up on at once. */
  readonly maxParked: number;
  /** The most bytes that they have together, as JSON; beyond it, the same. */
  readonly maxParkedBytes: number;
  /** Some parked message is due. */
  readonly onDue: () => void;
}

/** The messages put aside: decides what happens to a failure, mirrors the committed rows in memory, and wakes the actor when one is due. */
export interface Parking {
  /** The row of a message that failed for the first time, or undefined where it is to be given up on. */
  readonly firstFailure: (seq: number, event: Envelope, error: unknown) => ParkedRow | undefined;
  /** The row of a parked message that failed again, or undefined where it is to be given up on. */
  readonly nextFailure: (row: ParkedRow, error: unknown) => ParkedRow | undefined;
  /** The row was committed. */
  readonly keep: (row: ParkedRow) => void;
  /** The row's removal was committed. */
  readonly forget: (row: ParkedRow) => void;
  /** Whether a message of this subject waits for another one of it. */
  readonly isAwaited: (subject: string) => boolean;
  /** The messages that wait for another one of this subject, in the order of the stream. */
  readonly awaiting: (subject: string) => readonly ParkedRow[];
  /** The messages whose next attempt is due, in the order of the stream. */
  readonly due: () => readonly ParkedRow[];
  readonly size: () => number;
  readonly list: () => readonly ParkedMessage[];
  /** Wakes the actor when the next message is due, `notBeforeMs` milliseconds from now at the earliest. */
  readonly arm: (notBeforeMs?: number) => void;
  /** Wakes nobody any more. */
  readonly halt: () => void;
}

/** The rows of the table as people see them, in the order of the stream. */
export const parkedMessages = (rows: Iterable<ParkedRow>): readonly ParkedMessage[] =>
  [...rows]
    .sort((a, b) => a.seq - b.seq)
    .map(({ eventId, type, subject, attempts, reason }) => ({ id: eventId, type, subject, attempts, reason }));

/** Decides whether, and when, a failed message is tried again. */
const createDecision = ({ timers, random, retry, tooEarlyDeadlineMs }: ParkingOptions) => {
  return (row: Omit<ParkedRow, 'nextAttemptAt'>): ParkedRow | undefined => {
    const now = timers.now();
    const deadline = row.parkedAt + tooEarlyDeadlineMs;
    if (row.tooEarly ? now >= deadline : row.attempts >= retry.maxAttempts) return undefined;
    const nextAttemptAt = now + pauseAfter(row.attempts, retry, random);
    return { ...row, nextAttemptAt: row.tooEarly ? Math.min(nextAttemptAt, deadline) : nextAttemptAt };
  };
};

const bytesOf = (event: Envelope): number => Buffer.byteLength(JSON.stringify(event));

/** Keeps count of the subjects that parked messages wait for, so that the usual case costs one look at an empty map. */
const createSubjects = () => {
  const counts = new Map<string, number>();
  return {
    has: (subject: string): boolean => counts.size > 0 && counts.has(subject),
    change: (row: ParkedRow | undefined, by: 1 | -1): void => {
      if (row?.tooEarly !== true) return;
      const count = (counts.get(row.subject) ?? 0) + by;
      if (count === 0) counts.delete(row.subject);
      else counts.set(row.subject, count);
    },
  };
};

/** Adds up what the messages put aside have in bytes, each measured once. */
const createSizes = () => {
  const sizes = new Map<string, number>();
  let total = 0;
  return {
    add: ({ eventId, envelope }: ParkedRow): void => {
      if (sizes.has(eventId)) return;
      const bytes = bytesOf(envelope);
      sizes.set(eventId, bytes);
      total += bytes;
    },
    remove: ({ eventId }: ParkedRow): void => {
      total -= sizes.get(eventId) ?? 0;
      sizes.delete(eventId);
    },
    with: (event: Envelope): number => total + bytesOf(event),
  };
};

/** Makes the parking of an actor's life, with what earlier lives put aside. Arm it to begin. */
export const createParking = (options: ParkingOptions): Parking => {
  const { read, timers, maxParked, maxParkedBytes, onDue } = options;
  const rows = new Map<string, ParkedRow>();
  const subjects = createSubjects();
  const sizes = createSizes();
  const decide = createDecision(options);
  let cancelTimer: Cancel | undefined;
  let armedFor: EpochMs = Infinity;
  let isHalted = false;

  const disarm = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    armedFor = Infinity;
  };

  const armFor = (at: EpochMs): void => {
    if (isHalted || at >= armedFor) return;
    disarm();
    armedFor = at;
    cancelTimer = timers.after(Math.max(0, at - timers.now()), () => {
      disarm();
      onDue();
    });
  };

  const inOrder = (wanted: (row: ParkedRow) => boolean): readonly ParkedRow[] =>
    [...rows.values()].filter(wanted).sort((a, b) => a.seq - b.seq);

  const remember = (row: ParkedRow): void => {
    subjects.change(rows.get(row.eventId), -1);
    rows.set(row.eventId, row);
    sizes.add(row);
    subjects.change(row, 1);
  };

  for (const row of read.select(parkedTable)) remember(row);

  return {
    firstFailure: (seq, event, error) => {
      if (rows.size >= maxParked || sizes.with(event) > maxParkedBytes) return undefined;
      const { id: eventId, type, subject } = event;
      const tooEarly = error instanceof NotYet;
      return decide({
        eventId,
        seq,
        type,
        subject,
        envelope: event,
        attempts: 1,
        reason: reasonOf(error),
        tooEarly,
        parkedAt: timers.now(),
      });
    },
    nextFailure: (row, error) => {
      const tooEarly = error instanceof NotYet;
      // Having been too early is no failure, so the attempts of a failure count from its beginning.
      const attempts = tooEarly === row.tooEarly ? row.attempts + 1 : 1;
      return decide({ ...row, attempts, reason: reasonOf(error), tooEarly });
    },
    keep: (row) => {
      remember(row);
      armFor(row.nextAttemptAt);
    },
    forget: (row) => {
      subjects.change(rows.get(row.eventId), -1);
      rows.delete(row.eventId);
      sizes.remove(row);
      if (rows.size === 0) disarm();
    },
    isAwaited: subjects.has,
    awaiting: (subject) => inOrder((row) => row.tooEarly && row.subject === subject),
    due: () => inOrder((row) => row.nextAttemptAt <= timers.now()),
    size: () => rows.size,
    list: () => parkedMessages(rows.values()),
    arm: (notBeforeMs = 0) => {
      let at = Infinity;
      for (const row of rows.values()) at = Math.min(at, row.nextAttemptAt);
      if (at < Infinity) armFor(Math.max(at, timers.now() + notBeforeMs));
    },
    halt: () => {
      isHalted = true;
      disarm();
    },
  };
};
