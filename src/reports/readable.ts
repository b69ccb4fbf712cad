import { visible } from './width.ts';

/** Of a text that is longer than this, in characters, the middle is left out. */
const MOST = 600;
const END = 150;
/** More marks than this on one letter are no writing. */
const PILES = /(\p{M}{4})\p{M}+/gu;

/**
 * A text that holds what somebody else wrote, for people to read: nothing in it drives a terminal, piles marks up, or goes
 * on for pages.
 */
export const readable = (text: string): string => {
  const letters = [...visible(text).toWellFormed().replace(PILES, '$1…')];
  if (letters.length <= MOST) return letters.join('');
  return `${letters.slice(0, MOST - END).join('')} … (${letters.length - MOST} characters left out) … ${letters.slice(-END).join('')}`;
};

/** The same on one line. */
export const readableLine = (text: string): string => readable(text.replace(/[\r\n\t\u2028\u2029]+/g, ' '));

/**
 * JSON in which nothing drives a terminal, turns the direction of writing, or ends a line for some: JSON itself leaves
 * that as it stands.
 */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
