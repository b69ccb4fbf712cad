import { OperatingError } from '../kernel/errors.ts';
import type { LoadForecast, LoadResult } from '../kernel/load.ts';
import type { BreakerSettings } from '../runtime/breaker/settings.ts';
import type { LoadSection } from '../scenarios/language/ast-load.ts';
import type { LoadPlan } from './plan.ts';
import { predict } from './predict.ts';
import { DEFAULT_COSTS, type PredictedTest } from './predicted-test.ts';
import { plausible } from './predict-verdict.ts';

/** Throws an OperatingError (usage) for a load that can't be predicted: the prediction knows reviews alone. */
export const checkPredictable = (section: Pick<LoadSection, 'requests' | 'position'>): void => {
  if (section.requests.every(({ method, path }) => method === 'POST' && path === '/reviews')) return;
  throw new OperatingError('usage', `--predict: ${section.position.file} sends more than POST /reviews, and the prediction simulates reviews alone`, {
    mend: 'Leave out --predict, or give the load that one request.',
  });
};

/** How busy one request keeps the server, from how fast it refused while the circuit was open; undefined where too few were refused. */
const requestMsOf = ({ strip }: LoadResult): number | undefined => {
  const open = strip.columns.filter(({ states, requests, shortCircuited }) => states.length === 1 && states[0] === 'open' && requests > 0 && shortCircuited === requests);
  const count = open.reduce((sum, { requests }) => sum + requests, 0);
  return count < 20 ? undefined : Math.max(0.01, (open.length * strip.columnMs) / count);
};

/**
 * Predicts the load that was measured, with what a look-up and a request were measured to cost, and says whether the
 * measurement is one that the prediction could have drawn.
 */
export const forecast = async (
  result: LoadResult,
  options: {
    readonly runs: number;
    readonly seed: string;
    readonly plan: LoadPlan;
    readonly delay: { readonly fromMs: number; readonly toMs: number } | undefined;
    readonly breaker: BreakerSettings;
    /** What a look-up takes without any fault, in milliseconds; a figure of machines like CI's where absent. */
    readonly overheadMs: number | undefined;
  },
): Promise<LoadForecast> => {
  const { runs, seed, plan, delay, breaker } = options;
  const costs = { ...DEFAULT_COSTS, overheadMs: options.overheadMs ?? DEFAULT_COSTS.overheadMs, requestMs: requestMsOf(result) ?? DEFAULT_COSTS.requestMs };
  const test: PredictedTest = { plan, breaker, ...costs, ...(delay === undefined ? {} : { lookupDelay: { fromMs: delay.fromMs, toMs: delay.toMs } }) };
  const prediction = await predict(test, runs, seed);
  const verdict = plausible(prediction, result.metrics);
  const { opens, firstOpenMs, warning } = prediction;
  const mean = (metric: string): number | undefined => (metric === 'breaker.first-opened' ? firstOpenMs?.median : prediction.bands[metric]?.mean);
  return {
    runs,
    costs,
    opens: { share: opens.share, low: opens.low, high: opens.high },
    ...(firstOpenMs === undefined ? {} : { firstOpenMs }),
    figures: verdict.figures.map((figure) => ({ ...figure, predicted: mean(figure.metric) ?? figure.least })),
    isPlausible: verdict.isPlausible,
    falseAlarm: verdict.falseAlarm,
    ...(warning === undefined ? {} : { warning }),
  };
};
