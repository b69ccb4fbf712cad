import type { Lang } from '../../reports/words.ts';
import type { ScreenWords } from './screen-words.ts';
import { ENGLISH } from './words-en.ts';
import { KOREAN } from './words-ko.ts';

/** The words of a language. */
export const screenWordsOf = (lang: Lang): ScreenWords => (lang === 'ko' ? KOREAN : ENGLISH);
