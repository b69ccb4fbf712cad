/**
 * The one form in which words are compared: Unicode's NFC. Korean as macOS writes it (NFD, each syllable taken apart) looks
 * the same to people, and is another text to a program.
 */
export const composed = (text: string): string => text.normalize('NFC');

/** Whether two texts are the same to people. */
export const isSameText = (one: string, other: string): boolean => one === other || composed(one) === composed(other);

/** Whether a text holds another one, as people read them. */
export const holdsText = (text: string, part: string): boolean => text.includes(part) || composed(text).includes(composed(part));

/** The words that somebody looks for, in the form of {@link searchable}. */
export const searchWords = (text: string): readonly string[] =>
  searchable(text)
    .split(/\s+/)
    .filter((word) => word !== '');

/** A text in the form in which it is searched: case and composition make no difference. */
export const searchable = (text: string): string => composed(text).toLowerCase();
