import type { Clock } from './clock.ts';
import type { Random } from './random.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Identifies one event; the key of every deduplication. */
export type EventId = Branded<'EventId'>;
/** Whole Korean won. */
export type Won = number;

/** Crockford's base 32: no I, L, O, U; sorts like the number that it spells. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const spell = (value: number, length: number): string => {
  let rest = value;
  let text = '';
  for (let index = 0; index < length; index += 1) {
    text = DIGITS[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
};

/** What four digits can count. */
const COUNT_LIMIT = 32 ** 4;

const hex32 = (value: number): string => value.toString(16).padStart(8, '0');

/** Makes ids; one for each run (or for each context of a simulation), from the run's clock and seed. */
export interface IdSource {
  /** A new id: unique, and sortable by time of making, like a ULID (26 characters of Crockford's base 32). */
  next(): string;
  /** 16 bytes in lower-case hex: a W3C trace id. */
  traceId(): string;
  /** 8 bytes in lower-case hex: a W3C span (parent) id. */
  spanId(): string;
}

/**
 * Ids in the form of a ULID: 48 bits of time, then 80 bits of which the first 20 count within the
 * millisecond, so that ids of one source sort in the order of their making, and 60 are random.
 */
export const createIds = (clock: Clock, random: Random): IdSource => {
  let lastMs = -1;
  let spelledMs = '';
  let count = 0;
  return {
    next: () => {
      // A clock set back must not break the order: ids never go below the latest time seen. Virtual time knows
      // parts of a millisecond, which have no digits.
      const nowMs = Math.max(Math.floor(clock.now()), lastMs);
      count += 1;
      if (nowMs > lastMs || count === COUNT_LIMIT) {
        lastMs = nowMs > lastMs ? nowMs : lastMs + 1;
        spelledMs = spell(lastMs, 10);
        count = 0;
      }
      return spelledMs + spell(count, 4) + spell(random.uint32() >>> 2, 6) + spell(random.uint32() >>> 2, 6);
    },
    traceId: () => hex32(random.uint32()) + hex32(random.uint32()) + hex32(random.uint32()) + hex32((random.uint32() | 1) >>> 0),
    spanId: () => hex32(random.uint32()) + hex32((random.uint32() | 1) >>> 0),
  };
};
