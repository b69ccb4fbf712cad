import type { Entry } from '../../../kernel/recording.ts';
import type { Vocabulary } from '../../../kernel/vocabulary.ts';
import type { Gap } from '../window.ts';
import type { BrowserWords } from '../words.ts';

/** The id of the element that holds {@link PageData}. */
export const PAGE_DATA_ID = 'page-data';

/** The id of the element that holds a scenario's {@link ScenarioData}. */
export const scenarioDataId = (scenario: string): string => `entries-${scenario}`;

/** What the page's script knows of the whole report. */
export interface PageData {
  readonly lang: 'ko' | 'en';
  readonly words: BrowserWords;
  /** What the system calls things. */
  readonly vocabulary: Vocabulary;
}

/** What the page's script knows of a scenario: its entries as recorded, without what nobody looks at. */
export interface ScenarioData {
  readonly entries: readonly Entry[];
  readonly gap?: Gap;
}
