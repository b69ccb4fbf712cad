/** What the words of a scenario file stand for in one system: the things that steps name, and how its words are spelt. */
import { composed } from '../../kernel/words.ts';
import type { Table } from '../../runtime/tables/tables.ts';

/** Something that steps make, and know by a name. */
export interface Thing {
  /** One word: `order`. */
  readonly what: string;
  /** How it comes to be, after "is": `placed`. */
  readonly comes: string;
  /** The column that is its key; events about it name it by a member of that name, or have it as their subject. */
  readonly key: string;
  /** Whether events tell what happened to it. */
  readonly hasStory: boolean;
  /** A name for examples. */
  readonly sample: string;
  /** Where its row stands, for who looks at it by its name. */
  readonly row?: { readonly context: string; readonly table: Table };
}

/** How words of the system are spelt, where people may spell them otherwise. */
export interface Spelling {
  /** The word as the system spells it, composed. */
  readonly own: (word: string) => string;
  /** The same as others spell it. */
  readonly usual: (word: string) => string;
  /** Whether a field (a name, or a JSON pointer) holds a word of the system, and not what somebody wrote. */
  readonly isOwnWord: (field: string) => boolean;
  /** What is taken for what, as the end of a note. */
  readonly why: string;
}

/** Every word as it is written. */
export const AS_WRITTEN: Spelling = { own: composed, usual: (word) => word, isOwnWord: () => false, why: '' };

/** How a system is spoken of. */
export interface Speech {
  readonly things: readonly Thing[];
  readonly spelling: Spelling;
}

/** `an order`, `a review`. */
export const withArticle = (word: string): string => `${/^[aeiou]/i.test(word) ? 'an' : 'a'} ${word}`;

/** How a name of this kind comes to be, after "is". */
export const comingOf = ({ things }: Speech, kind: string): string =>
  ({ answer: 'the answer of a request', hold: 'the name of a hold' })[kind] ??
  things.find(({ what }) => what === kind)?.comes ??
  `the name of ${withArticle(kind)}`;

/** How the ids of things are written: `${order:NAME} or ${review:NAME}`. */
export const idsOf = ({ things }: Speech, joint: string): string => things.map(({ what }) => `\${${what}:NAME}`).join(joint);
