import type { Paint } from './failure-text.ts';
import { markdownTable, plainMarkdown } from './markdown.ts';
import { sayMetric } from './load-text.ts';

/** One line of a comparison: a metric on both sides, in its own unit, and what the difference means. */
interface ComparedMetric {
  readonly metric: string;
  readonly before: number;
  readonly after: number;
  readonly band: number;
  readonly verdict: 'same' | 'better' | 'worse' | 'changed';
}

const changeOf = ({ metric, before, after }: ComparedMetric): string => {
  const change = after - before;
  return `${change < 0 ? '-' : '+'}${sayMetric(metric, Math.abs(change))}`;
};

/** A comparison of two loads, for eyes: each metric with its change, the noise that was allowed, and the verdict. */
export const comparisonLines = (metrics: readonly ComparedMetric[], paint: Paint): readonly string[] => {
  const row = (cells: readonly string[]): string =>
    `${(cells[0] ?? '').padEnd(30)}${cells
      .slice(1)
      .map((cell) => cell.padStart(14))
      .join('')}`;
  const paintOf = { same: paint.dim, better: paint.good, worse: paint.bad, changed: paint.bold };
  return [
    paint.bold(row(['metric', 'before', 'after', 'change', 'noise ±', 'verdict'])),
    ...metrics.map((one) =>
      paintOf[one.verdict](
        row([
          one.metric,
          sayMetric(one.metric, one.before),
          sayMetric(one.metric, one.after),
          changeOf(one),
          sayMetric(one.metric, one.band),
          one.verdict,
        ]),
      ),
    ),
  ];
};

/** The same in Markdown. */
export const comparisonMarkdown = (metrics: readonly ComparedMetric[]): readonly string[] =>
  markdownTable([
    ['metric', 'before', 'after', 'change', 'noise ±', 'verdict'],
    ...metrics.map((one) => [
      plainMarkdown(one.metric),
      sayMetric(one.metric, one.before),
      sayMetric(one.metric, one.after),
      changeOf(one),
      sayMetric(one.metric, one.band),
      one.verdict === 'worse' ? '**worse**' : one.verdict,
    ]),
  ]);
