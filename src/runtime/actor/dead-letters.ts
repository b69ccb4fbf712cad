import { rfc3339 } from '../../kernel/time-text.ts';
import { deadLettersTable } from './ledger.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { messageOf, Refusal } from '../../kernel/errors.ts';
import { isMalformed } from '../../bus/bus.ts';
import type { Malformed } from '../../bus/bus.ts';
import type { DeadLetter } from './actor-port.ts';
import type { Tx } from '../tables/tables.ts';

/** Why a handling failed, for people; a refusal is named by its code too. */
export const reasonOf = (error: unknown): string => (error instanceof Refusal ? `${error.code}: ${error.message}` : messageOf(error));

interface Issue {
  readonly path?: readonly PropertyKey[];
  readonly message?: string;
}

/** What a schema found wrong, field by field where it tells (as zod's errors do). */
const fieldsOf = (error: unknown): string => {
  const { issues } = (error ?? {}) as { issues?: readonly Issue[] };
  if (!Array.isArray(issues)) return messageOf(error);
  return issues.map((issue: Issue) => `${['data', ...(issue.path ?? [])].map(String).join('.')}: ${issue.message ?? 'is wrong'}`).join('; ');
};

/** Why an event is not what its type's contract promises. */
export const breachOf = (type: string, error: unknown): string => `The event breaks the contract of ${type}: ${fieldsOf(error)}`;

/** What a dead letter is made from. */
export interface Burial {
  readonly seq: number;
  readonly message: Envelope | Malformed;
  readonly reason: string;
  readonly attempts: number;
  readonly at: EpochMs;
}

/** Gives a message up. One place in the stream has one dead letter, so a redelivery adds none: false where it was there already. */
export const bury = (tables: Tx, { seq, message, reason, attempts, at }: Burial): boolean => {
  if (tables.get(deadLettersTable, seq) !== undefined) return false;
  const letter: DeadLetter = isMalformed(message)
    ? { seq, id: null, type: null, subject: message.subject, error: reason, message: message.raw, attempts, at: rfc3339(at) }
    : {
        seq,
        id: message.id,
        type: message.type,
        subject: message.subject,
        error: reason,
        message: JSON.stringify(message),
        attempts,
        at: rfc3339(at),
      };
  tables.put(deadLettersTable, letter);
  return true;
};

/**
 * Gives up an event of our own that the bus can never take, and that it therefore has no place for in the stream: such
 * letters count downwards from -1.
 */
export const buryUnsent = (tables: Tx, burial: Omit<Burial, 'seq'>): void => {
  const [first] = tables.select(deadLettersTable, { orderBy: ['seq'], limit: 1 });
  bury(tables, { ...burial, seq: Math.min(0, first?.seq ?? 0) - 1 });
};
