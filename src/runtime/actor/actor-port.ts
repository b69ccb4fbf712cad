import type { Cause } from '../../kernel/envelope.ts';
import type { OperatingError } from '../../kernel/errors.ts';
import type { Scope } from './context.ts';
import type { Reads } from '../tables/tables.ts';

/** A context at work: its database, inbox, outbox and relay. Made by `createActor` (actor.ts). */
export interface Actor {
  readonly name: string;
  /** What was committed last. */
  readonly read: Reads;
  /**
   * Runs a command as one transaction and relays what it emitted. Throws whatever the command throws,
   * after rolling back; throws an OperatingError when the actor is not running, and the refusals `overloaded`
   * while too many of its events wait for the bus, and `bus-full` while the bus has no room for them. `operation` names
   * the command at crash points.
   */
  execute<Result>(cause: Cause, command: (scope: Scope) => Result, operation?: string): Result;
  /**
   * Opens the consumer and publishes what an earlier life left in the outbox; undefined where that is done when it
   * returns. Never throws, but rejects.
   */
  start(): Promise<void> | undefined;
  /** Takes nothing new, finishes what it is doing, publishes the outbox, closes the database. */
  stop(): Promise<void>;
  /** Dies on the spot, as a crashed process would: whatever was only in memory is gone, the database keeps what was committed. */
  crash(): Promise<void>;
  /** What is still on its way here; all zero and empty at rest. */
  workload(): Promise<Workload>;
  /** How many committed events are not yet stored on the bus; part of {@link workload} that is known without asking the bus. */
  unpublished(): number;
  /** When the oldest of these happened, RFC 3339; undefined where there is none. */
  oldestUnpublished(): string | undefined;
  /** Why the bus does not take them; part of {@link workload} as well. */
  whyUnpublished(): string | undefined;
  /** Messages put aside; part of {@link workload} that is known without asking the bus. */
  parked(): readonly ParkedMessage[];
  /** Deadlines that have passed, and whose events are not told yet: work, too. Those to come are none. */
  overdue(): number;
  /** How many messages were given up on; their texts are not read. */
  deadLetterCount(): number;
  /** Messages given up on, oldest first. */
  deadLetters(): readonly DeadLetter[];
  /**
   * Takes the message of a dead letter up again, soon, as if it had just been put aside; returns why not, where nothing could come of it.
   * Throws an OperatingError when the actor is not running.
   */
  retryLetter(letter: DeadLetter): string | undefined;
  /** Forgets a dead letter. Throws as `retryLetter` does. */
  discardLetter(letter: DeadLetter): void;
  /** Counts transactions and deliveries; unchanged between two looks means that nothing happened in between. */
  activity(): number;
}

/** What an actor still has to do. */
export interface Workload {
  /** Events committed and not yet stored on the bus. */
  readonly outbox: number;
  /** Why the bus did not take them when it was last asked; absent where it was not, or took what it was given. */
  readonly whyUnpublished?: string;
  /** The same as the error that the bus gave, with its mend. */
  readonly obstacle?: OperatingError;
  /** Messages put aside, to be tried again. */
  readonly parked: readonly ParkedMessage[];
  /** Messages on the bus, not yet delivered here. */
  readonly pending: number;
  /** Messages delivered, not yet acknowledged. */
  readonly unacknowledged: number;
}

/** A message put aside; `attempts` counts its handlings so far, `reason` says why the last one failed. */
export interface ParkedMessage {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly attempts: number;
  readonly reason: string;
}

/** A message given up on. */
export interface DeadLetter {
  /** Its place in the stream; below 0 for an event of our own that the bus could not take, and that is in no stream. */
  readonly seq: number;
  /** Null where the message was not an envelope. */
  readonly id: string | null;
  readonly type: string | null;
  readonly subject: string;
  /** Why, as a full sentence. */
  readonly error: string;
  /** The message as it came. */
  readonly message: string;
  readonly attempts: number;
  /** RFC 3339. */
  readonly at: string;
}

/**
 * The places where a crash hurts; a simulation or a fault may crash the actor there. `before-commit` is
 * inside the transaction, `after-commit` before anything was published or acknowledged, `before-publish`
 * and `after-publish` around the relay's publishing, `before-acknowledge` after handling.
 */
export type CrashPoint = 'before-commit' | 'after-commit' | 'before-publish' | 'after-publish' | 'before-acknowledge';

export { SimulatedCrash } from '../../kernel/errors.ts';

/** Called at each crash point; may throw SimulatedCrash. `messageType` is the event's type, or the command's operation. */
export type ReachCrashPoint = (point: CrashPoint, context: string, messageType: string) => void;
