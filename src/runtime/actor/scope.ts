import { OperatingError, assert } from '../../kernel/errors.ts';
import { causeOf } from '../../kernel/envelope.ts';
import { rfc3339 } from '../../kernel/time-text.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Cause, Envelope } from '../../kernel/envelope.ts';
import { vouchFor, type EventDefinition } from '../../kernel/event.ts';
import type { EventId, IdSource } from '../../kernel/ids.ts';
import type { ContextDefinition, Scope } from './context.ts';
import type { Tx } from '../tables/tables.ts';

/** The scope of an actor, used again for each of its transactions. */
export interface ActorScope extends Scope {
  /** A transaction begins. */
  open(tables: Tx, now: EpochMs): void;
  /** What is emitted from now on was caused by this command. */
  causedBy(cause: Cause): void;
  /** What is emitted from now on was caused by this event. */
  causedByEvent(event: Envelope): void;
  /** An event of this context that is caused by what was said last. */
  envelopeOf(type: string, subject: string, data: unknown): Envelope;
  /** The transaction is over; a handler that kept the scope and uses it later has a bug, which asserts. */
  close(): void;
}

/** What a handler asks for; `cause` becomes that of the event. */
export interface DeadlineAsked {
  readonly event: EventDefinition;
  readonly subject: string;
  readonly data: unknown;
  readonly at: EpochMs;
  readonly cause: Cause;
}

/** Writes deadlines, in the transaction at hand. */
export interface DeadlineBook {
  /** Throws an OperatingError (invalid-input) where it is asked for what can't be. */
  readonly set: (tables: Tx, asked: DeadlineAsked) => void;
  /** Whether there was one to call off. */
  readonly cancel: (tables: Tx, event: EventDefinition, subject: string) => boolean;
}

/** What an actor's scope is made of. */
export interface ScopeOptions {
  readonly definition: ContextDefinition;
  readonly ids: IdSource;
  /** Writes an event to the outbox, in the transaction at hand. */
  readonly stage: (tables: Tx, envelope: Envelope) => void;
  readonly deadlines: DeadlineBook;
}

const closed = new Map<string, Tx>();

/** The tables outside of any transaction of this context; the same for all its lives. */
const closedTables = (name: string): Tx => {
  const known = closed.get(name);
  if (known !== undefined) return known;
  const refuse = (): never => {
    throw new Error(`assertion failed: ${name} uses its scope only inside the transaction that it was given for`);
  };
  const tables: Tx = { get: refuse, select: refuse, count: refuse, put: refuse, remove: refuse };
  closed.set(name, tables);
  return tables;
};

/**
 * Makes the scope that commands and event handlers of one actor work with, one after the other. Its tables and its
 * time are plain properties, set anew for each transaction: accessors in a literal give every scope a layout of its
 * own, which is slow to make and which the collector keeps for long.
 */
export const createScope = ({ definition, ids, stage, deadlines }: ScopeOptions): ActorScope => {
  const source = `/${definition.name}`;
  const noTables = closedTables(definition.name);
  let cause: Cause | undefined;
  let causingEvent: Envelope | undefined;

  const causeNow = (): Cause => {
    if (cause === undefined) {
      assert(causingEvent !== undefined, 'what is emitted has a cause');
      cause = causeOf(causingEvent);
    }
    return cause;
  };

  const envelopeOf = (type: string, subject: string, data: unknown): Envelope => {
    const { causationId, correlationId, traceId } = causeNow();
    return {
      specversion: '1.0',
      id: ids.next() as EventId,
      source,
      type,
      subject,
      time: rfc3339(scope.now),
      datacontenttype: 'application/json',
      correlationid: correlationId,
      causationid: causationId,
      traceparent: `00-${traceId}-${ids.spanId()}-01`,
      data,
    };
  };

  const emit = <Data>(event: EventDefinition<string, Data>, subject: string, data: Data): void => {
    const declared = definition.events.find(({ type }) => type === event.type);
    if (declared === undefined) {
      throw new OperatingError('invalid-input', `${definition.name} emits ${event.type}, which is not among its events`, {
        mend: `Declare it: events: [${event.type}].`,
      });
    }
    // Throws where the data breaks our own contract: a bug of the context, told before anybody else gets it.
    vouchFor(declared, data);
    stage(scope.tables, envelopeOf(event.type, subject, data));
  };

  const scope: { -readonly [Name in keyof ActorScope]: ActorScope[Name] } = {
    tables: noTables,
    now: 0,
    newId: () => ids.next(),
    emit,
    setDeadline: (event, subject, data, at) => {
      deadlines.set(scope.tables, { event, subject, data, at, cause: causeNow() });
    },
    cancelDeadline: (event, subject) => deadlines.cancel(scope.tables, event, subject),
    envelopeOf,
    open: (opened, at) => {
      scope.tables = opened;
      scope.now = at;
      cause = undefined;
      causingEvent = undefined;
    },
    causedBy: (command) => {
      cause = command;
    },
    causedByEvent: (event) => {
      cause = undefined;
      causingEvent = event;
    },
    close: () => {
      scope.tables = noTables;
    },
  };
  return scope;
};
