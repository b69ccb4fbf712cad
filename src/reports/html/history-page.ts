import { createHash } from 'node:crypto';
import type { Outcome } from '../../kernel/recording.ts';
import { countsText, inOrder, outcomeOf, startText, type PastRun } from '../history.ts';
import { sayMetric } from '../load-text.ts';
import { sayDuration, wordsOf, type Lang } from '../words.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { SIGN } from './scenario-section.ts';
import { STYLES } from './styles.ts';
import { pageWordsOf, type PageWords } from './words.ts';

/** Runs and scenarios that are drawn: the last ones, so that the page opens fast and its lines can be told apart. */
const MOST_RUNS = 60;
const MOST_SCENARIOS = 500;
/** The metrics of a load that are drawn, where it has them. */
const TRENDS = ['http.latency.p50', 'http.latency.p90', 'http.latency.p99', 'http.rate', 'http.availability', 'view.lag.p99'];

const CELL = 12;
const ROW = 14;
const LINE_WIDTH = 420;
const LINE_HEIGHT = 96;
const PAD = 8;

const HISTORY_STYLES = `
.history td, .history th { padding: .3rem .8rem .3rem 0; text-align: left; border-bottom: 1px solid var(--line); font-weight: 400; }
.history .verdict { color: var(--tone); font-weight: 600; white-space: nowrap; }
.history thead th { color: var(--quiet); font-size: .8rem; }
.trends { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem 2rem; margin: .5rem 0 1.5rem; }
.trend figcaption { display: flex; justify-content: space-between; font-size: .87rem; }
.trend svg { width: 100%; height: auto; }
.trend .line, .spark { fill: none; stroke: var(--accent); stroke-width: 1.5; }
.trend .base { stroke: var(--line); }
.dot { fill: var(--tone); }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
`;

const round = (value: number): number => Math.round(value * 10) / 10;

/** A value of each run, at its run's place; undefined where the run has none. */
type Series = readonly (number | undefined)[];

/** The stretches of a line, in pixels: where a run has no value, the line is broken. */
const pathOf = (series: Series, x: (index: number) => number, y: (value: number) => number): string => {
  let isDown = false;
  return series
    .map((value, index) => {
      if (value === undefined) {
        isDown = false;
        return '';
      }
      const to = `${isDown ? 'L' : 'M'}${x(index)} ${y(value)}`;
      isDown = true;
      return to;
    })
    .join('');
};

const lastOf = (series: Series): number | undefined => series.findLast((value) => value !== undefined);

/** One metric over all runs; each point takes the colour of its run's outcome, and says its value. */
const trend = (metric: string, series: Series, runs: readonly PastRun[]): Markup => {
  const most = Math.max(...series.map((value) => value ?? 0), Number.MIN_VALUE);
  const x = (index: number): number => round(PAD + (index * (LINE_WIDTH - 2 * PAD)) / Math.max(1, runs.length - 1));
  const y = (value: number): number => round(LINE_HEIGHT - PAD - (value / most) * (LINE_HEIGHT - 2 * PAD));
  const dots = series.flatMap((value, index) => {
    const run = runs[index];
    if (value === undefined || run === undefined) return [];
    return [
      markup`<circle class="dot ${outcomeOf(run)}" cx="${x(index)}" cy="${y(value)}" r="3"><title>${startText(run)}, ${run.file}: ${sayMetric(metric, value)}</title></circle>`,
    ];
  });
  return markup`<figure class="trend"><figcaption><code>${metric}</code><span>${sayMetric(metric, lastOf(series) ?? 0)}</span></figcaption>
<svg viewBox="0 0 ${LINE_WIDTH} ${LINE_HEIGHT}" role="img" aria-label="${metric}"><path class="base" d="M0 ${LINE_HEIGHT - PAD}H${LINE_WIDTH}"/><path class="line" d="${pathOf(series, x, y)}"/>${dots}</svg></figure>`;
};

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;

const loadTrends = (runs: readonly PastRun[]): readonly Markup[] => {
  const titleOf = ({ name, shape }: PastRun['loads'][number]): string => `${name}: ${shape}`;
  return [...new Set(runs.flatMap(({ loads }) => loads.map(titleOf)))].map((title) => {
    const seriesOf = (metric: string): Series =>
      runs.map(({ loads }) => mean(loads.filter((load) => titleOf(load) === title).flatMap(({ metrics }) => metrics[metric] ?? [])));
    const drawn = TRENDS.map((metric) => [metric, seriesOf(metric)] as const).filter(([, series]) => lastOf(series) !== undefined);
    return markup`<h2>${title}</h2><div class="trends">${drawn.map(([metric, series]) => trend(metric, series, runs))}</div>`;
  });
};

const scenarioRow = (name: string, runs: readonly PastRun[], lang: Lang): Markup => {
  const found = runs.map(({ scenarios }) => scenarios.find((one) => one.name === name));
  const durations: Series = found.map((one) => (one === undefined || one.outcome === 'skipped' ? undefined : one.durationMs));
  const most = Math.max(...durations.map((value) => value ?? 0), 1);
  const width = runs.length * CELL;
  const cells = found.flatMap((one, index) =>
    one === undefined
      ? []
      : [
          markup`<rect class="dot ${one.outcome}" x="${index * CELL + 1}" y="1" width="${CELL - 2}" height="${ROW - 2}" rx="2"><title>${startText(runs[index] as PastRun)}: ${wordsOf(lang).outcome[one.outcome]}, ${sayDuration(one.durationMs)}</title></rect>`,
        ],
  );
  const path = pathOf(
    durations,
    (index) => index * CELL + CELL / 2,
    (value) => round(ROW - 2 - (value / most) * (ROW - 4)),
  );
  const last = found.findLast((one) => one !== undefined);
  const outcome: Outcome = last?.outcome ?? 'skipped';
  return markup`<tr><td class="verdict ${outcome}"><span aria-hidden="true">${SIGN[outcome]}</span> ${wordsOf(lang).outcome[outcome]}</td><th scope="row">${name}</th>
<td><svg width="${width}" height="${ROW}" role="img" aria-label="${name}">${cells}</svg></td><td><svg width="${width}" height="${ROW}" aria-hidden="true"><path class="spark" d="${path}"/></svg></td><td class="number">${last === undefined ? '' : sayDuration(last.durationMs)}</td></tr>`;
};

const runRow = (run: PastRun, lang: Lang): Markup => {
  const outcome = outcomeOf(run);
  return markup`<tr><td class="verdict ${outcome}"><span aria-hidden="true">${SIGN[outcome]}</span> ${wordsOf(lang).outcome[outcome]}</td><td>${startText(run)}</td><td>${run.file}</td><td>${countsText(run, lang)}</td><td class="number">${run.finished === undefined ? wordsOf(lang).unfinished : sayDuration(run.finished.durationMs)}</td><td>${run.started?.seed ?? ''}</td></tr>`;
};

const bodyOf = (runs: readonly PastRun[], lang: Lang, words: PageWords): Markup => {
  const said = wordsOf(lang);
  const shown = inOrder(runs).slice(-MOST_RUNS);
  const left = runs.length - shown.length;
  const names = [...new Set(shown.toReversed().flatMap(({ scenarios }) => scenarios.map(({ name }) => name)))];
  const namesLeft = names.length - MOST_SCENARIOS;
  const last = shown.at(-1);
  const outcome = last === undefined ? 'skipped' : outcomeOf(last);
  return markup`<header class="${outcome}"><p class="program">${words.history(runs.length)}</p>
<h1><span class="sign" aria-hidden="true">${SIGN[outcome]}</span> ${said.outcome[outcome]}<span class="of">${last === undefined ? '' : startText(last)}</span></h1></header>
<main>${loadTrends(shown)}
<h2>${said.scenarios(names.length)}</h2><div class="scrolls"><table class="history"><thead><tr><th>${words.outcome}</th><th></th><th>${words.outcomes}</th><th>${words.duration}</th><th></th></tr></thead><tbody>${names.slice(0, MOST_SCENARIOS).map((name) => scenarioRow(name, shown, lang))}</tbody></table></div>
${namesLeft > 0 && markup`<p class="left">… + ${namesLeft}</p>`}
<h2>${words.runs}</h2><div class="scrolls"><table class="history"><thead><tr><th>${words.outcome}</th><th>${words.started}</th><th>${words.position}</th><th></th><th>${words.duration}</th><th>${said.seed}</th></tr></thead><tbody>${shown.toReversed().map((run) => runRow(run, lang))}</tbody></table></div>
${left > 0 && markup`<p class="left">… + ${left}</p>`}</main>`;
};

/** One self-contained page over several runs: what became of each scenario, and loads over time. It has no script. */
export const historyPage = (runs: readonly PastRun[], lang: Lang): string => {
  const words = pageWordsOf(lang);
  const styles = `${STYLES}${HISTORY_STYLES}`;
  const hash = createHash('sha256').update(styles).digest('base64');
  return markup`<!doctype html>
<html lang="${lang}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${trusted(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`)}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${words.title}</title>
<style>${trusted(styles)}</style></head>
<body>${bodyOf(runs, lang, words)}
</body></html>
`.html;
};
