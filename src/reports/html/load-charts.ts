import type { BreakerState, LatencyLine, LoadResult, StripColumn } from '../../kernel/load.ts';
import type { AnswersOverTime } from './answers-over-time.ts';
import { markup, type Markup } from './markup.ts';
import type { PageWords } from './words.ts';

const LEFT = 140;
const WIDTH = 960;
const RIGHT = 46;
const INNER = WIDTH - LEFT - RIGHT;

const round = (value: number): number => Math.round(value * 10) / 10;

const sayMs = (value: number): string =>
  value >= 1000 ? `${round(value / 1000)} s` : `${value < 10 ? Number(value.toFixed(2)) : Math.round(value)} ms`;

/** A power of ten at or below, and one at or above, the values; at least one decade apart. */
const decades = (values: readonly number[]): readonly [from: number, to: number] => {
  const known = values.filter((value) => value > 0);
  const from = Math.floor(Math.log10(Math.min(1, ...known)));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(1, ...known))));
  return [Math.max(-2, from), to];
};

/** Latencies by kind on a logarithmic scale: shortest to longest as a line, p50 to p90 as a bar, p99 as a tick. */
export const latencyChart = (lines: readonly LatencyLine[], words: PageWords): Markup => {
  const [from, to] = decades(lines.flatMap(({ minMs, maxMs }) => [minMs, maxMs]));
  const x = (ms: number): number => round(LEFT + (INNER * (Math.log10(Math.max(ms, 10 ** from)) - from)) / (to - from));
  const rowPx = 30;
  const height = lines.length * rowPx + 26;
  const ticks = Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index));
  const row = ({ kind, minMs, p50Ms, p90Ms, p99Ms, maxMs }: LatencyLine, index: number): Markup => {
    const y = index * rowPx + rowPx / 2;
    return markup`<g class="latency"><title>${kind}: min ${sayMs(minMs)}, p50 ${sayMs(p50Ms)}, p90 ${sayMs(p90Ms)}, p99 ${sayMs(p99Ms)}, max ${sayMs(maxMs)}</title>
<text class="name" x="${LEFT - 10}" y="${y + 4}" text-anchor="end">${kind}</text>
<path class="range" d="M${x(minMs)} ${y}H${x(maxMs)}M${x(minMs)} ${y - 4}v8M${x(maxMs)} ${y - 4}v8"/>
<rect class="bar" x="${x(p50Ms)}" y="${y - 7}" width="${Math.max(2, round(x(p90Ms) - x(p50Ms)))}" height="14" rx="2"/>
<path class="tick" d="M${x(p99Ms)} ${y - 9}v18"/></g>`;
  };
  const grid = ticks.map(
    (ms) =>
      markup`<path class="grid" d="M${x(ms)} 0V${height - 24}"/><text class="axis" x="${x(ms)}" y="${height - 6}" text-anchor="middle">${sayMs(ms)}</text>`,
  );
  return markup`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${words.latency}">${grid}${lines.map(row)}</svg></div>`;
};

/** Kinds of outcome have colours of their own in the styles; any other takes the last. */
const KIND_CLASSES = new Set([
  'success',
  'refused',
  'timeout',
  'short-circuited',
  'rejected',
  'upstream-error',
  'unreachable',
  'other-failure',
  'no-answer',
]);

/** The name of the style of a kind of outcome. */
export const classOfKind = (kind: string): string => (KIND_CLASSES.has(kind) ? `kind-${kind}` : 'kind-other-failure');

interface Frame {
  readonly top: number;
  readonly height: number;
  /** Where a time stands, in pixels. */
  readonly x: (ms: number) => number;
}

/** Says above a picture what it shows, and beside it what its top stands for. */
const titled = (title: string, { top }: Frame, most: number): Markup =>
  markup`<text class="name" x="${LEFT}" y="${top - 8}">${title}</text><text class="axis" x="${WIDTH - RIGHT + 5}" y="${top + 9}">${most}</text>`;

/** Stretches of equal state; a column with a probe is half-open, however short the probe was. */
const stretchesOf = (
  columns: readonly StripColumn[],
): readonly { readonly state: BreakerState; readonly from: number; readonly to: number }[] => {
  const stretches: { state: BreakerState; from: number; to: number }[] = [];
  for (const [index, { states }] of columns.entries()) {
    const state = states.includes('half-open') ? 'half-open' : (states.at(-1) ?? 'closed');
    const last = stretches.at(-1);
    if (last?.state === state) last.to = index + 1;
    else stretches.push({ state, from: index, to: index + 1 });
  }
  return stretches;
};

/** The width of a bold letter in the band, in the drawing's units; a name that is wider than its stretch is only in the title. */
const WIDEST_LETTER = 8.5;

const circuitBand = ({ columns, columnMs }: LoadResult['strip'], frame: Frame, words: PageWords): Markup => {
  const { top, height, x } = frame;
  const parts = stretchesOf(columns).map(({ state, from, to }) => {
    const [left, right] = [x(from * columnMs), x(to * columnMs)];
    const says = `${state} ${sayMs(from * columnMs)} – ${sayMs(to * columnMs)}`;
    return markup`<g class="circuit ${state}"><title>${says}</title><rect x="${left}" y="${top}" width="${Math.max(1, round(right - left))}" height="${height}"/>
${right - left > state.length * WIDEST_LETTER ? markup`<text x="${round((left + right) / 2)}" y="${top + height / 2 + 4}" text-anchor="middle">${state}</text>` : ''}</g>`;
  });
  return markup`<text class="name" x="${LEFT - 10}" y="${top + height / 2 + 4}" text-anchor="end">${words.circuit}</text>${parts}`;
};

const answerBars = (answers: AnswersOverTime, frame: Frame, words: PageWords): Markup => {
  const { top, height, x } = frame;
  const totals = answers.columns.map(({ counts }) => [...counts.values()].reduce((sum, count) => sum + count, 0));
  const most = Math.max(1, ...totals);
  const bars = answers.columns.map(({ counts }, index) => {
    const [left, right] = [x(index * answers.columnMs), x((index + 1) * answers.columnMs)];
    let y = top + height;
    return answers.kinds.map((kind) => {
      const count = counts.get(kind) ?? 0;
      if (count === 0) return '';
      const tall = round((height * count) / most);
      y = round(y - tall);
      return markup`<rect class="${classOfKind(kind)}" x="${left}" y="${y}" width="${Math.max(1, round(right - left - 1))}" height="${tall}"><title>${sayMs(index * answers.columnMs)}: ${kind} ${count}</title></rect>`;
    });
  });
  return markup`${titled(words.answersPer(answers.columnMs), frame, most)}<path class="grid" d="M${LEFT} ${top + height}H${WIDTH - RIGHT}"/>${bars}`;
};

const windowLines = ({ columns, columnMs }: LoadResult['strip'], frame: Frame, words: PageWords): Markup => {
  const { top, height, x } = frame;
  const most = Math.max(1, ...columns.map(({ window }) => window?.total ?? 0));
  const path = (pick: (window: NonNullable<StripColumn['window']>) => number): string => {
    let held = 0;
    return columns
      .map(({ window }, index) => {
        if (window !== undefined) held = pick(window);
        return `${index === 0 ? `M${x(0)} ` : 'V'}${round(top + height - (height * held) / most)}H${x((index + 1) * columnMs)}`;
      })
      .join('');
  };
  return markup`${titled(`${words.windowOf}: ${words.calls}, ${words.errors}`, frame, most)}<path class="grid" d="M${LEFT} ${top + height}H${WIDTH - RIGHT}"/>
<path class="window calls" d="${path(({ total }) => total)}"/><path class="window errors" d="${path(({ errors }) => errors)}"/>`;
};

/** Seconds that divide the time into at most ten parts. */
const secondsApart = (untilMs: number): number =>
  [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600].find((seconds) => untilMs / 1000 / seconds <= 10) ?? 7200;

/** The circuit's state, the answers by kind and the breaker's window, on one axis of time. */
export const timeChart = (strip: LoadResult['strip'], answers: AnswersOverTime, words: PageWords): Markup => {
  const untilMs = Math.max(1, strip.columns.length * strip.columnMs, answers.columns.length * answers.columnMs);
  const x = (ms: number): number => round(LEFT + (INNER * ms) / untilMs);
  const hasWindow = strip.columns.some(({ window }) => window !== undefined);
  const hasAnswers = answers.columns.length > 0;
  const circuit: Frame = { top: 4, height: 22, x };
  const bars: Frame = { top: 56, height: 110, x };
  const afterBars = hasAnswers ? 176 : 34;
  const lines: Frame = { top: afterBars + 28, height: 60, x };
  const bottom = hasWindow ? lines.top + lines.height + 8 : afterBars;
  const apart = secondsApart(untilMs);
  const ticks = Array.from({ length: Math.floor(untilMs / 1000 / apart) + 1 }, (_, index) => index * apart);
  const grid = ticks.map(
    (seconds) =>
      markup`<path class="grid" d="M${x(seconds * 1000)} 0V${bottom}"/><text class="axis" x="${x(seconds * 1000)}" y="${bottom + 16}" text-anchor="middle">${Number(seconds.toFixed(1))} s</text>`,
  );
  return markup`<div class="chart"><svg viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-label="${words.overTime}">${grid}
${circuitBand(strip, circuit, words)}${hasAnswers && answerBars(answers, bars, words)}${hasWindow && windowLines(strip, lines, words)}</svg></div>`;
};
