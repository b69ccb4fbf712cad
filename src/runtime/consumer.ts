import { messageOf, NotYet, OperatingError } from '../kernel/errors.ts';
import { isMalformed } from '../bus/bus.ts';
import { SimulatedCrash } from './actor-port.ts';
import { breachOf, bury, reasonOf } from './dead-letters.ts';
import { inboxTable, parkedTable, positionOf, positionTable } from './ledger.ts';
import type { Timers } from '../kernel/clock.ts';
import type { Envelope } from '../kernel/envelope.ts';
import type { EventDefinition } from '../kernel/event.ts';
import type { Logger } from '../kernel/log.ts';
import type { Handling, Recorder } from '../kernel/recording.ts';
import type { Delivery, Malformed } from '../bus/bus.ts';
import type { CrashPoint } from './actor-port.ts';
import type { ContextDefinition, Subscription } from './context.ts';
import type { ParkedRow } from './ledger.ts';
import type { Parking } from './parking.ts';
import type { ActorScope } from './scope.ts';
import type { Reads } from './tables.ts';

/** An event of the system, as the context that hears everything must know it. */
export interface KnownEvent extends EventDefinition {
  /** The source of its events: `/front`. Where it is given, the same type from another source is dead-lettered. */
  readonly source?: string;
}

/** What a consumer works with. */
export interface ConsumerOptions {
  readonly definition: ContextDefinition;
  readonly knownEvents: readonly KnownEvent[];
  readonly read: Reads;
  readonly timers: Timers;
  readonly log: Logger;
  /** Absent where nobody listens. */
  readonly recorder: Recorder | undefined;
  readonly reach: ((point: CrashPoint, messageType: string) => void) | undefined;
  readonly parking: Parking;
  /** Runs one transaction of the actor. */
  readonly transact: <Result>(work: (scope: ActorScope) => Result) => Result;
}

/** Takes messages in: each one's effect, inbox row and position in one transaction. */
export interface Consumer {
  /** How far it has come. */
  position(): number;
  /**
   * Handles a batch; when it returns, every message of it has had its effect, is parked, or is dead-lettered.
   * Throws where the database fails (that is not the messages' fault: they come again) and at a crash point.
   */
  handleBatch(batch: readonly Delivery[]): void;
  /** Tries the parked messages that are due. Throws as `handleBatch` does. */
  retryDue(): void;
  /** Tries those that came too early: what they wait for may have been committed just before a crash. Throws as `handleBatch` does. */
  retryEarly(): void;
}

/** What was done with a message, and why where it is not plain. */
interface Fate {
  readonly handling: Handling;
  readonly reason?: string;
}

const HANDLED: Fate = { handling: 'handled' };
const DUPLICATE: Fate = { handling: 'duplicate' };
const NOT_CONCERNED: Fate = { handling: 'handled', reason: 'Nothing depends on it here.' };

/** Whether a failure is the machine's and not the message's: handling it again may succeed, and giving it up would lose it. */
const isNotItsFault = (error: unknown): boolean =>
  error instanceof SimulatedCrash || (error instanceof OperatingError && error.trouble === 'infrastructure');

/** Says what is wrong with an event before any handler sees it; undefined where nothing is. */
const createInspection = ({ definition, knownEvents }: ConsumerOptions) => {
  const sources = new Map(knownEvents.map((event) => [event.type, event.source]));
  return (event: Envelope, subscription: Subscription | undefined): string | undefined => {
    if (definition.hearsAll === true) {
      const source = sources.get(event.type);
      if (subscription === undefined && !sources.has(event.type)) return `${event.type} is not an event of this system.`;
      if (source !== undefined && source !== event.source) return `${event.type} comes from ${source}, and this one claims to come from ${event.source}.`;
    }
    if (subscription === undefined) return undefined;
    try {
      subscription.event.schema.parse(event.data);
      return undefined;
    } catch (error) {
      return breachOf(event.type, error);
    }
  };
};

/** Writes what happens to messages into the recording; nothing at all where nobody listens. */
const createMinutes = (context: string, recorder: Recorder | undefined) => ({
  delivered: (batch: readonly Delivery[]): void => {
    if (recorder === undefined) return;
    for (const { seq, attempt, message } of batch) {
      const { id, type, subject } = isMalformed(message) ? { id: '', type: '', subject: message.subject } : message;
      recorder.record({ kind: 'message.delivered', context, seq, attempt, id, type, subject });
    }
  },
  handled: (seq: number, message: Envelope | Malformed, fate: Fate): void => {
    if (recorder === undefined) return;
    const { id, type, subject } = isMalformed(message) ? { id: '', type: '', subject: message.subject } : message;
    recorder.record({ kind: 'message.handled', context, seq, id, type, subject, ...fate });
  },
});

type Minutes = ReturnType<typeof createMinutes>;

/** Does one message within a transaction: the whole of what the runtime promises about a message, but for failing handlers. */
const createIntake = (options: ConsumerOptions) => {
  const { definition, timers } = options;
  const subscriptions = new Map(definition.subscriptions.map((subscription) => [subscription.event.type, subscription]));
  const inspect = createInspection(options);

  const giveUp = (scope: ActorScope, seq: number, message: Envelope | Malformed, reason: string, attempts: number): Fate =>
    bury(scope.tables, { seq, message, reason, attempts, at: timers.now() }) ? { handling: 'dead-lettered', reason } : DUPLICATE;

  const run = (scope: ActorScope, event: Envelope): void => {
    const subscription = subscriptions.get(event.type);
    if (subscription === undefined) throw new Error(`${definition.name} has no handler for ${event.type} any more`);
    scope.causedByEvent(event);
    // The definition's type ties this handler to the event whose schema was checked when it came in.
    subscription.handle(event as Envelope<string, never>, scope);
  };

  const takeIn = (scope: ActorScope, { seq, attempt, message }: Delivery): Fate => {
    if (isMalformed(message)) return giveUp(scope, seq, message, `The message ${message.reason}.`, attempt);
    const subscription = subscriptions.get(message.type);
    if (subscription === undefined && definition.hearsAll !== true) return NOT_CONCERNED;
    const { tables } = scope;
    if (tables.get(inboxTable, message.id) !== undefined) return DUPLICATE;
    const fault = inspect(message, subscription);
    if (fault === undefined && subscription === undefined) return NOT_CONCERNED;
    // Before the effect, so that the changes of one commit can be told apart by the inbox rows among them.
    tables.put(inboxTable, { eventId: message.id, handledAt: scope.now });
    if (fault !== undefined) return giveUp(scope, seq, message, fault, attempt);
    run(scope, message);
    return HANDLED;
  };

  return { takeIn, run, giveUp };
};

type Intake = ReturnType<typeof createIntake>;

/** Handles parked messages again. */
const createSecondTries = (options: ConsumerOptions, intake: Intake, minutes: Minutes) => {
  const { definition, parking, transact, reach, log } = options;

  const succeeds = (row: ParkedRow): unknown => {
    try {
      transact((scope) => {
        scope.tables.remove(parkedTable, row.eventId);
        intake.run(scope, row.envelope);
        reach?.('before-commit', row.type);
      });
    } catch (error) {
      if (isNotItsFault(error)) throw error;
      return error;
    }
    parking.forget(row);
    minutes.handled(row.seq, row.envelope, HANDLED);
    reach?.('after-commit', row.type);
    return undefined;
  };

  const failAgain = (row: ParkedRow, error: unknown): void => {
    const next = parking.nextFailure(row, error);
    const reason = reasonOf(error);
    const isWaiting = row.tooEarly && error instanceof NotYet;
    transact((scope) => {
      if (next !== undefined) {
        scope.tables.put(parkedTable, next);
        return;
      }
      scope.tables.remove(parkedTable, row.eventId);
      intake.giveUp(scope, row.seq, row.envelope, reason, row.attempts + 1);
    });
    const fields = { context: definition.name, event: row.eventId, type: row.type, subject: row.subject, err: error };
    if (next === undefined) {
      parking.forget(row);
      log.error(fields, `${definition.name} gives ${row.type} up: ${reason}`);
    } else {
      parking.keep(next);
      if (!isWaiting) log.warn(fields, `${definition.name} failed again at ${row.type}: ${reason}`);
    }
    minutes.handled(row.seq, row.envelope, { handling: next === undefined ? 'dead-lettered' : 'parked', reason });
  };

  /** Handles what waited for this subject, until nothing more moves. */
  const release = (subject: string): void => {
    for (let moved = true; moved && parking.isAwaited(subject); ) {
      moved = false;
      for (const row of parking.awaiting(subject)) {
        const error = succeeds(row);
        // Still too early is no news: its timer goes on, and nothing is written.
        if (error !== undefined && !(error instanceof NotYet)) failAgain(row, error);
        moved ||= error === undefined;
      }
    }
  };

  const retryDue = (): void => {
    for (const row of parking.due()) {
      const error = succeeds(row);
      if (error === undefined) release(row.subject);
      else failAgain(row, error);
    }
  };

  const retryEarly = (): void => {
    for (const { subject } of parking.list()) release(subject);
  };

  return { release, retryDue, retryEarly };
};

/** Makes the consumer of an actor's life, at the position that was committed last. */
export const createConsumer = (options: ConsumerOptions): Consumer => {
  const { definition, parking, transact, reach, timers, log } = options;
  const { name } = definition;
  const minutes = createMinutes(name, options.recorder);
  const intake = createIntake(options);
  const { release, retryDue, retryEarly } = createSecondTries(options, intake, minutes);
  const fates: Fate[] = [];
  let position = positionOf(options.read, name);

  const moveOn = (scope: ActorScope, seq: number): void => {
    if (seq > position) scope.tables.put(positionTable, { consumer: name, seq });
  };

  const reachAll = (point: CrashPoint, batch: readonly Delivery[], start: number, end: number): void => {
    if (reach === undefined) return;
    for (let index = start; index < end; index += 1) {
      const { message } = batch[index]!;
      reach(point, isMalformed(message) ? 'malformed' : message.type);
    }
  };

  /** Where a range from `start` must end: behind the first message that another one waits for, so that nothing overtakes the waiting one again. */
  const endOf = (batch: readonly Delivery[], start: number): number => {
    if (parking.size() === 0) return batch.length;
    for (let index = start; index < batch.length; index += 1) {
      const { message } = batch[index]!;
      if (!isMalformed(message) && parking.isAwaited(message.subject)) return index + 1;
    }
    return batch.length;
  };

  /** Handles a range in one transaction; where a message fails, nothing of it, and returns that message's place and its error. */
  const takeInRange = (batch: readonly Delivery[], start: number, end: number): { readonly failedAt: number; readonly error: unknown } | undefined => {
    let at = start;
    let last = position;
    try {
      transact((scope) => {
        for (; at < end; at += 1) {
          const delivery = batch[at]!;
          fates[at] = intake.takeIn(scope, delivery);
          if (delivery.seq > last) last = delivery.seq;
        }
        moveOn(scope, last);
        reachAll('before-commit', batch, start, end);
      });
    } catch (error) {
      if (at === end || isNotItsFault(error)) throw error;
      return { failedAt: at, error };
    }
    position = last;
    for (let index = start; index < end; index += 1) {
      const { seq, message } = batch[index]!;
      const fate = fates[index]!;
      minutes.handled(seq, message, fate);
      if (fate.handling === 'dead-lettered') {
        log.error({ context: name, seq, subject: message.subject, reason: fate.reason }, `${name} dead-letters a message: ${fate.reason}`);
      }
    }
    reachAll('after-commit', batch, start, end);
    return undefined;
  };

  /** Puts a message aside whose handler failed, or gives it up; either way it is taken in, and those behind it go on. */
  const putAside = ({ seq, message }: Delivery, error: unknown): void => {
    const event = message as Envelope;
    const row = parking.firstFailure(seq, event, error);
    const reason = reasonOf(error);
    transact((scope) => {
      scope.tables.put(inboxTable, { eventId: event.id, handledAt: timers.now() });
      if (row === undefined) intake.giveUp(scope, seq, event, reason, 1);
      else scope.tables.put(parkedTable, row);
      moveOn(scope, seq);
      reach?.('before-commit', event.type);
    });
    position = Math.max(position, seq);
    if (row !== undefined) parking.keep(row);
    minutes.handled(seq, event, { handling: row === undefined ? 'dead-lettered' : 'parked', reason });
    if (!(error instanceof NotYet)) {
      const fields = { context: name, seq, event: event.id, type: event.type, subject: event.subject, err: error };
      log.warn(fields, `${name} failed at ${event.type} and ${row === undefined ? 'gives it up' : 'puts it aside'}: ${messageOf(error)}`);
    }
    reach?.('after-commit', event.type);
  };

  const handleBatch = (batch: readonly Delivery[]): void => {
    minutes.delivered(batch);
    let start = 0;
    let end = endOf(batch, start);
    while (start < batch.length) {
      const failure = takeInRange(batch, start, end);
      if (failure === undefined) {
        const last = batch[end - 1]!.message;
        if (parking.size() > 0 && !isMalformed(last) && fates[end - 1] === HANDLED) release(last.subject);
        start = end;
        end = endOf(batch, start);
      } else if (failure.failedAt > start) {
        // Those before it are done again without it, in one transaction of their own.
        end = failure.failedAt;
      } else {
        putAside(batch[start]!, failure.error);
        start += 1;
        end = endOf(batch, start);
      }
    }
    reachAll('before-acknowledge', batch, 0, batch.length);
  };

  return { position: () => position, handleBatch, retryDue, retryEarly };
};
