import type { Envelope } from '../kernel/envelope.ts';
import { OperatingError } from '../kernel/errors.ts';
import type { Delivery, Malformed } from './bus.ts';
import { typeOf } from './wire.ts';

/** How many ids are remembered at least, to tell a message published twice; a relay repeats only its latest ones. */
const REMEMBERED_IDS = 20_000;

/** The messages of one world, in order, of which the oldest may be forgotten. */
export interface MessageLog {
  /** Stores a message and returns its `seq`: 1, 2, 3 … */
  append(message: Envelope | Malformed): number;
  /** The message at `seq`, which must lie between `firstSeq` and `lastSeq`. */
  at(seq: number): Envelope | Malformed;
  /** The oldest `seq` still kept; 1 in an empty log. */
  firstSeq(): number;
  /** The latest `seq`; 0 in an empty log. */
  lastSeq(): number;
  /** True the first time that this id is asked for, and remembers it; false within the last 100,000 ids. */
  isNew(id: string): boolean;
  /** Whether enough has gathered to be worth forgetting some. */
  isOverfull(): boolean;
  /** Forgets the oldest messages up to this `seq`, except for those that are retained anyway. */
  forgetUpTo(seq: number): void;
  /** The error of whoever wants what comes after `afterSeq` when part of that is forgotten. */
  forgotten(afterSeq: number): OperatingError;
  read(afterSeq: number, types: readonly string[] | undefined): AsyncGenerator<Delivery, void>;
}

/** An empty log that keeps the last `retained` messages at least. */
export const createMessageLog = (retained: number): MessageLog => {
  const messages: (Envelope | Malformed)[] = [];
  // Forgetting moves the rest of the array, so it is done for many messages at once.
  const slack = Math.max(256, retained >> 2);
  let firstSeq = 1;
  // Two generations of ids instead of one queue: the older half is dropped whole.
  let ids = new Set<string>();
  let olderIds = new Set<string>();

  const lastSeq = (): number => firstSeq + messages.length - 1;
  const forgotten = (afterSeq: number): OperatingError =>
    new OperatingError(
      'infrastructure',
      `the memory bus keeps its last messages only, from ${firstSeq} on; those after ${afterSeq} are no longer all there`,
      {
        mend: 'Raise the number of retained messages, or use the embedded server (--bus embedded), which keeps all.',
      },
    );
  const at = (seq: number): Envelope | Malformed => messages[seq - firstSeq] as Envelope | Malformed;

  return {
    append: (message) => messages.push(message) + firstSeq - 1,
    at,
    firstSeq: () => firstSeq,
    lastSeq,
    isNew: (id) => {
      if (ids.has(id) || olderIds.has(id)) return false;
      if (ids.size >= REMEMBERED_IDS) {
        olderIds = ids;
        ids = new Set();
      }
      ids.add(id);
      return true;
    },
    isOverfull: () => messages.length > retained + slack,
    forgetUpTo: (seq) => {
      const count = Math.min(seq - firstSeq + 1, messages.length - retained);
      // A slow consumer may hold on to all of them; then nothing is moved for the sake of a few.
      if (count < slack) return;
      messages.splice(0, count);
      firstSeq += count;
    },
    forgotten,
    read: (afterSeq, types) => {
      const end = lastSeq();
      const wanted = types === undefined ? undefined : new Set(types);
      return (async function* () {
        for (let seq = afterSeq + 1; seq <= end; seq += 1) {
          if (seq < firstSeq) throw forgotten(seq - 1);
          const message = at(seq);
          if (wanted === undefined || wanted.has(typeOf(message))) yield { seq, attempt: 1, message };
        }
      })();
    },
  };
};
