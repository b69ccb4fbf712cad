/** What the filters of the lists find. */
import { searchable, searchWords } from '../../kernel/words.ts';

/** Whether a text holds all the words that somebody looks for, however they are composed, in whatever case, also as `spell` spells them. */
export const createSearch = (looked: string, spell: (word: string) => string): ((text: string) => boolean) => {
  const words = searchWords(looked).map((word) => [word, spell(word)] as const);
  return (text) => {
    if (words.length === 0) return true;
    const hay = searchable(text);
    return words.every(([word, spelled]) => hay.includes(word) || hay.includes(spelled));
  };
};
