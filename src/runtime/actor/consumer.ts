import { messageOf, NotYet } from '../../kernel/errors.ts';
import { isMalformed } from '../../bus/bus.ts';
import { reasonOf } from './dead-letters.ts';
import { createIntake, createMinutes, HANDLED, isMisuse, isNotItsFault } from './intake.ts';
import { inboxTable, parkedTable, positionOf, positionTable } from './ledger.ts';
import { createSecondTries } from './second-tries.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import type { Delivery } from '../../bus/bus.ts';
import type { CrashPoint } from './actor-port.ts';
import type { ConsumerOptions, Fate, Intake, Minutes } from './intake.ts';
import type { ActorScope } from './scope.ts';

/** Takes messages in: each one's effect, inbox row and position in one transaction. */
export interface Consumer {
  /** How far it has come. */
  readonly position: () => number;
  /**
   * Handles a batch; when it returns, every message of it has had its effect, is parked, or is dead-lettered.
   * Throws where the database fails (that is not the messages' fault: they come again) and at a crash point.
   */
  readonly handleBatch: (batch: readonly Delivery[]) => void;
  /** Tries the parked messages that are due. Throws as `handleBatch` does. */
  readonly retryDue: () => void;
  /** Tries those that came too early: what they wait for may have been committed just before a crash. Throws as `handleBatch` does. */
  readonly retryEarly: () => void;
}

/** How far the consumer has come: what is committed, and what the transaction at hand makes of it. */
const createPosition = ({ definition, read }: ConsumerOptions) => {
  let committed = positionOf(read, definition.name);
  return {
    seq: () => committed,
    write: (scope: ActorScope, { seq, message }: Delivery): void => {
      if (seq > committed)
        scope.tables.put(positionTable, { consumer: definition.name, seq, eventId: isMalformed(message) ? null : message.id });
    },
    committed: (seq: number): void => {
      if (seq > committed) committed = seq;
    },
  };
};

type Position = ReturnType<typeof createPosition>;

/** Where a range failed, and why. */
interface RangeFailure {
  readonly failedAt: number;
  readonly error: unknown;
}

/** Handles ranges of a batch, each in one transaction; where a message fails, nothing of its range. */
const createRanges = (options: ConsumerOptions, intake: Intake, minutes: Minutes, position: Position) => {
  const { definition, transact, log } = options;
  const fates: Fate[] = [];

  const tell = (batch: readonly Delivery[], start: number, end: number): void => {
    for (let index = start; index < end; index += 1) {
      const { seq, message } = batch[index]!;
      const fate = fates[index]!;
      minutes.handled(seq, message, fate);
      if (fate.handling !== 'dead-lettered') continue;
      log.error(
        { context: definition.name, seq, subject: message.subject, reason: fate.reason },
        `${definition.name} dead-letters a message: ${fate.reason}`,
      );
    }
  };

  const takeIn = (batch: readonly Delivery[], start: number, end: number): RangeFailure | undefined => {
    let at = start;
    let last = batch[start]!;
    try {
      transact((scope) => {
        for (; at < end; at += 1) {
          const delivery = batch[at]!;
          fates[at] = intake.takeIn(scope, delivery);
          if (delivery.seq > last.seq) last = delivery;
        }
        position.write(scope, last);
        reachAll(options, 'before-commit', batch, start, end);
      });
    } catch (error) {
      if (at === end || isNotItsFault(error)) throw error;
      return { failedAt: at, error };
    }
    position.committed(last.seq);
    tell(batch, start, end);
    reachAll(options, 'after-commit', batch, start, end);
    return undefined;
  };

  return { takeIn, isHandled: (index: number): boolean => fates[index] === HANDLED };
};

/** Puts a message aside whose handler failed, or gives it up; either way it is taken in, and those behind it go on. */
const createPuttingAside = (options: ConsumerOptions, intake: Intake, minutes: Minutes, position: Position) => {
  const { definition, parking, transact, reach, timers, log, onMisuse } = options;
  const { name } = definition;
  return (delivery: Delivery, error: unknown): void => {
    const { seq, message } = delivery;
    // What is malformed has no handler that could fail.
    const event = message as Envelope;
    if (isMisuse(error)) onMisuse(error);
    const row = parking.firstFailure(seq, event, error);
    const reason = reasonOf(error);
    transact((scope) => {
      scope.tables.put(inboxTable, { eventId: event.id, handledAt: timers.now() });
      if (row === undefined) intake.giveUp(scope, seq, event, reason, 1);
      else scope.tables.put(parkedTable, row);
      position.write(scope, delivery);
      reach?.('before-commit', event.type);
    });
    position.committed(seq);
    if (row !== undefined) parking.keep(row);
    minutes.handled(seq, event, { handling: row === undefined ? 'dead-lettered' : 'parked', reason });
    if (!(error instanceof NotYet)) {
      const fields = { context: name, seq, event: event.id, type: event.type, subject: event.subject, err: error };
      log.warn(fields, `${name} failed at ${event.type} and ${row === undefined ? 'gives it up' : 'puts it aside'}: ${messageOf(error)}`);
    }
    reach?.('after-commit', event.type);
  };
};

const reachAll = ({ reach }: ConsumerOptions, point: CrashPoint, batch: readonly Delivery[], start: number, end: number): void => {
  if (reach === undefined) return;
  for (let index = start; index < end; index += 1) {
    const { message } = batch[index]!;
    reach(point, isMalformed(message) ? 'malformed' : message.type);
  }
};

/** Makes the consumer of an actor's life, at the position that was committed last. */
export const createConsumer = (options: ConsumerOptions): Consumer => {
  const { parking } = options;
  const minutes = createMinutes(options.definition.name, options.recorder, options.tally);
  const intake = createIntake(options);
  const position = createPosition(options);
  const ranges = createRanges(options, intake, minutes, position);
  const putAside = createPuttingAside(options, intake, minutes, position);
  const { release, retryDue, retryEarly } = createSecondTries(options, intake, minutes);

  /**
   * Where a range from `start` must end: behind the first message that another one waits for, so that nothing overtakes
   * the waiting one again.
   */
  const endOf = (batch: readonly Delivery[], start: number): number => {
    if (parking.size() === 0) return batch.length;
    for (let index = start; index < batch.length; index += 1) {
      const { message } = batch[index]!;
      if (!isMalformed(message) && parking.isAwaited(message.subject)) return index + 1;
    }
    return batch.length;
  };

  const handleBatch = (batch: readonly Delivery[]): void => {
    minutes.delivered(batch);
    let start = 0;
    let end = endOf(batch, start);
    while (start < batch.length) {
      const failure = ranges.takeIn(batch, start, end);
      if (failure === undefined) {
        if (parking.size() > 0 && ranges.isHandled(end - 1)) release(batch[end - 1]!.message.subject);
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
    reachAll(options, 'before-acknowledge', batch, 0, batch.length);
  };

  return { position: position.seq, handleBatch, retryDue, retryEarly };
};
