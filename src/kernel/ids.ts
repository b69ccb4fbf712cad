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

/** Two digits at a time: every number below 32 × 32. */
const PAIRS: readonly string[] = Array.from({ length: 1_024 }, (_, value) => DIGITS.charAt(value >>> 5) + DIGITS.charAt(value & 31));

/** 20 bits in four digits. */
const spell20 = (value: number): string => PAIRS[value >>> 10]! + PAIRS[value & 1_023]!;
/** 30 bits in six digits. */
const spell30 = (value: number): string => PAIRS[value >>> 20]! + PAIRS[(value >>> 10) & 1_023]! + PAIRS[value & 1_023]!;

let lastSpelledMs = Number.NaN;
let lastSpelling = '';
/** 50 bits of time in ten digits. Pure; sources of one run ask for the same millisecond, one after the other. */
const spellMs = (ms: number): string => {
  if (ms === lastSpelledMs) return lastSpelling;
  lastSpelledMs = ms;
  lastSpelling = spell20(Math.floor(ms / 2 ** 30)) + spell30(ms % 2 ** 30);
  return lastSpelling;
};

/** What four digits can count. */
const COUNT_LIMIT = 32 ** 4;

const HEX_TRIPLES: readonly string[] = Array.from({ length: 4_096 }, (_, value) => value.toString(16).padStart(3, '0'));
const HEX_PAIRS: readonly string[] = Array.from({ length: 256 }, (_, value) => value.toString(16).padStart(2, '0'));

const hex32 = (value: number): string => HEX_TRIPLES[value >>> 20]! + HEX_TRIPLES[(value >>> 8) & 4_095]! + HEX_PAIRS[value & 255]!;

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
        spelledMs = spellMs(lastMs);
        count = 0;
      }
      return spelledMs + spell20(count) + spell30(random.uint32() >>> 2) + spell30(random.uint32() >>> 2);
    },
    traceId: () => hex32(random.uint32()) + hex32(random.uint32()) + hex32(random.uint32()) + hex32((random.uint32() | 1) >>> 0),
    spanId: () => hex32(random.uint32()) + hex32((random.uint32() | 1) >>> 0),
  };
};
