import type { EpochMs } from './clock.ts';

/** What follows the second in a time, for each millisecond. */
const MILLISECONDS: readonly string[] = Array.from({ length: 1_000 }, (_, ms) => `.${String(ms).padStart(3, '0')}Z`);

let lastAt: EpochMs = Number.NaN;
let lastText = '';
let secondAt: EpochMs = Number.NaN;
let second = '';

/**
 * A time as people and messages have it: RFC 3339 in UTC with milliseconds. A pure function; what it remembers is
 * the latest answer, because nearly every time asked for is in the same second as the one before.
 */
export const rfc3339 = (at: EpochMs): string => {
  if (at === lastAt) return lastText;
  const sinceSecond = at - secondAt;
  if (sinceSecond >= 0 && sinceSecond < 1_000) {
    lastText = second + MILLISECONDS[Math.floor(sinceSecond)]!;
  } else {
    lastText = new Date(at).toISOString();
    // Years before 1970 and after 9999 are written otherwise, and are not worth remembering.
    if (at >= 0 && lastText.length === 24) {
      secondAt = Math.floor(at / 1_000) * 1_000;
      second = lastText.slice(0, 19);
    }
  }
  lastAt = at;
  return lastText;
};

/** Times that read the same once they were read and written: no leap days to doubt, no 24:00. */
const NORMAL = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** A time that may be written in any way that RFC 3339 allows, as {@link rfc3339} writes it. Throws a RangeError where it is none. */
export const normalTime = (text: string): string => (NORMAL.test(text) ? text : new Date(text).toISOString());
