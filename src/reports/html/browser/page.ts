import type { Noun } from '../../../kernel/vocabulary.ts';
import { PAGE_DATA_ID, scenarioDataId, type PageData, type ScenarioData } from '../view/page-data.ts';

const read = (id: string): unknown => {
  const text = document.getElementById(id)?.textContent;
  return text === undefined || text === null ? undefined : (JSON.parse(text) as unknown);
};

/** What the report says of itself. */
export const PAGE = read(PAGE_DATA_ID) as PageData;

/** The entries of a scenario; undefined where the report keeps none. */
export const readScenario = (scenario: string): ScenarioData | undefined => read(scenarioDataId(scenario)) as ScenarioData | undefined;

/** A time since the scenario's beginning, for people. */
export const sayTime = (atMs: number): string => `+${atMs < 10_000 ? Number(atMs.toFixed(1)) : Math.round(atMs)} ms`;

/** Any value in one line. */
export const sayValue = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '–' : (JSON.stringify(value) ?? '');

/** A status in the reader's language: the system's word for it, beside the literal for those who read English. */
export const sayStatus = (table: string, value: unknown): string => {
  const word = typeof value === 'string' ? PAGE.vocabulary.statuses[table]?.[value] : undefined;
  if (word === undefined) return sayValue(value);
  return PAGE.lang === 'ko' ? word : `${String(value)} (${word})`;
};

/** Enough of an id to know it by: ids of one run begin alike. */
export const shortId = (id: string): string => (id.length <= 12 ? id : `…${id.slice(-6)}`);

/** A thing's word in the reader's language, for one and for several. */
export const nounIn = (lang: PageData['lang'], { one, many, ko }: Noun): Pick<Noun, 'one' | 'many'> =>
  lang === 'ko' ? { one: ko, many: ko } : { one, many };
