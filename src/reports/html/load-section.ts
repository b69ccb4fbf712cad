import type { BreakerState, LoadForecast, LoadResult } from '../../kernel/load.ts';
import { sayMetric, siegeFields } from '../load-text.ts';
import type { AnswersOverTime } from './answers-over-time.ts';
import { classOfKind, latencyChart, timeChart } from './load-charts.ts';
import { markup, type Markup } from './markup.ts';
import type { PageWords } from './words.ts';

const ms = (value: number): string => value.toFixed(value < 10 ? 2 : 0);

const siegeTable = ({ siege }: LoadResult, words: PageWords): Markup =>
  markup`<section class="block"><h4>${words.siege}</h4><table class="facts"><tbody>${siegeFields(siege).map(
    ([name, value, unit]) => markup`<tr><th scope="row">${name}</th><td class="number">${value}</td><td class="unit">${unit}</td></tr>`,
  )}</tbody></table></section>`;

const CIRCUIT_STATES: readonly BreakerState[] = ['closed', 'open', 'half-open'];

const latencyTable = ({ latencies }: LoadResult, words: PageWords): Markup => {
  const total = latencies[0]?.count ?? 0;
  const heads = [words.count, words.share, 'min', 'mean', 'p50', 'p90', 'p99', 'max'];
  const rows = latencies.map((line) => {
    const cells = [
      String(line.count),
      total === 0 ? '' : `${((100 * line.count) / total).toFixed(1)}%`,
      ...[line.minMs, line.meanMs, line.p50Ms, line.p90Ms, line.p99Ms, line.maxMs].map(ms),
    ];
    return markup`<tr><th scope="row"><span class="key ${classOfKind(line.kind)}"></span>${line.kind}</th>${cells.map((cell) => markup`<td class="number">${cell}</td>`)}</tr>`;
  });
  return markup`<section class="block wide"><h4>${words.latency}</h4><div class="scrolls" tabindex="0" role="group" aria-label="${words.latency}"><table><thead><tr><th scope="col">${words.kind} (ms)</th>${heads.map(
    (head) => markup`<th scope="col" class="number">${head}</th>`,
  )}</tr></thead><tbody>${rows}</tbody></table></div>${latencyChart(latencies, words)}<p class="note">${words.latencyNote}</p></section>`;
};

const legend = (answers: AnswersOverTime, hasWindow: boolean, words: PageWords): Markup =>
  markup`<ul class="legend">${answers.kinds.map(
    (kind) =>
      markup`<li><span class="key ${classOfKind(kind)}"></span>${kind} ${answers.columns.reduce((sum, { counts }) => sum + (counts.get(kind) ?? 0), 0)}</li>`,
  )}${hasWindow && markup`<li><span class="key line calls"></span>${words.windowOf}: ${words.calls}</li><li><span class="key line errors"></span>${words.errors}</li>`}</ul>`;

/** Which colour is which state: a stretch that is too short bears no name. */
const circuitLegend = ({ columns }: LoadResult['strip']): Markup => {
  const states = CIRCUIT_STATES.filter((state) => columns.some((column) => column.states.includes(state)));
  return markup`<ul class="legend">${states.map((state) => markup`<li><span class="key circuit-${state}"></span>${state}</li>`)}</ul>`;
};

const overTime = (
  { strip }: LoadResult,
  answers: AnswersOverTime,
  words: PageWords,
): Markup => markup`<section class="block wide"><h4>${words.overTime}</h4>
<p class="note">${words.circuit}: ${words.circuitBy[strip.source]}</p>${circuitLegend(strip)}${timeChart(strip, answers, words)}${legend(
  answers,
  strip.columns.some(({ window }) => window !== undefined),
  words,
)}</section>`;

const thresholdTable = ({ thresholds }: LoadResult, words: PageWords): Markup | undefined =>
  thresholds.length === 0
    ? undefined
    : markup`<section class="block"><h4>${words.thresholds}</h4><div class="scrolls" tabindex="0" role="group" aria-label="${words.thresholds}"><table><tbody>${thresholds.map(
        ({ text, holds, actual }) => {
          const metric = text.split(/[\s<>=!]/)[0] ?? '';
          return markup`<tr><td class="verdict ${holds ? 'passed' : 'failed'}">${holds ? `✓ ${words.held}` : `✗ ${words.missed}`}</td><th scope="row"><code>${text}</code></th><td class="number">${actual === undefined ? words.noValue : sayMetric(metric, actual)}</td></tr>`;
        },
      )}</tbody></table></div></section>`;

const forecastSection = (forecast: LoadForecast | undefined, words: PageWords): Markup | undefined => {
  if (forecast === undefined) return undefined;
  const { runs, opens, firstOpenMs, figures, isPlausible } = forecast;
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;
  const first =
    firstOpenMs === undefined
      ? ''
      : ` ${words.firstOpens} ${ms(firstOpenMs.median)} ms (${ms(firstOpenMs.min)} – ${ms(firstOpenMs.max)} ms).`;
  const rows = figures.map((figure) => {
    const cells = [figure.measured, figure.predicted].map((value) => sayMetric(figure.metric, value));
    const range = `${sayMetric(figure.metric, figure.least)} – ${sayMetric(figure.metric, figure.most)}`;
    return markup`<tr><th scope="row"><code>${figure.metric}</code></th>${[...cells, range].map((cell) => markup`<td class="number">${cell}</td>`)}<td class="verdict ${figure.isPlausible ? 'passed' : 'failed'}">${figure.isPlausible ? '✓' : '✗'}</td></tr>`;
  });
  return markup`<section class="block wide"><h4>${words.forecast}</h4><p>${words.forecastFrom(runs)} ${words.opensIn} ${percent(opens.share)} (95 %: ${percent(opens.low)} – ${percent(opens.high)}).${first}</p>
<div class="scrolls" tabindex="0" role="group" aria-label="${words.forecast}"><table><thead><tr><th scope="col"></th><th scope="col" class="number">${words.measured}</th><th scope="col" class="number">${words.predicted}</th><th scope="col" class="number">${words.plausibleRange}</th><th scope="col"></th></tr></thead><tbody>${rows}</tbody></table></div>
<p class="verdict ${isPlausible ? 'passed' : 'failed'}">${isPlausible ? `✓ ${words.plausible}` : `✗ ${words.implausible}`}</p>${forecast.warning !== undefined && markup`<p class="warning">${words.warning}: ${forecast.warning}</p>`}</section>`;
};

const metricsTable = ({ metrics }: LoadResult, words: PageWords): Markup =>
  markup`<details class="metrics"><summary>${words.metrics} (${Object.keys(metrics).length})</summary><div class="scrolls"><table><tbody>${Object.entries(
    metrics,
  ).map(
    ([metric, value]) => markup`<tr><th scope="row"><code>${metric}</code></th><td class="number">${sayMetric(metric, value)}</td></tr>`,
  )}</tbody></table></div></details>`;

const table = (title: string, heads: readonly string[], rows: readonly Markup[]): Markup =>
  markup`<section class="block wide"><h4>${title}</h4><div class="scrolls" tabindex="0" role="group" aria-label="${title}"><table><thead><tr>${heads.map(
    (head, index) => (index === 0 ? markup`<th scope="col">${head}</th>` : markup`<th scope="col" class="number">${head}</th>`),
  )}</tr></thead><tbody>${rows}</tbody></table></div></section>`;

const row = (name: string, cells: readonly string[]): Markup =>
  markup`<tr><th scope="row">${name}</th>${cells.map((cell) => markup`<td class="number">${cell}</td>`)}</tr>`;

/** Requests by name, where there is more than one. */
const requestTable = ({ requests = [] }: LoadResult, words: PageWords): Markup | undefined =>
  requests.length < 2
    ? undefined
    : table(
        words.requests,
        ['', words.count, words.failed, 'mean', 'p50', 'p90', 'p99', 'max'],
        requests.map(({ kind, count, failed, meanMs, p50Ms, p90Ms, p99Ms, maxMs }) =>
          row(kind, [String(count), String(failed), ...[meanMs, p50Ms, p90Ms, p99Ms, maxMs].map(ms)]),
        ),
      );

/** What became of journeys, and where they stopped. */
const journeyTable = ({ journeys = [] }: LoadResult, words: PageWords): Markup | undefined =>
  journeys.length === 0
    ? undefined
    : markup`${table(
        words.journeys,
        ['', words.begun, words.finished, words.failed, words.unfinished, 'mean', 'p50', 'p99', 'max'],
        journeys.map(({ name, started, finished, failed, unfinished, meanMs, p50Ms, p99Ms, maxMs }) =>
          row(name, [...[started, finished, failed, unfinished].map(String), ...[meanMs, p50Ms, p99Ms, maxMs].map(ms)]),
        ),
      )}${journeys.flatMap(({ name, failures }) =>
        failures.map(
          ({ step, place, count, message }) =>
            markup`<p class="warning">${name}: ${String(count)} × <code>${step}</code> (${place}): ${message}</p>`,
        ),
      )}`;

/** What came of a load: thresholds, siege's summary, latencies, everything over time, the prediction, all metrics. */
export const loadSection = (load: LoadResult, answers: AnswersOverTime, words: PageWords): Markup => markup`<section class="load">
<p class="shape"><strong>${load.shape}</strong> → <code>${load.target}</code></p>
${(load.findings ?? []).map(({ rule, found, count }) => markup`<p class="warning">✗ ${rule} ${found}${count === 1 ? '' : ` (1/${count})`}</p>`)}
${load.warnings.map((warning) => markup`<p class="warning">${words.warning}: ${warning}</p>`)}
<div class="blocks">${thresholdTable(load, words)}${siegeTable(load, words)}${overTime(load, answers, words)}${latencyTable(load, words)}${requestTable(load, words)}${journeyTable(load, words)}${forecastSection(load.forecast, words)}</div>
${metricsTable(load, words)}</section>`;
