import type { EpochMs, Timers } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { Recorder } from '../kernel/recording.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { Bus } from '../bus/bus.ts';

/**
 * What can happen to a message on its way to a consumer:
 * - `drop`: lost, and delivered again later (after 1,000 ms), as an unacknowledged message is;
 * - `duplicate`: delivered again right after, and once more later (after 1,000 ms);
 * - `hold`: kept back until {@link FaultHandle.release};
 * - `delay`: later by `delayMs` (100 ms), so that what comes behind it overtakes it;
 * - `reorder`: the next message to this consumer overtakes it; where none comes, it goes on after 1,000 ms.
 */
export type FaultKind = 'drop' | 'duplicate' | 'hold' | 'delay' | 'reorder';

/** Which messages are struck, and how. What is left out matches everything. */
export interface FaultRule {
  readonly kind: FaultKind;
  /** The event's type. */
  readonly type?: string;
  /** The event's subject: an order's, customer's or review's id. */
  readonly subject?: string;
  /** The consumer. */
  readonly context?: string;
  /** Only events for which this is true, asked anew for each; malformed messages never match it. */
  readonly matches?: (event: Envelope) => boolean;
  /** How many messages are struck; default 1, `Infinity` for all. One message to two consumers counts as two. */
  readonly times?: number;
  /** Strikes a matching message with this probability, 0 to 1; default 1. */
  readonly probability?: number;
  /** How much later, in milliseconds, or the range [from, below) to draw it from; not for `hold`. */
  readonly delayMs?: number | readonly [number, number];
}

/** A rule at work. */
export interface FaultHandle {
  readonly rule: FaultRule;
  /** How many messages it has struck so far. */
  readonly struck: () => number;
  /** Ends the rule and delivers now what it keeps back, in the order of the stream. Calling it again does nothing. */
  release(): void;
}

/** A message kept back from a consumer by a fault; while there is one, the system is not at rest. */
export interface HeldMessage {
  readonly fault: FaultKind;
  readonly world: string;
  readonly context: string;
  readonly seq: number;
  /** The event's id; empty for a malformed message, as are type and subject. */
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  /** When it will be delivered; absent where something else must happen first. */
  readonly dueAt?: EpochMs;
}

/** Faults of delivery, injected between any bus and its consumers. */
export interface Faults {
  /** The same bus, whose consumers suffer the faults. What is held back waits for the next consumer of the same world and name. */
  wrap(bus: Bus): Bus;
  /** Adds a rule; each message is struck by the first rule that matches it, and by no rule twice. */
  add(rule: FaultRule): FaultHandle;
  /** All that is kept back now, in the order of the stream for each consumer. */
  held(): readonly HeldMessage[];
  /** Ends all rules and delivers now all that is kept back: the faults are over. */
  clear(): void;
}

/** What the faults work with. */
export interface FaultsOptions {
  readonly timers: Timers;
  /** Draws for probabilities and delays; each rule has a stream of its own, forked from this one. */
  readonly random: Random;
  /** Gets a `fault` entry for each message struck, and for each one released. */
  readonly recorder: Recorder;
}
