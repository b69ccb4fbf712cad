import type { ReactElement } from 'react';
import type { BreakerColumn, LoadView } from '../../model/model.ts';
import { columnsOf } from '../../../reports/width.ts';
import { sayShape } from '../../../reports/words.ts';
import { bar, sparkline } from '../bars.ts';
import { cell } from '../cells.ts';
import { innerColumns, innerRows, type Place } from '../layout.ts';
import { kindSign, kindsOf, outcomeStrip, stateStrip } from '../outcome-strip.ts';
import { Pane, type PaneContent } from '../pane.tsx';
import type { Scene } from '../scene.ts';
import { sayCount, sayMs, sayShare } from '../spans.ts';

const LABEL = 9;

interface Piece {
  readonly text: string;
  readonly painted: string;
}

const piece = (text: string, tint: (text: string) => string = (plain) => plain): Piece => ({ text, painted: tint(text) });

/** A label and pieces beside it; pieces that don't fit are left out from the end. */
const row = (scene: Scene, inner: number, label: string, pieces: readonly Piece[], gap = 3): string => {
  let left = inner - LABEL;
  let line = scene.paint.dim(cell(label, LABEL));
  for (const [index, { text, painted }] of pieces.entries()) {
    const wide = columnsOf(text) + (index === 0 ? 0 : gap);
    if (wide > left) break;
    line += (index === 0 ? '' : ' '.repeat(gap)) + painted;
    left -= wide;
  }
  return line + ' '.repeat(Math.max(0, left));
};

const circuitRow = (scene: Scene, inner: number): string => {
  const { model, words, paint, nowMs } = scene;
  const { breaker } = model;
  const tint = breaker.state === 'closed' ? paint.good : breaker.state === 'open' ? paint.bad : paint.warn;
  const sign = breaker.state === 'closed' ? '●' : breaker.state === 'open' ? '○' : '◐';
  return row(scene, inner, words.say.circuit, [
    piece(`${sign} ${words.breakerState[breaker.state]}`, (text) => paint.strong(tint(text))),
    piece(words.span(nowMs - breaker.sinceMs), paint.dim),
    piece(`${words.say.opened} ${sayCount(breaker.opened)}`, breaker.opened > 0 ? paint.warn : paint.dim),
  ]);
};

/** The breaker looks back so far (Hystrix's rolling window, and ours); what its window held longer ago, it has forgotten. */
const WINDOW_MS = 10_000;

const windowRow = (scene: Scene, inner: number): string => {
  const { model, words, paint, nowMs } = scene;
  const { window } = model.breaker;
  if (window === undefined) return row(scene, inner, words.say.window, [piece('–', paint.dim)]);
  if (nowMs - window.atMs > WINDOW_MS) return row(scene, inner, words.say.window, [piece(words.say.idle, paint.dim)]);
  const { full, empty } = bar(window.errorPercent / 100, 20);
  const tint = window.errorPercent >= 50 ? paint.bad : paint.good;
  return row(
    scene,
    inner,
    words.say.window,
    [
      { text: full + empty, painted: tint(full) + paint.dim(empty) },
      piece(`${words.say.errors} ${Math.floor(window.errorPercent)} %`, tint),
      piece(`${sayCount(window.errors)}/${sayCount(window.requests)} ${words.say.calls}`),
      piece(words.say.opensAt, paint.dim),
    ],
    2,
  );
};

const latencyRow = (scene: Scene, inner: number): string => {
  const { model, words, paint } = scene;
  const { latency, columns } = model.breaker;
  if (latency === undefined) return row(scene, inner, words.say.latency, [piece('–', paint.dim)]);
  const figures = [
    piece(`p50 ${sayMs(latency.p50Ms)}`),
    piece(`p90 ${sayMs(latency.p90Ms)}`),
    piece(`p99 ${sayMs(latency.p99Ms)}`),
    piece(`max ${sayMs(latency.maxMs)}`, paint.dim),
  ];
  const line = sparkline(
    columns.map(({ meanMs, count }) => (count === 0 ? undefined : meanMs)),
    16,
  );
  return row(scene, inner, words.say.latency, [...figures, piece(line, paint.onTheWay)], 2);
};

const legendRow = (scene: Scene, inner: number): string => {
  const { model, words, paint } = scene;
  const outcomes =
    model.load?.isRunning === true && Object.keys(model.load.outcomes).length > 0 ? model.load.outcomes : model.breaker.outcomes;
  const kinds = kindsOf(outcomes);
  const total = kinds.reduce((sum, { count }) => sum + count, 0);
  const legend = (isWhole: boolean): readonly Piece[] =>
    // Where not all find room, the smallest shares give way.
    (isWhole ? kinds : [...kinds].sort((a, b) => b.count - a.count)).map(({ kind, count }): Piece => {
      const percent = sayShare(count, total);
      const name = ` ${words.kind[kind] ?? kind} ${isWhole ? `${sayCount(count)} (${percent})` : percent}`;
      return { text: `x${name}`, painted: `${kindSign(kind, paint)}${name}` };
    });
  const whole = legend(true);
  const pieces = whole.reduce((sum, { text }) => sum + columnsOf(text) + 2, 0) <= inner - LABEL + 2 ? whole : legend(false);
  return row(scene, inner, words.say.outcomes, pieces.length === 0 ? [piece('–', paint.dim)] : pieces, 2);
};

const loadRow = (scene: Scene, load: LoadView, inner: number): string => {
  const { words, paint } = scene;
  const share = load.totalMs === undefined ? undefined : load.elapsedMs / load.totalMs;
  const { full, empty } = bar(load.isRunning ? (share ?? 0) : 1, 12);
  const time =
    load.totalMs === undefined ? sayMs(load.elapsedMs) : `${(load.elapsedMs / 1000).toFixed(1)}/${(load.totalMs / 1000).toFixed(1)} s`;
  return row(
    scene,
    inner,
    words.say.load,
    [
      { text: full + empty, painted: (load.isRunning ? paint.onTheWay : paint.good)(full) + paint.dim(empty) },
      piece(time),
      piece(`${words.say.answers} ${sayCount(load.answers)}`),
      piece(`${words.say.failed} ${sayShare(load.failed, load.answers)}`, load.failed > 0 ? paint.bad : paint.dim),
      ...(load.journeys === undefined
        ? []
        : [
            piece(
              `${words.say.journeys} ${sayCount(load.journeys.finished)}/${sayCount(load.journeys.ended)}`,
              load.journeys.finished < load.journeys.ended ? paint.bad : paint.good,
            ),
          ]),
      piece(sayShape(load.shape, words.lang), paint.dim),
    ],
    2,
  );
};

/** How many thresholds held, and the first that did not: where there is no room for all. */
const resultLine = (scene: Scene, load: LoadView, inner: number): readonly string[] => {
  const { words, paint } = scene;
  if (load.result === undefined) return [];
  const { thresholds } = load.result;
  const missed = thresholds.filter(({ holds }) => !holds);
  const held = `${missed.length === 0 ? '✓' : '✗'} ${thresholds.length - missed.length}/${thresholds.length}`;
  return [
    row(
      scene,
      inner,
      words.say.thresholds,
      [
        piece(held, missed.length === 0 ? paint.good : paint.bad),
        ...missed.map(({ text, actual }) => piece(`${text}${actual === undefined ? '' : ` = ${Number(actual.toFixed(1))}`}`, paint.bad)),
      ],
      2,
    ),
  ];
};

/** What is said of a load once it is over: each threshold, and siege's figures. */
const resultRows = (scene: Scene, load: LoadView, inner: number): readonly string[] => {
  const { words, paint } = scene;
  const { result } = load;
  if (result === undefined) return load.warnings.map((warning) => paint.warn(cell(`${words.say.warning}: ${warning}`, inner)));
  const { siege } = result;
  const held = result.thresholds.map(({ text, holds, actual }, index) =>
    row(
      scene,
      inner,
      index === 0 ? words.say.thresholds : '',
      [
        piece(holds ? '✓' : '✗', holds ? paint.good : paint.bad),
        piece(text, holds ? (plain) => plain : paint.bad),
        ...(actual === undefined ? [] : [piece(`= ${Number(actual.toFixed(1))}`, paint.dim)]),
      ],
      1,
    ),
  );
  const summary = row(
    scene,
    inner,
    'siege',
    [
      piece(`${sayCount(siege.transactions)} transactions`),
      piece(`availability ${siege.availabilityPercent.toFixed(1)} %`),
      piece(`${siege.transactionsPerSecond.toFixed(0)}/s`),
      piece(`${siege.responseSeconds.toFixed(2)} s`),
    ],
    2,
  );
  return [...held, summary, ...load.warnings.map((warning) => paint.warn(cell(`${words.say.warning}: ${warning}`, inner)))];
};

/** A short time is drawn four or two columns to each half second, so that a load of five seconds is not a thumbnail. */
const widened = (columns: readonly BreakerColumn[], wide: number): readonly BreakerColumn[] => {
  const times = columns.length * 4 <= wide ? 4 : columns.length * 2 <= wide ? 2 : 1;
  return times === 1 ? columns : columns.flatMap((column) => Array.from({ length: times }, () => column));
};

const contentOf = (scene: Scene, place: Place): PaneContent => {
  const { model, words, paint } = scene;
  const { breaker, load } = model;
  const inner = innerColumns(place);
  const rows = innerRows(place);
  const head = [circuitRow(scene, inner), windowRow(scene, inner), latencyRow(scene, inner), legendRow(scene, inner)];
  const left = rows - head.length - 1;
  const whole = load === undefined ? [] : resultRows(scene, load, inner);
  const below =
    load === undefined
      ? [paint.dim(cell(words.say.loadHint, inner))]
      : [loadRow(scene, load, inner), ...(whole.length + 2 <= left - 2 ? whole : resultLine(scene, load, inner))];
  if (breaker.columns.length === 0) return { lines: [...head, ' '.repeat(inner), paint.dim(cell(words.say.noCalls, inner)), ...below] };
  const shownBelow = below.slice(0, Math.max(1, left - 1));
  const stripRows = Math.max(1, Math.min(8, left - shownBelow.length));
  const wide = inner - LABEL;
  const columns = widened(breaker.columns, wide);
  const strip = outcomeStrip(columns, { columns: wide, rows: stripRows }, paint);
  const label = (text: string): string => paint.dim(cell(text, LABEL));
  const time = strip.map((line, index) => label(index === 0 ? words.say.time : '') + line);
  return { lines: [...head, ...time, label(words.say.state) + stateStrip(columns, wide, paint), ...shownBelow] };
};

/** The circuit breaker between contexts, and the load that tries it. */
export const BreakerPane = ({ scene, place }: { readonly scene: Scene; readonly place: Place }): ReactElement => (
  <Pane scene={scene} place={place} content={contentOf(scene, place)} />
);
