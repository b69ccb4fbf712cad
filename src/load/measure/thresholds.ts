import { OperatingError } from '../../kernel/errors.ts';
import { unitOf, type ThresholdResult } from '../../kernel/load.ts';
import type { SourcePosition } from '../../kernel/recording.ts';
import type { LoadSection } from '../../scenarios/language/ast.ts';
import type { LoadSituation } from '../../scenarios/language/ast-load.ts';
import { nearest } from '../../kernel/nearest.ts';
import { isMetric, METRICS, metricsNamedBy, rangeOf, readValue } from './metrics.ts';

type Operator = '<' | '<=' | '>' | '>=' | '==' | '!=';

/** What must hold of a load's result. */
export interface Threshold {
  readonly text: string;
  readonly metric: string;
  readonly operator: Operator;
  /** In the metric's own unit. */
  readonly value: number;
  readonly position: SourcePosition;
  /** Judged in this situation alone; in any where absent. */
  readonly when?: LoadSituation;
}

const compare: Readonly<Record<Operator, (actual: number, value: number) => boolean>> = {
  '<': (actual, value) => actual < value,
  '<=': (actual, value) => actual <= value,
  '>': (actual, value) => actual > value,
  '>=': (actual, value) => actual >= value,
  '==': (actual, value) => actual === value,
  '!=': (actual, value) => actual !== value,
};

const FORM = /^\s*([\p{L}\p{N}_.%-]+)\s*(<=|>=|==|!=|<|>)\s*(.+?)\s*$/u;
const EXAMPLE: Readonly<Record<string, string>> = { ms: '200ms', '%': '1%', '/s': '50/s', '': '0' };

type Fail = (message: string, mend: string) => never;

/** Whether it can hold for some values of the metric, and for all of them. */
const reach = (
  operator: Operator,
  value: number,
  { least, most }: { least: number; most: number },
): { readonly some: boolean; readonly all: boolean } => {
  const isInside = value >= least && value <= most;
  switch (operator) {
    case '<':
      return { some: value > least, all: value > most };
    case '<=':
      return { some: value >= least, all: value >= most };
    case '>':
      return { some: value < most, all: value < least };
    case '>=':
      return { some: value <= most, all: value <= least };
    case '==':
      return { some: isInside, all: false };
    case '!=':
      return { some: true, all: !isInside };
  }
};

const parse = (text: string, position: SourcePosition, named: readonly string[], fail: Fail): Threshold => {
  const [, metric = '', operatorText = '', valueText = ''] =
    FORM.exec(text) ?? fail('is not a threshold', 'Write a metric, a comparison and a value: http.latency.p99 < 200ms');
  const operator = operatorText as Operator;
  if (!isMetric(metric) && !named.includes(metric)) {
    const known = [...METRICS, ...named];
    const near = nearest(metric, known);
    const shown = known.filter((name) => name.split('.')[0] === metric.split('.')[0]).slice(0, 12);
    fail(
      `there is no metric ${metric}${near === undefined ? '' : `; did you mean ${near}?`}`,
      `Metrics are, among others: ${(shown.length === 0 ? [...named, ...METRICS].slice(0, 12) : shown).join(', ')}; docs/load.md has them all.`,
    );
  }
  const unit = unitOf(metric);
  const read = readValue(valueText);
  if (read?.unit !== unit) return fail(`${metric} can't be compared with ${valueText}`, `Write a value like ${EXAMPLE[unit] ?? '0'}.`);
  const { some, all } = reach(operator, read.value, rangeOf(metric));
  if (unit === '' && operator === '==' && !Number.isInteger(read.value))
    return fail('can never hold', `${metric} is always a whole number.`);
  if (!some) return fail('can never hold', `${metric} is always at least 0${unit === '%' ? ' and at most 100%' : ''}.`);
  if (all)
    return fail('always holds, so it would judge nothing', `${metric} is always at least 0${unit === '%' ? ' and at most 100%' : ''}.`);
  return { text, metric, operator, value: read.value, position };
};

/** The values between which a threshold holds; those that it excludes alone (<, >, !=) bound nothing here. */
const boundsOf = ({ operator, value }: Threshold): { readonly low: number; readonly high: number } => {
  switch (operator) {
    case '<':
    case '<=':
      return { low: -Infinity, high: value };
    case '>':
    case '>=':
      return { low: value, high: Infinity };
    case '==':
      return { low: value, high: value };
    case '!=':
      return { low: -Infinity, high: Infinity };
  }
};

/** Whether two thresholds of one metric can't both hold, in a situation in which both are judged. */
const isContradiction = (one: Threshold, other: Threshold): boolean => {
  if (one.metric !== other.metric || (one.when !== undefined && other.when !== undefined && one.when !== other.when)) return false;
  const [a, b] = [boundsOf(one), boundsOf(other)];
  const [low, high] = [Math.max(a.low, b.low), Math.min(a.high, b.high)];
  // Where they meet in one value, it must be in both.
  return low > high || (low === high && ![one, other].every(({ operator, value }) => compare[operator](low, value)));
};

const refuseContradictions = (thresholds: readonly Threshold[]): void => {
  for (const [index, threshold] of thresholds.entries()) {
    const before = thresholds.slice(0, index).find((one) => isContradiction(one, threshold));
    if (before === undefined) continue;
    const { file, line, column } = threshold.position;
    throw new OperatingError(
      'invalid-input',
      `${file}:${line}:${column}: ${threshold.text}: contradicts ${before.text}, on line ${before.position.line}: they can't both hold`,
      { mend: 'Leave one of the two out, or change it.' },
    );
  }
};

/**
 * Reads the thresholds of a load. Throws an OperatingError (invalid-input), with the line of each, for a metric that is not
 * there (and names the nearest), a value of another unit, a threshold that can never hold or always does, and two that
 * contradict each other.
 */
export const readThresholds = (section: LoadSection): readonly Threshold[] => {
  const refused: OperatingError[] = [];
  const named = metricsNamedBy(section);
  const thresholds = section.thresholds.flatMap(({ text, position, when }): readonly Threshold[] => {
    try {
      const threshold = parse(text, position, named, (message, mend) => {
        throw new OperatingError('invalid-input', `${position.file}:${position.line}:${position.column}: ${text}: ${message}`, { mend });
      });
      return [when === undefined ? threshold : { ...threshold, when }];
    } catch (error) {
      if (!(error instanceof OperatingError)) throw error;
      refused.push(error);
      return [];
    }
  });
  const [first, ...others] = refused;
  if (first !== undefined)
    throw others.length === 0
      ? first
      : new OperatingError('invalid-input', refused.map(({ message, mend }) => `${message}\n  ${mend ?? ''}`).join('\n'));
  refuseContradictions(thresholds);
  return thresholds;
};

/** Judges a threshold; a metric without a value fails it. */
export const judgeThreshold = (
  { text, metric, operator, value }: Threshold,
  metrics: Readonly<Record<string, number>>,
): ThresholdResult => {
  // Nothing was answered with a status that nobody saw.
  const actual = metrics[metric] ?? (metric.startsWith('http.status.') && metrics['http.requests'] !== undefined ? 0 : undefined);
  return actual === undefined ? { text, holds: false } : { text, actual, holds: compare[operator](actual, value) };
};
