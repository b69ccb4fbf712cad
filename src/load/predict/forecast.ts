import { OperatingError } from '../../kernel/errors.ts';
import type { LoadForecast, LoadResult } from '../../kernel/load.ts';
import type { BreakerSettings } from '../../runtime/breaker/settings.ts';
import type { LoadSection } from '../../scenarios/language/ast.ts';
import type { UnderLoad } from '../../system/under-load.ts';
import type { LookUpTrace } from '../measure/look-ups.ts';
import { machineOf } from '../measure/machine.ts';
import type { LoadPlan } from '../plan.ts';
import { predict } from './predict.ts';
import { DEFAULT_COSTS, type PredictedTest } from './predicted-test.ts';
import { judgeSpeed, plausible } from './predict-verdict.ts';

/** Whether a load can be predicted: the prediction knows the request alone that makes the call. */
export const isPredictable = ({ requests, journeys }: Pick<LoadSection, 'requests' | 'journeys'>, { calling }: UnderLoad): boolean =>
  journeys.length === 0 && requests.every(({ method, path }) => method === calling.method && path === calling.path);

/** Throws an OperatingError (usage) for a load that can't be predicted. */
export const checkPredictable = (section: Pick<LoadSection, 'requests' | 'journeys' | 'position'>, underLoad: UnderLoad): void => {
  if (isPredictable(section, underLoad)) return;
  const { method, path, makes } = underLoad.calling;
  throw new OperatingError(
    'usage',
    `--predict: ${section.position.file} sends more than ${method} ${path}, and the prediction simulates ${makes} alone`,
    {
      mend: 'Leave out --predict, or give the load that one request.',
    },
  );
};

/** How fast the system is without any load, in milliseconds. */
export interface Speed {
  /** A call between contexts that nothing slows down: the least of some, and the median. */
  readonly unslowed: { readonly leastMs: number; readonly medianMs: number };
  /** The least that a look-up took, before any fault; undefined for a target, whose faults are not ours. */
  readonly lookUpMs: number | undefined;
}

/** What was seen of the machine and of the system's speed, before and while the load ran. */
export interface Conditions extends Speed {
  readonly trace: LookUpTrace;
}

/**
 * Predicts the load that was measured, under the machine's conditions while it was measured, and says whether the
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
    readonly conditions: Conditions;
  },
): Promise<LoadForecast> => {
  const { runs, seed, plan, delay, breaker, conditions } = options;
  const { unslowed, trace } = conditions;
  const requestMs = trace.quickestMs ?? Math.max(0.01, unslowed.leastMs);
  const costs = { ...DEFAULT_COSTS, overheadMs: unslowed.medianMs, requestMs };
  const test: PredictedTest = {
    plan,
    breaker,
    ...costs,
    machine: machineOf(plan, trace, requestMs),
    ...(delay === undefined ? {} : { lookupDelay: { fromMs: delay.fromMs, toMs: delay.toMs } }),
  };
  const leastOverheadMs = trace.overheads.reduce((least, { tookMs }) => Math.min(least, tookMs), Infinity);
  const prediction = await predict(test, runs, seed);
  const verdict = plausible(
    prediction,
    result.metrics,
    judgeSpeed({ unslowedMs: unslowed.leastMs, lookUpMs: conditions.lookUpMs, requestMs: trace.quickestMs }),
    Number.isFinite(leastOverheadMs) ? leastOverheadMs : 0,
  );
  const { opens, firstOpenMs, warning } = prediction;
  const { figures, isPlausible, falseAlarm } = verdict;
  return {
    runs,
    costs,
    opens: { share: opens.share, low: opens.low, high: opens.high },
    ...(firstOpenMs === undefined ? {} : { firstOpenMs }),
    figures,
    isPlausible,
    falseAlarm,
    ...(warning === undefined ? {} : { warning }),
  };
};
