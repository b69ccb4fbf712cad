import type { Outcome, SourcePosition } from '../../kernel/recording.ts';
import { storyOf } from '../../kernel/story.ts';
import type { Vocabulary } from '../../kernel/vocabulary.ts';
import { subjectsOf } from '../failure-text.ts';
import { isBad } from '../../kernel/verdicts.ts';
import { failuresOf, type Attempt, type PlacedFailure, type ScenarioResult, type StepResult } from '../fold.ts';
import { storyLines } from '../story-text.ts';
import { sayDuration, sayValue, wordsOf, type Lang } from '../words.ts';
import type { AnswersOverTime } from './answers-over-time.ts';
import { loadSection } from './load-section.ts';
import { jsonForScript, markup, type Markup } from './markup.ts';
import { scenarioDataId, type ScenarioData } from './view/page-data.ts';
import type { Kept } from './window.ts';
import type { PageWords } from './words.ts';

/** The sign of each outcome, beside its colour. */
export const SIGN: Readonly<Record<Outcome, string>> = {
  passed: '✓',
  flaky: '~',
  failed: '✗',
  errored: '!',
  inconclusive: '?',
  skipped: '–',
  interrupted: '■',
};

/** Steps of one scenario that are shown: from its beginning and its end, and all that did not pass. */
const FIRST_STEPS = 200;
const LAST_STEPS = 100;

/** More are folded, so that the messages below are found. */
const FEW_STEPS = 40;

const STORY_COLUMNS = 160;

/** How a page is written. */
export interface PageStyle {
  readonly lang: Lang;
  readonly words: PageWords;
  readonly vocabulary: Vocabulary;
}

/** What is shown of one scenario. */
export interface ShownScenario {
  readonly result: ScenarioResult;
  readonly notes: readonly string[];
  /** Entries that a diagram or the states could show. */
  readonly eventCount: number;
  /** Those and its steps. */
  readonly entryCount: number;
  /** Undefined where the report has no more room for them. */
  readonly kept: Kept | undefined;
  readonly answers: AnswersOverTime;
}

/** The file's own name: folders say where somebody keeps it, and are in the title. */
const baseName = (file: string): string => file.split(/[/\\]/).at(-1) ?? file;

const placeOf = ({ file, line, column }: SourcePosition): Markup =>
  markup`<span class="place" title="${file}:${line}:${column}">${baseName(file)}:${line}</span>`;

const badge = (outcome: Outcome, lang: Lang): Markup =>
  markup`<span class="badge ${outcome}"><span aria-hidden="true">${SIGN[outcome]}</span> ${wordsOf(lang).outcome[outcome]}</span>`;

const story = (result: Attempt, subject: string, name: string | undefined, { lang, vocabulary }: PageStyle): Markup | undefined => {
  const words = wordsOf(lang);
  const lines = storyLines(storyOf(result.trail, subject, vocabulary), { words, lang, vocabulary, width: STORY_COLUMNS });
  if (lines.length === 0) return undefined;
  return markup`<figure class="story"><figcaption>${words.story(subject, name)}</figcaption><pre tabindex="0">${lines.join('\n')}</pre></figure>`;
};

const compared = ({ failure }: PlacedFailure, { lang }: PageStyle): Markup | undefined => {
  const words = wordsOf(lang);
  if (!('expected' in failure) && !('actual' in failure)) return undefined;
  const side = (name: 'expected' | 'actual'): Markup | undefined =>
    name in failure ? markup`<div class="${name}"><dt>${words[name]}</dt><dd>${sayValue(failure[name])}</dd></div>` : undefined;
  return markup`<dl class="compared">${side('expected')}${side('actual')}</dl>`;
};

const failureBlock = (placed: PlacedFailure, style: PageStyle): Markup => {
  const { failure, outcome, step, position } = placed;
  return markup`<div class="failure ${outcome}"><p class="where">${placeOf(position)} ${step !== undefined && markup`<code>${step.text}</code>`}</p>
<p class="what">${failure.message}</p>${compared(placed, style)}${failure.mend !== undefined && markup`<p class="mend"><span>${wordsOf(style.lang).mend}</span> ${failure.mend}</p>`}${failure.replay !== undefined && markup`<details class="replay"><summary>${wordsOf(style.lang).replay}</summary><pre tabindex="0">${failure.replay}</pre></details>`}</div>`;
};

const failures = (result: Attempt, style: PageStyle, heading?: Markup): Markup | undefined => {
  const placed = failuresOf(result);
  if (placed.length === 0) return undefined;
  return markup`<section class="failures">${heading}${placed.map((one) => failureBlock(one, style))}${[...subjectsOf(placed)].map(([subject, name]) => story(result, subject, name, style))}</section>`;
};

/** Each attempt before the last one, and what went wrong in it. */
const attemptsBefore = ({ attempts, outcome }: ScenarioResult, style: PageStyle): Markup | undefined => {
  if (attempts.length === 0) return undefined;
  const words = wordsOf(style.lang);
  const told = attempts.map((attempt, index) =>
    failures(
      attempt,
      style,
      markup`<h3>${words.attempt(index + 1)}: ${words.outcome[attempt.outcome]} <span class="duration">${sayDuration(attempt.durationMs)}</span></h3>`,
    ),
  );
  const last = markup`<p class="note">${outcome === 'flaky' ? words.passedAt(attempts.length + 1) : words.attempt(attempts.length + 1)}. ${style.words.lastAttempt}</p>`;
  return markup`${told}${last}`;
};

const stepRow = ({ step, text, position, outcome, durationMs }: StepResult, { lang }: PageStyle): Markup => {
  const depth = Math.min(4, step.split('.').length - 1);
  return markup`<tr class="step ${outcome}"><td class="sign ${outcome}" title="${wordsOf(lang).outcome[outcome]}"><span aria-hidden="true">${SIGN[outcome]}</span><span class="read">${wordsOf(lang).outcome[outcome]}</span></td>
<td class="path">${step}</td><td class="text depth-${depth}"><div class="with-place"><code>${text}</code>${placeOf(position)}</div></td><td class="number">${sayDuration(durationMs)}</td></tr>`;
};

const stepTable = ({ steps }: ScenarioResult, style: PageStyle): Markup | undefined => {
  if (steps.length === 0) return undefined;
  const isShown = ({ outcome }: StepResult, index: number): boolean =>
    index < FIRST_STEPS || index >= steps.length - LAST_STEPS || isBad(outcome);
  const shown = steps.filter(isShown);
  const left = steps.length - shown.length;
  const rows = shown.map((step, index) => [
    left > 0 && index === FIRST_STEPS && markup`<tr class="left"><td></td><td colspan="3">${style.words.stepsLeft(left)}</td></tr>`,
    stepRow(step, style),
  ]);
  return markup`<details class="steps-fold"${steps.length <= FEW_STEPS && markup` open`}><summary>${style.words.steps(steps.length)}</summary><div class="scrolls"><table class="steps"><tbody>${rows}</tbody></table></div></details>`;
};

const dataOf = ({ entries, gap }: Kept): ScenarioData => ({ entries, ...(gap === undefined ? {} : { gap }) });

const viewer = ({ result, kept, entryCount, eventCount }: ShownScenario, { words }: PageStyle): Markup | undefined => {
  if (eventCount === 0) return undefined;
  if (kept === undefined) return markup`<p class="left">${words.keptNone(entryCount)}</p>`;
  const subject = failuresOf(result).find(({ failure }) => failure.subject !== undefined)?.failure.subject;
  const id = String(result.id);
  return markup`<section class="messages"><h4>${words.messages}</h4>${kept.gap !== undefined && markup`<p class="left">${words.keptSome(kept.gap.count, entryCount)}</p>`}
<div class="viewer" ${subject !== undefined && markup`data-subject="${subject}"`}><p class="needs-script">${words.needsScript}</p></div>
<script type="application/json" id="${scenarioDataId(id)}">${jsonForScript(dataOf(kept))}</script></section>`;
};

/** What the filter looks for a text in. */
const searchText = ({ name, position, tags, steps }: ScenarioResult): string =>
  [name, baseName(position.file), ...tags, ...steps.slice(0, FIRST_STEPS).map(({ text }) => text)].join('\n').toLowerCase();

/** The numbers that a reader looks for first. */
const summaryFacts = ({ steps, durationMs, tags }: ScenarioResult, { words }: PageStyle): Markup =>
  markup`<span class="facts">${tags.map((tag) => markup`<span class="tag">${tag}</span>`)}<span>${words.steps(steps.length)}</span><span class="duration">${sayDuration(durationMs)}</span></span>`;

/** One scenario, folded to its line until it is opened; `isOpen` for those to look at first. */
export const scenarioSection = (shown: ShownScenario, style: PageStyle, isOpen: boolean): Markup => {
  const { result, answers, notes } = shown;
  const { id, name, outcome, position, load } = result;
  return markup`<details class="scenario ${outcome}" id="scenario-${id}" data-scenario="${id}" data-outcome="${outcome}" data-search="${searchText(result)}"${isOpen && markup` open`}>
<summary><span class="line">${badge(outcome, style.lang)}<span class="name">${name}</span>${summaryFacts(result, style)}</span></summary>
<div class="inside"><p class="note file">${position.file}:${position.line}</p>
${attemptsBefore(result, style)}${failures(result, style)}${notes.length > 0 && markup`<ul class="notes">${notes.map((note) => markup`<li>${note}</li>`)}</ul>`}${load !== undefined && loadSection(load, answers, style.words)}${stepTable(result, style)}${viewer(shown, style)}</div></details>
`;
};

/** A scenario of which only the name is kept. */
export const scenarioLine = ({ name, outcome, durationMs, position, tags }: ScenarioResult, { lang }: PageStyle): Markup =>
  markup`<p class="scenario bare ${outcome}" data-outcome="${outcome}" data-search="${[name, baseName(position.file), ...tags].join('\n').toLowerCase()}"><span class="line">${badge(outcome, lang)}<span class="name">${name}</span><span class="facts"><span class="duration">${sayDuration(durationMs)}</span></span></span></p>
`;
