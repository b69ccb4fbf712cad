import { createHash } from 'node:crypto';
import type { Counts, Outcome } from '../../kernel/recording.ts';
import type { RunFinished, RunStarted } from '../fold.ts';
import { sayDuration, wordsOf } from '../words.ts';
import { browserCode } from './browser-code.ts';
import { jsonForScript, markup, trusted, type Markup } from './markup.ts';
import { SIGN, type PageStyle } from './scenario-section.ts';
import { STYLES } from './styles.ts';
import { PAGE_DATA_ID, type PageData } from './view/page-data.ts';

/** What a page is made of. */
export interface Page {
  readonly started: RunStarted | undefined;
  /** Undefined where the recording ends before the run did. */
  readonly finished: RunFinished | undefined;
  readonly counts: Counts;
  readonly scenarios: Markup;
}

const ORDER: readonly Outcome[] = ['failed', 'errored', 'inconclusive', 'interrupted', 'flaky', 'passed', 'skipped'];

/** The worst outcome that was met, where the run itself can't say. */
const worstOf = (counts: Page['counts']): Outcome => ORDER.find((outcome) => (counts[outcome] ?? 0) > 0) ?? 'interrupted';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Nothing may be loaded, sent or framed; the one style sheet and the one script are named by their hashes, so no other runs. */
const policyOf = (styles: string, script: string): string =>
  ["default-src 'none'", `style-src ${hashOf(styles)}`, `script-src ${hashOf(script)}`, "base-uri 'none'", "form-action 'none'"].join('; ');

const fact = (name: string, value: string | number): Markup => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const summary = ({ started, finished, counts }: Page, { lang, words }: PageStyle): Markup => {
  const said = wordsOf(lang);
  const outcome = finished?.outcome ?? worstOf(counts);
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const facts =
    started === undefined
      ? []
      : [
          fact(said.bus, started.bus),
          fact(words.time, started.time === 'virtual' ? said.virtualTime : words.realTime),
          fact(said.seed, started.seed),
          fact(words.started, started.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')),
        ];
  return markup`<header class="${outcome}"><p class="program">${started?.program ?? words.noRun}</p>
<h1><span class="sign" aria-hidden="true">${SIGN[outcome]}</span> ${said.outcome[outcome]}<span class="of">${said.scenarios(total)}</span></h1>
${finished === undefined && markup`<p class="warning">${said.unfinished}</p>`}
<dl class="run">${finished !== undefined && [fact(words.exitCode, finished.exitCode), fact(words.duration, sayDuration(finished.durationMs))]}${facts}</dl></header>`;
};

const controls = ({ counts }: Page, { lang, words }: PageStyle): Markup => {
  const said = wordsOf(lang);
  const buttons = ORDER.filter((outcome) => (counts[outcome] ?? 0) > 0).map(
    (outcome) =>
      markup`<button type="button" class="${outcome}" data-filter="${outcome}" aria-pressed="false"><span class="sign" aria-hidden="true">${SIGN[outcome]}</span> ${counts[outcome]} ${said.outcome[outcome]}</button>`,
  );
  return markup`<nav aria-label="${words.filter}"><div class="outcomes" role="group" aria-label="${words.filter}">${buttons}</div>
<input id="search" type="search" placeholder="${words.search}" aria-label="${words.search}"><output id="shown" aria-live="polite"></output>
<button type="button" id="theme" aria-pressed="false">◐ ${words.dark}</button></nav>`;
};

/** The whole document. */
export const pageOf = (page: Page, style: PageStyle): string => {
  const { lang, words, vocabulary } = style;
  const script = browserCode();
  const data: PageData = { lang, words: words.browser, vocabulary };
  return markup`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(policyOf(STYLES, script))}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${words.title}</title>
<style>${trusted(STYLES)}</style></head>
<body>${summary(page, style)}${controls(page, style)}
<main>
${page.scenarios}</main>
<script type="application/json" id="${PAGE_DATA_ID}">${jsonForScript(data)}</script>
<script>${trusted(script)}</script>
</body></html>
`.html;
};
