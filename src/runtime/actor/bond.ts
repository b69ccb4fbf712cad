import { OperatingError } from '../../kernel/errors.ts';
import type { StreamLook } from '../../bus/bus.ts';
import { bindingTable, positionTable } from './ledger.ts';
import type { Reads } from '../tables/tables.ts';

/** What a context's database and its stream are to each other, once they were found to belong together. */
export interface Bond {
  readonly stream: string;
  /** Where the consumer goes on. */
  readonly seq: number;
}

const ANEW = 'to begin anew on purpose, name another world with --world, or delete the stream and the data folder both';

const refusal = (context: string, what: string, mend: string): OperatingError =>
  new OperatingError('infrastructure', `the database of ${context} and its stream do not belong together: ${what}`, {
    mend: `${mend}; ${ANEW}.`,
  });

/** A new database begins where nothing of its context has happened yet: it would do all again, what it did long ago and told the others. */
const beginning = async (context: string, look: StreamLook): Promise<number> => {
  if (await look.holdsEventsOf(`/${context}`)) {
    throw refusal(
      context,
      `the stream holds events of ${context}, and the database is new`,
      'Bring back the data folder that belongs to the stream (--data-dir)',
    );
  }
  // Somebody emptied it: there is nothing to be missed.
  if (look.firstSeq > look.lastSeq) return look.lastSeq;
  return 0;
};

/** Whether the message that was handled last is still the one that stands at its place: the number alone proves nothing. */
const isStillThere = async (look: StreamLook, seq: number, eventId: string | null): Promise<boolean> => {
  if (eventId === null || seq < look.firstSeq) return true;
  const found = await look.eventAt(seq);
  return found === undefined || found === eventId;
};

/**
 * Holds a context's database against its stream, and returns how they are bound. Throws an OperatingError (infrastructure) where
 * messages would be skipped or handled again: another stream of the same name, one that fell back (and may have grown again),
 * one that was purged beyond what was handled, and a new database on a stream that knows its context.
 */
export const bondOf = async (read: Reads, context: string, look: StreamLook): Promise<Bond> => {
  const bound = read.get(bindingTable, context);
  const position = read.get(positionTable, context);
  // Who has handled nothing has missed nothing of the stream before, and begins on this one.
  const begunAt = bound?.stream === look.id ? bound.seq : undefined;
  const seq = position?.seq ?? begunAt ?? (await beginning(context, look));
  const back = 'Bring back the stream that belongs to the database, or the database that belongs to the stream';
  if (bound !== undefined && position !== undefined && bound.stream !== look.id) {
    throw refusal(context, `the stream was made anew (${look.id}; the database knows the one of ${bound.stream})`, back);
  }
  if (seq > look.lastSeq)
    throw refusal(context, `${context} has handled message ${seq}, and the stream ends at ${look.lastSeq}: it was lost or fell back`, back);
  if (look.firstSeq > seq + 1)
    throw refusal(
      context,
      `${context} has come to message ${seq}, and those up to ${look.firstSeq - 1} were removed from the stream`,
      back,
    );
  if (!(await isStillThere(look, seq, position?.eventId ?? null))) {
    throw refusal(context, `message ${seq} is another one than ${context} has handled: the stream fell back, and grew again`, back);
  }
  return { stream: look.id, seq };
};
