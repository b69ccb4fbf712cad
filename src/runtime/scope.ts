import { assert } from '../kernel/errors.ts';
import { causeOf } from '../kernel/envelope.ts';
import { rfc3339 } from '../kernel/time-text.ts';
import type { EpochMs } from '../kernel/clock.ts';
import type { Cause, Envelope } from '../kernel/envelope.ts';
import type { EventDefinition } from '../kernel/event.ts';
import type { EventId, IdSource } from '../kernel/ids.ts';
import type { ContextDefinition, Scope } from './context.ts';
import type { Tx } from './tables.ts';

/** The scope of an actor, used again for each of its transactions. */
export interface ActorScope extends Scope {
  /** A transaction begins. */
  open(tables: Tx, now: EpochMs): void;
  /** What is emitted from now on was caused by this command. */
  causedBy(cause: Cause): void;
  /** What is emitted from now on was caused by this event. */
  causedByEvent(event: Envelope): void;
  /** The transaction is over; a handler that kept the scope and uses it later has a bug, which asserts. */
  close(): void;
}

/** What an actor's scope is made of. */
export interface ScopeOptions {
  readonly definition: ContextDefinition;
  readonly ids: IdSource;
  /** Writes an event to the outbox, in the transaction at hand. */
  readonly stage: (tables: Tx, envelope: Envelope) => void;
}

/** Makes the scope that commands and event handlers of one actor work with, one after the other. */
export const createScope = ({ definition, ids, stage }: ScopeOptions): ActorScope => {
  const source = `/${definition.name}`;
  const events = new Map(definition.events.map((event) => [event.type, event]));
  let current: Tx | undefined;
  let now: EpochMs = 0;
  let cause: Cause | undefined;
  let causingEvent: Envelope | undefined;

  const tables = (): Tx => {
    assert(current !== undefined, `${definition.name} uses its scope only inside the transaction that it was given for`);
    return current;
  };

  const emit = <Data>(event: EventDefinition<string, Data>, subject: string, data: Data): void => {
    const declared = events.get(event.type);
    assert(declared !== undefined, `${definition.name} emits ${event.type}, which its definition declares`);
    // Throws where the data breaks our own contract: a bug of the context, told before anybody else gets it.
    declared.schema.parse(data);
    if (cause === undefined) {
      assert(causingEvent !== undefined, `what ${definition.name} emits has a cause`);
      cause = causeOf(causingEvent);
    }
    stage(tables(), {
      specversion: '1.0',
      id: ids.next() as EventId,
      source,
      type: event.type,
      subject,
      time: rfc3339(now),
      datacontenttype: 'application/json',
      correlationid: cause.correlationId,
      causationid: cause.causationId,
      traceparent: `00-${cause.traceId}-${ids.spanId()}-01`,
      data,
    });
  };

  return {
    get tables() {
      return tables();
    },
    get now() {
      return now;
    },
    newId: () => ids.next(),
    emit,
    open: (opened, at) => {
      current = opened;
      now = at;
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
      current = undefined;
    },
  };
};
