import { type OperatingError } from '../../kernel/errors.ts';
import { SILENT_LOG } from '../../kernel/log.ts';
import { DEFAULT_RETRY } from './backoff.ts';
import { afterHostTurn } from './relay.ts';
import type { Calendar } from '../../kernel/clock.ts';
import type { IdSource } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { Random } from '../../kernel/random.ts';
import type { Recorder } from '../../kernel/recording.ts';
import type { Bus } from '../../bus/bus.ts';
import type { ReachCrashPoint } from './actor-port.ts';
import type { RetryPolicy } from './backoff.ts';
import type { KnownEvent } from './intake.ts';
import type { ContextDefinition } from './context.ts';
import type { AfterTurn } from './relay.ts';
import type { Disk } from '../tables/tables.ts';
import type { Tally } from '../tally.ts';

/** What an actor is made of. */
export interface ActorOptions {
  readonly definition: ContextDefinition;
  readonly disk: Disk;
  readonly bus: Bus;
  readonly timers: Calendar;
  /** What the actor publishes, it publishes after the turn at hand; default: a promise reaction. */
  readonly afterTurn?: AfterTurn;
  readonly ids: IdSource;
  /** Draws the jitter of pauses. */
  readonly random: Random;
  readonly recorder: Recorder;
  /** Counts what it does; default: nobody does. */
  readonly tally?: Tally | undefined;
  /** Where the context hears everything: every event of the system. */
  readonly knownEvents?: readonly KnownEvent[];
  /** Called at each crash point; may throw SimulatedCrash. */
  readonly reach?: ReachCrashPoint | undefined;
  /** The most messages handled in one transaction; default 100. */
  readonly maxBatch?: number;
  /** The most unpublished events; beyond it, commands are refused (`overloaded`) and messages wait. Default 10,000. */
  readonly maxOutbox?: number;
  /** The most messages put aside at once; default 10,000. */
  readonly maxParked?: number;
  /** The most bytes of messages put aside at once; default 64 MiB. */
  readonly maxParkedBytes?: number;
  /** The most bytes of dead letters; beyond it, the oldest go. Default 64 MiB. */
  readonly maxDeadLetterBytes?: number;
  readonly retry?: Partial<RetryPolicy>;
  /** How long a message may be too early before it is given up on; default 5 minutes. */
  readonly tooEarlyDeadlineMs?: number;
  /** How long published rows may stand in an idle actor's outbox; default 1,000 ms. */
  readonly housekeepingDelayMs?: number;
  readonly log?: Logger;
  /** Hears of trouble that nobody else is told: the database failed while a message was handled. The actor goes on and tries again. */
  readonly onFailure?: (error: unknown) => void;
  /** Hears of a handler that is not what it must be, or asks for what can't be, beside whoever meets its failure. */
  readonly onMisuse?: (error: OperatingError) => void;
}

/** The options of an actor, each with its value. */
export type CompleteOptions = Required<Omit<ActorOptions, 'retry' | 'reach' | 'onFailure' | 'tally'>> & {
  readonly tally: Tally | undefined;
  readonly retry: RetryPolicy;
  readonly reach: ReachCrashPoint | undefined;
  readonly onFailure: (error: unknown) => void;
};

const MEBIBYTE = 1_048_576;

/** Told one by one: spreading defaults and options costs more than all else that an actor is made of. */
export const complete = (options: ActorOptions): CompleteOptions => ({
  definition: options.definition,
  disk: options.disk,
  bus: options.bus,
  timers: options.timers,
  afterTurn: options.afterTurn ?? afterHostTurn,
  ids: options.ids,
  random: options.random,
  recorder: options.recorder,
  tally: options.tally,
  knownEvents: options.knownEvents ?? [],
  reach: options.reach,
  maxBatch: options.maxBatch ?? 100,
  maxOutbox: options.maxOutbox ?? 10_000,
  maxParked: options.maxParked ?? 10_000,
  maxParkedBytes: options.maxParkedBytes ?? 64 * MEBIBYTE,
  maxDeadLetterBytes: options.maxDeadLetterBytes ?? 64 * MEBIBYTE,
  retry: options.retry === undefined ? DEFAULT_RETRY : { ...DEFAULT_RETRY, ...options.retry },
  tooEarlyDeadlineMs: options.tooEarlyDeadlineMs ?? 300_000,
  housekeepingDelayMs: options.housekeepingDelayMs ?? 1_000,
  log: options.log ?? SILENT_LOG,
  onFailure: options.onFailure ?? (() => undefined),
  onMisuse: options.onMisuse ?? (() => undefined),
});
