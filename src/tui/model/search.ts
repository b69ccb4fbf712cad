/** What the filters of the lists find. */
import { inSeedSpelling } from '../../contexts/front/contract.ts';
import { searchable, searchWords } from '../../kernel/words.ts';

/** Whether a text holds all the words that somebody looks for, however they are composed, in whatever case, and 결제 for the seed's 결재. */
export const createSearch = (looked: string): ((text: string) => boolean) => {
  const words = searchWords(looked).map((word) => [word, inSeedSpelling(word)] as const);
  return (text) => {
    if (words.length === 0) return true;
    const hay = searchable(text);
    return words.every(([word, spelled]) => hay.includes(word) || hay.includes(spelled));
  };
};
