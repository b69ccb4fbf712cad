import type { Lang } from '../../reports/words.ts';
import type { Screen } from '../definition.ts';
import type { ScreenWords, WordsOver } from './screen-words.ts';
import { ENGLISH } from './words-en.ts';
import { KOREAN } from './words-ko.ts';

const merged = (words: ScreenWords, over: WordsOver): ScreenWords => ({
  ...words,
  pane: { ...words.pane, ...over.pane },
  about: { ...words.about, ...over.about },
  say: { ...words.say, ...over.say },
  role: { ...words.role, ...over.role },
  does: { ...words.does, ...over.does },
  explains: { ...words.explains, ...over.explains },
  context: { ...words.context, ...over.context },
  field: { ...words.field, ...over.field },
  choice: { ...words.choice, ...over.choice },
  lines: over.lines ?? words.lines,
  form: over.form ?? words.form,
});

/** The words of a language, with those of the system's own. */
export const screenWordsOf = (lang: Lang, { words }: Pick<Screen, 'words'>): ScreenWords =>
  merged(lang === 'ko' ? KOREAN : ENGLISH, words[lang]);
