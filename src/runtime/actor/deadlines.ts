import { OperatingError, Refusal } from '../../kernel/errors.ts';
import { vouchFor } from '../../kernel/event.ts';
import { breachOf, buryUnsent, reasonOf, type LetterLimit } from './dead-letters.ts';
import { deadlinesTable, type DeadlineRow } from './ledger.ts';
import type { Calendar, Cancel, EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Logger } from '../../kernel/log.ts';
import type { CrashPoint } from './actor-port.ts';
import type { ContextDefinition } from './context.ts';
import type { ActorScope, DeadlineAsked, DeadlineBook } from './scope.ts';
import type { Reads, Tx } from '../tables/tables.ts';

/** The most deadlines that pass in one transaction. */
const MAX_AT_ONCE = 100;
/** The last instant that a date can hold, in milliseconds (ECMA-262). */
const LAST_INSTANT_MS = 8.64e15;

/** Events that come at their instant: kept as rows, so that each comes once, whatever crashes meanwhile. */
export interface Deadlines extends DeadlineBook {
  /** The transaction at hand was committed: waits for whatever is the next deadline now. */
  readonly committed: () => void;
  readonly rolledBack: () => void;
  /** Goes on with what earlier lives left; what is overdue passes soon. */
  readonly begin: () => void;
  /** Deadlines whose instant has come, and whose event is not told yet. */
  readonly due: () => number;
  /** Waits for nothing any more. */
  readonly halt: () => void;
}

/** What deadlines work with. */
export interface DeadlinesOptions {
  readonly definition: ContextDefinition;
  readonly read: Reads;
  readonly timers: Calendar;
  readonly log: Logger;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
  readonly letterLimit: LetterLimit;
  /** How long to wait where the database or the outbox takes nothing, in milliseconds. */
  readonly pauseMs: number;
  /** Writes an event to the outbox, in the transaction at hand. */
  readonly stage: (tables: Tx, envelope: Envelope) => void;
  /** Whether so many events wait for the bus that no more should be added. */
  readonly isOutboxFull: () => boolean;
  readonly transact: <Result>(work: (scope: ActorScope) => Result) => Result;
  readonly guarded: (work: () => void) => void;
}

/** The next deadlines, the earliest first. */
const nextOf = (read: Reads, limit: number): readonly DeadlineRow[] => read.select(deadlinesTable, { orderBy: ['at'], limit });

/** What is wrong with a deadline that is asked for, and what mends it; undefined where nothing is. */
const faultOf = (
  { name, deadlines = [] }: ContextDefinition,
  { event, subject, at }: DeadlineAsked,
): readonly [message: string, mend: string] | undefined => {
  if (!deadlines.some(({ type }) => type === event.type))
    return [`${name} sets a deadline ${event.type}, which is not among its deadlines`, `Declare it: deadlines: [${event.type}].`];
  if (typeof subject !== 'string' || subject === '')
    return [
      `${name} sets a deadline ${event.type} of ${JSON.stringify(subject)}, which is not an id`,
      'Give the id of what it is about, a text.',
    ];
  if (Number.isFinite(at) && Math.abs(at) <= LAST_INSTANT_MS) return undefined;
  return [
    `${name} sets the deadline ${event.type} of ${subject} to ${String(at)}, which is not an instant`,
    'Give milliseconds since 1970, for example scope.now + 60_000.',
  ];
};

const createBook = ({ definition }: DeadlinesOptions, touch: () => void): DeadlineBook => ({
  set: (tables, asked) => {
    const fault = faultOf(definition, asked);
    if (fault !== undefined) throw new OperatingError('invalid-input', fault[0], { mend: fault[1] });
    const {
      event: { type, schema },
      subject,
      data,
      at,
      cause,
    } = asked;
    // What breaks the contract is told to the one who sets it, and not when it is too late.
    vouchFor({ type, schema }, data);
    tables.put(deadlinesTable, { type, subject, at: Math.ceil(at), data, ...cause });
    touch();
  },
  cancel: (tables, { type }, subject) => {
    const isThere = tables.remove(deadlinesTable, type, subject);
    if (isThere) touch();
    return isThere;
  },
});

/** Tells that a deadline has passed, in the transaction at hand; what can't be told (any more) becomes a dead letter. */
const createTelling = ({ definition, log, letterLimit, stage }: DeadlinesOptions) => {
  const { name, events } = definition;
  const faultWith = (tables: Tx, envelope: Envelope): string | undefined => {
    const declared = events.find(({ type }) => type === envelope.type);
    if (declared === undefined) return `${name} does not declare ${envelope.type} among its events any more.`;
    try {
      vouchFor(declared, envelope.data);
    } catch (error) {
      return breachOf(envelope.type, error);
    }
    try {
      stage(tables, envelope);
      return undefined;
    } catch (error) {
      if (error instanceof Refusal) return reasonOf(error);
      throw error;
    }
  };
  return (scope: ActorScope, { type, subject, data, causationId, correlationId, traceId }: DeadlineRow): void => {
    scope.causedBy({ causationId, correlationId, traceId });
    const envelope = scope.envelopeOf(type, subject, data);
    const reason = faultWith(scope.tables, envelope);
    if (reason === undefined) return;
    buryUnsent(scope.tables, { message: envelope, reason, attempts: 1, at: scope.now }, letterLimit);
    log.error({ context: name, type, subject, reason }, `${name} dead-letters a deadline: ${reason}`);
  };
};

/** Makes the deadlines of an actor's life. Begin it to have those come that earlier lives left. */
export const createDeadlines = (options: DeadlinesOptions): Deadlines => {
  const { read, timers, reach, transact, guarded, pauseMs } = options;
  const tell = createTelling(options);
  let isTouched = false;
  let nextAt: EpochMs = Infinity;
  let cancelAlarm: Cancel | undefined;
  const book = createBook(options, () => {
    isTouched = true;
  });

  const disarm = (): void => {
    cancelAlarm?.();
    cancelAlarm = undefined;
  };

  const arm = (): void => {
    disarm();
    nextAt = nextOf(read, 1)[0]?.at ?? Infinity;
    if (nextAt < Infinity) cancelAlarm = timers.at(nextAt, ring);
  };

  const tryLater = (): void => {
    disarm();
    cancelAlarm = timers.after(pauseMs, ring);
  };

  /** Those whose instant has come: each is removed and told in one and the same transaction. */
  const pass = (): void => {
    const passed = transact((scope) => {
      const rows = nextOf(scope.tables, MAX_AT_ONCE).filter(({ at }) => at <= scope.now);
      for (const row of rows) {
        scope.tables.remove(deadlinesTable, row.type, row.subject);
        tell(scope, row);
      }
      for (const { type } of rows) reach?.('before-commit', type);
      return rows;
    });
    arm();
    for (const { type } of passed) reach?.('after-commit', type);
  };

  const ring = (): void => {
    cancelAlarm = undefined;
    if (options.isOutboxFull()) {
      tryLater();
      return;
    }
    guarded(() => {
      try {
        pass();
      } catch (error) {
        tryLater();
        throw error;
      }
    });
  };

  return {
    ...book,
    committed: () => {
      if (!isTouched) return;
      isTouched = false;
      arm();
    },
    rolledBack: () => {
      isTouched = false;
    },
    begin: arm,
    due: () => (nextAt > timers.now() ? 0 : read.select(deadlinesTable).filter(({ at }) => at <= timers.now()).length),
    halt: disarm,
  };
};
