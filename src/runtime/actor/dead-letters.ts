import { rfc3339 } from '../../kernel/time-text.ts';
import { checkHeard } from '../../kernel/event.ts';
import { deadLettersTable, outboxTable, parkedTable, talliesTable } from './ledger.ts';
import type { EpochMs } from '../../kernel/clock.ts';
import type { Envelope } from '../../kernel/envelope.ts';
import { messageOf, Refusal } from '../../kernel/errors.ts';
import { isMalformed } from '../../bus/bus.ts';
import type { Malformed } from '../../bus/bus.ts';
import type { DeadLetter } from './actor-port.ts';
import type { ContextDefinition } from './context.ts';
import type { Reads, Tx } from '../tables/tables.ts';

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
  return issues
    .map((issue: Issue) => `${['data', ...(issue.path ?? [])].map(String).join('.')}: ${issue.message ?? 'is wrong'}`)
    .join('; ');
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

/** How much room dead letters have. */
export interface LetterLimit {
  readonly maxBytes: number;
  /** Hears of a letter that had to go for newer ones; its message is still in the stream, for as long as the stream keeps it. */
  readonly onDropped: (letter: DeadLetter) => void;
}

/** What a row takes beside its texts, about; migration 3 of the ledger reckons with the same. */
const ROW_BYTES = 256;
const TALLY = 'dead_letters';

const sizeOf = ({ message, error }: DeadLetter): number => Buffer.byteLength(message) + Buffer.byteLength(error) + ROW_BYTES;

/** How many bytes the dead letters have; none of them is read for it. */
export const letterBytes = (read: Reads): number => read.get(talliesTable, TALLY)?.bytes ?? 0;

const count = (tables: Tx, bytes: number): void => tables.put(talliesTable, { name: TALLY, bytes: letterBytes(tables) + bytes });

const keep = (tables: Tx, letter: DeadLetter): void => {
  tables.put(deadLettersTable, letter);
  count(tables, sizeOf(letter));
};

/** Forgets a dead letter; its message stays in the stream. */
export const discardLetter = (tables: Tx, letter: DeadLetter): void => {
  if (tables.remove(deadLettersTable, letter.seq)) count(tables, -sizeOf(letter));
};

/** Lets the oldest letters go until the rest has room. Events that are in no stream have no other place, and stay. */
const makeRoom = (tables: Tx, { maxBytes, onDropped }: LetterLimit, newestSeq: number): void => {
  let kept = 0;
  while (letterBytes(tables) > maxBytes) {
    const [oldest] = tables.select(deadLettersTable, { orderBy: ['seq'], limit: 1, offset: kept });
    if (oldest === undefined) return;
    if (oldest.seq < 0 || oldest.seq === newestSeq) {
      kept += 1;
      continue;
    }
    discardLetter(tables, oldest);
    onDropped(oldest);
  }
};

/** Gives a message up. One place in the stream has one dead letter, so a redelivery adds none: false where it was there already. */
export const bury = (tables: Tx, { seq, message, reason, attempts, at }: Burial, limit: LetterLimit): boolean => {
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
  keep(tables, letter);
  makeRoom(tables, limit, seq);
  return true;
};

/**
 * Gives up an event of our own that the bus can never take, and that it therefore has no place for in the stream: such
 * letters count downwards from -1.
 */
export const buryUnsent = (tables: Tx, burial: Omit<Burial, 'seq'>, limit: LetterLimit): void => {
  const [first] = tables.select(deadLettersTable, { orderBy: ['seq'], limit: 1 });
  bury(tables, { ...burial, seq: Math.min(0, first?.seq ?? 0) - 1 }, limit);
};

const envelopeOf = (letter: DeadLetter): Envelope | undefined => {
  try {
    return letter.id === null ? undefined : (JSON.parse(letter.message) as Envelope);
  } catch (error) {
    // Whoever changed the text in the database is told with the letter's number.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Puts an event behind those to be published, where no relay runs that has them in memory. */
const putBehind = (tables: Tx, envelope: Envelope): void => {
  const [last] = tables.select(outboxTable, { descending: true, limit: 1 });
  tables.put(outboxTable, { position: (last?.position ?? 0) + 1, eventId: envelope.id, envelope });
};

/**
 * Puts the message of a dead letter back to where its context takes it up: to the messages put aside, or, for an event of its
 * own, by `stage`, to those to be published. Returns why not, as a sentence, where nothing could come of it.
 */
export const retryLetter = (
  tables: Tx,
  letter: DeadLetter,
  { name, subscriptions }: ContextDefinition,
  now: EpochMs,
  stage: (tables: Tx, envelope: Envelope) => void = putBehind,
): string | undefined => {
  const envelope = envelopeOf(letter);
  if (envelope === undefined) return 'It is not an event, and nobody can handle it.';
  const { id: eventId, type, subject } = envelope;
  if (letter.seq < 0) {
    stage(tables, envelope);
  } else {
    const subscription = subscriptions.find(({ event }) => event.type === type);
    if (subscription === undefined) return `${name} has no handler for ${type}.`;
    try {
      checkHeard(subscription.event, envelope.data);
    } catch (error) {
      return `${breachOf(type, error)}.`;
    }
    const { seq, error: reason } = letter;
    tables.put(parkedTable, {
      eventId,
      seq,
      type,
      subject,
      envelope,
      attempts: 0,
      reason,
      tooEarly: false,
      nextAttemptAt: now,
      parkedAt: now,
    });
  }
  discardLetter(tables, letter);
  return undefined;
};
