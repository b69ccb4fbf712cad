import type { Vocabulary } from '../kernel/vocabulary.ts';
import { counted } from '../kernel/counted.ts';
import { unitOf, type BreakerState, type LatencyLine, type LoadResult, type SiegeSummary, type StripColumn } from '../kernel/load.ts';
import type { FailureStyle, Paint } from './failure-text.ts';
import { columnsOf, fill } from './width.ts';

const number = (value: number, digits: number): string => value.toFixed(digits);

/** The fields of siege's summary, with its names, in its order, as [name, value, unit]. */
export const siegeFields = (siege: SiegeSummary): readonly (readonly [name: string, value: string, unit: string])[] => [
  ['Transactions', number(siege.transactions, 0), 'hits'],
  ['Availability', number(siege.availabilityPercent, 2), '%'],
  ['Elapsed time', number(siege.elapsedSeconds, 2), 'secs'],
  ['Data transferred', number(siege.dataMegabytes, 2), 'MB'],
  ['Response time', number(siege.responseSeconds, 2), 'secs'],
  ['Transaction rate', number(siege.transactionsPerSecond, 2), 'trans/sec'],
  ['Throughput', number(siege.megabytesPerSecond, 2), 'MB/sec'],
  ['Concurrency', number(siege.concurrency, 2), ''],
  ['Successful transactions', number(siege.successful, 0), ''],
  ['Failed transactions', number(siege.failed, 0), ''],
  ['Longest transaction', number(siege.longestSeconds, 2), ''],
  ['Shortest transaction', number(siege.shortestSeconds, 2), ''],
];

const siegeLines = (siege: SiegeSummary): readonly string[] =>
  siegeFields(siege).map(([name, value, unit]) => `  ${`${name}:`.padEnd(26)}${value.padStart(10)}${unit === '' ? '' : ` ${unit}`}`);

const ms = (value: number): string => number(value, value < 10 ? 2 : 0);

/** What a line of a terminal holds at least. */
const WIDTH = 80;

/** A sentence on as many lines as it takes, indented; the further ones more. */
const folded = (text: string): readonly string[] => {
  const lines: string[] = [];
  let line = ' ';
  for (const word of text.split(' ')) {
    if (columnsOf(line) + 1 + columnsOf(word) > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = '   ';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
};

/** A metric's value with its unit, for people. */
export const sayMetric = (metric: string, value: number): string => {
  const unit = unitOf(metric);
  if (unit === 'ms') return `${ms(value)} ms`;
  if (unit === '%') return `${Number(value.toFixed(2))}%`;
  return unit === '/s' ? `${number(value, 1)}/s` : String(Number(value.toFixed(3)));
};

const latencyLines = (lines: readonly LatencyLine[]): readonly string[] => {
  const total = lines[0]?.count ?? 0;
  const cells = (line: LatencyLine): readonly string[] => [
    String(line.count),
    total === 0 ? '' : `${number((100 * line.count) / total, 1)}%`,
    ...[line.minMs, line.meanMs, line.p50Ms, line.p90Ms, line.p99Ms, line.maxMs].map(ms),
  ];
  const row = (kind: string, values: readonly string[]): string =>
    `  ${kind.padEnd(16)}${values.map((value) => value.padStart(7)).join('')}`;
  return [
    row('latency in ms', ['count', 'share', 'min', 'mean', 'p50', 'p90', 'p99', 'max']),
    ...lines.map((line) => row(line.kind, cells(line))),
  ];
};

/** Requests by their names, where there is more than one; and what became of journeys, with where they failed. */
const requestLines = ({ requests = [] }: LoadResult): readonly string[] => {
  if (requests.length < 2) return [];
  const width = Math.max(14, ...requests.map(({ kind }) => columnsOf(kind)));
  const row = (name: string, values: readonly string[]): string =>
    `  ${fill(name, width)}${values.map((value) => value.padStart(8)).join('')}`;
  return [
    row('request', ['count', 'failed', 'p50', 'p90', 'p99', 'max']),
    ...requests.map(({ kind, count, failed, p50Ms, p90Ms, p99Ms, maxMs }) =>
      row(kind, [String(count), String(failed), ...[p50Ms, p90Ms, p99Ms, maxMs].map(ms)]),
    ),
    '',
  ];
};

/** The most places at which journeys failed that are told of each. */
const MOST_FAILURES = 3;

const journeyLines = ({ journeys = [] }: LoadResult, paint: Paint): readonly string[] => {
  if (journeys.length === 0) return [];
  const width = Math.max(14, ...journeys.map(({ name }) => columnsOf(name)));
  const row = (name: string, values: readonly string[]): string =>
    `  ${fill(name, width)}${values.map((value) => value.padStart(11)).join('')}`;
  return [
    row('journey', ['started', 'finished', 'failed', 'unfinished', 'p50', 'p99']),
    ...journeys.flatMap(({ name, started, finished, failed, unfinished, p50Ms, p99Ms, failures }) => [
      row(name, [started, finished, failed, unfinished].map(String).concat([p50Ms, p99Ms].map(ms))),
      ...failures
        .slice(0, MOST_FAILURES)
        .flatMap(({ step, place, count, message }) =>
          folded(`${counted(count, 'time')}${step === '' ? '' : ` at ${place} (${step})`}: ${message}`).map(paint.bad),
        ),
    ]),
    '',
  ];
};

/** What the breaker did to calls beside opening, in words; by the kind of outcome that a caller was told. */
const BREAKER_SIDES: readonly (readonly [kind: string, says: (count: string) => string])[] = [
  ['rejected', (count) => `${count} rejected: more look-ups at once than the breaker lets through`],
  ['timeout', (count) => `${count} gave up: the look-up took longer than its timeout`],
  ['upstream-error', (count) => `${count} failed: the look-up was answered with an error`],
  ['unreachable', (count) => `${count} failed: nobody answered the look-up`],
];

const breakerSides = ({ metrics }: LoadResult): readonly string[] =>
  BREAKER_SIDES.flatMap(([kind, says]) => {
    const count = metrics[`http.${kind}.count`] ?? 0;
    return count === 0 ? [] : folded(says(counted(count, 'request')));
  });

const STATE_SIGN: Readonly<Record<BreakerState, string>> = { closed: '─', 'half-open': '◐', open: '█' };
const LEVELS = ' ▁▂▃▄▅▆▇█';

/** The state that a column shows: a probe is short, so it shows before all others. */
const stateOf = ({ states }: StripColumn): BreakerState => (states.includes('half-open') ? 'half-open' : (states.at(-1) ?? 'closed'));

const bars = (values: readonly number[]): string => {
  const most = Math.max(1, ...values);
  return values.map((value) => LEVELS[value === 0 ? 0 : Math.max(1, Math.round((8 * value) / most))]).join('');
};

/** What the breaker did, in order: `open 0.5 s → half-open 5.5 s → …`, to the precision of a column. */
const storyOf = ({ columns, columnMs, plannedMs = Infinity }: LoadResult['strip']): string => {
  const changes: string[] = [];
  let state: BreakerState = 'closed';
  for (const [index, column] of columns.entries()) {
    for (const next of column.states) {
      if (next === state) continue;
      const atMs = index * columnMs;
      changes.push(`${next} ${number(atMs / 1000, 1)} s${atMs < plannedMs ? '' : ' (after the load)'}`);
      state = next;
    }
  }
  return changes.length === 0 ? 'closed all the time' : `closed → ${changes.join(' → ')}`;
};

const stripLines = (strip: LoadResult['strip']): readonly string[] => {
  const { columns, columnMs, source } = strip;
  const row = (name: string, drawn: string): string => `  ${name.padEnd(16)}│${fill(drawn, columns.length)}│`;
  const most = (pick: (column: StripColumn) => number): number => Math.max(0, ...columns.map(pick));
  const windows = columns.some(({ window }) => window !== undefined);
  let last: StripColumn['window'];
  const held = columns.map(({ window }) => (last = window ?? last));
  return [
    ...folded(`circuit (${source === 'breaker' ? 'told by the breaker' : 'as the answers show it'}): ${storyOf(strip)}`),
    row('state', columns.map((column) => STATE_SIGN[stateOf(column)]).join('')),
    row('answers', bars(columns.map(({ requests }) => requests))),
    row('short-circuited', bars(columns.map(({ shortCircuited }) => shortCircuited))),
    ...(windows
      ? [
          row('window: calls', bars(held.map((window) => window?.total ?? 0))),
          row('window: errors', bars(held.map((window) => window?.errors ?? 0))),
        ]
      : []),
    `  ${''.padEnd(16)}0${`${number((columns.length * columnMs) / 1000, 1)} s`.padStart(columns.length)}`,
    '  ─ closed  █ open  ◐ half-open',
    ...folded(
      [
        `up to ${counted(
          most(({ requests }) => requests),
          'answer',
        )} in ${columnMs} ms, ${most(({ shortCircuited }) => shortCircuited)} short-circuited`,
        ...(windows
          ? [
              `in the window up to ${counted(
                most(({ window }) => window?.total ?? 0),
                'call',
              )}, ${counted(
                most(({ window }) => window?.errors ?? 0),
                'error',
              )}`,
            ]
          : []),
      ].join('; '),
    ),
  ];
};

const sagaLine = ({ metrics }: LoadResult, { view = 'the view' }: Vocabulary): readonly string[] => {
  if (metrics['saga.started'] === undefined) return [];
  const count = (name: string): string => `${metrics[`saga.${name}`] ?? 0} ${name}`;
  const lag = metrics['view.lag.p50'];
  const lags =
    lag === undefined
      ? `no event reached ${view}`
      : `${view} lag p50 ${ms(lag)} ms, p99 ${ms(metrics['view.lag.p99'] ?? 0)} ms, max ${ms(metrics['view.lag.max'] ?? 0)} ms`;
  return folded(`sagas: ${['started', 'finished', 'compensated', 'waiting', 'stuck'].map(count).join(', ')} · ${lags}`);
};

/** The most of what was found that is told of each rule, in characters. */
const MOST_FOUND = 300;

const shortened = (text: string): string => (text.length > MOST_FOUND ? `${text.slice(0, MOST_FOUND)}…` : text);

/** What did not hold once all was over. */
const findingLines = ({ findings = [] }: LoadResult, paint: Paint): readonly string[] =>
  findings.flatMap(({ rule, found, count }) =>
    folded(`✗ ${rule} ${shortened(found)}${count === 1 ? '' : ` (one of ${count})`}`).map(paint.bad),
  );

const thresholdLines = ({ thresholds }: LoadResult, paint: Paint): readonly string[] =>
  thresholds.flatMap(({ text, holds, actual }) => {
    const metric = text.split(/[\s<>=!]/)[0] ?? '';
    const shown = actual === undefined ? 'has no value' : `is ${sayMetric(metric, actual)}`;
    const [first = '', ...more] = folded(`${holds ? '✓ held  ' : '✗ missed'} ${text}  (${shown})`);
    const mark = first.slice(0, 10);
    return [`${holds ? paint.good(mark) : paint.bad(mark)}${first.slice(10)}`, ...more];
  });

const forecastLines = ({ forecast }: LoadResult, paint: Paint): readonly string[] => {
  if (forecast === undefined) return [];
  const { runs, opens, firstOpenMs, figures, isPlausible, falseAlarm, costs } = forecast;
  const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;
  const when =
    firstOpenMs === undefined
      ? ''
      : `, first at ${ms(firstOpenMs.median)} ms (median), ${ms(firstOpenMs.min)} to ${ms(firstOpenMs.max)} ms`;
  const row = (cells: readonly string[]): string =>
    `  ${(cells[0] ?? '').padEnd(27)}${cells
      .slice(1)
      .map((cell) => cell.padStart(9))
      .join('')}`;
  return [
    ...folded(
      `predicted from ${runs} simulations: the circuit opens in ${percent(opens.share)} (95 %: ${percent(opens.low)} to ${percent(opens.high)})${when}`,
    ),
    ...folded(
      `with a look-up of ${ms(costs.overheadMs)} ms without the fault, and ${ms(costs.requestMs)} ms of server time a request, as measured`,
    ),
    row(['metric', 'measured', 'predicted', 'from', 'to']),
    ...figures.map((figure) => {
      const { metric } = figure;
      const line = row([
        metric,
        ...[figure.measured, figure.predicted, figure.least, figure.most].map((value) => sayMetric(metric, value)),
      ]);
      return figure.isPlausible ? line : paint.bad(`${line}  implausible`);
    }),
    ...(isPlausible
      ? [paint.good('  the measurement is plausible under the prediction')]
      : folded(`the measurement is implausible under the prediction (a false alarm has a chance of ${percent(falseAlarm)} at most)`).map(
          paint.bad,
        )),
    '',
  ];
};

/** The result of a load, for eyes: siege's summary, latencies, the strip of time, sagas, thresholds, warnings. */
export const loadLines = (result: LoadResult, { paint, vocabulary }: Pick<FailureStyle, 'paint' | 'vocabulary'>): readonly string[] => [
  paint.bold(`${result.shape} → ${result.target}`),
  '',
  ...siegeLines(result.siege),
  '',
  ...latencyLines(result.latencies),
  '',
  ...requestLines(result),
  ...journeyLines(result, paint),
  ...stripLines(result.strip),
  '',
  ...breakerSides(result),
  ...sagaLine(result, vocabulary),
  ...forecastLines(result, paint),
  ...findingLines(result, paint),
  ...thresholdLines(result, paint),
  ...(result.notJudged === undefined
    ? []
    : folded(`not judged, since the situation is "${result.notJudged.situation}": ${result.notJudged.thresholds.join(', ')}`).map(
        paint.dim,
      )),
  ...result.warnings.flatMap((warning) => folded(`warning: ${warning}`).map(paint.bad)),
  '',
];
