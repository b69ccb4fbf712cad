import { NotYet } from '../../kernel/errors.ts';
import { reasonOf } from './dead-letters.ts';
import { HANDLED, isNotItsFault } from './intake.ts';
import { parkedTable } from './ledger.ts';
import type { ConsumerOptions, Intake, Minutes } from './intake.ts';
import type { ParkedRow } from './ledger.ts';

/** Handles parked messages again. */
export const createSecondTries = (options: ConsumerOptions, intake: Intake, minutes: Minutes) => {
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
    for (let moved = true; moved && parking.isAwaited(subject);) {
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
