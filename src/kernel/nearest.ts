import { distance } from 'fastest-levenshtein';

/** How many letters differ; two neighbours in the wrong order count as one, since that is one slip of the fingers. */
const slips = (written: string, word: string): number => {
  const plain = distance(written, word);
  if (plain < 2 || plain > 4 || written.length !== word.length) return plain;
  for (let index = 0; index + 1 < written.length; index += 1) {
    const swapped = `${written.slice(0, index)}${written[index + 1]}${written[index]}${written.slice(index + 2)}`;
    if (distance(swapped, word) === plain - 2) return plain - 1;
  }
  return plain;
};

/**
 * The word nearest to the one written, or undefined where none is near: at most a third of its letters
 * (at least one) may differ, or one may be the beginning of the other. Case does not count.
 */
export const nearest = (written: string, words: Iterable<string>): string | undefined => {
  const wanted = written.toLowerCase();
  // Very long texts are not misspelt words, and comparing them costs the product of their lengths.
  if (wanted === '' || wanted.length > 60) return undefined;
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: { readonly word: string; readonly far: number } | undefined;
  for (const word of words) {
    const candidate = word.toLowerCase();
    const shorter = Math.min(candidate.length, wanted.length);
    const begins = shorter >= 4 && (candidate.startsWith(wanted) || wanted.startsWith(candidate));
    const far = begins ? Math.min(limit, Math.abs(candidate.length - wanted.length)) : slips(wanted, candidate);
    if (far <= limit && far < shorter && (best === undefined || far < best.far)) best = { word, far };
  }
  return best?.word;
};
